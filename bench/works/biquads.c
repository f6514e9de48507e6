enum { INPUTS = 1, OUTPUTS = 1, STAGES = 8 };
typedef struct State {
    uint32_t seed;
    double x1[STAGES], x2[STAGES], y1[STAGES], y2[STAGES];
} State;

static void start(State *s) {
    s->seed = 1;
}

static void run(State *s, float *const *inputs, float *const *outputs, int frames) {
    (void)inputs;
    for (int i = 0; i < frames; i++) {
        double x = NOISE;
        for (int k = 0; k < STAGES; k++) {
            double y = 0.2 * x + 0.3 * s->x1[k] + 0.2 * s->x2[k] + 0.5 * s->y1[k] - 0.3 * s->y2[k];
            s->x2[k] = s->x1[k];
            s->x1[k] = x;
            s->y2[k] = s->y1[k];
            s->y1[k] = y;
            x = y;
        }
        outputs[0][i] = (float)x;
    }
}
