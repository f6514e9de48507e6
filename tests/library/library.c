/* In: programs as text. Out: what the reference interpreter makes of them, and the list of families. */
#include "library.h"

#include "../../compiler/api/kanon.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define FAMILY(name)                                                                               \
    extern const Proof name##_proofs[];                                                            \
    extern const Stress name##_stresses[];
#include "families.def"
#undef FAMILY

const Family proof_families[] = {
#define FAMILY(name) {name##_proofs, name##_stresses},
#include "families.def"
#undef FAMILY
    {0}};

const char *proof_kind_name(ProofKind kind) {
    static const char *const names[] = {
        [CLOSED_FORM] = "closed form",
        [RESPONSE] = "response",
        [PUBLISHED] = "published",
        [LAW] = "law",
        [FAUST] = "Faust",
        [SCIPY] = "SciPy",
        [BEHAVIOUR] = "behaviour",
    };
    return names[kind];
}

/* ---- programs heard ------------------------------------------------------------------------------- */

static const char prelude[] = "impulse(t) = if abs(t) < dt / 2 then 1 else 0\n"
                              "step(t) = if t < 0 then 0 else 1\n";

static Compile *compiled(double rate, bool has_input, const char *text) {
    Buf whole = {0};
    buf_printf(&whole, "%s%s%s\n", prelude, has_input ? "input x\n" : "", text);
    Compile *c = compile_create(&(CompileOptions){.rate = rate, .verify = true});
    bool good = compile_front(c, "proof.kn", whole.data, whole.length, false);
    if (!good) {
        puts(text);
        Buf messages = {0};
        diag_print(&c->session, &messages);
        puts(messages.data);
        buf_free(&messages);
        compile_free(c);
    }
    buf_free(&whole);
    return good ? c : NULL;
}

static Heard run(double rate, int frames, const double *input, const char *text) {
    Compile *c = compiled(rate, input != NULL, text);
    Heard h = {.rate = rate};
    if (!c) return h;
    h.channels = c->program.graph->noutputs;
    h.frames = frames;
    h.channel = calloc((size_t)h.channels + 1, sizeof *h.channel);
    for (int k = 0; k < h.channels; k++)
        h.channel[k] = calloc((size_t)frames + 1, sizeof **h.channel);
    Interp *interp = interp_create(c->program.graph);
    interp_process(interp, &input, h.channel, frames);
    interp_free(interp);
    compile_free(c);
    return h;
}

static char *formatted(const char *format, va_list args) {
    Buf text = {0};
    buf_vprintf(&text, format, args);
    return text.data;
}

Heard hear(double rate, int frames, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = formatted(format, args);
    va_end(args);
    Heard h = run(rate, frames, NULL, text);
    free(text);
    return h;
}

Heard hear_input(double rate, int frames, const double *input, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = formatted(format, args);
    va_end(args);
    Heard h = run(rate, frames, input, text);
    free(text);
    return h;
}

static Heard played(KnProgram *program, double rate, int frames) {
    Heard h = {.rate = rate, .frames = frames, .channels = kn_program_outputs(program)};
    h.channel = calloc((size_t)h.channels + 1, sizeof *h.channel);
    float **out = calloc((size_t)h.channels + 1, sizeof *out);
    for (int k = 0; k < h.channels; k++) {
        h.channel[k] = calloc((size_t)frames + 1, sizeof **h.channel);
        out[k] = calloc((size_t)frames + 1, sizeof **out);
    }
    KnInstance *instance = kn_instance_create(program);
    kn_instance_process(instance, NULL, out, frames);
    kn_instance_free(instance);
    for (int k = 0; k < h.channels; k++) {
        for (int n = 0; n < frames; n++)
            h.channel[k][n] = (double)out[k][n];
        free(out[k]);
    }
    free(out);
    return h;
}

Heard hear_fast(double rate, int frames, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = formatted(format, args);
    va_end(args);
    KnCompiler *compiler = kn_compiler_create();
    kn_compiler_set_engine(compiler, "jit");
    kn_compiler_set_rate(compiler, rate);
    KnProgram *program = kn_compile_text(compiler, "proof.kn", text, strlen(text));
    Heard h = {.rate = rate};
    if (program)
        h = played(program, rate, frames);
    else
        puts(kn_compiler_messages(compiler));
    kn_program_free(program);
    kn_compiler_free(compiler);
    free(text);
    return h;
}

void heard_free(Heard h) {
    for (int k = 0; k < h.channels; k++)
        free(h.channel[k]);
    free(h.channel);
}

bool is_pure(const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = formatted(format, args);
    va_end(args);
    Compile *c = compiled(48000, false, text);
    bool pure = c && program_is_pure(c->program.graph);
    compile_free(c);
    free(text);
    return pure;
}

/* ---- against formulas of time ---------------------------------------------------------------------- */

static const double rates[] = {44100, 48000, 96000, 192000};

double error_of_forms(const char *program, double seconds, double (*f)(int channel, double t)) {
    double worst = 0;
    for (int r = 0; r < 4; r++) {
        int frames = (int)ceil(seconds * rates[r]);
        Heard h = hear(rates[r], frames, "%s", program);
        if (h.channels == 0) worst = INFINITY;
        for (int k = 0; k < h.channels; k++)
            for (int n = 0; n < frames; n++) {
                double error = fabs(h.channel[k][n] - f(k, n / rates[r]));
                if (!(error <= worst)) worst = isnan(error) ? INFINITY : error;
            }
        heard_free(h);
    }
    return worst;
}

static double (*only_form)(double t);

static double first_form(int channel, double t) {
    return channel == 0 ? only_form(t) : NAN;
}

double error_of_form(const char *program, double seconds, double (*f)(double t)) {
    only_form = f;
    return error_of_forms(program, seconds, first_form);
}

double error_of_numbers(const char *list, int n, const double *expected) {
    Heard h = hear(48000, 1, "out = %s", list);
    double worst = h.channels == n ? 0 : INFINITY;
    for (int k = 0; k < n && k < h.channels; k++)
        worst = fmax(worst, fabs(h.channel[k][0] - expected[k]));
    heard_free(h);
    return worst;
}

double remembering(const char *const *signals) {
    int found = 0;
    for (int i = 0; signals[i]; i++)
        found += !is_pure("param a = 1 in 0.1..2\nout = %s", signals[i]);
    return found;
}

double turns(double f, double t) {
    double x = f * t - floor(f * t + 1e-9);
    return x < 0 ? 0 : x;
}

double decibels(double error, double peak) {
    return 20 * log10(error / peak);
}
