enum { INPUTS = 1, OUTPUTS = 1, LINES = 16, SIZE = 2304 };
typedef struct State {
    int at[LINES];
    float kept[LINES], line[LINES][SIZE];
} State;

static const int lengths[LINES] = {1031, 1103, 1187, 1259, 1327, 1423, 1499, 1571,
                                   1627, 1721, 1801, 1889, 1973, 2053, 2129, 2203};

static void start(State *s) {
    (void)s;
}

static void hadamard(float *v) {
    for (int half = LINES / 2; half >= 1; half /= 2)
        for (int block = 0; block < LINES; block += 2 * half)
            for (int i = block; i < block + half; i++) {
                float a = v[i], b = v[i + half];
                v[i] = a + b;
                v[i + half] = a - b;
            }
}

static void run(State *s, float *const *inputs, float *const *outputs, int frames) {
    for (int i = 0; i < frames; i++) {
        float v[LINES], sum = 0;
        for (int k = 0; k < LINES; k++) {
            float late = s->line[k][s->at[k]];
            sum += k % 2 ? -late : late;
            s->kept[k] = 0.7f * late + 0.3f * s->kept[k];
            v[k] = s->kept[k];
        }
        hadamard(v);
        for (int k = 0; k < LINES; k++) {
            s->line[k][s->at[k]] = inputs[0][i] + 0.24f * v[k];
            if (++s->at[k] == lengths[k]) s->at[k] = 0;
        }
        outputs[0][i] = 0.1f * sum;
    }
}
