/* Feedback that is linear in its past: z' = A z + e, where z are the values of the last samples. A loop in C would do one
 * operation after the other; kernels compute e, which does not wait for the past, for many samples at once.
 *
 * In: the nodes of a recurrence. Out: calls that compute e, and one that runs the recurrence. */
#include "lower/linear.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 200 };

static bool is_member(const Recurrence *r, NodeId id) {
    return kernel_varies(r->k, id) && r->k->p->component[id] == r->component;
}

/* ---- states ------------------------------------------------------------------------------------ */

/* -1: as many as the sample at hand says. */
static int samples_ago(const KernelEmitter *k, NodeId delay) {
    const double distance = k->p->distance[node_inputs(&k->g->nodes[delay])[1]];
    return isnan(distance) ? -1 : (int)rint(distance);
}

/* How many samples of a line's past the recurrence itself reads. Other nodes may read more. */
static int longest_within(const Recurrence *r, int line, const NodeId *members, int n) {
    int longest = 0;
    for (int i = 0; i < n; i++) {
        bool reads = r->k->g->nodes[members[i]].op == OP_DELAY && r->k->p->past[members[i]] == line;
        int ago = reads ? samples_ago(r->k, members[i]) : 0;
        if (ago > longest) longest = ago;
    }
    return longest;
}

static bool add_states(Recurrence *r, NodeId delay, int longest) {
    const Plan *p = r->k->p;
    int line = p->past[delay];
    if (r->k->g->nodes[delay].nin != 4 || !p->lines[line].registers ||
        !p->wide[p->lines[line].source])
        return false;
    for (int i = 0; i < r->n; i++)
        if (r->states[i].line == line) return true;
    for (int ago = 1; ago <= longest; ago++) {
        if (r->n == MOST_STATES) return false;
        r->states[r->n++] = (LinearState){line, ago};
    }
    return true;
}

bool linear_is_state(const Recurrence *r, NodeId delay, int state) {
    return r->k->p->past[delay] == r->states[state].line &&
           samples_ago(r->k, delay) == r->states[state].ago;
}

static int state_of(const Recurrence *r, NodeId delay) {
    for (int i = 0; i < r->n; i++)
        if (linear_is_state(r, delay, i)) return i;
    return -1;
}

/* ---- forms ------------------------------------------------------------------------------------- */

static bool form_of(Recurrence *r, NodeId id, LinearForm *f);

/* Products of the same factors are one. */
static bool add_product(LinearForm *f, Product t) {
    for (int i = 0; i < f->nrest; i++) {
        Product *sum = &f->rest[i];
        if (sum->a != t.a || sum->b != t.b || sum->starts_over != t.starts_over) continue;
        sum->scale += t.scale;
        return true;
    }
    if (f->nrest == MOST_PRODUCTS) return false;
    f->rest[f->nrest++] = t;
    return true;
}

static bool add_form(const Recurrence *r, LinearForm *to, const LinearForm *from, double scale) {
    for (int i = 0; i < r->n; i++) {
        Product t = from->coefficient[i];
        if (t.scale == 0) continue;
        Product *sum = &to->coefficient[i];
        if (sum->scale != 0 && (sum->a || t.a)) return false; /* only numbers are added here */
        if (sum->scale != 0 && sum->starts_over != t.starts_over) return false;
        sum->a = t.a;
        sum->starts_over = t.starts_over;
        sum->scale += scale * t.scale;
    }
    for (int i = 0; i < from->nrest; i++) {
        Product t = from->rest[i];
        t.scale *= scale;
        if (!add_product(to, t)) return false;
    }
    return true;
}

bool linear_multiply(const KernelEmitter *k, Product *t, NodeId by, bool one_factor) {
    const Node *n = &k->g->nodes[by];
    if (n->op == OP_CONST && kernel_column(k, by, HOLE_VALUE) < 0) {
        t->scale *= n->value;
        return true;
    }
    if (!t->a) {
        t->a = by;
        return true;
    }
    if (t->b || one_factor) return false;
    t->b = by;
    return true;
}

static bool scale_form(Recurrence *r, const Node *n, LinearForm *f) {
    NodeId a = plan_value(r->k->g, n->in3[0]), b = plan_value(r->k->g, n->in3[1]);
    bool left = is_member(r, a);
    if (left == is_member(r, b) || !form_of(r, left ? a : b, f)) return false;
    for (int i = 0; i < r->n; i++)
        if (f->coefficient[i].scale != 0 &&
            !linear_multiply(r->k, &f->coefficient[i], left ? b : a, true))
            return false;
    for (int i = 0; i < f->nrest; i++)
        if (!linear_multiply(r->k, &f->rest[i], left ? b : a, false)) return false;
    return true;
}

static bool sum_form(Recurrence *r, const Node *n, LinearForm *f) {
    for (int i = 0; i < n->nin; i++) {
        LinearForm part;
        double sign = n->op == OP_NEG || (n->op == OP_SUB && i == 1) ? -1 : 1;
        if (!form_of(r, node_inputs(n)[i], &part) || !add_form(r, f, &part, sign)) return false;
    }
    return true;
}

/* The form of a choice that is 0 where the recurrence starts over: see passes/linear.c. */
static bool select_form(Recurrence *r, const Node *n, LinearForm *f) {
    const KernelEmitter *k = r->k;
    NodeId fresh = plan_value(k->g, n->in3[0]), nothing = plan_value(k->g, n->in3[1]);
    if (!kernel_varies(k, fresh) || is_member(r, fresh) || (r->fresh && r->fresh != fresh))
        return false;
    if (!node_is_const(k->g, nothing) || k->g->nodes[nothing].value != 0) return false;
    if (!is_member(r, plan_value(k->g, n->in3[2])) || !form_of(r, n->in3[2], f) || f->nrest > 0)
        return false;
    r->fresh = fresh;
    for (int i = 0; i < r->n; i++)
        f->coefficient[i].starts_over = true;
    return true;
}

static bool form_of(Recurrence *r, NodeId id, LinearForm *f) {
    memset(f, 0, sizeof *f);
    id = plan_value(r->k->g, id);
    if (++r->steps > MOST_STEPS) return false;
    const Node *n = &r->k->g->nodes[id];
    if (!is_member(r, id)) {
        Product t = {.scale = 1};
        return linear_multiply(r->k, &t, id, false) && add_product(f, t);
    }
    switch (n->op) {
    case OP_DELAY: {
        int state = state_of(r, id);
        if (state >= 0) f->coefficient[state].scale = 1;
        return state >= 0;
    }
    case OP_ADD:
    case OP_SUB:
    case OP_NEG:
    case OP_SUM: return sum_form(r, n, f);
    case OP_MUL: return scale_form(r, n, f);
    case OP_SELECT: return select_form(r, n, f);
    default: return false;
    }
}

/* ---- calls ------------------------------------------------------------------------------------- */

static int product_buffer(KernelEmitter *k, const Product *t) {
    if (t->b && kernel_varies(k, t->a) && kernel_varies(k, t->b)) {
        int a = kernel_buffer(k, t->a, OF_DOUBLE), b = kernel_buffer(k, t->b, OF_DOUBLE);
        int y = strip_buffer(&k->code, OF_DOUBLE);
        strip_call(&k->code, KERNEL_mul_d_vv);
        strip_add_buffer(&k->code, y);
        strip_add_buffer(&k->code, a);
        strip_add_buffer(&k->code, b);
        strip_add_count(&k->code);
        return y;
    }
    NodeId varying = kernel_varies(k, t->a) ? t->a : t->b;
    return kernel_buffer(k, varying, OF_DOUBLE);
}

/* The factors of a product that do not vary, multiplied. */
static StripArgument number_of(KernelEmitter *k, const Product *t) {
    bool a = t->a && !kernel_varies(k, t->a), b = t->b && !kernel_varies(k, t->b);
    if (t->scale == 0 || (!a && !b)) return strip_number(t->scale);
    if ((t->scale == 1 || t->scale == -1) && a != b) {
        StripArgument number = kernel_number(k, a ? t->a : t->b);
        return t->scale < 0 ? kernel_negated(number) : number;
    }
    return kernel_made_number(
        k, (struct KernelNumber){
               .kind = NUMBER_PRODUCT, .scale = t->scale, .a = a ? t->a : 0, .b = b ? t->b : 0});
}

static bool is_one(const StripArgument *number) {
    return number->kind == ARGUMENT_NUMBER && number->of.value == 1;
}

static bool product_varies(const KernelEmitter *k, const Product *t) {
    return (t->a && kernel_varies(k, t->a)) || (t->b && kernel_varies(k, t->b));
}

/* The buffer of e: the rest, added up. */
static int scaled(KernelEmitter *k, int x, StripArgument number) {
    int y = strip_buffer(&k->code, OF_DOUBLE);
    strip_call(&k->code, KERNEL_mul_d_vk);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, x);
    strip_add(&k->code, number);
    strip_add_count(&k->code);
    return y;
}

static int outside_buffer(KernelEmitter *k, const LinearForm *f) {
    int sum = -1;
    for (int i = 0; i < f->nrest; i++) {
        const Product *t = &f->rest[i];
        StripArgument number = number_of(k, t);
        bool varies = product_varies(k, t), one = is_one(&number);
        int x = varies ? product_buffer(k, t) : -1;
        if (sum < 0 && varies && one) {
            sum = x;
            continue;
        }
        if (varies && !one) x = scaled(k, x, number);
        int y = sum >= 0 || !varies ? strip_buffer(&k->code, OF_DOUBLE) : x;
        if (y != x) {
            strip_call(&k->code, sum < 0  ? KERNEL_fill_d_k
                                 : varies ? KERNEL_add_d_vv
                                          : KERNEL_add_d_vk);
            strip_add_buffer(&k->code, y);
            if (sum >= 0) strip_add_buffer(&k->code, sum);
            if (varies)
                strip_add_buffer(&k->code, x);
            else
                strip_add(&k->code, number);
            strip_add_count(&k->code);
        }
        sum = y;
    }
    if (sum >= 0) return sum;
    sum = strip_buffer(&k->code, OF_DOUBLE);
    strip_call(&k->code, KERNEL_fill_d_k);
    strip_add_buffer(&k->code, sum);
    strip_add_number(&k->code, 0);
    strip_add_count(&k->code);
    return sum;
}

/* A coefficient as a buffer, even where it is a number. */
static int coefficient_buffer(KernelEmitter *k, const Product *t) {
    StripArgument number = number_of(k, t);
    bool varies = t->scale != 0 && product_varies(k, t), one = is_one(&number);
    int x = varies ? product_buffer(k, t) : -1;
    if (varies && one) return x;
    int y = strip_buffer(&k->code, OF_DOUBLE);
    strip_call(&k->code, varies ? KERNEL_mul_d_vk : KERNEL_fill_d_k);
    strip_add_buffer(&k->code, y);
    if (varies) strip_add_buffer(&k->code, x);
    strip_add(&k->code, number);
    strip_add_count(&k->code);
    return y;
}

/* The buffer of the first coefficient, which tells the kernel where states start over. */
static int first_buffer(const Recurrence *r, const Product *t) {
    KernelEmitter *k = r->k;
    int x = coefficient_buffer(k, t);
    if (!r->fresh) return x;
    int fresh = kernel_buffer(k, r->fresh, OF_BOOL), y = strip_buffer(&k->code, OF_DOUBLE);
    strip_call(&k->code, KERNEL_select_d_kv);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, fresh);
    strip_add_number(&k->code, KERNEL_STARTS_OVER);
    strip_add_buffer(&k->code, x);
    strip_add_count(&k->code);
    return y;
}

static void one_varying_state(Recurrence *r, const LinearForm *f) {
    KernelEmitter *k = r->k;
    int e = outside_buffer(k, f), a = first_buffer(r, &f->coefficient[0]);
    int y = strip_buffer(&k->code, OF_DOUBLE);
    strip_call(&k->code, KERNEL_pole_v);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, e);
    strip_add_buffer(&k->code, a);
    kernel_add_field(k, "z", r->states[0].line);
    strip_add_count(&k->code);
    kernel_set(k, k->p->lines[r->states[0].line].source, y);
}

/* A row of A. The first state of a line has the form of its source; each other state is the state before it. */
void linear_row(const Recurrence *r, int row, const LinearForm *forms, Product *out) {
    memset(out, 0, sizeof *out * MOST_STATES);
    if (r->states[row].ago == 1) {
        memcpy(out, forms[row].coefficient, sizeof *out * MOST_STATES);
        return;
    }
    for (int i = 0; i < r->n; i++)
        if (r->states[i].line == r->states[row].line && r->states[i].ago == r->states[row].ago - 1)
            out[i].scale = 1;
}

bool linear_varies(const Recurrence *r, const LinearForm *forms) {
    if (r->fresh) return true;
    for (int row = 0; row < r->n; row++)
        for (int i = 0; i < r->n; i++)
            if (r->states[row].ago == 1 && product_varies(r->k, &forms[row].coefficient[i]))
                return true;
    return false;
}

/* The elements of A, each as a buffer. */
static void matrix_buffers(Recurrence *r, const LinearForm *forms, int *used) {
    for (int i = 0; i < r->n * r->n; i++) {
        Product a[MOST_STATES];
        linear_row(r, i / r->n, forms, a);
        used[i] = i == 0 ? first_buffer(r, &a[0]) : coefficient_buffer(r->k, &a[i % r->n]);
    }
}

/* The element of e for each row: the rest of its form, or none where the state is the state before it. */
static void outside_buffers(Recurrence *r, const LinearForm *forms, int *e) {
    static const LinearForm nothing;
    for (int i = 0; i < r->n; i++)
        e[i] = outside_buffer(r->k, r->states[i].ago == 1 ? &forms[i] : &nothing);
}

/* ---- what kernels keep -------------------------------------------------------------------------- */

static size_t own_field(Recurrence *r, const char *name, int count) {
    const int line = r->states[0].line;
    return kernel_own_field(r->k, name, line, r->k->p->lines[line].source, count);
}

static KernelHistory *add_history(Recurrence *r, KernelHistory h) {
    KernelState *own = r->k->own;
    h.nstates = r->n;
    h.known = true;
    VEC_PUSH(own->histories, own->nhistories, own->history_cap, h);
    return &own->histories[own->nhistories - 1];
}

/* Adds the fields power<line> and history<line>, with room for these many numbers. */
static KernelHistory *begin_history(Recurrence *r, KernelHistory h, int powers, int past) {
    h.powers = own_field(r, "power", powers);
    h.history = own_field(r, "history", past);
    return add_history(r, h);
}

/* Adds the powers and the history of the newest filter to its call. lower/lanes.c finds them a place: there, or in the lanes of
 * a call that takes the place of several. */
static void add_filter(Recurrence *r) {
    KernelEmitter *k = r->k;
    const struct LaneFilter filter = {.argument = k->code.narguments,
                                      .history = k->own->nhistories - 1,
                                      .line = r->states[0].line};
    VEC_PUSH(k->filters, k->nfilters, k->filter_cap, filter);
    for (int i = 0; i < 2; i++)
        strip_add_field(&k->code, 0);
}

static size_t state_field(const Recurrence *r, const LinearState *s) {
    return kernel_field(r->k, "z", s->line) + sizeof(double) * (size_t)(s->ago - 1);
}

/* A row that is another one before gets there by other sums, with other last bits. */
void history_keep(const Recurrence *r, KernelHistory *h, int state, int number, bool of_line) {
    const LinearState *s = &r->states[state];
    h->states[state].of_line = of_line;
    h->states[state].field = state_field(r, s);
    h->states[state].number = number;
}

void history_set(KernelHistory *h, Product *matrix, int place, const Product *t) {
    matrix[place] = *t;
    h->matrix[place] = t->scale;
    if (place >= h->nmatrix) h->nmatrix = place + 1;
    if (t->scale != 0 && (t->a || t->b)) h->known = false;
}

/* Where params decide the matrix, the update makes its elements. */
void history_end(KernelEmitter *k, KernelHistory *h, const Product *matrix) {
    if (h->known) return;
    for (int i = 0; i < h->nmatrix; i++) {
        const struct KernelNumber element = {.kind = NUMBER_PRODUCT,
                                             .scale = matrix[i].scale,
                                             .a = matrix[i].scale != 0 ? matrix[i].a : 0,
                                             .b = matrix[i].scale != 0 ? matrix[i].b : 0};
        h->elements[i] = kernel_made_number(k, element).of.word;
    }
}

static void declare_history(Recurrence *r, const LinearForm *forms) {
    static const KernelHistory kept[] = {{.make = KERNEL_lti1_table, .begin = KERNEL_lti1_begin},
                                         {.make = KERNEL_lti2_table, .begin = KERNEL_lti2_begin},
                                         {.make = KERNEL_lti3_table, .begin = KERNEL_lti3_begin}};
    int n = r->n;
    KernelHistory *h =
        n == 1 ? add_history(r, kept[0]) : begin_history(r, kept[n - 1], 3 * n * n, 7 * n);
    Product matrix[MOST_STATES * MOST_STATES];
    for (int i = 0; i < n * n; i++) {
        Product a[MOST_STATES];
        linear_row(r, i / n, forms, a);
        history_set(h, matrix, i, &a[i % n]);
    }
    for (int i = 0; i < n; i++)
        history_keep(r, h, i, 7 * i, r->states[i].ago > 1);
    history_end(r->k, h, matrix);
}

/* Is it one signal that is made of its own last two samples? */
bool linear_is_direct(const Recurrence *r, const LinearForm *forms) {
    return r->n == 2 && r->states[0].line == r->states[1].line && !linear_varies(r, forms);
}

/* Declares the history that kernel poles2 wants: the two samples in the order of time. */
static void declare_poles(Recurrence *r, const LinearForm *f) {
    static const KernelHistory kept = {
        .make = KERNEL_poles2_table, .begin = KERNEL_poles2_begin, .needs_powers = true};
    KernelHistory *h = add_history(r, kept);
    Product matrix[2];
    for (int i = 0; i < 2; i++) {
        history_set(h, matrix, i, &f->coefficient[i]);
        history_keep(r, h, i, 8 - r->states[i].ago, false);
    }
    history_end(r->k, h, matrix);
}

static void direct_form(Recurrence *r, const LinearForm *forms) {
    KernelEmitter *k = r->k;
    int e = outside_buffer(k, &forms[0]), y = strip_buffer(&k->code, OF_DOUBLE);
    declare_poles(r, &forms[0]);
    strip_call(&k->code, KERNEL_poles2);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, e);
    add_filter(r);
    strip_add_count(&k->code);
    kernel_set(k, k->p->lines[r->states[0].line].source, y);
}

enum { KEPT_AHEAD = 10 }; /* numbers that state2_ahead_v keeps */

static void several_states(Recurrence *r, const LinearForm *forms) {
    static const KernelId steady[] = {KERNELS, KERNEL_lti1, KERNEL_lti2, KERNEL_lti3};
    KernelEmitter *k = r->k;
    bool varies = linear_varies(r, forms);
    int e[MOST_STATES], before[MOST_STATES], after[MOST_STATES], used[MOST_STATES * MOST_STATES];
    outside_buffers(r, forms, e);
    if (varies)
        matrix_buffers(r, forms, used);
    else
        declare_history(r, forms);
    for (int i = 0; i < r->n; i++) {
        before[i] = strip_buffer(&k->code, OF_DOUBLE);
        after[i] = strip_buffer(&k->code, OF_DOUBLE);
    }
    const bool ahead = varies && r->n == 2 && !r->fresh;
    strip_call(&k->code, ahead    ? KERNEL_state2_ahead_v
                         : varies ? r->n == 2 ? KERNEL_state2_v : KERNEL_state3_v
                                  : steady[r->n]);
    for (int i = 0; i < r->n; i++)
        strip_add_buffer(&k->code, before[i]);
    for (int i = 0; i < r->n; i++)
        strip_add_buffer(&k->code, after[i]);
    for (int i = 0; i < r->n; i++)
        strip_add_buffer(&k->code, e[i]);
    if (varies) {
        kernel_add_distances(k, r->n * r->n);
        for (int i = 0; i < r->n; i++)
            strip_add_field(&k->code, state_field(r, &r->states[i]));
        if (ahead) strip_add_field(&k->code, own_field(r, "history", KEPT_AHEAD));
    } else if (r->n == 1) {
        add_filter(r);
    } else {
        kernel_add_field(k, "power", r->states[0].line);
        kernel_add_field(k, "history", r->states[0].line);
    }
    strip_add_count(&k->code);
    for (int i = 0; varies && i < r->n * r->n; i++)
        strip_use(&k->code, used[i]);
    for (int i = 0; i < r->n; i++)
        if (r->states[i].ago == 1) kernel_set(k, k->p->lines[r->states[i].line].source, after[i]);
    memcpy(r->before, before, sizeof before);
}

/* Who reads the past of a line within a strip reads its source, and before it what is kept here: the same bits. Kernels
 * of varying coefficients keep their states themselves. */
static void keep_lines(Recurrence *r, const LinearForm *forms) {
    bool exact = linear_is_direct(r, forms);
    if (linear_varies(r, forms)) return;
    for (int i = 0, own = 1; i < r->n; i += own) {
        const Line *line = &r->k->p->lines[r->states[i].line];
        for (own = 1; i + own < r->n && r->states[i + own].line == r->states[i].line;)
            own++;
        if ((int)line->longest > (exact ? own : 1))
            kernel_keep_past(r->k, line->source, r->states[i].line);
    }
}

bool kernel_history_keeps(const KernelEmitter *k, int line) {
    const size_t first = kernel_field(k, "z", line);
    const int longest = (int)k->p->lines[line].longest;
    for (int i = k->own->nhistories - 1; i >= 0; i--) {
        const KernelHistory *h = &k->own->histories[i];
        int kept = 0;
        for (int j = 0; j < h->nstates; j++)
            kept += !h->states[j].of_line && h->states[j].field >= first &&
                    h->states[j].field < first + sizeof(double) * (size_t)longest;
        if (kept > 0) return kept == longest;
    }
    return false;
}

/* ---- the recurrence ------------------------------------------------------------------------------ */

/* Are all states 0 where the recurrence starts over? True too where it never does. */
static bool starts_over_as_one(const Recurrence *r, const LinearForm *forms) {
    for (int row = 0; row < r->n && r->fresh; row++) {
        if (r->states[row].ago != 1) return false;
        for (int i = 0; i < r->n; i++)
            if (forms[row].coefficient[i].scale != 0 && !forms[row].coefficient[i].starts_over)
                return false;
    }
    return true;
}

/* Does anything outside read only what the kernels leave: sources of lines, and delays that are states? */
static bool gives(const Recurrence *r, NodeId id) {
    const KernelEmitter *k = r->k;
    if (k->g->nodes[id].op == OP_CELL) return true;
    if (k->g->nodes[id].op == OP_DELAY) return state_of(r, id) >= 0;
    for (int i = 0; i < r->n; i++)
        if (k->p->lines[r->states[i].line].source == id) return true;
    return false;
}

/* Finds the states, of whole lines or only as far as the recurrence reads them, and the forms of their sources. */
bool linear_find(Recurrence *r, LinearForm *forms, const NodeId *members, int n, bool whole) {
    const KernelEmitter *k = r->k;
    r->n = r->steps = 0;
    for (int i = 0; i < n; i++) {
        int line = k->g->nodes[members[i]].op == OP_DELAY ? k->p->past[members[i]] : -1;
        if (line >= 0 && !add_states(r, members[i],
                                     whole ? (int)k->p->lines[line].longest
                                           : longest_within(r, line, members, n)))
            return false;
    }
    if (r->n == 0) return false;
    for (int i = 0; i < n; i++)
        if (k->crosses[members[i]] && !gives(r, members[i])) return false;
    for (int i = 0; i < r->n; i++) {
        NodeId source = k->p->lines[r->states[i].line].source;
        if (!is_member(r, source) || !form_of(r, source, &forms[i])) return false;
    }
    return true;
}

bool kernel_linear(KernelEmitter *k, const NodeId *members, int n) {
    Recurrence r = {.k = k, .component = k->p->component[members[0]], .before = {-1, -1, -1}};
    LinearForm forms[MOST_STATES];
    if (!plan_may(k->p, STRATEGY_LOOK_AHEAD)) return false;
    if (!linear_find(&r, forms, members, n, false)) return false;
    if (linear_varies(&r, forms) && !linear_find(&r, forms, members, n, true)) return false;
    if (!starts_over_as_one(&r, forms)) return false;
    if (r.n == 1 && linear_varies(&r, forms))
        one_varying_state(&r, &forms[0]);
    else if (linear_is_direct(&r, forms))
        direct_form(&r, forms);
    else
        several_states(&r, forms);
    keep_lines(&r, forms);
    for (int i = 0; i < n; i++) {
        if (k->g->nodes[members[i]].op != OP_DELAY) continue;
        if (r.before[0] >= 0)
            kernel_set(k, members[i], r.before[state_of(&r, members[i])]);
        else if (k->crosses[members[i]])
            kernel_node(k, members[i]);
    }
    return true;
}
