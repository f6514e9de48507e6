/* Sums that gather their terms. In: the nodes of a strip. Out: calls. A term is added to such a sum as soon as it is
 * computed, so that no buffer waits for the last term. A product that only such sums read is computed as soon as its
 * factors are: the buffer of a voice that is heard left and right is free after its two products. */
#include "lower/lower.h"

#include <stdlib.h>
#include <string.h>

/* A sum of few small terms gathers none: its terms are added up when all are there. */
enum { MANY_TERMS = 8, FEWEST_TERMS = 3, LARGE_TERM = 8 };

/* ---- who reads a node -------------------------------------------------------------------------- */

void kernel_find_readers(KernelEmitter *k) {
    k->first_reader = alloc_zeroed((size_t)k->g->n + 2, sizeof *k->first_reader);
    int *count = k->first_reader + 1, total = 0;
    for (NodeId id = 0; id < k->g->n;
         id++) { /* the readers of a node begin where those of the node before end */
        count[id] = total;
        total += k->uses[id];
    }
    k->readers = alloc_zeroed((size_t)total + 1, sizeof *k->readers);
    for (int i = 0; i < k->n; i++) {
        const Node *n = &k->g->nodes[k->nodes[i]];
        for (int j = 0; j < n->nin; j++)
            if (kernel_counts_as_use(k, k->nodes[i], j))
                k->readers[count[plan_value(k->g, node_inputs(n)[j])]++] = k->nodes[i];
    }
}

/* For each place of the order: the first of the places before it whose nodes are there only because this node needs them. The
 * inputs of a node stand right before it, and their inputs right before them. */
static int *first_places(const KernelEmitter *k) {
    const Plan *p = k->p;
    int *first = alloc_room((size_t)p->n, sizeof *first);
    NodeId *reader = alloc_zeroed((size_t)k->g->n, sizeof *reader);
    for (int i = 0; i < p->n; i++) {
        const Node *n = &k->g->nodes[p->order[i]];
        for (int j = 0; j < n->nin; j++)
            reader[node_inputs(n)[j]] = p->order[i];
        for (first[i] = i; first[i] > 0 && reader[p->order[first[i] - 1]] == p->order[i];)
            first[i] = first[first[i] - 1];
    }
    free(reader);
    return first;
}

/* ---- which sums take their terms as they come ---------------------------------------------------- */

static void mark_rolled(const Plan *p, uint8_t *rolled) {
    for (int i = 0; i < p->nrolls; i++) {
        rolled[p->rolls[i].sum] = 1;
        for (int j = 0; j < p->rolls[i].nnodes; j++)
            rolled[p->rolls[i].nodes[j]] = 1;
    }
}

static bool may_gather(const KernelEmitter *k, NodeId id) {
    int op = k->g->nodes[id].op;
    return (op == OP_SUM || op == OP_ADD) && !k->p->absorbed[id] &&
           k->p->component_size[k->p->component[id]] == 1 && !node_is_condition(&k->g->nodes[id]);
}

/* The sum that the terms of this sum go to: the sum itself, or the outermost of the sums around it where only one reads
 * it. */
static NodeId outermost(const KernelEmitter *k, NodeId id) {
    if (k->uses[id] != 1 || k->kept[id]) return id;
    NodeId outer = k->gathers[k->readers[k->first_reader[id]]];
    bool same = outer && kernel_computing_type(k, outer) == kernel_computing_type(k, id) &&
                kernel_type(k, id) == kernel_computing_type(k, id);
    return same ? outer : id;
}

/* Counts the terms of each outermost sum. A sum that is made of ADD alone is added up from the left anyway. */
static void count_terms(const KernelEmitter *k, int *terms, uint8_t *has_sum) {
    for (int i = 0; i < k->n; i++) {
        NodeId id = k->nodes[i], outer = k->gathers[id];
        const Node *n = &k->g->nodes[id];
        if (!outer) continue;
        terms[outer] += n->nin - (outer != id); /* an inner sum is no term: its terms are */
        if (n->op == OP_SUM) has_sum[outer] = 1;
    }
}

/* Is it worth while to add each term as soon as it is computed? */
static bool pays(const KernelEmitter *k, int place, int terms) {
    int nodes = place - k->first_place[place];
    return terms >= MANY_TERMS || (terms >= FEWEST_TERMS && nodes >= terms * LARGE_TERM);
}

static void keep_those_that_pay(KernelEmitter *k) {
    size_t size = (size_t)k->g->n;
    uint8_t *has_sum = alloc_zeroed(size, 1);
    int *terms = alloc_zeroed(size, sizeof *terms);
    count_terms(k, terms, has_sum);
    for (int i = k->n - 1; i >= 0; i--) { /* the outermost first */
        NodeId id = k->nodes[i], outer = k->gathers[id];
        if (!outer) continue;
        const bool many = has_sum[id] && k->p->roll[id] < 0 && pays(k, k->places[i], terms[id]);
        bool kept = outer == id ? k->spanned[id] || many : k->gathers[outer] != 0;
        if (!kept) k->gathers[id] = 0;
        k->any_gathers = k->any_gathers || kept;
    }
    free(has_sum);
    free(terms);
}

/* A roll whose sum takes terms of another shape: see kernel_is_row. */
static bool gathers_others(const KernelEmitter *k, NodeId id) {
    const int roll = k->p->roll[id];
    return roll >= 0 && k->p->rolls[roll].nothers > 0 && may_gather(k, id) &&
           kernel_type(k, id) == kernel_computing_type(k, id);
}

bool kernel_is_row(const KernelEmitter *k, NodeId sum, NodeId term) {
    if (k->p->roll[sum] < 0) return false;
    const Roll *r = &k->p->rolls[k->p->roll[sum]];
    for (int i = 0; i < r->nothers; i++)
        if (plan_value(k->g, r->others[i]) == term) return false;
    return true;
}

void kernel_find_sums(KernelEmitter *k) {
    uint8_t *rolled = alloc_zeroed((size_t)k->g->n, 1);
    bool any = false;
    mark_rolled(k->p, rolled);
    for (int i = k->n - 1; i >= 0; i--) {
        NodeId id = k->nodes[i];
        if (gathers_others(k, id)) k->gathers[id] = id;
        if (rolled[id] || !may_gather(k, id)) continue;
        k->gathers[id] = outermost(k, id);
        any = any || k->g->nodes[id].op == OP_SUM;
    }
    free(rolled);
    kernel_find_spans(k);
    if (!any && k->nspans == 0) {
        memset(k->gathers, 0, (size_t)k->g->n * sizeof *k->gathers);
        return;
    }
    k->first_place = first_places(k);
    keep_those_that_pay(k);
}

bool kernel_only_gathered(const KernelEmitter *k, NodeId id) {
    int first = k->first_reader[id], end = k->first_reader[id + 1];
    for (int i = first; i < end; i++)
        if (!k->gathers[k->readers[i]]) return false;
    return end > first && !k->kept[id] && k->p->component_size[k->p->component[id]] == 1;
}

/* ---- where they begin ---------------------------------------------------------------------------- */

/* The sum that a node goes to by way of this reader, which is the sum, or the product of the node and a number; 0: none. */
static NodeId sum_by(const KernelEmitter *k, NodeId reader) {
    if (k->gathers[reader]) return k->gathers[reader];
    const Node *n = &k->g->nodes[reader];
    if (n->op != OP_MUL || !kernel_only_gathered(k, reader)) return 0;
    if (kernel_varies(k, n->in3[0]) && kernel_varies(k, n->in3[1])) return 0;
    return k->gathers[k->readers[k->first_reader[reader]]];
}

/* The sums that one node goes to begin at the same place. */
static void join_begins(const KernelEmitter *k, NodeId id, int *begin) {
    int earliest = k->p->n, first = k->first_reader[id], end = k->first_reader[id + 1];
    for (int i = first; i < end; i++) {
        NodeId sum = sum_by(k, k->readers[i]);
        if (sum && begin[sum] < earliest) earliest = begin[sum];
    }
    for (int i = first; i < end && earliest < k->p->n; i++)
        begin[sum_by(k, k->readers[i])] = earliest;
}

static int by_place(const void *a, const void *b) {
    const struct SumBegin *x = a, *y = b;
    return x->place != y->place ? (x->place > y->place) - (x->place < y->place)
                                : (x->sum > y->sum) - (x->sum < y->sum);
}

/* A sum begins before the calls of its first term: then the calls of all terms are alike, and can be rounds. */
void kernel_find_begins(KernelEmitter *k) {
    if (!k->any_gathers) return;
    int *begin = alloc_zeroed((size_t)k->g->n, sizeof *begin);
    for (int i = 0; i < k->n; i++)
        begin[k->nodes[i]] = k->first_place[k->places[i]];
    for (int i = 0; i < k->n; i++)
        if (!k->gathers[k->nodes[i]]) join_begins(k, k->nodes[i], begin);
    for (int i = 0; i < k->n; i++) {
        struct SumBegin b = {begin[k->nodes[i]], k->nodes[i]};
        if (k->gathers[b.sum] == b.sum) VEC_PUSH(k->begins, k->nbegins, k->begin_cap, b);
    }
    if (k->nbegins > 1) qsort(k->begins, (size_t)k->nbegins, sizeof *k->begins, by_place);
    free(begin);
}

/* ---- sums that gather their terms ---------------------------------------------------------------- */

/* It begins with -0: -0 + x is x for every x. What is left out of a sum is 0. */
void kernel_begin_sum(KernelEmitter *k, NodeId sum) {
    if (k->sum[sum] >= 0) return;
    k->sum[sum] = strip_buffer(&k->code, kernel_computing_type(k, sum));
    kernel_fill(k, k->sum[sum], strip_number(k->spanned[sum] ? 0.0 : -0.0));
}

/* Those of a span begin with it. */
void kernel_begin_sums(KernelEmitter *k, int place) {
    for (; k->begun < k->nbegins && k->begins[k->begun].place <= place; k->begun++)
        if (kernel_span(k, k->begins[k->begun].sum) < 0)
            kernel_begin_sum(k, k->begins[k->begun].sum);
}

static void add_term(KernelEmitter *k, NodeId sum, NodeId term) {
    BufferType type = kernel_computing_type(k, sum);
    bool wide = type == OF_DOUBLE,
         narrow_term = wide && kernel_varies(k, term) && kernel_type(k, term) == OF_FLOAT;
    Operand x = kernel_operand(k, term, narrow_term ? OF_FLOAT : type);
    kernel_begin_sum(k, sum);
    int y = k->sum[sum];
    strip_call(&k->code, x.buffer < 0  ? wide ? KERNEL_add_d_vk : KERNEL_add_f_vk
                         : narrow_term ? KERNEL_add_float_d_vv
                         : wide        ? KERNEL_add_d_vv
                                       : KERNEL_add_f_vv);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, y);
    kernel_add_operand(k, &x);
    strip_add_count(&k->code);
}

/* Have all inputs that vary been computed? */
static bool is_ready(const KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    for (int i = 0; i < n->nin; i++) {
        NodeId in = plan_value(k->g, node_inputs(n)[i]);
        if (kernel_varies(k, in) && !k->computed[in] && !kernel_is_source(k, in)) return false;
    }
    return true;
}

/* A product that only such sums read, and whose factors are all computed. One of a span is computed in it. */
static void compute_early(KernelEmitter *k, NodeId id) {
    if (kernel_span(k, id) != k->open.number) return;
    if (k->computed[id] || k->p->absorbed[id] || k->g->nodes[id].op != OP_MUL ||
        !kernel_only_gathered(k, id) || !is_ready(k, id))
        return;
    kernel_node(k, id);
    kernel_computed(k, id);
}

void kernel_computed(KernelEmitter *k, NodeId id) {
    int end = k->first_reader[id + 1];
    k->computed[id] = 1;
    for (int i = k->first_reader[id]; i < end; i++) {
        NodeId reader = k->readers[i], sum = k->gathers[reader];
        if (!sum)
            compute_early(k, reader);
        else if (k->gathers[id] != sum && !kernel_is_row(k, reader, id))
            add_term(k, sum, id);
    }
}

void kernel_end_sum(KernelEmitter *k, NodeId id, const Node *n) {
    NodeId sum = k->gathers[id];
    for (int i = 0; i < n->nin; i++)
        if (!kernel_varies(k, node_inputs(n)[i])) add_term(k, sum, node_inputs(n)[i]);
    if (sum != id) return;
    kernel_begin_sum(k, sum);
    kernel_add_banks(k, sum);
    kernel_finish(k, id, k->sum[id]);
}
