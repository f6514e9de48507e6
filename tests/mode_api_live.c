/* kanon.h, live programs: what goes on when a program is replaced, bit for bit, and what fades. */
#include "mode_api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 26000, REPLACED = 9741, BLOCK = 64 };

/* ---- a run -------------------------------------------------------------------------------------- */

KnProgram *live_compile(const char *text) {
    KnCompiler *k = kn_compiler_create();
    kn_compiler_set_engine(k, "jit");
    KnProgram *p = api_compile(k, text);
    kn_compiler_free(k);
    if (!p) exit(1);
    return p;
}

KnLive *live_begin(const char *text) {
    KnProgram *p = live_compile(text);
    KnLive *l = kn_live_create(p);
    kn_live_set_optimize(l, 0);
    kn_program_free(p);
    if (!l) wrong("no live run");
    return l;
}

bool live_replace(KnLive *l, const char *text, double fade) {
    KnProgram *p = live_compile(text);
    bool done = kn_live_replace(l, p, fade);
    kn_program_free(p);
    return done;
}

float live_input(int64_t frame) {
    uint32_t h = (uint32_t)frame * 2654435761u;
    h ^= h >> 15;
    h *= 2246822519u;
    return (float)(h >> 8) / 16777216.0f - 0.5f;
}

/* Frames [from, to) of one or two outputs. */
void live_run(KnLive *l, float *left, float *right, int from, int to) {
    float input[BLOCK];
    const float *inputs[] = {input};
    for (int at = from, n; at < to; at += n) {
        n = to - at < BLOCK ? to - at : BLOCK;
        for (int i = 0; i < n; i++)
            input[i] = live_input(at + i);
        float *outputs[] = {left + at, right ? right + at : NULL};
        kn_live_process(l, inputs, outputs, n);
    }
}

/* Params are turned at these frames: before the replacement, in its fade, and after it. */
static const struct {
    int frame;
    double value;
} turned[] = {{3001, 0.7}, {REPLACED + 101, 0.31}, {17000, 0.9}};
enum { TURNS = sizeof turned / sizeof *turned };

static double turn_at(int frame) {
    for (int i = 0; i < TURNS; i++)
        if (turned[i].frame == frame) return turned[i].value;
    return -1;
}

static bool is_stop(int frame) {
    return frame == FRAMES || frame == REPLACED || turn_at(frame) >= 0;
}

/* Without replacement. */
static void run_alone(const char *text, float *left, float *right) {
    KnProgram *p = live_compile(text);
    KnInstance *i = kn_instance_create(p);
    float *input = malloc(sizeof *input * FRAMES);
    for (int n = 0; n < FRAMES; n++)
        input[n] = live_input(n);
    for (int at = 0, end = 0; at < FRAMES; at = end) {
        if (turn_at(at) >= 0) kn_instance_set(i, kn_program_param_index(p, "knob"), turn_at(at));
        while (!is_stop(++end)) {
        }
        kn_instance_process(i, (const float *[]){input + at}, (float *[]){left + at, right + at},
                            end - at);
    }
    free(input);
    kn_instance_free(i);
    kn_program_free(p);
}

static void run_replaced(const char *text, const char *edited, double fade, float *left,
                         float *right) {
    KnLive *l = live_begin(text);
    for (int at = 0, end = 0; at < FRAMES; at = end) {
        if (turn_at(at) >= 0)
            kn_live_set(l, kn_program_param_index(kn_live_program(l), "knob"), turn_at(at));
        if (at == REPLACED && !live_replace(l, edited, fade)) wrong("not replaced");
        while (!is_stop(++end)) {
        }
        live_run(l, left, right, at, end);
    }
    kn_live_free(l);
}

/* ---- what goes on ------------------------------------------------------------------------------- */

/* Each has all kinds of state in its name, `a` is the signal that is heard. */
static const struct {
    const char *name, *text;
} kinds[] = {
    {"lowpass", "a = noise(1) |> lowpass(800Hz, 3)"},
    {"lowpass that magnifies", "a = 1000 * (x |> lowpass(2Hz, 50))"},
    {"onepole", "a = { y(t) = noise(1)(t) + 0.9 * y(t - dt); y }"},
    {"filters of the input", "a = x |> lowpass(2kHz) |> highpass(100Hz) |> peaking(1kHz, 6dB, 2)"},
    {"filters side by side", "a = sum(0..6, k => noise(k) |> lowpass(300 + 200 * k, 2))"},
    {"poles side by side", "a = sum(0..6, k => noise(k) |> onepole(300 + 200 * k))"},
    {"follower", "a = x |> follow(1ms, 50ms)"},
    {"filter with a knob", "a = x |> lowpass(200 + 3000 * knob, 2)"},
    {"filter that is swept", "a = x |> svf(t => 800 + 500 * sin(tau * 3 * t), 2) |> sum"},
    {"ladder", "a = x |> ladder(900Hz, 0.7)"},
    {"echo", "a(t) = x(t) + 0.6 * a(t - 71.3ms)"},
    {"echo of a knob", "a(t) = x(t) + knob * a(t - 33ms)"},
    {"delay", "a = x + delay(x, 90ms) + delay(noise(4), 120ms)"},
    {"delay that varies", "a = x |> chorus"},
    {"string", "a = x |> string(220)"},
    {"reverb", "a = x |> schroeder(2s)"},
    {"network", "a = { ds = [29ms, 37ms, 41ms, 43ms]; y(t) = { w = 0.4 * y(t - ds); x(t) + w - "
                "sum(w) / 2 }; y } |> sum"},
    {"phase of a param", "a(t) = sin(tau * phase(300 * knob)(t))"},
    {"past of a phase of a param", "s(t) = sin(tau * phase(300 * knob)(t))\n"
                                   "a(t) = s(t) + s(t - 200ms) + s(t - 12.3ms)"},
    {"past of a costly signal",
     "c(s, d)(t) = s(t) + 0.5 * s(t - d)\n"
     "s(t) = sin(tau * phase(300 * knob)(t)) * exp(sin(tau * 300 * knob * t))\n"
     "a = s |> c(3ms) |> c(200ms) |> c(7ms) |> c(50ms)"},
    {"past of a pure signal", "s(t) = saw(111.1)(t) * decay(0.4)(t % 0.3)\na(t) = s(t) - s(t - "
                              "150ms)"},
    {"past of a pure signal of a param", "s(t) = knob * sin(tau * 333 * t)\na(t) = s(t) + s(t - "
                                         "200ms)"},
    {"phase of a signal",
     "a(t) = sin(tau * phase(t => 300 + 50 * sin(tau * 5 * t) + 9 * x(t))(t))"},
    {"phase of a filtered knob", "a(t) = sin(tau * phase(300 * smooth(knob, 30ms))(t))"},
    {"integrate", "a = integrate(x) + integrate(noise(7))"},
    {"smooth", "a = smooth(knob, 20ms) + smooth(x, 2ms)"},
    {"since_rise", "a = 0.1 * min(since_rise(t => x(t) - 0.45), 5)"},
    {"held", "a = held(x, t => sin(tau * 100 * t) - 0.9)"},
    {"count", "a = 1e-3 * count(t => x(t) - 0.4)"},
    {"running_max", "a = running_max(x, 3ms) + running_min(x, 7ms)"},
    {"running_mean", "a = running_mean(x, 5ms)"},
    {"convolution", "a = convolve(x, t => noise(1)(t) * decay(0.1)(t), 90ms) + convolve(noise(2), "
                    "decay(30ms), 50ms)"},
    {"loop", "a = loop({ y(t) = noise(1)(t) * decay(0.01)(t) + 0.9 * y(t - 2ms); y }, 77ms)"},
    {"restart", "a = restart({ y(t) = noise(1)(t) + 0.9 * y(t - dt); y }, t => sin(tau * 9 * t))"},
    {"at", "a = at({ y(t) = noise(1)(t) + 0.9 * y(t - dt); y }, 0.1)"},
    {"many filters", "a = sum(1..40, k => noise(k) |> lowpass(40 * k, 3))"},
    {"many sines", "a(t) = sum(1..60, k => sin(tau * 37.7 * k * t) / k)"},
    {"many strings", "a = sum(1..6, k => noise(k) |> string(100 + 31 * k) |> at(0.03 * k))"},
    {"notes",
     "v(f, d) = noise(f) * adsr(box(d), 1ms, 9ms, 0.5, 20ms) |> lowpass(40 * f, 3)\n"
     "a = sum(0..9, k => at(v(9 + k, 10ms), 0.05 * k) + at(v(20 + k, 40ms) |> string(99), 0.17))"},
    {"dynamics", "a = x |> compressor(-20dB, 4, 5ms, 50ms)"},
    {"follower", "a = follow(x, 2ms, 30ms) + rms(x, 10ms)"},
    {"table", "w = table(64, p => sin(tau * p))\na(t) = w(phase(t => 200 + 10 * x(t))(t))"},
    {"envelope", "a(t) = adsr(t => sin(tau * 4 * t), 5ms, 20ms, 0.5, 40ms)(t) * noise(1)(t)"},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

const char *live_kind(int i) {
    return i < KINDS ? kinds[i].text : NULL;
}

static char *program_of(const char *front, const char *a, const char *b) {
    return text_format("%sinput x\nparam knob = 0.5 in 0..1\n%s\nb = %s\nout = [a, b]\n", front, a,
                       b);
}

/* Where two runs differ first; FRAMES: nowhere. */
static int first_difference(const float *a, const float *b) {
    for (int n = 0; n < FRAMES; n++)
        if (memcmp(&a[n], &b[n], sizeof *a) != 0) return n;
    return FRAMES;
}

/* At the end, what was edited is as if it had always been so. */
static bool comes_to(const char *name, const char *edited, const float *right) {
    float *alone = malloc(sizeof *alone * 2 * FRAMES);
    double worst = 0;
    run_alone(edited, alone, alone + FRAMES);
    for (int n = FRAMES - 1000; n < FRAMES; n++)
        worst = fmax(worst, fabs((double)right[n] - (double)alone[FRAMES + n]));
    free(alone);
    return worst < 1e-5 || wrong("%s: what was edited is %g beside itself", name, worst);
}

/* The same program, the same with a comment, and with another part that is edited, or a number of it. */
static bool goes_on(const char *name, const char *a) {
    static const char part[] = "noise(9) |> lowpass(300Hz)",
                      other[] = "x |> lowpass(310Hz) |> _ + 0.4 * delay(noise(9), 30ms)",
                      tuned[] = "noise(9) |> lowpass(900Hz)";
    char *text = program_of("", a, part), *same = program_of("", a, part),
         *commented = program_of("// edited\n", a, part), *edited = program_of("", a, other),
         *retuned = program_of("", a, tuned);
    const char *const news[] = {same, commented, edited, retuned};
    float *alone = malloc(sizeof *alone * 4 * FRAMES), *right = alone + FRAMES,
          *left = alone + 2 * FRAMES, *second = alone + 3 * FRAMES;
    bool good = true;
    run_alone(text, alone, right);
    for (int i = 0; i < 4; i++) {
        run_replaced(text, news[i], 0.01, left, second);
        int at = first_difference(alone, left), beside = first_difference(right, second);
        if (at < FRAMES)
            good = wrong("%s, edit %d: frame %d is %.9g, not %.9g", name, i, at, (double)left[at],
                         (double)alone[at]);
        if (i < 2 && beside < FRAMES)
            good = wrong("%s, edit %d: frame %d beside it", name, i, beside);
        if (i >= 2 && beside <= REPLACED) good = wrong("%s: too early", name);
        if (i >= 2) good = comes_to(name, news[i], second) && good;
    }
    free(alone);
    free(text);
    free(same);
    free(commented);
    free(edited);
    free(retuned);
    return good;
}

bool live_what_is_alike_goes_on(void) {
    bool good = true;
    for (int i = 0; i < KINDS; i++)
        if (races_in_turn((unsigned)i, 6)) good = goes_on(kinds[i].name, kinds[i].text) && good;
    return good;
}

/* A note that sounds is moved to a later time: there it begins as if it had never sounded. */
bool live_notes_begin_with_nothing(void) {
    static const char front[] = "v(f) = noise(f) * adsr(box(90ms), 1ms, 9ms, 0.5, 50ms) |> "
                                "lowpass(900Hz, 9) |> string(99)\n";
    char *text = program_of(front, "a = at(v(1), 0.15) + at(v(2), 0.4)", "0"),
         *moved = program_of(front, "a = at(v(1), 0.3) + at(v(2), 0.4)", "0");
    float *alone = malloc(sizeof *alone * 4 * FRAMES), *right = alone + FRAMES,
          *left = alone + 2 * FRAMES, *second = alone + 3 * FRAMES;
    bool good = true;
    run_alone(moved, alone, right);
    run_replaced(text, moved, 0.01, left, second);
    for (int n = REPLACED + 1000; n < FRAMES && good; n++)
        if (memcmp(&alone[n], &left[n], sizeof *left) != 0)
            good = wrong("frame %d is %.9g, not %.9g", n, (double)left[n], (double)alone[n]);
    free(alone);
    free(text);
    free(moved);
    return good;
}
