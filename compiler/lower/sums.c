/* Polynomials by Horner's rule and sums of many terms, with their gains, as one kernel each. In: nodes of
 * a strip. Out: which are computed with the polynomial or the sum (k->folded), and calls. */
#include "lower/lower.h"

#include <math.h>
#include <string.h>

enum { MOST_NUMBERS = 16, MOST_TERMS = 16 };

static const NodeId *inputs_of(const KernelEmitter *k, NodeId id) {
    return k->g->nodes[id].in3;
}

/* ---- polynomials --------------------------------------------------------------------------------- */

typedef struct Polynomial {
    NodeId x;
    NodeId number[MOST_NUMBERS]; /* of powers 0, 1, …; 0: it is 1 */
    bool minus[MOST_NUMBERS];
    int n;
    NodeId inside[2 * MOST_NUMBERS]; /* nodes that it is made of */
    int ninside;
} Polynomial;

/* number ± other or other ± number. */
static bool take_number(const KernelEmitter *k, NodeId id, Polynomial *p, bool *minus,
                        NodeId *other) {
    const Node *n = &k->g->nodes[id];
    if ((n->op != OP_ADD && n->op != OP_SUB) || p->n == MOST_NUMBERS) return false;
    NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
    if (kernel_varies(k, a) == kernel_varies(k, b)) return false;
    bool first = !kernel_varies(k, a), subtract = n->op == OP_SUB;
    p->number[p->n] = first ? a : b;
    p->minus[p->n++] = *minus != (subtract && !first);
    *minus = *minus != (subtract && first);
    *other = first ? b : a;
    return true;
}

static bool is_inner(const KernelEmitter *k, NodeId id, NodeId within) {
    int op = k->g->nodes[id].op;
    return (op == OP_ADD || op == OP_SUB) && kernel_foldable(k, id, op) &&
           kernel_same_computing(k, within, id);
}

/* The product of x and what is left: x is known once the innermost product, x * number, is reached. */
static bool take_product(const KernelEmitter *k, NodeId id, Polynomial *p, bool minus,
                         NodeId *inner) {
    NodeId a = plan_value(k->g, inputs_of(k, id)[0]), b = plan_value(k->g, inputs_of(k, id)[1]);
    NodeId x = 0;
    *inner = 0;
    if (!kernel_varies(k, a) || !kernel_varies(k, b)) {
        if (p->n == MOST_NUMBERS) return false;
        p->number[p->n] = kernel_varies(k, a) ? b : a;
        p->minus[p->n++] = minus;
        x = kernel_varies(k, a) ? a : b;
    } else if (is_inner(k, b, id) || is_inner(k, a, id)) {
        *inner = is_inner(k, b, id) && b != p->x ? b : a;
        x = *inner == b ? a : b;
    }
    if (!x || (p->x && x != p->x)) return false;
    p->x = x;
    return true;
}

static bool find_polynomial(const KernelEmitter *k, NodeId id, Polynomial *p) {
    bool minus = false;
    p->x = 0;
    p->n = p->ninside = 0;
    for (NodeId sum = id;;) {
        NodeId other, inner;
        if (!take_number(k, sum, p, &minus, &other)) return false;
        if (sum != id && other == p->x) { /* x + number */
            if (p->n == MOST_NUMBERS) return false;
            p->number[p->n] = 0;
            p->minus[p->n++] = minus;
            return p->n > 2;
        }
        if (!kernel_foldable(k, other, OP_MUL) || !kernel_same_computing(k, id, other) ||
            !take_product(k, other, p, minus, &inner))
            return false;
        p->inside[p->ninside++] = other;
        if (!inner) return p->n > 2;
        p->inside[p->ninside++] = inner;
        sum = inner;
    }
}

bool kernel_fold_polynomial(KernelEmitter *k, NodeId id) {
    Polynomial p;
    if (!find_polynomial(k, id, &p)) return false;
    for (int i = 0; i < p.ninside; i++)
        k->folded[p.inside[i]] = 1;
    return true;
}

/* What was folded otherwise is none. */
static bool is_polynomial(const KernelEmitter *k, NodeId id, Polynomial *p) {
    if (!find_polynomial(k, id, p)) return false;
    for (int i = 0; i < p->ninside; i++)
        if (!k->folded[p->inside[i]]) return false;
    return true;
}

bool kernel_polynomial(KernelEmitter *k, NodeId id) {
    Polynomial p;
    if (!is_polynomial(k, id, &p)) return false;
    BufferType type = kernel_computing_type(k, id);
    StripArgument numbers[MOST_NUMBERS];
    for (int i = 0; i < p.n; i++) {
        NodeId number = p.number[p.n - 1 - i];
        numbers[i] = number ? kernel_number(k, number) : strip_number(1);
        if (p.minus[p.n - 1 - i]) numbers[i] = kernel_negated(numbers[i]);
    }
    int x = kernel_buffer(k, p.x, type), y = strip_buffer(&k->code, type);
    StripArgument data = kernel_numbers(k, numbers, p.n);
    strip_call(&k->code, type == OF_FLOAT ? "poly_f" : "poly_d");
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, x);
    strip_add(&k->code, data);
    strip_add_integer(&k->code, p.n);
    strip_add_count(&k->code);
    kernel_finish(k, id, y);
    return true;
}

/* ---- linear combinations: additions and gains in each other -------------------------------------- */

enum { MOST_FACTORS = 3 };

typedef struct Term {
    NodeId x;
    NodeId factor[MOST_FACTORS];
    int nfactors;
    bool minus;
} Term;

typedef struct Linear {
    Term terms[MOST_TERMS];
    int n;
    NodeId inside[2 * MOST_TERMS];
    int ninside;
    bool possible;
} Linear;

static void add_linear(const KernelEmitter *k, Linear *l, NodeId id, NodeId within, Term scale);

static void add_inputs(const KernelEmitter *k, Linear *l, NodeId id, Term scale) {
    const Node *n = &k->g->nodes[id];
    for (int i = 0; i < n->nin; i++) {
        Term part = scale;
        if (n->op == OP_NEG || (n->op == OP_SUB && i == 1)) part.minus = !part.minus;
        add_linear(k, l, plan_value(k->g, node_inputs(n)[i]), id, part);
    }
}

static bool all_vary(const KernelEmitter *k, const Node *n) {
    for (int i = 0; i < n->nin; i++)
        if (!kernel_varies(k, node_inputs(n)[i])) return false;
    return true;
}

static void add_leaf(const KernelEmitter *k, Linear *l, NodeId id, NodeId within, Term scale) {
    bool product = kernel_foldable(k, id, OP_MUL) && kernel_same_computing(k, within, id);
    if (l->n == MOST_TERMS || product) l->possible = false; /* products have kernels of their own */
    if (!l->possible) return;
    scale.x = id;
    l->terms[l->n++] = scale;
}

/* A signal read with a gain by several: each may as well take the gain. (What is read has a buffer.) */
static bool is_scaled_read(const KernelEmitter *k, NodeId id, NodeId within) {
    const Node *n = &k->g->nodes[id];
    if (n->op != OP_MUL || all_vary(k, n) || !kernel_same_computing(k, within, id)) return false;
    NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
    NodeId read = kernel_varies(k, a) ? a : b;
    int op = k->g->nodes[read].op;
    if (k->p->component_size[k->p->component[read]] > 1) return false; /* it may have none */
    return k->uses[id] > 1 && (op == OP_DELAY || op == OP_SHIFT || op == OP_INPUT);
}

/* What a sum is multiplied by, each of its terms may be: a gain that is known, but so large that a term of a small sum
 * could become infinite, leaves the sum as it is. */
static bool is_gain_of_terms(const KernelEmitter *k, NodeId factor) {
    const Node *n = &k->g->nodes[factor];
    return n->op != OP_CONST || fabs(n->value) <= 0x1p60;
}

/* `within` 0: the outermost, which need not be foldable. */
static void add_linear(const KernelEmitter *k, Linear *l, NodeId id, NodeId within, Term scale) {
    const Node *n = &k->g->nodes[id];
    bool open = !within || (kernel_foldable(k, id, n->op) && kernel_same_computing(k, within, id));
    bool sum = n->op == OP_ADD || n->op == OP_SUB || n->op == OP_NEG ||
               (n->op == OP_SUM && k->p->roll[id] < 0);
    if (!l->possible) return;
    if (within && open && l->ninside == 2 * MOST_TERMS) l->possible = false;
    if (open && sum && all_vary(k, n)) {
        if (within && l->possible) l->inside[l->ninside++] = id;
        add_inputs(k, l, id, scale);
        return;
    }
    bool shared = within && is_scaled_read(k, id, within);
    if ((open || shared) && n->op == OP_MUL && !all_vary(k, n) && scale.nfactors < MOST_FACTORS) {
        NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
        NodeId factor = kernel_varies(k, a) ? b : a;
        if (!is_gain_of_terms(k, factor)) {
            l->possible = false;
            return;
        }
        scale.factor[scale.nfactors++] = factor;
        if (within && !shared && l->possible) l->inside[l->ninside++] = id;
        add_linear(k, l, kernel_varies(k, a) ? a : b, id, scale);
        return;
    }
    add_leaf(k, l, id, within, scale);
}

/* A sum within a sum or within a gain: most nodes have none to look into. */
static bool may_nest(const KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    for (int i = 0; i < n->nin; i++) {
        NodeId in = plan_value(k->g, node_inputs(n)[i]);
        int op = k->g->nodes[in].op;
        if (op != OP_ADD && op != OP_SUB && op != OP_NEG && op != OP_SUM && op != OP_MUL) continue;
        if (k->uses[in] == 1 || op == OP_MUL) return true;
    }
    return false;
}

/* Something that two terms and their gains are not. */
static bool find_linear(const KernelEmitter *k, NodeId id, Linear *l) {
    if (!may_nest(k, id)) return false;
    bool all = all_vary(k, &k->g->nodes[id]);
    if (all == (k->g->nodes[id].op == OP_MUL)) return false;
    *l = (Linear){.possible = true};
    add_linear(k, l, id, 0, (Term){.x = 0});
    bool nested = k->g->nodes[id].op == OP_MUL;
    for (int i = 0; i < l->ninside; i++)
        nested = nested || k->g->nodes[l->inside[i]].op != OP_MUL;
    return l->possible && l->n >= 2 && nested;
}

bool kernel_fold_linear(KernelEmitter *k, NodeId id) {
    Linear l;
    if (!find_linear(k, id, &l)) return false;
    k->linear[id] = 1;
    for (int i = 0; i < l.ninside; i++)
        k->folded[l.inside[i]] = 1;
    return true;
}

static bool is_linear(const KernelEmitter *k, NodeId id, Linear *l) {
    if (!k->linear[id] || !find_linear(k, id, l)) return false;
    for (int i = 0; i < l->ninside; i++)
        if (!k->folded[l->inside[i]]) return false;
    return true;
}

/* As a number where all factors are. */
static StripArgument scale_of(KernelEmitter *k, const Term *t) {
    double product = t->minus ? -1 : 1;
    bool known = true;
    for (int i = 0; i < t->nfactors; i++) {
        StripArgument factor = kernel_number(k, t->factor[i]);
        known = known && factor.kind == ARGUMENT_NUMBER;
        product *= known ? factor.of.value : 1;
    }
    if (known) return strip_number(product);
    if (t->nfactors == 1) {
        StripArgument factor = kernel_number(k, t->factor[0]);
        return t->minus ? kernel_negated(factor) : factor;
    }
    char text[400];
    size_t n = (size_t)snprintf(text, sizeof text, t->minus ? "-1.0" : "1.0");
    for (int i = 0; i < t->nfactors && n < sizeof text; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, " * (%s)",
                              emit_use(k->e, t->factor[i], true));
    return strip_written(&k->code, text);
}

/* ---- sums of many terms -------------------------------------------------------------------------- */

/* A product with a number is weighed; in double, also one that is float. */
static bool is_weighed(const KernelEmitter *k, NodeId sum, NodeId term) {
    if (!kernel_foldable(k, term, OP_MUL)) return false;
    NodeId a = plan_value(k->g, inputs_of(k, term)[0]), b = plan_value(k->g, inputs_of(k, term)[1]);
    if (kernel_varies(k, a) == kernel_varies(k, b)) return false;
    if (kernel_type(k, term) != kernel_computing_type(k, term)) return false;
    return kernel_type(k, term) == OF_FLOAT || kernel_computing_type(k, sum) == OF_DOUBLE;
}

void kernel_fold_terms(KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    for (int i = 0; i < n->nin; i++) {
        NodeId term = plan_value(k->g, node_inputs(n)[i]);
        if (is_weighed(k, id, term)) k->folded[term] = 1;
    }
}

typedef struct Weighed {
    NodeId x, number; /* number 0: once */
} Weighed;

static Weighed weighed_of(const KernelEmitter *k, NodeId term) {
    if (!k->folded[term] || k->g->nodes[term].op != OP_MUL) return (Weighed){term, 0};
    NodeId a = plan_value(k->g, inputs_of(k, term)[0]), b = plan_value(k->g, inputs_of(k, term)[1]);
    return kernel_varies(k, a) ? (Weighed){a, b} : (Weighed){b, a};
}

static StripArgument number_of(const KernelEmitter *k, const Weighed *term) {
    return term->number ? kernel_number(k, term->number) : strip_number(1);
}

/* Can a kernel take all of them as floats? */
static bool all_floats(const KernelEmitter *k, const Weighed *terms, int n) {
    for (int i = 0; i < n; i++)
        if (kernel_varies(k, terms[i].x) && kernel_type(k, terms[i].x) != OF_FLOAT) return false;
    return true;
}

/* A piece of a sum: buffers and what each is multiplied by. */
typedef struct Piece {
    int buffer[MOST_TERMS];
    StripArgument number[MOST_TERMS];
    int n;
} Piece;

static void add_to_piece(Piece *p, int buffer, StripArgument number) {
    p->number[p->n] = number;
    p->buffer[p->n++] = buffer;
}

static int weigh(KernelEmitter *k, Piece *p, BufferType in, BufferType out) {
    int y = strip_buffer(&k->code, out);
    StripArgument numbers = kernel_numbers(k, p->number, p->n);
    strip_call(&k->code, in != out ? "weigh_d_f" : in == OF_FLOAT ? "weigh_f" : "weigh_d");
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, p->buffer[0]);
    kernel_add_distances(k, p->n);
    strip_add(&k->code, numbers);
    strip_add_integer(&k->code, p->n);
    strip_add_count(&k->code);
    for (int i = 0; i < p->n; i++)
        strip_use(&k->code, p->buffer[i]);
    p->n = 0;
    return y;
}

static int weigh_linear(KernelEmitter *k, const Linear *l, BufferType type) {
    Piece piece = {.n = 0};
    for (int i = 0; i < l->n; i++)
        add_to_piece(&piece, kernel_buffer(k, l->terms[i].x, type), scale_of(k, &l->terms[i]));
    return weigh(k, &piece, type, type);
}

bool kernel_linear_sum(KernelEmitter *k, NodeId id) {
    static const char *const added[] = {NULL, NULL, "add", "add3", "add4"};
    Linear l;
    if (!is_linear(k, id, &l)) return false;
    BufferType type = kernel_computing_type(k, id);
    bool plain = l.n <= 4;
    Operand o[8];
    for (int i = 0; i < l.n && l.n <= 4; i++) {
        plain = plain && !l.terms[i].minus && l.terms[i].nfactors == 0;
        o[2 * i] = kernel_operand(k, l.terms[i].x, type);
        o[2 * i + 1] = (Operand){.buffer = -1, .number = scale_of(k, &l.terms[i])};
    }
    for (int i = 0; i < l.n && plain; i++)
        o[i] = o[2 * i];
    kernel_finish(k, id,
                  plain     ? kernel_apply(k, added[l.n], type, type, o, l.n)
                  : l.n < 4 ? kernel_apply(k, "mix", type, type, o, 2 * l.n)
                            : weigh_linear(k, &l, type));
    return true;
}

static int add_part(KernelEmitter *k, int sum, int part, BufferType type) {
    const Operand parts[2] = {{.buffer = sum}, {.buffer = part}};
    return sum < 0 ? part : kernel_apply(k, "add", type, type, parts, 2);
}

/* All but numbers of a sum in pieces; a sum of pieces goes on as a term of the next. -1: nothing varies. */
static int weigh_terms(KernelEmitter *k, const Weighed *terms, int n, BufferType in,
                       BufferType out) {
    Piece piece = {.n = 0};
    int sum = -1;
    for (int i = 0; i < n; i++) {
        if (!kernel_varies(k, terms[i].x)) continue;
        if (piece.n == MOST_TERMS) {
            int part = weigh(k, &piece, in, out);
            if (in == out)
                add_to_piece(&piece, part, strip_number(1));
            else
                sum = add_part(k, sum, part, out);
        }
        int x = kernel_buffer(k, terms[i].x, in);
        add_to_piece(&piece, x, number_of(k, &terms[i]));
    }
    if (piece.n == 0) return sum;
    return add_part(k, sum, weigh(k, &piece, in, out), out);
}

/* Two or three: one call that repeats as others do, which a piece of C does not. -1: not so few. */
static int few_terms(KernelEmitter *k, const Weighed *terms, int n, BufferType type) {
    static const char *const added[] = {NULL, NULL, "add", "add3"};
    Operand x[3], scale[3], o[6];
    int few = 0;
    bool plain = true;
    for (int i = 0; i < n; i++) {
        if (!kernel_varies(k, terms[i].x)) continue;
        if (few == 3) return -1;
        plain = plain && !terms[i].number;
        x[few] = kernel_operand(k, terms[i].x, type);
        scale[few] = (Operand){.buffer = -1, .number = number_of(k, &terms[i])};
        few++;
    }
    if (few < 2) return -1;
    if (plain) return kernel_apply(k, added[few], type, type, x, few);
    for (int i = 0; i < few; i++) {
        o[2 * i] = x[i];
        o[2 * i + 1] = scale[i];
    }
    return kernel_apply(k, "mix", type, type, o, 2 * few);
}

void kernel_sum(KernelEmitter *k, NodeId id, const Node *n) {
    Weighed *terms = ARENA_ARRAY(k->e->arena, Weighed, n->nin);
    BufferType type = kernel_computing_type(k, id);
    for (int i = 0; i < n->nin; i++)
        terms[i] = weighed_of(k, plan_value(k->g, node_inputs(n)[i]));
    BufferType in = all_floats(k, terms, n->nin) ? OF_FLOAT : type;
    Operand sum = {.buffer = in == type ? few_terms(k, terms, n->nin, type) : -1};
    if (sum.buffer < 0) sum.buffer = weigh_terms(k, terms, n->nin, in, type);
    for (int i = 0; i < n->nin; i++) {
        if (kernel_varies(k, terms[i].x)) continue;
        Operand number = kernel_operand(k, terms[i].x, type);
        if (sum.buffer < 0) {
            sum.buffer = strip_buffer(&k->code, type);
            kernel_fill(k, sum.buffer, number.number);
        } else {
            sum.buffer = kernel_apply(k, "add", type, type, (Operand[]){sum, number}, 2);
        }
    }
    kernel_finish(k, id, sum.buffer);
}
