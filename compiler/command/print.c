/* kanon print: values of a program, one line a frame.
 * In: FILE.kn and a time, or a range of times. Out: on standard output frame number, time in
 * seconds and the value of each output, separated by tabs. */
#include "command/song.h"

#include <math.h>
#include <stdlib.h>

typedef struct Printing {
    Compile *c;
    double rate;
    int64_t frame; /* the next one that render_run hands over */
    /* With `by`: the next time wanted; else every frame. */
    double from, step;
    int64_t count;
    SoundInput *in;
    Buf text;
    int status;
    bool gone;
    Failure why;
} Printing;

static bool flush(Printing *p) {
    p->status = answer_print(&p->text, &p->gone);
    p->text.length = 0;
    return p->status == STATUS_DONE && !p->gone;
}

static bool is_wanted(Printing *p) {
    if (p->step <= 0) return true;
    int64_t next = time_frame(p->from + (double)p->count * p->step, p->rate);
    if (next != p->frame) return false;
    do /* steps shorter than a frame name it more than once */
        p->count++;
    while (time_frame(p->from + (double)p->count * p->step, p->rate) == p->frame);
    return true;
}

/* A NaN has a sign that means nothing. */
static void add_value(float value, Buf *out) {
    if (isnan(value))
        buf_puts(out, "\tnan");
    else
        buf_printf(out, "\t%.9g", (double)value);
}

static bool print_frames(void *context, const float *samples, int frames) {
    Printing *p = context;
    int n = p->c->program.graph->noutputs;
    for (int i = 0; i < frames; i++, p->frame++) {
        if (!is_wanted(p)) continue;
        buf_printf(&p->text, "%lld\t%.9g", (long long)p->frame, (double)p->frame / p->rate);
        for (int k = 0; k < n; k++)
            add_value(samples[(size_t)i * (size_t)n + (size_t)k], &p->text);
        buf_puts(&p->text, "\n");
        if (p->text.length > 1 << 16 && !flush(p)) return false;
    }
    return true;
}

static bool read_input(void *context, float *const *inputs, int frames) {
    Printing *p = context;
    if (sound_input_read(p->in, inputs, p->c->program.graph->ninputs, frames, &p->why)) return true;
    p->status = command_fail(STATUS_FILE, "%s", p->why.text);
    return false;
}

/* Both ends of a range are in it; a time between two frames means the nearer one. */
static int choose_frames(const Request *request, Printing *p, Render *r) {
    r->frames = 16;
    if (!request->at) return STATUS_DONE;
    double to;
    if (!time_range_read(p->c, "--at", request->at, &p->from, &to, &p->step)) return STATUS_USAGE;
    int64_t last = time_frame(to, p->rate);
    r->from = time_frame(p->from, p->rate);
    if (last < 0)
        return command_fail(STATUS_USAGE, "--at: %s is too far to be counted in frames",
                            request->at);
    r->frames = last - r->from + 1;
    p->frame = r->from;
    return STATUS_DONE;
}

static int print_program(const Request *request, Printing *p, EngineKind kind) {
    Render r = {.graph = p->c->program.graph,
                .rate = p->rate,
                .block = 512,
                .jobs = 1,
                .write = print_frames,
                .context = p};
    if (p->c->program.graph->noutputs == 0)
        return command_fail(STATUS_PROGRAM, "the program has no `out`: there is nothing to print");
    if (p->in && !sound_input_suits(p->in, p->c->program.graph->ninputs, &p->why))
        return command_fail_with(&p->why);
    if (p->in) r.read = read_input;
    ParamSettings settings;
    Song song = {0};
    int status = settings_read(request, p->c, &settings);
    if (status == STATUS_DONE) status = song_open(request, p->c, p->rate, &song);
    if (song.n > 0) r.song = &song;
    if (status == STATUS_DONE) status = choose_frames(request, p, &r);
    EngineError error;
    Engine *engine = status == STATUS_DONE ? engine_create(p->c, kind, &error) : NULL;
    if (status == STATUS_DONE && !engine) status = command_fail(error.status, "%s", error.message);
    if (engine) {
        r.engine = engine;
        r.settings = &settings;
        if (render_run(&r, NULL) == RENDER_NO_MEMORY)
            status = command_fail(STATUS_FILE, "out of memory for the program's state");
        else if (p->status == STATUS_DONE && !p->gone)
            flush(p);
        if (status == STATUS_DONE) status = p->status;
    }
    engine_free(engine);
    settings_free(&settings);
    song_free(&song);
    return status;
}

static int run(const Request *request) {
    Printing p = {.rate = 48000};
    EngineKind kind = ENGINE_REF;
    if (!option_rate("--rate", request->rate, &p.rate) || !option_engine(request->engine, &kind))
        return STATUS_USAGE;
    int status = sound_input_of(request, &p.rate, &p.in);
    if (status == STATUS_DONE) status = load_program(request, p.rate, 192000, &p.c);
    if (status == STATUS_DONE) status = print_program(request, &p, kind);
    sound_input_close(p.in);
    buf_free(&p.text);
    if (p.c) compile_free(p.c);
    return status;
}

static const Option options[] = {
    {"at", 0, OPTION_TIMES, "TIMES", REQUEST_FIELD(at),
     "a time or a range of times: 2s, 0..1ms, 0..1 by 0.1 (the first 16 frames)"},
    OPTION_ROW_E,
    OPTION_ROW_BELOW,
    OPTION_ROW_LIMIT,
    OPTION_ROW_RATE("frames a second (48000, or that of --in)"),
    {"in", 0, OPTION_TEXT, "IN.wav", REQUEST_FIELD(in), "what the program's inputs hear"},
    OPTION_ROW_SET,
    OPTION_ROWS_NOTES,
    OPTION_ROW_DOUBLE,
    OPTION_ROW_ENGINE("what runs the program (ref)"),
    OPTION_ROW_ISA,
};

const Command command_print = {
    .name = "print",
    .run = run,
    .summary = "values, one line a frame",
    .usage = "FILE.kn [--at 0..1ms] [options]",
    .text = "Prints frame number, time in seconds and the values of all outputs, separated by\n"
            "tabs, one line a frame. Both ends of a range belong to it.",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "FILE.kn",
    .takes_program = true,
};
