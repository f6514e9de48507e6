/* Every row of runtime/kernels.def, for every instruction set that the machine has: against the
 * scalar forms and long double to the error that the row states; every length; bits the same
 * wherever a strip is cut; nothing written beyond what may be; any alignment where that is promised.
 * A row without a case here fails.
 *
 * With TEXTS, the same of kernels as text of emitted C: TEXTS is TEXT(table) for each compiler that made of this
 * text functions for one instruction set, and then all bits must be the same; with LIBRARY those of its baseline
 * too. kernel_texts.sh runs that. */
#include "strip.h"
#include <float.h>
#include <stdio.h>
#include <stdlib.h>

enum { GUARD = 64, FULL = STRIP_N * 8, ROUNDS = 2 * (STRIP_N + 1) };

Case cases[KERNELS];
static uint64_t rng = 1;
static int passed, failed;

uint64_t next_random(void) {
    uint64_t z = (rng += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double uniform(double low, double high) {
    return low + (high - low) * ((double)(next_random() >> 11) * 0x1p-53);
}

#include "strip_elementwise.h"
#include "strip_sources.h"
#include "strip_past.h"
#include "strip_poles.h"
#include "strip_voices.h"
#include "strip_partition.h"

/* ---- inputs ---------------------------------------------------------------------------------- */

static size_t size_of(char type) {
    return type == 'd' ? 8 : 4;
}

/* clang-format off */
static const double special[] = {
    0, INFINITY, NAN, 1, 0.5, 2, 3, 0.25, 1e-30, 1e30, 1.5, 2.5, 0.75, 8388607.5, 8388609, 7, 20,
    0x1.fffffep-2, 0x1.fffffep-1, 0x1.000002p0, 88.5, 104, 10, 100, 0x1p-149, 0x1.8p-127, 0x1p-126,
    FLT_MAX, 0x1p31, 0x1p-25, 0.125, 4503599627370495.5, 0x1p-1074, 0x1.8p-1030, DBL_MAX, 709, 745,
    0x1.fffffffffffffp-2, 0x1.0000000000001p0, 0x1p52, 1e300,
};
/* clang-format on */

static double signed_randomly(double x) {
    return next_random() & 1 ? -x : x;
}

static double any(char type) {
    uint64_t u = next_random();
    switch (u % 6) {
    case 0: return signed_randomly(special[u / 6 % (sizeof special / sizeof *special)]);
    case 1: return type == 'f' ? (double)kn_from_bitsf((uint32_t)(u >> 16)) : kn_from_bits(u / 6);
    case 2: return floor(uniform(-40, 40));
    case 3: return signed_randomly(ldexp(uniform(1, 2), (int)floor(uniform(-20, 8))));
    default: return uniform(-4, 4);
    }
}

/* What the domains of cases mean. */
static double draw(char domain, char type) {
    double unit = type == 'd' ? 0x1p-52 : 0x1p-23;
    switch (domain) {
    case 'p': /* around multiples of pi / 2, or any */
        if (next_random() & 1)
            return 1.5707963267948966 * floor(uniform(-3000, 3000)) * (1 + uniform(-2, 2) * unit);
        return next_random() & 1 ? any(type) : uniform(-1e5, 1e5);
    case 'q': return next_random() & 1 ? floor(uniform(-99, 99)) / 4 : any(type);
    case 'w': return next_random() & 1 ? uniform(-1e8, 1e8) : any('f');
    case 'u': return next_random() & 3 ? uniform(-1, 1) : any(type);
    case 'h': return next_random() & 7 ? uniform(-0.5, 0.5) : floor(uniform(-4, 5)) / 8;
    case 'r': return next_random() & 1 ? uniform(-1.56, 1.56) : uniform(-0.1, 0.1) * uniform(0, 1);
    case 'x': return next_random() & 1 ? uniform(0, 3) : any(type);
    case 'g': return ldexp(uniform(1.001, 1.999), (int)floor(uniform(-120, 120)));
    case 'y': return next_random() & 1 ? uniform(-20, 20) : any(type);
    case 'b': /* whole numbers of all sizes, and what has no bits */
        if (next_random() % 16 == 0) return next_random() & 1 ? NAN : 0x1p53;
        return floor(uniform(-1, 1) * ldexp(1, (int)(next_random() % 54)));
    case 'i': return next_random() & 1 ? floor(uniform(0, 3)) : any(type);
    case 'l': /* straight lines of time: next to whole numbers */
        return floor(uniform(-20, 20)) + (next_random() & 1 ? uniform(-3e-9, 3e-9) : uniform(0, 1));
    case 'm':
        return next_random() & 1 ? floor(uniform(-9, 9)) + uniform(0.25, 0.5) : uniform(-9, 9);
    case 'n': return next_random() & 3 ? uniform(-9, 9) : any(type);
    case 's': return next_random() & 3 ? uniform(-3, 20) : any(type);
    case 'a': return uniform(-1, 1); /* audio */
    case 't': return uniform(-30, 30);
    default: return any(type);
    }
}

static double draw_within(const Case *c, int place, char type) {
    char domain = c->domain[place] ? c->domain[place] : place > 0 ? c->domain[0] : 0;
    double x;
    do {
        x = draw(domain, type);
        if (type == 'f') x = (double)(float)x;
    } while (c->most > 0 && isfinite(x) && fabs(x) > c->most);
    return x;
}

static void store(void *buffer, int i, char type, double x) {
    if (type == 'f') ((float *)buffer)[i] = (float)x;
    if (type == 'd') ((double *)buffer)[i] = x;
    if (type == 'b') ((int32_t *)buffer)[i] = x > 0;
}

static long double load(const void *buffer, int i, char type) {
    if (type == 'f') return (long double)((const float *)buffer)[i];
    return type == 'd' ? (long double)((const double *)buffer)[i]
                       : (long double)((const int32_t *)buffer)[i];
}

/* ---- what is tested -------------------------------------------------------------------------- */

typedef struct Subject {
    const char *name;
    const void *const *functions;
} Subject;

enum { SUBJECTS = 8 };
static Subject subjects[SUBJECTS];
static int nsubjects;

/* Have all subjects the same bits? */
#ifdef TEXTS
static const int same_bits = 1;
#define TEXT(table) extern const void *const table[KERNELS];
TEXTS
#undef TEXT
#else
static const int same_bits = 0;
#endif

static void add_subject(const char *name, const void *const *functions) {
    subjects[nsubjects++] = (Subject){name, functions};
}

static void find_subjects(void) {
#ifdef TEXTS
#define TEXT(table) add_subject(#table, table);
    TEXTS
#ifdef LIBRARY
    add_subject("library", kernels_for(KERNELS_BASELINE));
#endif
#else
    for (int set = 0; set < KERNEL_SETS; set++)
        if (kernels_usable((KernelSet)set))
            add_subject(kernels_set_name((KernelSet)set), kernels_for((KernelSet)set));
#endif
}

/* ---- a run of a kernel, with guards ---------------------------------------------------------- */

typedef struct Result {
    unsigned char y[8][FULL];
    unsigned char state[STATE_BYTES + 2 * GUARD];
} Result;

static _Alignas(64) unsigned char inputs[8][FULL];
static _Alignas(64) unsigned char pieces[8][FULL + GUARD], outputs[8][FULL + 2 * GUARD];

static int guards_hold(const Case *c, int n, const Result *out) {
    const unsigned char *after = out->state + GUARD + STATE_BYTES;
    for (int i = 0; i < GUARD; i++)
        if (out->state[i] != 0x5a || after[i] != 0x5a) return 0;
    int whole = (n + KERNEL_GROUP - 1) / KERNEL_GROUP * KERNEL_GROUP;
    for (int j = 0; c->out[j]; j++) {
        const unsigned char *y = outputs[j];
        for (int i = 0; i < GUARD; i++)
            if (y[i] != 0xa5 || y[GUARD + (size_t)whole * size_of(c->out[j]) + (size_t)i] != 0xa5)
                return 0;
    }
    return 1;
}

/* Samples from..from+n-1 into `out` at their places, y the same buffer as input `in_place`, -1: none; the state goes on in `out`. False: something
 * was written beyond the ends. */
static int run_piece(const Case *c, const Round *q, const Subject *subject, int from, int n,
                     int in_place, Result *out) {
    Run r = {.q = q, .functions = subject->functions, .from = from, .n = n};
    for (int j = 0; c->in[j]; j++) {
        size_t size = size_of(c->in[j]);
        memset(pieces[j], 0xff, sizeof pieces[j]); /* NaN, and no condition */
        memcpy(pieces[j], inputs[j] + (size_t)from * size, (size_t)n * size);
        r.in[j] = pieces[j];
    }
    for (int j = 0; c->out[j]; j++) {
        memset(outputs[j], 0xa5, sizeof outputs[j]);
        r.y[j] = outputs[j] + GUARD;
    }
    if (in_place >= 0) {
        memcpy(outputs[0] + GUARD, pieces[in_place], (size_t)n * size_of(c->in[in_place]));
        r.in[in_place] = outputs[0] + GUARD;
    }
    r.state = out->state + GUARD;
    c->run(&r);
    for (int j = 0; c->out[j]; j++) {
        size_t size = size_of(c->out[j]);
        memcpy(out->y[j] + (size_t)from * size, outputs[j] + GUARD, (size_t)n * size);
    }
    return guards_hold(c, n, out);
}

/* The bits, but that of NaN sign and payload are the machine's. */
static int same_values(const unsigned char *a, const unsigned char *b, int n, char type) {
    if (memcmp(a, b, (size_t)n * size_of(type)) == 0) return 1;
    for (int i = 0; i < n; i++) {
        const size_t at = (size_t)i * size_of(type);
        const long double x = load(a, i, type), y = load(b, i, type);
        if (memcmp(a + at, b + at, size_of(type)) != 0 && !(isnan(x) && isnan(y))) return 0;
    }
    return 1;
}

static int same(const Case *c, const Result *a, const Result *b, int n) {
    for (int j = 0; c->out[j]; j++)
        if (!same_values(a->y[j], b->y[j], n, c->out[j])) return 0;
    const char type = c->out[0] == 'f' ? 'f' : 'd'; /* other state compares as either */
    return n < STRIP_N ||
           same_values(a->state, b->state, (int)(sizeof a->state / size_of(type)), type);
}

/* ---- errors ---------------------------------------------------------------------------------- */

/* In ulp of the result, or as a part of the error allowed; 0 where it is what it should be. */
static double error_of(const Want *w, int j, long double got, char type, double limit) {
    long double want = w->value[j];
    if (want == UNKNOWN) return 0;
    if (isnan(want) || isnan(got)) return isnan(want) && isnan(got) ? 0 : INFINITY;
    if (w->within > 0 && isfinite(want)) return (double)(fabsl(got - want) / w->within);
    if (limit == 0 || want == 0 || isinf(want))
        return got == want && (w->signless || got != 0 || !signbit(got) == !signbit(want))
                   ? 0
                   : INFINITY;
    long double most = type == 'f' ? (long double)FLT_MAX : (long double)DBL_MAX;
    int bits = type == 'f' ? 24 : 53, low = type == 'f' ? -125 : -1021, e;
    if (isinf(got)) return fabsl(want) > most * (1 - ldexpl(1, -bits)) ? 0 : INFINITY;
    frexpl(want, &e);
    e = e < low ? low : e;
    return (double)(fabsl(got - want) / ldexpl(1, e - bits));
}

/* The limit that a row states: the number before "ulp". */
static double stated_ulp(const char *text) {
    const char *at = strstr(text, " ulp");
    if (!at) return 0;
    while (at > text && at[-1] != ' ')
        at--;
    return strtod(at, NULL);
}

typedef struct Worst {
    double ulp;
    int told;
} Worst;

static void tell(KernelId id, const Subject *subject, Worst *worst, const char *what, int n) {
    if (worst->told++ == 0)
        printf("FAIL %s (%s): %s, %d samples\n", kernels[id].name, subject->name, what, n);
}

static void compare(KernelId id, const Subject *subject, const Round *q, const Result *got,
                    const Want (*wants)[STRIP_N], Worst *worst) {
    const Case *c = &cases[id];
    double limit = stated_ulp(kernels[id].text);
    for (int o = 0; c->out[o]; o++)
        for (int i = 0; i < STRIP_N; i++) {
            const Want *w = &wants[o][i];
            long double y = load(got->y[o], i, c->out[o]);
            double least = w->n ? INFINITY : 0;
            for (int j = 0; j < w->n; j++)
                least = fmin(least, error_of(w, j, y, c->out[o], limit));
            if (least > worst->ulp) worst->ulp = least;
            if (least <= (w->within > 0 ? 1 : limit)) continue;
            tell(id, subject, worst, "wrong value", i);
            if (worst->told > 1) continue;
            printf("  round %d output %d: %.17Lg, want %.20Lg, %.3g off; inputs", q->number, o, y,
                   w->value[0], least);
            for (int j = 0; c->in[j]; j++)
                printf(" %.17Lg", load(inputs[j], i, c->in[j]));
            printf(" numbers %.17g %.17g p %llx s %llx\n", q->k[0], q->k[1],
                   (unsigned long long)q->p, (unsigned long long)q->s);
        }
}

/* ---- rounds ---------------------------------------------------------------------------------- */

/* Some rounds have inputs that are held, and one of them a last sample that is another. */
static void hold(const Round *q, void *input, char type) {
    if (q->number % 5 != 3) return;
    const int n = q->number % 10 == 3 ? STRIP_N : STRIP_N - 1;
    const double x = (double)load(input, 0, type);
    for (int i = 1; i < n; i++)
        store(input, i, type, x);
}

static void fill_round(const Case *c, Round *q) {
    static const uint64_t steps[] = {0, 1, UINT64_MAX, UINT64_C(1) << 63, UINT64_C(1) << 60};
    int ins = (int)strlen(c->in);
    for (int j = 0; j < ins; j++) {
        q->in[j] = inputs[j];
        for (int i = 0; i < STRIP_N; i++)
            store(inputs[j], i, c->in[j], draw_within(c, j, c->in[j]));
        hold(q, inputs[j], c->in[j]);
    }
    for (int j = 0; j < 4; j++)
        q->k[j] = draw_within(c, ins + j < 4 ? ins + j : 3, 'd');
    q->shift = q->number % 16;
    q->n0 = (int64_t)(next_random() >> (next_random() % 40 + 24));
    q->p = next_random();
    q->s = q->number % 8 ? next_random() >> (q->number % 5 * 3) : steps[q->number / 8 % 5];
    memset(q->state, 0x5a, GUARD);
    memset(q->state + GUARD, 0, STATE_BYTES);
    memset(q->state + GUARD + STATE_BYTES, 0x5a, GUARD);
    if (c->prepare) c->prepare(q);
}

static void check_cuts(KernelId id, const Subject *subject, const Round *q, const Result *whole,
                       Worst *worst) {
    static Result pieced;
    const Case *c = &cases[id];
    int n = q->number * 37 % (STRIP_N + 1), at = 0; /* all lengths in 129 rounds */
    memcpy(pieced.state, q->state, sizeof pieced.state);
    if (!run_piece(c, q, subject, 0, n, -1, &pieced)) tell(id, subject, worst, "writes too far", n);
    if (!same(c, whole, &pieced, n)) tell(id, subject, worst, "differs when shorter", n);
    memcpy(pieced.state, q->state, sizeof pieced.state);
    while (at < STRIP_N) {
        int piece = next_random() % 4 ? (int)(next_random() % 20) : (int)(next_random() % 129);
        piece = piece < STRIP_N - at ? piece : STRIP_N - at;
        if (!run_piece(c, q, subject, at, piece, -1, &pieced))
            tell(id, subject, worst, "writes too far", piece);
        at += piece;
    }
    if (!same(c, whole, &pieced, STRIP_N)) tell(id, subject, worst, "differs when cut", n);
    for (int j = 0; c->in_place && c->in[j]; j++) {
        if (c->in[j] != c->out[0]) continue;
        memcpy(pieced.state, q->state, sizeof pieced.state);
        run_piece(c, q, subject, 0, STRIP_N, j, &pieced);
        if (!same(c, whole, &pieced, STRIP_N)) tell(id, subject, worst, "differs in place", j);
    }
}

static void test_kernel(KernelId id, int rounds) {
    static Want wants[8][STRIP_N];
    static Result whole, first;
    static unsigned char state[STATE_BYTES + 2 * GUARD], scratch[STATE_BYTES];
    const Case *c = &cases[id];
    Worst worst[SUBJECTS] = {{0, 0}};
    if (!c->run) {
        printf("FAIL %s has no test\n", kernels[id].name);
        failed++;
        return;
    }
    for (int number = 0; number < rounds; number++) {
        Round q = {.number = number, .state = state, .want_state = scratch};
        fill_round(c, &q);
        memcpy(scratch, state + GUARD, STATE_BYTES);
        memset(wants, 0, sizeof wants);
        for (int i = 0; i < STRIP_N; i++)
            for (int o = 0; c->out[o]; o++)
                c->want(&q, i, o, &wants[o][i]);
        for (int k = 0; k < nsubjects; k++) {
            const Subject *subject = &subjects[k];
            memcpy(whole.state, state, sizeof state);
            if (!run_piece(c, &q, subject, 0, STRIP_N, -1, &whole))
                tell(id, subject, &worst[k], "writes too far", STRIP_N);
            compare(id, subject, &q, &whole, (const Want(*)[STRIP_N])wants, &worst[k]);
            check_cuts(id, subject, &q, &whole, &worst[k]);
            if (k == 0) first = whole;
            if (same_bits && !same(c, &first, &whole, STRIP_N))
                tell(id, subject, &worst[k], "other bits than the first", STRIP_N);
        }
    }
    int bad = 0;
    double ulp = 0;
    for (int k = 0; k < nsubjects; k++) {
        bad += worst[k].told;
        ulp = fmax(ulp, worst[k].ulp);
    }
    passed += !bad;
    failed += !!bad;
    if (!bad) printf("ok %s %.2f\n", kernels[id].name, ulp);
}

static void check(const char *name, int ok) {
    printf("%s %s\n", ok ? "ok" : "FAIL", name);
    passed += ok;
    failed += !ok;
}

/* Sines next to their peaks are an ulp above 1 where an operation is fused carelessly. */
static int stays_within_1(const Run *r, KernelId id, double quarter) {
    typedef void Sine(void *y, const void *x, int n);
    const char *name = kernels[id].name;
    const int from_float = strstr(name, "_f_") != NULL, to_double = strstr(name, "_d_") != NULL;
    for (int round = 0; round < 2000; round++) {
        for (int i = 0; i < STRIP_N; i++) {
            double x = quarter * floor(uniform(-2, 3)) + ldexp(uniform(-1, 1), -round % 30);
            store(pieces[0], i, from_float ? 'f' : 'd', x);
        }
        ((Sine *)r->functions[id])(outputs[0], pieces[0], STRIP_N);
        for (int i = 0; i < STRIP_N; i++)
            if (fabsl(load(outputs[0], i, to_double ? 'd' : 'f')) > 1) return 0;
    }
    return 1;
}

static void test_peaks(void) {
    static const char *const names[] = {"sin_f_v",     "cos_f_v",     "sin_d_v",     "cos_d_v",
                                        "sin_w_v",     "cos_w_v",     "sinturn_f_v", "costurn_f_v",
                                        "sinturn_d_v", "costurn_d_v", "sinturn_w_v", "costurn_w_v"};
    for (int k = 0; k < nsubjects; k++) {
        Run r = {.functions = subjects[k].functions};
        int within = 1;
        for (int j = 0; j < (int)(sizeof names / sizeof *names); j++)
            within &= stays_within_1(&r, (KernelId)kernel_find(names[j]),
                                     strstr(names[j], "turn") ? 0.25 : 1.5707963267948966);
        printf("%s: ", subjects[k].name);
        check("sines stay within 1", within);
    }
}

static void test_names(void) {
    int found = 1;
    for (int id = 0; id < KERNELS; id++)
        found &= kernel_find(kernels[id].name) == id;
    check("every kernel is found by its name", found);
    check("others are not", kernel_find("") == -1 && kernel_find("add") == -1 &&
                                kernel_find("zzz") == -1 && kernel_find("add_f_vvv") == -1);
    int sets = kernels_set_named("mmx") == KERNEL_SETS &&
               kernels_set_named("none") == KERNEL_SETS &&
               kernels_set_named("baseline") == KERNELS_BASELINE;
    for (int set = 0; set < KERNEL_SETS; set++)
        sets &= kernels_set_named(kernels_set_name((KernelSet)set)) == (KernelSet)set;
    check("sets have names", sets && kernels_usable(KERNELS_BASELINE) &&
                                 kernels_usable(kernels_best()) && kernels_for(kernels_best()));
}

/* strip_test [name of a kernel, or a part of it] [rounds] */
int main(int argc, char **argv) {
    int rounds = argc > 2 ? atoi(argv[2]) : ROUNDS;
    find_subjects();
    for (int id = 0; id < KERNELS; id++)
        if ((argc < 2 || strstr(kernels[id].name, argv[1])) && subjects[0].functions[id])
            test_kernel((KernelId)id, rounds);
    if (!same_bits) test_names();
    if (!same_bits) test_peaks();
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
