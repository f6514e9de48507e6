/* Poles and zeros. In: a system by its states. Out: the eigenvalues of what of it can be reached and seen, and where it answers
 * nothing.
 *
 * What cannot be reached from the input or seen at the output is taken off by reflections (the staircase algorithm). Eigenvalues come
 * of the QR algorithm with Wilkinson's shifts, after one step each with the shifts 0, 1 and -1, which find roots that lie exactly there, as
 * those of delays and of the bilinear transform do, one by one and without the spread of multiple roots. Zeros are eigenvalues of the
 * system whose input is what makes the output 0. */
#include "measure/roots.h"

#include <math.h>
#include <stdlib.h>

/* Below these shares of the rest a number is what rounding left of 0. */
#ifdef __SIZEOF_FLOAT128__
static const Quad rounding = 1e-33, of_couplings = 1e-28, of_direct_parts = 1e-30,
                  of_exact_roots = 1e-26;
#else
static const Quad rounding = 1e-18L, of_couplings = 1e-16L, of_direct_parts = 1e-17L,
                  of_exact_roots = 1e-15L;
#endif

StateSpace *state_space_create(int n) {
    StateSpace *s = alloc_zeroed(1, sizeof *s);
    s->n = n;
    s->a = alloc_zeroed((size_t)n * (size_t)n + 1, sizeof *s->a);
    s->b = alloc_zeroed((size_t)n + 1, sizeof *s->b);
    s->c = alloc_zeroed((size_t)n + 1, sizeof *s->c);
    return s;
}

void state_space_free(StateSpace *s) {
    if (!s) return;
    free(s->a);
    free(s->b);
    free(s->c);
    free(s);
}

static Quad size_of(Quad x) {
    return x < 0 ? -x : x;
}

/* Newton's iteration from double's. */
static Quad root_of(Quad x) {
    if (!(x > 0)) return 0;
    Quad scale = 1;
    for (; x < (Quad)1e-280; x *= (Quad)1e80)
        scale *= (Quad)1e-40;
    Quad r = (Quad)sqrt((double)x);
    for (int i = 0; i < 3; i++)
        r = (r + x / r) / 2;
    return r * scale;
}

static Quad length_of(const Quad *x, int n) {
    Quad sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i] * x[i];
    return root_of(sum);
}

/* ---- what can be reached, and seen ------------------------------------------------------------------- */

/* The reflection that brings x, the coordinates from `first` on, onto its first one: v of length sqrt(2). False: x is as good as 0. */
static bool reflection_of(const Quad *x, int n, Quad least, Quad *v) {
    const Quad length = length_of(x, n);
    if (!(length > least)) return false;
    for (int i = 0; i < n; i++)
        v[i] = x[i] / length;
    v[0] += v[0] < 0 ? -1 : 1;
    const Quad scale = root_of(size_of(v[0]));
    for (int i = 0; i < n; i++)
        v[i] /= scale;
    return true;
}

/* x less v times its share of x; steps lie `stride` apart. */
static void reflect(Quad *x, int stride, const Quad *v, int n) {
    Quad share = 0;
    for (int i = 0; i < n; i++)
        share += x[i * stride] * v[i];
    for (int i = 0; i < n; i++)
        x[i * stride] -= share * v[i];
}

/* All of the system in reflected coordinates, from `first` on. */
static void turn(StateSpace *s, int stride, const Quad *v, int first) {
    const int n = s->n - first;
    for (int k = 0; k < s->n; k++)
        reflect(s->a + first * stride + k, stride, v, n);
    for (int k = 0; k < s->n; k++)
        reflect(s->a + k * stride + first, 1, v, n);
    reflect(s->b + first, 1, v, n);
    reflect(s->c + first, 1, v, n);
}

static Quad norm_of(const StateSpace *s) {
    Quad sum = 0;
    for (int i = 0; i < s->n * s->n; i++)
        sum += s->a[i] * s->a[i];
    return root_of(sum);
}

/* A smaller matrix in the memory of one with longer rows. */
static void shrink(StateSpace *s, int n) {
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++)
            s->a[i * n + k] = s->a[i * s->n + k];
    s->n = n;
}

/* Afterwards b has one number, A nothing below its first subdiagonal, and the input reaches all states. */
static void keep_reachable(StateSpace *s) {
    const int stride = s->n;
    const Quad least = of_couplings * (norm_of(s) + 1);
    Quad *x = alloc_room((size_t)stride + 1, sizeof *x),
         *v = alloc_room((size_t)stride + 1, sizeof *v);
    for (int first = 0; first < stride; first++) {
        for (int i = first; i < stride; i++)
            x[i - first] = first == 0 ? s->b[i] : s->a[i * stride + first - 1];
        if (!reflection_of(x, stride - first, first == 0 ? 0 : least, v)) {
            shrink(s, first);
            break;
        }
        turn(s, stride, v, first);
    }
    free(x);
    free(v);
}

/* What hears becomes what is heard. */
static void turn_over(StateSpace *s) {
    Quad *held = s->b;
    s->b = s->c;
    s->c = held;
    for (int i = 0; i < s->n; i++)
        for (int k = 0; k < i; k++) {
            const Quad x = s->a[i * s->n + k];
            s->a[i * s->n + k] = s->a[k * s->n + i];
            s->a[k * s->n + i] = x;
        }
}

/* ---- eigenvalues ---------------------------------------------------------------------------------------- */

typedef struct Pair { /* a complex number */
    Quad re, im;
} Pair;

static Pair times(Pair a, Pair b) {
    return (Pair){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
static Pair plus(Pair a, Pair b) {
    return (Pair){a.re + b.re, a.im + b.im};
}
static Pair minus(Pair a, Pair b) {
    return (Pair){a.re - b.re, a.im - b.im};
}
static Pair conjugate(Pair a) {
    return (Pair){a.re, -a.im};
}
static Quad length(Pair a) {
    return root_of(a.re * a.re + a.im * a.im);
}
static Pair square_root(Pair a) {
    const Quad size = length(a), re = root_of((size + a.re) / 2), im = root_of((size - a.re) / 2);
    return (Pair){re, a.im < 0 ? -im : im};
}

/* Rows, or columns, i and i + 1 of A - shift during a step, turned so that the subdiagonal is 0. */
typedef struct Turn {
    Pair c, s;
} Turn;

static Turn turn_away(Pair a, Pair b) {
    const Quad size = root_of(a.re * a.re + a.im * a.im + b.re * b.re + b.im * b.im);
    if (!(size > 0)) return (Turn){{1, 0}, {0, 0}};
    return (Turn){{a.re / size, -a.im / size}, {b.re / size, -b.im / size}};
}

/* H with nothing below the subdiagonal, n x n with rows `stride` apart: one step of QR on the block from `from` to `until`. */
static void step(Pair *h, int stride, int from, int until, Pair shift, Turn *turns) {
    for (int i = from; i < until; i++)
        h[i * stride + i] = minus(h[i * stride + i], shift);
    for (int i = from; i + 1 < until; i++) {
        Pair *upper = h + i * stride, *lower = upper + stride;
        const Turn t = turns[i] = turn_away(upper[i], lower[i]);
        for (int k = i; k < until; k++) {
            const Pair a = upper[k], b = lower[k];
            upper[k] = plus(times(t.c, a), times(t.s, b));
            lower[k] = minus(times(conjugate(t.c), b), times(conjugate(t.s), a));
        }
    }
    for (int i = from; i + 1 < until; i++) {
        const Turn t = turns[i];
        for (int k = from; k <= i + 1; k++) {
            const Pair a = h[k * stride + i], b = h[k * stride + i + 1];
            h[k * stride + i] = plus(times(conjugate(t.c), a), times(conjugate(t.s), b));
            h[k * stride + i + 1] = minus(times(t.c, b), times(t.s, a));
        }
    }
    for (int i = from; i < until; i++)
        h[i * stride + i] = plus(h[i * stride + i], shift);
}

/* The eigenvalue of the last two by two that is nearer to the last number. */
static Pair wilkinson(const Pair *h, int stride, int until) {
    const Pair *upper = h + (until - 2) * stride + until - 2, *lower = upper + stride;
    const Pair half = {(upper[0].re - lower[1].re) / 2, (upper[0].im - lower[1].im) / 2};
    const Pair root = square_root(plus(times(half, half), times(upper[1], lower[0])));
    const Pair one = plus(plus(lower[1], half), root), other = minus(plus(lower[1], half), root);
    return length(minus(one, lower[1])) < length(minus(other, lower[1])) ? one : other;
}

static bool is_small(const Pair *h, int stride, int row, Quad least) {
    return length(h[row * stride + row - 1]) <= least;
}

/* Where the block begins of which the last number is one. Against the whole of H: the diagonal of what is delayed is 0. */
static int block_above(Pair *h, int stride, int until, Quad norm) {
    int from = until - 1;
    while (from > 0 && !is_small(h, stride, from, rounding * norm))
        from--;
    if (from > 0) h[from * stride + from - 1] = (Pair){0, 0};
    return from;
}

/* One that lies exactly at 0, 1 or -1, if the last is such. What was found last is looked for first: of many at one place each is found
 * before other steps have moved the rest. */
static bool take_exact(Pair *h, int stride, int from, int until, Quad norm, Turn *turns, int *last,
                       Pair *root) {
    for (int i = 0; i < 3; i++) {
        const int shift = (*last + 1 + i) % 3 - 1;
        const Pair exact = {shift, 0};
        if (until - from > 1) {
            step(h, stride, from, until, exact, turns);
            if (!is_small(h, stride, until - 1, of_exact_roots * norm)) continue;
        }
        if (!(length(minus(h[(until - 1) * stride + until - 1], exact)) <= (Quad)1e-12)) continue;
        *root = exact;
        *last = shift;
        return true;
    }
    return false;
}

/* Of H, which is used up. Returns how many were found: all, unless something is no number. */
static int eigenvalues(Pair *h, int n, Pair *roots) {
    Turn *turns = alloc_room((size_t)n + 1, sizeof *turns);
    const int stride = n;
    int found = 0, last = 0;
    Quad norm = 0;
    for (int i = 0; i < n * n; i++)
        norm += h[i].re * h[i].re + h[i].im * h[i].im;
    norm = root_of(norm);
    while (n > 0) {
        bool done = take_exact(h, stride, block_above(h, stride, n, norm), n, norm, turns, &last,
                               &roots[found]);
        for (int tries = 0; !done && tries < 200; tries++) {
            const int from = block_above(h, stride, n, norm);
            if ((done = from == n - 1)) {
                roots[found] = h[(n - 1) * stride + n - 1];
                break;
            }
            Pair shift = wilkinson(h, stride, n);
            if (tries % 20 == 19) shift.re += length(h[(n - 1) * stride + n - 2]);
            step(h, stride, from, n, shift, turns);
        }
        if (!done) break;
        found++;
        n--;
    }
    free(turns);
    return found;
}

static int eigenvalues_of(const StateSpace *s, Pair *roots) {
    Pair *h = alloc_room((size_t)s->n * (size_t)s->n + 1, sizeof *h);
    for (int i = 0; i < s->n * s->n; i++)
        h[i] = (Pair){s->a[i], 0};
    const int n = eigenvalues(h, s->n, roots);
    free(h);
    return n;
}

/* ---- zeros ------------------------------------------------------------------------------------------------ */

/* Where nothing of the input is heard at once, the state that it drives alone becomes the input: what drives that is free. One
 * zero lies at infinity then. */
static void take_later_input(StateSpace *s) {
    const int n = s->n;
    Quad *v = alloc_room((size_t)n + 1, sizeof *v);
    if (reflection_of(s->b, n, 0, v)) turn(s, n, v, 0);
    free(v);
    s->d = s->c[0];
    for (int i = 1; i < n; i++) {
        s->b[i - 1] = s->a[i * n];
        s->c[i - 1] = s->c[i];
        for (int k = 1; k < n; k++)
            s->a[(i - 1) * (n - 1) + k - 1] = s->a[i * n + k];
    }
    s->n = n - 1;
}

static int zeros_of(StateSpace *s, Pair *roots) {
    while (s->n > 0) {
        const Quad through = length_of(s->b, s->n) * length_of(s->c, s->n);
        if (size_of(s->d) > of_direct_parts * (size_of(s->d) + through)) break;
        if (!(through > 0)) return 0; /* nothing is ever heard */
        take_later_input(s);
    }
    for (int i = 0; i < s->n; i++)
        for (int k = 0; k < s->n; k++)
            s->a[i * s->n + k] -= s->b[i] * s->c[k] / s->d;
    /* reflections once more, so that nothing stands below the subdiagonal */
    const int stride = s->n;
    Quad *x = alloc_room((size_t)stride + 1, sizeof *x),
         *v = alloc_room((size_t)stride + 1, sizeof *v);
    for (int first = 1; first < stride; first++) {
        for (int i = first; i < stride; i++)
            x[i - first] = s->a[i * stride + first - 1];
        if (reflection_of(x, stride - first, 0, v)) turn(s, stride, v, first);
    }
    free(x);
    free(v);
    return eigenvalues_of(s, roots);
}

/* ---- lists -------------------------------------------------------------------------------------------------- */

static double apart(Root a, Root b) {
    return hypot(a.re - b.re, a.im - b.im);
}

static int from_low_to_high(const void *a, const void *b) {
    const Root *x = a, *y = b;
    const double f = atan2(fabs(x->im), x->re), g = atan2(fabs(y->im), y->re);
    if (fabs(f - g) > 1e-9) return f < g ? -1 : 1;
    const double r = hypot(x->re, x->im), q = hypot(y->re, y->im);
    if (fabs(r - q) > 1e-9) return r < q ? -1 : 1;
    return x->im > y->im ? -1 : x->im < y->im;
}

enum { MOST_JOINED = 8 };

/* A root of n at one place comes out as n in a circle, whose radius is the n-th root of what rounding does. They are one again, in their
 * middle. */
static int join_multiple(Root *roots, int n) {
    for (int i = 0; i < n; i++)
        for (int size = n - i < MOST_JOINED ? n - i : MOST_JOINED; size > 1; size--) {
            const double within = 4 * pow(1e3 * (double)rounding, 1.0 / size);
            int near = 0, members[MOST_JOINED];
            Root middle = {0, 0, 0};
            for (int k = i; k < n && near < size; k++)
                if (apart(roots[i], roots[k]) <= 2 * within) members[near++] = k;
            if (near < size) continue;
            for (int m = 0; m < size; m++) {
                const Root *root = &roots[members[m]];
                middle.re += root->re * root->count;
                middle.im += root->im * root->count;
                middle.count += root->count;
            }
            middle.re /= middle.count;
            middle.im = fabs(middle.im / middle.count) < within ? 0 : middle.im / middle.count;
            for (int m = size - 1; m > 0; m--)
                roots[members[m]] = roots[--n];
            roots[i] = middle;
            break;
        }
    return n;
}

/* Those that were found to lie exactly at one place. */
static int join_equal(Root *roots, int n) {
    for (int i = 0; i < n; i++)
        for (int k = n - 1; k > i; k--)
            if (roots[i].re == roots[k].re && roots[i].im == roots[k].im) {
                roots[i].count += roots[k].count;
                roots[k] = roots[--n];
            }
    return n;
}

static Root *list_of(const Pair *pairs, int n, int *length) {
    Root *roots = alloc_room((size_t)n + 1, sizeof *roots);
    *length = 0;
    for (int i = 0; i < n; i++) {
        Root root = {(double)pairs[i].re, (double)pairs[i].im, 1};
        if (fabs(root.im) < 1e-14 * (1 + fabs(root.re))) root.im = 0;
        if (fabs(root.re) < 1e-14 * (1 + fabs(root.im))) root.re = 0;
        if (hypot(root.re, root.im) < 1e8)
            roots[(*length)++] = root; /* what is farther is at infinity */
    }
    *length = join_multiple(roots, join_equal(roots, *length));
    return roots;
}

/* Numbers that are computed in two ways are equal but for double's rounding. */
static void cancel(Roots *r) {
    for (int i = 0; i < r->npoles; i++)
        for (int k = 0; k < r->nzeros; k++) {
            if (!(apart(r->poles[i], r->zeros[k]) < 1e-12)) continue;
            const int n =
                r->poles[i].count < r->zeros[k].count ? r->poles[i].count : r->zeros[k].count;
            r->poles[i].count -= n;
            if ((r->zeros[k].count -= n) == 0) r->zeros[k--] = r->zeros[--r->nzeros];
            if (r->poles[i].count == 0) {
                r->poles[i--] = r->poles[--r->npoles];
                break;
            }
        }
}

Roots *roots_find(StateSpace *s) {
    Roots *r = alloc_zeroed(1, sizeof *r);
    Pair *pairs = alloc_room((size_t)s->n + 1, sizeof *pairs);
    for (int i = 0; i < 2; i++) {
        keep_reachable(s);
        turn_over(s);
    }
    turn_over(s);
    /* the second pass left A without anything below the subdiagonal in the other direction, which has the same eigenvalues */
    r->poles = list_of(pairs, eigenvalues_of(s, pairs), &r->npoles);
    turn_over(s);
    r->zeros = list_of(pairs, zeros_of(s, pairs), &r->nzeros);
    cancel(r);
    for (int i = 0; i < r->npoles; i++)
        r->order += r->poles[i].count;
    qsort(r->poles, (size_t)r->npoles, sizeof *r->poles, from_low_to_high);
    qsort(r->zeros, (size_t)r->nzeros, sizeof *r->zeros, from_low_to_high);
    free(pairs);
    return r;
}

void roots_free(Roots *r) {
    if (!r) return;
    free(r->poles);
    free(r->zeros);
    free(r);
}
