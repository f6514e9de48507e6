/* What emitted programs use beside mathematics and noise: counted phases, delay lines, tables,
 * sound files, running extremes. Pasted into every emitted C file after math.h and noise.h, so:
 * nothing but the C library's stdint, string and math, and no state of its own. */

/* Not put into the functions that call it: what does a strip at a time gains nothing there, and compilers would take longer. */
#if defined(__clang__)
#define KN_APART __attribute__((noinline, unused))
#elif defined(__GNUC__)
#define KN_APART __attribute__((noinline, noclone, unused))
#else
#define KN_APART inline
#endif

/* ---- denormals --------------------------------------------------------------------------------
 */

/* A filter that dies away would spend a hundred times longer on numbers below 1e-308: the machine
 * is told to take them for 0 while a block is computed, to round to nearest, and to let nothing trap that a
 * host would let. Returns what restores the old state. */
KN_FN uint64_t kn_flush_denormals(void) {
#if defined(__GNUC__) && defined(__SSE2__)
    const unsigned told = 0x9fc0u,
                   raised = 0x3fu; /* what it is told, and the flags of what has happened */
    const unsigned old = __builtin_ia32_stmxcsr();
    if ((old & ~raised) == told) return 0; /* to tell it anything takes longer than a short block */
    __builtin_ia32_ldmxcsr(told);
    return (uint64_t)1 << 32 | old;
#elif defined(__GNUC__) && defined(__aarch64__)
    uint64_t old;
    __asm__ volatile("mrs %0, fpcr" : "=r"(old));
    __asm__ volatile("msr fpcr, %0" : : "r"(UINT64_C(1) << 24));
    return old;
#else
    return 0;
#endif
}

KN_FN void kn_restore_denormals(uint64_t old) {
#if defined(__GNUC__) && defined(__SSE2__)
    if (old) __builtin_ia32_ldmxcsr((unsigned)old);
#elif defined(__GNUC__) && defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"(old));
#else
    (void)old;
#endif
}

/* ---- phases counted in fixed point: 2^64 is a turn ----------------------------------------------
 */

/* A phase is step * n + start, wrapping: exact at any n, without drift. A rounded step puts the
 * wrap of a wave a hair before or after the sample it belongs to, so phases within 2^-30 turns of a
 * wrap are taken as 0. [0, 1). */
KN_FN double kn_turns(uint64_t phase) {
    uint64_t biased = phase + (UINT64_C(1) << 34);
    double x = kn_from_bits(biased >> 12 | UINT64_C(0x3ff0000000000000)) - 1.0;
    return x < 0x1p-29 ? 0.0 : x - 0x1p-30;
}

/* The same for a sine, which does not care for whole turns: [-0.5, 0.5). */
KN_FN float kn_turns_around(uint64_t phase) {
    return (float)(int32_t)(uint32_t)(phase >> 32) * 0x1p-32f;
}

/* The same where what is near 0 is magnified: 64 bits of the phase count, rounded to float once the upper half is small. */
KN_FN float kn_turns_wrapped(uint64_t phase) {
    return (float)(int32_t)(uint32_t)(phase >> 32) * 0x1p-32f +
           (float)(int32_t)((uint32_t)phase >> 1) * 0x1p-63f;
}

KN_FN double kn_turns_around_wide(uint64_t phase) {
    return kn_from_bits((phase + (UINT64_C(1) << 63)) >> 12 | UINT64_C(0x3ff0000000000000)) - 1.5;
}

/* Of n frames from `frame` on those before `edge`, where that is among them; else all. */
KN_FN int kn_frames_to(double edge, int64_t frame, int n) {
    const double left = edge - (double)frame;
    return left > 0.0 && left < (double)n ? (int)left : n;
}

/* A frequency while it is a number; while it is none, its phase waits. */
KN_FN double kn_finite(double x) {
    return x - x == 0.0 ? x : 0.0;
}

/* Turns to fixed point: for steps and offsets that are known only when the program runs. */
KN_FN uint64_t kn_fixed(double turns) {
    double x = kn_frac(kn_finite(turns)) * 0x1p32, high = kn_floor(x);
    return (uint64_t)(uint32_t)(int64_t)high << 32 |
           (uint64_t)(uint32_t)(int64_t)((x - high) * 0x1p32);
}

/* What params decide of phases, when they change. The step and the start of one that is a line of time: */
KN_FN void kn_set_phase(uint64_t *step, uint64_t *start, double turns, double from) {
    *step = kn_fixed(turns);
    *start = kn_fixed(from);
}

/* Of one that goes on from sample to sample, which at this very sample stays what it is: */
KN_FN void kn_turn_phase(uint64_t *step, uint64_t *start, double turns, int64_t frame,
                         const int32_t *started) {
    const uint64_t before = *step;
    *step = kn_fixed(turns);
    if (*started) *start += (before - *step) * (uint64_t)frame;
}

/* The c of f * t + c, where a new f meets the old one after so many seconds. */
KN_FN double kn_bend(double *f, double *c, double now, double seconds, const int32_t *started) {
    if (*started && *f != now) *c += (*f - now) * seconds;
    *f = now;
    return *c;
}

/* The frequency that a phase in a time of its own had at its last sample: at first, the first. */
KN_FN void kn_first_frequency(double *f, double now, const int32_t *started) {
    if (!*started) *f = now;
}

KN_FN double kn_frame_number(int64_t n) {
    return (double)n;
}

/* A phase that is added up: its wraps too are decided with a bias, as rounding would put some a
 * sample late. [-2^-30, 1 - 2^-30): what is below 0 is taken as 0. */
KN_FN double kn_wrap(double x) {
    return x - kn_floor(x + 0x1p-30);
}

/* ---- edges of what is made of straight lines of time: within 1e-9 of a whole number is that ---- */

KN_FN double kn_floor_line(double x) {
    return kn_floor(x + 1e-9);
}

KN_FN double kn_mod_line(double x, double m) {
    double q = x / m, whole = kn_floor(q + 0.5);
    double r = x - kn_floor(q) * m;
    return kn_abs(x - whole * m) < 1e-9 ? 0.0 : r;
}

/* A distance or place in samples: within 1e-6 of a whole sample is that sample. */
KN_FN double kn_whole_samples(double x) {
    double whole = kn_floor(x + 0.5);
    return kn_abs(x - whole) < 1e-6 ? whole : x;
}

/* A sample's number, from a time in samples: that at or before it. Held within 64 bits as kn_words does; NaN
 * is the first of all. */
KN_FN int64_t kn_sample_at(double x) {
    double whole = kn_min(kn_max(kn_floor(x + 1e-6), -0x1p63), 0x1.fffffffffffffp62);
    return (int64_t)whole;
}

/* A number as an index of 0 to last; NaN is 0. */
KN_FN int kn_index(double x, int last) {
    double bounded = kn_min(kn_max(x, 0.0), (double)last);
    return (int)bounded;
}

/* ---- delay lines: rings whose size is a power of two, indexed by the number of the sample ---- */

#define KN_WRITE_LINE(name, T)                                                                     \
    KN_FN void name(T *line, int size, int64_t at, const T *from, int n) {                         \
        int first = (int)((uint64_t)at & (uint64_t)(size - 1)), run = size - first;                \
        if (run > n) run = n;                                                                      \
        memcpy(line + first, from, sizeof(T) * (size_t)run);                                       \
        memcpy(line, from + run, sizeof(T) * (size_t)(n - run));                                   \
    }

/* n values from sample `at` on: in place, or put together in `scratch` where the ring ends. */
#define KN_READ_LINE(name, T)                                                                      \
    KN_FN const T *name(const T *line, int size, int64_t at, int n, T *scratch) {                  \
        int first = (int)((uint64_t)at & (uint64_t)(size - 1)), run = size - first;                \
        if (run >= n) return line + first;                                                         \
        memcpy(scratch, line + first, sizeof(T) * (size_t)run);                                    \
        memcpy(scratch + run, line, sizeof(T) * (size_t)(n - run));                                \
        return scratch;                                                                            \
    }

/* Behind a ring lie copies of its first `mirrored` elements, so that so many samples from any place on lie in one piece. n
 * samples from `at` on are new: in the ring, or, as they were written in one piece, partly in copies. */
#define KN_MIRROR_LINE(name, T)                                                                    \
    KN_FN void name(T *line, int size, int64_t at, int mirrored, int n, int in_ring) {             \
        const int first = (int)((uint64_t)at & (uint64_t)(size - 1)), over = first + n - size;     \
        int left = mirrored - first;                                                               \
        if (left > n) left = n;                                                                    \
        if (left > 0) memcpy(line + size + first, line + first, sizeof(T) * (size_t)left);         \
        left = over < mirrored ? over : mirrored;                                                  \
        if (left > 0 && in_ring) memcpy(line + size, line, sizeof(T) * (size_t)left);              \
        if (left > 0 && !in_ring) memcpy(line, line + size, sizeof(T) * (size_t)left);             \
    }

/* One sample of a ring, and one that is put there. */
#define KN_LINE_AT(name, T)                                                                        \
    KN_FN T name(const T *line, int size, int64_t at) {                                            \
        return line[(uint64_t)at & (uint64_t)(size - 1)];                                          \
    }
#define KN_LINE_PUT(name, T)                                                                       \
    KN_FN void name(T *line, int size, int64_t at, T x) {                                          \
        line[(uint64_t)at & (uint64_t)(size - 1)] = x;                                             \
    }

/* What was so many samples before sample `now`, linearly between two; of what began `age` samples ago, 0 before that. */
#define KN_LINE_BETWEEN(name, T)                                                                   \
    KN_FN T name(const T *line, int size, int64_t now, double samples) {                           \
        const double d = kn_whole_samples(samples);                                                \
        const int64_t whole = (int64_t)d;                                                          \
        const uint64_t mask = (uint64_t)(size - 1);                                                \
        const T x = line[(uint64_t)(now - whole) & mask],                                          \
                before = line[(uint64_t)(now - whole - 1) & mask];                                 \
        return x + (T)(d - (double)whole) * (before - x);                                          \
    }
#define KN_LINE_SINCE(name, T)                                                                     \
    KN_FN T name(const T *line, int size, int64_t now, double samples, double age) {               \
        const double d = kn_whole_samples(samples);                                                \
        const int64_t whole = (int64_t)d;                                                          \
        const uint64_t mask = (uint64_t)(size - 1);                                                \
        const T x = (double)whole <= age ? line[(uint64_t)(now - whole) & mask] : (T)0;            \
        const T before =                                                                           \
            (double)(whole + 1) <= age ? line[(uint64_t)(now - whole - 1) & mask] : (T)0;          \
        return x + (T)(d - (double)whole) * (before - x);                                          \
    }

KN_LINE_AT(kn_line_atf, float)
KN_LINE_AT(kn_line_at, double)
KN_LINE_PUT(kn_line_putf, float)
KN_LINE_PUT(kn_line_put, double)
KN_LINE_BETWEEN(kn_line_betweenf, float)
KN_LINE_BETWEEN(kn_line_between, double)
KN_LINE_SINCE(kn_line_sincef, float)
KN_LINE_SINCE(kn_line_since, double)
KN_WRITE_LINE(kn_write_float, float)
KN_WRITE_LINE(kn_write_double, double)
KN_MIRROR_LINE(kn_mirror_float, float)
KN_MIRROR_LINE(kn_mirror_double, double)
KN_READ_LINE(kn_read_float, float)
KN_READ_LINE(kn_read_double, double)

/* ---- tables and sound files ------------------------------------------------------------------ */

/* The point at or before `at`, of n; NaN is the first. */
KN_FN int kn_point(double at, int n) {
    double first = kn_max(at, 0.0);
    int i = (int)first;
    return i < n ? i : n - 1;
}

/* One period of n points (and the first again), linearly interpolated; x in turns. NaN is read
 * somewhere in the table, and is NaN. */
KN_FN float kn_tablef(const float *table, int n, float x) {
    /* From the nearest whole turn: right before one, what frac can say is coarse beside a steep end of the table. */
    float at = (x - kn_floorf(x + 0.5f)) * (float)n, number = kn_maxf(at, -(float)n);
    int towards = (int)number, first = towards - (at < (float)towards);
    int i = first < 0 ? first + n : first;
    return table[i] + (at - (float)first) * (table[i + 1] - table[i]);
}

KN_FN float kn_table_wide(const float *table, int n, double x) {
    double at = kn_frac(x) * (double)n;
    int i = kn_point(at, n);
    return table[i] + (float)(at - (double)i) * (table[i + 1] - table[i]);
}

KN_FN double kn_table(const double *table, int n, double x) {
    double at = kn_frac(x) * (double)n;
    int i = kn_point(at, n);
    return table[i] + (at - (double)i) * (table[i + 1] - table[i]);
}

KN_FN double kn_sample_point(const float *data, int channels, int channel, int frames, int i) {
    int inside = (i >= 0) & (i < frames);
    return inside ? (double)data[(inside ? i : 0) * channels + channel] : 0.0;
}

/* The cubic of Catmull and Rom through the points around x (in frames of the file): exact on its
 * points, 0 outside. */
KN_FN double kn_sample(const float *data, int channels, int channel, int frames, double x) {
    double at = kn_whole_samples(x);
    int inside = (at >= 0.0) & (at < (double)frames);
    at = inside ? at : 0.0;
    int i = (int)at;
    double f = at - (double)i;
    double a = kn_sample_point(data, channels, channel, frames, i - 1);
    double b = kn_sample_point(data, channels, channel, frames, i);
    double c = kn_sample_point(data, channels, channel, frames, i + 1);
    double d = kn_sample_point(data, channels, channel, frames, i + 2);
    double c1 = 0.5 * (c - a), c2 = a - 2.5 * b + 2.0 * c - 0.5 * d,
           c3 = 0.5 * (d - a) + 1.5 * (b - c);
    double y = ((c3 * f + c2) * f + c1) * f + b;
    return inside ? y : 0.0;
}

/* The same along straight lines. */
KN_FN double kn_sample_linear(const float *data, int channels, int channel, int frames, double x) {
    double at = kn_whole_samples(x);
    int inside = (at >= 0.0) & (at < (double)frames);
    at = inside ? at : 0.0;
    int i = (int)at;
    double a = kn_sample_point(data, channels, channel, frames, i);
    double b = kn_sample_point(data, channels, channel, frames, i + 1);
    double y = a + (at - (double)i) * (b - a);
    return inside ? y : 0.0;
}

/* The same with a limited band, of which kernels_sinc.c has the source and makes the table: so many zero crossings to each
 * side, each so many cubics; and at most so many times as wide. */
#define KN_SINC_REACH 32
#define KN_SINC_PARTS 32
#define KN_SINC_MOST  16

/* How far the window is stretched where `step` frames go by a sample: so that its stop band begins, half of its transition
 * further on, at the end of the band. */
KN_FN double kn_sinc_stretch(double step) {
    double wide = kn_min(kn_abs(step), (double)KN_SINC_MOST);
    return wide > 1.0 ? wide + kn_min(wide - 1.0, 0.1 * wide) : 1.0;
}

KN_FN double kn_sinc_weight(const float *table, double u) {
    const int last = KN_SINC_PARTS * KN_SINC_REACH - 1;
    double place = kn_min(u * (double)KN_SINC_PARTS, (double)(last + 1));
    int whole = (int)place, piece = whole < last ? whole : last;
    double part = place - (double)piece;
    const float *c = table + piece % KN_SINC_PARTS * 4 * KN_SINC_REACH + piece / KN_SINC_PARTS;
    return (((double)c[3 * KN_SINC_REACH] * part + (double)c[2 * KN_SINC_REACH]) * part +
            (double)c[KN_SINC_REACH]) *
               part +
           (double)c[0];
}

KN_FN double kn_sample_sinc(const float *data, int channels, int channel, int frames,
                            const float *table, double x, double step) {
    double at = kn_whole_samples(x), stretch = kn_sinc_stretch(step), sum = 0.0;
    if (!(at >= 0.0) | !(at < (double)frames)) return 0.0;
    int i = (int)at, count = (int)(stretch * (double)KN_SINC_REACH) + (stretch > 1.0);
    double part = at - (double)i;
    if ((part == 0.0) & (stretch == 1.0))
        return kn_sample_point(data, channels, channel, frames, i);
    for (int k = 0; k < count; k++) {
        double left = kn_sinc_weight(table, ((double)k + part) / stretch);
        double right = kn_sinc_weight(table, ((double)(k + 1) - part) / stretch);
        sum += left * kn_sample_point(data, channels, channel, frames, i - k) +
               right * kn_sample_point(data, channels, channel, frames, i + 1 + k);
    }
    return sum / stretch;
}

/* A sound file that is read while it is heard: n frames of a channel from `first` on, zeros beyond its ends. */
typedef struct {
    void (*read)(void *stream, float *to, int64_t first, int n, int channel);
    void *stream;
    int64_t frames;
} KnSoundFile;

/* One place in it: in a window around it. `quality` is 0 linear, 1 cubic, 2 sinc. */
KN_FN double kn_streamed(const void *file, int channel, int quality, const float *table, double x,
                         double step) {
    const KnSoundFile *f = (const KnSoundFile *)file;
    float window[2 * (18 * KN_SINC_REACH + 2) + 1];
    double at = kn_whole_samples(x);
    if (!(at >= 0.0) | !(at < (double)f->frames)) return 0.0;
    int margin = quality == 2 ? (int)(kn_sinc_stretch(step) * (double)KN_SINC_REACH) + 2 : 2;
    double first = kn_max(kn_floor(at) - (double)margin, 0.0); /* place - first is exact */
    int length = 2 * margin + 1;
    f->read(f->stream, window, (int64_t)first, length, channel);
    if (quality == 0) return kn_sample_linear(window, 1, 0, length, at - first);
    if (quality == 1) return kn_sample(window, 1, 0, length, at - first);
    return kn_sample_sinc(window, 1, 0, length, table, at - first, step);
}

/* ---- running extremes in constant time a sample ---------------------------------------------- */

/* A queue of candidates, each greater than all that came after it (Lemire, "Streaming
 * maximum-minimum filter using no more than three comparisons per element", 2006). For the least,
 * give -x. */
#ifndef KN_RUNNING
#define KN_RUNNING
typedef struct {
    int64_t count; /* samples so far */
    int32_t head, n;
} KnRunning;
#endif

KN_FN double kn_running_max(KnRunning *q, double *value, int64_t *when, int size, double window,
                            double x) {
    const int mask = size - 1, length = (int)window;
    if (x != x) { /* no number, and none that is remembered: what is older goes on */
        if (q->n > 0 && when[q->head & mask] <= q->count - length) {
            q->head = (q->head + 1) & mask;
            q->n--;
        }
        q->count++;
        return x;
    }
    while (q->n > 0 && !(value[(q->head + q->n - 1) & mask] > x))
        q->n--;
    value[(q->head + q->n) & mask] = x;
    when[(q->head + q->n) & mask] = q->count;
    q->n++;
    if (when[q->head & mask] <= q->count - length) {
        q->head = (q->head + 1) & mask;
        q->n--;
    }
    q->count++;
    return value[q->head & mask];
}

/* Forgets what is remembered where a signal starts over: at age 0. */
KN_FN void kn_running_start(KnRunning *q, double *value, int count, double age) {
    if (age != 0.0) return;
    memset(q, 0, sizeof *q);
    memset(value, 0, sizeof *value * (uint64_t)count);
}

/* The mean of the last `window` values, 0 before the first.
 *
 * Nothing is taken away from a sum, so what has left the window is forgotten: a NaN, or what was so large that the rest was
 * lost beside it. The values lie in a ring, which is cut into groups of 64. Of the group at work there is a sum of the new values
 * before the head, and the old ones behind it were made sums from each to the end of the group when the head came; the sums of
 * all other groups are a ring of the same kind, one 64th as long, and so on until there is one group. A level lies behind
 * that below it, each with two numbers in front: the sum of what is outside of its group at work, and of the new ones in it. */
#define KN_GROUP 64

/* The sum of a level but for its element at the head; into[1] has what came before that in its group. */
KN_FN double kn_running_rest(const double *level, int n, int head) {
    return level[0] + level[1] +
           ((head + 1) % KN_GROUP != 0 && head + 1 < n ? level[2 + head + 1] : 0.0);
}

/* The head of a level comes to element `head`: where that begins a group, its old ones become sums from each to its end. */
KN_FN void kn_running_enter(double *level, int n, int head) {
    int last = head + KN_GROUP < n ? head + KN_GROUP : n, groups = (n + KN_GROUP - 1) / KN_GROUP;
    if (head % KN_GROUP != 0) return;
    for (int i = last - 2; i >= head; i--)
        level[2 + i] += level[2 + i + 1];
    level[1] = 0.0;
    if (groups == 1) return;
    kn_running_enter(level + 2 + n, groups, head / KN_GROUP);
    level[0] = kn_running_rest(level + 2 + n, groups, head / KN_GROUP);
}

/* The element at the head is x from now on. */
KN_FN void kn_running_put(double *level, int n, int head, double x) {
    int groups = (n + KN_GROUP - 1) / KN_GROUP;
    level[1] += x;
    level[2 + head] = x;
    if (groups > 1 && ((head + 1) % KN_GROUP == 0 || head + 1 == n))
        kn_running_put(level + 2 + n, groups, head / KN_GROUP, level[1]);
}

KN_FN double kn_running_mean(KnRunning *q, double *level, double window, double x) {
    const int n = (int)window;
    kn_running_enter(level, n, q->head);
    double rest = kn_running_rest(level, n, q->head);
    kn_running_put(level, n, q->head, x);
    q->head = q->head + 1 == n ? 0 : q->head + 1;
    return (rest + x) / window;
}

/* ---- convolution ------------------------------------------------------------------------------- */

/* The sum of taps and the last samples, the oldest first; count is a multiple of 8. Of `past`, count - 1
 * samples from *at on are those before x; they slide along and are taken back to the front when the
 * end is reached. */
KN_FN double kn_convolve(double *past, int32_t *at, int size, const double *taps, int count,
                         double x) {
    if (*at + count > size) {
        memmove(past, past + *at, sizeof *past * (uint64_t)(count - 1));
        *at = 0;
    }
    const double *first = past + *at;
    double sum[8] = {0};
    past[*at + count - 1] = x;
    *at += 1;
    for (int i = 0; i < count; i += 8)
        for (int j = 0; j < 8; j++)
            sum[j] += taps[i + j] * first[i + j];
    return ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
}

/* Forgets the past of a convolution where its signal starts over: at age 0. */
KN_FN void kn_convolve_start(double *past, int32_t *at, int size, double age) {
    if (age != 0.0) return;
    memset(past, 0, sizeof *past * (uint64_t)size);
    *at = 0;
}
