/* Kernels: sines of constant frequency in double, by rotation. In: the phase at sample 0 and the step, 2^64 a turn, a table
 * made once for the step, and the number of the first sample. Out: a strip.
 *
 * Products are rounded by themselves: where the phase is a whole number of half turns, both are the same number with
 * opposite signs, and the sine is 0, as of a sine that is computed. */
#define KN_ROUND_PRODUCTS
#include "strip.h"

/* Samples lie in blocks of 32 on the absolute grid. With a the phase in the middle of a block and d = j s, -16 <= j < 16,
 *
 *     sin(a + d) = sin a cos d + cos a sin d.
 *
 * The table has the 32 cosines, then the 32 sines, of d. */
enum { KN_SINE_BLOCK = 32, KN_SINE_HALF = 16 };
/* Of so many middles sines and cosines are computed at once; a strip may begin at the last sample of a block. */
enum { KN_SINES = 4, KN_SINE_BLOCKS = (KN_STRIP + 2 * KN_SINE_BLOCK - 2) / KN_SINE_BLOCK };

/* A phase within half a turn of 0, rounded once. No machine before AVX-512 converts 64-bit integers in vectors: the
 * halves become doubles as the low bits of 2^52. */
KN_FN double kn_turns_signed(uint64_t phase) {
    const uint64_t two_52 = UINT64_C(0x4330000000000000);
    const double high =
        kn_from_bits(((phase >> 32) ^ UINT64_C(0x80000000)) | two_52) - 4503601774854144.0;
    const double low = kn_from_bits((phase & UINT64_C(0xffffffff)) | two_52) - 4503599627370496.0;
    return high * 0x1p-32 + low * 0x1p-64;
}

/* To a quarter of a turn in integers, so that phases with the same sine have the same bits of it. */
KN_FN double kn_sine_of_phase(uint64_t phase) {
    const uint64_t half = (phase + (UINT64_C(1) << 62)) & UINT64_C(1) << 63;
    const double x = kn_turns_signed(phase - half);
    const double s = kn_sin_kernel(x * 6.2831853071795862, x * 2.4492935982947064e-16);
    return kn_from_bits(kn_bits(s) ^ half);
}

KN_FN double kn_cosine_of_phase(uint64_t phase) {
    return kn_sine_of_phase(phase + (UINT64_C(1) << 62));
}

KN_KERNEL(osc_table_d)(double *table, uint64_t s) {
    for (int j = 0; j < KN_SINE_BLOCK; j++) {
        const uint64_t d = ((uint64_t)j - KN_SINE_HALF) * s;
        table[j] = kn_cosine_of_phase(d);
        table[KN_SINE_BLOCK + j] = kn_sine_of_phase(d);
    }
}

/* Sines and cosines of the middles of four blocks. */
KN_FN void kn_sine_middles(double *sines, double *cosines, uint64_t a, uint64_t s) {
    for (int g = 0; g < KN_SINES; g++) {
        sines[g] = kn_sine_of_phase(a + (uint64_t)g * (KN_SINE_BLOCK * s));
        cosines[g] = kn_cosine_of_phase(a + (uint64_t)g * (KN_SINE_BLOCK * s));
    }
}

/* The sum of two rounded products may be a little more than 1, and is made less by as much; and no zero is below 0. */
#define KN_BELOW_1_WIDE (1.0 - 0x1p-51)

KN_KERNEL(osc_d)
(double *y, uint64_t start, uint64_t s, const double *table, int64_t n0, int n) {
    double sines[2 * KN_SINES], cosines[2 * KN_SINES];
    const int off = (int)(n0 & (KN_SINE_BLOCK - 1));
    const uint64_t a = start + s * (((uint64_t)n0 & ~(uint64_t)(KN_SINE_BLOCK - 1)) + KN_SINE_HALF);
    kn_sine_middles(sines, cosines, a, s);
    if (off + n > KN_SINES * KN_SINE_BLOCK)
        kn_sine_middles(sines + KN_SINES, cosines + KN_SINES, a + KN_SINES * KN_SINE_BLOCK * s, s);
    for (int i = -off, g = 0; i < n; i += KN_SINE_BLOCK, g++) {
        const double *const c = table, *const d = table + KN_SINE_BLOCK;
        const double sine = sines[g], cosine = cosines[g];
        const int from = i < 0 ? -i : 0, to = n - i < KN_SINE_BLOCK ? n - i : KN_SINE_BLOCK;
        double *const block = y + i;
        if (from == 0 && to == KN_SINE_BLOCK) {
            KN_INDEPENDENT
            for (int j = 0; j < KN_SINE_BLOCK; j++)
                block[j] = (sine * c[j] + cosine * d[j]) * KN_BELOW_1_WIDE + 0.0;
        } else {
            KN_INDEPENDENT
            for (int j = from; j < to; j++)
                block[j] = (sine * c[j] + cosine * d[j]) * KN_BELOW_1_WIDE + 0.0;
        }
    }
}
