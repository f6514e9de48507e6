/* kanon.h, live programs: what is said of each state, and lines whose length is edited. */
#include "mode_api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the report ----------------------------------------------------------------------------------- */

static const char *const fates[] = {"goes on", "edited", "changed", "starts", "ends"};

/* "path: fate" line by line. */
static char *report_of(const char *before, const char *after) {
    float x[64];
    Buf text = {0};
    KnLive *l = live_begin(before);
    live_run(l, x, NULL, 0, 64);
    if (!live_replace(l, after, 0)) wrong("not replaced");
    buf_puts(&text, "");
    for (int i = 0; i < kn_live_report_count(l); i++)
        buf_printf(&text, "%s: %s\n", kn_live_report_path(l, i), fates[kn_live_report_fate(l, i)]);
    if (kn_live_report_path(l, -1) || kn_live_report_path(l, kn_live_report_count(l)))
        wrong("a path out of range");
    kn_live_free(l);
    return text.data;
}

static const struct {
    const char *before, *after, *said;
} edits[] = {
    /* nothing */
    {"out = noise(1) |> lowpass(300Hz)", "// nothing\nout = noise(1) |> lowpass(300Hz)",
     "out/lowpass: goes on\n"},
    /* a constant */
    {"out(t) = noise(1)(t) + 0.5 * out(t - 0.1)", "out(t) = noise(1)(t) + 0.6 * out(t - 0.1)",
     "out: edited\n"},
    /* a definition has another name */
    {"one = noise(1) |> lowpass(300Hz)\nout = one", "two = noise(1) |> lowpass(300Hz)\nout = two",
     "two/lowpass: goes on\n"},
    {"echo(t) = noise(1)(t) + 0.5 * echo(t - 0.1)\nout = echo",
     "again(t) = noise(1)(t) + 0.5 * again(t - 0.1)\nout = again", "again: goes on\n"},
    /* one more of several */
    {"out = sum([1, 2], k => noise(k) |> lowpass(100 * k))",
     "out = sum([7, 1, 2], k => noise(k) |> lowpass(100 * k))",
     "out/lowpass: goes on\nout/lowpass: starts\n"},
    {"out = sum([7, 1, 2], k => noise(k) |> lowpass(100 * k))",
     "out = sum([1, 2], k => noise(k) |> lowpass(100 * k))",
     "out/lowpass: goes on\nout/lowpass: ends\n"},
    /* another type, another shape */
    {"s = phase(t => 300 + noise(1)(t))\nout = s", "s = smooth(noise(1), 10ms)\nout = s",
     "s: changed\n"},
    {"out = running_max(noise(1), 10ms)", "out = running_max(noise(1), 100ms)", "out: changed\n"},
    /* removed, added */
    {"a = noise(1) |> lowpass(300Hz)\nb = smooth(noise(2), 1ms)\nout = a + b",
     "a = noise(1) |> lowpass(300Hz)\nc = count(noise(2))\nout = a + c",
     "a/lowpass: goes on\nc/count: starts\nc/count/rise: starts\nb: ends\n"},
    /* only its length */
    {"x = smooth(noise(1), 1ms)\nout(t) = x(t - 0.1)",
     "x = smooth(noise(1), 1ms)\nout(t) = x(t - 0.5)", "x: goes on\n"},
    /* tables by what is in them, not by their number */
    {"w = table(64, x => sin(tau * x))\nout(t) = w(phase(s => 99 + noise(1)(s))(t)) |> _ + 0.5 * "
     "out(t - 9ms)",
     "v = table(64, x => cos(tau * x))\nw = table(64, x => sin(tau * x))\n"
     "out(t) = w(phase(s => 99 + noise(1)(s))(t)) |> _ + 0.5 * out(t - 9ms)",
     "out: goes on\n"},
    /* pure programs have none */
    {"out = sine(440)", "out = sine(330)", ""},
};

bool live_report_tells_fates(void) {
    bool good = true;
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        char *said = report_of(edits[i].before, edits[i].after);
        if (strcmp(said, edits[i].said) != 0)
            good = wrong("%s\nbecomes\n%s\nexpected:\n%sgot:\n%s", edits[i].before, edits[i].after,
                         edits[i].said, said);
        free(said);
    }
    return good;
}

/* ---- which state belongs to which ------------------------------------------------------------------ */

/* Counters that count from different times: one before others takes nothing from them. */
bool live_equal_meaning_is_matched_first(void) {
    static const char before[] = "c(k) = count(t => sin(tau * 1000 * k * t) - 0.5)\n"
                                 "out = [c(1), c(2), c(3)]",
                      after[] = "c(k) = count(t => sin(tau * 1000 * k * t) - 0.5)\n"
                                "out = [c(3), c(5), c(1)]";
    float x[64], y[64], z[64], *outputs[] = {x, y, z};
    bool good = true;
    KnLive *l = live_begin(before);
    for (int i = 0; i < 750; i++)
        kn_live_process(l, NULL, outputs, 64);
    CLAIM(good, x[63] == 1000 && y[63] == 2000 && z[63] == 3000);
    CLAIM(good, live_replace(l, after, 0));
    for (int i = 0; i < 3; i++)
        kn_live_process(l, NULL, outputs, 64);
    CLAIM(good, x[63] >= 3000 && x[63] < 3100 && z[63] >= 1000 && z[63] < 1100);
    CLAIM(good, y[63] >= 2000 && y[63] < 2100); /* by its name, edited */
    kn_live_free(l);
    return good;
}

/* Delay lines, longer and shorter: what is there of the past is heard. */
static bool line_is_edited(const char *before, const char *after, int delay, int kept) {
    enum { N = 60000, BEGUN = 30001 };
    float *dry = calloc(N, sizeof *dry), *out = calloc(N, sizeof *out);
    KnLive *l = live_begin("input x\nout = x");
    bool good = true;
    live_run(l, dry, NULL, 0, N);
    kn_live_free(l);
    l = live_begin(before);
    live_run(l, out, NULL, 0, BEGUN);
    CLAIM(good, live_replace(l, after, 0));
    live_run(l, out, NULL, BEGUN, N);
    for (int n = BEGUN + 1000; n < N && good; n++) {
        int at = n - delay;
        float expected = at >= BEGUN - kept ? dry[at] : 0;
        bool between = at < BEGUN - kept && at >= BEGUN - 2 * kept; /* room is a power of two */
        if (!between && fabsf(out[n] - expected) > 1e-6f)
            good = wrong("%s: frame %d is %g, not %g", after, n, (double)out[n], (double)expected);
    }
    kn_live_free(l);
    free(dry);
    free(out);
    return good;
}

bool live_lines_may_be_longer_or_shorter(void) {
    return line_is_edited("input x\nout = delay(x, 4800 * dt)",
                          "input x\nout = delay(x, 20000 * dt)", 20000, 4800) &&
           line_is_edited("input x\nout = delay(x, 20000 * dt)",
                          "input x\nout = delay(x, 4800 * dt)", 4800, 4800);
}

/* Two lines of ten seconds are copied over many blocks, and no bit is lost. */
bool live_long_lines_are_copied_in_pieces(void) {
    static const char before[] = "input x\ny = delay(x, 10s)\nout = y + 0.5 * delay(y, 9s)",
                      after[] =
                          "// edited\ninput x\ny = delay(x, 10s)\nout = y + 0.5 * delay(y, 9s)";
    enum { N = 21 * 48000, BEGUN = 15 * 48000 };
    float *alone = calloc(N, sizeof *alone), *out = calloc(N, sizeof *out);
    KnLive *l = live_begin(before);
    bool good = true;
    live_run(l, alone, NULL, 0, N);
    kn_live_free(l);
    l = live_begin(before);
    live_run(l, out, NULL, 0, BEGUN);
    CLAIM(good, live_replace(l, after, 0));
    live_run(l, out, NULL, BEGUN, BEGUN + 640);
    CLAIM(good, kn_live_is_replacing(l)); /* it still catches up */
    live_run(l, out, NULL, BEGUN + 640, N);
    CLAIM(good, !kn_live_is_replacing(l));
    CLAIM(good, memcmp(out, alone, sizeof *out * N) == 0);
    kn_live_free(l);
    free(alone);
    free(out);
    return good;
}

/* A pure program has its whole past, though it waited for the end of a fade: all bits are those of a run of
 * its own. */
bool live_past_of_what_waited_is_whole(void) {
    static const char form[] = "c(s, d)(t) = s(t) + 0.5 * s(t - d)\n"
                               "s(t) = %s * sin(tau * 200 * t) * exp(sin(tau * 3 * t))\n"
                               "out = s |> c(3ms) |> c(100ms) |> c(7ms) |> c(50ms)";
    enum { N = 40000, BEGUN = 5000, LATE = BEGUN + 9600 + 2000 };
    char *before = text_format(form, "0.1"), *after = text_format(form, "0.11");
    float *out = calloc(N, sizeof *out), *alone = calloc(N, sizeof *alone);
    bool good = true;
    KnProgram *p = live_compile(after);
    KnLive *l = live_begin(before);
    live_run(l, out, NULL, 0, BEGUN);
    CLAIM(good, live_replace(l, before, 0.2));
    live_run(l, out, NULL, BEGUN, BEGUN + 100);
    CLAIM(good, kn_live_replace(l, p, 0.001));
    live_run(l, out, NULL, BEGUN + 100, N);
    kn_program_render(p, 0, N, (float *[]){alone});
    CLAIM(good, !kn_live_is_replacing(l));
    CLAIM(good, memcmp(out + LATE, alone + LATE, sizeof *out * (N - LATE)) == 0);
    kn_live_free(l);
    kn_program_free(p);
    free(alone);
    free(out);
    free(before);
    free(after);
    return good;
}

/* The past of a pure signal that was edited, of a phase that went on: made anew, it fits. The knob was
 * turned twice, so that the phase is not that of time 0. */
bool live_past_of_an_edited_phase_fits(void) {
    static const char form[] =
        "param knob = 0.5 in 0..1\nc(s, d)(t) = s(t) + 0.5 * s(t - d)\n"
        "s(t) = %s * sin(tau * phase(200 * knob)(t)) * exp(sin(tau * 3 * t))\n"
        "out = s |> c(3ms) |> c(100ms) |> c(7ms) |> c(50ms)";
    enum { N = 40000, BEGUN = 20000 };
    char *before = text_format(form, "0.1"), *after = text_format(form, "0.11");
    float *out = calloc(N, sizeof *out), most = 0, late = 0;
    bool good = true;
    KnLive *l = live_begin(before);
    live_run(l, out, NULL, 0, 1000);
    kn_live_set(l, 0, 0.7);
    live_run(l, out, NULL, 1000, 3333);
    kn_live_set(l, 0, 0.43);
    live_run(l, out, NULL, 3333, BEGUN);
    CLAIM(good, live_replace(l, after, 0.01));
    live_run(l, out, NULL, BEGUN, N);
    for (int n = 12000; n < N; n++) {
        float step = fabsf(out[n] - out[n - 1]);
        if (n < BEGUN)
            most = fmaxf(most, step);
        else
            late = fmaxf(late, step);
    }
    if (late > 1.25f * most) good = wrong("a step of %g, %g before", (double)late, (double)most);
    kn_live_free(l);
    free(out);
    free(before);
    free(after);
    return good;
}
