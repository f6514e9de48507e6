enum { INPUTS = 0, OUTPUTS = 1 };
typedef struct State {
    double phase;
} State;

static void start(State *s) {
    (void)s;
}

static void run(State *s, float *const *inputs, float *const *outputs, int frames) {
    (void)inputs;
    for (int i = 0; i < frames; i++) {
        outputs[0][i] = (float)sin(s->phase);
        s->phase += 2 * M_PI * 440 / RATE;
        if (s->phase >= 2 * M_PI) s->phase -= 2 * M_PI;
    }
}
