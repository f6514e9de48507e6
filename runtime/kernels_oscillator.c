/* Kernels: sines of constant frequency by rotation, and sums of them. In: phase at sample 0 and step,
 * 2^64 a turn, a table made once for the step, and the number of the first sample. Out: a strip.
 *
 * Samples lie in blocks of 32 on the absolute grid. With a the phase in the middle of a block, between
 * its 16th and 17th sample, and d = (j + 1/2) s, j < 16,
 *
 *     sin(a + d) = sin a cos d + cos a sin d,   sin(a - d) = sin a cos d - cos a sin d:
 *
 * two products make two samples. Half a step is s >> 1 everywhere, which is off by 2^-65 turns at
 * most. The table has the 16 cosines, then the 16 sines, of d. */
#include "strip.h"

enum { BLOCK = 32, HALF = 16, MOST_BLOCKS = KERNEL_STRIP / BLOCK + 1 };

#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif
enum { ROWS = HALF / LANES };
typedef float Lanes __attribute__((vector_size(4 * LANES)));
typedef Lanes LooseLanes __attribute__((aligned(4), may_alias));

static inline Lanes load(const float *from) {
    return *(const LooseLanes *)from;
}

static inline void store(float *to, Lanes x) {
    *(LooseLanes *)to = x;
}

static inline Lanes reversed(Lanes x) {
#if LANES == 16
    return __builtin_shufflevector(x, x, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
#elif LANES == 8
    return __builtin_shufflevector(x, x, 7, 6, 5, 4, 3, 2, 1, 0);
#else
    return __builtin_shufflevector(x, x, 3, 2, 1, 0);
#endif
}

/* Sine and cosine of the upper 32 bits of a phase. Taken to the nearest quarter of a turn in
 * integers, an eighth is left, for which the polynomials of kn_sinturn_near hold. */
static inline void sine_and_cosine(uint32_t phase, float *sine, float *cosine) {
    const uint32_t q = (phase + 0x20000000u) >> 30;
    const float r = (float)(int32_t)(phase - (q << 30)) * 0x1p-32f, z = r * r;
    float p = ((-75.4456024f * z + 81.5937653f) * z - 41.34167099f) * z - 1.74845553e-07f;
    float c = ((59.22924423f * z - 85.4432373f) * z + 64.93932343f) * z - 19.73920822f;
    p = r * 6.28318548f + r * p;
    c = 1.0f + z * c;
    const float s1 = q & 1 ? c : p, c1 = q & 1 ? p : c;
    *sine = kn_from_bitsf(kn_bitsf(s1) ^ (q & 2) << 30);
    *cosine = kn_from_bitsf(kn_bitsf(c1) ^ ((q + 1) & 2) << 30);
}

DEFINE(osc_table)(float *table, uint64_t s) {
    for (int j = 0; j < HALF; j++) {
        const double x = kn_turns_around_wide((uint64_t)(2 * j + 1) * (s >> 1));
        table[j] = (float)kn_costurn(x);
        table[HALF + j] = (float)kn_sinturn(x);
    }
}

/* The phase in the middle of the block that sample n is in. */
static inline uint64_t middle(uint64_t start, uint64_t s, int64_t n) {
    const uint64_t first = (uint64_t)n & ~(uint64_t)(BLOCK - 1);
    return start + s * (first + HALF - 1) + (s >> 1);
}

/* Of the blocks that samples n0 to n0 + n - 1 touch, up to 8: sines and cosines of the middles. */
static inline void anchors(uint64_t start, uint64_t s, int64_t n0, float gain, float *sines,
                           float *cosines) {
    const uint64_t a = middle(start, s, n0);
    for (int g = 0; g < 8; g++) {
        sine_and_cosine((uint32_t)((a + (uint64_t)g * (BLOCK * s)) >> 32), &sines[g], &cosines[g]);
        sines[g] *= gain;
        cosines[g] *= gain;
    }
}

/* A block from its sums of sin a cos d and of cos a sin d. */
static inline void put_block(float *y, int row, Lanes even, Lanes odd) {
    store(y + HALF + row * LANES, even + odd);
    store(y + HALF - (row + 1) * LANES, reversed(even - odd));
}

/* Whole blocks go to y where the strip begins with one, else through a grid of their own. */
static inline void move_from_grid(float *y, const float *grid, int64_t n0, int n) {
    const int off = (int)(n0 & (BLOCK - 1));
    EACH(n) y[i] = grid[off + i];
}

static inline int blocks_of(int64_t n0, int n) {
    return ((int)(n0 & (BLOCK - 1)) + n + BLOCK - 1) / BLOCK;
}

/* A sum of two rounded products may be beyond the gain, by a bit: a sine of 1 would be clipped in a file of whole
 * numbers. So it is made less by as much, 1 - 2^-24. */
static const float below_one = 0.99999994f;

static inline void oscillate(float *y, uint64_t start, uint64_t s, const float *table, float gain,
                             int64_t n0, int n) {
    _Alignas(64) float grid[MOST_BLOCKS * BLOCK + HALF], sines[8], cosines[8];
    const int blocks = blocks_of(n0, n);
    const int direct = (n0 | n) % BLOCK == 0;
    float *const to = direct ? y : grid;
    anchors(start, s, n0, gain * below_one, sines, cosines);
    for (int g = 0; g < blocks; g++)
        for (int row = 0; row < ROWS; row++)
            put_block(to + g * BLOCK, row, sines[g] * load(table + row * LANES),
                      cosines[g] * load(table + HALF + row * LANES));
    if (!direct) move_from_grid(y, grid, n0, n);
}

DEFINE(osc_f)(float *y, uint64_t start, uint64_t s, const float *table, int64_t n0, int n) {
    oscillate(__builtin_assume_aligned(y, KERNEL_ALIGNMENT), start, s, table, 1.0f, n0, n);
}

DEFINE(osc_gain_f)
(float *y, uint64_t start, uint64_t s, const float *table, double k, int64_t n0, int n) {
    oscillate(__builtin_assume_aligned(y, KERNEL_ALIGNMENT), start, s, table, (float)k, n0, n);
}

/* ---- sums of partials ------------------------------------------------------------------------ */

/* So many are added up in float, and these sums in double. */
enum { CHUNK = 16 };
typedef struct Chunk {
    _Alignas(64) float sines[MOST_BLOCKS + 1][CHUNK], cosines[MOST_BLOCKS + 1][CHUNK];
} Chunk;

/* The anchors of up to 16 partials, times their gains. */
static inline void chunk_anchors(Chunk *chunk, int count, const uint64_t *start, const uint64_t *s,
                                 const float *gain, int64_t n0, int blocks) {
    uint64_t a[CHUNK] = {0}, step[CHUNK] = {0};
    float gains[CHUNK] = {0};
    for (int j = 0; j < count; j++) {
        a[j] = middle(start[j], s[j], n0);
        step[j] = BLOCK * s[j];
        gains[j] = gain[j];
    }
    for (int g = 0; g < blocks; g++)
        for (int j = 0; j < CHUNK; j++) {
            float sine, cosine;
            sine_and_cosine((uint32_t)(a[j] >> 32), &sine, &cosine);
            chunk->sines[g][j] = sine * gains[j];
            chunk->cosines[g][j] = cosine * gains[j];
            a[j] += step[j];
        }
}

/* Two blocks at once: every part of a table that is loaded is used twice, and the sums stay in
 * registers. */
static inline void add_chunk(float *grid, const Chunk *chunk, int count, const float *tables,
                             int blocks) {
    for (int g = 0; g < blocks; g += 2)
        for (int row = 0; row < ROWS; row++) {
            Lanes even1 = {0}, odd1 = {0}, even2 = {0}, odd2 = {0};
            for (int j = 0; j < count; j++) {
                const Lanes c = load(tables + j * BLOCK + row * LANES);
                const Lanes s = load(tables + j * BLOCK + HALF + row * LANES);
                even1 += chunk->sines[g][j] * c;
                odd1 += chunk->cosines[g][j] * s;
                even2 += chunk->sines[g + 1][j] * c;
                odd2 += chunk->cosines[g + 1][j] * s;
            }
            put_block(grid + g * BLOCK, row, even1, odd1);
            put_block(grid + (g + 1) * BLOCK, row, even2, odd2);
        }
}

DEFINE(partials_f)
(float *y, int count, const uint64_t *start, const uint64_t *s, const float *gain,
 const float *tables, int64_t n0, int n) {
    _Alignas(64) float grid[(MOST_BLOCKS + 1) * BLOCK];
    _Alignas(64) double sum[KERNEL_STRIP];
    const int blocks = blocks_of(n0, n);
    Chunk chunk;
    STRIP(y);
    EACH(n) sum[i] = 0;
    for (int from = 0; from < count; from += CHUNK) {
        const int size = count - from < CHUNK ? count - from : CHUNK;
        chunk_anchors(&chunk, size, start + from, s + from, gain + from, n0, blocks);
        add_chunk(grid, &chunk, size, tables + from * BLOCK, blocks);
        const float *part = grid + (n0 & (BLOCK - 1));
        EACH(n) sum[i] += (double)part[i];
    }
    EACH(n) y[i] = (float)sum[i];
}
