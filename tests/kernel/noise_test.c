/* Whether runtime/noise.h is white, independent between seeds, and one function in all its forms.
 * Statistics are held to 5.5 standard deviations of what true randomness would give: with the few
 * ten thousand statistics taken here, by chance one in a thousand sets of constants would fail. */
#include "../../runtime/math.h"
#include "../../runtime/noise.h"
#include <stdio.h>

enum { N = 1 << 20, SHORT = 1 << 14, LAGS = 64, SEEDS = 17, FFT = 1024 };

static const double SIGMAS = 5.5;
static float x[N];
static float stream[SEEDS][SHORT + LAGS];
static int passed, failed;

static void check(const char *name, int ok, double worst) {
    printf("%s %s: %.3g\n", ok ? "ok" : "FAIL", name, worst);
    passed += ok;
    failed += !ok;
}

static double max(double a, double b) {
    return a > b ? a : b;
}

/* Correlation of two runs of n values of variance 1/3, in standard deviations. */
static double correlation(const float *a, const float *b, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += (double)a[i] * (double)b[i];
    return fabs(sum * 3 / sqrt(n));
}

static void moments(const char *name, const float *v, int n) {
    double sum = 0, square = 0, low = 1, high = -1;
    for (int i = 0; i < n; i++) {
        double d = (double)v[i];
        sum += d;
        square += d * d;
        low = d < low ? d : low;
        high = d > high ? d : high;
    }
    char text[80];
    snprintf(text, sizeof text, "%s mean, sigmas", name);
    double mean = fabs(sum) * sqrt(3.0 / n);
    check(text, mean < SIGMAS, mean);
    snprintf(text, sizeof text, "%s variance, sigmas", name);
    double var = fabs(square / n - 1.0 / 3) / sqrt(4.0 / 45 / n);
    check(text, var < SIGMAS, var);
    snprintf(text, sizeof text, "%s range [-1, 1) filled, gap", name);
    check(text, low >= -1 && high < 1 && low < -0.9999 && high > 0.9999, max(low + 1, 1 - high));
}

static void autocorrelation(const char *name, const float *v, int n) {
    double worst = 0;
    for (int lag = 1; lag <= LAGS; lag++)
        worst = max(worst, correlation(v, v + lag, n - lag));
    char text[80];
    snprintf(text, sizeof text, "%s autocorrelation at lags 1 to 64, sigmas", name);
    check(text, worst < SIGMAS, worst);
}

/* In place, n a power of two. */
static void fft(double *re, double *im, int n) {
    for (int i = 1, j = 0; i < n; i++) {
        int bit = n >> 1;
        for (; j & bit; bit >>= 1)
            j ^= bit;
        j ^= bit;
        if (i < j) {
            double t = re[i];
            re[i] = re[j];
            re[j] = t;
            t = im[i];
            im[i] = im[j];
            im[j] = t;
        }
    }
    for (int half = 1; half < n; half *= 2)
        for (int k = 0; k < half; k++) {
            double c = cos(3.14159265358979323846 * k / half);
            double s = -sin(3.14159265358979323846 * k / half);
            for (int i = k; i < n; i += 2 * half) {
                double a = re[i + half] * c - im[i + half] * s;
                double b = re[i + half] * s + im[i + half] * c;
                re[i + half] = re[i] - a;
                im[i + half] = im[i] - b;
                re[i] += a;
                im[i] += b;
            }
        }
}

static void spectrum(void) {
    static double re[FFT], im[FFT], power[FFT / 2];
    int blocks = N / FFT;
    for (int b = 0; b < blocks; b++) {
        for (int i = 0; i < FFT; i++) {
            re[i] = (double)x[b * FFT + i];
            im[i] = 0;
        }
        fft(re, im, FFT);
        for (int i = 1; i < FFT / 2; i++)
            power[i] += (re[i] * re[i] + im[i] * im[i]) * 3 / FFT / blocks;
    }
    double worst = 0, logs = 0, sum = 0;
    for (int i = 1; i < FFT / 2; i++) {
        worst = max(worst, fabs(power[i] - 1) * sqrt(blocks));
        logs += log(power[i]);
        sum += power[i];
    }
    double bins = FFT / 2 - 1, flat = exp(logs / bins) / (sum / bins);
    check("spectrum, each of 511 bins, sigmas", worst < SIGMAS, worst);
    check("spectral flatness (geometric by arithmetic mean)", flat > 0.999, flat);
}

static void seeds(void) {
    double worst = 0, shuffled = 0;
    for (int s = 0; s < SEEDS; s++)
        for (int k = 0; k < SHORT + LAGS; k++)
            stream[s][k] = kn_noise_at(kn_seed(s), k);
    for (int a = 0; a < SEEDS; a++)
        for (int b = 0; b < SEEDS; b++)
            for (int lag = 0; a != b && lag <= LAGS; lag++)
                worst = max(worst, correlation(stream[a], stream[b] + lag, SHORT));
    check("seeds 0 to 16 against each other at lags 0 to 64, sigmas", worst < SIGMAS, worst);
    for (int s = 1; s < SEEDS; s++)
        for (int flip = 0; flip < 256; flip++) {
            double sum = 0;
            for (int k = 0; k < SHORT; k++)
                sum += (double)stream[0][k] * (double)stream[s][k ^ flip];
            shuffled = max(shuffled, fabs(sum * 3 / sqrt(SHORT)));
        }
    check("seeds against a permuted seed 0, sigmas", shuffled < SIGMAS, shuffled);
    check("seeds 0.5, 1, -1, 1e-300 differ",
          kn_seed(0.5) != kn_seed(1) && kn_seed(1) != kn_seed(-1) && kn_seed(1e-300) != kn_seed(0),
          0);
    check("seeds 0 and -0 are one", kn_seed(0.0) == kn_seed(-0.0), 0);
}

/* Far apart, in steps, and across the halves of the 64-bit integer. */
static void distances(void) {
    static float a[SHORT], b[SHORT];
    uint32_t seed = kn_seed(7);
    double worst = 0;
    for (int shift = 0; shift < 63; shift++) {
        for (int k = 0; k < SHORT; k++) {
            a[k] = kn_noise_at(seed, k);
            b[k] = kn_noise_at(seed, (int64_t)((uint64_t)k + ((uint64_t)1 << shift)));
        }
        if (shift >= 14) worst = max(worst, correlation(a, b, SHORT));
    }
    check("k against k + 2^14 to k + 2^62, sigmas", worst < SIGMAS, worst);
    worst = 0;
    for (int k = 0; k < SHORT; k++)
        b[k] = kn_noise_at(seed, k + 0x100000000);
    for (int lag = 0; lag < LAGS; lag++)
        worst = max(
            worst, max(correlation(a, b + lag, SHORT - lag), correlation(a + lag, b, SHORT - lag)));
    check("k against k + 2^32 at lags -64 to 64, sigmas", worst < SIGMAS, worst);
    worst = 0;
    for (int shift = 0; shift < 49; shift++) {
        for (int k = 0; k < SHORT; k++)
            a[k] = kn_noise_at(seed, (int64_t)k << shift);
        for (int lag = 1; lag <= 16; lag++)
            worst = max(worst, correlation(a, a + lag, SHORT - lag));
    }
    check("autocorrelation in steps of 2^0 to 2^48, sigmas", worst < SIGMAS, worst);
}

static void bits(void) {
    double worst = 0, pairs = 0, flips = 0, squares = 0;
    static int ones[24], both[24][24], bytes[256];
    uint32_t seed = kn_seed(1);
    for (int k = 0; k < N; k++) {
        uint32_t h = kn_random(seed, (uint32_t)k, 0) >> 8;
        bytes[h >> 16]++;
        for (int i = 0; i < 24; i++) {
            ones[i] += h >> i & 1;
            for (int j = 0; j < i; j++)
                both[i][j] += (h >> i ^ h >> j) & 1;
        }
    }
    for (int i = 0; i < 24; i++) {
        worst = max(worst, fabs(ones[i] - N / 2.0) / sqrt(N / 4.0));
        for (int j = 0; j < i; j++)
            pairs = max(pairs, fabs(both[i][j] - N / 2.0) / sqrt(N / 4.0));
    }
    check("balance of each bit, sigmas", worst < SIGMAS, worst);
    check("each pair of bits, sigmas", pairs < SIGMAS, pairs);
    for (int i = 0; i < 256; i++)
        squares += (bytes[i] - N / 256.0) * (bytes[i] - N / 256.0) / (N / 256.0);
    squares = fabs(squares - 255) / sqrt(2 * 255.0);
    check("chi-square of the highest byte, sigmas", squares < SIGMAS, squares);
    for (int in = 0; in < 64; in++) { /* one bit of k flips half of the result's */
        int count[24] = {0};
        for (int k = 0; k < SHORT; k++) {
            uint64_t a = (uint64_t)k * 3, b = a ^ (uint64_t)1 << in;
            uint32_t d = kn_random(seed, (uint32_t)a, (uint32_t)(a >> 32)) ^
                         kn_random(seed, (uint32_t)b, (uint32_t)(b >> 32));
            for (int i = 0; i < 24; i++)
                count[i] += d >> (i + 8) & 1;
        }
        for (int i = 0; i < 24; i++)
            flips = max(flips, fabs(count[i] - SHORT / 2.0) / (SHORT / 2.0));
    }
    check("avalanche, worst bias of 64 x 24 bits", flips < 0.06, flips);
}

static void forms(void) {
    static const int64_t moments_k[] = {0,
                                        1,
                                        -1,
                                        -2,
                                        4294967295,
                                        4294967296,
                                        -4294967296,
                                        -4294967297,
                                        9007199254740991,
                                        -9007199254740991,
                                        1099511627776123};
    int same = 1;
    for (size_t i = 0; i < sizeof moments_k / sizeof *moments_k; i++)
        for (int s = 0; s < 20; s++) {
            int64_t k = moments_k[i] + (s - 10) * (i < 8);
            double seed = s * 0.5;
            same &= kn_noise(seed, (double)k) == (double)kn_noise_at(kn_seed(seed), k);
            KnWords w = kn_words((double)k);
            same &= w.low == (uint32_t)k && w.high == (uint32_t)((uint64_t)k >> 32);
        }
    check("noise is noise_at of the prehashed seed", same, 0);
    check("noise and hash of the sample before",
          kn_noise(1, 2.75) == kn_noise(1, 2) && kn_noise(1, -0.25) == kn_noise(1, -1) &&
              kn_hash(2.75) == kn_hash(2) && kn_hash(-0.0) == kn_hash(0),
          0);
    check("huge, infinite and NaN arguments are defined",
          kn_hash(1e300) == kn_hash(INFINITY) && kn_hash(-1e300) == kn_hash(-INFINITY) &&
              kn_hash((double)NAN) == kn_hash(-INFINITY) && kn_seed((double)NAN) == kn_seed(0),
          0);
    same = 1;
    for (int k = -1000; k < 1000; k++)
        same &= kn_hash(k) == (double)kn_hashf(k) && kn_hash(k) >= 0 && kn_hash(k) < 1;
    check("hash in float and double agree, in [0, 1)", same, 0);
    same = kn_hash(0) == 0x1.d2904p-6 && kn_hash(1) == 0x1.52c1fep-1 &&
           kn_noise(1, 0) == -0x1.a2805p-3 && kn_noise(0.5, 123456789) == -0x1.739b2p-3;
    check("values that programs have heard stay what they are", same, 0);
}

int main(void) {
    for (int k = 0; k < N; k++)
        x[k] = kn_noise_at(kn_seed(1), k);
    moments("noise", x, N);
    autocorrelation("noise", x, N);
    spectrum();
    for (int k = 0; k < N; k++)
        x[k] = kn_hashf(k) * 2 - 1;
    moments("hash", x, N);
    autocorrelation("hash", x, N);
    seeds();
    distances();
    bits();
    forms();
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
