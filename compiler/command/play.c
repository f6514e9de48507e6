/* kanon play, kanon FILE.kn: a program is heard while it is edited.
 * In: FILE.kn, a sound device, values for its params. Out: sound; lines about it on standard error; with --record a file. */
#include "command/definition.h"
#include "command/song.h"
#include "command/take.h"
#include "play/midi_ports.h"
#include "play/performance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Playing {
    const Request *request;
    Compile *c; /* read for the options, and errors before a device is looked for */
    KnCompiler *compiler;
    ParamSettings settings;
    ParamValue *values;
    PerformanceSettings how;
    Performance *performance;
    Take take;
    char *name;
} Playing;

/* ---- options ------------------------------------------------------------------------------------- */

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
    how->wish.input = r->in;
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

static int read_settings(Playing *p) {
    const int status = settings_read(p->request, p->c, &p->settings);
    if (status != STATUS_DONE) return status;
    p->values = alloc_zeroed((size_t)p->settings.n + 1, sizeof *p->values);
    for (int i = 0; i < p->settings.n; i++) {
        const ParamSetting *s = &p->settings.items[i];
        const char *name = p->c->program.graph->params[s->param].name;
        if (s->varies)
            return command_fail(
                STATUS_USAGE,
                "--set %s: a function of time is for kanon render; to hear it, write "
                "it into the program in the place of the param",
                name);
        p->values[i] = (ParamValue){name, s->value};
    }
    p->how.params = p->values;
    p->how.nparams = p->settings.n;
    return STATUS_DONE;
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

static int check_program(Playing *p) {
    const Graph *g = p->c->program.graph;
    if (g->noutputs == 0)
        return command_fail(STATUS_PROGRAM, "the program has no `out`: there is nothing to hear");
    if (p->request->in && g->ninputs == 0)
        return command_fail(STATUS_USAGE, "--in: the program has no inputs");
    p->how.wish.program = g->noutputs;
    p->how.wish.inputs = g->ninputs;
    return STATUS_DONE;
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

static char *short_name(const Request *r) {
    const char *slash = r->file ? strrchr(r->file, '/') : NULL;
    return strdup(slash ? slash + 1 : r->file ? r->file : "-e");
}

static void describe(Playing *p) {
    const Request *r = p->request;
    p->name = short_name(r);
    p->how = (PerformanceSettings){.path = r->file,
                                   .name = p->name,
                                   .expression = r->expression,
                                   .voices = 32,
                                   .threads = 1,
                                   .optimize = !r->engine || strcmp(r->engine, "auto") == 0,
                                   .length = -1,
                                   .fade = -1,
                                   .view = !r->plain,
                                   .remote = {r->osc, r->osc_any},
                                   .define = definition_replace,
                                   .audience = {say_line, show_messages, p}};
}

static int failed(const Playing *p, const EngineError *why) {
    if (!*why->message) return why->status; /* it was shown */
    if (p->performance || why->status != STATUS_FILE)
        return command_fail(why->status, "%s", why->message);
    return command_fail(why->status, "%s; `kanon render %s` writes the sound into a file instead",
                        why->message, p->request->file ? p->request->file : "-e 'EXPR'");
}

static int play(Playing *p) {
    EngineError why = {.status = STATUS_FILE};
    p->how.compiler = p->compiler;
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

static int run(const Request *request) {
    Playing p = {.request = request};
    if (request->list_devices) return list(device_list);
    if (request->list_midi) return list(midi_ports_list);
    describe(&p);
    int status = check_osc(request);
    if (status == STATUS_DONE) status = read_numbers(&p);
    if (status == STATUS_DONE) status = create_compiler(&p);
    if (status == STATUS_DONE)
        status = load_program(request, p.how.wish.rate > 0 ? p.how.wish.rate : 48000, 192000, &p.c);
    if (status == STATUS_DONE) status = check_program(&p);
    if (status == STATUS_DONE) status = read_settings(&p);
    if (status == STATUS_DONE) status = read_voicing(&p);
    if (status == STATUS_DONE) status = read_times(&p);
    if (status == STATUS_DONE) status = play(&p);
    performance_free(p.performance);
    const int recorded = take_end(&p.take);
    if (status == STATUS_DONE) status = recorded;
    settings_free(&p.settings);
    kn_compiler_free(p.compiler);
    if (p.c) compile_free(p.c);
    free(p.values);
    free(p.name);
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
    {"in", 0, OPTION_TEXT, "NAME|NUMBER", REQUEST_FIELD(in),
     "the device that the program's inputs hear; `default`"},
    OPTION_ROW_RATE("frames a second (48000, or what the device has)"),
    {"channels", 0, OPTION_TEXT, "N", REQUEST_FIELD(channels),
     "outputs of the device (those of the program; 2 for one)"},
    {"block", 0, OPTION_TEXT, "N", REQUEST_FIELD(block), "frames a call (as the device has them)"},
    {"set", 0, OPTION_LIST, "NAME=VALUE", REQUEST_FIELD(sets), "a param's value, at the beginning"},
    {"fade", 0, OPTION_TEXT, "DUR", REQUEST_FIELD(fade),
     "from an old program to an edited one (10 ms)"},
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
     "hears OSC there, by UDP: /param/NAME, /note, /play, /pause, /seek, /eval"},
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
    .summary = "a program that is heard while it is edited",
    .usage = "FILE.kn [options]",
    .text =
        "Plays the program's `out` on a sound device, until --for, its `length` or Ctrl-C, and "
        "plays\n"
        "it anew whenever FILE.kn, or a file that it uses, is saved: what was not edited goes on\n"
        "with its memory, the rest crossfades. A line says which is which. With an error in it, "
        "its\n"
        "message is shown and the old sound goes on.\n"
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
};
