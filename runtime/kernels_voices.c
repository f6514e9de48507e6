/* Kernels: the same filter of up to eight voices of an instrument, beside each other. In: the words that the call of the filter alone
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
