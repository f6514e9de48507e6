/* Four doubles at once, and what was before them: for recurrences that reach at least four samples
 * back. In: strips and state. Only where a machine has vectors of four (AVX2). */
#ifndef KANON_FOUR_H
#define KANON_FOUR_H

#ifdef __AVX2__
typedef double Four __attribute__((vector_size(32), may_alias));

/* What was one and two samples before each of `now`, of which `before` are the four before. */
static inline Four one_ago(Four before, Four now) {
    return __builtin_shufflevector(before, now, 3, 4, 5, 6);
}

static inline Four two_ago(Four before, Four now) {
    return __builtin_shufflevector(before, now, 2, 3, 4, 5);
}

/* Four numbers of a history, which has the latest first, in the order of time. */
static inline Four in_time(const double *history) {
    return (Four){history[3], history[2], history[1], history[0]};
}
#endif

#endif
