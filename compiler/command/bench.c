/* kanon bench: how fast a program compiles and runs, for each engine.
 * In: FILE.kn. Out: medians on standard output, as text or JSON. */
#include "command/song.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 512, MOST_RUNS = 31 };
static const double compile_budget = 0.35, run_budget = 0.6; /* seconds an engine */

typedef struct Result {
    const char *engine;
    double compile_ms, ns_per_frame, realtime;
} Result;

typedef struct Bench {
    const Request *request;
    double rate;
    float **inputs, **outputs;
    int ninputs, noutputs;
    int voices;  /* that sound of an instrument */
    bool warned; /* the program's warnings were printed, once is enough */
} Bench;

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int n) {
    qsort(values, (size_t)n, sizeof *values, compare);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* From the source text to an instance that has made its first block. */
static int compile_once(Bench *b, EngineKind kind, Compile **c, Engine **engine,
                        Instance **instance) {
    EngineError error = {0};
    *c = NULL;
    *engine = NULL;
    *instance = NULL;
    bool ok = load_quietly(b->request, b->rate, 192000, c);
    int status = ok ? STATUS_DONE : load_status(*c);
    if (!ok || !b->warned) load_print_diags(*c);
    b->warned = true;
    if (!ok) return status;
    if ((*c)->program.graph->noutputs == 0)
        return command_fail(STATUS_PROGRAM, "the program has no `out`: there is nothing to run");
    *engine = engine_create(*c, kind, &error);
    if (!*engine) return command_fail(error.status, "%s", error.message);
    *instance = instance_create(*engine, b->voices);
    if (!*instance) return command_fail(STATUS_FILE, "out of memory for the program's state");
    return STATUS_DONE;
}

static void discard(Compile *c, Engine *engine, Instance *instance) {
    if (instance) instance_free(instance);
    engine_free(engine);
    if (c) compile_free(c);
}

static float **make_channels(int n, bool noisy) {
    float **channels = calloc((size_t)n + 1, sizeof *channels);
    uint32_t seed = 1;
    if (!channels) abort();
    for (int k = 0; k < n; k++) {
        if (!(channels[k] = calloc(BLOCK, sizeof(float)))) abort();
        for (int i = 0; noisy && i < BLOCK; i++) {
            seed = seed * 1664525u + 1013904223u;
            channels[k][i] = (float)(int32_t)seed * 0x1p-33f; /* -12 dBFS */
        }
    }
    return channels;
}

static void free_channels(float **channels, int n) {
    for (int k = 0; channels && k < n; k++)
        free(channels[k]);
    free(channels);
}

static double run_blocks(const Bench *b, Instance *instance, int blocks) {
    double began = seconds_now();
    for (int i = 0; i < blocks; i++)
        instance_process(instance, (const float *const *)b->inputs, b->outputs, BLOCK);
    return seconds_now() - began;
}

/* As many notes as there are voices, over four octaves, which are held from then on. */
static void strike_notes(const Bench *b, Instance *instance) {
    Instrument *instrument = instance_instrument(instance);
    for (int k = 0; instrument && k < b->voices; k++) {
        const KnEvent note = {.kind = KN_NOTE_ON, .key = 36 + 48.0 * k / b->voices, .value = 0.8};
        while (!instrument_event(instrument, note, 0)) /* too many at once */
            instance_process(instance, (const float *const *)b->inputs, b->outputs, 1);
    }
}

/* Runs of about a thirtieth of the budget each; the median of what a frame took. */
static double time_frames(const Bench *b, Instance *instance) {
    double runs[MOST_RUNS], spent = run_blocks(b, instance, 4);
    int n = 0, blocks = 1;
    for (double once = spent; once < run_budget / MOST_RUNS && blocks < 1 << 24; blocks *= 2)
        spent += once = run_blocks(b, instance, blocks * 2);
    do {
        double took = run_blocks(b, instance, blocks);
        runs[n++] = took * 1e9 / ((double)blocks * BLOCK);
        spent += took;
    } while (n < MOST_RUNS && spent < run_budget);
    return median(runs, n);
}

/* One that ends is played from its beginning in each run, as far as the time allows: behind its end it would be silent. */
static double time_piece(const Bench *b, Instance *instance, int blocks) {
    const double longest = 4 * run_budget;
    double runs[MOST_RUNS], spent = 0;
    int n = 0;
    do {
        double took = 0;
        int played = 0;
        instance_reset(instance);
        while (played < blocks && (played == 0 || took < longest)) {
            took += run_blocks(b, instance, 1);
            played++;
        }
        runs[n++] = took * 1e9 / ((double)played * BLOCK);
        spent += took;
    } while (n < MOST_RUNS && spent < run_budget);
    return median(runs, n);
}

static int blocks_of(const Bench *b, double seconds) {
    const double blocks = seconds * b->rate / BLOCK;
    return blocks < 1 ? 1 : blocks < INT_MAX ? (int)blocks : INT_MAX;
}

static int measure(Bench *b, EngineKind kind, Result *result) {
    double runs[MOST_RUNS], spent = 0;
    int n = 0, status;
    for (;;) {
        Compile *c;
        Engine *engine;
        Instance *instance;
        double began = seconds_now();
        status = compile_once(b, kind, &c, &engine, &instance);
        if (status == STATUS_DONE) {
            b->ninputs = c->program.graph->ninputs;
            b->noutputs = c->program.graph->noutputs;
            if (!b->outputs) {
                b->inputs = make_channels(b->ninputs, true);
                b->outputs = make_channels(b->noutputs, false);
            }
            strike_notes(b, instance);
            run_blocks(b, instance, 1);
            runs[n++] = (seconds_now() - began) * 1e3;
            spent += runs[n - 1] * 1e-3;
        }
        bool last = status != STATUS_DONE || n == MOST_RUNS || spent > compile_budget;
        if (last && status == STATUS_DONE) {
            result->engine = engine_name(engine);
            result->compile_ms = median(runs, n);
            const double length = c->program.graph->length;
            result->ns_per_frame = length > 0 && !instance_instrument(instance)
                                       ? time_piece(b, instance, blocks_of(b, length))
                                       : time_frames(b, instance);
            result->realtime = 1e9 / (result->ns_per_frame * b->rate);
        }
        discard(c, engine, instance);
        if (last) return status;
    }
}

static void add_results(const Request *request, const Result *results, int n, Buf *out) {
    if (request->json) buf_puts(out, "{\"engines\":[");
    for (int i = 0; i < n; i++) {
        const Result *r = &results[i];
        if (request->json)
            buf_printf(out,
                       "%s{\"engine\":\"%s\",\"compile_ms\":%.4g,\"ns_per_frame\":%.4g,"
                       "\"realtime\":%.6g}",
                       i ? ", " : "", r->engine, r->compile_ms, r->ns_per_frame, r->realtime);
        else
            buf_printf(out, "%-4s %10.4g ms to compile %12.4g ns a frame %12.6g times real time\n",
                       r->engine, r->compile_ms, r->ns_per_frame, r->realtime);
    }
    if (request->json) buf_puts(out, "]}\n");
}

static int run(const Request *request) {
    Bench b = {.request = request, .rate = 48000, .voices = USUAL_VOICES};
    EngineKind asked = ENGINE_AUTO;
    if (!option_rate("--rate", request->rate, &b.rate) || !option_engine(request->engine, &asked) ||
        !option_integer("voices", request->voices, 1, MOST_VOICES, &b.voices))
        return STATUS_USAGE;
    enum { ENGINES = 4 };
    const EngineKind all[ENGINES] = {ENGINE_JIT, ENGINE_TCC, ENGINE_CC, ENGINE_REF};
    Result results[ENGINES];
    int n = 0, status = STATUS_DONE;
    for (int i = 0; i < ENGINES && status == STATUS_DONE; i++) {
        bool wanted = asked == ENGINE_AUTO ? engine_available(all[i]) : asked == all[i];
        if (wanted) status = measure(&b, all[i], &results[n]);
        if (wanted && status == STATUS_DONE) n++;
    }
    Buf out = {0};
    if (status == STATUS_DONE) {
        add_results(request, results, n, &out);
        status = answer_print(&out, NULL);
    }
    buf_free(&out);
    free_channels(b.inputs, b.ninputs);
    free_channels(b.outputs, b.noutputs);
    return status;
}

static const Option options[] = {
    OPTION_ROW_E,
    OPTION_ROW_BELOW,
    OPTION_ROW_LIMIT,
    OPTION_ROW_ENGINE("which engine (all there are)"),
    OPTION_ROW_ISA,
    OPTION_ROW_RATE("frames a second (48000)"),
    OPTION_ROW_DOUBLE,
    OPTION_ROW_VOICES,
    {"json", 0, OPTION_FLAG, NULL, REQUEST_FIELD(json), "one JSON object"},
};

const Command command_bench = {
    .name = "bench",
    .run = run,
    .summary = "milliseconds to compile, nanoseconds a frame, times real time",
    .usage = "FILE.kn [--engine ...] [--json]",
    .text =
        "Measures each engine for about a second: compiling, from the source text to the first\n"
        "block, and running in blocks of 512 frames, all channels together. Inputs hear noise.\n"
        "Medians. Of an instrument all voices play a note that is held.",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "FILE.kn",
    .takes_program = true,
};
