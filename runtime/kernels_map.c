/* Kernels: maps of a host's buffers. In: floats at any addresses, as many as there are, and numbers. Out: a float of each. Products are
 * rounded: a fused product and sum takes Zen 3 half a cycle more for each vector that is stored. */
#define KN_ROUND_PRODUCTS
#include "strip.h"

#ifdef KN_VECTORS
typedef float KnEightFloats __attribute__((vector_size(32), aligned(4), may_alias));

/* So many floats lie in no cache when they are read again: they pass by it, and what they would have pushed out stays. */
enum { KN_PAST_CACHES = 1 << 22, KN_FLOATS_AT_ONCE = 64 };

#define KN_EIGHT_AT(x)     (*(const KnEightFloats *)(x))
#define KN_PUT_EIGHT(y, v) (*(KnEightFloats *)(y) = (v))

/* All loads stand before all stores, so y may be x. */
KN_FN void kn_affine_row(float *y, const float *x, float gain, float offset) {
    KnEightFloats v[KN_FLOATS_AT_ONCE / 8];
    for (int k = 0; k < KN_FLOATS_AT_ONCE / 8; k++)
        v[k] = KN_EIGHT_AT(x + 8 * k);
    for (int k = 0; k < KN_FLOATS_AT_ONCE / 8; k++)
        KN_PUT_EIGHT(y + 8 * k, v[k] * gain + offset);
}

/* Of at least a row and eight floats. Rows begin where y is aligned, else each other store would meet two lines of the cache; what lies
 * before and behind them is eight floats each that overlap them, read before anything is stored. */
KN_FN void kn_affine_rows(float *y, const float *x, float gain, float offset, int64_t count) {
    const KnEightFloats head = KN_EIGHT_AT(x) * gain + offset,
                        tail = KN_EIGHT_AT(x + count - 8) * gain + offset;
    const int64_t first = (int64_t)(-((uintptr_t)y >> 2) & 7);
    int64_t i = first;
    for (; i + KN_FLOATS_AT_ONCE <= count; i += KN_FLOATS_AT_ONCE)
        kn_affine_row(y + i, x + i, gain, offset);
    for (; i + 8 <= count; i += 8)
        KN_PUT_EIGHT(y + i, KN_EIGHT_AT(x + i) * gain + offset);
    if (first > 0) KN_PUT_EIGHT(y, head);
    if (i < count) KN_PUT_EIGHT(y + count - 8, tail);
}
#endif

#if defined(KN_VECTORS) && defined(__SSE2__)
typedef float KnFourFloats __attribute__((vector_size(16)));
typedef float KnFourFloatsAnywhere __attribute__((vector_size(16), aligned(4), may_alias));

KN_FN void kn_put_past_caches(float *y, KnFourFloats x) {
#ifdef __clang__
    __builtin_nontemporal_store(x, (KnFourFloats *)(void *)y);
#else
    __builtin_ia32_movntps(y, x);
#endif
}

/* How many it computed. */
KN_FN int64_t kn_affine_streamed(float *y, const float *x, float gain, float offset,
                                 int64_t count) {
    int64_t i = 0;
    for (; ((uintptr_t)(y + i) & 63) != 0; i++)
        y[i] = x[i] * gain + offset;
    for (; i + 16 <= count; i += 16)
        for (int k = 0; k < 16; k += 4)
            kn_put_past_caches(y + i + k,
                               *(const KnFourFloatsAnywhere *)(x + i + k) * gain + offset);
    __builtin_ia32_sfence();
    return i;
}
#endif

KN_KERNEL(affine)(float *y, const float *x, double a, double b, int64_t count) {
    const float gain = (float)a, offset = (float)b;
    int64_t i = 0;
#if defined(KN_VECTORS) && defined(__SSE2__)
    if (count >= KN_PAST_CACHES && y != x) i = kn_affine_streamed(y, x, gain, offset, count);
#endif
#ifdef KN_VECTORS
    if (count - i >= KN_FLOATS_AT_ONCE + 8) {
        kn_affine_rows(y + i, x + i, gain, offset, count - i);
        return;
    }
#endif
    for (; i < count; i++)
        y[i] = x[i] * gain + offset;
}
