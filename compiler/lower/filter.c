/* Filters of two states with an input and an output: z = A z + b x, of which c z and d x are heard. In: a node. Out: the signal and the
 * numbers that it is made of, and the nodes that nothing else needs, where it is such a filter. */
#include "lower/filter.h"

#include "graph/components.h"

#include <stdlib.h>

enum { MOST_STEPS = 60 };

static int filter_members(const FilterFinder *f, int component) {
    return f->start[component + 1] - f->start[component];
}

/* ---- the nodes of a filter --------------------------------------------------------------------------- */

/* Finds the nodes between a term and the component that it is made of, by what is linear. Does node `id` depend on it? */
static bool find_outside(Filter *filter, NodeId id) {
    const KernelEmitter *k = filter->r.k;
    int *own = &filter->r.component;
    id = plan_value(k->g, id);
    if (!kernel_varies(k, id) || ++filter->steps > MOST_STEPS) return false;
    const int component = k->p->component[id];
    if (k->p->component_size[component] > 1) {
        if (*own < 0) *own = component;
        return component == *own;
    }
    const Node *n = &k->g->nodes[id];
    if (n->op != OP_ADD && n->op != OP_SUB && n->op != OP_NEG && n->op != OP_MUL) return false;
    bool depends = false;
    for (int i = 0; i < n->nin; i++)
        depends |= find_outside(filter, node_inputs(n)[i]);
    if (depends && filter->noutside < FILTER_OUTSIDE)
        filter->outside[filter->noutside++] = id;
    else if (depends)
        filter->steps = MOST_STEPS;
    return depends;
}

bool filter_has(const Filter *filter, NodeId id) {
    for (int i = 0; i < filter->noutside; i++)
        if (filter->outside[i] == id) return true;
    return filter->r.k->p->component[id] == filter->r.component;
}

/* Is the node read by the filter alone, and the term by its sum, or by anybody? */
static bool is_read_within(const FilterFinder *f, const Filter *filter, NodeId id) {
    const KernelEmitter *k = f->k;
    const int held = k->p->held[id];
    const bool term = id == filter->term;
    bool state = held < 0;
    for (int i = 0; i < FILTER_STATES; i++)
        state |= filter->r.states[i].line == held;
    if ((f->output[id] && !(term && filter->by_itself)) || k->p->line[id] >= 0 || !state)
        return false;
    for (int i = k->first_reader[id]; i < k->first_reader[id + 1]; i++)
        if (!filter_has(filter, k->readers[i]) &&
            !(term && (filter->by_itself || k->gathers[k->readers[i]])))
            return false;
    return true;
}

/* Does nothing else read the past of its states? */
static bool has_own_past(const FilterFinder *f, const Recurrence *r) {
    const Plan *p = f->k->p;
    const NodeId *members = &f->members[f->start[r->component]];
    int readers[FILTER_STATES] = {0};
    for (int m = 0; m < filter_members(f, r->component); m++)
        for (int i = 0; i < FILTER_STATES; i++)
            readers[i] += f->k->g->nodes[members[m]].op == OP_DELAY &&
                          p->past[members[m]] == r->states[i].line;
    for (int i = 0; i < FILTER_STATES; i++)
        if (readers[i] != f->past_readers[r->states[i].line]) return false;
    return true;
}

static bool is_closed(const FilterFinder *f, const Filter *filter) {
    const int component = filter->r.component;
    for (int i = 0; i < filter_members(f, component); i++)
        if (!is_read_within(f, filter, f->members[f->start[component] + i])) return false;
    for (int i = 0; i < filter->noutside; i++)
        if (!is_read_within(f, filter, filter->outside[i])) return false;
    return has_own_past(f, &filter->r);
}

/* ---- its numbers -------------------------------------------------------------------------------------- */

/* Adds a product to a sum that must be one product in the end. */
static bool add(Product *sum, const Product *t) {
    if (sum->scale == 0) *sum = (Product){0, t->a, t->b, false};
    sum->scale += t->scale;
    return sum->a == t->a && sum->b == t->b;
}

/* A signal that is multiplied by numbers, and these. */
static NodeId split(const KernelEmitter *k, NodeId signal, Product *numbers) {
    for (;;) {
        const Node *n = &k->g->nodes[signal];
        if (n->op != OP_MUL) return signal;
        const NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
        const bool left = kernel_varies(k, a);
        if (left == kernel_varies(k, b) || !linear_multiply(k, numbers, left ? b : a, false))
            return signal;
        signal = left ? a : b;
    }
}

/* Adds a product of the input. */
static bool add_input(Filter *filter, NodeId signal, Product numbers, Product *sum) {
    signal = split(filter->r.k, signal, &numbers);
    if (filter->input && filter->input != signal) return false;
    filter->input = signal;
    return add(sum, &numbers);
}

/* What a state takes from outside: the input, times a number. */
static bool takes_input(Filter *filter, const LinearForm *form, Product *sum) {
    const KernelEmitter *k = filter->r.k;
    for (int i = 0; i < form->nrest; i++) {
        const Product *t = &form->rest[i];
        const bool first = t->a && kernel_varies(k, t->a);
        const NodeId signal = first ? t->a : t->b, other = first ? t->b : t->a;
        if (!signal || !kernel_varies(k, signal) || (other && kernel_varies(k, other)))
            return false;
        if (!add_input(filter, signal, (Product){t->scale, other, 0, false}, sum)) return false;
    }
    return true;
}

/* What is heard of the filter: adds a node, multiplied by numbers. */
static bool hear(Filter *filter, NodeId id, Product numbers) {
    Recurrence *r = &filter->r;
    const KernelEmitter *k = r->k;
    id = plan_value(k->g, id);
    for (int i = 0; i < FILTER_STATES; i++) {
        const LinearState *s = &r->states[i];
        if (s->ago == 1 && k->p->lines[s->line].source == id)
            return add(&filter->numbers[FILTER_HEARD_AFTER + i], &numbers);
    }
    for (int i = 0; i < FILTER_STATES && k->g->nodes[id].op == OP_DELAY && filter_has(filter, id);
         i++)
        if (linear_is_state(r, id, i))
            return add(&filter->numbers[FILTER_HEARD_BEFORE + i], &numbers);
    const Node *n = &k->g->nodes[id];
    if (!kernel_varies(k, id)) return false;
    if (!filter_has(filter, id))
        return add_input(filter, id, numbers, &filter->numbers[FILTER_HEARD_INPUT]);
    if (k->p->component[id] == r->component) return false;
    if (n->op == OP_MUL) {
        const NodeId a = plan_value(k->g, n->in3[0]), b = plan_value(k->g, n->in3[1]);
        const bool left = kernel_varies(k, a);
        return left != kernel_varies(k, b) && linear_multiply(k, &numbers, left ? b : a, false) &&
               hear(filter, left ? a : b, numbers);
    }
    for (int i = 0; i < n->nin; i++) {
        Product part = numbers;
        if (n->op == OP_NEG || (n->op == OP_SUB && i == 1)) part.scale = -part.scale;
        if (!hear(filter, node_inputs(n)[i], part)) return false;
    }
    return true;
}

static bool find_numbers(Filter *filter, const LinearForm *forms) {
    Recurrence *r = &filter->r;
    for (int row = 0; row < FILTER_STATES; row++) {
        Product a[MOST_STATES];
        linear_row(r, row, forms, a);
        memcpy(&filter->numbers[FILTER_MATRIX + FILTER_STATES * row], a, sizeof *a * FILTER_STATES);
        if (r->states[row].ago == 1 &&
            !takes_input(filter, &forms[row], &filter->numbers[FILTER_IN + row]))
            return false;
    }
    return hear(filter, filter->term, (Product){.scale = 1}) && filter->input;
}

bool filter_find(const FilterFinder *f, Filter *filter, LinearForm *forms) {
    filter->r = (Recurrence){.k = f->k, .component = -1, .before = {-1, -1, -1}};
    Recurrence *r = &filter->r;
    if (!find_outside(filter, filter->term) || filter->steps >= MOST_STEPS) return false;
    const int component = r->component;
    return linear_find(r, forms, &f->members[f->start[component]], filter_members(f, component),
                       false) &&
           r->n == FILTER_STATES && !linear_varies(r, forms) && is_closed(f, filter) &&
           find_numbers(filter, forms);
}

/* ---- what they are found by --------------------------------------------------------------------------- */

static void find_readers(FilterFinder *f) {
    const KernelEmitter *k = f->k;
    f->past_readers = alloc_zeroed((size_t)k->p->nlines + 1, sizeof *f->past_readers);
    f->output = alloc_zeroed((size_t)k->g->n, 1);
    for (int i = 0; i < k->n; i++)
        if (k->p->past[k->nodes[i]] >= 0) f->past_readers[k->p->past[k->nodes[i]]]++;
    for (int i = 0; i < k->g->noutputs; i++)
        f->output[plan_value(k->g, k->g->outputs[i])] = 1;
}

void filter_finder_open(FilterFinder *f, KernelEmitter *k) {
    *f = (FilterFinder){.k = k};
    f->members = components_sort(k->p->component, k->nodes, k->n, &f->start);
    find_readers(f);
}

void filter_finder_close(FilterFinder *f) {
    free(f->start);
    free(f->members);
    free(f->past_readers);
    free(f->output);
}

void filter_declare(const Filter *filter, KernelHistory *h, int n) {
    for (int i = 0; i < n; i++) {
        Product matrix[FILTER_NUMBERS];
        history_set(h, matrix, i, &filter->numbers[i]);
    }
    history_end(filter->r.k, h, filter->numbers);
}

void filter_note_computed(const FilterFinder *f, const Filter *filter) {
    const int component = filter->r.component;
    for (int i = 0; i < filter_members(f, component); i++)
        f->k->computed[f->members[f->start[component] + i]] = 1;
    for (int i = 0; i < filter->noutside; i++)
        f->k->computed[filter->outside[i]] = 1;
}
