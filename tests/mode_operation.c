/* Each row of ops.def keeps what it says: bounds hold what the reference computes, flags are true of it, and what is
 * called in C and as kernels is there and computes the same. One test an operation. */
#include "driver.h"
#include "../compiler/lower/lower.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES = 4000 };

const char *operation_name(int i) {
    return i + 1 < OP_COUNT ? op_info[i + 1].text : NULL;
}

static uint64_t seed = 1;

static double chance(void) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) * 0x1p-53;
}

/* Of all sizes and signs, often a whole number or 0. */
static double number(void) {
    double x = ldexp(2 * chance() - 1, (int)(chance() * 24) - 8);
    double kind = chance();
    return kind < 0.1 ? 0 : kind < 0.4 ? rint(x) : x;
}

static double between(double low, double high) {
    double kind = chance();
    if (low <= 0 && high >= 0 && kind < 0.1) return 0;
    return kind < 0.2 ? low : kind < 0.3 ? high : low + chance() * (high - low);
}

static bool same(double a, double b) {
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static bool is_whole(double x) {
    return !isfinite(x) || x == rint(x);
}

static bool close_to(double x, double y, double error) {
    if (isnan(x) || isnan(y)) return isnan(x) && isnan(y);
    return x == y || fabs(x - y) <= error * fmax(1, fabs(y));
}

/* ---- what the reference computes ---------------------------------------------------------------- */

static int inputs_of(Op op) {
    return op_info[op].inputs >= 0 ? op_info[op].inputs : 3;
}

static bool has_value(Op op) {
    const double in[3] = {0.25, 0.5, 0.75};
    return op_info[op].inputs != 0 && !isnan(op_evaluate(op, in, inputs_of(op)));
}

/* Params with random ends stand for its inputs. */
static bool holds_bounds(Op op) {
    Arena *arena = arena_create();
    Graph *g = graph_create(arena, 48000);
    NodeId in[3];
    double low[3], high[3], x[3];
    int n = inputs_of(op);
    for (int i = 0; i < n; i++) {
        double a = number(), b = number();
        low[i] = fmin(a, b);
        high[i] = fmax(a, b);
        ParamInfo param = {.name = "p", .min = low[i], .max = high[i]};
        VEC_PUSH(g->params, g->nparams, g->param_cap, param);
        in[i] = graph_node(g, OP_PARAM, 0, NULL, i);
    }
    IntervalMemo *memo = interval_memo_create();
    Interval range = graph_interval(g, memo, graph_node(g, op, n, in, 0));
    bool good = true;
    for (int k = 0; k < 20 && good; k++) {
        for (int i = 0; i < n; i++)
            x[i] = between(low[i], high[i]);
        double y = op_evaluate(op, x, n), slack = isfinite(y) ? 1e-12 * fabs(y) : 0;
        good = isnan(y) || (y >= range.low - slack && y <= range.high + slack) ||
               wrong("%.17g of %.17g, %.17g is not from %g to %g", y, x[0], x[n > 1], range.low,
                     range.high);
    }
    interval_memo_free(memo);
    graph_free(g);
    arena_free(arena);
    return good;
}

static bool hands_on(double y, const double *x, int n) {
    for (int i = 0; i < n; i++)
        if (fabs(y) == fabs(x[i])) return true;
    return isnan(y);
}

static bool holds_flags(Op op) {
    int flags = op_info[op].flags, n = inputs_of(op);
    double x[3] = {number(), number(), number()}, y = op_evaluate(op, x, n);
    double whole[3] = {rint(x[0]), rint(x[1]), rint(x[2])}, swapped[3] = {x[1], x[0], x[2]};
    double zero[3] = {0, 0, 0};
    if ((flags & OPF_COMMUTES) && !same(y, op_evaluate(op, swapped, n)))
        return wrong("%g, %g do not commute", x[0], x[1]);
    if ((flags & OPF_BOOL) && y != 0 && y != 1) return wrong("%g is no condition", y);
    if ((flags & OPF_WHOLE) && !is_whole(y)) return wrong("%g is not whole", y);
    if ((flags & OPF_WHOLE_OF_WHOLE) && op != OP_DIV && !is_whole(op_evaluate(op, whole, n)))
        return wrong("of whole %g, %g it is not whole", whole[0], whole[1]);
    if ((flags & OPF_ZERO_OF_ZERO) && op_evaluate(op, zero, n) != 0)
        return wrong("it is not 0 of 0");
    if ((flags & OPF_HANDS_ON) && !hands_on(y, x, n)) return wrong("%g is no input", y);
    return true;
}

/* Where an input moves by little it stays as it is, nearly always. */
static bool holds_steps(Op op) {
    int moved = 0, n = inputs_of(op);
    for (int k = 0; k < TRIES; k++) {
        double x[3] = {number() + 0.25 * chance(), number() + 0.25 * chance(), number()},
               near[3] = {x[0] + 1e-9, x[1], x[2]};
        moved += op_evaluate(op, x, n) != op_evaluate(op, near, n);
    }
    return moved < TRIES / 100 || wrong("it moves in %d of %d steps", moved, TRIES);
}

/* ---- functions in C, and kernels ----------------------------------------------------------------- */

/* The kernel of so many operands, for one sample. */
static const void *one_of(Op op, const char *ending) {
    char name[40];
    snprintf(name, sizeof name, "%s%s", op_info[op].text, ending);
    const int kernel = kernel_find(name);
    const void *f = kernel >= 0 ? kernels_of_one[kernel] : NULL;
    if (!f) wrong("there is no elementwise kernel %s", name);
    return f;
}

static bool has_kernel(Op op, const char *ending) {
    char name[40];
    snprintf(name, sizeof name, "%s%s", op_info[op].text, ending);
    return kernel_find(name) >= 0 || wrong("there is no kernel %s", name);
}

/* Numbers that float has, so that both are asked the same. What is just below a modulus may round to it, which is 0. */
static bool calls_the_same(Op op, const void *narrow, const void *wide) {
    double x[2] = {(double)(float)number(), (double)(float)number()};
    if (op == OP_BIT_AND) x[0] = rint(x[0]), x[1] = rint(x[1]);
    double y = op_evaluate(op, x, inputs_of(op)), d, f = y;
    if (inputs_of(op) == 1) {
        d = ((double (*)(double, int))(uintptr_t)wide)(x[0], 0);
        if (narrow) f = (double)((float (*)(float, int))(uintptr_t)narrow)((float)x[0], 0);
    } else {
        d = ((double (*)(double, double, int))(uintptr_t)wide)(x[0], x[1], 0);
        if (narrow)
            f = (double)((float (*)(float, float, int))(uintptr_t)narrow)((float)x[0], (float)x[1],
                                                                          0);
    }
    bool beyond = fabs(y) > 1e38 || (y != 0 && fabs(y) < 1e-37);
    if (op == OP_MOD && close_to(y, x[1], 1e-6)) f = f == 0 ? y : f;
    return (close_to(d, y, 1e-14) && (beyond || close_to(f, y, 1e-6))) ||
           wrong("of %.17g, %.17g it is %.17g, in C %.17g, in float %.9g", x[0], x[1], y, d, f);
}

static bool holds_form(Op op) {
    const OpInfo *info = &op_info[op];
    bool pair = info->inputs == 2, narrow = op != OP_BIT_AND; /* there are floats of all others */
    if (info->form == FORM_BY_HAND) return true;
    if (info->form == FORM_RUN || info->form == FORM_RUN_DT) return has_kernel(op, "");
    if ((info->flags & OPF_REDUCES) && !one_of(op, "_w_v")) return false;
    const void *wide = one_of(op, pair ? "_d_vv" : "_d_v"),
               *thin = narrow ? one_of(op, pair ? "_f_vv" : "_f_v") : NULL;
    bool good = wide && (thin || !narrow);
    for (int k = 0; k < TRIES && good; k++)
        good = calls_the_same(op, thin, wide);
    return good;
}

static bool holds_state(Op op) {
    const OpInfo *info = &op_info[op];
    char letters[16] = "";
    for (const StateField *f = info->state; f && f->type; f++) {
        if (strstr(letters, f->letter)) return wrong("two fields are called %s", f->letter);
        strcat(letters, f->letter);
    }
    if (info->state && !(info->flags & OPF_KEEPS)) return wrong("state, and nothing is kept");
    if ((info->flags & OPF_MEMORY) && !(info->because && info->in_short))
        return wrong("no words for why it remembers");
    return true;
}

bool run_operation(const Test *test) {
    Op op = 0;
    while (strcmp(op_info[op].text, test->name) != 0)
        op++;
    if (!holds_form(op) || !holds_state(op)) return false;
    if (!has_value(op)) return true;
    for (int k = 0; k < TRIES; k++)
        if (!holds_flags(op) || (k % 20 == 0 && !holds_bounds(op))) return false;
    return !(op_info[op].flags & OPF_STEPS) || op_info[op].flags & OPF_BOOL || holds_steps(op);
}
