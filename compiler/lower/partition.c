/* Convolutions in partitions as calls of kernels. In: a FIR that plan/partition.c has chosen. Out: the calls that sum its first taps
 * as they stand, make the spectra of its signal, where no other has, and the products with those of its response; and of
 * the last of those whose sum alone is heard, the calls back to samples. The spectra of responses are data of the program. */
#include "lower/lower.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* As in runtime/kernels_partition.c. */
enum { EIGHTS = 8, ROOTS = 112, ROOT_ROW = 16, SHARE = PARTITION_DIRECT, SPECTRA_AT = 5 };

static int passes_of(int points) {
    int passes = 0;
    for (; points > 1; points /= EIGHTS)
        passes++;
    return passes;
}

/* ---- roots ----------------------------------------------------------------------------------------- */

static size_t roots_count(int passes) {
    size_t groups = 1, more = 1;
    for (int pass = 1; pass < passes; pass++, more *= EIGHTS)
        groups += more;
    return ROOTS * groups;
}

/* Of a residue mod x^m - e^(i angle), one of eight that a group has: what each row is turned by. */
static void make_roots(double *group, int which, double angle) {
    for (int r = 1; r < EIGHTS; r++) {
        group[ROOT_ROW * (r - 1) + which] = cos(angle * r / EIGHTS);
        group[ROOT_ROW * (r - 1) + EIGHTS + which] = sin(angle * r / EIGHTS);
    }
}

/* Of all passes, one behind the other. The first has the residue mod x^n - i alone. */
static double *make_all_roots(int passes) {
    double *roots = alloc_zeroed(roots_count(passes), sizeof *roots), *at = roots;
    double *angles = alloc_room((size_t)1 << (3 * passes), sizeof *angles);
    angles[0] = M_PI / 2;
    for (int pass = 0, n = 1; pass < passes; pass++, n *= EIGHTS) {
        for (int i = 0; i < n; i++)
            make_roots(at + ROOTS * (i / EIGHTS), i % EIGHTS, angles[i]);
        at += ROOTS * (n < EIGHTS ? 1 : n / EIGHTS);
        for (int i = n - 1; i >= 0; i--)
            for (int u = EIGHTS - 1; u >= 0; u--)
                angles[EIGHTS * i + u] = (angles[i] + 2 * M_PI * u) / EIGHTS;
    }
    free(angles);
    return roots;
}

/* Data of the program, as an argument of the last call. */
static void add_numbers(KernelEmitter *k, const char *format, int number, const double *numbers,
                        size_t n, bool wide) {
    void *data = kernel_own(k->data, (wide ? sizeof(double) : sizeof(float)) * n);
    if (wide) memcpy(data, numbers, sizeof(double) * n);
    for (size_t i = 0; i < n && !wide; i++)
        ((float *)data)[i] = (float)numbers[i];
    kernel_add_data(k, format, number, wide ? "double" : "float", data, (int)n);
}

/* For all passes that the program has, as an argument of the last call. */
static void add_roots(KernelEmitter *k, bool wide) {
    if (kernel_add_known_data(k, "roots%d", wide)) return;
    int most = 0;
    for (int i = 0; i < k->p->nspectra; i++)
        if (k->p->spectra[i].points > most) most = k->p->spectra[i].points;
    double *roots = make_all_roots(passes_of(most));
    add_numbers(k, "roots%d", wide, roots, roots_count(passes_of(most)), wide);
    free(roots);
}

/* ---- responses ------------------------------------------------------------------------------------- */

/* The spectrum of `points` samples, and of as many zeros behind them, is made by the kernel that makes those of signals: by the
 * same one whatever set runs the program. */
static void make_spectrum(double *state, const double *roots, const double *samples, int points,
                          double *chunks, int apart) {
    enum { ROOM = 1 + PARTITION_BETWEEN };
    void (*spectra)(double *own, const double *x, const double *roots, int points, int passes,
                    int room, int64_t n0, int n);
    const void *kernel = kernels_for(KERNELS_BASELINE)[KERNEL_spectra_d];
    const double nothing[SHARE] = {0};
    memcpy(&spectra, &kernel, sizeof spectra);
    for (int at = 0; at < 3 * points; at += SHARE)
        spectra(state, at < points ? samples + at : nothing, roots, points, passes_of(points), ROOM,
                points + at, SHARE);
    const double *made = state + SPECTRA_AT * points + 2 * 2 * SHARE;
    for (int i = 0; i < points / SHARE; i++)
        for (int j = 0; j < 2 * SHARE; j++)
            chunks[(size_t)i * (size_t)apart + (size_t)j] = made[2 * SHARE * ROOM * i + j] / points;
}

/* Of all partitions of a level: for each share of their points, those of one partition after those of the other. */
static double *make_response(KernelEmitter *k, const Convolution *c, int level) {
    const Table *table = node_table(k->g, &k->g->nodes[c->node]);
    const int points = partition_points(level), n = c->partitions[level];
    const int state = SPECTRA_AT + 2 * (1 + PARTITION_BETWEEN);
    double *response = alloc_room(2 * (size_t)points * (size_t)n, sizeof *response),
           *room = alloc_zeroed((size_t)(state + 1) * (size_t)points, sizeof *room),
           *samples = room + state * points, *roots = make_all_roots(passes_of(points));
    for (int i = 0; i < n; i++) {
        const int first = partition_first_tap(level) + points * i;
        budget_spend(points / SHARE);
        for (int j = 0; j < points; j++)
            samples[j] = first + j < table->n ? table->data[table->n - 1 - first - j] : 0;
        make_spectrum(room, roots, samples, points, response + 2 * SHARE * i, 2 * SHARE * n);
    }
    free(roots);
    free(room);
    return response;
}

static void add_response(KernelEmitter *k, const Convolution *c, int level) {
    const size_t n = 2 * (size_t)partition_points(level) * (size_t)c->partitions[level];
    const int number = ((k->g->nodes[c->node].aux - 1) * PARTITION_LEVELS + level) * 2 + c->wide;
    if (kernel_add_known_data(k, "response%d", number)) return;
    double *response = make_response(k, c, level);
    add_numbers(k, "response%d", number, response, n, c->wide);
    free(response);
}

/* ---- calls ----------------------------------------------------------------------------------------- */

static void add_strip(KernelEmitter *k) {
    strip_add_frame(&k->code, 0);
    strip_add_count(&k->code);
}

static void make_spectra(KernelEmitter *k, int number, int x) {
    const Spectra *s = &k->p->spectra[number];
    if (k->spectra_made[number]) return;
    k->spectra_made[number] = 1;
    strip_call(&k->code, s->wide ? KERNEL_spectra_d : KERNEL_spectra_f);
    kernel_add_field(k, "spectra", number);
    strip_add_buffer(&k->code, x);
    add_roots(k, s->wide);
    strip_add_integer(&k->code, s->points);
    strip_add_integer(&k->code, passes_of(s->points));
    strip_add_integer(&k->code, plan_room_for_spectra(s));
    add_strip(k);
}

/* The first taps, and what is no number for as long as all of them. */
static int first_taps(KernelEmitter *k, const Convolution *c, int x) {
    const Table *table = node_table(k->g, &k->g->nodes[c->node]);
    const int y = strip_buffer(&k->code, OF_DOUBLE);
    int size, count = emit_fir_window(k->e, &k->g->nodes[c->node], &size);
    strip_call(&k->code, KERNEL_convolve);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, x);
    kernel_add_field(k, "w", c->node);
    kernel_add_field(k, "g", c->node);
    strip_add_integer(&k->code, size);
    kernel_add_data(k, "head%d", k->g->nodes[c->node].aux - 1, "double",
                    table->data + table->n - count, count);
    strip_add_integer(&k->code, count);
    strip_add_count(&k->code);
    strip_call(&k->code, KERNEL_spoil);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, x);
    kernel_add_field(k, "until", c->node);
    strip_add_number(&k->code, c->wide ? DBL_MAX : (double)FLT_MAX);
    strip_add_integer(&k->code, table->n);
    add_strip(k);
    return y;
}

static int tails_number(const Convolution *c, int level) {
    return c->sum * PARTITION_LEVELS + level;
}

static void add_products(KernelEmitter *k, const Convolution *c, int level) {
    const Spectra *s = &k->p->spectra[c->spectra[level]];
    uint8_t *begun = &k->spectra_made[k->p->nspectra + tails_number(c, level)];
    strip_call(&k->code, c->wide ? KERNEL_products_d : KERNEL_products_f);
    kernel_add_field(k, "tails", tails_number(c, level));
    kernel_add_field(k, "spectra", c->spectra[level]);
    add_response(k, c, level);
    strip_add_integer(&k->code, s->points);
    strip_add_integer(&k->code, passes_of(s->points));
    strip_add_integer(&k->code, k->p->convolutions[c->sum].turn[level]);
    strip_add_integer(&k->code, plan_room_for_spectra(s));
    strip_add_integer(&k->code, c->partitions[level]);
    strip_add_integer(&k->code, *begun);
    add_strip(k);
    *begun = 1;
}

static void add_tails(KernelEmitter *k, const Convolution *c, int level, int y) {
    strip_call(&k->code, c->wide ? KERNEL_tails_d : KERNEL_tails_f);
    strip_add_buffer(&k->code, y);
    strip_add_buffer(&k->code, y);
    kernel_add_field(k, "tails", tails_number(c, level));
    add_roots(k, c->wide);
    strip_add_integer(&k->code, partition_points(level));
    strip_add_integer(&k->code, passes_of(partition_points(level)));
    strip_add_integer(&k->code, c->turn[level]);
    add_strip(k);
}

bool kernel_partitions(KernelEmitter *k, NodeId id) {
    const int number = k->p->convolution[id];
    if (number < 0) return false;
    const Convolution *c = &k->p->convolutions[number];
    const int x = kernel_buffer(k, k->g->nodes[id].in3[0], OF_DOUBLE);
    for (int i = 0; i < c->levels; i++)
        make_spectra(k, c->spectra[i], x);
    const int y = first_taps(k, c, x);
    for (int i = 0; i < c->levels; i++)
        add_products(k, c, i);
    for (int i = 0; i < c->sum_levels && c->sum == number; i++)
        add_tails(k, c, i, y);
    kernel_finish(k, id, y);
    return true;
}
