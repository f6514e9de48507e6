enum { INPUTS = 1, OUTPUTS = 1, PERIOD = 218, BURST = 219, LINE = 256 };
typedef struct State {
    uint32_t seed;
    int now, age;
    float line[LINE];
} State;

static void start(State *s) {
    s->seed = 1;
}

static void run(State *s, float *const *inputs, float *const *outputs, int frames) {
    (void)inputs;
    for (int i = 0; i < frames; i++) {
        float pick = 0;
        if (s->age < BURST) {
            pick = NOISE;
            s->age++;
        }
        float a = s->line[(s->now - PERIOD) & (LINE - 1)];
        float b = s->line[(s->now - PERIOD - 1) & (LINE - 1)];
        float y = pick + 0.498f * (a + b);
        s->line[s->now & (LINE - 1)] = y;
        s->now = (s->now + 1) & (LINE - 1);
        outputs[0][i] = y;
    }
}
