/* Nodes as calls of kernels. In: a plan and a node at sample rate. Out: calls in the strip's code, with
 * the buffer that holds the node's value. What has a kernel is a row of runtime/kernels.def; names are
 * put together from operation, type and operands. */
#include "emit_kernels.h"
#include "../runtime/math.h"
#include "../runtime/noise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The letter of a type in names of kernels, and its place in k->converted. */
static int type_index(BufferType type) {
    return type == OF_FLOAT ? 0 : type == OF_DOUBLE ? 1 : 2;
}

bool kernel_varies(const KernelEmitter *k, NodeId id) {
    id = plan_value(k->g, id);
    return k->p->rate[id] == RATE_SAMPLE && emit_roll_column(k->e, id, HOLE_VALUE) < 0;
}

BufferType kernel_type(const KernelEmitter *k, NodeId id) {
    id = plan_value(k->g, id);
    if (emit_is_bool(k->e, id)) return OF_BOOL;
    return k->p->wide[id] ? OF_DOUBLE : OF_FLOAT;
}

void kernel_set(KernelEmitter *k, NodeId id, int buffer) {
    k->buffer[id] = buffer;
    k->converted[type_index((BufferType)k->code.buffers[buffer].type)][id] = buffer;
}

/* ---- operands -------------------------------------------------------------------------------- */

typedef struct Operand { /* a buffer, or the text of a number where it is -1 */
    int buffer;
    char text[96];
} Operand;

static void make_source(KernelEmitter *k, NodeId id);

static void convert(KernelEmitter *k, int to, int from) {
    static const char *const names[3][3] = {{NULL, "convert_f_d", "convert_f_b"},
                                            {"convert_d_f", NULL, "convert_d_b"},
                                            {"convert_b_f", "convert_b_d", NULL}};
    int t = type_index((BufferType)k->code.buffers[to].type),
        f = type_index((BufferType)k->code.buffers[from].type);
    strip_call(&k->code, names[t][f]);
    strip_add_buffer(&k->code, to);
    strip_add_buffer(&k->code, from);
    strip_add_text(&k->code, "n");
}

static void fill(KernelEmitter *k, int buffer, const char *number) {
    strip_call(&k->code, k->code.buffers[buffer].type == OF_FLOAT    ? "fill_f_k"
                         : k->code.buffers[buffer].type == OF_DOUBLE ? "fill_d_k"
                                                                     : "fill_b_k");
    strip_add_buffer(&k->code, buffer);
    strip_add_text(&k->code, "%s", number);
    strip_add_text(&k->code, "n");
}

int kernel_buffer(KernelEmitter *k, NodeId id, BufferType type) {
    id = plan_value(k->g, id);
    int *known = &k->converted[type_index(type)][id];
    if (*known >= 0) return *known;
    if (!kernel_varies(k, id)) {
        int b = strip_buffer(&k->code, type);
        fill(k, b, emit_use(k->e, id, true));
        return b; /* not kept: inside a roll it is another number each time */
    }
    if (k->buffer[id] < 0) make_source(k, id);
    if (*known >= 0) return *known;
    int b = strip_buffer(&k->code, type);
    convert(k, b, k->buffer[id]);
    *known = b;
    return b;
}

static Operand operand(KernelEmitter *k, NodeId id, BufferType type) {
    Operand o = {.buffer = -1};
    if (kernel_varies(k, id) || type == OF_BOOL)
        o.buffer = kernel_buffer(k, id, type);
    else
        snprintf(o.text, sizeof o.text, "%s", emit_use(k->e, id, true));
    return o;
}

static void add_operand(KernelEmitter *k, const Operand *o) {
    if (o->buffer >= 0)
        strip_add_buffer(&k->code, o->buffer);
    else
        strip_add_text(&k->code, "%s", o->text);
}

static void negate(Operand *o) {
    char text[sizeof o->text];
    snprintf(text, sizeof text, "-(%.90s)", o->text);
    memcpy(o->text, text, sizeof text);
}

/* operation_type_operands(y, operands…, n). Returns y. */
static int apply(KernelEmitter *k, const char *operation, BufferType type, BufferType result,
                 const Operand *o, int n) {
    char name[64];
    int length = snprintf(name, sizeof name, "%s_%c_", operation, (char)type);
    for (int i = 0; i < n; i++)
        name[length++] = o[i].buffer >= 0 ? 'v' : 'k';
    name[length] = 0;
    int found = kernel_find(name);
    if (found < 0) { /* an unusual place for a number: as a buffer */
        Operand all[4];
        for (int i = 0; i < n; i++) {
            all[i] = o[i];
            if (o[i].buffer >= 0) continue;
            all[i].buffer = strip_buffer(&k->code, type);
            fill(k, all[i].buffer, o[i].text);
        }
        return apply(k, operation, type, result, all, n);
    }
    int y = strip_buffer(&k->code, result);
    strip_call(&k->code, kernels[found].name);
    strip_add_buffer(&k->code, y);
    for (int i = 0; i < n; i++)
        add_operand(k, &o[i]);
    strip_add_text(&k->code, "n");
    return y;
}

/* The value, computed in some type, in that of the node; both are remembered. */
static void finish(KernelEmitter *k, NodeId id, int buffer) {
    BufferType own = kernel_type(k, id), computed = (BufferType)k->code.buffers[buffer].type;
    k->buffer[id] = buffer;
    k->converted[type_index(computed)][id] = buffer;
    if (own == computed) return;
    int b = strip_buffer(&k->code, own);
    convert(k, b, buffer);
    k->buffer[id] = b;
    k->converted[type_index(own)][id] = b;
}

static BufferType computing_type(const KernelEmitter *k, NodeId id) {
    return emit_computes_wide(k->e, id) ? OF_DOUBLE : OF_FLOAT;
}

/* ---- time and counted phases: made where first needed ------------------------------------------ */

typedef struct PhaseText { /* of sample n0, and what a sample adds, in turns of 2^64 */
    char start[160], step[64];
} PhaseText;

/* `start` is at sample 0 when `absolute`, else at sample n0. */
static PhaseText phase_text(KernelEmitter *k, NodeId id, bool absolute) {
    Emitter *e = k->e;
    const Node *n = &k->g->nodes[id];
    PhaseText t;
    char origin[64];
    int step = emit_roll_column(e, id, HOLE_STEP), start = emit_roll_column(e, id, HOLE_START);
    if (step >= 0) {
        snprintf(t.step, sizeof t.step, "c%d", step);
        snprintf(origin, sizeof origin, "c%d", start);
    } else if (emit_counts_by_block(e, id)) {
        snprintf(t.step, sizeof t.step, "self->s%d", id);
        snprintf(origin, sizeof origin, "self->o%d", id);
    } else {
        long double turns = (long double)k->g->nodes[n->in3[0]].value / (long double)k->g->rate;
        snprintf(t.step, sizeof t.step, "0x%llxUL", (unsigned long long)emit_fixed_point(turns));
        snprintf(origin, sizeof origin, "0x%llxUL",
                 (unsigned long long)emit_fixed_point((long double)k->g->nodes[n->in3[1]].value));
    }
    if (absolute)
        snprintf(t.start, sizeof t.start, "%s", origin);
    else
        snprintf(t.start, sizeof t.start, "%s + %s * (uint64_t)n0", origin, t.step);
    return t;
}

static bool is_counted(const KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    return n->op == OP_TURNS || (n->op == OP_PHASE_PARAM && k->g->nodes[n->in3[1]].op == OP_TIME);
}

static bool is_source(const KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    return n->op == OP_TIME || n->op == OP_FRAME || is_counted(k, id);
}

static void make_turns(KernelEmitter *k, NodeId id) {
    bool wide = k->p->wide[id], around = k->p->cyclic[id];
    PhaseText t = phase_text(k, id, false);
    int y = strip_buffer(&k->code, wide ? OF_DOUBLE : OF_FLOAT);
    strip_call(&k->code, around ? wide ? "around_d" : "around_f" : wide ? "turns_d" : "turns_f");
    strip_add_buffer(&k->code, y);
    strip_add_text(&k->code, "%s", t.start);
    strip_add_text(&k->code, "%s", t.step);
    strip_add_text(&k->code, "n");
    finish(k, id, y);
}

static void make_source(KernelEmitter *k, NodeId id) {
    if (is_counted(k, id)) {
        make_turns(k, id);
        return;
    }
    bool time = k->g->nodes[id].op == OP_TIME;
    if (!is_source(k, id)) abort(); /* a node is read before it is computed: a bug of the order */
    int y = strip_buffer(&k->code, OF_DOUBLE);
    strip_call(&k->code, time ? "time_d" : "frame_d");
    strip_add_buffer(&k->code, y);
    strip_add_text(&k->code, "n0");
    if (time) strip_add_text(&k->code, "%s", emit_sample_rate(k->e));
    strip_add_text(&k->code, "n");
    finish(k, id, y);
}

/* ---- arithmetic and functions ------------------------------------------------------------------ */

static const struct {
    Op op;
    const char *name;
} functions[] = {
    {OP_SIN, "sin"},         {OP_COS, "cos"},     {OP_TAN, "tan"},     {OP_SINTURN, "sinturn"},
    {OP_COSTURN, "costurn"}, {OP_ASIN, "asin"},   {OP_ACOS, "acos"},   {OP_ATAN, "atan"},
    {OP_SINH, "sinh"},       {OP_COSH, "cosh"},   {OP_TANH, "tanh"},   {OP_EXP, "exp"},
    {OP_LOG, "log"},         {OP_LOG2, "log2"},   {OP_LOG10, "log10"}, {OP_SQRT, "sqrt"},
    {OP_CBRT, "cbrt"},       {OP_NEG, "neg"},     {OP_ABS, "abs"},     {OP_SIGN, "sign"},
    {OP_FLOOR, "floor"},     {OP_CEIL, "ceil"},   {OP_ROUND, "round"}, {OP_FRAC, "frac"},
    {OP_ADD, "add"},         {OP_SUB, "sub"},     {OP_MUL, "mul"},     {OP_DIV, "div"},
    {OP_MIN, "min"},         {OP_MAX, "max"},     {OP_POW, "pow"},     {OP_MOD, "mod"},
    {OP_HYPOT, "hypot"},     {OP_ATAN2, "atan2"}, {OP_LT, "lt"},       {OP_LE, "le"},
    {OP_EQ, "eq"},           {OP_NE, "ne"},
};

static const char *function_name(int op) {
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if ((int)functions[i].op == op) return functions[i].name;
    return NULL;
}

/* sin, cos, tan of a double in float: reduced in double. */
static bool reduces(const KernelEmitter *k, NodeId id, const Node *n) {
    bool periodic = n->op == OP_SIN || n->op == OP_COS || n->op == OP_TAN || n->op == OP_SINTURN ||
                    n->op == OP_COSTURN;
    return periodic && !k->p->wide[id] && kernel_type(k, n->in3[0]) == OF_DOUBLE;
}

static void node_function(KernelEmitter *k, NodeId id, const Node *n) {
    char name[32];
    bool wide = k->p->wide[id], reduced = reduces(k, id, n);
    bool near = !wide && !reduced && (n->op == OP_SINTURN || n->op == OP_COSTURN) &&
                k->g->nodes[plan_value(k->g, n->in3[0])].op == OP_TURNS;
    BufferType type = wide || reduced ? OF_DOUBLE : OF_FLOAT;
    Operand x = operand(k, n->in3[0], type);
    snprintf(name, sizeof name, "%s%s", function_name(n->op), near ? "_near" : "");
    if (reduced)
        kernel_set(k, id, apply(k, name, (BufferType)'w', OF_FLOAT, &x, 1));
    else
        finish(k, id, apply(k, name, type, type, &x, 1));
}

/* floor and its like of straight lines of time: within 1e-9 of an edge is that edge. */
static int rounded_line(KernelEmitter *k, int op, Operand x) {
    Operand one = {.buffer = -1, .text = "1.0"}, half = {.buffer = -1, .text = "0.5"};
    if (op == OP_CEIL) x.buffer = apply(k, "neg", OF_DOUBLE, OF_DOUBLE, &x, 1);
    if (op == OP_ROUND) x.buffer = apply(k, "add", OF_DOUBLE, OF_DOUBLE, (Operand[]){x, half}, 2);
    if (op == OP_FRAC) return apply(k, "mod_line", OF_DOUBLE, OF_DOUBLE, (Operand[]){x, one}, 2);
    int y = apply(k, "floor_line", OF_DOUBLE, OF_DOUBLE, &x, 1);
    if (op != OP_CEIL) return y;
    x.buffer = y;
    return apply(k, "neg", OF_DOUBLE, OF_DOUBLE, &x, 1);
}

static void node_rounding(KernelEmitter *k, NodeId id, const Node *n) {
    BufferType type = computing_type(k, id);
    Operand x = operand(k, n->in3[0], type);
    if (type == OF_DOUBLE && n->op != OP_NEG && n->op != OP_ABS && n->op != OP_SIGN &&
        emit_on_lines(k->e, n))
        finish(k, id, rounded_line(k, n->op, x));
    else
        finish(k, id, apply(k, function_name(n->op), type, type, &x, 1));
}

static void swap(Operand *o) {
    Operand first = o[0];
    o[0] = o[1];
    o[1] = first;
}

static void node_pair(KernelEmitter *k, NodeId id, const Node *n) {
    BufferType type = computing_type(k, id);
    Operand o[2] = {operand(k, n->in3[0], type), operand(k, n->in3[1], type)};
    if (o[0].buffer < 0 && (op_info[n->op].flags & OPF_COMMUTES)) swap(o);
    bool line = n->op == OP_MOD && type == OF_DOUBLE && emit_on_lines(k->e, n);
    finish(k, id, apply(k, line ? "mod_line" : function_name(n->op), type, type, o, 2));
}

/* Compared in the precision of what varies, as emit_node.c has it. */
static void node_comparison(KernelEmitter *k, NodeId id, const Node *n) {
    char name[16];
    bool wide = false;
    for (int i = 0; i < 2; i++)
        wide = wide || (kernel_varies(k, n->in3[i]) && k->p->wide[plan_value(k->g, n->in3[i])]);
    BufferType type = wide ? OF_DOUBLE : OF_FLOAT;
    Operand o[2] = {operand(k, n->in3[0], type), operand(k, n->in3[1], type)};
    if (o[0].buffer < 0 && (op_info[n->op].flags & OPF_COMMUTES)) swap(o);
    bool line = wide && emit_on_lines(k->e, n) && k->g->nodes[n->in3[0]].op != OP_FRAME;
    snprintf(name, sizeof name, "%s%s", function_name(n->op), line ? "_line" : "");
    kernel_set(k, id, apply(k, name, type, OF_BOOL, o, 2));
}

static void node_logic(KernelEmitter *k, NodeId id, const Node *n) {
    Operand o[2];
    for (int i = 0; i < n->nin; i++)
        o[i] = operand(k, n->in3[i], OF_BOOL);
    const char *name = n->op == OP_AND ? "and" : n->op == OP_OR ? "or" : "not";
    kernel_set(k, id, apply(k, name, OF_BOOL, OF_BOOL, o, n->nin));
}

static void node_select(KernelEmitter *k, NodeId id, const Node *n) {
    char name[16];
    BufferType type = kernel_type(k, id);
    Operand condition = operand(k, n->in3[0], OF_BOOL), a = operand(k, n->in3[1], type),
            b = operand(k, n->in3[2], type);
    int y = strip_buffer(&k->code, type);
    snprintf(name, sizeof name, "select_%c_%c%c", (char)type, a.buffer >= 0 ? 'v' : 'k',
             b.buffer >= 0 ? 'v' : 'k');
    strip_call(&k->code, kernels[kernel_find(name)].name);
    strip_add_buffer(&k->code, y);
    add_operand(k, &condition);
    add_operand(k, &a);
    add_operand(k, &b);
    strip_add_text(&k->code, "n");
    kernel_set(k, id, y);
}

/* ---- fused arithmetic ---------------------------------------------------------------------------- */

static bool is_folded(const KernelEmitter *k, NodeId id, int op) {
    return k->folded[id] && k->g->nodes[id].op == op;
}

static const NodeId *inner(const KernelEmitter *k, NodeId id) {
    return k->g->nodes[id].in3;
}

/* The factors of a folded product, a number second. */
static void factors(KernelEmitter *k, NodeId product, BufferType type, Operand *o) {
    o[0] = operand(k, inner(k, product)[0], type);
    o[1] = operand(k, inner(k, product)[1], type);
    if (o[0].buffer < 0) swap(o);
}

static void node_fused_sum(KernelEmitter *k, NodeId id, const Node *n) {
    BufferType type = computing_type(k, id);
    NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
    bool left = is_folded(k, a, OP_MUL), right = is_folded(k, b, OP_MUL);
    Operand o[4];
    if (left && right) {
        factors(k, a, type, &o[0]);
        factors(k, b, type, &o[2]);
        if (n->op == OP_SUB) negate(&o[3]);
        finish(k, id, apply(k, "mix", type, type, o, 4));
        return;
    }
    factors(k, left ? a : b, type, o);
    o[2] = operand(k, left ? b : a, type);
    const char *name = "madd";
    if (n->op == OP_SUB && left) {
        if (o[2].buffer < 0)
            negate(&o[2]);
        else
            name = "msub";
    } else if (n->op == OP_SUB) {
        if (o[1].buffer < 0)
            negate(&o[1]);
        else
            name = "nmadd";
    }
    finish(k, id, apply(k, name, type, type, o, 3));
}

static void node_fused_product(KernelEmitter *k, NodeId id, const Node *n) {
    BufferType type = computing_type(k, id);
    NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
    NodeId product = is_folded(k, a, OP_MUL) ? a : b;
    Operand o[3];
    factors(k, product, type, o);
    o[2] = operand(k, product == a ? b : a, type);
    if (o[1].buffer < 0) { /* numbers last */
        Operand number = o[1];
        o[1] = o[2];
        o[2] = number;
    }
    finish(k, id, apply(k, "mul3", type, type, o, 3));
}

static void node_clamp(KernelEmitter *k, NodeId id, const Node *n) {
    BufferType type = computing_type(k, id);
    NodeId inside = plan_value(k->g, n->in3[0]);
    Operand o[3] = {operand(k, inner(k, inside)[0], type), operand(k, inner(k, inside)[1], type),
                    operand(k, n->in3[1], type)};
    finish(k, id, apply(k, "clamp", type, type, o, 3));
}

/* ---- oscillators --------------------------------------------------------------------------------- */

/* What an oscillator kernel does for a sine: its phase, the modulation added to it, the gain. */
typedef struct Oscillator {
    NodeId turns, modulation; /* modulation 0: none */
    NodeId index;             /* number the modulation is multiplied by, 0: none */
    bool cosine;
} Oscillator;

/* Turns of modulation for which oscillator kernels are exact enough. */
static const double MOST_MODULATION = 8;

static bool find_oscillator(const KernelEmitter *k, NodeId id, Oscillator *o) {
    const Node *n = &k->g->nodes[id];
    memset(o, 0, sizeof *o);
    if ((n->op != OP_SINTURN && n->op != OP_COSTURN) || k->p->wide[id]) return false;
    o->cosine = n->op == OP_COSTURN;
    NodeId x = plan_value(k->g, n->in3[0]);
    if (is_counted(k, x)) {
        o->turns = x;
        return true;
    }
    const Node *sum = &k->g->nodes[x];
    if (sum->op != OP_ADD || !k->folded[x]) return false;
    NodeId a = plan_value(k->g, sum->in3[0]), b = plan_value(k->g, sum->in3[1]);
    if (!is_counted(k, a)) {
        NodeId other = a;
        a = b;
        b = other;
    }
    o->turns = a;
    o->modulation = b;
    if (k->folded[b] && k->g->nodes[b].op == OP_MUL) {
        NodeId x0 = plan_value(k->g, inner(k, b)[0]), x1 = plan_value(k->g, inner(k, b)[1]);
        o->modulation = kernel_varies(k, x0) ? x0 : x1;
        o->index = o->modulation == x0 ? x1 : x0;
    }
    return true;
}

/* A quarter turn ahead is a cosine. */
static void add_phase(KernelEmitter *k, const Oscillator *o, bool absolute) {
    PhaseText t = phase_text(k, o->turns, absolute);
    strip_add_text(&k->code, o->cosine ? "%s + 0x4000000000000000UL" : "%s", t.start);
    strip_add_text(&k->code, "%s", t.step);
}

/* The table of a steady oscillator's rotation: data of the program. */
static void add_table(KernelEmitter *k, NodeId turns) {
    const Node *n = &k->g->nodes[turns];
    long double step = (long double)k->g->nodes[n->in3[0]].value / (long double)k->g->rate;
    const char *name = kernel_osc_table(k, emit_fixed_point(step));
    strip_add_text(&k->code, "%s", name);
}

static bool is_steady(const KernelEmitter *k, NodeId turns) {
    return k->g->nodes[turns].op == OP_TURNS && !emit_counts_by_block(k->e, turns) &&
           emit_roll_column(k->e, turns, HOLE_STEP) < 0;
}

static void node_oscillator(KernelEmitter *k, NodeId id, const Oscillator *o, NodeId gain) {
    char amount[96];
    Operand m = {.buffer = -1};
    BufferType type = OF_FLOAT;
    if (o->modulation) {
        type = kernel_type(k, o->modulation) == OF_DOUBLE ? OF_DOUBLE : OF_FLOAT;
        m = operand(k, o->modulation, type);
    }
    snprintf(amount, sizeof amount, "%s", gain ? emit_use(k->e, gain, true) : "");
    int y = strip_buffer(&k->code, OF_FLOAT);
    strip_call(&k->code, !o->modulation      ? gain ? "osc_gain_f" : "osc_f"
                         : type == OF_DOUBLE ? gain ? "osc_pm_gain_d" : "osc_pm_d"
                         : gain              ? "osc_pm_gain_f"
                                             : "osc_pm_f");
    strip_add_buffer(&k->code, y);
    add_phase(k, o, !o->modulation);
    if (o->modulation) {
        strip_add_text(&k->code, "%s", o->index ? emit_use(k->e, o->index, true) : "1.0");
        strip_add_buffer(&k->code, m.buffer);
    } else {
        add_table(k, o->turns);
    }
    if (gain) strip_add_text(&k->code, "%s", amount);
    if (!o->modulation) strip_add_text(&k->code, "n0");
    strip_add_text(&k->code, "n");
    kernel_set(k, id, y);
}

/* ---- which nodes are computed with the one that reads them ------------------------------------- */

static bool foldable(const KernelEmitter *k, NodeId id, int op) {
    return k->g->nodes[id].op == op && kernel_varies(k, id) && k->uses[id] == 1 && !k->kept[id] &&
           k->p->component_size[k->p->component[id]] == 1;
}

static int cost_of(const char *name) {
    int found = kernel_find(name);
    return found < 0 ? 1 << 20 : kernels[found].cost;
}

/* Is one kernel cheaper than the two it does the work of? */
static bool pays(const char *fused, const char *one, const char *other) {
    return cost_of(fused) < cost_of(one) + cost_of(other);
}

static bool same_computing(const KernelEmitter *k, NodeId outer, NodeId in) {
    return computing_type(k, outer) == computing_type(k, in) &&
           (kernel_type(k, in) == computing_type(k, in));
}

static bool has_number(const KernelEmitter *k, NodeId product) {
    return !kernel_varies(k, inner(k, product)[0]) || !kernel_varies(k, inner(k, product)[1]);
}

/* Products within a sum or a product of one type. */
static void fold_products(KernelEmitter *k, NodeId id, const Node *n) {
    NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
    bool left = foldable(k, a, OP_MUL) && same_computing(k, id, a),
         right = foldable(k, b, OP_MUL) && same_computing(k, id, b);
    if (!left && !right) return;
    bool wide = computing_type(k, id) == OF_DOUBLE;
    if (n->op == OP_MUL) {
        if (!pays(wide ? "mul3_d_vvv" : "mul3_f_vvv", wide ? "mul_d_vv" : "mul_f_vv",
                  wide ? "mul_d_vv" : "mul_f_vv"))
            return;
        NodeId product = left ? a : b, other = left ? b : a;
        if (kernel_varies(k, other) || !has_number(k, product)) k->folded[product] = 1;
        return;
    }
    if (!pays(wide ? "madd_d_vvv" : "madd_f_vvv", wide ? "mul_d_vv" : "mul_f_vv",
              wide ? "add_d_vv" : "add_f_vv"))
        return;
    if (left && right && has_number(k, a) && has_number(k, b)) {
        k->folded[a] = k->folded[b] = 1;
        return;
    }
    k->folded[left ? a : b] = 1;
}

/* The modulation of a phase, bounded, in a sum with it. */
static void fold_modulation(KernelEmitter *k, NodeId id, const Node *n) {
    NodeId x = plan_value(k->g, n->in3[0]);
    if (k->p->wide[id] || !foldable(k, x, OP_ADD)) return;
    NodeId a = plan_value(k->g, inner(k, x)[0]), b = plan_value(k->g, inner(k, x)[1]);
    NodeId modulation = is_counted(k, a) ? b : a;
    if (!is_counted(k, a) && !is_counted(k, b)) return;
    if (!kernel_varies(k, modulation) || emit_is_bool(k->e, modulation)) return;
    Interval bound = graph_interval(k->g, k->intervals, modulation);
    if (!(bound.low >= -MOST_MODULATION && bound.high <= MOST_MODULATION)) return;
    k->folded[x] = 1;
    if (foldable(k, modulation, OP_MUL) && has_number(k, modulation)) k->folded[modulation] = 1;
}

static bool is_plain_oscillator(const KernelEmitter *k, NodeId id) {
    Oscillator o;
    return find_oscillator(k, id, &o) && (o.modulation || is_steady(k, o.turns));
}

static void fold_gain(KernelEmitter *k, NodeId id, const Node *n) {
    if (computing_type(k, id) != OF_FLOAT) return;
    for (int i = 0; i < 2; i++) {
        NodeId sine = plan_value(k->g, n->in3[i]);
        bool single = foldable(k, sine, OP_SINTURN) || foldable(k, sine, OP_COSTURN);
        if (single && !kernel_varies(k, n->in3[1 - i])) k->gained[sine] = 1;
    }
}

void kernel_find_folded(KernelEmitter *k) {
    const Plan *p = k->p;
    for (int i = p->n - 1; i >= 0; i--) {
        NodeId id = p->order[i];
        const Node *n = &k->g->nodes[id];
        if (!kernel_is_computed(k, id) || k->folded[id] || p->component_size[p->component[id]] > 1)
            continue;
        switch (n->op) {
        case OP_ADD:
        case OP_SUB: fold_products(k, id, n); break;
        case OP_MUL:
            fold_gain(k, id, n);
            fold_products(k, id, n);
            break;
        case OP_MIN: {
            NodeId in = plan_value(k->g, n->in3[0]);
            bool numbers = !kernel_varies(k, n->in3[1]) && foldable(k, in, OP_MAX) &&
                           kernel_varies(k, inner(k, in)[0]) && !kernel_varies(k, inner(k, in)[1]);
            if (numbers && same_computing(k, id, in)) k->folded[in] = 1;
            break;
        }
        case OP_SINTURN:
        case OP_COSTURN: fold_modulation(k, id, n); break;
        default: break;
        }
    }
    for (int i = 0; i < p->n;
         i++) { /* a gain goes with a sine only where a kernel makes the sine */
        NodeId id = p->order[i];
        if (k->gained[id]) k->folded[id] = is_plain_oscillator(k, id);
    }
}

/* k * sine in one kernel. */
static bool node_gained(KernelEmitter *k, NodeId id, const Node *n) {
    for (int i = 0; i < 2; i++) {
        NodeId sine = plan_value(k->g, n->in3[i]);
        Oscillator o;
        if (!k->folded[sine] || !k->gained[sine] || !find_oscillator(k, sine, &o)) continue;
        node_oscillator(k, id, &o, n->in3[1 - i]);
        return true;
    }
    return false;
}

static void node_arithmetic(KernelEmitter *k, NodeId id, const Node *n) {
    NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
    bool folded = is_folded(k, a, OP_MUL) || is_folded(k, b, OP_MUL);
    if (n->op == OP_MUL && node_gained(k, id, n)) return;
    if (n->op == OP_MIN && is_folded(k, a, OP_MAX))
        node_clamp(k, id, n);
    else if (folded && (n->op == OP_ADD || n->op == OP_SUB))
        node_fused_sum(k, id, n);
    else if (folded && n->op == OP_MUL)
        node_fused_product(k, id, n);
    else
        node_pair(k, id, n);
}

/* ---- sums, picks -------------------------------------------------------------------------------- */

/* From the first to the last, up to four at a time. */
static void node_sum(KernelEmitter *k, NodeId id, const Node *n) {
    static const char *const names[] = {NULL, NULL, "add", "add3", "add4"};
    const NodeId *in = node_inputs(n);
    BufferType type = computing_type(k, id);
    Operand sum = operand(k, in[0], type);
    for (int i = 1; i < n->nin;) {
        Operand o[4] = {sum};
        int terms = 1;
        while (terms < 4 && i < n->nin) {
            Operand next = operand(k, in[i], type);
            if (terms > 1 && (next.buffer < 0 || o[0].buffer < 0)) break;
            o[terms++] = next;
            i++;
            if (next.buffer < 0) break;
        }
        if (o[0].buffer < 0) swap(o);
        sum.buffer = apply(k, names[terms], type, type, o, terms);
    }
    finish(k, id, sum.buffer);
}

static void pick_constant(KernelEmitter *k, NodeId id, const Node *n) {
    double *table = kernel_own(k->data, sizeof *table * (size_t)(n->nin - 1));
    for (int i = 1; i < n->nin; i++)
        table[i - 1] = k->g->nodes[plan_value(k->g, node_inputs(n)[i])].value;
    const char *name = kernel_data(k, "pick%d", id, "double", table);
    Operand x = operand(k, node_inputs(n)[0], OF_DOUBLE);
    int y = strip_buffer(&k->code, kernel_type(k, id));
    strip_call(&k->code, kernel_type(k, id) == OF_DOUBLE ? "pick_table_d" : "pick_table_f");
    strip_add_buffer(&k->code, y);
    add_operand(k, &x);
    strip_add_text(&k->code, "%s", name);
    strip_add_text(&k->code, "%d", n->nin - 2);
    strip_add_text(&k->code, "n");
    kernel_set(k, id, y);
}

static void node_pick(KernelEmitter *k, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    BufferType type = kernel_type(k, id);
    bool constant = kernel_varies(k, in[0]);
    for (int i = 1; i < n->nin; i++)
        constant = constant && k->p->rate[plan_value(k->g, in[i])] == RATE_CONST &&
                   emit_roll_column(k->e, in[i], HOLE_VALUE) < 0;
    if (constant) {
        pick_constant(k, id, n);
        return;
    }
    int x = kernel_buffer(k, in[0], OF_DOUBLE), index = strip_buffer(&k->code, OF_BOOL);
    strip_call(&k->code, "index_b_d");
    strip_add_buffer(&k->code, index);
    strip_add_buffer(&k->code, x);
    strip_add_text(&k->code, "%d", n->nin - 2);
    strip_add_text(&k->code, "n");
    int y = strip_buffer(&k->code, type);
    fill(k, y, "0.0");
    for (int i = 1; i < n->nin; i++) {
        Operand item = operand(k, in[i], type);
        strip_call(&k->code, item.buffer < 0     ? type == OF_DOUBLE ? "pick_d_k" : "pick_f_k"
                             : type == OF_DOUBLE ? "pick_d_v"
                                                 : "pick_f_v");
        strip_add_buffer(&k->code, y);
        strip_add_buffer(&k->code, index);
        strip_add_text(&k->code, "%d", i - 1);
        add_operand(k, &item);
        strip_add_text(&k->code, "n");
    }
    kernel_set(k, id, y);
}

/* ---- random numbers, tables, sound files -------------------------------------------------------- */

static void node_hash(KernelEmitter *k, NodeId id, const Node *n) {
    bool wide = k->p->wide[id];
    int x = kernel_buffer(k, n->in3[0], OF_DOUBLE),
        y = strip_buffer(&k->code, wide ? OF_DOUBLE : OF_FLOAT);
    strip_call(&k->code, wide ? "hash_d" : "hash_f");
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, x);
    strip_add_text(&k->code, emit_on_lines(k->e, n) ? "1e-9" : "0.0");
    strip_add_text(&k->code, "n");
    kernel_set(k, id, y);
}

static bool node_noise(KernelEmitter *k, NodeId id, const Node *n) {
    NodeId seed = plan_value(k->g, n->in3[0]);
    bool varies = kernel_varies(k, seed), at_sample = n->op == OP_NOISE_AT;
    if ((varies && !at_sample) || (!at_sample && !kernel_varies(k, n->in3[1]))) return false;
    int x = varies       ? kernel_buffer(k, seed, OF_DOUBLE)
            : !at_sample ? kernel_buffer(k, n->in3[1], OF_DOUBLE)
                         : -1;
    char number[96];
    if (k->p->rate[seed] == RATE_CONST && emit_roll_column(k->e, seed, HOLE_VALUE) < 0)
        snprintf(number, sizeof number, "0x%xu", kn_seed(k->g->nodes[seed].value));
    else if (!varies)
        snprintf(number, sizeof number, "kn_seed(%s)", emit_use(k->e, seed, true));
    int y = strip_buffer(&k->code, OF_FLOAT);
    strip_call(&k->code, varies ? "noise_seed_f" : at_sample ? "noise_f" : "noise_time_f");
    strip_add_buffer(&k->code, y);
    if (varies)
        strip_add_buffer(&k->code, x);
    else
        strip_add_text(&k->code, "%s", number);
    if (at_sample) {
        strip_add_text(&k->code, n->aux ? "n0 + %d" : "n0", n->aux);
    } else {
        strip_add_buffer(&k->code, x);
        strip_add_text(&k->code, "%s", emit_sample_rate(k->e));
    }
    strip_add_text(&k->code, "n");
    finish(k, id, y);
    return true;
}

static void node_table(KernelEmitter *k, NodeId id, const Node *n) {
    bool wide = k->p->wide[id];
    NodeId in = plan_value(k->g, n->in3[0]);
    bool reduced = !wide && k->p->wide[in];
    int x = kernel_buffer(k, in, wide || reduced ? OF_DOUBLE : OF_FLOAT),
        y = strip_buffer(&k->code, wide ? OF_DOUBLE : OF_FLOAT);
    strip_call(&k->code, wide ? "table_d_v" : reduced ? "table_w_v" : "table_f_v");
    strip_add_buffer(&k->code, y);
    strip_add_text(&k->code, "%s", kernel_table(k, n->aux - 1, wide));
    strip_add_text(&k->code, "%d", k->g->tables[n->aux - 1].n);
    strip_add_buffer(&k->code, x);
    strip_add_text(&k->code, "n");
    kernel_set(k, id, y);
}

static void node_sample(KernelEmitter *k, NodeId id, const Node *n) {
    const Sample *s = &k->g->samples[n->aux - 1];
    bool wide = k->p->wide[id];
    Operand in[2] = {{.buffer = kernel_buffer(k, n->in3[1], OF_DOUBLE)}, {.buffer = -1}};
    snprintf(in[1].text, sizeof in[1].text, "%s", emit_literal(k->e, s->rate, true));
    int x = apply(k, "mul", OF_DOUBLE, OF_DOUBLE, in, 2);
    int y = strip_buffer(&k->code, wide ? OF_DOUBLE : OF_FLOAT);
    strip_call(&k->code, wide ? "sample_d_v" : "sample_f_v");
    strip_add_buffer(&k->code, y);
    strip_add_text(&k->code, "%s", kernel_data(k, "sample%d", n->aux - 1, "float", s->data));
    strip_add_text(&k->code, "%d", s->channels);
    strip_add_text(&k->code, "%d", (int)k->g->nodes[n->in3[0]].value);
    strip_add_text(&k->code, "%lld", (long long)s->frames);
    strip_add_buffer(&k->code, x);
    strip_add_text(&k->code, "n");
    kernel_set(k, id, y);
}

/* ---- the past ------------------------------------------------------------------------------------ */

static const char *line_letter(const KernelEmitter *k, const Line *line) {
    bool wide = k->p->rate[line->source] != RATE_SAMPLE || k->p->wide[line->source];
    return wide ? "d" : "f";
}

static int begin_delay(KernelEmitter *k, const char *operation, const Line *line) {
    char name[16];
    const char *letter = line_letter(k, line);
    int y = strip_buffer(&k->code, (BufferType)letter[0]);
    snprintf(name, sizeof name, "%s_%s", operation, letter);
    strip_call(&k->code, kernels[kernel_find(name)].name);
    strip_add_buffer(&k->code, y);
    return y;
}

static void add_line(KernelEmitter *k, int number) {
    strip_add_text(&k->code, "self->line%d", number);
    strip_add_text(&k->code, "%d", k->p->lines[number].size);
}

/* The distance is text, in samples: `whole` of them and a fraction, "" where there is none. */
static int steady_delay(KernelEmitter *k, int number, const char *whole, const char *fraction) {
    int y = begin_delay(k, *fraction ? "lerp" : "read", &k->p->lines[number]);
    add_line(k, number);
    strip_add_text(&k->code, "n0 - %s", whole);
    if (*fraction) strip_add_text(&k->code, "%s", fraction);
    strip_add_text(&k->code, "n");
    return y;
}

static int constant_delay(KernelEmitter *k, int number, double samples) {
    char whole[32], fraction[40] = "";
    if (fabs(samples - rint(samples)) < 1e-6) samples = rint(samples);
    snprintf(whole, sizeof whole, "%d", (int)samples);
    if (samples != floor(samples))
        snprintf(fraction, sizeof fraction, "%s",
                 emit_literal(k->e, samples - floor(samples), true));
    return steady_delay(k, number, whole, fraction);
}

/* A distance that params decide: worked out before the call. */
static int block_delay(KernelEmitter *k, NodeId id, const Node *n, int number) {
    const NodeId *in = node_inputs(n);
    char text[512], whole[32], fraction[32], lo[96], hi[96];
    snprintf(whole, sizeof whole, "whole%d", id);
    snprintf(fraction, sizeof fraction, "part%d", id);
    snprintf(lo, sizeof lo, "%s", emit_use(k->e, in[2], true));
    snprintf(hi, sizeof hi, "%s", emit_use(k->e, in[3], true));
    snprintf(text, sizeof text,
             "const double far%d = kn_whole_samples(kn_min(kn_max(%s, %s), %s) * %s); "
             "const int %s = (int)far%d; const double %s = far%d - (double)%s;",
             id, emit_use(k->e, in[1], true), lo, hi, emit_sample_rate(k->e), whole, id, fraction,
             id, whole);
    strip_text(&k->code, text);
    return steady_delay(k, number, whole, fraction);
}

static int varying_delay(KernelEmitter *k, const Node *n, int number) {
    const NodeId *in = node_inputs(n);
    int seconds = kernel_buffer(k, in[1], OF_DOUBLE);
    int y = begin_delay(k, "vary", &k->p->lines[number]);
    add_line(k, number);
    strip_add_text(&k->code, "n0");
    strip_add_buffer(&k->code, seconds);
    strip_add_text(&k->code, "%s", emit_use(k->e, in[2], true));
    strip_add_text(&k->code, "%s", emit_use(k->e, in[3], true));
    strip_add_text(&k->code, "%s", emit_sample_rate(k->e));
    strip_add_text(&k->code, "n");
    return y;
}

/* What is kept in variables, read from elsewhere: what the strip itself computed, and before its
 * beginning the values that were there when it began (old<line>). */
static int short_delay(KernelEmitter *k, const Node *n, int number) {
    const Line *line = &k->p->lines[number];
    int x = kernel_buffer(k, line->source, (BufferType)line_letter(k, line)[0]);
    int y = begin_delay(k, "past", line);
    strip_add_buffer(&k->code, x);
    k->old[number] = true;
    strip_add_text(&k->code, "old%d", number);
    strip_add_text(&k->code, "%d", (int)rint(k->g->nodes[node_inputs(n)[1]].value * k->g->rate));
    strip_add_text(&k->code, "n");
    return y;
}

static bool node_delay(KernelEmitter *k, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    int number = k->p->line[plan_value(k->g, in[0])];
    if (n->nin > 4) return false; /* a signal that starts over */
    int y;
    if (k->p->lines[number].registers)
        y = short_delay(k, n, number);
    else if (k->p->rate[plan_value(k->g, in[1])] == RATE_CONST)
        y = constant_delay(k, number, k->g->nodes[plan_value(k->g, in[1])].value * k->g->rate);
    else if (!kernel_varies(k, in[1]))
        y = block_delay(k, id, n, number);
    else
        y = varying_delay(k, n, number);
    finish(k, id, y);
    return true;
}

/* ---- what goes on from sample to sample ---------------------------------------------------------- */

static void add_state(KernelEmitter *k, const char *names, NodeId id) {
    for (const char *at = names; *at; at++)
        strip_add_text(&k->code, strchr("wh", *at) ? "self->%c%d" : "&self->%c%d", *at, id);
}

static void add_seconds(KernelEmitter *k) {
    strip_add_text(&k->code, "%s", emit_literal(k->e, 1 / k->g->rate, true));
}

static void node_running(KernelEmitter *k, NodeId id, const Node *n) {
    int size, window = emit_running_window(k->e, n, &size);
    bool mean = n->op == OP_RUNNING_MEAN;
    add_state(k, mean ? "qwm" : "qwh", id);
    if (!mean) strip_add_text(&k->code, "%d", size);
    strip_add_text(&k->code, "%d", window);
}

static bool node_sequential(KernelEmitter *k, NodeId id, const Node *n) {
    static const struct {
        Op op;
        const char *kernel, *state;
    } rows[] = {
        {OP_PHASE, "phase", "a"},
        {OP_INTEGRATE, "integrate", "a"},
        {OP_SMOOTH, "smooth_", "ag"},
        {OP_SINCE, "since", "amg"},
        {OP_AGE, "age", "amg"},
        {OP_RUNNING_MAX, "running_max", ""},
        {OP_RUNNING_MIN, "running_min", ""},
        {OP_RUNNING_MEAN, "running_mean", ""},
    };
    if (node_age(n)) return false;
    size_t row = 0;
    while (row < sizeof rows / sizeof *rows && (int)rows[row].op != n->op)
        row++;
    const char *kernel = rows[row].kernel;
    Operand follow = {.buffer = -1};
    int x = kernel_buffer(k, node_inputs(n)[0], OF_DOUBLE);
    if (n->op == OP_SMOOTH) {
        follow = operand(k, node_inputs(n)[1], OF_DOUBLE);
        kernel = follow.buffer < 0 ? "smooth_k" : "smooth_v";
    }
    int y = strip_buffer(&k->code, OF_DOUBLE);
    strip_call(&k->code, kernel);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, x);
    if (n->op == OP_SMOOTH) add_operand(k, &follow);
    add_state(k, rows[row].state, id);
    if (!*rows[row].state)
        node_running(k, id, n);
    else if (n->op != OP_SMOOTH)
        add_seconds(k);
    strip_add_text(&k->code, "n");
    finish(k, id, y);
    return true;
}

/* ---- the node ------------------------------------------------------------------------------------ */

static void node_input(KernelEmitter *k, NodeId id, const Node *n) {
    int y = strip_buffer(&k->code, OF_FLOAT);
    strip_call(&k->code, "memcpy");
    strip_add_buffer(&k->code, y);
    strip_add_text(&k->code, "inputs[%d] + at", n->aux);
    strip_add_text(&k->code, "4 * (uint64_t)n");
    finish(k, id, y);
}

bool kernel_node(KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    Oscillator o;
    if (k->folded[id] || is_source(k, id)) return true;
    switch (n->op) {
    case OP_CELL: return true;
    case OP_INPUT: node_input(k, id, n); return true;
    case OP_SINTURN:
    case OP_COSTURN:
        if (is_plain_oscillator(k, id) && find_oscillator(k, id, &o)) {
            node_oscillator(k, id, &o, 0);
            return true;
        }
        /* fall through */
    case OP_SIN:
    case OP_COS:
    case OP_TAN:
    case OP_ASIN:
    case OP_ACOS:
    case OP_ATAN:
    case OP_SINH:
    case OP_COSH:
    case OP_TANH:
    case OP_EXP:
    case OP_LOG:
    case OP_LOG2:
    case OP_LOG10:
    case OP_SQRT:
    case OP_CBRT: node_function(k, id, n); return true;
    case OP_NEG:
    case OP_ABS:
    case OP_SIGN:
    case OP_FLOOR:
    case OP_CEIL:
    case OP_ROUND:
    case OP_FRAC: node_rounding(k, id, n); return true;
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_MIN:
    case OP_MAX:
    case OP_POW:
    case OP_MOD:
    case OP_HYPOT:
    case OP_ATAN2: node_arithmetic(k, id, n); return true;
    case OP_LT:
    case OP_LE:
    case OP_EQ:
    case OP_NE: node_comparison(k, id, n); return true;
    case OP_AND:
    case OP_OR:
    case OP_NOT: node_logic(k, id, n); return true;
    case OP_SELECT: node_select(k, id, n); return true;
    case OP_SUM: node_sum(k, id, n); return true;
    case OP_PICK: node_pick(k, id, n); return true;
    case OP_HASH: node_hash(k, id, n); return true;
    case OP_NOISE:
    case OP_NOISE_AT: return node_noise(k, id, n);
    case OP_TABLE: node_table(k, id, n); return true;
    case OP_SAMPLE: node_sample(k, id, n); return true;
    case OP_SHIFT:
    case OP_DELAY: return node_delay(k, id, n);
    case OP_PHASE:
    case OP_INTEGRATE:
    case OP_SMOOTH:
    case OP_SINCE:
    case OP_AGE:
    case OP_RUNNING_MAX:
    case OP_RUNNING_MIN:
    case OP_RUNNING_MEAN: return node_sequential(k, id, n);
    default: return false;
    }
}
