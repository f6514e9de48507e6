/* Programs that are heard while their files are edited.
 * In: settings, files that change, signals. Out: sound, and lines for whoever shows them.
 *
 * The thread that calls performance_run compiles and replaces, and never waits for the audio thread, nor that for it: they meet in
 * the live runs (api/live.h) and at the numbers of the Player. */
#include "play/performing.h"
#include "play/interrupts.h"
#include "play/terminal.h"

#include <math.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* Seconds. */
static const double look_after = 0.05, told_again = 1, gone_after = 5, leaves_within = 1,
                    waits_for_room = 8;

double performance_clock(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void performance_say(Performance *p, const char *fmt, ...) {
    Buf line = {0};
    va_list args;
    va_start(args, fmt);
    buf_vprintf(&line, fmt, args);
    va_end(args);
    view_erase(&p->view);
    p->s.audience.say(p->s.audience.context, line.data);
    buf_free(&line);
}

void performance_say_line(void *performance, const char *line) {
    performance_say(performance, "%s", line);
}

/* ---- looking after the audio thread ----------------------------------------------------------------- */

static void look_after_xruns(Performance *p, double time) {
    const long xruns = atomic_load(&p->player.xruns), bad = atomic_load(&p->player.not_finite);
    if (time - p->told < told_again) return;
    if (xruns > p->xruns && !p->viewed)
        performance_say(p, "xrun: the device came too late %ld time%s (%ld in all)",
                        xruns - p->xruns, xruns - p->xruns == 1 ? "" : "s", xruns);
    if (bad > p->bad)
        performance_say(p, "%ld samples were no finite numbers, and played as 0", bad - p->bad);
    if (xruns > p->xruns || bad > p->bad) p->told = time;
    p->xruns = xruns;
    p->bad = bad;
}

static void look_after_recorder(Performance *p) {
    const char *why = recorder_failure(p->recorder);
    const int64_t lost = recorder_lost(p->recorder);
    if (why && !p->told_recorder)
        performance_say(p, "the recording ends here: %s", why);
    else if (lost > p->lost && !why)
        performance_say(
            p, "the disk is too slow: the recording lacks %lld frames, which are silent in it",
            (long long)(lost - p->lost));
    p->told_recorder = why != NULL;
    p->lost = lost;
}

/* A device that was unplugged, a server that ended. */
static bool device_has_gone(Performance *p, double time) {
    const long blocks = atomic_load(&p->player.blocks);
    if (blocks != p->blocks) p->heard = time;
    p->blocks = blocks;
    return !device_is_there(p->device) || time - p->heard > gone_after;
}

static bool is_over(const Performance *p) {
    if (p->leaves > 0) return atomic_load(&p->player.silent);
    return atomic_load(&p->player.ended) &&
           layers_frame(&p->player.layers) >= layers_end(&p->player.layers);
}

static void leave(Performance *p, double time) {
    atomic_store(&p->player.leaving, true);
    if (p->leaves == 0) p->leaves = time;
}

/* ---- starting, and being suspended ------------------------------------------------------------------- */

static void play_block(void *performance, const float *const *inputs, float *const *outputs,
                       int frames, bool xrun) {
    player_process(&((Performance *)performance)->player, inputs, outputs, frames, xrun);
}

static bool start(Performance *p, EngineError *why) {
    const bool started = device_start(p->device, play_block, p, why);
    p->heard = performance_clock();
    return started;
}

void performance_pause_for(double seconds) {
    const struct timespec time = {(time_t)seconds, (long)(1e9 * (seconds - floor(seconds)))};
    nanosleep(&time, NULL);
}

static void tell_start(Performance *p) {
    const DeviceFacts *facts = device_facts(p->device);
    for (int i = 0; i < 50 && atomic_load(&p->player.blocks) == 0; i++)
        performance_pause_for(0.002);
    Buf line = {0};
    buf_printf(&line, "%s play%s on %s (%s): %d channel%s, %g Hz", p->s.title,
               p->s.nlayers == 1 ? "s" : "", facts->name, facts->system, facts->outputs,
               facts->outputs == 1 ? "" : "s", facts->rate);
    const int block = atomic_load(&p->player.block);
    if (block > 0) buf_printf(&line, ", %d frames a block", block);
    buf_printf(&line, ", latency %.3g ms", 1e3 * facts->output_latency);
    if (facts->input)
        buf_printf(&line, "; hears %s, latency %.3g ms", facts->input, 1e3 * facts->input_latency);
    performance_say(p, "%s; Ctrl-C ends", line.data);
    buf_free(&line);
}

/* False: it does not answer, and may still call. */
static bool end_device(Performance *p) {
    Device *device = p->device;
    p->device = NULL;
    p->lost_device = !device_end(device);
    return !p->lost_device;
}

/* A process that stands still must not hold a device, nor a server that waits for it. */
static bool suspend(Performance *p, EngineError *why) {
    DeviceWish wish = p->s.wish;
    wish.rate = p->player.rate;
    wish.outputs = p->player.outputs;
    performance_stand(p);
    performance_wait_until_silent(p);
    performance_close_hands(p);
    if (!end_device(p)) return engine_fails(why, FAILED, "the device does not answer");
    performance_say(p, "%s %s (fg)", p->s.title,
                    p->s.nlayers == 1 ? "is silent until it goes on"
                                      : "are silent until they go on");
    terminal_end();
    interrupts_suspend();
    p->device = device_find(&wish, why);
    if (!p->device) return false;
    p->viewed = p->viewed && terminal_begin();
    if (!p->paused) performance_go(p);
    if (!start(p, why)) return false;
    performance_say(p, "%s go%s on", p->s.title, p->s.nlayers == 1 ? "es" : "");
    if (!performance_open_hands(p, why)) performance_say(p, "%s", why->message);
    return true;
}

/* ---- keys ------------------------------------------------------------------------------------------------ */

/* The chosen one, or not any more. */
static void shade_layer(Performance *p, bool mute) {
    Layer *layer = view_layer(&p->view, &p->player.layers);
    atomic_bool *which = mute ? &layer->muted : &layer->soloed;
    atomic_store(which, !atomic_load(which));
}

static void take_key(Performance *p, int key, double time) {
    enum { STRIDE = 5 }; /* seconds */
    const double at = (double)layers_frame(&p->player.layers) / p->player.rate;
    switch (key) {
    case ' ': performance_pause(p, !p->paused); break;
    case '[': performance_seek(p, at - STRIDE); break;
    case ']': performance_seek(p, at + STRIDE); break;
    case '0':
    case KEY_HOME: performance_seek(p, 0); break;
    case '-': performance_turn_tempo(p, -1); break;
    case '+': performance_turn_tempo(p, 1); break;
    case 'l': performance_learn(p); break;
    case 'L': performance_forget(p); break;
    case 'm':
    case 's': shade_layer(p, key == 'm'); break;
    case 'q':
        p->paused = false;
        leave(p, time);
        break;
    default: view_takes_key(&p->view, &p->player.layers, key);
    }
}

/* ---- the loop ------------------------------------------------------------------------------------------- */

/* However much happens, others have a turn too. */
static void wait(const Performance *p) {
    const double watcher = watcher_patience(p->watcher, performance_clock()),
                 seconds = watcher < look_after ? watcher : look_after;
    struct pollfd handles[] = {{watcher_handle(p->watcher), POLLIN, 0},
                               {p->interrupts, POLLIN, 0},
                               {p->viewed ? STDIN_FILENO : -1, POLLIN, 0},
                               {p->wakes, POLLIN, 0},
                               {p->socket ? session_socket_handle(p->socket) : -1, POLLIN, 0}};
    performance_pause_for(0.001);
    poll(handles, sizeof handles / sizeof *handles, (int)ceil(1e3 * seconds));
}

static void draw(Performance *p, double time) {
    Buf names = {0};
    Scene scene = {.player = &p->player,
                   .paused = p->paused,
                   .records = p->recorder != NULL,
                   .learns = p->learns};
    if (p->remote) {
        scene.osc = remote_name(p->remote);
        scene.messages = remote_heard(p->remote);
    }
    if (p->midi) {
        midi_names(p->midi, &names);
        scene.midi = names.data;
        scene.messages += atomic_load(&midi_input(p->midi)->messages);
    }
    view_draw(&p->view, &scene, time);
    buf_free(&names);
}

/* One turn. False: it is over, with `why` where something failed. */
static bool go_on(Performance *p, EngineError *why) {
    wait(p);
    const double time = performance_clock();
    const Interrupt what = interrupts_take();
    int key;
    if (what == INTERRUPT_END) leave(p, time);
    if (what == INTERRUPT_SUSPEND && !suspend(p, why)) return false;
    if (watcher_settled(p->watcher, time)) performance_reload(p);
    while (p->viewed && (key = terminal_key()) != KEY_NONE)
        take_key(p, key, time);
    look_after_xruns(p, time);
    look_after_recorder(p);
    performance_look_after_hands(p, time);
    for (int i = 0; i < p->s.nlayers; i++)
        kn_live_collect(p->scripts[i].layer->live);
    if (is_over(p)) return false;
    if (p->viewed) draw(p, time);
    if (device_has_gone(p, time)) {
        p->lost_device = true;
        engine_fails(why, FAILED,
                     "the device has gone, or its server; start it again, and kanon play after it");
        return false;
    }
    return p->leaves == 0 || time - p->leaves < leaves_within;
}

int performance_run(Performance *p, EngineError *why) {
    *why = (EngineError){.status = DONE};
    p->interrupts = interrupts_begin();
    if (!start(p, why)) {
        p->lost_device = true; /* half begun */
        return why->status;
    }
    tell_start(p);
    for (int i = 0; i < p->s.nlayers; i++)
        performance_tell_channels(p, &p->scripts[i], kn_live_program(p->scripts[i].layer->live));
    if (!performance_open_hands(p, why) || !performance_open_remote(p, why) ||
        !performance_open_socket(p, why))
        return why->status;
    p->viewed = p->s.view && terminal_begin();
    while (go_on(p, why)) {
    }
    view_erase(&p->view);
    terminal_end();
    remote_end(p->remote);
    p->remote = NULL;
    session_socket_free(p->socket);
    p->socket = NULL;
    if (!p->lost_device) performance_close_hands(p);
    if (p->device && !p->lost_device && !end_device(p))
        performance_say(p, "the device does not answer, and is left as it is");
    look_after_recorder(p);
    return why->status;
}

/* ---- before and after ------------------------------------------------------------------------------------ */

static void set_params(const Performance *p, KnLive *live, KnProgram *program) {
    for (int i = 0; i < p->s.nparams; i++)
        kn_live_set(live, kn_program_param_index(program, p->s.params[i].name),
                    p->s.params[i].value);
}

int performance_inputs(const Performance *p) {
    return p->sound.n > 0 ? p->sound.n : device_facts(p->device)->inputs;
}

/* What remembers is run to where it begins, unheard. */
static void run_up(const Performance *p, KnLive *live) {
    float heard[MOST_DEVICE_CHANNELS][LAYER_PIECE], room[LAYER_PIECE];
    const float *inputs[MOST_DEVICE_CHANNELS] = {NULL};
    float *outputs[MOST_DEVICE_CHANNELS];
    for (int k = 0; k < MOST_DEVICE_CHANNELS; k++)
        outputs[k] = room;
    for (int64_t at = 0; at < p->first; at += LAYER_PIECE) {
        const int n = p->first - at < LAYER_PIECE ? (int)(p->first - at) : LAYER_PIECE;
        heard_sound_take(&p->sound, at, inputs, heard, n);
        kn_live_process(live, inputs, outputs, n);
    }
}

static bool begin_layer(Performance *p, Script *script, KnProgram *program) {
    const DeviceFacts *facts = device_facts(p->device);
    const LayerSettings *s = script->settings;
    KnLive *live = kn_live_create_channels(program, p->s.voices, p->s.threads,
                                           performance_inputs(p), facts->outputs);
    if (!live) return false;
    layer_begin(script->layer, s->name, live);
    atomic_store(&script->layer->muted, s->muted);
    atomic_store(&script->layer->soloed, s->soloed);
    kn_live_set_optimize(live, p->s.optimize);
    set_params(p, live, program);
    kn_live_set_mono(live, 0, p->s.mono, p->s.legato, p->s.glide);
    kn_live_set_stealing(live, 0, p->s.steal);
    if (p->first > 0 && !kn_live_seek(live, p->first)) run_up(p, live);
    performance_set_end(p, script, program);
    return true;
}

/* The program at the rate of the device, and its live run. */
static bool prepare_layer(Performance *p, Script *script, EngineError *why) {
    KnProgram *program = performance_compile(p, script);
    if (!program) {
        performance_show_messages(p);
        return engine_fails(why, kn_compiler_status(p->s.compiler), "%s", "");
    }
    const bool begun = begin_layer(p, script, program);
    script->text = performance_text(p, script);
    if (begun) performance_read_bindings(p, script);
    kn_program_free(program);
    return begun || engine_fails(why, FAILED,
                                 "%s has more than 64 inputs or outputs, or there is not enough "
                                 "memory",
                                 script->settings->file);
}

static bool prepare(Performance *p, EngineError *why) {
    const DeviceFacts *facts = device_facts(p->device);
    kn_compiler_set_rate(p->s.compiler, facts->rate);
    p->first = (int64_t)nearbyint(p->s.from * facts->rate);
    if (p->s.read_sound && !p->s.read_sound(p->s.sound_context, facts->rate, &p->sound, why))
        return false;
    for (int i = 0; i < p->s.nlayers; i++)
        if (!prepare_layer(p, &p->scripts[i], why)) return false;
    player_begin(&p->player, p->layers, performance_inputs(p), facts->outputs, facts->rate);
    p->player.sound = p->sound;
    return true;
}

/* Their places are for good: threads know them. */
static void make_layers(Performance *p) {
    const int n = p->s.nlayers;
    p->layers = (Layers){alloc_zeroed((size_t)n, sizeof(Layer)), n};
    p->scripts = alloc_zeroed((size_t)n, sizeof *p->scripts);
    for (int i = 0; i < n; i++)
        p->scripts[i] = (Script){.settings = &p->s.layers[i], .layer = &p->layers.items[i]};
}

Performance *performance_create(const PerformanceSettings *settings, EngineError *why) {
    Performance *p = alloc_zeroed(1, sizeof *p);
    p->s = *settings;
    make_layers(p);
    pthread_mutex_init(&p->programs, NULL);
    p->watcher = watcher_create();
    p->wakes = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    p->device = device_find(&p->s.wish, why);
    if (p->device && prepare(p, why)) return p;
    performance_free(p);
    return NULL;
}

const DeviceFacts *performance_device(const Performance *p) {
    return device_facts(p->device);
}

bool performance_record(Performance *p, RecorderSink sink) {
    const DeviceFacts *facts = device_facts(p->device);
    p->recorder = recorder_create(facts->outputs, (int)(waits_for_room * facts->rate), sink);
    p->player.recorder = p->recorder;
    return p->recorder != NULL;
}

/* "jit", or "jit and cc" of several. */
static void name_engines(const Performance *p, Buf *out) {
    for (int i = 0; i < p->s.nlayers; i++) {
        const char *engine = kn_live_engine(p->layers.items[i].live);
        if (out->data && strstr(out->data, engine)) continue;
        buf_printf(out, "%s%s", out->length > 0 ? " and " : "", engine);
    }
}

void performance_sum_up(Performance *p, bool all) {
    Buf engines = {0};
    const BlockTimes *t = &p->player.times;
    const double seconds = (double)atomic_load(&p->player.heard) / p->player.rate;
    const long xruns = atomic_load(&p->player.xruns);
    name_engines(p, &engines);
    performance_say(p, "%s played for %.3f s by %s, %ld xrun%s", p->s.title, seconds, engines.data,
                    xruns, xruns == 1 ? "" : "s");
    buf_free(&engines);
    const int block = atomic_load(&p->player.block);
    if (all)
        performance_say(
            p,
            "%llu blocks of %d frames (%.4g ms): median %.4g ms, 99.9 %% within %.4g ms, worst "
            "%.4g ms; %llu took longer than they sound",
            (unsigned long long)atomic_load(&t->blocks), block, 1e3 * block / p->player.rate,
            1e3 * block_times_within(t, 0.5), 1e3 * block_times_within(t, 0.999),
            1e3 * block_times_worst(t), (unsigned long long)atomic_load(&t->late));
}

static void scripts_free(Performance *p) {
    for (int i = 0; i < p->s.nlayers; i++) {
        Script *script = &p->scripts[i];
        buf_free(&script->text);
        buf_free(&script->main);
        bindings_free(&script->bindings);
        file_stamps_free(&script->stamps);
    }
    free(p->scripts);
}

/* A device that has gone may still call: then what it calls stays. */
void performance_free(Performance *p) {
    if (!p) return;
    if (!p->lost_device) performance_close_hands(p);
    if (p->device && !p->lost_device) end_device(p);
    recorder_end(p->recorder, p->lost_device);
    watcher_free(p->watcher);
    remote_end(p->remote);
    session_socket_free(p->socket);
    scripts_free(p);
    free(p->learns);
    if (p->lost_device) return;
    for (int i = 0; i < p->layers.n; i++)
        kn_live_free(p->layers.items[i].live);
    free(p->layers.items);
    if (p->wakes >= 0) close(p->wakes);
    pthread_mutex_destroy(&p->programs);
    free(p);
}
