/* A program as standalone C: header and source as commands.md has them. In: a compiled program.
 * Out: two texts. Its strips are what lower/ makes of the plan, written by strip.c. */
#include "print_c/print_c.h"
#include "base/foreign_text.h"
#include "print_c/runtime_text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_EMBEDDED = 16 << 20 };

/* ---- constant data ----------------------------------------------------------------------------
 */

void emit_table(Emitter *e, const char *type, const char *name, int n,
                const char *(*item)(Emitter *, const void *, int), const void *data) {
    Buf *out = &e->tables;
    buf_printf(out, "static const %s %s[%d] = {", type, name, n);
    for (int i = 0; i < n; i++)
        buf_printf(out, "%s%s,", i % 8 ? " " : "\n    ", item(e, data, i));
    buf_puts(out, "\n};\n\n");
}

static const char *point_double(Emitter *e, const void *data, int i) {
    return emit_literal(e, ((const double *)data)[i], true);
}

static const char *point_float(Emitter *e, const void *data, int i) {
    return emit_literal(e, ((const double *)data)[i], false);
}

static const char *sample_float(Emitter *e, const void *data, int i) {
    return emit_literal(e, (double)((const float *)data)[i], false);
}

static void emit_data(Emitter *e) {
    char name[32];
    for (int i = 0; i < e->g->ntables; i++) {
        snprintf(name, sizeof name, "table%df", i);
        if (e->table_used[2 * i])
            emit_table(e, "float", name, e->g->tables[i].n + 1, point_float, e->g->tables[i].data);
        snprintf(name, sizeof name, "table%d", i);
        if (e->table_used[2 * i + 1])
            emit_table(e, "double", name, e->g->tables[i].n + 1, point_double,
                       e->g->tables[i].data);
    }
    for (int i = 0; i < e->g->nsamples; i++) {
        const Sample *s = &e->g->samples[i];
        snprintf(name, sizeof name, "sample%d", i);
        text_to_c_comment(&e->tables, s->path);
        buf_puts(&e->tables, "\n");
        emit_table(e, "float", name, (int)(s->frames * s->channels), sample_float, s->data);
    }
}

static bool samples_fit(Session *session, const Graph *g) {
    int64_t bytes = 0;
    for (int i = 0; i < g->nsamples; i++)
        bytes += g->samples[i].frames * g->samples[i].channels * (int64_t)sizeof(float);
    if (bytes <= MAX_EMBEDDED) return true;
    Diag *d = diag_error(session, (Span){-1, 0, 0},
                         "the sound files of the program need %.1f MiB in C, the limit is 16",
                         (double)bytes / (1 << 20));
    diag_help(session, d, "shorten them, or render with --engine ref");
    return false;
}

/* Is there feedback that a strip may not be longer than, at a rate that is told when it runs? */
static bool emit_bounds_strips(const Emitter *e) {
    for (int i = 0; i < e->p->nlags; i++)
        if (e->p->lags[i].bounds) return true;
    return false;
}

/* ---- the functions of the interface ---------------------------------------------------------- */

/* The nodes of a time that is known at the rate, as lines of C, each once. */
static void emit_time(Emitter *e, NodeId time, bool *written, Buf *out) {
    bool *needed = alloc_zeroed((size_t)e->g->n, sizeof *needed);
    int last = e->p->n;
    needed[time] = true;
    for (int i = last - 1; i >= 0; i--) {
        const Node *n = &e->g->nodes[e->p->order[i]];
        for (int k = 0; needed[e->p->order[i]] && k < n->nin; k++)
            needed[node_inputs(n)[k]] = true;
    }
    for (int i = 0; i < last; i++) {
        NodeId id = e->p->order[i];
        if (!needed[id] || written[id] || !emit_is_block_value(e, id)) continue;
        emit_block_node(e, id, out);
        written[id] = true;
    }
    free(needed);
}

/* A program that is told its rate asks how far feedback reaches: no strip is longer, and a rate at which it is
 * less than a sample cannot be had; nor can one at which a past is longer than there is room for. */
static void emit_asking(Emitter *e, Buf *out) {
    const Plan *p = e->p;
    bool *written = alloc_zeroed((size_t)e->g->n, sizeof *written),
         *asked = alloc_zeroed((size_t)e->g->n, sizeof *asked);
    if (emit_bounds_strips(e)) buf_printf(out, "    double strip = %d.0;\n", p->strip);
    for (int i = 0; i < p->nlags; i++) {
        const Lag *lag = &p->lags[i];
        emit_time(e, lag->least, written, out);
        const char *least = emit_use(e, lag->least, true);
        if (lag->steady)
            buf_printf(out, "    if (!(%s * sample_rate >= 1.0 - 1e-6)) return 0;\n", least);
        if (lag->bounds)
            buf_printf(out, "    strip = kn_min(strip, kn_floor(%s * sample_rate + 1e-6));\n",
                       least);
    }
    for (int i = 0; i < p->nreaders && e->g->rate <= 0; i++) {
        const Node *n = &e->g->nodes[p->readers[i]];
        NodeId most = n->op == OP_DELAY ? n->more[3] : n->in3[1];
        if (!emit_is_block_value(e, most) || asked[most]) continue;
        asked[most] = true;
        emit_time(e, most, written, out);
        buf_printf(out, "    if (!(%s * sample_rate <= %s)) return 0;\n", emit_use(e, most, true),
                   emit_literal(e, p->samples[most] + 1, true));
    }
    if (emit_bounds_strips(e)) buf_puts(out, "    self->strip = strip >= 1.0 ? (int)strip : 1;\n");
    free(written);
    free(asked);
}

static void emit_init(Emitter *e, Buf *out) {
    const char *name = e->name;
    buf_printf(out, "int %s_init(struct %s *self, double sample_rate) {\n", name, name);
    buf_puts(out, "    memset(self, 0, sizeof *self);\n");
    buf_printf(
        out,
        "    for (int i = 0; i < %s_PARAMS; i++)\n        self->param[i] = %s_params[i].initial;\n",
        e->upper, name);
    if (e->g->rate > 0)
        buf_printf(out, "    if (!(sample_rate >= %s && sample_rate <= %s)) return 0;\n",
                   emit_literal(e, e->g->rate, true), emit_literal(e, e->g->rate, true));
    else
        buf_printf(out, "    if (!(sample_rate > 0.0 && sample_rate <= %s_MAX_RATE)) return 0;\n",
                   e->upper);
    buf_puts(out, "    self->sample_rate = sample_rate;\n    self->dt = 1.0 / sample_rate;\n");
    emit_asking(e, out);
    buf_puts(
        out,
        "    self->ready = 1;\n    self->cold = 1;\n    self->changed = 1;\n    return 1;\n}\n\n");
}

static void emit_process(Emitter *e, Buf *out) {
    const char *name = e->name;
    buf_printf(
        out,
        "void %s_process(struct %s *self, const float *const *inputs, float *const *outputs, "
        "int frames) {\n",
        name, name);
    buf_printf(out, "    if (!self->ready) {\n        for (int k = 0; k < %s_OUTPUTS; k++)\n",
               e->upper);
    buf_puts(out, "            if (frames > 0) memset(outputs[k], 0, sizeof(float) * "
                  "(size_t)frames);\n        return;\n    }\n");
    if (e->g->ninputs == 0) buf_puts(out, "    (void)inputs;\n");
    buf_puts(out, "    const uint64_t denormals = kn_flush_denormals();\n");
    buf_printf(out, "    if (self->changed) %s_update(self);\n", name);
    if (e->p->warm_up) {
        buf_printf(out,
                   "    if (self->cold)\n        for (int64_t n0 = self->frame - %lld; n0 < "
                   "self->frame; n0 += %d)\n",
                   (long long)e->p->warm_up, e->p->strip);
        buf_printf(out,
                   "            %s_refill(self, n0, n0 + %d > self->frame ? (int)(self->frame - "
                   "n0) : %d);\n",
                   name, e->p->strip, e->p->strip);
    }
    buf_puts(out, "    self->cold = 0;\n    const int strip = ");
    buf_printf(out, emit_bounds_strips(e) ? "self->strip;\n" : "%d;\n", e->p->strip);
    buf_puts(out, "    for (int at = 0; at < frames;) {\n        const int n = frames - at < strip "
                  "? frames - at : strip;\n");
    buf_printf(out, "        %s_strip(self, %soutputs, at, n);\n", name,
               e->g->ninputs ? "inputs, " : "");
    buf_puts(out, "        self->frame += n;\n        at += n;\n    }\n");
    buf_puts(out, "    kn_restore_denormals(denormals);\n}\n\n");
}

static void emit_params_access(Emitter *e, Buf *out) {
    const char *name = e->name;
    buf_printf(out, "void %s_set(struct %s *self, int param, double value) {\n", name, name);
    if (e->g->nparams == 0) {
        buf_puts(out, "    (void)self;\n    (void)param;\n    (void)value;\n}\n\n");
        buf_printf(out,
                   "double %s_get(const struct %s *self, int param) {\n    (void)self;\n    "
                   "(void)param;\n    return 0.0;\n}\n\n",
                   name, name);
        return;
    }
    buf_printf(out, "    if (param < 0 || param >= %s_PARAMS || !(value >= value)) return;\n",
               e->upper);
    buf_printf(out, "    const struct %s_param *p = &%s_params[param];\n", name, name);
    buf_puts(out, "    value = value < p->min ? p->min : value > p->max ? p->max : value;\n");
    buf_puts(
        out,
        "    if (value < self->param[param] || value > self->param[param]) self->changed = 1;\n");
    buf_puts(out, "    self->param[param] = value;\n}\n\n");
    buf_printf(out, "double %s_get(const struct %s *self, int param) {\n", name, name);
    buf_printf(out, "    return param < 0 || param >= %s_PARAMS ? 0.0 : self->param[param];\n}\n\n",
               e->upper);
}

static void emit_seek(Emitter *e, Buf *out) {
    buf_printf(out, "int %s_seek(struct %s *self, int64_t frame) {\n", e->name, e->name);
    if (e->p->pure) buf_puts(out, "    if (self->changed && self->started) {\n");
    if (e->p->pure)
        buf_printf(out,
                   "        %s_update(self);\n    }\n    self->frame = frame;\n    self->cold = "
                   "1;\n    return 1;\n}\n",
                   e->name);
    else
        buf_puts(out, "    (void)self;\n    (void)frame;\n    return 0;\n}\n");
}

static void emit_param_table(Emitter *e, Buf *out) {
    const Graph *g = e->g;
    buf_printf(out, "const %s_param %s_params[] = {\n", e->name, e->name);
    for (int i = 0; i < g->nparams; i++) {
        const ParamInfo *p = &g->params[i];
        buf_puts(out, "    {");
        text_to_c_string(out, p->name);
        buf_puts(out, ", ");
        text_to_c_string(out, p->label && *p->label ? p->label : p->name);
        buf_puts(out, ", ");
        text_to_c_string(out, unit_name(p->unit));
        buf_printf(out, ", %s, %s, %s, %s, %d},\n", emit_literal(e, p->min, true),
                   emit_literal(e, p->max, true), emit_literal(e, p->initial, true),
                   emit_literal(e, p->step, true), p->log);
    }
    if (g->nparams == 0)
        buf_puts(out, "    {\"\", \"\", \"\", 0.0, 0.0, 0.0, 0.0, 0}, /* none */\n");
    buf_puts(out, "};\n\n");
}

/* What --main adds, in the order of its lines. $ is the name, @ the name in capitals. */
static const char main_begin[] =
    "#include <stdio.h>\n#include <stdlib.h>\n\n"
    "int main(int argc, char **argv) {\n"
    "    static const char help[] =\n        HELP;\n"
    "    static struct $ self;\n"
    "    static float channel[@_OUTPUTS][512], frame[512 * @_OUTPUTS];\n"
    "    static float *outputs[@_OUTPUTS];\n";
static const char main_inputs[] =
    "    static float heard[@_INPUTS][512], taken[512 * @_INPUTS];\n"
    "    static const float *inputs[@_INPUTS];\n"
    "    for (int k = 0; k < @_INPUTS; k++)\n        inputs[k] = heard[k];\n";
static const char main_arguments[] =
    "    if (argc == 2 && (strcmp(argv[1], \"--help\") == 0 || strcmp(argv[1], \"-h\") == 0))\n"
    "        return fputs(help, stdout) >= 0 && fflush(stdout) == 0 ? 0 : 3;\n"
    "    if (argc > 1) {\n"
    "        char *end;\n"
    "        seconds = strtod(argv[1], &end);\n"
    "        int digit = (*argv[1] >= '0' && *argv[1] <= '9') || *argv[1] == '.';\n"
    "        if (argc > 2 || !digit || *end || !(seconds >= 0.0 && seconds <= 1e9)) {\n"
    "            fputs(help, stderr);\n            return 2;\n        }\n    }\n";
static const char main_read[] =
    "        int got = (int)fread(taken, sizeof(float) * @_INPUTS, (size_t)n, stdin);\n"
    "        if (ferror(stdin)) return 3;\n"
    "        for (int k = 0; k < @_INPUTS; k++)\n"
    "            for (int i = 0; i < n; i++)\n"
    "                heard[k][i] = i < got ? taken[i * @_INPUTS + k] : 0.0f;\n"
    "        if (seconds < 0.0 && got < n) left = n = got;\n";
static const char main_write[] =
    "        for (int i = 0; i < n; i++)\n"
    "            for (int k = 0; k < @_OUTPUTS; k++)\n"
    "                frame[i * @_OUTPUTS + k] = channel[k][i];\n"
    "        if (fwrite(frame, sizeof(float) * @_OUTPUTS, (size_t)n, stdout) != (size_t)n) return "
    "3;\n"
    "        left -= n;\n    }\n    return fflush(stdout) == 0 ? 0 : 3;\n}\n";

static void emit_named(const Emitter *e, const char *text, Buf *out) {
    for (; *text; text++)
        if (*text == '$' || *text == '@')
            buf_puts(out, *text == '$' ? e->name : e->upper);
        else
            buf_add(out, text, 1);
}

static void emit_help(const Emitter *e, double rate, bool as_input, Buf *out) {
    Buf text = {0};
    buf_printf(&text, "%s [SECONDS]%s > OUT.f32\n\n", e->name, e->g->ninputs ? " < IN.f32" : "");
    buf_printf(&text, "Writes raw 32-bit floats to standard output, %d channel%s%s, at %.9g Hz.\n",
               e->g->noutputs, e->g->noutputs == 1 ? "" : "s",
               e->g->noutputs == 1 ? "" : " interleaved", rate);
    if (e->g->ninputs)
        buf_printf(&text,
                   "Hears the same from standard input, %d channel%s, and silence after its end.\n",
                   e->g->ninputs, e->g->ninputs == 1 ? "" : "s");
    if (as_input)
        buf_puts(&text, "Without SECONDS it is as long as what it hears.\n");
    else
        buf_printf(&text, "Without SECONDS it is %.9g s long.\n", e->o->default_length);
    text_to_c_string(out, text.data);
    buf_free(&text);
}

/* With inputs and no `length`, it lasts as long as it hears something: seconds are below 0 then. */
static void emit_main(Emitter *e, Buf *out) {
    double rate = e->g->rate > 0 ? e->g->rate : 48000;
    bool as_input = e->g->ninputs > 0 && e->g->length < 0;
    const char *written = emit_literal(e, rate, true), *help = strstr(main_begin, "HELP");
    char *begin = strndup(main_begin, (size_t)(help - main_begin));
    buf_puts(out, "\n");
    emit_named(e, begin, out);
    free(begin);
    emit_help(e, rate, as_input, out);
    emit_named(e, help + 4, out);
    if (e->g->ninputs) emit_named(e, main_inputs, out);
    buf_printf(out, "    double seconds = %s;\n",
               as_input ? "-1.0" : emit_literal(e, e->o->default_length, true));
    emit_named(e, main_arguments, out);
    buf_printf(out, "    if (!%s_init(&self, %s)) return 2;\n", e->name, written);
    buf_printf(out, "    for (int k = 0; k < %s_OUTPUTS; k++)\n        outputs[k] = channel[k];\n",
               e->upper);
    buf_printf(out,
               "    int64_t left = seconds < 0.0 ? INT64_MAX : (int64_t)(seconds * %s + 0.5);\n",
               written);
    buf_puts(out, "    while (left > 0) {\n        int n = left < 512 ? (int)left : 512;\n");
    if (e->g->ninputs) emit_named(e, main_read, out);
    buf_printf(out, "        %s_process(&self, %s, outputs, n);\n", e->name,
               e->g->ninputs ? "inputs" : "NULL");
    emit_named(e, main_write, out);
}

static bool mentions_running(const Emitter *e) {
    for (int i = 0; i < e->nfields; i++)
        if (e->fields[i].type[0] == 'K') return true;
    return false;
}

/* ---- the header ------------------------------------------------------------------------------ */

static void emit_header(Emitter *e, Buf *out) {
    const Graph *g = e->g;
    const char *name = e->name, *upper = e->upper;
    buf_printf(out, "/* %s: made by Kanon. It is yours: no licence is attached to it. */\n", name);
    buf_printf(out, "#ifndef %s_KANON_H\n#define %s_KANON_H\n\n#include <stdint.h>\n\n", upper,
               upper);
    buf_puts(out, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    if (mentions_running(e))
        buf_puts(out, "#ifndef KN_RUNNING\n#define KN_RUNNING\ntypedef struct {\n    int64_t "
                      "count;\n    int32_t head, n;\n} KnRunning;\n#endif\n\n");
    buf_printf(out, "enum { %s_INPUTS = %d, %s_OUTPUTS = %d, %s_PARAMS = %d, %s_LATENCY = %d };\n",
               upper, g->ninputs, upper, g->noutputs, upper, g->nparams, upper,
               (int)rint(g->latency * (g->rate > 0 ? g->rate : 48000)));
    buf_printf(out, "#define %s_MAX_RATE %s\n\n", upper,
               emit_literal(e, g->rate > 0 ? g->rate : e->o->max_rate, true));
    buf_printf(out,
               "typedef struct %s_param {\n    const char *name, *label, *unit;\n    double min, "
               "max, initial, step; /* step 0: continuous */\n    int log;                        "
               "/* 1: logarithmic control */\n} %s_param;\n",
               name, name);
    buf_printf(out, "extern const %s_param %s_params[]; /* %s_PARAMS of them */\n\n", name, name,
               upper);
    buf_puts(out,
             "/* The whole state: no memory is allocated anywhere. Its fields are private. */\n");
    buf_printf(
        out,
        "typedef struct %s {\n    double sample_rate, dt;\n    int64_t frame; /* number of the "
        "next sample */\n    int ready, cold, changed, started;\n    double param[%d];\n",
        name, g->nparams ? g->nparams : 1);
    emit_fields(e, out);
    buf_printf(out, "} %s;\n\n", name);
    buf_puts(out, "/* Also resets. 0 if the rate cannot be had: then process writes silence. */\n");
    buf_printf(out, "int %s_init(%s *self, double sample_rate);\n", name, name);
    buf_puts(out, "/* Any number of frames; an output may be the same memory as an input. Safe in "
                  "an audio thread. */\n");
    buf_printf(out,
               "void %s_process(%s *self, const float *const *inputs, float *const *outputs, int "
               "frames);\n",
               name, name);
    buf_puts(
        out,
        "/* Clamped to the param's range, NaN ignored; takes effect with the next process. */\n");
    buf_printf(out, "void %s_set(%s *self, int param, double value);\n", name, name);
    buf_printf(out, "double %s_get(const %s *self, int param);\n", name, name);
    buf_puts(out, "/* 1: done; 0: the program remembers, and nothing changed. */\n");
    buf_printf(out, "int %s_seek(%s *self, int64_t frame);\n\n", name, name);
    buf_printf(out, "#ifdef __cplusplus\n}\n#endif\n#endif\n");
}

/* ---- the whole ------------------------------------------------------------------------------- */

static const char about_runtime[] =
    "/* Functions with kn_ in front belong to Kanon; here are those that the program uses. They "
    "consist of operations that\n"
    " * IEEE 754 defines to the bit, so for one machine all compilers and levels give the same "
    "sound. Not with -ffast-math. */\n";

static void emit_prologue(Emitter *e, const Buf *program, Buf *out) {
    buf_printf(out,
               "/* %s: made by Kanon " KN_VERSION
               ". It is yours: no licence is attached to it. */\n\n",
               e->name);
    buf_puts(out, about_runtime);
    buf_printf(out, "\nenum { KN_STRIP = %d };\n\n", lower_room(e->p));
    if (print_mentions(program, "offsetof")) buf_puts(out, "#include <stddef.h>\n");
    emit_runtime(program, out);
    if (e->o->header_name) buf_printf(out, "#include \"%s\"\n\n", e->o->header_name);
}

/* What follows the prologue. */
static void emit_program(Emitter *e, const Buf *functions, const Buf *update, Buf *out) {
    buf_add(out, e->tables.data ? e->tables.data : "", e->tables.length);
    emit_param_table(e, out);
    buf_add(out, update->data, update->length);
    buf_add(out, functions->data, functions->length);
    emit_init(e, out);
    emit_process(e, out);
    emit_params_access(e, out);
    emit_seek(e, out);
    if (e->o->with_main) emit_main(e, out);
}

static void emit_all(Emitter *e, EmitResult *result) {
    Buf functions = {0}, update = {0}, setup = {0}, program = {0};
    KernelData data = {.set = KERNELS_BASELINE};
    KernelState own = {0};
    emit_state_fields(e);
    if (e->p->warm_up) emit_find_refill(e);
    print_strips(e, &data, &own, &functions);
    if (emit_bounds_strips(e)) emit_field(e, "int", 0, 0, "strip");
    print_history_setup(e, &own, &setup);
    emit_update(e, "static ", setup.data, &update);
    emit_data(e);
    print_data(e, &data);
    emit_header(e, &result->header);
    emit_program(e, &functions, &update, &program);
    emit_prologue(e, &program, &result->source);
    if (!e->o->header_name) buf_add(&result->source, result->header.data, result->header.length);
    buf_add(&result->source, program.data, program.length);
    result->state_bytes = (e->state_bytes + 7) / 8 * 8;
    buf_free(&functions);
    buf_free(&update);
    buf_free(&setup);
    buf_free(&program);
    buf_free(&own.setup);
    free(own.histories);
    kernel_data_free(&data);
}

bool emit_c(Session *session, const Graph *g, const EmitOptions *options, EmitResult *result) {
    if (!samples_fit(session, g)) return false;
    Plan *plan = plan_create(g, options->double_precision, options->max_rate);
    Emitter e;
    emitter_open(&e, session->arena, options->name, plan);
    e.o = options;
    char *upper = arena_printf(session->arena, "%s", options->name);
    for (char *at = upper; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    e.upper = upper;
    emit_all(&e, result);
    emitter_close(&e);
    plan_free(plan);
    return true;
}
