/* The past of remembering signals. In: the node of one at the present, and a distance. Out: a DELAY, whose
 * distance has bounds; 0 with a diag when it has none, is too long, or lies in the future. */
#include "evaluate/signals.h"

#include <math.h>

static const double LONGEST_SAMPLE = 1.0 / 8000; /* dt, when the rate is not known, is no longer */

static NodeId delay_node(Peval *p, NodeId x, NodeId d, NodeId least, NodeId most) {
    NodeId in[4] = {x, d, least, most};
    return graph_node(p->g, OP_DELAY, 4, in, 0);
}

static const char *seconds_text(Peval *p, double x) {
    if (isinf(x)) return x > 0 ? "infinity" : "minus infinity";
    return arena_printf(p->session->arena, "%.6g s", x);
}

/* Zero with a diag when the distance is not good. */
static NodeId past_at_constant(Peval *p, NodeId x, NodeId d, bool feedback, Span span) {
    Graph *g = p->g;
    double seconds = g->nodes[d].value, samples = seconds * g->rate;
    double whole = rint(samples);
    if (fabs(samples - whole) < 1e-6) samples = whole;
    if (!(samples >= 0)) {
        Diag *diag = peval_error(
            p, span, "this reads the future: %s from now of a signal that remembers (%s)",
            seconds_text(p, -seconds), memory_reason(p, x));
        peval_help(p, diag,
                   "only the past of such a signal is there: `s(t - d)` with d of at least 0");
        return 0;
    }
    if (feedback && samples < 1) {
        Diag *diag = peval_error(p, span, "the feedback has a delay of %s, less than one sample",
                                 seconds_text(p, seconds == 0 ? 0 : seconds));
        peval_help(p, diag, "the shortest past that feedback can read is `t - dt`");
        return 0;
    }
    if (seconds > MAX_DELAY) {
        Diag *diag = peval_error(p, span, "the delay of %s needs %.0f MB of memory",
                                 seconds_text(p, seconds), samples * 8 / 1e6);
        peval_help(p, diag, "delays are limited to %g s", MAX_DELAY);
        return 0;
    }
    if (samples == 0) return x;
    NodeId distance = graph_const(g, samples / g->rate);
    return delay_node(p, x, distance, distance, distance);
}

static NodeId past_at_varying(Peval *p, NodeId x, NodeId d, bool feedback, Span span) {
    Graph *g = p->g;
    Interval range = graph_interval(g, p->intervals, d);
    double dt = g->rate > 0 ? 1 / g->rate : 0;
    if (!(range.low >= -1e-12) || !(range.high <= MAX_DELAY)) {
        bool future = !isinf(range.low) && range.high <= MAX_DELAY;
        Diag *diag = peval_error(
            p, span,
            future ? "the delay may be below 0: it lies between %s and %s, and the signal "
                     "remembers (%s)"
                   : "the delay is not bounded: it lies between %s and %s%.0s",
            seconds_text(p, range.low), seconds_text(p, range.high), memory_reason(p, x));
        const char *words = delay_words(p, span);
        bool library = span.file >= 0 && p->session->sources[span.file].library;
        if (library && !words)
            peval_help(p, diag, "give what varies in it bounds: `clamp(x, lowest, highest)`");
        else
            peval_help(p, diag,
                       library ? "bound it: `clamp(%s, 0, 50ms)`"
                               : "bound it: `t - clamp(%s, 0, 50ms)`",
                       words ? words : "d");
        return 0;
    }
    if (range.low < 0) range.low = 0;
    if (feedback && range.high < dt) {
        Diag *diag =
            peval_error(p, span, "the feedback has a delay of at most %s, less than one sample",
                        seconds_text(p, range.high));
        peval_help(p, diag, "the shortest past that feedback can read is `t - dt`");
        return 0;
    }
    NodeId least = graph_const(g, range.low);
    if (feedback && range.low < (g->rate > 0 ? dt : LONGEST_SAMPLE)) {
        least = graph_op2(g, OP_MAX, least, graph_seconds(g));
        d = graph_op2(g, OP_MAX, d, graph_seconds(g));
    }
    return delay_node(p, x, d, least, graph_const(g, range.high));
}

NodeId past_of(Peval *p, NodeId x, NodeId d, Span span) {
    Graph *g = p->g;
    bool feedback = open_cell(p, x) != 0;
    if (node_is_const(g, d) && g->rate > 0) return past_at_constant(p, x, d, feedback, span);
    if (!(g->nodes[d].deps & ~(DEP_RATE))) {
        bool short_one = node_is_const(g, d) && g->nodes[d].value < LONGEST_SAMPLE;
        if (feedback && short_one) d = graph_op2(g, OP_MAX, d, graph_seconds(g));
        return delay_node(p, x, d, d, d);
    }
    return past_at_varying(p, x, d, feedback, span);
}
