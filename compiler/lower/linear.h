/* Feedback that is linear in its past, as numbers and products: what lower/linear.c finds, and lower/bank.c makes banks of. */
#ifndef KANON_LINEAR_H
#define KANON_LINEAR_H

#include "lower/lower.h"

enum { MOST_STATES = HISTORY_STATES, MOST_PRODUCTS = 12 };

/* scale * a * b; a and b may be 0: no factor. */
typedef struct Product {
    double scale;
    NodeId a, b;
    bool starts_over; /* it is 0 where the recurrence starts over */
} Product;

/* The form of a node: a sum of states with coefficients, and a rest of products from outside. */
typedef struct LinearForm {
    Product coefficient[MOST_STATES]; /* b is 0; scale 0: not in it */
    Product rest[MOST_PRODUCTS];
    int nrest;
} LinearForm;

typedef struct LinearState { /* the value of a line's source `ago` samples back */
    int line, ago;
} LinearState;

typedef struct Recurrence {
    KernelEmitter *k;
    int component;
    LinearState states[MOST_STATES];
    int n;
    int steps;               /* how many nodes linear_form has visited */
    int before[MOST_STATES]; /* the buffers of the states one sample before, -1: none */
    NodeId fresh; /* where this node is not 0, all states are 0; 0: they never start over */
} Recurrence;

/* Finds the states of members[n], a component, of whole lines or only as far as it reads them, and the forms of their sources.
 * False where they are not linear, or too many. */
bool linear_find(Recurrence *r, LinearForm *forms, const NodeId *members, int n, bool whole);
/* Is a delay this state? */
bool linear_is_state(const Recurrence *r, NodeId delay, int state);
/* The coefficients of a state: those of its source's form, or that of the state before it. */
void linear_row(const Recurrence *r, int row, const LinearForm *forms, Product *out);
/* Multiplies by a node that is no member. False where the product has two factors already, or `one_factor`. */
bool linear_multiply(const KernelEmitter *k, Product *t, NodeId by, bool one_factor);
/* Does a coefficient vary from sample to sample? */
bool linear_varies(const Recurrence *r, const LinearForm *forms);
/* Is it one signal that is made of its own last two samples? */
bool linear_is_direct(const Recurrence *r, const LinearForm *forms);

/* What a kernel of linear feedback keeps. Puts a product at a place of its matrix; then makes what is not known. */
void history_set(KernelHistory *h, Product *matrix, int place, const Product *t);
void history_end(KernelEmitter *k, KernelHistory *h, const Product *matrix);
/* Number `number` of the history is a state, and gives it back. */
void history_keep(const Recurrence *r, KernelHistory *h, int state, int number, bool of_line);

#endif
