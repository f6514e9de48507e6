/* A program that is heard while its file is edited.
 * In: settings, files that change, signals. Out: sound, and lines for whoever shows them.
 *
 * The thread that calls performance_run compiles and replaces, and never waits for the audio thread, nor that for it: they meet in
 * the live run (api/live.h) and at the numbers of the Player. */
#include "play/performance.h"
#include "play/fates.h"
#include "play/interrupts.h"
#include "play/midi.h"
#include "play/terminal.h"
#include "play/view.h"
#include "play/watcher.h"
#include "base/foreign_text.h"

#include <math.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { DONE = 0, FAILED = 3, MOST_FILES = 4096 };

/* Seconds. */
static const double look_after = 0.05, told_again = 1, gone_after = 5, leaves_within = 1,
                    waits_for_room = 8;

struct Performance {
    PerformanceSettings s;
    Device *device;
    KnLive *live;
    Player player;
    Recorder *recorder;
    Watcher *watcher;
    Midi *midi;     /* NULL: none is heard */
    int wakes;      /* a handle: an order came in */
    bool told_midi; /* that there is none */
    Buf text;       /* of the program that plays, all files */
    int64_t first;  /* frame */
    bool told_gone; /* the file is missing, and that was said */
    bool lost_device;
    bool viewed, paused;
    View view;
    bool told_recorder;
    int interrupts;          /* a handle */
    double leaves;           /* when it was told to end; 0: it was not */
    double heard;            /* when the last block was seen */
    long blocks, xruns, bad; /* seen so far */
    int64_t lost;
    double told; /* when xruns were told */
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void say(Performance *p, const char *fmt, ...) KN_PRINTF(2, 3);
static void say(Performance *p, const char *fmt, ...) {
    Buf line = {0};
    va_list args;
    va_start(args, fmt);
    buf_vprintf(&line, fmt, args);
    va_end(args);
    view_erase(&p->view);
    p->s.audience.say(p->s.audience.context, line.data);
    buf_free(&line);
}

static void say_line(void *performance, const char *line) {
    say(performance, "%s", line);
}

static int fail(EngineError *why, int status, const char *text) {
    *why = (EngineError){.status = status};
    snprintf(why->message, sizeof why->message, "%s", text);
    return status;
}

/* ---- compiling ------------------------------------------------------------------------------------- */

/* The files whose change is a reason to compile again. The program's own is one even where it could not be opened. */
static void follow(Performance *p, struct timespec since) {
    const char *files[MOST_FILES];
    int n = 0;
    if (p->s.path) files[n++] = p->s.path;
    for (int i = 0; i < kn_compiler_file_count(p->s.compiler) && n < MOST_FILES; i++)
        files[n++] = kn_compiler_file(p->s.compiler, i);
    watcher_follow(p->watcher, files, n, since);
}

/* NULL with its errors shown. */
static KnProgram *compile(Performance *p) {
    const struct timespec since = watcher_clock();
    KnProgram *program = p->s.path ? kn_compile_file(p->s.compiler, p->s.path)
                                   : kn_compile_expression(p->s.compiler, p->s.expression);
    follow(p, since);
    return program;
}

static void show_messages(Performance *p) {
    const char *messages = kn_compiler_messages(p->s.compiler);
    view_erase(&p->view);
    if (*messages) p->s.audience.show(p->s.audience.context, messages);
}

/* Where the program ends, for the audio thread. */
static void set_end(Performance *p, const KnProgram *program) {
    const double rate = device_facts(p->device)->rate,
                 length = p->s.length >= 0 ? (double)p->first / rate + p->s.length
                                           : kn_program_length(program);
    const bool ends = length >= 0 && length * rate < 0x1p52;
    atomic_store(&p->player.end, ends ? (int64_t)nearbyint(length * rate) : INT64_MAX);
}

static void tell_channels(Performance *p, const KnProgram *program) {
    const DeviceFacts *facts = device_facts(p->device);
    const int outputs = kn_program_outputs(program), inputs = kn_program_inputs(program);
    if (outputs > facts->outputs)
        say(p, "%s has %d outputs, and %d channels are played", p->s.name, outputs, facts->outputs);
    if (inputs > facts->inputs)
        say(p,
            facts->inputs == 0 ? "%s hears %d inputs, and there is no --in: they are silent"
                               : "%s hears %d inputs, and --in has fewer channels: the rest is "
                                 "silent",
            p->s.name, inputs);
}

/* ---- MIDI ------------------------------------------------------------------------------------------ */

/* Somebody who plays it, or turns it, is expected. */
static bool wants_midi(const KnProgram *program) {
    bool wants = kn_program_is_instrument(program);
    for (int i = 0; i < kn_program_params(program); i++)
        wants = wants || kn_program_param_controller(program, i) >= 0;
    return wants;
}

static void tell_midi(Performance *p) {
    Buf line = {0}, names = {0};
    midi_names(p->midi, &names);
    buf_puts(&line, "MIDI: hears ");
    text_to_terminal(&line, names.data);
    say(p, "%s", line.data);
    buf_free(&line);
    buf_free(&names);
}

/* Ports that were asked for must be there; where one of our own is all, sound without it is better than none. */
static bool open_midi(Performance *p, const KnProgram *program, EngineError *why) {
    MidiWish wish = p->s.midi;
    wish.own = wants_midi(program);
    if (p->midi || p->lost_device || (!wish.own && wish.nports == 0)) return true;
    p->midi = midi_begin(&wish, &p->player, p->wakes, why);
    if (p->midi) tell_midi(p);
    if (p->midi || wish.nports > 0) return p->midi != NULL;
    if (!p->told_midi)
        say(p, "%s is played by MIDI, and nothing is heard: %s", p->s.name, why->message);
    p->told_midi = true;
    return true;
}

static void close_midi(Performance *p) {
    midi_end(p->midi);
    p->midi = NULL;
}

/* Fades out. Whatever is held, no note is left when it goes on. */
static void stand(Performance *p) {
    atomic_store(&p->player.leaving, true);
    kn_live_notes_off(p->live, player_frame_now(&p->player, block_clock()), 1);
}

static void go(Performance *p) {
    if (p->midi) midi_input_resume(midi_input(p->midi));
    atomic_store(&p->player.leaving, false);
    if (p->midi) midi_input_resume(midi_input(p->midi));
}

/* ---- a save ---------------------------------------------------------------------------------------- */

static bool is_gone(Performance *p) {
    struct stat info;
    const bool gone = p->s.path && stat(p->s.path, &info) != 0;
    if (gone && !p->told_gone)
        say(p, "%s is gone; its sound goes on until the file is there again", p->s.name);
    p->told_gone = gone;
    return gone;
}

static void add_file(const char *path, Buf *text) {
    const size_t length = strlen(path);
    FILE *file = length > 3 && strcmp(path + length - 3, ".kn") == 0 ? fopen(path, "re") : NULL;
    char block[4096];
    for (size_t n; file && (n = fread(block, 1, sizeof block, file)) > 0;)
        buf_add(text, block, n);
    if (file) fclose(file);
    buf_byte(text, '\n');
}

/* What the user wrote, in all files. */
static Buf gather_text(const Performance *p) {
    Buf text = {0};
    buf_puts(&text, p->s.expression ? p->s.expression : "");
    for (int i = 0; i < kn_compiler_file_count(p->s.compiler); i++)
        add_file(kn_compiler_file(p->s.compiler, i), &text);
    return text;
}

static void tell_fates(Performance *p, const KnProgram *program) {
    Buf fates = {0}, text = gather_text(p);
    buf_puts(&p->text, text.data); /* names may be of either */
    fates_tell(p->live, p->text.data, &fates);
    say(p, "%s: %s (%.2g ms)", p->s.name, fates.data, 1e3 * kn_program_compile_seconds(program));
    buf_free(&fates);
    buf_free(&p->text);
    p->text = text;
}

static void replace(Performance *p, KnProgram *program) {
    show_messages(p);
    if (!kn_live_replace(p->live, program, p->s.fade)) {
        say(p,
            "%s cannot be played in its new form: it has more than 64 channels, or there is not "
            "enough memory",
            p->s.name);
        return;
    }
    set_end(p, program);
    tell_fates(p, program);
    tell_channels(p, program);
    EngineError why;
    open_midi(p, program, &why);
}

/* What was read while somebody wrote again is half of something: the next save is near. */
static void reload(Performance *p) {
    if (is_gone(p)) return;
    KnProgram *program = compile(p);
    if (!watcher_is_quiet(p->watcher, now())) {
        kn_program_free(program);
        return;
    }
    if (program)
        replace(p, program);
    else
        show_messages(p);
    kn_program_free(program);
}

/* ---- looking after the audio thread ----------------------------------------------------------------- */

static void look_after_xruns(Performance *p, double time) {
    const long xruns = atomic_load(&p->player.xruns), bad = atomic_load(&p->player.not_finite);
    if (time - p->told < told_again) return;
    if (xruns > p->xruns && !p->viewed)
        say(p, "xrun: the device came too late %ld time%s (%ld in all)", xruns - p->xruns,
            xruns - p->xruns == 1 ? "" : "s", xruns);
    if (bad > p->bad) say(p, "%ld samples were no finite numbers, and played as 0", bad - p->bad);
    if (xruns > p->xruns || bad > p->bad) p->told = time;
    p->xruns = xruns;
    p->bad = bad;
}

static void look_after_recorder(Performance *p) {
    const char *why = recorder_failure(p->recorder);
    const int64_t lost = recorder_lost(p->recorder);
    if (why && !p->told_recorder)
        say(p, "the recording ends here: %s", why);
    else if (lost > p->lost && !why)
        say(p, "the disk is too slow: the recording lacks %lld frames, which are silent in it",
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
    return atomic_load(&p->player.ended) && kn_live_frame(p->live) >= atomic_load(&p->player.end);
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
    p->heard = now();
    return started;
}

static void pause_for(double seconds) {
    const struct timespec time = {(time_t)seconds, (long)(1e9 * (seconds - floor(seconds)))};
    nanosleep(&time, NULL);
}

static void wait_until_silent(const Performance *p) {
    for (int i = 0; i < 100 && !atomic_load(&p->player.silent); i++)
        pause_for(0.01);
}

static void tell_start(Performance *p) {
    const DeviceFacts *facts = device_facts(p->device);
    for (int i = 0; i < 50 && atomic_load(&p->player.blocks) == 0; i++)
        pause_for(0.002);
    Buf line = {0};
    buf_printf(&line, "%s plays on %s (%s): %d channel%s, %g Hz", p->s.name, facts->name,
               facts->system, facts->outputs, facts->outputs == 1 ? "" : "s", facts->rate);
    const int block = atomic_load(&p->player.block);
    if (block > 0) buf_printf(&line, ", %d frames a block", block);
    buf_printf(&line, ", latency %.3g ms", 1e3 * facts->output_latency);
    if (facts->input)
        buf_printf(&line, "; hears %s, latency %.3g ms", facts->input, 1e3 * facts->input_latency);
    say(p, "%s; Ctrl-C ends", line.data);
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
    stand(p);
    wait_until_silent(p);
    close_midi(p);
    if (!end_device(p)) return fail(why, FAILED, "the device does not answer") == DONE;
    say(p, "%s is silent until it goes on (fg)", p->s.name);
    terminal_end();
    interrupts_suspend();
    p->device = device_find(&wish, why);
    if (!p->device) return false;
    p->viewed = p->viewed && terminal_begin();
    if (!start(p, why)) return false;
    say(p, "%s goes on", p->s.name);
    if (!open_midi(p, kn_live_program(p->live), why)) say(p, "%s", why->message);
    if (!p->paused) go(p);
    return true;
}

/* ---- keys ------------------------------------------------------------------------------------------------ */

/* What is pure can be anywhere. It is silent meanwhile. */
static void seek(Performance *p, double seconds) {
    const double to = seconds * p->player.rate;
    if (!kn_program_is_pure(kn_live_program(p->live))) {
        say(p, "%s remembers: it cannot be played from another time", p->s.name);
        return;
    }
    stand(p);
    wait_until_silent(p);
    if (atomic_load(&p->player.silent)) kn_live_seek(p->live, to > 0 ? (int64_t)nearbyint(to) : 0);
    if (p->midi) midi_input_sought(midi_input(p->midi));
    if (!p->paused) go(p);
}

static void pause_or_go(Performance *p, bool paused) {
    p->paused = paused;
    if (paused)
        stand(p);
    else
        go(p);
}

static void take_key(Performance *p, int key, double time) {
    enum { STRIDE = 5 }; /* seconds */
    const double at = (double)kn_live_frame(p->live) / p->player.rate;
    switch (key) {
    case ' ': pause_or_go(p, !p->paused); break;
    case '[': seek(p, at - STRIDE); break;
    case ']': seek(p, at + STRIDE); break;
    case '0':
    case KEY_HOME: seek(p, 0); break;
    case 'q':
        p->paused = false;
        leave(p, time);
        break;
    default: view_takes_key(&p->view, p->live, key);
    }
}

/* ---- the loop ------------------------------------------------------------------------------------------- */

/* However much happens, others have a turn too. */
static void wait(const Performance *p) {
    const double watcher = watcher_patience(p->watcher, now()),
                 seconds = watcher < look_after ? watcher : look_after;
    struct pollfd handles[] = {{watcher_handle(p->watcher), POLLIN, 0},
                               {p->interrupts, POLLIN, 0},
                               {p->viewed ? STDIN_FILENO : -1, POLLIN, 0},
                               {p->wakes, POLLIN, 0}};
    pause_for(0.001);
    poll(handles, 4, (int)ceil(1e3 * seconds));
}

static void draw(Performance *p, double time) {
    Buf names = {0};
    Scene scene = {
        .live = p->live, .player = &p->player, .paused = p->paused, .records = p->recorder != NULL};
    if (p->midi) {
        midi_names(p->midi, &names);
        scene.midi = names.data;
        scene.messages = atomic_load(&midi_input(p->midi)->messages);
    }
    view_draw(&p->view, &scene, time);
    buf_free(&names);
}

/* One turn. False: it is over, with `why` where something failed. */
static bool go_on(Performance *p, EngineError *why) {
    wait(p);
    const double time = now();
    const Interrupt what = interrupts_take();
    int key;
    if (what == INTERRUPT_END) leave(p, time);
    if (what == INTERRUPT_SUSPEND && !suspend(p, why)) return false;
    if (watcher_settled(p->watcher, time)) reload(p);
    while (p->viewed && (key = terminal_key()) != KEY_NONE)
        take_key(p, key, time);
    look_after_xruns(p, time);
    look_after_recorder(p);
    midi_look_after(p->midi, time, say_line, p);
    kn_live_collect(p->live);
    if (is_over(p)) return false;
    if (p->viewed) draw(p, time);
    if (device_has_gone(p, time)) {
        p->lost_device = true;
        fail(why, FAILED,
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
    tell_channels(p, kn_live_program(p->live));
    if (!open_midi(p, kn_live_program(p->live), why)) return why->status;
    p->viewed = p->s.view && terminal_begin();
    while (go_on(p, why)) {
    }
    view_erase(&p->view);
    terminal_end();
    if (!p->lost_device) close_midi(p);
    if (p->device && !p->lost_device && !end_device(p))
        say(p, "the device does not answer, and is left as it is");
    look_after_recorder(p);
    return why->status;
}

/* ---- before and after ------------------------------------------------------------------------------------ */

static void set_params(const Performance *p, KnProgram *program) {
    for (int i = 0; i < p->s.nparams; i++)
        kn_live_set(p->live, kn_program_param_index(program, p->s.params[i].name),
                    p->s.params[i].value);
}

/* What remembers is run to where it begins, unheard. */
static void run_up(const Performance *p) {
    enum { AT_ONCE = 512 };
    float room[AT_ONCE], *outputs[MOST_DEVICE_CHANNELS];
    for (int k = 0; k < MOST_DEVICE_CHANNELS; k++)
        outputs[k] = room;
    for (int64_t at = 0; at < p->first; at += AT_ONCE)
        kn_live_process(p->live, NULL, outputs,
                        p->first - at < AT_ONCE ? (int)(p->first - at) : AT_ONCE);
}

static bool begin(Performance *p, KnProgram *program) {
    const DeviceFacts *facts = device_facts(p->device);
    p->live =
        kn_live_create_channels(program, p->s.voices, p->s.threads, facts->inputs, facts->outputs);
    if (!p->live) return false;
    kn_live_set_optimize(p->live, p->s.optimize);
    set_params(p, program);
    kn_live_set_mono(p->live, 0, p->s.mono, p->s.legato, p->s.glide);
    kn_live_set_stealing(p->live, 0, p->s.steal);
    p->first = (int64_t)nearbyint(p->s.from * facts->rate);
    if (p->first > 0 && !kn_live_seek(p->live, p->first)) run_up(p);
    player_begin(&p->player, p->live, facts->outputs, facts->rate);
    set_end(p, program);
    return true;
}

/* The program at the rate of the device, and its live run. */
static bool prepare(Performance *p, EngineError *why) {
    kn_compiler_set_rate(p->s.compiler, device_facts(p->device)->rate);
    KnProgram *program = compile(p);
    if (!program) {
        show_messages(p);
        return fail(why, kn_compiler_status(p->s.compiler), "") == DONE;
    }
    const bool begun = begin(p, program);
    p->text = gather_text(p);
    kn_program_free(program);
    if (begun) return true;
    fail(why, FAILED,
         "the program has more than 64 inputs or outputs, or there is not enough memory");
    return false;
}

Performance *performance_create(const PerformanceSettings *settings, EngineError *why) {
    Performance *p = alloc_zeroed(1, sizeof *p);
    p->s = *settings;
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

void performance_sum_up(Performance *p, bool all) {
    const BlockTimes *t = &p->player.times;
    const double seconds = (double)atomic_load(&p->player.heard) / p->player.rate;
    const long xruns = atomic_load(&p->player.xruns);
    say(p, "%s played for %.3f s by %s, %ld xrun%s", p->s.name, seconds, kn_live_engine(p->live),
        xruns, xruns == 1 ? "" : "s");
    const int block = atomic_load(&p->player.block);
    if (all)
        say(p,
            "%llu blocks of %d frames (%.4g ms): median %.4g ms, 99.9 %% within %.4g ms, worst "
            "%.4g ms; %llu took longer than they sound",
            (unsigned long long)atomic_load(&t->blocks), block, 1e3 * block / p->player.rate,
            1e3 * block_times_within(t, 0.5), 1e3 * block_times_within(t, 0.999),
            1e3 * block_times_worst(t), (unsigned long long)atomic_load(&t->late));
}

/* A device that has gone may still call: then what it calls stays. */
void performance_free(Performance *p) {
    if (!p) return;
    if (!p->lost_device) close_midi(p);
    if (p->device && !p->lost_device) end_device(p);
    recorder_end(p->recorder, p->lost_device);
    watcher_free(p->watcher);
    buf_free(&p->text);
    if (p->lost_device) return;
    kn_live_free(p->live);
    if (p->wakes >= 0) close(p->wakes);
    free(p);
}
