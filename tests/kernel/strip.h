/* What strip_test.c and its parts share: a case is the test of one row of runtime/kernels.def.
 *
 * A round is a strip of 128 samples with fresh inputs and numbers. In it a case says what each sample
 * may be, and runs its kernel over any piece of the strip. strip_test.c compares, for every set. */
#ifndef STRIP_H
#define STRIP_H

#include "../../runtime/math.h"
#include "../../runtime/noise.h"
#include "../../runtime/lattice.h"
#include "../../runtime/prologue.h"
#include "../../runtime/kernels.h"
#include "../../runtime/strip.h"

enum { STRIP_N = KERNEL_STRIP, STATE_BYTES = 65536 };

typedef struct Round {
    int number;
    void *in[8]; /* STRIP_N values each, by Case.in */
    double k[4];
    int64_t n0;
    uint64_t p, s;
    int shift;                 /* in elements: where memory of any alignment begins */
    unsigned char *extra;      /* memory that kernels only read, from Case.prepare */
    unsigned char *state;      /* as it is before sample 0 */
    unsigned char *want_state; /* for Case.want: begins as `state`, and is its own from then on */
} Round;

/* Samples from..from+n-1 of the round. */
typedef struct Run {
    const Round *q;
    const void *const *functions;
    int from, n;
    void *y[8];
    const void *in[8]; /* from `from` on, aligned, NaN in the padding */
    unsigned char *state;
} Run;

/* What a sample may be: one of so many values, all within an absolute error, or within the ulp that
 * the row of the kernel states. n = 0: anything. */
typedef struct Want {
    long double value[4];
    int n;
    long double within;
    int signless; /* zeros may have either sign */
} Want;

typedef struct Case {
    const char *out, *in; /* a letter a buffer: f float, d double, b int32_t */
    void (*run)(const Run *r);
    void (*want)(const Round *q, int i, int output, Want *w);
    void (*prepare)(Round *q); /* changes inputs and numbers, sets up extra and state */
    char domain[9];            /* of inputs and numbers, by letter: see draw() in strip_test.c */
    double most;               /* greatest magnitude, 0: any */
    int in_place;              /* y[0] may be any input of its type */
} Case;

extern Case cases[KERNELS];

uint64_t next_random(void);
double uniform(double low, double high);

static inline void accept_values(Want *w, const long double *values, size_t n) {
    for (size_t j = 0; j < n; j++)
        w->value[j] = values[j];
    w->n = (int)n;
}

#define ACCEPT(...)                                                                                \
    do {                                                                                           \
        const long double values_[] = {__VA_ARGS__};                                               \
        accept_values(w, values_, sizeof values_ / sizeof *values_);                               \
    } while (0)

/* Each case is entered where it is defined. */
#define CASE(name, ...)                                                                            \
    __attribute__((constructor)) static void enter_##name(void) {                                  \
        cases[KERNEL_##name] = (Case){__VA_ARGS__};                                                \
    }

/* The kernel of a set, with the type that its row gives it. */
#define KERNEL(name, arguments, cost, text)                                                        \
    typedef void fn_##name arguments;                                                              \
    static fn_##name *get_##name(const Run *r) __attribute__((unused));                            \
    static fn_##name *get_##name(const Run *r) {                                                   \
        return (fn_##name *)r->functions[KERNEL_##name];                                           \
    }
#include "../../runtime/kernels.def"
#undef KERNEL
#define CALL(name, ...) get_##name(r)(__VA_ARGS__)

#endif
