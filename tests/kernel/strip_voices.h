/* Cases of kernels that run a filter of several voices beside each other: one of them has the inputs and the state of the case, the
 * others have others. Half of the results are asked for, then the other half: what is not asked for stays. */

enum { VOICES = 8, VOICE_BUFFERS = 10, VOICE_STATE = 16, UNREAD_OF_ALL = 15 };

/* What a voice works with; buffers first, so that they are aligned. */
typedef struct VoicePlace {
    _Alignas(64) double buffer[VOICE_BUFFERS][STRIP_N + 16];
    double table[3 * 4], state[VOICE_STATE];
    int far[4];
    uint64_t words[16];
} VoicePlace;
static VoicePlace voice_places[VOICES];

static int voice_of_case(const Run *r, int *voices) {
    *voices = 1 + r->q->number % VOICES;
    return (r->q->number / VOICES) % *voices;
}

/* The buffers of results come first, then those of inputs. */
static void others_sound(int outs, int ins) {
    for (int v = 0; v < VOICES; v++) {
        VoicePlace *p = &voice_places[v];
        memset(p->buffer, 0xff, sizeof p->buffer);
        for (int j = 0; j < VOICE_STATE; j++)
            p->state[j] = uniform(-1, 1);
        for (int j = outs; j < outs + ins; j++)
            for (int i = 0; i < STRIP_N + 16; i++)
                p->buffer[j][i] = uniform(-0.3, 0.3);
        for (int j = 0; j < 4; j++)
            p->table[j] = uniform(-0.3, 0.3);
    }
}

static void buffer_words(VoicePlace *p, int n) {
    for (int j = 0; j < n; j++)
        p->words[j] = (uint64_t)(uintptr_t)p->buffer[j];
}

typedef void Voiced(const uint64_t *words, int64_t apart, int voices, int n);

/* Runs it for one half of the results, then, from the same states, for the other. */
static void run_halves(const Run *r, Voiced *kernel, int outs, int unread_word) {
    static VoicePlace before[VOICES];
    int voices;
    const VoicePlace *own = &voice_places[voice_of_case(r, &voices)];
    const unsigned half = (unsigned)r->q->number / 3 & UNREAD_OF_ALL;
    for (int pass = 0; pass < 2; pass++) {
        for (int v = 0; v < VOICES; v++) {
            if (pass == 0)
                memcpy(before[v].state, voice_places[v].state, sizeof before[v].state);
            else
                memcpy(voice_places[v].state, before[v].state, sizeof before[v].state);
            voice_places[v].words[unread_word] = pass == 0 ? half : ~half & UNREAD_OF_ALL;
        }
        kernel(voice_places[0].words, sizeof *voice_places, voices, r->n);
    }
    for (int j = 0; j < outs; j++)
        memcpy(r->y[j], own->buffer[j], sizeof(double) * (size_t)r->n);
}

#define LTI_OF_VOICES(count, outs, ins)                                                            \
    static void run_lti##count##_voices(const Run *r) {                                            \
        int voices;                                                                                \
        VoicePlace *own = &voice_places[voice_of_case(r, &voices)];                                \
        double *state = OF(r->state)->value;                                                       \
        others_sound(2 * count, count);                                                            \
        for (int v = 0; v < VOICES; v++) {                                                         \
            VoicePlace *p = &voice_places[v];                                                      \
            buffer_words(p, 3 * count);                                                            \
            p->words[3 * count] = (uint64_t)(uintptr_t)p->table;                                   \
            p->words[3 * count + 1] = (uint64_t)(uintptr_t)p->state;                               \
        }                                                                                          \
        memcpy(own->table, matrix, sizeof(double) * count * count);                                \
        for (int j = 0; j < count && r->from == 0; j++)                                            \
            state[7 * j] = OF(r->q->state + 64)->z[j];                                             \
        memcpy(own->state, state, sizeof(double) * 7 * count);                                     \
        for (int j = 0; j < count; j++)                                                            \
            memcpy(own->buffer[2 * count + j], r->in[j], sizeof(double) * (size_t)r->n);           \
        run_halves(r, get_lti##count##_voices(r), 2 * count, 3 * count + 2);                       \
        memcpy(state, own->state, sizeof(double) * 7 * count);                                     \
    }                                                                                              \
    static void want_lti##count##_voices(const Round *q, int i, int output, Want *w) {             \
        want_states(q, i, output, w, count, 0);                                                    \
        accept_no_number(w);                                                                       \
    }                                                                                              \
    CASE(lti##count##_voices, outs, ins, run_lti##count##_voices, want_lti##count##_voices,        \
         some_matrix, "a", 0, 1)
LTI_OF_VOICES(1, "dd", "d")
LTI_OF_VOICES(2, "dddd", "dd")

static void run_state2_voices(const Run *r) {
    int voices;
    VoicePlace *own = &voice_places[voice_of_case(r, &voices)];
    Memory *s = OF(r->state);
    others_sound(4, 6);
    for (int v = 0; v < VOICES; v++) {
        VoicePlace *p = &voice_places[v];
        buffer_words(p, 6);
        for (int j = 0; j < 4; j++)
            p->far[j] = (5 + j) * (STRIP_N + 16);
        p->words[6] = (uint64_t)(uintptr_t)p->far;
        for (int j = 0; j < 2; j++)
            p->words[7 + j] = (uint64_t)(uintptr_t)&p->state[j];
        p->words[9] = 0; /* what it keeps alone */
    }
    memcpy(own->state, s->z, sizeof(double) * 2);
    for (int j = 0; j < 2; j++)
        memcpy(own->buffer[4 + j], r->in[j], sizeof(double) * (size_t)r->n);
    for (int j = 0; j < 4; j++)
        memcpy(own->buffer[6 + j], varying[j] + r->from, sizeof(double) * (size_t)r->n);
    run_halves(r, get_state2_voices(r), 4, 10);
    memcpy(s->z, own->state, sizeof(double) * 2);
}
static void want_state2_voices(const Round *q, int i, int output, Want *w) {
    want_states(q, i, output, w, 2, 1);
    accept_no_number(w);
}
CASE(state2_voices, "dddd", "dd", run_state2_voices, want_state2_voices, some_matrix, "a", 0, 1)

/* ---- filters from input to output, of one voice and of several ---------------------------------------- */

/* The numbers and the states of the first filter of a bank. */
static void filter2_numbers_of(const Run *r, const double *given, double *numbers) {
    memset(numbers, 0, sizeof(double) * 9);
    CALL(filter2_numbers, numbers, given);
}

static void want_filter2(const Round *q, int i, Want *w, double x, double rounding) {
    const double *a = bank[0], *b = a + 4, *before = a + 6, *after = a + 9;
    double *z = states_of(q, 0);
    const double z1 = a[0] * z[0] + a[1] * z[4] + b[0] * x,
                 z2 = a[2] * z[0] + a[3] * z[4] + b[1] * x;
    const long double y =
        (long double)before[0] * z[0] + before[1] * z[4] + a[8] * x + after[0] * z1 + after[1] * z2;
    (void)i;
    z[0] = z1;
    z[4] = z2;
    accept_sum(w, y);
    w->within += (long double)rounding * (1 + fabsl(y));
}

static void run_filter2_numbers(const Run *r) {
    double numbers[9];
    filter2_numbers_of(r, bank[0], numbers);
    for (int i = 0; i < r->n; i++)
        ((double *)r->y[0])[i] = numbers[(r->from + i) % 9];
}
CASE(filter2_numbers, "d", "d", run_filter2_numbers, want_state2_bank_row, some_states, "a", 0, 1)

/* Buffers of voices are as wide as those of doubles, whatever they hold. */
static void run_filter2_of_voices(const Run *r, Voiced *kernel, size_t of_y, size_t of_x) {
    static double numbers[VOICES][9];
    int voices;
    VoicePlace *own = &voice_places[voice_of_case(r, &voices)];
    double *states = (double *)(void *)r->state;
    others_sound(1, 1);
    for (int v = 0; v < VOICES; v++) {
        VoicePlace *p = &voice_places[v];
        filter2_numbers_of(r, bank[p == own ? 0 : 1 + v], numbers[v]);
        buffer_words(p, 2);
        p->words[2] = (uint64_t)(uintptr_t)numbers[v];
        p->words[3] = (uint64_t)(uintptr_t)p->state;
        p->words[4] = 0;
    }
    own->state[0] = states[0];
    own->state[1] = states[4];
    memcpy(own->buffer[1], r->in[0], of_x * (size_t)r->n);
    kernel(voice_places[0].words, sizeof *voice_places, voices, r->n);
    memcpy(r->y[0], own->buffer[0], of_y * (size_t)r->n);
    states[0] = own->state[0];
    states[4] = own->state[1];
}

#define FILTER2(name, OF_Y, Y, OF_X, X, rounding)                                                  \
    static void run_##name(const Run *r) {                                                         \
        double numbers[9], *states = (double *)(void *)r->state, z[2] = {states[0], states[4]};    \
        filter2_numbers_of(r, bank[0], numbers);                                                   \
        CALL(name, r->y[0], r->in[0], numbers, z, r->n);                                           \
        states[0] = z[0];                                                                          \
        states[4] = z[1];                                                                          \
    }                                                                                              \
    static void want_##name(const Round *q, int i, int output, Want *w) {                          \
        (void)output;                                                                              \
        want_filter2(q, i, w, (double)((const X *)q->in[0])[i], rounding);                         \
    }                                                                                              \
    static void run_##name##_voices(const Run *r) {                                                \
        run_filter2_of_voices(r, get_##name##_voices(r), sizeof(Y), sizeof(X));                    \
    }                                                                                              \
    CASE(name, OF_Y, OF_X, run_##name, want_##name, some_states, "a", 1, 1)                        \
    CASE(name##_voices, OF_Y, OF_X, run_##name##_voices, want_##name, some_states, "a", 1, 1)
FILTER2(filter2_ff, "f", float, "f", float, 0x1p-23)
FILTER2(filter2_fd, "f", float, "d", double, 0x1p-23)
FILTER2(filter2_df, "d", double, "f", float, 0)
FILTER2(filter2_dd, "d", double, "d", double, 0)

/* The second output is the loudness of the loudest sample so far, as pieces of one sample tell it; the last must be that of the whole. */
static void run_add_voice(const Run *r) {
    float *y = r->y[0];
    int32_t *level = r->y[1], *loudest = &OF(r->state)->g, so_far;
    if (r->from == 0) *loudest = 0;
    so_far = *loudest;
    memcpy(y, r->in[1], sizeof *y * (size_t)r->n);
    CALL(add_voice, y, r->in[0], loudest, r->n);
    for (int i = 0; i < r->n; i++) {
        float sum = 0;
        CALL(add_voice, &sum, (const float *)r->in[0] + i, &so_far, 1);
        level[i] = so_far;
    }
    if (r->n > 0 && so_far != *loudest) level[r->n - 1] = -1;
}

static void want_add_voice(const Round *q, int i, int output, Want *w) {
    const float *x = q->in[0], *to = q->in[1];
    int32_t *loudest = &OF(q->want_state)->g;
    const int32_t now = (int32_t)(kn_bitsf(x[i]) & 0x7fffffff);
    if (output == 0) {
        ACCEPT(to[i] + x[i]);
        return;
    }
    if (i == 0) *loudest = 0;
    if (now > *loudest) *loudest = now;
    ACCEPT(*loudest);
}
CASE(add_voice, "fb", "ff", run_add_voice, want_add_voice, NULL, "", 0, 0)

/* ---- maps of a host's buffers ---------------------------------------------------------------------- */

static void run_affine(const Run *r) {
    CALL(affine, r->y[0], r->in[0], r->q->k[0], r->q->k[1], r->n);
}

static void want_affine(const Round *q, int i, int output, Want *w) {
    (void)output;
    const float product = ((const float *)q->in[0])[i] * (float)q->k[0];
    ACCEPT(product + (float)q->k[1]);
}
CASE(affine, "f", "f", run_affine, want_affine, NULL, "", 0, 1)
