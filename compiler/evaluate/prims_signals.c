/* Primitives that give signals. In: a primitive and its arguments. Out: a function of time; and that function with a
 * time (or a phase) as its nodes. */
#include "evaluate/prims.h"
#include "evaluate/signals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static Value sample_of(Peval *p, int number, Op quality, Span span) {
    if (number < 0) return value_error();
    Value args[2] = {value_constant(p, number), value_constant(p, quality)};
    Function key = {.kind = FN_SIGNAL, .number = P_sample, .args = args, .nargs = 2, .span = span};
    return value_function(function_intern(p, &key));
}

Value sample_function(Peval *p, const char *path, Op quality, Span span) {
    return sample_of(p, sample_load(p, path, span), quality, span);
}

Value sample_of_path(Peval *p, const char *full, Op quality, Span span) {
    return sample_of(p, sample_load_path(p, full, full, span), quality, span);
}

/* How it is read between its points. */
bool sample_quality(Peval *p, Value v, Op *op, Span span) {
    static const struct {
        const char *name;
        Op op;
    } qualities[] = {{"linear", OP_SAMPLE_LINEAR}, {"cubic", OP_SAMPLE}, {"sinc", OP_SAMPLE_SINC}};
    v = force(p, v);
    for (int i = 0; v.kind == V_STRING && i < 3; i++) {
        if (strcmp(v.text, qualities[i].name) != 0) continue;
        *op = qualities[i].op;
        return true;
    }
    if (v.kind == V_ERROR) return false;
    Diag *d = v.kind == V_STRING
                  ? peval_error(p, span, "a sample has no quality \"%s\"", v.text)
                  : peval_error(p, span, "the quality of a sample is a word, and this is %s",
                                value_describe(p, v));
    peval_help(p, d, "it is `linear`, `cubic` or `sinc`");
    return false;
}

static Value sample_call(Peval *p, const Value *args, int n, Span span) {
    Value path = force(p, args[0]);
    Op quality = OP_SAMPLE;
    if (path.kind == V_ERROR) return path;
    if (n > 1 && !sample_quality(p, args[1], &quality, argument_span(p, 1, span)))
        return value_error();
    span = argument_span(p, 0, span);
    if (path.kind == V_STRING) return sample_function(p, path.text, quality, span);
    peval_error(p, span, "`sample` takes the path of a sound file, and this is %s",
                value_describe(p, path));
    return value_error();
}

int sample_number(Peval *p, const Function *f) {
    return (int)p->g->nodes[f->args[0].node].value;
}

enum { FEWEST_AT_ONCE = 16 }; /* points of a table */

static bool tabulate_each(Peval *p, Value f, int n, double *data, Span span) {
    for (int i = 0; i < n; i++) {
        double phase = (double)i / n;
        bool outside = p->tabulating;
        p->tabulating = true;
        Value v = force(p, call_one(p, f, value_constant(p, phase), span));
        p->tabulating = outside;
        if (v.kind == V_ERROR) return false;
        if (value_is_constant(p, v, &data[i])) continue;
        Diag *d = peval_error(p, argument_span(p, 1, span),
                              "the function of a table must be known while "
                              "compiling, and at phase %g it is %s",
                              phase, value_describe(p, v));
        peval_help(p, d, "it may use no params, inputs or memory");
        return false;
    }
    return true;
}

static Value table_function(Peval *p, const Value *args, Span span) {
    double points;
    if (!peval_known(p, args[0], "the size of a table", argument_span(p, 0, span), &points))
        return value_error();
    if (!(points >= 1) || points > 4194304 || points != floor(points)) {
        peval_error(p, argument_span(p, 0, span), "a table has 1 to 4194304 points, not %g",
                    points);
        return value_error();
    }
    if (!is_callable(p, P_table, args[1], 1, span)) return value_error();
    int n = (int)points;
    Table table = {.n = n, .data = ARENA_ARRAY(p->session->arena, double, n + 1)};
    bool good = n >= FEWEST_AT_ONCE && tabulate(p, args[1], n, table.data, span);
    if (!good && !tabulate_each(p, args[1], n, table.data, span)) return value_error();
    table.data[n] = table.data[0];
    table.range = interval_of_data(table.data, n);
    Graph *g = p->g;
    VEC_PUSH(g->tables, g->ntables, g->table_cap, table);
    Value index = value_constant(p, g->ntables - 1);
    Function key = {.kind = FN_SIGNAL, .number = P_table, .args = &index, .nargs = 1, .span = span};
    return value_function(function_intern(p, &key));
}

Value signal_function(Peval *p, PrimId prim, const Value *args, int n, Span span) {
    if (prim == P_table) return table_function(p, args, span);
    if (prim == P_fir || prim == P_convolve || prim == P_oversample)
        return convolution_call(p, prim, args, n, span);
    if (prim == P_sample) return sample_call(p, args, n, span);
    if (prim == P_bank) return bank_call(p, args, n, span);
    for (int i = 0; i < n; i++)
        if (args[i].kind == V_STRING) {
            Span at = argument_span(p, i, span);
            if (!blame_kind(p, args[i], NULL, "a number or a signal", at))
                peval_error(p, at, "`%s` takes a number or a signal, and this is a string",
                            prims[prim].name);
            return value_error();
        }
    for (int i = 0; i < n; i++) /* a list of seeds, of frequencies …: a list of signals */
        if (args[i].kind == V_LIST && (i == 0 || prim != P_running_mean)) {
            Value *items = ARENA_ARRAY(p->session->arena, Value, args[i].list->n + 1);
            Value one[3];
            for (int k = 0; k < args[i].list->n; k++) {
                memcpy(one, args, sizeof(Value) * (size_t)n);
                one[i] = args[i].list->items[k];
                items[k] = signal_function(p, prim, one, n, span);
            }
            return value_list(p, items, args[i].list->n);
        }
    Function key = {.kind = FN_SIGNAL,
                    .number = prim,
                    .args = (Value *)(uintptr_t)args,
                    .nargs = n,
                    .span = span};
    return value_function(function_intern(p, &key));
}

/* An argument of a remembering primitive at the present. */
static Value argument_now(Peval *p, Value v, Span span) {
    v = force(p, v);
    if (v.kind == V_ERROR) return v;
    Value now = value_number(p->time);
    return v.kind == V_NUMBER ? v : apply(p, v, &now, 1, span);
}

typedef NodeId (*SignalNode)(Peval *p, PrimId prim, NodeId x, NodeId second, NodeId time,
                             Span span);

/* Lists are taken element by element. */
static Value each_element(Peval *p, PrimId prim, Value x, Value second, NodeId time, Span span,
                          SignalNode make) {
    if (x.kind == V_ERROR || second.kind == V_ERROR) return value_error();
    if (x.kind == V_NUMBER && second.kind == V_NUMBER) {
        NodeId id = make(p, prim, x.node, second.node, time, span);
        return id ? value_number(id) : value_error();
    }
    if (x.kind != V_LIST && second.kind != V_LIST) {
        Value wrong = x.kind == V_NUMBER ? second : x;
        if (wrong.kind != V_FUNCTION)
            peval_error(p, span, "`%s` takes a signal, and this is %s", prims[prim].name,
                        value_describe(p, wrong));
        else if (!blame_maker(p))
            peval_error(p, span, "`%s` takes a signal, and this makes signals", prims[prim].name);
        return value_error();
    }
    int n = x.kind == V_LIST ? x.list->n : second.list->n;
    if (x.kind == V_LIST && second.kind == V_LIST && second.list->n != n) {
        peval_error(p, span, "`%s` combines a list of %d with a list of %d", prims[prim].name, n,
                    second.list->n);
        return value_error();
    }
    Value *items = ARENA_ARRAY(p->session->arena, Value, n + 1);
    for (int i = 0; i < n; i++)
        items[i] =
            each_element(p, prim, x.kind == V_LIST ? x.list->items[i] : x,
                         second.kind == V_LIST ? second.list->items[i] : second, time, span, make);
    return value_list(p, items, n);
}

/* At another time than now it is asked only when it holds a number that is only its value now. */
static bool only_now(Peval *p, NodeId x, NodeId second, NodeId time, Span span) {
    if (time == p->time) return true;
    NodeId numbers[2] = {x, second};
    blame_past(p, numbers, node_is_const(p->g, second) ? 1 : 2, NULL, NULL, span);
    return false;
}

static NodeId running_node(Peval *p, PrimId prim, NodeId x, NodeId window, Span span) {
    double seconds;
    if (!peval_known(p, value_number(window), "the window of a running value", span, &seconds))
        return 0;
    if (!(seconds >= 0) || seconds > 60) {
        peval_error(p, span, "the window of `%s` is %g s: it may be 0 to 60 s", prims[prim].name,
                    seconds);
        return 0;
    }
    return graph_op2(p->g,
                     prim == P_running_max   ? OP_RUNNING_MAX
                     : prim == P_running_min ? OP_RUNNING_MIN
                                             : OP_RUNNING_MEAN,
                     x, window);
}

/* What is no number has no phase: then x - x is none either. */
static NodeId phase_of_params(Peval *p, NodeId f, NodeId time) {
    NodeId phase = graph_op2(p->g, OP_PHASE_PARAM, f, time);
    return graph_is_finite(p->g, f) ? phase
                                    : graph_op2(p->g, OP_ADD, phase, graph_op2(p->g, OP_SUB, f, f));
}

static NodeId bend_of(Graph *g, NodeId rate, NodeId time) {
    return g->nodes[time].op == OP_TIME ? graph_op1(g, OP_BEND, rate)
                                        : graph_op2(g, OP_BEND, rate, time);
}

static NodeId refuse_reached(Peval *p, Span span) {
    Diag *d =
        peval_error(p, span, "`rate` of reached is a number or a param, and this is a signal");
    peval_help(p, d, "the time since a beat of a signal is `since_rise` of what changes there");
    return 0;
}

/* rate * t + c for a number, of which c is 0, and for a param. */
static NodeId count_of_turns(Graph *g, NodeId rate, NodeId time) {
    NodeId turns = graph_op2(g, OP_MUL, rate, time);
    return g->nodes[rate].deps & DEP_PARAM ? graph_op2(g, OP_ADD, turns, bend_of(g, rate, time))
                                           : turns;
}

/* The whole turns are what the running sum has and the phase has not: so each wrap of the phase counts. */
static NodeId running_count(Graph *g, NodeId rate) {
    NodeId phase = graph_op1(g, OP_PHASE, rate), sum = graph_op1(g, OP_INTEGRATE, rate);
    return graph_op2(g, OP_ADD, graph_op1(g, OP_ROUND, graph_op2(g, OP_SUB, sum, phase)), phase);
}

static NodeId time_of_beat(Graph *g, NodeId rate, NodeId beat, NodeId time) {
    if (!(g->nodes[rate].deps & DEP_PARAM)) return graph_op2(g, OP_DIV, beat, rate);
    NodeId in[] = {beat, bend_of(g, rate, time), rate, time};
    return graph_node(g, OP_REACHED, 4, in, 0);
}

/* As a comparison, so that edges of phases are found alike everywhere. */
static NodeId is_above_0(Graph *g, NodeId x) {
    return op_info[graph_at(g, x)->op].flags & OPF_BOOL ? x
                                                        : graph_op2(g, OP_LT, graph_const(g, 0), x);
}

static NodeId signal_node(Peval *p, PrimId prim, NodeId x, NodeId second, NodeId time, Span span) {
    Graph *g = p->g;
    bool varies = value_varies(p, value_number(x));
    bool of_params = (g->nodes[x].deps & DEP_PARAM) != 0;
    if (prim == P_noise) return graph_op2(g, OP_NOISE, x, time);
    if (prim == P_phase && !varies)
        return of_params ? phase_of_params(p, x, time)
                         : graph_op1(g, OP_FRAC, graph_op2(g, OP_MUL, x, time));
    if (prim == P_beats && !varies) return count_of_turns(g, x, time);
    if (prim == P_reached && !varies) return time_of_beat(g, x, second, time);
    if (prim == P_reached) return refuse_reached(p, span);
    if (prim == P_integrate && !varies && !of_params) return graph_op2(g, OP_MUL, x, time);
    if (!only_now(p, x, second, time, span)) return 0;
    switch (prim) {
    case P_phase: return graph_op1(g, OP_PHASE, x);
    case P_beats: return running_count(g, x);
    case P_integrate: return graph_op1(g, OP_INTEGRATE, x);
    case P_since_rise: return graph_op1(g, OP_SINCE, is_above_0(g, x));
    case P_fir: return fir_node(p, x, second);
    case P_smooth: {
        /* y += (1 - e) (x - y), e = exp(-dt / time): 63 % of a step after `time` */
        NodeId ratio = graph_op2(g, OP_DIV, graph_seconds(g), second);
        NodeId weight = graph_op1(g, OP_EXP, graph_op1(g, OP_NEG, ratio));
        return graph_op2(g, OP_SMOOTH, x, weight);
    }
    default: return running_node(p, prim, x, second, span);
    }
}

static Value sample_at(Peval *p, Function *f, NodeId time) {
    int number = sample_number(p, f);
    Graph *g = p->g;
    Value channels[64];
    int n = g->samples[number].channels;
    const Op op = (Op)g->nodes[f->args[1].node].value;
    for (int i = 0; i < n; i++) {
        channels[i] = value_number(sample_node(p, op, graph_const(g, i), time, number + 1));
    }
    return n == 1 ? channels[0] : value_list(p, channels, n);
}

/* sine(440 + 5 * sin(tau * 6 * t))(t): a value where the frequency is meant, as a signal. */
static void warn_frequency(Peval *p, Value f, Span span) {
    if (!value_varies(p, f) || p->trials > 4) return;
    Interval range = graph_interval(p->g, p->intervals, f.node);
    if (!(range.low > 0 || range.high < 0) || !node_swings(p->g, f.node)) return;
    blame_frequency(p, f, span);
}

Value prim_signal_at(Peval *p, Function *f, NodeId time, Span span) {
    if (f->kind == FN_INPUT) {
        if (time != p->time) {
            peval_error(p, span, "an input has no value at a time chosen freely");
            return value_error();
        }
        return value_number(graph_node(p->g, OP_INPUT, 0, NULL, f->number));
    }
    PrimId prim = (PrimId)f->number;
    if (prim == P_sample) return sample_at(p, f, time);
    if (prim == P_bank) {
        Value first = bank_as_signal(p, f, span), at = value_number(time);
        return first.kind == V_ERROR ? first : apply(p, first, &at, 1, span);
    }
    if (prim == P_table)
        return value_number(
            graph_node(p->g, OP_TABLE, 1, &time, (int)p->g->nodes[f->args[0].node].value + 1));
    if (f->span.file >= 0 && time == p->time)
        span = f->span; /* what is wrong now, was wrong when it was made */
    if (prim == P_phase && f->args[0].kind == V_NUMBER && time == p->time)
        warn_frequency(p, f->args[0], span);
    Value x = argument_now(p, f->args[0], span);
    if (prim == P_oversample) return oversample_at(p, f, x, span);
    Value second = f->nargs > 1 ? argument_now(p, f->args[1], span) : value_constant(p, 0);
    return each_element(p, prim, x, second, time, span, signal_node);
}
