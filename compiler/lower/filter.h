/* Filters of two states with an input and an output, as numbers: what lower/filter.c finds. lower/bank.c makes banks of them,
 * lower/beside.c calls that voices of an instrument run beside each other. */
#ifndef KANON_LOWER_FILTER_H
#define KANON_LOWER_FILTER_H

#include "lower/linear.h"

enum { FILTER_STATES = 2, FILTER_OUTSIDE = 12 };

/* The numbers of a filter as kernel state2_bank_row wants them: z = A z + b x, of which c z before it, c' z after it, and
 * d x are heard. */
enum {
    FILTER_MATRIX = 0,
    FILTER_IN = 4,
    FILTER_HEARD_BEFORE = 6,
    FILTER_HEARD_INPUT = 8,
    FILTER_HEARD_AFTER = 9,
    FILTER_NUMBERS = 11,
    FILTER_MADE = 9 /* of these, by kernels that run it */
};

typedef struct Filter {
    NodeId
        term; /* what it is heard as; one that is not by itself is read by a sum alone, as a term */
    bool by_itself; /* anybody may read it */
    NodeId input;
    Product numbers[FILTER_NUMBERS];
    Recurrence r;
    NodeId outside[FILTER_OUTSIDE]; /* the nodes between the component and the term */
    int noutside, steps;
} Filter;

typedef struct FilterFinder {
    KernelEmitter *k;
    int *start; /* of each component: its first member */
    NodeId *members;
    int *past_readers; /* of each line */
    uint8_t *output;   /* of each node: it is one */
} FilterFinder;

void filter_finder_open(FilterFinder *f, KernelEmitter *k);
void filter_finder_close(FilterFinder *f);
/* Fills in a filter of which `term` and `by_itself` are known, and the forms of its states. False: the term is none, or something
 * else needs a part of it. */
bool filter_find(const FilterFinder *f, Filter *filter, LinearForm *forms);
/* Is the node a part of it? */
bool filter_has(const Filter *filter, NodeId id);
/* Puts the first n numbers into the matrix of a history. */
void filter_declare(const Filter *filter, KernelHistory *h, int n);
/* Its nodes need no calls any more. */
void filter_note_computed(const FilterFinder *f, const Filter *filter);

#endif
