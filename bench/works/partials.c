enum { INPUTS = 0, OUTPUTS = 1, PARTIALS = 32 };
typedef struct State {
    double phase;
} State;

static void start(State *s) {
    (void)s;
}

static void run(State *s, float *const *inputs, float *const *outputs, int frames) {
    (void)inputs;
    for (int i = 0; i < frames; i++) {
        float sum = 0;
        for (int k = 1; k <= PARTIALS; k++)
            sum += sinf((float)(k * s->phase)) / (float)k;
        outputs[0][i] = sum;
        s->phase += 2 * M_PI * 110 / RATE;
        if (s->phase >= 2 * M_PI) s->phase -= 2 * M_PI;
    }
}
