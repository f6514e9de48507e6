/* Banks: filters of one shape that read one input, of which nothing but a sum of them all is read. In: the nodes of a strip,
 * and the sums that gather their terms. Out: which nodes a bank computes; one call for four filters and more.
 *
 * An equaliser, the modes of a struck body, formants: each term of the sum is linear feedback of two states with numbers that
 * do not vary, times a number. Run beside each other in the lanes of vectors (runtime/kernels_bank.c) they take a third of
 * what they take one after the other by look-ahead. */
#include "lower/filter.h"

#include <stdlib.h>
#include <string.h>

enum { FEWEST_FILTERS = 4, LANES = 4 };

/* The kinds of banks. */
static const struct BankKind {
    KernelId bank, row;
    int given, numbers; /* of a filter: what its row is made of, and what that is */
} kinds[] = {{KERNEL_poles2_bank, KERNEL_poles2_bank_row, 4, 4},
             {KERNEL_state2_bank, KERNEL_state2_bank_row, FILTER_NUMBERS, 9}};
enum { POLES2, STATE2 };

typedef struct BankFilter { /* a term of a sum */
    Filter of;
    NodeId sum;
    int span, kind, place;
} BankFilter;

typedef struct BankFinder {
    KernelEmitter *k;
    FilterFinder by;
    BankFilter *filters;
    int nfilters, filter_cap;
} BankFinder;

/* ---- what they are found by --------------------------------------------------------------------------- */

static bool is_nothing(const Filter *filter, int number) {
    return filter->numbers[number].scale == 0;
}

/* Is it two poles of which only the newest value is heard? Then four numbers say all. */
static int choose_kind(Filter *filter, const LinearForm *forms) {
    const Product *n = filter->numbers;
    if (!linear_is_direct(&filter->r, forms) || filter->r.states[0].ago != 1 ||
        !is_nothing(filter, FILTER_HEARD_BEFORE) || !is_nothing(filter, FILTER_HEARD_BEFORE + 1) ||
        !is_nothing(filter, FILTER_HEARD_INPUT))
        return STATE2;
    const Product poles[] = {n[FILTER_IN], n[FILTER_MATRIX], n[FILTER_MATRIX + 1],
                             n[FILTER_HEARD_AFTER]};
    memcpy(filter->numbers, poles, sizeof poles);
    return POLES2;
}

static void add_filter(BankFinder *f, NodeId term, NodeId reader, int place) {
    KernelEmitter *k = f->k;
    LinearForm forms[MOST_STATES];
    BankFilter filter = {.of = {.term = term},
                         .sum = k->gathers[reader],
                         .span = kernel_span(k, term),
                         .place = place};
    if (!filter_find(&f->by, &filter.of, forms)) return;
    filter.kind = choose_kind(&filter.of, forms);
    VEC_PUSH(f->filters, f->nfilters, f->filter_cap, filter);
}

/* Each node that one sum alone reads, and that is no sum itself. */
static void find_filters(BankFinder *f) {
    const KernelEmitter *k = f->k;
    for (int i = 0; i < k->n; i++) {
        const NodeId id = k->nodes[i];
        NodeId reader = 0;
        int readers = 0; /* that gather */
        for (int j = k->first_reader[id]; j < k->first_reader[id + 1]; j++)
            if (k->gathers[k->readers[j]]) {
                reader = k->readers[j];
                readers++;
            }
        if (readers == 1 && !k->gathers[id] && !k->folded[id]) add_filter(f, id, reader, i);
    }
}

static int by_bank(const void *a, const void *b) {
    const BankFilter *x = a, *y = b;
    return x->sum != y->sum             ? (x->sum > y->sum) - (x->sum < y->sum)
           : x->span != y->span         ? x->span - y->span
           : x->of.input != y->of.input ? (x->of.input > y->of.input) - (x->of.input < y->of.input)
           : x->kind != y->kind         ? x->kind - y->kind
                                        : x->place - y->place;
}

static bool is_of_bank(const BankFilter *a, const BankFilter *b) {
    return a->sum == b->sum && a->span == b->span && a->of.input == b->of.input &&
           a->kind == b->kind;
}

/* ---- the banks ---------------------------------------------------------------------------------------- */

/* What the filter in a lane keeps: the numbers that are made when params have changed, and its states. */
static void declare(const struct Bank *bank, const BankFilter *filter, int at) {
    const struct BankKind *kind = &kinds[filter->kind];
    const Recurrence *r = &filter->of.r;
    KernelState *own = r->k->own;
    const size_t four = (size_t)(at / LANES), lane = (size_t)(at % LANES);
    KernelHistory h = {
        .make = kind->row,
        .begin = KERNELS,
        .known = true,
        .nstates = FILTER_STATES,
        .powers = bank->numbers + sizeof(double) * (four * LANES * (size_t)kind->numbers + lane),
        .history = bank->states + sizeof(double) * (four * LANES * FILTER_STATES + lane)};
    filter_declare(&filter->of, &h, kind->given);
    for (int i = 0; i < FILTER_STATES; i++)
        history_keep(r, &h, i, LANES * i, false);
    VEC_PUSH(own->histories, own->nhistories, own->history_cap, h);
}

static void add_bank(BankFinder *f, const BankFilter *filters, int n) {
    KernelEmitter *k = f->k;
    const struct BankKind *kind = &kinds[filters->kind];
    const NodeId node = k->p->lines[filters->of.r.states[0].line].source;
    const int fours = (n + LANES - 1) / LANES;
    struct Bank bank = {filters->sum, filters->of.input, filters->span, kind->bank, fours, 0, 0};
    bank.numbers = kernel_own_field(k, "bank", k->nbanks, node, fours * LANES * kind->numbers);
    bank.states = kernel_own_field(k, "lanes", k->nbanks, node, fours * LANES * FILTER_STATES);
    for (int i = 0; i < n; i++) {
        declare(&bank, &filters[i], i);
        filter_note_computed(&f->by, &filters[i].of);
    }
    VEC_PUSH(k->banks, k->nbanks, k->bank_cap, bank);
}

void kernel_find_banks(KernelEmitter *k) {
    BankFinder f = {.k = k};
    if (!k->any_gathers || !plan_may(k->p, STRATEGY_BANK)) return;
    filter_finder_open(&f.by, k);
    find_filters(&f);
    if (f.nfilters > 1) qsort(f.filters, (size_t)f.nfilters, sizeof *f.filters, by_bank);
    for (int i = 0, n; i < f.nfilters; i += n) {
        for (n = 1; i + n < f.nfilters && is_of_bank(&f.filters[i], &f.filters[i + n]);)
            n++;
        if (n >= FEWEST_FILTERS) add_bank(&f, &f.filters[i], n);
    }
    filter_finder_close(&f.by);
    free(f.filters);
}

/* sum = sum + what is heard of the bank */
static void add_wide(KernelEmitter *k, const struct Bank *bank, int sum) {
    const int x = kernel_buffer(k, bank->input, OF_DOUBLE);
    strip_call(&k->code, bank->kernel);
    strip_add_buffer(&k->code, sum);
    strip_add_buffer(&k->code, sum);
    strip_add_buffer(&k->code, x);
    strip_add_field(&k->code, bank->numbers);
    strip_add_field(&k->code, bank->states);
    strip_add_integer(&k->code, bank->fours);
    strip_add_count(&k->code);
}

static void add_narrow(KernelEmitter *k, const struct Bank *bank, int sum) {
    const int wide = strip_buffer(&k->code, OF_DOUBLE), y = strip_buffer(&k->code, OF_FLOAT);
    kernel_fill(k, wide, strip_number(-0.0));
    add_wide(k, bank, wide);
    strip_call(&k->code, KERNEL_convert_f_d);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, wide);
    strip_add_count(&k->code);
    strip_call(&k->code, KERNEL_add_f_vv);
    strip_add_buffer(&k->code, sum);
    strip_add_buffer(&k->code, sum);
    strip_add_buffer(&k->code, y);
    strip_add_count(&k->code);
}

static void add_to_sum(KernelEmitter *k, const struct Bank *bank) {
    const int sum = k->sum[bank->sum];
    if (k->code.buffers[sum].type == OF_DOUBLE)
        add_wide(k, bank, sum);
    else
        add_narrow(k, bank, sum);
}

void kernel_add_banks(KernelEmitter *k, NodeId sum) {
    for (int i = 0; i < k->nbanks; i++)
        if (k->banks[i].sum == sum && k->banks[i].span == kernel_span(k, sum))
            add_to_sum(k, &k->banks[i]);
}

void kernel_add_spanned_banks(KernelEmitter *k, int span) {
    for (int i = 0; i < k->nbanks; i++)
        if (k->banks[i].span == span && kernel_span(k, k->banks[i].sum) != span)
            add_to_sum(k, &k->banks[i]);
}
