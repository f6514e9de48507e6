/* The state-variable filter as Zavalishin has it (The Art of VA Filter Design, 4.4). */
enum { INPUTS = 1, OUTPUTS = 1 };
typedef struct State {
    uint32_t seed;
    double phase;
    float s1, s2;
} State;

static void start(State *s) {
    s->seed = 1;
}

static void run(State *s, float *const *inputs, float *const *outputs, int frames) {
    (void)inputs;
    for (int i = 0; i < frames; i++) {
        float x = NOISE;
        float cutoff = 1000 + 800 * sinf((float)s->phase);
        float g = tanf((float)M_PI * cutoff / RATE), k = 0.5f;
        float high = (x - (k + g) * s->s1 - s->s2) / (1 + g * (g + k));
        float band = g * high + s->s1;
        float low = g * band + s->s2;
        s->s1 = g * high + band;
        s->s2 = g * band + low;
        s->phase += 2 * M_PI * 0.5 / RATE;
        if (s->phase >= 2 * M_PI) s->phase -= 2 * M_PI;
        outputs[0][i] = low;
    }
}
