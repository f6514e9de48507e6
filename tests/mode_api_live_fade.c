/* kanon.h, live programs: what is heard where one program fades into another, and params across it. */
#include "mode_api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RATE = 48000, MOST = 11 * RATE };

static const char low[] = "out(t) = 0.5 * sin(tau * 100 * t)",
                  high[] = "out(t) = 0.4 * sin(tau * 333 * t) + 0.2", steady[] = "out(t) = 0.25";

static float *frames_of(int n) {
    return calloc((size_t)n, sizeof(float));
}

static float *rendered(const char *text, int n) {
    float *out = frames_of(n);
    KnProgram *p = live_compile(text);
    kn_program_render(p, 0, n, (float *[]){out});
    kn_program_free(p);
    return out;
}

static float largest_step(const float *x, int n) {
    float most = 0;
    for (int i = 1; i < n; i++)
        most = fmaxf(most, fabsf(x[i] - x[i - 1]));
    return most;
}

/* ---- fades ---------------------------------------------------------------------------------------- */

/* Two pure programs: every frame is known, and no step is larger than those of both and of the fade. */
static bool fades_over(double asked, int length) {
    enum { BEGUN = 1234 };
    int n = BEGUN + length + 500;
    float *a = rendered(low, n), *b = rendered(high, n), *out = frames_of(n);
    KnLive *l = live_begin(low);
    bool good = true;
    live_run(l, out, NULL, 0, BEGUN);
    CLAIM(good, !kn_live_is_replacing(l));
    CLAIM(good, live_replace(l, high, asked));
    CLAIM(good, kn_live_is_replacing(l));
    live_run(l, out, NULL, BEGUN, n);
    CLAIM(good, !kn_live_is_replacing(l) && kn_live_frame(l) == n);
    for (int i = 0; i < n && good; i++) {
        double rest = i < BEGUN ? 1 : fmax(0, 1 - (double)(i - BEGUN) / length);
        double expected = rest * (double)a[i] + (1 - rest) * (double)b[i];
        if (fabs(expected - (double)out[i]) > 1e-6)
            good = wrong("fade %g: frame %d is %g, not %g", asked, i, (double)out[i], expected);
    }
    float bound = fmaxf(largest_step(a, n), largest_step(b, n)) + 1.2f / (float)length;
    if (length > 1 && largest_step(out, n) > bound)
        good = wrong("fade %g: a step of %g", asked, (double)largest_step(out, n));
    kn_live_free(l);
    free(a);
    free(b);
    free(out);
    return good;
}

bool live_fades(void) {
    return fades_over(0, 1) && fades_over(-1, 480) && fades_over((double)NAN, 480) &&
           fades_over(0.0321, 1541) && fades_over(10, 10 * RATE) && fades_over(99, 10 * RATE);
}

/* ---- at a frame -------------------------------------------------------------------------------------- */

static const char echoes[] = "y(t) = noise(3)(t) * 0.1 + 0.9 * y(t - 10ms)\nout = y",
                  louder[] = "y(t) = noise(3)(t) * 0.1 + 0.9 * y(t - 10ms)\nout = 2 * y",
                  other[] = "y(t) = noise(3)(t) * 0.1 + 0.9 * y(t - 10ms)\nout = 3 * y";

/* What remembers goes on, and the first frame that is twice as loud is the wanted one, wherever blocks end. */
static bool replaces_at(int wanted, int step, bool twice) {
    enum { N = 60000, BEGUN = 1000 };
    float *expected = rendered(echoes, N), *out = frames_of(N);
    KnLive *l = live_begin(echoes);
    KnProgram *p = live_compile(louder), *dropped = live_compile(other);
    bool good = true;
    live_run(l, out, NULL, 0, BEGUN);
    if (twice) CLAIM(good, kn_live_replace_at(l, dropped, 0, wanted));
    CLAIM(good, kn_live_replace_at(l, p, 0, wanted) && kn_live_is_replacing(l));
    for (int at = BEGUN; at < N; at += step)
        live_run(l, out, NULL, at, at + step < N ? at + step : N);
    CLAIM(good, !kn_live_is_replacing(l));
    for (int i = 0; i < N && good; i++) {
        const float gain = i <= wanted ? 1 : 2; /* one frame of fade has the old one whole */
        if (fabsf(out[i] - gain * expected[i]) > 1e-6f * gain)
            good = wrong("at %d in steps of %d: frame %d is %g, not %g", wanted, step, i,
                         (double)out[i], (double)(gain * expected[i]));
    }
    kn_program_free(p);
    kn_program_free(dropped);
    kn_live_free(l);
    free(expected);
    free(out);
    return good;
}

bool live_is_replaced_at_a_frame(void) {
    static const int steps[] = {1, 64, 97, 4096};
    for (int i = 0; i < 4; i++)
        if (!replaces_at(48000, steps[i], false) || !replaces_at(30001, steps[i], true))
            return false;
    return true;
}

bool live_does_not_wait_when_hurried(void) {
    float out[2000];
    KnLive *l = live_begin(steady);
    KnProgram *p = live_compile("out(t) = 0.5");
    bool good = true;
    live_run(l, out, NULL, 0, 500);
    CLAIM(good, kn_live_replace_at(l, p, 0, INT64_MAX) && !kn_live_seek(l, 0));
    live_run(l, out, NULL, 500, 1000);
    CLAIM(good, out[999] == 0.25f && kn_live_is_replacing(l));
    kn_live_hurry(l);
    live_run(l, out, NULL, 1000, 1500);
    CLAIM(good, out[1499] == 0.5f && !kn_live_is_replacing(l) && kn_live_seek(l, 0));
    CLAIM(good, kn_live_replace_at(l, p, 0, -5)); /* a frame that has gone by */
    live_run(l, out, NULL, 1500, 2000);
    CLAIM(good, !kn_live_is_replacing(l));
    kn_live_hurry(NULL);
    CLAIM(good, !kn_live_replace_at(NULL, p, 0, 0) && !kn_live_replace_at(l, NULL, 0, 0));
    kn_program_free(p);
    kn_live_free(l);
    return good;
}

bool live_what_is_no_number_does_not_stay(void) {
    static const char *const wrongs[] = {
        "input x\nout = { y(t) = x(t) + 300 * y(t - dt); y }",
        "input x\nout = { y(t) = x(t) + 300 * y(t - 1ms); y }",
        "input x\nout = { y(t) = x(t) * 1e30 + 300 * y(t - dt); y } |> lowpass(300Hz)",
        "input x\nout = running_mean(sqrt(x), 5ms)",
        "input x\nout = { y(t) = x(t) * 1e30 + 300 * y(t - dt) ^ 3; y } |> smooth(5ms)"};
    static const char *const mended[] = {
        "input x\nout = { y(t) = x(t) + 0.3 * y(t - dt); y }",
        "input x\nout = { y(t) = x(t) + 0.3 * y(t - 1ms); y }",
        "input x\nout = { y(t) = x(t) + 0.3 * y(t - dt); y } |> lowpass(300Hz)",
        "input x\nout = running_mean(x, 5ms)",
        "input x\nout = { y(t) = x(t) + 0.3 * y(t - dt) ^ 3; y } |> smooth(5ms)"};
    enum { BEGUN = 3000, N = 9000 };
    bool good = true;
    for (int k = 0; k < 5; k++) {
        float *out = frames_of(N), most = 0;
        KnLive *l = live_begin(wrongs[k]);
        live_run(l, out, NULL, 0, BEGUN);
        if (isfinite(out[BEGUN - 1])) good = wrong("%s: is a number", wrongs[k]);
        CLAIM(good, live_replace(l, mended[k], 0.02));
        live_run(l, out, NULL, BEGUN, N);
        for (int i = BEGUN + 64; i < N; i++)
            if (!isfinite(out[i])) good = wrong("%s: frame %d", mended[k], i);
        for (int i = N - 1000; i < N; i++)
            most = fmaxf(most, fabsf(out[i]));
        if (!(most > 1e-6f && most < 3)) good = wrong("%s: %g", mended[k], (double)most);
        kn_live_free(l);
        free(out);
    }
    return good;
}

bool live_replacements_wait_for_the_fade(void) {
    enum { N = 20000, FIRST = 1000, SECOND = 3000, LENGTH = 9600 };
    float *out = frames_of(N), *a = rendered(low, N), *b = rendered(high, N);
    KnLive *l = live_begin(low);
    bool good = true;
    live_run(l, out, NULL, 0, FIRST);
    CLAIM(good, live_replace(l, high, 0.2));
    live_run(l, out, NULL, FIRST, SECOND);
    CLAIM(good, live_replace(l, "out(t) = 7", 0)); /* given, dropped, and never heard */
    CLAIM(good, live_replace(l, steady, 0));
    live_run(l, out, NULL, SECOND, N);
    CLAIM(good, !kn_live_is_replacing(l));
    CLAIM(good, kn_live_report_count(l) == 0); /* nothing of it has state */
    for (int i = 0; i < N && good; i++) {
        float rest = fminf(fmaxf(1 - (float)(i - FIRST) / LENGTH, 0), 1);
        float expected = rest * a[i] + (1 - rest) * b[i];
        if (i > FIRST + LENGTH + 64) expected = 0.25f;
        bool between = i >= FIRST + LENGTH && i <= FIRST + LENGTH + 64;
        if (!between && fabsf(expected - out[i]) > 1e-5f)
            good = wrong("frame %d is %g, not %g", i, (double)out[i], (double)expected);
    }
    kn_live_free(l);
    free(out);
    free(a);
    free(b);
    return good;
}

bool live_withdrawn_ones_are_never_heard(void) {
    float out[2000];
    KnLive *l = live_begin("out = noise(1) |> lowpass(300Hz)");
    bool good = true;
    live_run(l, out, NULL, 0, 500);
    CLAIM(good, live_replace(l, "out(t) = 7 + echo(t)\necho(t) = 0.5 * echo(t - 1ms) + 1", 0));
    CLAIM(good, live_replace(l, "out(t) = 9", 0));
    CLAIM(good, live_replace(l, "out = noise(1) |> lowpass(300Hz)", 0));
    for (int i = 0; i < kn_live_report_count(l); i++)
        CLAIM(good, kn_live_report_fate(l, i) == KN_GOES_ON);
    CLAIM(good, kn_live_report_count(l) > 0);
    live_run(l, out, NULL, 500, 2000);
    for (int i = 0; i < 2000; i++)
        if (fabsf(out[i]) > 2) good = wrong("frame %d is %g", i, (double)out[i]);
    kn_live_free(l);
    return good;
}

/* ---- channels ------------------------------------------------------------------------------------- */

static const char one[] = "out(t) = 0.5", two[] = "out(t) = [0.1, 0.2]",
                  three[] = "input x, y\nout(t) = [0.1 + 0 * x(t), 0.2 + 0 * y(t), 0.3]";

static bool is_heard(KnLive *l, const char *text, float left, float right) {
    float x[64], y[64], *outputs[] = {x, y};
    bool good = !text || live_replace(l, text, 0);
    for (int i = 0; i < 3; i++)
        kn_live_process(l, NULL, outputs, 64);
    if (x[63] != left || y[63] != right)
        good = wrong("%s: %g %g", text ? text : "", (double)x[63], (double)y[63]);
    outputs[0] = NULL;
    y[63] = 99;
    kn_live_process(l, NULL, outputs, 64);
    if (y[63] != right) good = wrong("%s: %g alone", text ? text : "", (double)y[63]);
    return good;
}

bool live_numbers_of_channels_may_differ(void) {
    bool good = true;
    KnLive *l = live_begin(two);
    good = is_heard(l, NULL, 0.1f, 0.2f) && is_heard(l, one, 0.5f, 0.5f) &&
           is_heard(l, three, 0.1f, 0.2f) && is_heard(l, two, 0.1f, 0.2f);
    kn_live_free(l);
    l = live_begin(one);
    float x[64], y[64] = {9};
    CLAIM(good, live_replace(l, two, 0));
    for (int i = 0; i < 2; i++)
        kn_live_process(l, NULL, (float *[]){x, y}, 64);
    CLAIM(good, x[63] == 0.1f && y[0] == 9); /* there is no second output */
    kn_live_free(l);
    KnCompiler *k = api_compiler();
    kn_compiler_set_engine(k, "jit");
    kn_compiler_set_rate(k, 44100);
    KnProgram *p = api_compile(k, one);
    l = live_begin(one);
    CLAIM(good, kn_live_replace(l, p, 0.01) == 0 && !kn_live_is_replacing(l));
    CLAIM(good, kn_live_replace(l, NULL, 0.01) == 0 && kn_live_replace(NULL, p, 0.01) == 0);
    kn_program_free(p);
    kn_compiler_free(k);
    kn_live_free(l);
    return good;
}

/* One output at first, and a second one that comes later is heard; an input too. */
bool live_has_the_channels_of_a_device(void) {
    bool good = true;
    KnProgram *p = live_compile(one);
    float x[64], y[64], z[64], in[64];
    for (int i = 0; i < 64; i++)
        in[i] = 0.25f;
    KnLive *l = kn_live_create_channels(p, 32, 1, 1, 3);
    kn_live_set_optimize(l, 0);
    kn_live_process(l, NULL, (float *[]){x, y, z}, 64);
    CLAIM(good, x[0] == 0.5f && y[0] == 0.5f && z[63] == 0.5f);
    CLAIM(good, live_replace(l, "input a, b\nout = [0.1 + a, 0.2 + b]", 0));
    for (int i = 0; i < 2; i++)
        kn_live_process(l, (const float *[]){in}, (float *[]){x, y, z}, 64);
    CLAIM(good, x[63] == 0.1f + 0.25f && y[63] == 0.2f && z[63] == 0);
    kn_live_free(l);
    CLAIM(good,
          !kn_live_create_channels(p, 32, 1, 0, 0) && !kn_live_create_channels(p, 32, 1, -1, 1));
    CLAIM(good,
          !kn_live_create_channels(p, 32, 1, 0, 65) && !kn_live_create_channels(p, 32, 1, 65, 1));
    CLAIM(good, !kn_live_create_channels(NULL, 32, 1, 0, 1));
    l = kn_live_create_channels(p, 32, 1, 64, 64);
    CLAIM(good, l != NULL);
    kn_live_free(l);
    kn_program_free(p);
    return good;
}

/* And what follows is at the frames that follow. */
bool live_goes_to_a_frame(void) {
    enum { N = 4000, FROM = 1777, BACK = 333 };
    bool good = true;
    float *out = frames_of(N), *a = rendered(low, N);
    KnLive *l = live_begin(low);
    CLAIM(good, !kn_live_seek(l, -1) && !kn_live_seek(l, (INT64_C(1) << 52) + 1));
    CLAIM(good, kn_live_seek(l, FROM) && kn_live_frame(l) == FROM);
    live_run(l, out, NULL, FROM, N);
    CLAIM(good, kn_live_frame(l) == N && kn_live_seek(l, BACK));
    CLAIM(good, live_replace(l, low, 0.01) && !kn_live_seek(l, 5));
    live_run(l, out, NULL, BACK, BACK + 64);
    CLAIM(good, kn_live_is_replacing(l) && !kn_live_seek(l, 5));
    live_run(l, out, NULL, BACK + 64, FROM);
    CLAIM(good, kn_live_frame(l) == FROM);
    for (int i = BACK; i < N && good; i++)
        if (out[i] != a[i])
            good = wrong("frame %d is %.9g, not %.9g", i, (double)out[i], (double)a[i]);
    kn_live_free(l);
    l = live_begin("y(t) = 0.1 + 0.5 * y(t - dt)\nout = y");
    CLAIM(good, !kn_live_seek(l, 5) && kn_live_frame(l) == 0);
    CLAIM(good, !kn_live_seek(NULL, 5));
    kn_live_free(l);
    free(out);
    free(a);
    return good;
}

/* What is pure goes on in time with every engine; nothing else does. */
bool live_engines_may_differ(void) {
    enum { N = 6000 };
    float *out = frames_of(N), *a = rendered(low, N), *b = rendered(high, N);
    KnCompiler *k = api_compiler();
    kn_compiler_set_engine(k, "ref");
    KnProgram *p = api_compile(k, high);
    KnLive *l = live_begin(low);
    bool good = true;
    live_run(l, out, NULL, 0, 1000);
    CLAIM(good, kn_live_replace(l, p, 0));
    live_run(l, out, NULL, 1000, 3000);
    CLAIM(good, api_text_is("ref", kn_live_engine(l)));
    CLAIM(good, live_replace(l, low, 0));
    live_run(l, out, NULL, 3000, N);
    CLAIM(good, api_text_is("jit", kn_live_engine(l)));
    for (int i = 0; i < N && good; i++) {
        float expected = i > 1000 && i <= 3000 ? b[i] : a[i];
        if (fabsf(out[i] - expected) > 1e-6f)
            good = wrong("frame %d is %g, not %g", i, (double)out[i], (double)expected);
    }
    kn_live_free(l);
    kn_program_free(p);
    kn_compiler_free(k);
    free(out);
    free(a);
    free(b);
    return good;
}

/* ---- params --------------------------------------------------------------------------------------- */

static int param(KnLive *l, const char *name) {
    return kn_program_param_index(kn_live_program(l), name);
}

static float value_now(KnLive *l) {
    float x[64];
    kn_live_process(l, NULL, (float *[]){x}, 64);
    return x[63];
}

bool live_params_are_kept_by_name(void) {
    bool good = true;
    KnLive *l = live_begin("param a = 1 in 0..10\nparam b = 2 in 0..10\nout = 100 * a + b");
    CLAIM(good, value_now(l) == 102);
    kn_live_set(l, param(l, "a"), 5);
    CLAIM(good, kn_live_get(l, 0) == 5 && value_now(l) == 502);
    /* in another order, with other ranges; nobody has touched b */
    CLAIM(good, live_replace(l, "param b = 3 in 0..10\nparam a = 1 in 0..4\nout = 100 * a + b", 0));
    CLAIM(good, kn_live_get(l, param(l, "a")) == 4 && kn_live_get(l, param(l, "b")) == 3);
    /* until it begins, the old one hears it as well, as far as its range goes */
    kn_live_set(l, param(l, "a"), 2);
    CLAIM(good, value_now(l) == 203);
    CLAIM(good, value_now(l) == 203);
    CLAIM(good, live_replace(l, "param c = 7 in 0..10\nout = c", 0));
    kn_live_set(l, 0, 8);
    kn_live_set(l, 1, 9); /* there is none */
    kn_live_set(l, -1, 9);
    kn_live_set(l, 0, (double)NAN);
    value_now(l);
    CLAIM(good, value_now(l) == 8 && kn_live_get(l, 0) == 8 && kn_live_get(l, 3) == 0);
    kn_live_free(l);
    return good;
}

/* In a fade both hear it. */
bool live_params_are_turned_in_a_fade(void) {
    static const char text[] = "param a = 1 in 0..10\nout = a";
    float x[64], *outputs[] = {x};
    bool good = true;
    KnLive *l = live_begin(text);
    value_now(l);
    CLAIM(good, live_replace(l, text, 1));
    value_now(l);
    CLAIM(good, kn_live_is_replacing(l));
    kn_live_set(l, 0, 3);
    kn_live_process(l, NULL, outputs, 64);
    CLAIM(good, x[0] == 3 && x[63] == 3);
    CLAIM(good,
          live_replace(l, "param a = 1 in 0..10\nout = a + 0", 1)); /* and a third that waits */
    kn_live_set(l, 0, 4);
    kn_live_process(l, NULL, outputs, 64);
    CLAIM(good, x[0] == 4 && x[63] == 4);
    for (int i = 0; i < 1600; i++)
        kn_live_process(l, NULL, outputs, 64);
    CLAIM(good, !kn_live_is_replacing(l));
    kn_live_set(l, 0, 5);
    CLAIM(good, value_now(l) == 5);
    kn_live_free(l);
    return good;
}
