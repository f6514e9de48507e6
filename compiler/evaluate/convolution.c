/* Finite impulse responses. In: calls of fir, convolve and oversample. Out: signals; read, they are OP_FIR
 * nodes, whose taps are tables of the graph.
 *
 * fir has its taps as a list, convolve tabulates a pure signal, and oversample is two of them for each of
 * the n samples between two samples: the signal is interpolated there, shaped, and filtered before all
 * but every n-th are left out. */
#include "evaluate/peval.h"
#include "evaluate/prims.h"
#include "graph/interp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_TAPS = 1 << 22,
    MOST_TIMES = 32,    /* the rate */
    TAPS_A_SAMPLE = 64, /* of the filters of oversample: they and it are that many samples late */
    TAPS_A_STEP = 64    /* a tap costs less than a step of evaluation */
};
/* Kaiser's window for 90 dB (Kaiser 1974: 0.1102 (90 - 8.7)). With 64 taps a sample it passes up to 0.45
 * of the rate and stops from 0.55 on. */
static const double KAISER_BETA = 8.96;

/* ---- taps ------------------------------------------------------------------------------------------ */

/* A table of the graph: the last tap first, which is that of the oldest sample, and in front of it zeros
 * up to a multiple of 8, for vectors. Equal taps are found again. */
static int add_taps(Peval *p, const double *taps, int n) {
    Graph *g = p->g;
    while (n > 1 && taps[n - 1] == 0)
        n--;
    Table table = {.n = (n + 7) & ~7};
    table.data = ARENA_ARRAY(p->session->arena, double, table.n + 1);
    for (int k = 0; k < n; k++)
        table.data[table.n - 1 - k] = taps[k];
    table.data[table.n] = table.data[0];
    for (int i = 0; i < g->ntables; i++)
        if (g->tables[i].n == table.n &&
            memcmp(g->tables[i].data, table.data, sizeof *taps * (size_t)table.n) == 0)
            return i;
    table.range = interval_of_data(table.data, table.n);
    VEC_PUSH(g->tables, g->ntables, g->table_cap, table);
    return g->ntables - 1;
}

static bool taps_of_list(Peval *p, Value list, Span span, int *table) {
    list = as_list(p, list, "the taps of `fir` are a list of numbers", span);
    if (list.kind != V_LIST) return false;
    int n = list.list->n;
    if (n < 1 || n > MOST_TAPS) {
        peval_error(p, span,
                    n < 1 ? "`fir` needs a tap at least" : "`fir` has more than 4 million taps");
        return false;
    }
    double *taps = alloc_zeroed((size_t)n, sizeof *taps);
    bool good = true;
    for (int i = 0; i < n && good; i++)
        good = peval_known(p, list.list->items[i], "each tap of `fir`", span, &taps[i]);
    if (good) *table = add_taps(p, taps, n);
    free(taps);
    return good;
}

/* The values of a pure node at the samples from time 0 on: the reference knows them. */
static void tabulate_time(Peval *p, NodeId x, double *taps, int n) {
    Graph view = *p->g;
    view.outputs = &x;
    view.noutputs = 1;
    Interp *interp = interp_create(&view);
    interp_process(interp, NULL, &taps, n);
    interp_free(interp);
}

static bool taps_of_signal(Peval *p, NodeId h, double seconds, Span span, int *table) {
    Graph *g = p->g;
    uint8_t deps = g->nodes[h].deps;
    if (deps & ~(DEP_TIME | DEP_RATE)) {
        Diag *d = peval_error(p, span,
                              "the impulse response of `convolve` must be known while compiling, "
                              "and this %s",
                              deps & DEP_INPUT                 ? "hears an input"
                              : deps & (DEP_MEMORY | DEP_CELL) ? "remembers"
                                                               : "depends on a param");
        peval_help(p, d,
                   "it is a sample, or a pure signal such as `t => noise(1)(t) * decay(2)(t)`");
        return false;
    }
    int n = (int)fmax(1, ceil(seconds * g->rate - 1e-6));
    if (!peval_spend(p, n / TAPS_A_STEP, span)) return false;
    double *taps = alloc_zeroed((size_t)n, sizeof *taps);
    tabulate_time(p, h, taps, n);
    *table = add_taps(p, taps, n);
    free(taps);
    return true;
}

/* ---- the signals ----------------------------------------------------------------------------------- */

static Value fir_function(Peval *p, Value x, int table, Span span) {
    Value args[2] = {x, value_constant(p, table)};
    Function key = {.kind = FN_SIGNAL, .number = P_fir, .args = args, .nargs = 2, .span = span};
    return value_function(function_intern(p, &key));
}

NodeId fir_node(Peval *p, NodeId x, NodeId table) {
    return graph_node(p->g, OP_FIR, 1, &x, (int)p->g->nodes[table].value + 1);
}

/* A list of signals is filtered one by one; `i` of as many impulse responses belongs to `i` of it. */
static Value element(Value list, int i) {
    return list.kind == V_LIST && i < list.list->n ? list.list->items[i] : list;
}

static Value fir_each(Peval *p, Value x, int table, Span span) {
    if (x.kind != V_LIST) return fir_function(p, x, table, span);
    Value *items = ARENA_ARRAY(p->session->arena, Value, x.list->n + 1);
    for (int i = 0; i < x.list->n; i++)
        items[i] = fir_each(p, x.list->items[i], table, span);
    return value_list(p, items, x.list->n);
}

static Value convolve(Peval *p, Value x, Value h, double seconds, Span span) {
    int table;
    if (h.kind == V_ERROR) return h;
    if (h.kind == V_NUMBER)
        return taps_of_signal(p, h.node, seconds, argument_span(p, 1, span), &table)
                   ? fir_each(p, x, table, span)
                   : value_error();
    if (h.kind != V_LIST) {
        peval_error(p, argument_span(p, 1, span), "an impulse response is a signal, and this is %s",
                    value_describe(p, h));
        return value_error();
    }
    int n = h.list->n;
    if (x.kind == V_LIST && x.list->n != n) {
        peval_error(p, span, "`convolve` combines %d signals with %d impulse responses", x.list->n,
                    n);
        return value_error();
    }
    Value *items = ARENA_ARRAY(p->session->arena, Value, n + 1);
    for (int i = 0; i < n; i++)
        items[i] = convolve(p, element(x, i), h.list->items[i], seconds, span);
    return value_list(p, items, n);
}

/* The length of a sound file, of a list of them the greatest; false: that of something else is not known. */
static bool length_of(Peval *p, Value h, double *seconds) {
    h = force(p, h);
    if (h.kind == V_FUNCTION && h.function->kind == FN_SIGNAL && h.function->number == P_sample) {
        const Sample *s = &p->g->samples[sample_number(p, h.function)];
        *seconds = fmax(*seconds, (double)s->frames / s->rate);
        return true;
    }
    if (h.kind != V_LIST) return false;
    for (int i = 0; i < h.list->n; i++)
        if (!length_of(p, h.list->items[i], seconds)) return false;
    return h.list->n > 0;
}

static bool convolve_length(Peval *p, const Value *args, int n, Span at, double *seconds) {
    if (n > 2) return peval_known(p, args[2], "the length of an impulse response", at, seconds);
    *seconds = 0;
    if (length_of(p, args[1], seconds)) return true;
    if (force(p, args[1]).kind == V_ERROR) return false;
    Diag *d = peval_error(p, at, "`convolve` does not know how long this impulse response is");
    peval_help(p, d,
               "that of a sample is as long as its file; of others say so: `convolve(x, h, 2s)`");
    return false;
}

static Value convolve_call(Peval *p, const Value *args, int n, Span span) {
    double seconds;
    Span at = argument_span(p, n > 2 ? 2 : 1, span);
    if (!convolve_length(p, args, n, at, &seconds)) return value_error();
    if (p->g->rate <= 0) {
        Diag *d = peval_error(p, span, "`convolve` needs the sample rate, which is not known here");
        peval_help(p, d, "give it with --rate");
        return value_error();
    }
    if (!(seconds > 0) || seconds * p->g->rate > MOST_TAPS) {
        peval_error(p, at, "the impulse response is %g s long: it may be above 0 to %g s", seconds,
                    MOST_TAPS / p->g->rate);
        return value_error();
    }
    Value time = value_number(p->time), h = force(p, args[1]);
    if (h.kind == V_FUNCTION || h.kind == V_LIST) h = force(p, apply(p, h, &time, 1, span));
    return convolve(p, args[0], h, seconds, span);
}

/* ---- oversample ------------------------------------------------------------------------------------ */

/* Modified Bessel function of the first kind and order 0, by its series. */
static double bessel_i0(double x) {
    double term = 1, sum = 1;
    for (int k = 1; term > 1e-17 * sum; k++) {
        term *= x * x / (4.0 * k * k);
        sum += term;
    }
    return sum;
}

/* A low-pass at half the old rate, for n times the rate: a windowed sinc whose sum is 1. */
static void design_lowpass(double *h, int n) {
    int last = n * TAPS_A_SAMPLE;
    double sum = 0;
    for (int i = 0; i <= last; i++) {
        double x = i - last / 2.0, r = 2 * x / last;
        double sinc = x == 0 ? 1 : sin(M_PI * x / n) / (M_PI * x / n);
        h[i] = sinc * bessel_i0(KAISER_BETA * sqrt(fmax(0, 1 - r * r)));
        sum += h[i];
    }
    for (int i = 0; i <= last; i++)
        h[i] /= sum;
}

/* The taps that see sample `phase` of the n between two: gain * h[k n + phase]; a negative phase is that of
 * the sample before. */
static NodeId polyphase(Peval *p, NodeId x, const double *h, int n, int phase, double gain) {
    double taps[TAPS_A_SAMPLE + 1] = {0};
    for (int k = 0; k <= TAPS_A_SAMPLE; k++) {
        int i = k * n + phase;
        if (i >= 0 && i <= n * TAPS_A_SAMPLE) taps[k] = gain * h[i];
    }
    return fir_node(p, x, graph_const(p->g, add_taps(p, taps, TAPS_A_SAMPLE + 1)));
}

static bool shape_once(Peval *p, Value shape, NodeId x, Span span, NodeId *y) {
    Value v = force(p, apply(p, shape, (Value[]){value_number(x)}, 1, span));
    if (v.kind == V_NUMBER) *y = v.node;
    if (v.kind != V_NUMBER && v.kind != V_ERROR)
        peval_error(p, span, "the function of `oversample` gives %s, not a number",
                    value_describe(p, v));
    return v.kind == V_NUMBER;
}

/* Nothing but its argument may be in what it makes of that: the samples between have no time. */
static bool shape_is_function(Peval *p, Value shape, Span span) {
    NodeId y, phase = graph_node(p->g, OP_PARAM, 0, NULL, PARAM_PHASE);
    if (!shape_once(p, shape, phase, span, &y)) return false;
    if (!(p->g->nodes[y].deps & (DEP_MEMORY | DEP_INPUT | DEP_CELL | DEP_TIME))) return true;
    Diag *d = peval_error(p, span,
                          "the function of `oversample` varies by itself: it may only "
                          "depend on its argument, numbers and params");
    peval_help(p, d, "an example is `oversample(x, 4, v => tanh(3 * v))`");
    return false;
}

static NodeId oversampled(Peval *p, NodeId x, int n, Value shape, Span span) {
    double *h = alloc_zeroed((size_t)(n * TAPS_A_SAMPLE + 1), sizeof *h);
    NodeId *sum = alloc_zeroed((size_t)n, sizeof *sum), result = 0;
    design_lowpass(h, n);
    bool good = true;
    for (int j = 0; j < n && good; j++) {
        NodeId between = polyphase(p, x, h, n, j, n), y = 0;
        good = shape_once(p, shape, between, span, &y);
        if (good) sum[j] = polyphase(p, y, h, n, -j, 1);
    }
    if (good)
        result =
            n == 2 ? graph_op2(p->g, OP_ADD, sum[0], sum[1]) : graph_node(p->g, OP_SUM, n, sum, 0);
    free(h);
    free(sum);
    return result;
}

Value oversample_at(Peval *p, Function *f, Value x, Span span) {
    if (x.kind == V_ERROR) return x;
    double n = p->g->nodes[f->args[1].node].value;
    if (x.kind == V_NUMBER) {
        NodeId id = n == 1 ? (shape_once(p, f->args[2], x.node, span, &id) ? id : 0)
                           : oversampled(p, x.node, (int)n, f->args[2], span);
        return id ? value_number(id) : value_error();
    }
    if (x.kind != V_LIST) {
        peval_error(p, span, "`oversample` takes a signal, and this is %s", value_describe(p, x));
        return value_error();
    }
    Value *items = ARENA_ARRAY(p->session->arena, Value, x.list->n + 1);
    for (int i = 0; i < x.list->n; i++)
        items[i] = oversample_at(p, f, x.list->items[i], span);
    return value_list(p, items, x.list->n);
}

static Value oversample_call(Peval *p, const Value *args, Span span) {
    double n;
    Span at = argument_span(p, 1, span);
    if (!peval_known(p, args[1], "how many times the rate", at, &n)) return value_error();
    if (!(n >= 1) || n > MOST_TIMES || n != floor(n)) {
        peval_error(p, at, "`oversample` runs at 1 to %d times the rate, not %g", MOST_TIMES, n);
        return value_error();
    }
    if (args[0].kind == V_LIST) {
        Value *items = ARENA_ARRAY(p->session->arena, Value, args[0].list->n + 1), one[3];
        memcpy(one, args, sizeof one);
        for (int i = 0; i < args[0].list->n; i++) {
            one[0] = args[0].list->items[i];
            items[i] = oversample_call(p, one, span);
        }
        return value_list(p, items, args[0].list->n);
    }
    if (!shape_is_function(p, args[2], argument_span(p, 2, span))) return value_error();
    Value known[3] = {args[0], value_constant(p, n), args[2]};
    Function key = {
        .kind = FN_SIGNAL, .number = P_oversample, .args = known, .nargs = 3, .span = span};
    return value_function(function_intern(p, &key));
}

Value convolution_call(Peval *p, PrimId prim, const Value *args, int n, Span span) {
    int table;
    if (prim == P_convolve) return convolve_call(p, args, n, span);
    if (prim == P_oversample) return oversample_call(p, args, span);
    if (!taps_of_list(p, args[1], argument_span(p, 1, span), &table)) return value_error();
    return fir_each(p, args[0], table, span);
}
