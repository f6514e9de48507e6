/* Kernels: sound files that are read while they are heard. In: a file (KnSoundFile), a strip of places and of the frames that
 * go by from sample to sample. Out: a strip.
 *
 * Places that lie near each other get one window of the file, and in it the kernel for files in memory does the rest. All that
 * is changed of a place is that a whole number is taken off, not below 0: that is exact, so the bits are the same. */
#include "strip.h"

/* Frames in a window: what the widest sinc needs, and some room. */
#define KN_STREAM_WINDOW 4096

typedef struct {
    int64_t first, last; /* none: last < first */
} KnWindow;

/* Makes the window wider for the frames that a place needs; false where it would be too wide. Qualities are numbered: linear,
 * cubic, sinc. */
KN_FN int kn_window_holds(KnWindow *w, double place, int quality, double step) {
    const int64_t at = (int64_t)place;
    const int margin = quality == 2 ? (int)(kn_sinc_stretch(step) * (double)KN_SINC_REACH) + 2 : 2;
    int64_t first = at > margin ? at - margin : 0, last = at + margin;
    if (w->first <= w->last) {
        first = w->first < first ? w->first : first;
        last = w->last > last ? w->last : last;
    }
    if (last - first >= KN_STREAM_WINDOW) return 0;
    w->first = first;
    w->last = last;
    return 1;
}

#define KN_STREAMED(name, T, cubic, linear, sinc)                                                  \
    KN_KERNEL(name)                                                                                \
    (T * y, const void *file, int channel, int quality, const float *table, const double *x,       \
     const double *step, int n) {                                                                  \
        const KnSoundFile *f = (const KnSoundFile *)file;                                          \
        KN_ALIGNED double at[KN_STRIP], steps[KN_STRIP];                                           \
        KN_ALIGNED float window[KN_STREAM_WINDOW];                                                 \
        KN_ALIGNED T some[KN_STRIP];                                                               \
        for (int i = 0; i < n;) {                                                                  \
            KnWindow w = {0, -1};                                                                  \
            int count = 0;                                                                         \
            for (; i + count < n; count++) {                                                       \
                const double place = kn_whole_samples(x[i + count]);                               \
                const double frames = step[i + count];                                             \
                const int inside = (place >= 0.0) & (place < (double)f->frames);                   \
                if (inside && !kn_window_holds(&w, place, quality, frames)) break;                 \
                at[count] = inside ? place : -1.0;                                                 \
                steps[count] = frames;                                                             \
            }                                                                                      \
            const int length = w.first <= w.last ? (int)(w.last - w.first) + 1 : 1;                \
            if (w.first <= w.last) f->read(f->stream, window, w.first, length, channel);           \
            for (int k = 0; k < count; k++)                                                        \
                at[k] = at[k] >= 0.0 ? at[k] - (double)w.first : -1.0;                             \
            if (quality == 0)                                                                      \
                linear(some, window, 1, 0, length, at, count);                                     \
            else if (quality == 1)                                                                 \
                cubic(some, window, 1, 0, length, at, count);                                      \
            else                                                                                   \
                sinc(some, window, 1, 0, length, table, at, steps, count);                         \
            for (int k = 0; k < count; k++)                                                        \
                y[i + k] = some[k];                                                                \
            i += count;                                                                            \
        }                                                                                          \
    }

KN_STREAMED(streamed_d_v, double, KN_CALL(sample_d_v), KN_CALL(sample_linear_d_v),
            KN_CALL(sample_sinc_d_v))
KN_STREAMED(streamed_f_v, float, KN_CALL(sample_f_v), KN_CALL(sample_linear_f_v),
            KN_CALL(sample_sinc_f_v))
