/* Kernels: sines of constant frequency by rotation, and sums of them. In: phase at sample 0 and step,
 * 2^64 a turn, a table made once for the step, and the number of the first sample. Out: a strip. */
#include "strip.h"

/* Samples lie in blocks of 32 on the absolute grid. With a the phase in the middle of a block, between
 * its 16th and 17th sample, and d = (j + 1/2) s, j < 16,
 *
 *     sin(a + d) = sin a cos d + cos a sin d,   sin(a - d) = sin a cos d - cos a sin d:
 *
 * two products make two samples. Half a step is s >> 1 everywhere, which is off by 2^-65 turns at
 * most. The table has the 16 cosines, then the 16 sines, of d. */
enum { KN_OSC_BLOCK = 32, KN_OSC_HALF = 16 };
/* The most that a strip can touch: it may begin at the last sample of one. */
enum { KN_OSC_BLOCKS = (KN_STRIP + 2 * KN_OSC_BLOCK - 2) / KN_OSC_BLOCK };

/* So many samples are computed at once. */
#if !defined(KN_VECTORS)
#define KN_LANES 1
#elif defined(__AVX512F__)
#define KN_LANES 16
#elif defined(__AVX2__)
#define KN_LANES 8
#else
#define KN_LANES 4
#endif

#ifdef KN_VECTORS
typedef float KnLanes __attribute__((vector_size(4 * KN_LANES)));
typedef float KnLanesAnywhere __attribute__((vector_size(4 * KN_LANES), aligned(4), may_alias));

KN_FN KnLanes kn_lanes_at(const float *from) {
    return *(const KnLanesAnywhere *)from;
}

KN_FN void kn_put_lanes(float *to, KnLanes x) {
    *(KnLanesAnywhere *)to = x;
}

KN_FN KnLanes kn_lanes_reversed(KnLanes x) {
#if KN_LANES == 16
    return __builtin_shufflevector(x, x, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
#elif KN_LANES == 8
    return __builtin_shufflevector(x, x, 7, 6, 5, 4, 3, 2, 1, 0);
#else
    return __builtin_shufflevector(x, x, 3, 2, 1, 0);
#endif
}
#else
typedef float KnLanes;

KN_FN KnLanes kn_lanes_at(const float *from) {
    return *from;
}

KN_FN void kn_put_lanes(float *to, KnLanes x) {
    *to = x;
}

KN_FN KnLanes kn_lanes_reversed(KnLanes x) {
    return x;
}
#endif

/* a x + b, in emitted C too rounded once where the machine does both in one step. */
KN_FN KnLanes kn_lanes_madd(float a, KnLanes x, KnLanes b) {
#if !defined(__FMA__) || !defined(KN_VECTORS)
    return a * x + b;
#elif KN_LANES == 16
    const KnLanes k = {a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a};
#ifdef __clang__
    return __builtin_ia32_vfmaddps512_mask(k, x, b, (unsigned short)0xffff, 4);
#else
    return __builtin_ia32_vfmaddps512_mask(k, x, b, (short)-1, 4);
#endif
#elif KN_LANES == 8
    return __builtin_ia32_vfmaddps256((KnLanes){a, a, a, a, a, a, a, a}, x, b);
#else
    return __builtin_ia32_vfmaddps((KnLanes){a, a, a, a}, x, b);
#endif
}

enum { KN_OSC_ROWS = KN_OSC_HALF / KN_LANES };

/* Sine and cosine of the upper 32 bits of a phase. Taken to the nearest quarter of a turn in
 * integers, an eighth is left, for which the polynomials of kn_sinturn_near hold. */
KN_FN void kn_sine_and_cosine(uint32_t phase, float *sine, float *cosine) {
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

KN_KERNEL(osc_table)(float *table, uint64_t s) {
    for (int j = 0; j < KN_OSC_HALF; j++) {
        const double x = kn_turns_around_wide((uint64_t)(2 * j + 1) * (s >> 1));
        table[j] = (float)kn_costurn(x);
        table[KN_OSC_HALF + j] = (float)kn_sinturn(x);
    }
}

/* The phase in the middle of the block that sample n is in. */
KN_FN uint64_t kn_osc_middle(uint64_t start, uint64_t s, int64_t n) {
    const uint64_t first = (uint64_t)n & ~(uint64_t)(KN_OSC_BLOCK - 1);
    return start + s * (first + KN_OSC_HALF - 1) + (s >> 1);
}

/* Of the blocks that samples n0 to n0 + n - 1 touch, up to 8: sines and cosines of the middles. */
KN_FN void kn_osc_anchors(uint64_t start, uint64_t s, int64_t n0, float gain, float *sines,
                          float *cosines) {
    const uint64_t a = kn_osc_middle(start, s, n0);
    for (int g = 0; g < 8; g++) {
        kn_sine_and_cosine((uint32_t)((a + (uint64_t)g * (KN_OSC_BLOCK * s)) >> 32), &sines[g],
                           &cosines[g]);
        sines[g] *= gain;
        cosines[g] *= gain;
    }
}

/* A block from its sums of sin a cos d and of cos a sin d. */
KN_FN void kn_osc_put(float *y, int row, KnLanes even, KnLanes odd) {
    kn_put_lanes(y + KN_OSC_HALF + row * KN_LANES, even + odd);
    kn_put_lanes(y + KN_OSC_HALF - (row + 1) * KN_LANES, kn_lanes_reversed(even - odd));
}

/* Whole blocks go to y where the strip begins with one, else through a grid of their own. */
KN_FN void kn_osc_move(float *y, const float *grid, int64_t n0, int n) {
    const int off = (int)(n0 & (KN_OSC_BLOCK - 1));
    KN_EACH(n) y[i] = grid[off + i];
}

KN_FN int kn_osc_blocks(int64_t n0, int n) {
    return ((int)(n0 & (KN_OSC_BLOCK - 1)) + n + KN_OSC_BLOCK - 1) / KN_OSC_BLOCK;
}

/* A sum of two rounded products may be beyond the gain, by a bit: a sine of 1 would be clipped in a file of whole
 * numbers. So it is made less by as much, 1 - 2^-24. */
#define KN_BELOW_1 0.99999994f

KN_FN void kn_oscillate(float *y, uint64_t start, uint64_t s, const float *table, float gain,
                        int64_t n0, int n) {
    KN_ALIGNED float grid[KN_OSC_BLOCKS * KN_OSC_BLOCK + KN_OSC_HALF], sines[8], cosines[8];
    const int blocks = kn_osc_blocks(n0, n);
    const int direct = (n0 | n) % KN_OSC_BLOCK == 0;
    float *const to = direct ? y : grid;
    kn_osc_anchors(start, s, n0, gain * KN_BELOW_1, sines, cosines);
    for (int g = 0; g < blocks; g++)
        for (int row = 0; row < KN_OSC_ROWS; row++)
            kn_osc_put(to + g * KN_OSC_BLOCK, row, sines[g] * kn_lanes_at(table + row * KN_LANES),
                       cosines[g] * kn_lanes_at(table + KN_OSC_HALF + row * KN_LANES));
    if (!direct) kn_osc_move(y, grid, n0, n);
}

KN_KERNEL(osc_f)(float *y, uint64_t start, uint64_t s, const float *table, int64_t n0, int n) {
    kn_oscillate(y, start, s, table, 1.0f, n0, n);
}

KN_KERNEL(osc_gain_f)
(float *y, uint64_t start, uint64_t s, const float *table, double k, int64_t n0, int n) {
    kn_oscillate(y, start, s, table, (float)k, n0, n);
}

/* ---- sums of partials ------------------------------------------------------------------------ */

/* The same in blocks of 64: there are half as many middles to compute, which is what sums of few samples each would
 * mostly wait for. A table has the 32 cosines, then the 32 sines, of (j + 1/2) s. */
enum { KN_SUM_BLOCK = 64, KN_SUM_HALF = 32 };
enum { KN_SUM_BLOCKS = (KN_STRIP + 2 * KN_SUM_BLOCK - 2) / KN_SUM_BLOCK };
/* Two rows of two blocks are summed at once, in registers: each part of a table that is loaded is used twice. */
enum { KN_SUM_ROWS = KN_SUM_HALF / KN_LANES, KN_SUM_ROOM = (KN_SUM_BLOCKS + 1) * KN_SUM_BLOCK };

KN_KERNEL(partials_table)(float *table, uint64_t s) {
    for (int j = 0; j < KN_SUM_HALF; j++) {
        const double x = kn_turns_around_wide((uint64_t)(2 * j + 1) * (s >> 1));
        table[j] = (float)kn_costurn(x);
        table[KN_SUM_HALF + j] = (float)kn_sinturn(x);
    }
}

/* So many are added up in float, two such sums are added in float, and these in double. */
enum { KN_CHUNK = 16 };
typedef struct {
    KN_ALIGNED float sines[KN_SUM_BLOCKS + 1][KN_CHUNK], cosines[KN_SUM_BLOCKS + 1][KN_CHUNK];
} KnChunk;

/* Of 16 partials sines and cosines of the middles of blocks, times their gains. */
KN_FN void kn_chunk_anchors(KnChunk *chunk, const uint64_t *start, const uint64_t *s,
                            const float *gain, int64_t n0, int blocks) {
    KN_ALIGNED uint32_t phase[KN_CHUNK];
    uint64_t middle = ((uint64_t)n0 & ~(uint64_t)(KN_SUM_BLOCK - 1)) + (KN_SUM_HALF - 1);
    for (int g = 0; g < blocks; g++, middle += KN_SUM_BLOCK) {
        KN_INDEPENDENT
        for (int j = 0; j < KN_CHUNK; j++)
            phase[j] = (uint32_t)((start[j] + s[j] * middle + (s[j] >> 1)) >> 32);
        KN_INDEPENDENT
        for (int j = 0; j < KN_CHUNK; j++) {
            float sine, cosine;
            kn_sine_and_cosine(phase[j], &sine, &cosine);
            chunk->sines[g][j] = sine * gain[j];
            chunk->cosines[g][j] = cosine * gain[j];
        }
    }
}

/* A row of a block from its sums of sin a cos d and of cos a sin d; `more`: to what is there. */
KN_INSIDE void kn_sum_put(float *y, int row, KnLanes even, KnLanes odd, int more) {
    float *const above = y + KN_SUM_HALF + row * KN_LANES;
    float *const below = y + KN_SUM_HALF - (row + 1) * KN_LANES;
    const KnLanes up = even + odd, down = kn_lanes_reversed(even - odd);
    kn_put_lanes(above, more ? kn_lanes_at(above) + up : up);
    kn_put_lanes(below, more ? kn_lanes_at(below) + down : down);
}

/* Block g of a chunk, and the one behind it where there are two. */
KN_INSIDE void kn_chunk_add(float *y, const KnChunk *chunk, int g, int count, const float *tables,
                            int two, int more) {
    const float *const sin1 = chunk->sines[g], *const cos1 = chunk->cosines[g];
    const float *const sin2 = chunk->sines[g + two], *const cos2 = chunk->cosines[g + two];
    for (int row = 0; row < KN_SUM_ROWS; row += 2) {
        KnLanes even1 = {0}, odd1 = {0}, even2 = {0}, odd2 = {0};
        KnLanes next_even1 = {0}, next_odd1 = {0}, next_even2 = {0}, next_odd2 = {0};
        for (int j = 0; j < count; j++) {
            const float *const c = tables + j * KN_SUM_BLOCK + row * KN_LANES;
            const float *const s = c + KN_SUM_HALF;
            even1 = kn_lanes_madd(sin1[j], kn_lanes_at(c), even1);
            odd1 = kn_lanes_madd(cos1[j], kn_lanes_at(s), odd1);
            next_even1 = kn_lanes_madd(sin1[j], kn_lanes_at(c + KN_LANES), next_even1);
            next_odd1 = kn_lanes_madd(cos1[j], kn_lanes_at(s + KN_LANES), next_odd1);
            if (!two) continue;
            even2 = kn_lanes_madd(sin2[j], kn_lanes_at(c), even2);
            odd2 = kn_lanes_madd(cos2[j], kn_lanes_at(s), odd2);
            next_even2 = kn_lanes_madd(sin2[j], kn_lanes_at(c + KN_LANES), next_even2);
            next_odd2 = kn_lanes_madd(cos2[j], kn_lanes_at(s + KN_LANES), next_odd2);
        }
        kn_sum_put(y, row, even1, odd1, more);
        kn_sum_put(y, row + 1, next_even1, next_odd1, more);
        if (!two) continue;
        kn_sum_put(y + KN_SUM_BLOCK, row, even2, odd2, more);
        kn_sum_put(y + KN_SUM_BLOCK, row + 1, next_even2, next_odd2, more);
    }
}

KN_INSIDE void kn_chunk_blocks(float *y, const KnChunk *chunk, int count, const float *tables,
                               int blocks, int more) {
    int g = 0;
    for (; g + 2 <= blocks; g += 2)
        kn_chunk_add(y + g * KN_SUM_BLOCK, chunk, g, count, tables, 1, more);
    if (g < blocks) kn_chunk_add(y + g * KN_SUM_BLOCK, chunk, g, count, tables, 0, more);
}

/* Up to 32 partials over whole blocks. */
KN_FN void kn_partials(float *y, int count, const uint64_t *start, const uint64_t *s,
                       const float *gain, const float *tables, int64_t n0, int blocks) {
    KnChunk chunk;
    const int first = count < KN_CHUNK ? count : KN_CHUNK;
    kn_chunk_anchors(&chunk, start, s, gain, n0, blocks);
    kn_chunk_blocks(y, &chunk, first, tables, blocks, 0);
    if (count <= first) return;
    kn_chunk_anchors(&chunk, start + first, s + first, gain + first, n0, blocks);
    kn_chunk_blocks(y, &chunk, count - first, tables + first * KN_SUM_BLOCK, blocks, 1);
}

KN_KERNEL(partials_f)
(float *y, int count, const uint64_t *start, const uint64_t *s, const float *gain,
 const float *tables, int64_t n0, int n) {
    KN_ALIGNED float grid[KN_SUM_ROOM];
    KN_ALIGNED double sum[KN_STRIP];
    const int off = (int)(n0 & (KN_SUM_BLOCK - 1)),
              blocks = (off + n + KN_SUM_BLOCK - 1) / KN_SUM_BLOCK;
    const float *const part = grid + off;
    KN_BUFFER(y);
    if (count <= 2 * KN_CHUNK && (off | n) % KN_SUM_BLOCK == 0) {
        kn_partials(y, count, start, s, gain, tables, n0, blocks);
        return;
    }
    for (int from = 0; from == 0 || from < count; from += 2 * KN_CHUNK) {
        const int size = count - from < 2 * KN_CHUNK ? count - from : 2 * KN_CHUNK;
        kn_partials(grid, size, start + from, s + from, gain + from, tables + from * KN_SUM_BLOCK,
                    n0, blocks);
        if (from == 0) {
            KN_EACH(n) sum[i] = (double)part[i];
        } else {
            KN_EACH(n) sum[i] += (double)part[i];
        }
    }
    KN_EACH(n) y[i] = (float)sum[i];
}
