/* Kernels of the voices of an instrument: the same filter of up to eight of them, beside each other; filters from input to output, of one
 * and of several; and their sounds, added up.
 *
 * Beside each other. In: the words that the call of the filter alone
 * would take, of the first voice; those of each other one, and its strips, lie `apart` bytes behind those of the one before. Behind
 * them stands which results nothing reads. Out: the other results, and the states.
 *
 * A voice is a lane of a vector. Four samples of four voices are turned over, so that a vector has one sample of each, and turned
 * back when they are done; two such vectors run in turn, since a sample waits for the one before it. Each lane computes what it
 * would compute beside any others, or none: bits hang neither on who else sounds nor on cuts. */
#include "strip.h"

enum { KN_MOST_VOICES = 8, KN_FOUR_VOICES = 4, KN_VOICE_STATES = 2 };

/* z = e + A z of one voice, for one state or two; A by rows. */
typedef struct {
    double *old[KN_VOICE_STATES], *new[KN_VOICE_STATES];
    const double *e[KN_VOICE_STATES];
    const double *a[KN_VOICE_STATES * KN_VOICE_STATES]; /* numbers, or strips */
    double *z[KN_VOICE_STATES];
    uint64_t unread; /* a bit of each of old and new */
} KnVoiceFilter;

KN_FN double *kn_place_of(uint64_t word) {
    return (double *)(uintptr_t)word;
}

/* How lti1 and lti2 keep a state: see runtime/kernels_lti.c. */
enum { KN_LTI_KEPT = 7, KN_LTI_KEPT_Z = 4 };

KN_FN KnVoiceFilter kn_lti_of_voice(const uint64_t *words, int rows) {
    KnVoiceFilter f = {.unread = words[3 * rows + 2]};
    for (int r = 0; r < rows; r++) {
        f.old[r] = kn_place_of(words[r]);
        f.new[r] = kn_place_of(words[rows + r]);
        f.e[r] = kn_place_of(words[2 * rows + r]);
        f.z[r] = kn_place_of(words[3 * rows + 1]) + r * KN_LTI_KEPT;
    }
    for (int i = 0; i < rows * rows; i++)
        f.a[i] = kn_place_of(words[3 * rows]) + i;
    return f;
}

KN_FN KnVoiceFilter kn_state2_of_voice(const uint64_t *words) {
    const int *far = (const int *)(uintptr_t)words[6];
    KnVoiceFilter f = {.unread = words[10]};
    for (int r = 0; r < KN_VOICE_STATES; r++) {
        f.old[r] = kn_place_of(words[r]);
        f.new[r] = kn_place_of(words[2 + r]);
        f.e[r] = kn_place_of(words[4 + r]);
        f.z[r] = kn_place_of(words[7 + r]);
    }
    for (int i = 0; i < KN_VOICE_STATES * KN_VOICE_STATES; i++)
        f.a[i] = f.old[1] + far[i];
    return f;
}

KN_FN KnVoiceFilter kn_filter_of_voice(const uint64_t *words, int rows, int varies) {
    return varies ? kn_state2_of_voice(words) : kn_lti_of_voice(words, rows);
}

/* What lti1 and lti2 have beside z: a history that leads to it. */
KN_FN void kn_begin_history_of_voice(double *z) {
    for (int i = 1; i < KN_LTI_KEPT; i++)
        z[i] = i == KN_LTI_KEPT_Z ? z[0] : 0.0;
}

KN_FN const uint64_t *kn_words_of(const uint64_t *words, int64_t apart, int voice) {
    return (const uint64_t *)(const void *)((const char *)words + voice * apart);
}

#ifdef KN_FOURS
/* Four voices: what the first has, and the numbers and states of all. */
typedef struct {
    KnVoiceFilter first;
    KnFour a[KN_VOICE_STATES * KN_VOICE_STATES], z[KN_VOICE_STATES];
} KnFourVoices;

/* Lanes behind the last voice compute what is not kept. */
KN_INSIDE void kn_four_voices_begin(KnFourVoices *q, const uint64_t *words, int64_t apart,
                                    int voices, int rows, int varies) {
    for (int l = 0; l < KN_FOUR_VOICES; l++) {
        const KnVoiceFilter f =
            kn_filter_of_voice(kn_words_of(words, apart, l < voices ? l : 0), rows, varies);
        if (l == 0) q->first = f;
        for (int r = 0; r < rows; r++)
            q->z[r][l] = *f.z[r];
        for (int i = 0; i < rows * rows && !varies; i++)
            q->a[i][l] = *f.a[i];
    }
}

KN_INSIDE void kn_four_voices_end(const KnFourVoices *q, const uint64_t *words, int64_t apart,
                                  int voices, int rows, int varies) {
    for (int l = 0; l < voices && l < KN_FOUR_VOICES; l++) {
        const KnVoiceFilter f = kn_filter_of_voice(kn_words_of(words, apart, l), rows, varies);
        for (int r = 0; r < rows; r++) {
            *f.z[r] = q->z[r][l];
            if (!varies) kn_begin_history_of_voice(f.z[r]);
        }
    }
}

KN_INSIDE void kn_samples_of_voices(KnFour *t, const double *x, int64_t apart) {
    for (int l = 0; l < KN_FOUR_VOICES; l++)
        t[l] = kn_four_at((const double *)(const void *)((const char *)x + l * apart));
    kn_turn_over(t);
}

KN_INSIDE void kn_put_samples_of_voices(double *y, int64_t apart, KnFour *t) {
    kn_turn_over(t);
    for (int l = 0; l < KN_FOUR_VOICES; l++)
        kn_put_four((double *)(void *)((char *)y + l * apart), t[l]);
}

/* Up to four samples from i on: strips have room for all four. */
KN_INSIDE void kn_four_voices_next(KnFourVoices *q, int64_t apart, int i, int count, int rows,
                                   int varies) {
    const KnVoiceFilter *f = &q->first;
    KnFour e[KN_VOICE_STATES][4], a[KN_VOICE_STATES * KN_VOICE_STATES][4], old[KN_VOICE_STATES][4],
        new[KN_VOICE_STATES][4];
    for (int r = 0; r < rows; r++)
        kn_samples_of_voices(e[r], f->e[r] + i, apart);
    for (int k = 0; k < rows * rows; k++)
        for (int j = 0; j < 4 && !varies; j++)
            a[k][j] = q->a[k];
    for (int k = 0; k < rows * rows && varies; k++)
        kn_samples_of_voices(a[k], f->a[k] + i, apart);
    for (int j = 0; j < count; j++) {
        for (int r = 0; r < rows; r++)
            old[r][j] = q->z[r];
        for (int r = 0; r < rows; r++) {
            KnFour sum = e[r][j];
            for (int c = 0; c < rows; c++)
                if (c != r) sum = kn_fours_madd(a[r * rows + c][j], old[c][j], sum);
            new[r][j] = kn_fours_madd(a[r * rows + r][j], old[r][j], sum);
        }
        for (int r = 0; r < rows; r++)
            q->z[r] = new[r][j];
    }
    for (int r = 0; r < rows; r++) {
        if (!(f->unread >> r & 1)) kn_put_samples_of_voices(f->old[r] + i, apart, old[r]);
        if (!(f->unread >> (rows + r) & 1)) kn_put_samples_of_voices(f->new[r] + i, apart, new[r]);
    }
}

KN_INSIDE void kn_voices_run(const uint64_t *words, int64_t apart, int voices, int rows, int varies,
                             int n) {
    const int more = voices > KN_FOUR_VOICES;
    const uint64_t *upper = kn_words_of(words, apart, KN_FOUR_VOICES);
    KnFourVoices q, p;
    int i = 0;
    kn_four_voices_begin(&q, words, apart, voices, rows, varies);
    if (more) kn_four_voices_begin(&p, upper, apart, voices - KN_FOUR_VOICES, rows, varies);
    KN_NOT_UNROLLED
    for (; i + 4 <= n; i += 4) {
        kn_four_voices_next(&q, apart, i, 4, rows, varies);
        if (more) kn_four_voices_next(&p, apart, i, 4, rows, varies);
    }
    if (i < n) {
        kn_four_voices_next(&q, apart, i, n - i, rows, varies);
        if (more) kn_four_voices_next(&p, apart, i, n - i, rows, varies);
    }
    kn_four_voices_end(&q, words, apart, voices, rows, varies);
    if (more) kn_four_voices_end(&p, upper, apart, voices - KN_FOUR_VOICES, rows, varies);
}
#else
/* Vectors of two are turned over for nothing: sample after sample. */
KN_INSIDE void kn_voice_run(const KnVoiceFilter *f, int rows, int varies, int n) {
    double z[KN_VOICE_STATES], next[KN_VOICE_STATES];
    for (int r = 0; r < rows; r++)
        z[r] = *f->z[r];
    for (int i = 0; i < n; i++) {
        const int at = varies ? i : 0;
        for (int r = 0; r < rows; r++) {
            double sum = f->e[r][i];
            for (int c = 0; c < rows; c++)
                if (c != r) sum = kn_madd(f->a[r * rows + c][at], z[c], sum);
            next[r] = kn_madd(f->a[r * rows + r][at], z[r], sum);
        }
        for (int r = 0; r < rows; r++) {
            if (!(f->unread >> r & 1)) f->old[r][i] = z[r];
            z[r] = next[r];
            if (!(f->unread >> (rows + r) & 1)) f->new[r][i] = z[r];
        }
    }
    for (int r = 0; r < rows; r++) {
        *f->z[r] = z[r];
        if (!varies) kn_begin_history_of_voice(f->z[r]);
    }
}

KN_INSIDE void kn_voices_run(const uint64_t *words, int64_t apart, int voices, int rows, int varies,
                             int n) {
    for (int v = 0; v < voices && v < KN_MOST_VOICES; v++) {
        const KnVoiceFilter f = kn_filter_of_voice(kn_words_of(words, apart, v), rows, varies);
        kn_voice_run(&f, rows, varies, n);
    }
}
#endif

#define KN_VOICES(name, rows, varies)                                                              \
    KN_KERNEL(name)(const uint64_t *words, int64_t apart, int voices, int n) {                     \
        kn_voices_run(words, apart, voices, rows, varies, n);                                      \
    }

KN_VOICES(lti1_voices, 1, 0)
KN_VOICES(lti2_voices, 2, 0)
KN_VOICES(state2_voices, 2, 1)

/* ---- filters from input to output ------------------------------------------------------------------ */

/* z = A z + b x, of which c z before it and d x are heard. Numbers: A by rows, b, c, d. */
enum { KN_FILTER_IN = 4, KN_FILTER_HEARD = 6, KN_FILTER_THROUGH = 8, KN_FILTER_NUMBERS };

/* Made of these and of two more: what is heard of the states after a sample is heard of those before it, and of the input. */
KN_KERNEL(filter2_numbers)(double *numbers, const double *given) {
    const double *a = given, *b = given + KN_FILTER_IN, *after = given + KN_FILTER_NUMBERS;
    memcpy(numbers, given, sizeof *given * KN_FILTER_NUMBERS);
    for (int i = 0; i < 2; i++)
        numbers[KN_FILTER_HEARD + i] += after[0] * a[i] + after[1] * a[2 + i];
    numbers[KN_FILTER_THROUGH] += after[0] * b[0] + after[1] * b[1];
}

KN_INSIDE void kn_filter2_run(void *y, int wide_y, const void *x, int wide_x, const double *numbers,
                              double *states, int n) {
    const double *const a = numbers, *const b = numbers + KN_FILTER_IN,
                        *const c = numbers + KN_FILTER_HEARD, d = numbers[KN_FILTER_THROUGH];
    double z1 = states[0], z2 = states[1];
    for (int i = 0; i < n; i++) {
        const double in = wide_x ? ((const double *)x)[i] : (double)((const float *)x)[i];
        const double out = kn_madd(c[0], z1, kn_madd(c[1], z2, d * in));
        const double next1 = kn_madd(a[0], z1, kn_madd(a[1], z2, b[0] * in));
        z2 = kn_madd(a[3], z2, kn_madd(a[2], z1, b[1] * in));
        z1 = next1;
        if (wide_y)
            ((double *)y)[i] = out;
        else
            ((float *)y)[i] = (float)out;
    }
    states[0] = z1;
    states[1] = z2;
}

#ifdef KN_FOURS
typedef float KnFourFloats __attribute__((vector_size(16)));
typedef float KnFourFloatsAnywhere __attribute__((vector_size(16), aligned(4), may_alias));

/* gcc 12 converts halves, by way of memory, where it is not told the instruction. */
#if defined(__clang__)
KN_INSIDE KnFour kn_wide_four(KnFourFloats x) {
    return __builtin_convertvector(x, KnFour);
}

KN_INSIDE KnFourFloats kn_narrow_four(KnFour x) {
    return __builtin_convertvector(x, KnFourFloats);
}
#else
KN_INSIDE KnFour kn_wide_four(KnFourFloats x) {
    return __builtin_ia32_cvtps2pd256(x);
}

KN_INSIDE KnFourFloats kn_narrow_four(KnFour x) {
    return __builtin_ia32_cvtpd2ps256(x);
}
#endif

/* The filters of four voices: numbers and states in lanes, where the first reads and writes, and how far apart the others do. */
typedef struct {
    KnFour number[KN_FILTER_NUMBERS], z1, z2;
    const char *x;
    char *y;
    int64_t apart;
} KnFourFilters;

KN_INSIDE KnFourFilters kn_four_filters(const uint64_t *words, int64_t apart, int voices) {
    KnFourFilters f = {.y = (char *)kn_place_of(words[0]),
                       .x = (const char *)kn_place_of(words[1]),
                       .apart = apart};
    for (int l = 0; l < KN_FOUR_VOICES; l++) {
        const uint64_t *of = kn_words_of(words, apart, l < voices ? l : 0);
        const double *numbers = kn_place_of(of[2]), *states = kn_place_of(of[3]);
        for (int i = 0; i < KN_FILTER_NUMBERS; i++)
            f.number[i][l] = numbers[i];
        f.z1[l] = states[0];
        f.z2[l] = states[1];
    }
    return f;
}

KN_INSIDE void kn_keep_four_filters(const KnFourFilters *f, const uint64_t *words, int voices) {
    for (int l = 0; l < voices && l < KN_FOUR_VOICES; l++) {
        double *states = kn_place_of(kn_words_of(words, f->apart, l)[3]);
        states[0] = f->z1[l];
        states[1] = f->z2[l];
    }
}

KN_INSIDE KnFour kn_four_inputs(const char *x, int i, int wide) {
    if (wide) return kn_four_at((const double *)(const void *)x + i);
    return kn_wide_four(
        *(const KnFourFloatsAnywhere *)(const void *)((const float *)(const void *)x + i));
}

KN_INSIDE void kn_put_four_outputs(char *y, int i, int wide, KnFour four) {
    if (wide)
        kn_put_four((double *)(void *)y + i, four);
    else
        *(KnFourFloatsAnywhere *)(void *)((float *)(void *)y + i) = kn_narrow_four(four);
}

KN_INSIDE KnFour kn_four_filters_one(KnFourFilters *f, KnFour x) {
    const KnFour *a = f->number, *b = a + KN_FILTER_IN, *c = a + KN_FILTER_HEARD;
    const KnFour y = kn_fours_madd(c[0], f->z1,
                                   kn_fours_madd(c[1], f->z2, a[KN_FILTER_THROUGH] * x)),
                 next = kn_fours_madd(a[0], f->z1, kn_fours_madd(a[1], f->z2, b[0] * x));
    f->z2 = kn_fours_madd(a[3], f->z2, kn_fours_madd(a[2], f->z1, b[1] * x));
    f->z1 = next;
    return y;
}

/* Up to four samples from i on: strips have room for all four. */
KN_INSIDE void kn_four_filters_next(KnFourFilters *f, int i, int count, int wide_y, int wide_x) {
    KnFour t[KN_FOUR_VOICES];
    for (int l = 0; l < KN_FOUR_VOICES; l++)
        t[l] = kn_four_inputs(f->x + l * f->apart, i, wide_x);
    kn_turn_over(t);
    for (int j = 0; j < count; j++)
        t[j] = kn_four_filters_one(f, t[j]);
    kn_turn_over(t);
    for (int l = 0; l < KN_FOUR_VOICES; l++)
        kn_put_four_outputs(f->y + l * f->apart, i, wide_y, t[l]);
}

KN_INSIDE void kn_filters_of_voices(const uint64_t *words, int64_t apart, int voices, int wide_y,
                                    int wide_x, int n) {
    const int more = voices > KN_FOUR_VOICES;
    const uint64_t *upper = kn_words_of(words, apart, KN_FOUR_VOICES);
    KnFourFilters q = kn_four_filters(words, apart, voices),
                  p = more ? kn_four_filters(upper, apart, voices - KN_FOUR_VOICES) : q;
    int i = 0;
    if (more) {
        KN_NOT_UNROLLED
        for (; i + 4 <= n; i += 4) {
            kn_four_filters_next(&q, i, 4, wide_y, wide_x);
            kn_four_filters_next(&p, i, 4, wide_y, wide_x);
        }
    } else {
        KN_NOT_UNROLLED
        for (; i + 4 <= n; i += 4)
            kn_four_filters_next(&q, i, 4, wide_y, wide_x);
    }
    if (i < n) kn_four_filters_next(&q, i, n - i, wide_y, wide_x);
    if (i < n && more) kn_four_filters_next(&p, i, n - i, wide_y, wide_x);
    kn_keep_four_filters(&q, words, voices);
    if (more) kn_keep_four_filters(&p, upper, voices - KN_FOUR_VOICES);
}
#else
KN_INSIDE void kn_filters_of_voices(const uint64_t *words, int64_t apart, int voices, int wide_y,
                                    int wide_x, int n) {
    for (int v = 0; v < voices; v++) {
        const uint64_t *of = kn_words_of(words, apart, v);
        kn_filter2_run(kn_place_of(of[0]), wide_y, kn_place_of(of[1]), wide_x, kn_place_of(of[2]),
                       kn_place_of(of[3]), n);
    }
}
#endif

#define KN_FILTER2(name, Y, wide_y, X, wide_x)                                                     \
    KN_KERNEL(name)(Y * y, const X *x, const double *numbers, double *states, int n) {             \
        kn_filter2_run(y, wide_y, x, wide_x, numbers, states, n);                                  \
    }                                                                                              \
    KN_KERNEL(name##_voices)(const uint64_t *words, int64_t apart, int voices, int n) {            \
        kn_filters_of_voices(words, apart, voices, wide_y, wide_x, n);                             \
    }

KN_FILTER2(filter2_ff, float, 0, float, 0)
KN_FILTER2(filter2_fd, float, 0, double, 1)
KN_FILTER2(filter2_df, double, 1, float, 0)
KN_FILTER2(filter2_dd, double, 1, double, 1)

/* ---- what is heard of them ------------------------------------------------------------------------- */

/* The loudness of a sample is the bits of its magnitude, which compare as magnitudes do. */
KN_KERNEL(add_voice)(float *y, const float *x, int32_t *loudest, int n) {
    int32_t loud = *loudest;
    KN_INDEPENDENT
    for (int i = 0; i < n; i++) {
        int32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bits &= 0x7fffffff;
        loud = bits > loud ? bits : loud;
        y[i] += x[i];
    }
    *loudest = loud;
}
