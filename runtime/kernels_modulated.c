/* Kernels: sines whose phase is modulated, the operators of FM. In: the phase of the first sample
 * and its step, a strip of modulation and its depth in turns. Out: a strip. */
#include "strip.h"

/* sin(2 pi x) for x = phase + k m. With q the multiple of 1/2 next to x, u = x - q is within 1/4, and
 * q's parity decides the sign. Adding and taking away 1.5 * 2^22 leaves twice q in the low bits. */
#define KN_HALF_MAGICF 6291456.0f

/* sin(2 pi u), |u| <= 0.2505: odd, degree 9, minimax of the relative error, 2.7e-8. */
KN_FN float kn_sine_quarter(float u) {
    const float z = u * u;
    float p = 40.7600708f;
    p = p * z - 76.7151871f;
    p = p * z + 81.6082153f;
    p = p * z - 41.3417625f;
    p = p * z + 6.28318548f;
    return u * p;
}

/* Within -1 and 1, for beyond 2^21 turns u is anything; NaN stays. One instruction each, where gcc
 * does not see that the limit is 1: of two constants it makes five. */
KN_FN float kn_within_1(float y, float one) {
    return kn_maxf(-one, kn_minf(one, y));
}

KN_FN float kn_hidden_1(void) {
    float one = 1.0f;
#if defined(__GNUC__) && defined(__x86_64__)
    __asm__("" : "+x"(one));
#elif defined(__GNUC__) && defined(__aarch64__)
    __asm__("" : "+w"(one));
#endif
    return one;
}

/* Depth in two floats: a depth of 8 turns rounded to one would be 1.5e-6 off. Fused, k m - q has one
 * rounding. Without fused operations it is done in double. */
#if defined(__FMA__) || defined(__aarch64__)
KN_FN float kn_modulatedf(int32_t high, double k, float m, float one) {
    const float k1 = (float)k, k2 = (float)(k - (double)k1);
    const float rest = k2 * m + (float)high * 0x1p-32f;
    const float t = fmaf(k1, m, rest) + KN_HALF_MAGICF, q = t - KN_HALF_MAGICF;
    const float u = fmaf(k1, m, -q) + rest;
    return kn_within_1(kn_sine_quarter(kn_from_bitsf(kn_bitsf(u) ^ kn_bitsf(t) << 31)), one);
}
#else
KN_FN float kn_modulatedf(int32_t high, double k, float m, float one) {
    const double x = (double)high * 0x1p-32 + k * (double)m;
    const double t = x * 2.0 + KN_MAGIC;
    const float u = (float)(x - (t - KN_MAGIC) * 0.5);
    return kn_within_1(kn_sine_quarter((float)kn_flip_if_odd((double)u, t)), one);
}
#endif

KN_FN float kn_modulated(int32_t high, double k, double m, float one) {
    const double x = (double)high * 0x1p-32 + k * m;
    const double t = x * 2.0 + KN_MAGIC;
    return kn_within_1(kn_sine_quarter((float)kn_flip_if_odd(x - (t - KN_MAGIC) * 0.5, t)), one);
}

#define KN_HIGH(p) ((int32_t)(uint32_t)((p) >> 32))

#define KN_OSC_PM(name, T, modulated)                                                              \
    KN_KERNEL(name)(float *y, uint64_t p, uint64_t s, double k, const T *m, int n) {               \
        const float one = kn_hidden_1();                                                           \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(m);                                                                              \
        KN_EACH(n) {                                                                               \
            y[i] = modulated(KN_HIGH(p), k, m[i], one);                                            \
            p += s;                                                                                \
        }                                                                                          \
    }

KN_OSC_PM(osc_pm_f, float, kn_modulatedf)
KN_OSC_PM(osc_pm_d, double, kn_modulated)

#define KN_OSC_PM_GAIN(name, T, modulated)                                                         \
    KN_KERNEL(name)                                                                                \
    (float *y, uint64_t p, uint64_t s, double k, const T *m, double g, int n) {                    \
        const float one = kn_hidden_1(), gain = (float)g;                                          \
        KN_BUFFER(y);                                                                              \
        KN_BUFFER(m);                                                                              \
        KN_EACH(n) {                                                                               \
            y[i] = gain * modulated(KN_HIGH(p), k, m[i], one);                                     \
            p += s;                                                                                \
        }                                                                                          \
    }

KN_OSC_PM_GAIN(osc_pm_gain_f, float, kn_modulatedf)
KN_OSC_PM_GAIN(osc_pm_gain_d, double, kn_modulated)

/* ---- by less than half a turn ------------------------------------------------------------------------- */

/* Then the modulation is a whole number of 2^-32 turns that is added to the phase, and only its sum goes round: what is left
 * of it after half turns is taken off in integers is within a quarter of a turn.
 *
 * sin(2 pi u), |u| <= 1/4, not above 1 for any u: the polynomial of kn_sine_quarter, less by 2^-24. */
KN_FN float kn_sine_of_integer(uint32_t phase) {
    const uint32_t half = (phase + 0x40000000u) & 0x80000000u;
    const float x = (float)(int32_t)(phase - half) * 0x1p-32f, z = x * x;
    float p = kn_maddf(40.760067f, z, -76.7151794f);
    p = kn_maddf(p, z, 81.6082077f);
    p = kn_maddf(p, z, -41.3417587f);
    p = kn_maddf(p, z, 6.28318501f);
    return kn_from_bitsf(kn_bitsf(x * p) ^ half);
}

KN_FN float kn_modulated_near(uint64_t p, float depth, float m) {
    return kn_sine_of_integer((uint32_t)(p >> 32) + (uint32_t)(int32_t)(m * depth));
}

KN_KERNEL(osc_pm_near_f)(float *y, uint64_t p, uint64_t s, double k, const float *m, int n) {
    const float depth = (float)(k * 0x1p32);
    KN_BUFFER(y);
    KN_BUFFER(m);
    KN_EACH(n) {
        y[i] = kn_modulated_near(p, depth, m[i]);
        p += s;
    }
}

KN_KERNEL(osc_pm_near_gain_f)
(float *y, uint64_t p, uint64_t s, double k, const float *m, double g, int n) {
    const float depth = (float)(k * 0x1p32), gain = (float)g;
    KN_BUFFER(y);
    KN_BUFFER(m);
    KN_EACH(n) {
        y[i] = gain * kn_modulated_near(p, depth, m[i]);
        p += s;
    }
}
