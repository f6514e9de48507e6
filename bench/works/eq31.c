/* Band-passes of the Audio EQ Cookbook (R. Bristow-Johnson), third octaves. */
enum { INPUTS = 1, OUTPUTS = 1, BANDS = 31 };
typedef struct State {
    double x1, x2;
    double b[BANDS], a1[BANDS], a2[BANDS], gain[BANDS], y1[BANDS], y2[BANDS];
} State;

static void start(State *s) {
    for (int k = 0; k < BANDS; k++) {
        double f = 1000 * pow(2, (k - 17) / 3.0), w = 2 * M_PI * f / RATE,
               alpha = sin(w) / (2 * 4.318);
        s->b[k] = alpha / (1 + alpha);
        s->a1[k] = 2 * cos(w) / (1 + alpha);
        s->a2[k] = (1 - alpha) / (1 + alpha);
        s->gain[k] = 0.5 + 0.02 * k;
    }
}

static void run(State *s, float *const *inputs, float *const *outputs, int frames) {
    for (int i = 0; i < frames; i++) {
        double x = inputs[0][i], d = x - s->x2, sum = 0;
        for (int k = 0; k < BANDS; k++) {
            double y = s->b[k] * d + s->a1[k] * s->y1[k] - s->a2[k] * s->y2[k];
            s->y2[k] = s->y1[k];
            s->y1[k] = y;
            sum += s->gain[k] * y;
        }
        s->x2 = s->x1;
        s->x1 = x;
        outputs[0][i] = (float)sum;
    }
}
