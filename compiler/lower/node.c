/* Nodes as calls of kernels. In: a plan and a node at sample rate. Out: calls in the strip's code, and the buffer of the
 * node's value. runtime/kernels.def has a row for each kernel, whose name is put together from operation, type and
 * operands. */
#include "lower/lower.h"
#include "runtime/math.h"
#include "runtime/noise.h"

#include <stdlib.h>
#include <string.h>

/* ---- arithmetic and functions ------------------------------------------------------------------ */

/* sin, cos, tan of a double in float: reduced in double. */
static bool reduces(const KernelEmitter *k, NodeId id, const Node *n) {
    return (op_info[n->op].flags & OPF_REDUCES) && !k->p->wide[id] &&
           kernel_type(k, n->in3[0]) == OF_DOUBLE;
}

/* A tangent, in double, of what has bounds short of a right angle, as the cutoffs of filters have. */
static bool is_tan_within(const KernelEmitter *k, NodeId id, const Node *n) {
    if (n->op != OP_TAN || !k->p->wide[id]) return false;
    const Interval x = graph_interval(k->g, k->p->intervals, n->in3[0]);
    return x.low >= -1.56 && x.high <= 1.56;
}

static void node_function(KernelEmitter *k, NodeId id, const Node *n) {
    bool wide = k->p->wide[id], reduced = reduces(k, id, n);
    bool near = !wide && !reduced && (n->op == OP_SINTURN || n->op == OP_COSTURN) &&
                k->g->nodes[plan_value(k->g, n->in3[0])].op == OP_TURNS;
    BufferType type = wide || reduced ? OF_DOUBLE : OF_FLOAT;
    Operand x = kernel_operand(k, n->in3[0], type);
    const char *name = is_tan_within(k, id, n) ? "tan_within"
                       : !near                 ? op_info[n->op].text
                       : n->op == OP_SINTURN   ? "sinturn_near"
                                               : "costurn_near";
    if (reduced)
        kernel_set(k, id, kernel_apply(k, name, (BufferType)'w', OF_FLOAT, &x, 1));
    else
        kernel_finish(k, id, kernel_apply(k, name, type, type, &x, 1));
}

/* floor and its like. Of what is straight, a value within 1e-9 of an edge counts as that edge. */
static int rounded_line(KernelEmitter *k, int op, Operand x) {
    Operand one = {.buffer = -1, .number = strip_number(1)},
            half = {.buffer = -1, .number = strip_number(0.5)};
    if (op == OP_CEIL) x.buffer = kernel_apply(k, "neg", OF_DOUBLE, OF_DOUBLE, &x, 1);
    if (op == OP_ROUND)
        x.buffer = kernel_apply(k, "add", OF_DOUBLE, OF_DOUBLE, (Operand[]){x, half}, 2);
    if (op == OP_FRAC)
        return kernel_apply(k, "mod_line", OF_DOUBLE, OF_DOUBLE, (Operand[]){x, one}, 2);
    int y = kernel_apply(k, "floor_line", OF_DOUBLE, OF_DOUBLE, &x, 1);
    if (op != OP_CEIL) return y;
    x.buffer = y;
    return kernel_apply(k, "neg", OF_DOUBLE, OF_DOUBLE, &x, 1);
}

static void node_of_one(KernelEmitter *k, NodeId id, const Node *n) {
    BufferType type = kernel_computing_type(k, id);
    Operand x = kernel_operand(k, n->in3[0], type);
    if (n->op == OP_WRAP && k->p->cyclic[plan_value(k->g, n->in3[0])])
        kernel_finish(k, id, x.buffer); /* it is counted so */
    else if (type == OF_DOUBLE && (op_info[n->op].flags & OPF_EDGES) && plan_on_lines(k->p, n))
        kernel_finish(k, id, rounded_line(k, n->op, x));
    else
        kernel_finish(k, id, kernel_apply(k, op_info[n->op].text, type, type, &x, 1));
}

/* A power of a base that is known, and of which no exponent makes an edge. */
static bool is_power_of_base(const KernelEmitter *k, const Node *n, BufferType type) {
    if (n->op != OP_POW || !node_is_const(k->g, n->in3[0]) || k->rolled[n->in3[0]]) return false;
    double base = k->g->nodes[n->in3[0]].value;
    if (type == OF_FLOAT) base = (double)(float)base;
    return base > 0 && isfinite(base) && base != 1;
}

static void node_pair(KernelEmitter *k, NodeId id, const Node *n) {
    BufferType type = kernel_computing_type(k, id);
    Operand o[2] = {kernel_operand(k, n->in3[0], type), kernel_operand(k, n->in3[1], type)};
    if (o[0].buffer < 0 && (op_info[n->op].flags & OPF_COMMUTES)) kernel_swap(o);
    bool line = n->op == OP_MOD && type == OF_DOUBLE && plan_on_lines(k->p, n);
    const char *name = line                                               ? "mod_line"
                       : o[1].buffer >= 0 && is_power_of_base(k, n, type) ? "pow_base"
                                                                          : op_info[n->op].text;
    kernel_finish(k, id, kernel_apply(k, name, type, type, o, 2));
}

static void node_arithmetic(KernelEmitter *k, NodeId id, const Node *n) {
    if (!k->in_turn && n->op == OP_MUL && kernel_gained(k, id, n)) return;
    if (!k->in_turn && (n->op == OP_ADD || n->op == OP_SUB) && kernel_fir(k, id)) return;
    node_pair(k, id, n);
}

/* A float term of a sum of doubles is read as float: the kernel converts it. */
static int add_to_sum(KernelEmitter *k, int sum, NodeId term, BufferType type) {
    bool narrow = type == OF_DOUBLE && kernel_varies(k, term) && kernel_type(k, term) == OF_FLOAT;
    const Operand o[2] = {{.buffer = sum}, kernel_operand(k, term, narrow ? OF_FLOAT : type)};
    return kernel_apply(k, narrow ? "add_float" : "add", type, type, o, 2);
}

/* Adds the terms from the left, numbers last. */
static void node_sum(KernelEmitter *k, NodeId id, const Node *n) {
    BufferType type = kernel_computing_type(k, id);
    int sum = -1;
    for (int numbers = 0; numbers < 2; numbers++)
        for (int i = 0; i < n->nin; i++) {
            NodeId term = node_inputs(n)[i];
            if (kernel_varies(k, term) == numbers) continue;
            sum = sum < 0 ? kernel_buffer(k, term, type) : add_to_sum(k, sum, term, type);
        }
    kernel_finish(k, id, sum);
}

/* Compared in the precision of what varies: 0.2 is then equal to a float that is 0.2. */
static void node_comparison(KernelEmitter *k, NodeId id, const Node *n) {
    bool wide = k->by_block;
    for (int i = 0; i < 2; i++)
        wide = wide || (kernel_varies(k, n->in3[i]) && k->p->wide[plan_value(k->g, n->in3[i])]);
    BufferType type = wide ? OF_DOUBLE : OF_FLOAT;
    Operand o[2] = {kernel_operand(k, n->in3[0], type), kernel_operand(k, n->in3[1], type)};
    if (o[0].buffer < 0 && (op_info[n->op].flags & OPF_COMMUTES)) kernel_swap(o);
    bool line = wide && plan_on_lines(k->p, n) && k->g->nodes[n->in3[0]].op != OP_FRAME;
    const char *name = !line            ? op_info[n->op].text
                       : n->op == OP_LT ? "lt_line"
                       : n->op == OP_LE ? "le_line"
                       : n->op == OP_EQ ? "eq_line"
                                        : "ne_line";
    kernel_set(k, id, kernel_apply(k, name, type, OF_BOOL, o, 2));
}

static void node_logic(KernelEmitter *k, NodeId id, const Node *n) {
    Operand o[2];
    for (int i = 0; i < n->nin; i++)
        o[i] = kernel_operand(k, n->in3[i], OF_BOOL);
    const char *name = n->op == OP_AND ? "and" : n->op == OP_OR ? "or" : "not";
    kernel_set(k, id, kernel_apply(k, name, OF_BOOL, OF_BOOL, o, n->nin));
}

static void node_select(KernelEmitter *k, NodeId id, const Node *n) {
    BufferType type = kernel_type(k, id);
    int condition = kernel_buffer(k, n->in3[0], OF_BOOL);
    Operand a = kernel_operand(k, n->in3[1], type), b = kernel_operand(k, n->in3[2], type);
    kernel_set(k, id, kernel_select(k, type, condition, a, b));
}

/* ---- picks -------------------------------------------------------------------------------- */

static void pick_constant(KernelEmitter *k, NodeId id, const Node *n) {
    double *table = kernel_own(k->data, sizeof *table * (size_t)(n->nin - 1));
    for (int i = 1; i < n->nin; i++)
        table[i - 1] = k->g->nodes[plan_value(k->g, node_inputs(n)[i])].value;
    Operand x = kernel_operand(k, node_inputs(n)[0], OF_DOUBLE);
    int y = strip_buffer(&k->code, kernel_type(k, id));
    strip_call(&k->code,
               kernel_type(k, id) == OF_DOUBLE ? KERNEL_pick_table_d : KERNEL_pick_table_f);
    strip_add_buffer(&k->code, y);
    kernel_add_operand(k, &x);
    kernel_add_data(k, "choice%d", id, "double", table, n->nin - 1);
    strip_add_integer(&k->code, n->nin - 2);
    strip_add_count(&k->code);
    kernel_set(k, id, y);
}

static void node_pick(KernelEmitter *k, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    BufferType type = kernel_type(k, id);
    bool constant = kernel_varies(k, in[0]);
    for (int i = 1; i < n->nin; i++)
        constant = constant && k->p->rate[plan_value(k->g, in[i])] == RATE_CONST &&
                   kernel_column(k, in[i], HOLE_VALUE) < 0;
    if (constant) {
        pick_constant(k, id, n);
        return;
    }
    int x = kernel_buffer(k, in[0], OF_DOUBLE), index = strip_buffer(&k->code, OF_BOOL);
    strip_call(&k->code, KERNEL_index_b_d);
    strip_add_buffer(&k->code, index);
    strip_add_buffer(&k->code, x);
    strip_add_integer(&k->code, n->nin - 2);
    strip_add_count(&k->code);
    int y = strip_buffer(&k->code, type);
    kernel_fill(k, y, strip_number(0));
    for (int i = 1; i < n->nin; i++) {
        Operand item = kernel_operand(k, in[i], type);
        strip_call(&k->code, item.buffer < 0 ? type == OF_DOUBLE ? KERNEL_pick_d_k : KERNEL_pick_f_k
                             : type == OF_DOUBLE ? KERNEL_pick_d_v
                                                 : KERNEL_pick_f_v);
        strip_add_buffer(&k->code, y);
        strip_add_buffer(&k->code, index);
        strip_add_integer(&k->code, i - 1);
        kernel_add_operand(k, &item);
        strip_add_count(&k->code);
    }
    kernel_set(k, id, y);
}

/* ---- random numbers, tables, sound files -------------------------------------------------------- */

static void node_hash(KernelEmitter *k, NodeId id, const Node *n) {
    bool wide = k->p->wide[id];
    int x = kernel_buffer(k, n->in3[0], OF_DOUBLE),
        y = strip_buffer(&k->code, wide ? OF_DOUBLE : OF_FLOAT);
    strip_call(&k->code, wide ? KERNEL_hash_d : KERNEL_hash_f);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, x);
    strip_add_number(&k->code, plan_on_lines(k->p, n) ? 1e-9 : 0);
    strip_add_count(&k->code);
    kernel_set(k, id, y);
}

/* The number of the sample at or before a time, as kn_sample_at has it. */
static int sample_at(KernelEmitter *k, const Node *n) {
    const Operand samples = kernel_pair(k, "mul", kernel_input(k, n, 1), kernel_sample_rate(k));
    return kernel_one(k, "floor", kernel_pair(k, "add", samples, kernel_constant(1e-6))).buffer;
}

/* The sample at which held noise is, as the reference has it. */
static int held_sample(KernelEmitter *k, const Node *n) {
    const Operand now = kernel_value(kernel_sample_number(k, 0)), held = kernel_input(k, n, 1),
                  from = kernel_input(k, n, 2);
    const Operand steps =
        kernel_one(k, "floor", kernel_pair(k, "div", kernel_pair(k, "sub", now, from), held));
    const Operand at = kernel_pair(k, "add", kernel_pair(k, "mul", steps, held), from);
    return kernel_pair(k, "add", at, kernel_constant(n->aux)).buffer;
}

/* For each sample the hash of its number, and of the seed, which may vary as it may be one that params decide. */
static void noise_of_number(KernelEmitter *k, NodeId id, const Node *n) {
    const int at = n->op == OP_NOISE_AT     ? kernel_sample_number(k, n->aux)
                   : n->op == OP_NOISE_HELD ? held_sample(k, n)
                                            : sample_at(k, n);
    kernel_finish(k, id, kernel_pair(k, "noise", kernel_input(k, n, 0), kernel_value(at)).buffer);
}

/* A seed that is known, or that is another in each term of a roll. */
static void add_seed(KernelEmitter *k, NodeId seed) {
    const StripArgument number = kernel_number(k, seed);
    if (number.kind == ARGUMENT_NUMBER)
        strip_add_word(&k->code, kn_seed(number.of.value));
    else
        strip_add(&k->code, kernel_rolled_seed(k, seed));
}

static void node_noise(KernelEmitter *k, NodeId id, const Node *n) {
    NodeId seed = plan_value(k->g, n->in3[0]);
    bool varies = kernel_varies(k, seed), at_sample = n->op == OP_NOISE_AT;
    bool by_params = !varies && kernel_number(k, seed).kind == ARGUMENT_VALUE;
    if (k->in_turn || by_params || (!at_sample && (varies || !kernel_varies(k, n->in3[1])))) {
        noise_of_number(k, id, n);
        return;
    }
    int x = varies       ? kernel_buffer(k, seed, OF_DOUBLE)
            : !at_sample ? kernel_buffer(k, n->in3[1], OF_DOUBLE)
                         : -1;
    int y = strip_buffer(&k->code, OF_FLOAT);
    strip_call(&k->code, varies      ? KERNEL_noise_seed_f
                         : at_sample ? KERNEL_noise_f
                                     : KERNEL_noise_time_f);
    strip_add_buffer(&k->code, y);
    if (varies)
        strip_add_buffer(&k->code, x);
    else
        add_seed(k, seed);
    if (at_sample) {
        strip_add_frame(&k->code, n->aux);
    } else {
        strip_add_buffer(&k->code, x);
        kernel_add_sample_rate(k);
    }
    strip_add_count(&k->code);
    kernel_finish(k, id, y);
}

static void node_held_noise(KernelEmitter *k, NodeId id, const Node *n) {
    if (k->in_turn) {
        noise_of_number(k, id, n);
        return;
    }
    const int y = strip_buffer(&k->code, OF_FLOAT);
    strip_call(&k->code, KERNEL_noise_held_f);
    strip_add_buffer(&k->code, y);
    add_seed(k, plan_value(k->g, n->in3[0]));
    strip_add(&k->code, kernel_number(k, n->in3[1]));
    strip_add(&k->code, kernel_number(k, n->in3[2]));
    strip_add_integer(&k->code, n->aux);
    strip_add_frame(&k->code, 0);
    strip_add_count(&k->code);
    kernel_finish(k, id, y);
}

/* Begins a read at places of a strip, or in a step of the function that is it for one place: their arguments are the same. */
static int begin_read(KernelEmitter *k, KernelId kernel, ScalarFunctionId function,
                      BufferType type) {
    if (k->in_turn) return kernel_function(k, function, type);
    const int y = strip_buffer(&k->code, type);
    strip_call(&k->code, kernel);
    strip_add_buffer(&k->code, y);
    return y;
}

static void end_read(KernelEmitter *k, NodeId id, int x, int y) {
    strip_add_buffer(&k->code, x);
    if (!k->in_turn) strip_add_count(&k->code);
    kernel_finish(k, id, y);
}

/* Noises of coordinates: a kernel, and a function of one sample, for each number of them. */
typedef struct LatticeNoise {
    KernelId kernels[4];
    ScalarFunctionId functions[4];
} LatticeNoise;

#define LATTICE(name)                                                                              \
    {                                                                                              \
        {KERNEL_##name##1_f, KERNEL_##name##2_f, KERNEL_##name##3_f, KERNEL_##name##4_f}, {        \
            FUNCTION_kn_##name##1, FUNCTION_kn_##name##2, FUNCTION_kn_##name##3,                   \
                FUNCTION_kn_##name##4                                                              \
        }                                                                                          \
    }
static const LatticeNoise *lattice_noise_of(Op op) {
    static const LatticeNoise value = LATTICE(value_noise), gradient = LATTICE(perlin),
                              simplex = LATTICE(simplex), worley = LATTICE(worley);
    return op == OP_VALUE_NOISE ? &value
           : op == OP_PERLIN    ? &gradient
           : op == OP_SIMPLEX   ? &simplex
                                : &worley;
}
#undef LATTICE

static void node_lattice(KernelEmitter *k, NodeId id, const Node *n) {
    const LatticeNoise *noise = lattice_noise_of((Op)n->op);
    const NodeId *in = node_inputs(n);
    const int coordinates = n->nin - 3;
    int places[4];
    for (int i = 0; i < coordinates; i++)
        places[i] = kernel_buffer(k, in[3 + i], OF_DOUBLE);
    Operand seed = kernel_operand(k, in[0], OF_DOUBLE),
            period = kernel_operand(k, in[1], OF_DOUBLE);
    const int y =
        begin_read(k, noise->kernels[coordinates - 1], noise->functions[coordinates - 1], OF_FLOAT);
    for (int i = 0; i < coordinates; i++)
        strip_add_buffer(&k->code, places[i]);
    kernel_add_operand(k, &seed);
    kernel_add_operand(k, &period);
    strip_add_integer(&k->code, (int)k->g->nodes[in[2]].value);
    if (!k->in_turn) strip_add_count(&k->code);
    kernel_finish(k, id, y);
}

static void read_table(KernelEmitter *k, NodeId id, const Node *n) {
    const bool wide = k->p->wide[id], reduced = !wide && kernel_type(k, n->in3[0]) == OF_DOUBLE;
    const BufferType type = wide ? OF_DOUBLE : OF_FLOAT;
    const int x = kernel_buffer(k, n->in3[0], reduced ? OF_DOUBLE : type);
    const int y = wide      ? begin_read(k, KERNEL_table_d_v, FUNCTION_kn_table, type)
                  : reduced ? begin_read(k, KERNEL_table_w_v, FUNCTION_kn_table_wide, type)
                            : begin_read(k, KERNEL_table_f_v, FUNCTION_kn_tablef, type);
    kernel_add_table(k, n->aux - 1, wide);
    strip_add_integer(&k->code, node_table(k->g, n)->n);
    end_read(k, id, x, y);
}

/* How a sound file is read: each way as a kernel for doubles and floats, and a function. */
typedef struct SampleRead {
    KernelId wide, narrow;
    ScalarFunctionId function;
} SampleRead;

static const SampleRead *sample_read(Op op) {
    static const SampleRead cubic = {KERNEL_sample_d_v, KERNEL_sample_f_v, FUNCTION_kn_sample},
                            linear = {KERNEL_sample_linear_d_v, KERNEL_sample_linear_f_v,
                                      FUNCTION_kn_sample_linear},
                            sinc = {KERNEL_sample_sinc_d_v, KERNEL_sample_sinc_f_v,
                                    FUNCTION_kn_sample_sinc};
    return op == OP_SAMPLE_SINC ? &sinc : op == OP_SAMPLE_LINEAR ? &linear : &cubic;
}

/* How many frames of the file go by from sample to sample. */
static Operand frames_a_sample(KernelEmitter *k, const Node *n, double rate) {
    const Operand slope = kernel_pair(k, "mul", kernel_input(k, n, 2), kernel_constant(rate));
    return kernel_pair(k, "mul", slope, kernel_sample_time(k));
}

/* A file that is read while it is heard: a kernel has the quality as a number. */
static void read_stream(KernelEmitter *k, NodeId id, const Node *n, Operand frames, Operand step) {
    const bool wide = k->in_turn || k->p->wide[id];
    const int y = begin_read(k, wide ? KERNEL_streamed_d_v : KERNEL_streamed_f_v,
                             FUNCTION_kn_streamed, wide ? OF_DOUBLE : OF_FLOAT);
    kernel_add_stream(k, n->aux - 1);
    strip_add_integer(&k->code, (int)k->g->nodes[n->in3[0]].value);
    strip_add_integer(&k->code, n->op == OP_SAMPLE_LINEAR ? 0 : n->op == OP_SAMPLE ? 1 : 2);
    kernel_add_sinc_table(k);
    strip_add_buffer(&k->code, frames.buffer);
    end_read(k, id, step.buffer, y);
}

/* There is no function for one place that gives a float. */
static void read_sample(KernelEmitter *k, NodeId id, const Node *n) {
    const Sample *s = node_sample(k->g, n);
    const SampleRead *how = sample_read((Op)n->op);
    const bool wide = k->in_turn || k->p->wide[id], sinc = n->op == OP_SAMPLE_SINC;
    const Operand frames = kernel_pair(k, "mul", kernel_input(k, n, 1), kernel_constant(s->rate));
    const Operand step = sinc ? frames_a_sample(k, n, s->rate) : frames;
    if (s->stream) {
        read_stream(k, id, n, frames, step);
        return;
    }
    const int y =
        begin_read(k, wide ? how->wide : how->narrow, how->function, wide ? OF_DOUBLE : OF_FLOAT);
    kernel_add_data(k, "sample%d", n->aux - 1, "float", s->data, 0);
    strip_add_integer(&k->code, s->channels);
    strip_add_integer(&k->code, (int)k->g->nodes[n->in3[0]].value);
    strip_add_integer(&k->code, (int)s->frames);
    if (sinc) {
        kernel_add_sinc_table(k);
        strip_add_buffer(&k->code, frames.buffer);
    }
    end_read(k, id, step.buffer, y);
}

/* ---- the node ------------------------------------------------------------------------------------ */

static void node_input(KernelEmitter *k, NodeId id, const Node *n) {
    int y = strip_buffer(&k->code, OF_FLOAT);
    strip_call(&k->code, CALL_MEMCPY);
    strip_add_buffer(&k->code, y);
    strip_add(&k->code, (StripArgument){.kind = ARGUMENT_INPUT, .number = n->aux});
    strip_add(&k->code, (StripArgument){.kind = ARGUMENT_BYTES});
    kernel_finish(k, id, y);
}

bool kernel_node(KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    Oscillator o;
    if (!k->in_turn && (k->folded[id] || kernel_is_source(k, id))) return true;
    switch (n->op) {
    case OP_CELL: return true;
    case OP_INPUT: node_input(k, id, n); return true;
    case OP_SINTURN:
    case OP_COSTURN:
        if (!k->in_turn && kernel_is_oscillator(k, id) && kernel_find_oscillator(k, id, &o)) {
            kernel_oscillator(k, id, &o, 0);
            return true;
        }
        if (!k->in_turn && kernel_wide_oscillator(k, id)) return true;
        break;
    case OP_EXP:
        if (!k->in_turn && kernel_decay(k, id)) return true;
        break;
    case OP_LT:
    case OP_LE:
    case OP_EQ:
    case OP_NE: node_comparison(k, id, n); return true;
    case OP_AND:
    case OP_OR:
    case OP_NOT: node_logic(k, id, n); return true;
    case OP_SELECT:
        if (!k->in_turn && kernel_is_choice(k, id))
            kernel_choice(k, id);
        else
            node_select(k, id, n);
        return true;
    case OP_SUM: node_sum(k, id, n); return true;
    case OP_PICK: node_pick(k, id, n); return true;
    case OP_HASH: node_hash(k, id, n); return true;
    case OP_NOISE:
    case OP_NOISE_AT: node_noise(k, id, n); return true;
    case OP_NOISE_HELD: node_held_noise(k, id, n); return true;
    case OP_VALUE_NOISE:
    case OP_PERLIN:
    case OP_SIMPLEX:
    case OP_WORLEY: node_lattice(k, id, n); return true;
    case OP_TABLE: read_table(k, id, n); return true;
    case OP_SAMPLE:
    case OP_SAMPLE_LINEAR:
    case OP_SAMPLE_SINC: read_sample(k, id, n); return true;
    case OP_SHIFT:
    case OP_DELAY: return kernel_delay(k, id, n);
    default: break;
    }
    switch (op_info[n->op].form) {
    case FORM_FUNCTION: node_function(k, id, n); return true;
    case FORM_CALL:
        if (n->nin == 1)
            node_of_one(k, id, n);
        else
            node_arithmetic(k, id, n);
        return true;
    default: return op_info[n->op].state && kernel_sequential(k, id, n);
    }
}
