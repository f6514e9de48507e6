/* Room and damping of a half. In the loops a low-pass of first order with a zero, whose pole is for any rate the published
 * factor of 0.2 a sample at 44.1 kHz. */
enum { INPUTS = 2, OUTPUTS = 2, COMBS = 8, ALLPASSES = 4, SPREAD = 23, LINE = 2048 };

typedef struct Line {
    int at, length;
    float samples[LINE];
} Line;

typedef struct Comb {
    Line line;
    float before, kept; /* of the low-pass: what went in, what came out */
} Comb;

typedef struct State {
    float pole, gain, zero;
    Comb combs[2][COMBS];
    Line allpasses[2][ALLPASSES];
} State;

static const int comb_lengths[COMBS] = {1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617};
static const int allpass_lengths[ALLPASSES] = {556, 441, 341, 225};

static int samples_of(int length) {
    return (int)(length * RATE / 44100.0 + 0.5);
}

static void start(State *s) {
    double zero = 4 - sqrt(15), time = sqrt(0.2) / 0.8 / 44100;
    double root = sqrt(0.6 + pow(2 * RATE * time, 2)), pole = (root - 1) / (root + 1);
    s->pole = (float)pole;
    s->zero = (float)zero;
    s->gain = (float)((1 - pole) / (1 + zero));
    for (int side = 0; side < 2; side++) {
        for (int k = 0; k < COMBS; k++)
            s->combs[side][k].line.length = samples_of(comb_lengths[k] + side * SPREAD);
        for (int k = 0; k < ALLPASSES; k++)
            s->allpasses[side][k].length = samples_of(allpass_lengths[k] + side * SPREAD);
    }
}

static void line_write(Line *line, float x) {
    line->samples[line->at] = x;
    if (++line->at == line->length) line->at = 0;
}

static float comb(const State *s, Comb *c, float x) {
    float late = c->line.samples[c->line.at];
    c->kept = s->gain * (late + s->zero * c->before) + s->pole * c->kept;
    c->before = late;
    line_write(&c->line, x + 0.84f * c->kept);
    return late;
}

static float allpass(Line *line, float x) {
    float late = line->samples[line->at];
    line_write(line, x + 0.5f * late);
    return late - x;
}

static void run(State *s, float *const *inputs, float *const *outputs, int frames) {
    for (int i = 0; i < frames; i++) {
        float x[2] = {inputs[0][i], inputs[1][i]};
        for (int side = 0; side < 2; side++) {
            float in = 0.037f * (0.75f * x[side] + 0.25f * x[1 - side]), y = 0;
            for (int k = 0; k < COMBS; k++)
                y += comb(s, &s->combs[side][k], in);
            for (int k = 0; k < ALLPASSES; k++)
                y = allpass(&s->allpasses[side][k], y);
            outputs[side][i] = 0.1f * x[side] + y;
        }
    }
}
