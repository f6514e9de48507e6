/* Components that are linear feedback with numbers for coefficients. */
#ifndef KANON_LINEAR_FEEDBACK_H
#define KANON_LINEAR_FEEDBACK_H

#include "graph/components.h"

/* Its state, in the greatest norm: |z| at sample n is at most `most` * e^(-decay n) of what it was n samples before, and in each
 * sample at most into[i] * |inputs[i]| is added. A member is at most of_state * |z| and its direct part of each input. */
typedef struct LinearFeedback {
    NodeId *members, *inputs;
    int n, ninputs;
    double *of_state, *direct, *into;
    double most, decay;
    double since; /* seconds from which on that holds; it is 0 before, or never */
} LinearFeedback;

typedef struct LinearFeedbacks {
    LinearFeedback *all;
    int n;
    int *of; /* of a node: the number of that which it is a member of, -1: none */
} LinearFeedbacks;

/* Of the nodes in `order`, all edges counting. */
LinearFeedbacks linear_feedbacks_find(const Graph *g, const Components *c, const NodeId *order,
                                      int n);
void linear_feedbacks_free(LinearFeedbacks *all);
/* How much of the present of an input is in a member, and how much of all its past can be in the state. */
double linear_feedback_direct(const LinearFeedback *l, int member, int input);
double linear_feedback_held(const LinearFeedback *l, int input);

#endif
