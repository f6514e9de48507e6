/* The reference: runs the graph as it was evaluated, before any pass, sample by sample in double
 * precision; what is a straight line of time is computed in long double, so that edges and phases
 * are right after a day. Slow, plain, and what every engine is compared with.
 * In: a graph, inputs, params. Out: frames. */
#include "graph/interp.h"
#include "base/sound_stream.h"
#include "graph/op_value.h"
#include "graph/sinc.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef long double Precise;

typedef struct Memory { /* of one node that has a past */
    double *ring;       /* of past values of in[0]: DELAY, SHIFT, FIR, RUNNING_* */
    int size, at;       /* at: where the next value goes */
    double value;       /* accumulator, last value … */
    double offset;      /* of a phase made of params, in turns */
    double beat, beat_at, held, held_at, time; /* of REACHED: see reached() */
    int64_t count;                             /* samples; meaning depends on the op */
    NodeId age;                                /* samples since a beginning; 0: there is none */
    bool started;
} Memory;

/* How a node comes to its value. ON_LINE: timed, without memory, and changes as time passes. */
typedef enum { BY_OP, BY_HAND, FROM_INPUT, FROM_MEMORY, ON_LINE } Way;

struct Interp {
    const Graph *g;
    NodeId *order;
    int n;
    int still; /* so many nodes at the front of `order` are functions of params and constants */
    NodeId *keepers; /* nodes that have a memory, in that order */
    int nkeepers;
    double *value;
    Precise *line; /* of nodes that are on a line; line_of() tells it of all */
    uint8_t *timed;
    uint8_t *way;   /* how a node comes to its value: a Way */
    Memory *memory; /* by node */
    double *params;
    double *operands; /* of the node at work */
    int64_t frame;
    int64_t warm_up; /* frames that shifts need before the first */
    bool pure, cold, begun;
    bool turned;   /* a param, since the nodes that are still were computed */
    double amount; /* see interp_perturb */
    uint64_t perturbation;
    uint8_t *exact; /* nodes that no engine rounds to float */
};

static bool has_memory(const Node *n) {
    return (op_info[n->op].flags & OPF_KEEPS) != 0;
}

static bool is_pure(const Node *n) {
    return !(n->deps & (DEP_MEMORY | DEP_INPUT | DEP_CELL));
}

static int ring_length(const Graph *g, const Node *n) {
    const NodeId *in = node_inputs(n);
    if (n->op == OP_FIR) return node_table(g, n)->n;
    NodeId most = n->op == OP_DELAY ? in[3] : in[1];
    if (n->op == OP_DELAY || n->op == OP_SHIFT)
        return (int)ceil(g->nodes[most].value * g->rate) + 3;
    return (int)fmax(1, rint(g->nodes[in[1]].value * g->rate));
}

static bool has_ring(const Node *n) {
    return (op_info[n->op].flags & OPF_RING) != 0;
}

size_t interp_bytes(const Graph *g) {
    int count;
    size_t bytes = 0;
    NodeId *order = graph_order(g, &count);
    for (int i = 0; i < count; i++) {
        const Node *n = &g->nodes[order[i]];
        bytes += sizeof(Memory) + (has_ring(n) ? sizeof(double) * (size_t)ring_length(g, n) : 0);
    }
    free(order);
    return bytes;
}

/* The longest chain of shifts: that much of the time before the start has to be computed. */
static int64_t longest_shift(Interp *in) {
    const Graph *g = in->g;
    int64_t *reach = alloc_zeroed((size_t)g->n, sizeof *reach), longest = 0;
    for (int i = 0; i < in->n; i++) {
        const Node *n = &g->nodes[in->order[i]];
        const NodeId *inputs = node_inputs(n);
        int64_t here = 0;
        for (int k = 0; k < n->nin; k++)
            if (reach[inputs[k]] > here) here = reach[inputs[k]];
        if (n->op == OP_SHIFT) here += ring_length(g, n);
        reach[in->order[i]] = here;
        if (here > longest) longest = here;
    }
    free(reach);
    return longest;
}

/* Nothing is taken on trust here that engines rely on too: what a node depends on is not asked of Node.deps. */
static bool is_still(const Node *n, const uint8_t *still) {
    if (n->op == OP_CONST || n->op == OP_SR || n->op == OP_PARAM) return true;
    if (n->nin == 0 || n->op == OP_TURNS || has_memory(n) || (op_info[n->op].flags & OPF_DATA))
        return false;
    for (int k = 0; k < n->nin; k++)
        if (!still[node_inputs(n)[k]]) return false;
    return true;
}

/* What is still comes first, so that most samples begin behind it. It needs nothing that is not. */
static void still_first(Interp *in) {
    uint8_t *still = alloc_zeroed((size_t)in->g->n, 1);
    NodeId *rest = alloc_room((size_t)in->n + 1, sizeof *rest);
    int others = 0;
    for (int i = 0; i < in->n; i++) {
        NodeId id = in->order[i];
        still[id] = is_still(&in->g->nodes[id], still);
        if (still[id])
            in->order[in->still++] = id;
        else
            rest[others++] = id;
    }
    if (others > 0) memcpy(in->order + in->still, rest, sizeof *rest * (size_t)others);
    free(rest);
    free(still);
}

static Way way_of(const Interp *in, NodeId id) {
    const Node *n = &in->g->nodes[id];
    if (n->op == OP_INPUT) return FROM_INPUT;
    if (has_memory(n)) return FROM_MEMORY;
    if (in->timed[id] && node_passes(n)) return ON_LINE;
    switch (n->op) {
    case OP_CONST:
    case OP_PARAM:
    case OP_SR:
    case OP_CELL:
    case OP_TABLE:
    case OP_SAMPLE:
    case OP_SAMPLE_LINEAR:
    case OP_SAMPLE_SINC:
    case OP_NOISE_AT:
    case OP_NOISE_HELD:
    case OP_NOISE:
    case OP_SIN:
    case OP_COS:
    case OP_TAN: return BY_HAND;
    default: return BY_OP;
    }
}

/* The memories, and whether all of it is pure. Returns the most inputs of a node. */
static int make_memories(Interp *in) {
    const Graph *g = in->g;
    int most = 0;
    in->pure = true;
    for (int i = 0; i < in->n; i++) {
        NodeId id = in->order[i];
        const Node *n = &g->nodes[id];
        if (n->nin > most) most = n->nin;
        if (!is_pure(n)) in->pure = false;
        in->way[id] = (uint8_t)way_of(in, id);
        if (!has_memory(n)) continue;
        Memory *m = &in->memory[id];
        m->age = node_age(n);
        in->keepers[in->nkeepers++] = id;
        if (!has_ring(n)) continue;
        m->size = ring_length(g, n);
        m->ring = alloc_zeroed((size_t)m->size, sizeof *m->ring);
    }
    return most;
}

Interp *interp_create(const Graph *g) {
    Interp *in = alloc_zeroed(1, sizeof *in);
    in->g = g;
    in->order = graph_sample_order(g, &in->n);
    size_t nodes = (size_t)g->n;
    in->value = alloc_zeroed(nodes, sizeof *in->value);
    in->line = alloc_zeroed(nodes, sizeof *in->line);
    in->timed = alloc_zeroed(nodes, 1);
    in->way = alloc_zeroed(nodes, 1);
    in->memory = alloc_zeroed(nodes, sizeof *in->memory);
    in->keepers = alloc_room((size_t)in->n + 1, sizeof *in->keepers);
    in->params = alloc_zeroed((size_t)g->nparams + 1, sizeof *in->params);
    graph_timed(g, in->timed, in->order, in->n);
    still_first(in);
    int most = make_memories(in);
    in->operands = alloc_zeroed((size_t)most + 1, sizeof *in->operands);
    in->warm_up = longest_shift(in);
    interp_reset(in);
    return in;
}

void interp_free(Interp *in) {
    if (!in) return;
    for (int i = 0; i < in->g->n; i++)
        free(in->memory[i].ring);
    free(in->memory);
    free(in->order);
    free(in->value);
    free(in->line);
    free(in->timed);
    free(in->way);
    free(in->keepers);
    free(in->exact);
    free(in->params);
    free(in->operands);
    free(in);
}

void interp_reset(Interp *in) {
    for (int i = 0; i < in->g->nparams; i++)
        in->params[i] = in->g->params[i].initial;
    for (int i = 0; i < in->g->n; i++) {
        Memory *m = &in->memory[i];
        if (m->ring) memset(m->ring, 0, sizeof *m->ring * (size_t)m->size);
        m->at = 0;
        m->value = m->offset = 0;
        m->count = 0;
        m->started = false;
    }
    in->frame = 0;
    in->cold = in->turned = true;
    in->begun = false;
}

void interp_set(Interp *in, int param, double value) {
    if (param < 0 || param >= in->g->nparams || isnan(value)) return;
    const ParamInfo *info = &in->g->params[param];
    in->params[param] = fmin(fmax(value, info->min), info->max);
    in->turned = true;
}

double interp_get(const Interp *in, int param) {
    return param < 0 || param >= in->g->nparams ? 0 : in->params[param];
}

static void run_sample(Interp *in, const double *const *inputs, int at, bool only_pure);

/* A param that was turned meanwhile was turned here: clocks and phases are bent before they are elsewhere. */
bool interp_seek(Interp *in, int64_t frame) {
    if (!in->pure) return false;
    if (in->begun) run_sample(in, NULL, 0, true);
    in->frame = frame;
    in->cold = true;
    return true;
}

/* Up to where float is enough for what an operation is given (plan/precision.c); 0: all of it is decided in double. */
static double enough_in_float(Op op) {
    switch (op) {
    case OP_SIN:
    case OP_COS:
    case OP_TAN: return 8;
    case OP_TABLE: return 1.5;
    case OP_LT:
    case OP_LE:
    case OP_EQ:
    case OP_NE:
    case OP_FLOOR:
    case OP_CEIL:
    case OP_ROUND:
    case OP_FRAC:
    case OP_WRAP:
    case OP_MOD:
    case OP_HASH:
    case OP_VALUE_NOISE:
    case OP_PERLIN:
    case OP_SIMPLEX:
    case OP_WORLEY:
    case OP_SIGN:
    case OP_NOISE:
    case OP_SAMPLE:
    case OP_SAMPLE_LINEAR:
    case OP_SAMPLE_SINC:
    case OP_PHASE_PARAM:
    case OP_BEND:
    case OP_REACHED: return 0;
    default: return INFINITY;
    }
}

static bool is_of_terms(Op op) {
    return op == OP_ADD || op == OP_SUB || op == OP_SUM || op == OP_SELECT || op == OP_NEG;
}

/* What edges and phases of time are made of is double in every engine; of a sum each term counts by itself. */
static void find_exact(Interp *in) {
    const Graph *g = in->g;
    IntervalMemo *memo = interval_memo_create();
    double *enough = alloc_zeroed((size_t)g->n, sizeof *enough);
    in->exact = alloc_zeroed((size_t)g->n, 1);
    graph_straight(g, in->exact, in->order, in->n);
    for (int i = 0; i < in->n; i++)
        enough[in->order[i]] = in->exact[in->order[i]] ? 0 : INFINITY;
    for (int i = in->n - 1; i >= 0; i--) {
        NodeId id = in->order[i];
        const Node *n = &g->nodes[id];
        Interval bounds = graph_interval(g, memo, id);
        double demand = enough_in_float((Op)n->op);
        in->exact[id] = !(bounds.low >= -enough[id] && bounds.high <= enough[id]);
        if (in->exact[id]) demand = is_of_terms((Op)n->op) ? fmin(demand, enough[id]) : 0;
        for (int k = 0; k < n->nin; k++)
            if (in->timed[node_inputs(n)[k]])
                enough[node_inputs(n)[k]] = fmin(enough[node_inputs(n)[k]], demand);
    }
    free(enough);
    interval_memo_free(memo);
}

void interp_perturb(Interp *in, double amount, uint64_t seed) {
    in->amount = amount;
    in->perturbation = seed;
    if (!in->exact) find_exact(in);
}

/* What an even seed makes of a node is off by the same share in all samples, as a rounded constant is. */
static double random_of(const Interp *in, NodeId id) {
    uint64_t n = in->perturbation % 2 ? (uint64_t)in->frame : 0;
    return kn_noise((double)(in->perturbation + 64 * (uint64_t)id), (double)n);
}

static const double of_double = 1e-12;

/* A remainder that float cannot tell from what was divided by is 0. */
static bool wraps_in_float(const Interp *in, NodeId id, double x) {
    const Node *n = &in->g->nodes[id];
    double most = n->op == OP_MOD ? in->value[node_inputs(n)[1]] : 1;
    return (n->op == OP_FRAC || n->op == OP_MOD) && (float)x == (float)most;
}

/* Whole numbers stay: counts, conditions and what is exactly 0 are rounded by no engine that holds them. */
static double disturbed(const Interp *in, NodeId id, double x) {
    int flags = op_info[in->g->nodes[id].op].flags;
    if (x == 0 || (flags & OPF_HANDS_ON)) return x;
    double amount = in->exact[id] ? fmin(in->amount, of_double) : in->amount;
    bool of_float = amount >= 0x1p-24;
    if (of_float && fabs(x) > (double)FLT_MAX) return x < 0 ? -INFINITY : INFINITY;
    if (of_float && in->perturbation % 2 && wraps_in_float(in, id, x)) return 0;
    if (x == rint(x) && fabs(x) < (of_float ? 0x1p24 : 0x1p53)) return x;
    return x + x * amount * random_of(in, id);
}

static double perturbed(const Interp *in, NodeId id, double x) {
    return in->amount == 0 ? x : disturbed(in, id, x);
}

/* What is made of time is off by what double makes of a phase, also where it is exactly 0; or what should be a whole
 * number and is off by so much is that number. */
static Precise disturbed_line(const Interp *in, NodeId id, Precise x) {
    static const Precise of_phases = 1e-14L;
    Op op = (Op)in->g->nodes[id].op;
    if (x == rintl(x) && op != OP_SIN && op != OP_COS && op != OP_TAN) return x;
    if (in->perturbation % 4 == 0 && fabsl(x - rintl(x)) < (Precise)of_double * fmaxl(1, fabsl(x)))
        return rintl(x);
    return x + of_phases * fmaxl(1, fabsl(x)) * (Precise)random_of(in, id);
}

static Precise perturbed_line(const Interp *in, NodeId id, Precise x) {
    return in->amount == 0 ? x : disturbed_line(in, id, x);
}

/* ---- straight lines of time: edges within the tolerance are edges -------------------------------
 */

static Precise snap(Precise x) {
    Precise whole = rintl(x);
    return fabsl(x - whole) < (Precise)EDGE_TOLERANCE ? whole : x;
}

static Precise line_modulo(Precise x, Precise m) {
    Precise turns = rintl(x / m);
    if (fabsl(x - turns * m) < (Precise)EDGE_TOLERANCE) return 0;
    return x - floorl(x / m) * m;
}

static Precise line_of(const Interp *in, NodeId id) {
    return in->way[id] == ON_LINE ? in->line[id] : (Precise)in->value[id];
}

static Precise sum_of_lines(const Interp *in, const Node *n) {
    const NodeId *id = node_inputs(n);
    Precise sum = 0;
    for (int i = 0; i < n->nin; i++)
        sum += line_of(in, id[i]);
    return sum;
}

/* Node 0, which is none, stands behind the last input, and is 0. */
static Precise line_value(const Interp *in, const Node *n) {
    const NodeId *id = node_inputs(n);
    Precise a = line_of(in, id[0]), b = line_of(in, id[1]), c = line_of(in, id[2]);
    switch (n->op) {
    case OP_TIME: return (Precise)in->frame / (Precise)in->g->rate;
    case OP_FRAME: return (Precise)in->frame;
    case OP_TURNS: return line_modulo(a * ((Precise)in->frame / (Precise)in->g->rate) + b, 1);
    case OP_NEG: return -a;
    case OP_ABS: return fabsl(a);
    case OP_SIGN: return fabsl(a) < (Precise)EDGE_TOLERANCE ? 0 : a > 0 ? 1 : a < 0 ? -1 : a;
    case OP_FLOOR: return floorl(snap(a));
    case OP_CEIL: return ceill(snap(a));
    case OP_ROUND: return floorl(snap(a + 0.5L));
    case OP_FRAC: return line_modulo(a, 1);
    case OP_MOD: return line_modulo(a, b);
    case OP_ADD: return a + b;
    case OP_SUB: return a - b;
    case OP_MUL: return a * b;
    case OP_DIV: return a / b;
    case OP_MIN: return a < b ? a : b;
    case OP_MAX: return a > b ? a : b;
    case OP_SIN: return sinl(a);
    case OP_COS: return cosl(a);
    case OP_TAN: return tanl(a);
    case OP_HASH: return (Precise)kn_hash((double)floorl(snap(a)));
    case OP_SUM: return sum_of_lines(in, n);
    case OP_LT: return a < b - (Precise)EDGE_TOLERANCE;
    case OP_LE: return a <= b + (Precise)EDGE_TOLERANCE;
    case OP_EQ: return fabsl(a - b) < (Precise)EDGE_TOLERANCE;
    case OP_NE: return !(fabsl(a - b) < (Precise)EDGE_TOLERANCE); /* NaN is not equal */
    case OP_SELECT: return a != 0 ? b : c;
    case OP_PICK: {
        Precise i = floorl(snap(a)), last = n->nin - 2;
        i = i > 0 ? i : 0;
        return line_of(in, id[1 + (int)(i < last ? i : last)]);
    }
    default:
        return (Precise)op_evaluate((Op)n->op, (double[]){(double)a, (double)b, (double)c}, n->nin);
    }
}

/* ---- tables and samples ---------------------------------------------------------------------- */

static double sample_point(const Sample *s, int channel, int64_t i) {
    float x;
    if (i < 0 || i >= s->frames) return 0;
    if (s->data) return (double)s->data[i * s->channels + channel];
    sound_stream_fetch(s->stream, &x, i, 1, channel);
    return (double)x;
}

/* The sum of the points around under a window that widens with the frames that go by from sample to sample. */
static double read_sinc(const Sample *s, int channel, int64_t i, double part, double step) {
    const double stretch = sinc_stretch(step), reach = SINC_REACH * stretch;
    double sum = 0;
    for (int64_t k = (int64_t)floor(part - reach); (double)k <= part + reach; k++)
        sum += sample_point(s, channel, i + k) * sinc_weight(((double)k - part) / stretch);
    return sum / (stretch * bessel_i0(sinc_beta));
}

static double read_line(const Sample *s, int channel, int64_t i, double part) {
    const double a = sample_point(s, channel, i);
    return a + part * (sample_point(s, channel, i + 1) - a);
}

/* Catmull-Rom: the cubic through the two points around, with the slopes of their neighbours. */
static double read_sample(const Interp *in, const Node *n, Precise seconds, double slope) {
    const Sample *s = node_sample(in->g, n);
    const int channel = (int)in->value[n->in3[0]];
    Precise x = seconds * (Precise)s->rate, whole = rintl(x);
    if (fabsl(x - whole) < 1e-6L) x = whole;
    if (!(x >= 0) || x >= (Precise)s->frames) return 0;
    int64_t i = (int64_t)x;
    double f = (double)(x - (Precise)i);
    if (n->op == OP_SAMPLE_LINEAR) return read_line(s, channel, i, f);
    if (n->op == OP_SAMPLE_SINC) return read_sinc(s, channel, i, f, slope * s->rate / in->g->rate);
    double a = sample_point(s, channel, i - 1), b = sample_point(s, channel, i);
    double c = sample_point(s, channel, i + 1), d = sample_point(s, channel, i + 2);
    double c1 = 0.5 * (c - a), c2 = a - 2.5 * b + 2 * c - 0.5 * d,
           c3 = 0.5 * (d - a) + 1.5 * (b - c);
    return ((c3 * f + c2) * f + c1) * f + b;
}

static double read_noise(const Interp *in, double seed, Precise seconds) {
    Precise k = seconds * (Precise)in->g->rate, whole = rintl(k);
    if (fabsl(k - whole) < 1e-6L) k = whole;
    return kn_noise(seed, (double)floorl(k));
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void push(Memory *m, double x) {
    m->ring[m->at] = x;
    m->at = m->at + 1 == m->size ? 0 : m->at + 1;
}

/* So many samples ago, at most as many as there are. */
static double past(const Memory *m, int64_t distance) {
    int64_t i = m->at - distance;
    return m->ring[i < 0 ? i + m->size : i];
}

static double age_value(const Interp *in, const Memory *m) {
    return m->age ? in->value[m->age] : INFINITY;
}

static double delayed(const Interp *in, const Node *n, const Memory *m) {
    const NodeId *id = node_inputs(n);
    double least = in->value[id[2]], most = in->value[id[3]], d = in->value[id[1]];
    if (!(d >= least)) d = least;
    if (d > most) d = most;
    d *= in->g->rate;
    double whole = rint(d), age = age_value(in, m);
    if (fabs(d - whole) < 1e-6) d = whole;
    int64_t k = (int64_t)d;
    double f = d - (double)k;
    double a = k == 0 ? in->value[id[0]] : (double)k <= age ? past(m, k) : 0;
    if (f == 0) return a;
    double b = (double)(k + 1) <= age ? past(m, k + 1) : 0;
    return a + f * (b - a);
}

/* The past as the two straight pieces of memory that it is: the last `n` samples end before `at`, and those that are older
 * at the end of the ring. */
typedef struct Past {
    const double *late, *early;
    int nlate, nearly;
} Past;

static Past last_samples(const Memory *m, int n) {
    int late = n < m->at ? n : m->at;
    return (Past){m->ring + m->at - late, m->ring + m->size - (n - late), late, n - late};
}

/* Four sums go on beside each other: one alone waits for each of its additions. */
static double dot(const double *a, const double *b, int n) {
    double sum[4] = {0, 0, 0, 0};
    int i = 0;
    for (; i + 4 <= n; i += 4)
        for (int k = 0; k < 4; k++)
            sum[k] += a[i + k] * b[i + k];
    for (; i < n; i++)
        sum[0] += a[i] * b[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static double convolved(const Table *taps, const Memory *m, double now) {
    int last = taps->n - 1;
    Past past = last_samples(m, last);
    return taps->data[last] * now + dot(taps->data + past.nearly, past.late, past.nlate) +
           dot(taps->data, past.early, past.nearly);
}

static double extreme_of(bool greatest, double best, const double *x, int n) {
    for (int i = 0; i < n; i++)
        best = greatest ? (x[i] > best ? x[i] : best) : (x[i] < best ? x[i] : best);
    return best;
}

static double extreme(const Memory *m, bool greatest, double now) {
    Past past = last_samples(m, m->count < m->size ? (int)m->count : m->size - 1);
    double best = extreme_of(greatest, now, past.late, past.nlate);
    return extreme_of(greatest, best, past.early, past.nearly);
}

static double sum_of(const double *x, int n) {
    double sum[4] = {0, 0, 0, 0};
    int i = 0;
    for (; i + 4 <= n; i += 4)
        for (int k = 0; k < 4; k++)
            sum[k] += x[i + k];
    for (; i < n; i++)
        sum[0] += x[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static double mean(const Memory *m, double now) {
    Past past = last_samples(m, m->size - 1);
    return (now + sum_of(past.late, past.nlate) + sum_of(past.early, past.nearly)) / m->size;
}

/* Samples since a time jumped. */
static double age_of_time(const Interp *in, Memory *m, double u, double outer) {
    double dt = 1 / in->g->rate;
    bool runs_on = m->started && m->count >= 0 && fabs(u - m->value - dt) < 1e-3 * dt && outer > 0;
    m->count = u < -EDGE_TOLERANCE || outer < 0 ? -1 : runs_on ? m->count + 1 : 0;
    m->started = true;
    m->value = u;
    return (double)m->count;
}

/* Wraps are decided with a bias: rounding would put some a sample late. */
static double wrapped(double x) {
    return x - floor(x + 0x1p-30);
}

/* While a frequency is no number, nothing is, and its phase waits. */
static double steady_frequency(double f) {
    return isfinite(f) ? f : 0;
}

/* f * t + c, where c changes so that a new f meets the phase that the old one had. */
static double phase_of_params(Interp *in, const Node *n, Memory *m) {
    const NodeId *id = node_inputs(n);
    double now = in->value[id[0]], f = steady_frequency(now);
    Precise t = line_of(in, id[1]);
    if (m->started && f != m->value) {
        Precise c = (Precise)m->offset + ((Precise)m->value - (Precise)f) * t;
        m->offset = (double)(c - floorl(c));
    }
    m->started = true;
    m->value = f;
    if (!isfinite(now)) return NAN;
    return (double)line_modulo((Precise)f * t + (Precise)m->offset, 1);
}

/* The c of f * t + c, which meets a new f where the old one was. */
static double bend(Interp *in, const Node *n, Memory *m) {
    const NodeId *id = node_inputs(n);
    double f = steady_frequency(in->value[id[0]]);
    Precise t = n->nin > 1 ? line_of(in, id[1]) : (Precise)in->frame / (Precise)in->g->rate;
    if (m->started && f != m->value)
        m->offset = (double)((Precise)m->offset + ((Precise)m->value - (Precise)f) * t);
    m->started = true;
    m->value = f;
    return m->offset;
}

/* When f * t + c came to `beat`, at the latest now. Of the beat that a new f finds that time is kept; one that comes with it came
 * within the last sample. */
static double reached(Interp *in, const Node *n, Memory *m) {
    const NodeId *id = node_inputs(n);
    double beat = in->value[id[0]], f = in->value[id[2]], dt = 1 / in->g->rate;
    double t = in->value[id[3]];
    double at = f != 0 ? (double)((line_of(in, id[0]) - line_of(in, id[1])) / (Precise)f) : 0;
    if (at > t) at = t;
    if (fabs(t - m->time - dt) > 0.5 * dt) {
        m->held = -1e9;
    } else if (f != m->value) {
        m->held = beat;
        m->held_at = beat == m->beat ? m->beat_at : fmax(at, t - 0.5 * dt);
    }
    if (beat == m->held) at = m->held_at;
    m->value = f;
    m->time = t;
    m->beat = beat;
    m->beat_at = at;
    return at;
}

static double remember(Interp *in, const Node *n, Memory *m) {
    const NodeId *id = node_inputs(n);
    double x = in->value[id[0]], age = age_value(in, m), dt = 1 / in->g->rate;
    if (age == 0 && n->op != OP_DELAY) {
        m->started = false;
        m->count = 0;
        m->value = 0;
        if (m->ring) memset(m->ring, 0, sizeof *m->ring * (size_t)m->size);
    }
    switch (n->op) {
    case OP_DELAY: return delayed(in, n, m);
    case OP_SHIFT: {
        double d = in->value[id[1]] * in->g->rate, whole = rint(d);
        if (fabs(d - whole) < 1e-6) return past(m, (int64_t)whole);
        double a = past(m, (int64_t)d), b = past(m, (int64_t)d + 1);
        return a + (d - floor(d)) * (b - a);
    }
    case OP_AGE: return age_of_time(in, m, x, age);
    case OP_PHASE: return m->value < 0 ? 0 : m->value;
    case OP_INTEGRATE: return m->value;
    case OP_PHASE_PARAM: return phase_of_params(in, n, m);
    case OP_BEND: return bend(in, n, m);
    case OP_REACHED: return reached(in, n, m);
    case OP_SMOOTH:
        m->value = m->started ? x + in->value[id[1]] * (m->value - x) : x;
        m->started = true;
        return m->value;
    case OP_SINCE:
        if (x > 0 && !(m->value > 0)) {
            m->count = 0;
            m->started = true;
        } else {
            m->count++;
        }
        m->value = x;
        return m->started ? (double)m->count * dt : 1e9;
    case OP_FIR: return convolved(node_table(in->g, n), m, x);
    case OP_RUNNING_MAX: return extreme(m, true, x);
    case OP_RUNNING_MIN: return extreme(m, false, x);
    case OP_RUNNING_MEAN: return mean(m, x);
    default: return 0;
    }
}

/* At the end of a sample: what was now becomes past. */
static void advance(Interp *in, const Node *n, Memory *m) {
    double x = in->value[node_inputs(n)[0]], age = age_value(in, m);
    if (m->ring) {
        push(m, x);
        if (n->op != OP_DELAY && n->op != OP_SHIFT) m->count++;
    }
    if (age < 0) return;
    if (n->op == OP_PHASE) m->value = wrapped(m->value + x / in->g->rate);
    if (n->op == OP_INTEGRATE) m->value += x / in->g->rate;
}

/* ---- a sample
 * ------------------------------------------------------------------------------------------------
 */

static double held_noise(const Interp *in, const Node *n) {
    const NodeId *inputs = node_inputs(n);
    const double held = in->value[inputs[1]], from = in->value[inputs[2]];
    const double k = floor(((double)in->frame - from) / held) * held + from;
    return kn_noise(in->value[inputs[0]], k + (double)n->aux);
}

static double value_by_hand(const Interp *in, const Node *n) {
    const Graph *g = in->g;
    const NodeId *inputs = node_inputs(n);
    switch (n->op) {
    case OP_CONST: return n->value;
    case OP_PARAM: return in->params[n->aux];
    case OP_SR: return g->rate;
    case OP_CELL: return in->value[g->cells[n->aux].body];
    case OP_TABLE: return table_read(node_table(g, n), line_of(in, inputs[0]));
    case OP_SAMPLE:
    case OP_SAMPLE_LINEAR: return read_sample(in, n, line_of(in, inputs[1]), 0);
    case OP_SAMPLE_SINC: return read_sample(in, n, line_of(in, inputs[1]), in->value[inputs[2]]);
    case OP_NOISE_AT: return kn_noise(in->value[inputs[0]], (double)(in->frame + n->aux));
    case OP_NOISE_HELD: return held_noise(in, n);
    case OP_NOISE: return read_noise(in, in->value[inputs[0]], line_of(in, inputs[1]));
    case OP_SIN: return (double)sinl(line_of(in, inputs[0]));
    case OP_COS: return (double)cosl(line_of(in, inputs[0]));
    case OP_TAN: return (double)tanl(line_of(in, inputs[0]));
    default: return NAN;
    }
}

static double value_by_op(Interp *in, const Node *n) {
    const NodeId *id = node_inputs(n);
    if (n->nin > 2)
        for (int i = 0; i < n->nin; i++)
            in->operands[i] = in->value[id[i]];
    return op_value((Op)n->op, in->value[id[0]], in->value[id[1]], in->operands, n->nin);
}

static void compute_line(Interp *in, NodeId id) {
    in->line[id] = perturbed_line(in, id, line_value(in, &in->g->nodes[id]));
    in->value[id] = perturbed(in, id, (double)in->line[id]);
    if (in->amount > of_double && !in->exact[id]) in->line[id] = (Precise)in->value[id];
}

static void compute(Interp *in, NodeId id, const double *const *inputs, int at) {
    const Node *n = &in->g->nodes[id];
    switch ((Way)in->way[id]) {
    case ON_LINE: compute_line(in, id); break;
    case FROM_INPUT: in->value[id] = inputs[n->aux][at]; break;
    case FROM_MEMORY: in->value[id] = perturbed(in, id, remember(in, n, &in->memory[id])); break;
    case BY_HAND: in->value[id] = perturbed(in, id, value_by_hand(in, n)); break;
    case BY_OP: in->value[id] = perturbed(in, id, value_by_op(in, n)); break;
    }
}

static void run_sample(Interp *in, const double *const *inputs, int at, bool only_pure) {
    const Graph *g = in->g;
    bool keeps_still = in->amount == 0 && !in->turned;
    budget_spend(in->n); /* while compiling: impulse responses */
    for (int i = keeps_still ? in->still : 0; i < in->n; i++) {
        NodeId id = in->order[i];
        if (!only_pure || is_pure(&g->nodes[id])) compute(in, id, inputs, at);
    }
    in->turned = false;
    for (int i = 0; i < in->nkeepers; i++) {
        NodeId id = in->keepers[i];
        const Node *n = &g->nodes[id];
        if (!only_pure || is_pure(n)) advance(in, n, &in->memory[id]);
    }
}

double interp_largest(const Interp *in) {
    double largest = 0;
    for (int i = 0; i < in->n; i++) {
        const Node *n = &in->g->nodes[in->order[i]];
        double x = has_memory(n) ? fabs(in->value[node_inputs(n)[0]]) : 0,
               y = has_memory(n) ? fabs(in->value[in->order[i]]) : 0;
        if (isnan(x) || isnan(y)) return INFINITY;
        largest = fmax(largest, fmax(x, y));
    }
    return largest;
}

void interp_process(Interp *in, const double *const *inputs, double *const *outputs, int frames) {
    if (in->cold && in->warm_up) {
        int64_t start = in->frame;
        for (in->frame = start - in->warm_up; in->frame < start; in->frame++)
            run_sample(in, NULL, 0, true);
    }
    in->cold = false;
    in->begun = in->begun || frames > 0;
    for (int i = 0; i < frames; i++, in->frame++) {
        run_sample(in, inputs, i, false);
        for (int k = 0; k < in->g->noutputs; k++)
            outputs[k][i] = in->value[in->g->outputs[k]];
    }
}
