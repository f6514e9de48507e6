/* kanon play, kanon FILE.kn: programs are heard while they are edited.
 * In: FILE.kn and others, a sound device, values for their params. Out: sound; lines about it on standard error; with --record a file. */
#include "command/definition.h"
#include "command/song.h"
#include "command/take.h"
#include "play/midi_ports.h"
#include "play/performance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct Playing {
    const Request *request;
    Compile **
        programs; /* of each layer: read for the options, and errors before a device is looked for */
    Compile *c;   /* the first */
    LayerSettings *layers;
    int nlayers;
    KnCompiler *compiler;
    ParamValue *values;
    int nvalues, values_cap;
    PerformanceSettings how;
    Performance *performance;
    Take take;
    SoundInput *in; /* the file of --in; NULL: a device is heard, or nothing */
    HeardSound sound;
    Buf title;
} Playing;

/* ---- options ------------------------------------------------------------------------------------- */

/* What is a file is no device. */
static bool is_sound_file(const char *in) {
    struct stat info;
    return in && stat(in, &info) == 0 && S_ISREG(info.st_mode);
}

static int read_numbers(Playing *p) {
    const Request *r = p->request;
    PerformanceSettings *how = &p->how;
    if (!option_rate("--rate", r->rate, &how->wish.rate) ||
        !option_integer("--channels", r->channels, 1, MOST_DEVICE_CHANNELS, &how->wish.outputs) ||
        !option_integer("--block", r->block, 1, 1 << 16, &how->wish.block) ||
        !option_integer("--voices", r->voices, 1, 65536, &how->voices) ||
        !option_integer("--threads", r->threads, 1, 64, &how->threads) || !take_choose(r, &p->take))
        return STATUS_USAGE;
    how->wish.output = r->device;
    if (!is_sound_file(r->in)) how->wish.input = r->in;
    how->midi =
        (MidiWish){.ports = r->midi_ports.items, .nports = r->midi_ports.n, .out = r->midi_out};
    return STATUS_DONE;
}

static int check_osc(const Request *r) {
    if (r->osc_any && (!r->osc || strchr(r->osc, ':')))
        return command_fail(STATUS_USAGE, "--osc-any wants --osc PORT, without a host");
    return STATUS_DONE;
}

static int read_times(Playing *p) {
    const Request *r = p->request;
    PerformanceSettings *how = &p->how;
    if (r->from && !time_read(p->c, "--from", r->from, &how->from)) return STATUS_USAGE;
    if (r->duration && !time_read(p->c, "--for", r->duration, &how->length)) return STATUS_USAGE;
    if (r->fade && !time_read(p->c, "--fade", r->fade, &how->fade)) return STATUS_USAGE;
    if (time_frame(how->from, 1e6) < 0)
        return command_fail(STATUS_USAGE, "--from is too long: more frames than can be counted");
    return STATUS_DONE;
}

static int add_values(Playing *p, const Request *one, Compile *c) {
    ParamSettings settings = {0};
    int status = settings_read(one, c, &settings);
    for (int i = 0; i < settings.n && status == STATUS_DONE; i++) {
        const ParamSetting *s = &settings.items[i];
        const char *name = c->program.graph->params[s->param].name;
        const ParamValue value = {name, s->value};
        if (s->varies)
            status =
                command_fail(STATUS_USAGE,
                             "--set %s: a function of time is for kanon render; to hear it, write "
                             "it into the program in the place of the param",
                             name);
        VEC_PUSH(p->values, p->nvalues, p->values_cap, value);
    }
    settings_free(&settings);
    return status;
}

static bool has_param(const Compile *c, const char *set) {
    const size_t length = strcspn(set, "= ");
    const Graph *g = c->program.graph;
    for (int i = 0; i < g->nparams; i++)
        if (strlen(g->params[i].name) == length && memcmp(g->params[i].name, set, length) == 0)
            return true;
    return false;
}

/* Each --set is of all layers that have the param, and of one at least. */
static int read_settings(Playing *p) {
    const Request *r = p->request;
    int status = STATUS_DONE;
    for (int i = 0; i < r->sets.n && status == STATUS_DONE; i++) {
        Request one = *r;
        Compile *whose = p->c; /* that one tells what is wrong */
        one.sets = (TextList){&r->sets.items[i], 1, 1};
        for (int k = p->nlayers - 1; k >= 0; k--)
            if (has_param(p->programs[k], r->sets.items[i])) whose = p->programs[k];
        status = add_values(p, &one, whose);
    }
    p->how.params = p->values;
    p->how.nparams = p->nvalues;
    return status;
}

/* 1bar, 2bars, 1beat, or a time. */
static int read_quantum(Playing *p) {
    static const struct {
        const char *unit;
        double beats;
    } units[] = {{"bar", 4}, {"bars", 4}, {"beat", 1}, {"beats", 1}};
    const char *text = p->request->quantize;
    Quantum *q = &p->how.quantum;
    char *end;
    if (!text) return STATUS_DONE;
    const double number = strtod(text, &end);
    while (*end == ' ')
        end++;
    for (int i = 0; i < (int)(sizeof units / sizeof *units) && end > text; i++)
        if (strcmp(end, units[i].unit) == 0) *q = (Quantum){number * units[i].beats, true};
    if (!q->in_beats && !time_read(p->c, "--quantize", text, &q->size)) return STATUS_USAGE;
    if (q->size >= 0.001 && q->size <= 3600) return STATUS_DONE;
    return command_fail(STATUS_USAGE,
                        "--quantize takes a place such as 1bar, 2beats or 500ms, "
                        "not %s",
                        text);
}

/* The rules of sharing voices, as kn_live_set_mono has them. */
static int read_voicing(Playing *p) {
    const Request *r = p->request;
    Voicing how = {0};
    const int status = voicing_read(r, p->c, &how);
    p->how.steal = r->steal;
    p->how.mono = r->mono;
    p->how.legato = r->legato;
    p->how.glide = how.glide;
    if (status == STATUS_DONE && !(how.glide >= 0 && how.glide <= 60))
        return command_fail(STATUS_USAGE, "--glide takes at most 60 s");
    return status;
}

static int check_programs(Playing *p) {
    DeviceWish *wish = &p->how.wish;
    for (int i = 0; i < p->nlayers; i++) {
        const Graph *g = p->programs[i]->program.graph;
        if (g->noutputs == 0 && p->nlayers == 1)
            return command_fail(STATUS_PROGRAM,
                                "the program has no `out`: there is nothing to hear");
        if (g->noutputs == 0)
            return command_fail(STATUS_PROGRAM, "%s has no `out`: there is nothing to hear",
                                p->layers[i].file);
        if (g->noutputs > wish->program) wish->program = g->noutputs;
        if (g->ninputs > wish->inputs) wish->inputs = g->ninputs;
    }
    if (p->request->in && wish->inputs == 0)
        return command_fail(STATUS_USAGE, "--in: the program has no inputs");
    return STATUS_DONE;
}

/* ---- a file that is heard --------------------------------------------------------------------------- */

static int open_sound(Playing *p) {
    Failure why;
    const char *path = p->request->in;
    if (!is_sound_file(path)) return STATUS_DONE;
    p->in = sound_input_open(path, &why);
    if (!p->in || !sound_input_suits(p->in, p->how.wish.inputs, &why))
        return command_fail_with(&why);
    files_read_note(&p->c->session.files, sound_input_identity(p->in), "the file of --in");
    return STATUS_DONE;
}

static bool read_all(SoundInput *in, const HeardSound *sound, Failure *why) {
    enum { AT_ONCE = 4096 };
    float *at[MOST_DEVICE_CHANNELS];
    for (int64_t frame = 0; frame < sound->frames; frame += AT_ONCE) {
        const int64_t left = sound->frames - frame;
        for (int k = 0; k < sound->n; k++)
            at[k] = sound->channels[k] + frame;
        if (!sound_input_read(in, at, sound->n, left < AT_ONCE ? (int)left : AT_ONCE, why))
            return false;
    }
    return true;
}

static bool read_sound(void *playing, double rate, HeardSound *sound, EngineError *error) {
    Playing *p = playing;
    Failure why;
    const int n = p->how.wish.inputs;
    if (!sound_input_resample(p->in, rate, &why))
        return engine_fails(error, STATUS_FILE, "%s", why.text);
    const int64_t frames = sound_input_frames(p->in);
    p->sound = (HeardSound){calloc((size_t)n, sizeof(float *)), n, frames};
    bool room = p->sound.channels != NULL;
    for (int k = 0; k < n && room; k++) {
        p->sound.channels[k] = calloc((size_t)frames + 1, sizeof(float));
        room = p->sound.channels[k] != NULL;
    }
    *sound = p->sound;
    if (!room)
        return engine_fails(error, STATUS_FILE, "%s is too long for the memory there is",
                            p->request->in);
    return read_all(p->in, sound, &why) || engine_fails(error, STATUS_FILE, "%s", why.text);
}

/* As load_program compiles: a user may read what lies anywhere. */
static int create_compiler(Playing *p) {
    const Request *r = p->request;
    EngineKind kind;
    if (!option_engine(r->engine, &kind)) return STATUS_USAGE;
    p->compiler = kn_compiler_create();
    if (!p->compiler) return command_fail(STATUS_FILE, "there is not enough memory");
    if (r->isa && !kn_compiler_set_isa(p->compiler, r->isa))
        return command_fail(STATUS_USAGE, "--isa: this machine has no kernels '%s'", r->isa);
    kn_compiler_set_engine(p->compiler, r->engine ? r->engine : "auto");
    kn_compiler_set_double(p->compiler, r->double_precision);
    kn_compiler_allow_files(p->compiler, r->only_below ? r->folder : "/");
    kn_compiler_set_limit(p->compiler, "time", r->limits.most[LIMIT_TIME]);
    kn_compiler_set_limit(p->compiler, "memory", r->limits.most[LIMIT_MEMORY]);
    kn_compiler_set_limit(p->compiler, "state", r->limits.most[LIMIT_STATE]);
    return STATUS_DONE;
}

/* ---- what is shown --------------------------------------------------------------------------------- */

static void say_line(void *playing, const char *line) {
    (void)playing;
    command_say("%s", line);
}

static void show_messages(void *playing, const char *messages) {
    (void)playing;
    fputs(messages, stderr);
}

/* ---- the whole -------------------------------------------------------------------------------------- */

static const char *short_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool is_taken(const Playing *p, int n, const char *name) {
    bool taken = false;
    for (int i = 0; i < n; i++)
        taken = taken || strcmp(p->layers[i].name, name) == 0;
    return taken;
}

/* drums of drums.kn; drums-2 of the second. */
static char *layer_name(const Playing *p, int i, const Request *one) {
    char *stem = load_stem(one, "-e");
    Buf name = {0};
    buf_puts(&name, stem);
    for (int k = 2; is_taken(p, i, name.data); k++) {
        buf_free(&name);
        buf_printf(&name, "%s-%d", stem, k);
    }
    free(stem);
    return name.data;
}

static Request request_of(const Playing *p, int i) {
    Request one = *p->request;
    one.file = i < one.files.n ? one.files.items[i] : NULL;
    if (one.file) one.expression = NULL;
    return one;
}

static void describe_layers(Playing *p) {
    const Request *r = p->request;
    const int n = r->files.n + (r->expression ? 1 : 0);
    p->layers = alloc_zeroed((size_t)n + 1, sizeof *p->layers);
    p->programs = alloc_zeroed((size_t)n + 1, sizeof(Compile *));
    for (int i = 0; i < n; i++) {
        const Request one = request_of(p, i);
        p->layers[i] = (LayerSettings){.path = one.file,
                                       .expression = one.expression,
                                       .file = one.file ? short_name(one.file) : "-e",
                                       .name = layer_name(p, i, &one)};
        buf_printf(&p->title, "%s%s", i > 0 ? ", " : "", p->layers[i].file);
        p->nlayers = i + 1;
    }
}

static bool choose_layers(Playing *p, const TextList *names, bool mute) {
    for (int k = 0; k < names->n; k++) {
        LayerSettings *found = NULL;
        for (int i = 0; i < p->nlayers; i++)
            if (strcmp(p->layers[i].name, names->items[k]) == 0) found = &p->layers[i];
        if (!found) {
            command_fail(STATUS_USAGE, "--%s: there is no layer '%s'; drums.kn is the layer drums",
                         mute ? "mute" : "solo", names->items[k]);
            return false;
        }
        *(mute ? &found->muted : &found->soloed) = true;
    }
    return true;
}

static int load_programs(Playing *p) {
    const double rate = p->how.wish.rate > 0 ? p->how.wish.rate : 48000;
    int status = STATUS_DONE;
    for (int i = 0; i < p->nlayers && status == STATUS_DONE; i++) {
        const Request one = request_of(p, i);
        status = load_program(&one, rate, 192000, &p->programs[i]);
        if (i > 0) files_read_add(&p->c->session.files, &p->programs[i]->session.files);
        p->c = p->programs[0];
    }
    return status;
}

static int describe(Playing *p) {
    const Request *r = p->request;
    describe_layers(p);
    p->how = (PerformanceSettings){.layers = p->layers,
                                   .nlayers = p->nlayers,
                                   .title = p->title.data,
                                   .voices = 32,
                                   .threads = 1,
                                   .optimize = !r->engine || strcmp(r->engine, "auto") == 0,
                                   .length = -1,
                                   .fade = -1,
                                   .view = !r->plain,
                                   .remote = {r->osc, r->osc_any},
                                   .define = definition_replace,
                                   .defines = definition_is_of,
                                   .file_of = definition_file_of,
                                   .socket = r->socket,
                                   .audience = {say_line, show_messages, p}};
    return choose_layers(p, &r->muted, true) && choose_layers(p, &r->soloed, false) ? STATUS_DONE
                                                                                    : STATUS_USAGE;
}

static int failed(const Playing *p, const EngineError *why) {
    if (!*why->message) return why->status; /* it was shown */
    if (p->performance || why->status != STATUS_FILE)
        return command_fail(why->status, "%s", why->message);
    return command_fail(why->status, "%s; `kanon render %s` writes the sound into a file instead",
                        why->message, p->layers[0].path ? p->layers[0].path : "-e 'EXPR'");
}

static int play(Playing *p) {
    EngineError why = {.status = STATUS_FILE};
    p->how.compiler = p->compiler;
    if (p->in) {
        p->how.read_sound = read_sound;
        p->how.sound_context = p;
    }
    p->performance = performance_create(&p->how, &why);
    if (!p->performance) return failed(p, &why);
    const DeviceFacts *facts = performance_device(p->performance);
    int status = take_begin(&p->take, facts->outputs, facts->rate, &p->c->session.files);
    if (status != STATUS_DONE) return status;
    if (p->take.path && !performance_record(p->performance, take_sink(&p->take)))
        return command_fail(STATUS_FILE, "there is not enough memory to record");
    status = performance_run(p->performance, &why);
    if (status != STATUS_DONE) failed(p, &why);
    performance_sum_up(p->performance, p->request->stats);
    return status;
}

static int list(bool (*find)(Buf *out, EngineError *why)) {
    Buf out = {0};
    EngineError why;
    const bool good = find(&out, &why);
    const int status =
        good ? answer_print(&out, NULL) : command_fail(why.status, "%s", why.message);
    buf_free(&out);
    return status;
}

static void playing_free(Playing *p) {
    for (int i = 0; i < p->nlayers; i++) {
        if (p->programs[i]) compile_free(p->programs[i]);
        free((char *)p->layers[i].name);
    }
    for (int k = 0; k < p->sound.n && p->sound.channels; k++)
        free(p->sound.channels[k]);
    free(p->sound.channels);
    sound_input_close(p->in);
    free(p->programs);
    free(p->layers);
    free(p->values);
    buf_free(&p->title);
}

static int run(const Request *request) {
    Playing p = {.request = request};
    if (request->list_devices) return list(device_list);
    if (request->list_midi) return list(midi_ports_list);
    int status = check_osc(request);
    if (status == STATUS_DONE) status = describe(&p);
    if (status == STATUS_DONE) status = read_numbers(&p);
    if (status == STATUS_DONE) status = create_compiler(&p);
    if (status == STATUS_DONE) status = load_programs(&p);
    if (status == STATUS_DONE) status = check_programs(&p);
    if (status == STATUS_DONE) status = open_sound(&p);
    if (status == STATUS_DONE) status = read_settings(&p);
    if (status == STATUS_DONE) status = read_voicing(&p);
    if (status == STATUS_DONE) status = read_times(&p);
    if (status == STATUS_DONE) status = read_quantum(&p);
    if (status == STATUS_DONE) status = play(&p);
    performance_free(p.performance);
    const int recorded = take_end(&p.take);
    if (status == STATUS_DONE) status = recorded;
    kn_compiler_free(p.compiler);
    playing_free(&p);
    return status;
}

static const Option options[] = {
    OPTION_ROW_E,
    OPTION_ROW_BELOW,
    OPTION_ROW_LIMIT,
    {"for", 0, OPTION_TEXT, "DUR", REQUEST_FIELD(duration),
     "how long (the program's `length`, else until Ctrl-C)"},
    {"from", 0, OPTION_TEXT, "TIME", REQUEST_FIELD(from), "where to begin (0)"},
    {"device", 0, OPTION_TEXT, "NAME|NUMBER", REQUEST_FIELD(device),
     "what it is heard on: a number or words of --list-devices"},
    {"list-devices", 0, OPTION_FLAG, NULL, REQUEST_FIELD(list_devices),
     "which devices there are, and stop"},
    {"in", 0, OPTION_TEXT, "NAME|NUMBER|IN.wav", REQUEST_FIELD(in),
     "the device that the program's inputs hear, `default`, or a sound file"},
    OPTION_ROW_RATE("frames a second (48000, or what the device has)"),
    {"channels", 0, OPTION_TEXT, "N", REQUEST_FIELD(channels),
     "outputs of the device (those of the program; 2 for one)"},
    {"block", 0, OPTION_TEXT, "N", REQUEST_FIELD(block), "frames a call (as the device has them)"},
    {"set", 0, OPTION_LIST, "NAME=VALUE", REQUEST_FIELD(sets), "a param's value, at the beginning"},
    {"fade", 0, OPTION_TEXT, "DUR", REQUEST_FIELD(fade),
     "from an old program to an edited one (10 ms)"},
    {"quantize", 0, OPTION_TEXT, "PLACE", REQUEST_FIELD(quantize),
     "an edit is heard from the next 1bar (4 beats of its `tempo`), 2beats or 500ms on"},
    {"mute", 0, OPTION_LIST, "LAYER", REQUEST_FIELD(muted),
     "a layer that is not heard at first: drums of drums.kn"},
    {"solo", 0, OPTION_LIST, "LAYER", REQUEST_FIELD(soloed),
     "a layer that is heard alone at first, with others that are"},
    {"socket", 0, OPTION_TEXT, "PATH|none", REQUEST_FIELD(socket),
     "where kanon eval and editors reach it (a place of its own)"},
    {"record", 0, OPTION_TEXT, "OUT", REQUEST_FIELD(record), "what is played goes into a file too"},
    {"format", 0, OPTION_TEXT, "wav|rf64|flac|f32", REQUEST_FIELD(format),
     "of --record, instead of by OUT's ending"},
    {"bits", 0, OPTION_TEXT, "16|24|32", REQUEST_FIELD(bits),
     "of a recorded sample (24; 32 is float, wav only)"},
    {"dither", 0, OPTION_TEXT, "tpdf|none", REQUEST_FIELD(dither), "of --record, as of render"},
    {"midi", 0, OPTION_LIST, "NAME|NUMBER", REQUEST_FIELD(midi_ports),
     "a MIDI port that plays it: a number or words of --list-midi, or `own`"},
    {"midi-out", 0, OPTION_TEXT, "NAME|NUMBER", REQUEST_FIELD(midi_out),
     "a MIDI port that the clock of its `tempo` goes to, or `own`"},
    {"osc", 0, OPTION_TEXT, "PORT|HOST:PORT", REQUEST_FIELD(osc),
     "hears OSC there, by UDP: /param/NAME, /note, /play, /pause, /seek, /eval, /mute, /solo"},
    {"osc-any", 0, OPTION_FLAG, NULL, REQUEST_FIELD(osc_any),
     "with --osc PORT: from other machines too, of whom anybody may play it"},
    {"list-midi", 0, OPTION_FLAG, NULL, REQUEST_FIELD(list_midi),
     "which MIDI ports there are, and stop"},
    OPTION_ROWS_VOICES,
    {"threads", 0, OPTION_TEXT, "N", REQUEST_FIELD(threads),
     "that share the notes of an instrument (1)"},
    {"plain", 0, OPTION_FLAG, NULL, REQUEST_FIELD(plain),
     "lines only on a terminal too: no meters, no params, no keys"},
    {"stats", 0, OPTION_FLAG, NULL, REQUEST_FIELD(stats),
     "say at the end how long blocks took to compute"},
    OPTION_ROW_DOUBLE,
    OPTION_ROW_ENGINE("what runs the program (auto: jit, then cc)"),
    OPTION_ROW_ISA,
};

const Command command_play = {
    .name = "play",
    .run = run,
    .summary = "programs that are heard while they are edited",
    .usage = "FILE.kn ... [options]",
    .text =
        "Plays the program's `out` on a sound device, until --for, its `length` or Ctrl-C, and "
        "plays\n"
        "it anew whenever FILE.kn, or a file that it uses, is saved: what was not edited goes on\n"
        "with its memory, the rest crossfades. A line says which is which. With an error in it, "
        "its\n"
        "message is shown and the old sound goes on.\n"
        "Several files sound together, each a layer that may be muted. A file that ends with "
        ".session\n"
        "holds words of this command, parted by blanks and lines, which stand in its place: files\n"
        "beside it, options; what follows a # is for people. `kanon eval` tells it what to do.\n"
        "An instrument, a program with `voice`, is played by MIDI: by the port `kanon-midi` that "
        "it\n"
        "opens, to which a keyboard is connected, and by those of --midi.\n"
        "--record writes what is played into a file, which appears at the end.\n"
        "Ctrl-C fades out. Status: 0 done, 1 errors in the program, 2 wrong usage, 3 a file "
        "failed,\n"
        "there is no device, or it has gone.",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "FILE.kn",
    .takes_program = true,
    .many = true,
    .sessions = true,
};
