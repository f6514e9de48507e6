enum { INPUTS = 0, OUTPUTS = 1, OPERATORS = 4 };
typedef struct State {
    double phase[OPERATORS];
} State;

static const double frequency[OPERATORS] = {880, 440, 660, 220};
static const double amount[OPERATORS] = {0, 1.5, 2, 1.2};

static void start(State *s) {
    (void)s;
}

static void run(State *s, float *const *inputs, float *const *outputs, int frames) {
    (void)inputs;
    for (int i = 0; i < frames; i++) {
        float y = 0;
        for (int k = 0; k < OPERATORS; k++) {
            y = sinf((float)(s->phase[k] + amount[k] * (double)y));
            s->phase[k] += 2 * M_PI * frequency[k] / RATE;
            if (s->phase[k] >= 2 * M_PI) s->phase[k] -= 2 * M_PI;
        }
        outputs[0][i] = y;
    }
}
