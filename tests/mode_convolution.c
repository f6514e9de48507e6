/* Convolutions with long responses, which are computed in partitions. In: responses that are written here as sound files. Out: what
 * programs make of them, held against the sum of all taps in double. */
#include "driver.h"
#include "../compiler/api/kanon.h"

#include <math.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CHANNELS = 4, RATE = 48000, LOOKED_AT = 400 };
/* -120 dB */
static const double NEAR = 1e-6;

/* ---- sounds ---------------------------------------------------------------------------------------- */

static float random_sample(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return (float)(int32_t)*state * 0x1p-31f;
}

/* Noise that fades by 60 dB over its length. */
static float *make_response(int n, uint32_t seed) {
    float *h = calloc((size_t)n + 1, sizeof *h);
    for (int i = 0; i < n; i++)
        h[i] = random_sample(&seed) * (float)exp(-6.9 * i / n);
    return h;
}

/* Loud, then so quiet that only what follows loudness is heard of it, by turns. */
static float *make_input(int n, uint32_t seed) {
    float *x = calloc((size_t)n + 1, sizeof *x);
    for (int i = 0; i < n; i++)
        x[i] = random_sample(&seed) * (i / 7000 % 2 ? 1e-4f : 1);
    return x;
}

static bool write_sound(const char *name, float *const *channel, int channels, int frames) {
    SF_INFO info = {
        .samplerate = RATE, .channels = channels, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
    SNDFILE *file = sf_open(name, SFM_WRITE, &info);
    float *data = malloc(sizeof *data * (size_t)(frames * channels));
    for (int i = 0; i < frames * channels; i++)
        data[i] = channel[i % channels][i / channels];
    const bool good = file && sf_writef_float(file, data, frames) == frames;
    if (file) sf_close(file);
    free(data);
    return good || wrong("%s was not written", name);
}

static double direct_sum(const float *x, const float *h, int taps, int at) {
    double sum = 0;
    for (int k = 0; k < taps && k <= at; k++)
        sum += (double)h[k] * (double)x[at - k];
    return sum;
}

/* ---- programs -------------------------------------------------------------------------------------- */

typedef struct Way {
    const char *engine, *isa, *cc;
    bool twice; /* in double */
} Way;

static KnProgram *compile(const char *text, const Way *way) {
    KnCompiler *c = kn_compiler_create();
    KnProgram *p = NULL;
    bool good = kn_compiler_set_engine(c, way->engine) && kn_compiler_set_rate(c, RATE) &&
                kn_compiler_set_double(c, way->twice) &&
                (!way->isa || kn_compiler_set_isa(c, way->isa)) &&
                kn_compiler_set_limit(c, "state", 256e6);
    if (way->cc) setenv("KANON_CC", way->cc, 1);
    if (!good)
        wrong("engine %s, %s: refused", way->engine, way->isa ? way->isa : "");
    else if (file_write("program.kn", text, strlen(text)) &&
             !(p = kn_compile_file(c, "program.kn")))
        wrong("%s", kn_compiler_messages(c));
    unsetenv("KANON_CC");
    kn_compiler_free(c);
    return p;
}

/* `block` frames a call; 0: of sizes that change, 0 and 1 among them. */
static void run_blocks(KnInstance *i, float *const *in, float *const *out, int frames, int block) {
    uint32_t random = 1;
    for (int at = 0, n; at < frames; at += n) {
        const float *from[MOST_CHANNELS];
        float *to[MOST_CHANNELS];
        random = random * 1664525u + 1013904223u;
        n = block ? block : (int)(random >> 24);
        if (n > frames - at) n = frames - at;
        for (int k = 0; k < MOST_CHANNELS; k++) {
            from[k] = in[k] ? in[k] + at : NULL;
            to[k] = out[k] + at;
        }
        kn_instance_process(i, from, to, n);
    }
}

typedef struct Sounds {
    float *channel[MOST_CHANNELS];
} Sounds;

static Sounds sounds_create(int frames) {
    Sounds s;
    for (int k = 0; k < MOST_CHANNELS; k++)
        s.channel[k] = calloc((size_t)frames + 1, sizeof **s.channel);
    return s;
}

static void sounds_free(Sounds *s) {
    for (int k = 0; k < MOST_CHANNELS; k++)
        free(s->channel[k]);
}

static bool render(const char *text, const Way *way, Sounds in, Sounds out, int frames, int block) {
    KnProgram *p = compile(text, way);
    if (!p) return false;
    KnInstance *i = kn_instance_create(p);
    run_blocks(i, in.channel, out.channel, frames, block);
    kn_instance_free(i);
    kn_program_free(p);
    return true;
}

/* ---- against the sum of all taps ------------------------------------------------------------------- */

/* A response to what input `from` hears. */
typedef struct Term {
    int from;
    const float *h;
    int taps;
} Term;

/* At some frames all over, and at all about the first. */
static bool is_sum_of(const char *what, const float *y, Sounds in, int frames, const Term *terms,
                      int n, double within) {
    double worst = 0, peak = 0;
    int where = 0;
    for (int i = 0; i < frames; i++)
        peak = fmax(peak, fabs((double)y[i]));
    for (int i = 0; i < LOOKED_AT; i++) {
        const int at = i < LOOKED_AT / 4 ? i : (int)((int64_t)i * (frames - 1) / LOOKED_AT);
        double sum = 0;
        for (int k = 0; k < n; k++)
            sum += direct_sum(in.channel[terms[k].from], terms[k].h, terms[k].taps, at);
        const double error = fabs(sum - (double)y[at]);
        if (!(error <= worst)) worst = isnan(error) ? INFINITY : error, where = at;
    }
    return worst <= within * peak || wrong("%s: frame %d is off by %.1f dB of the peak, %g", what,
                                           where, 20 * log10(worst / peak), peak);
}

static const char one_signal[] = "input x\nout = convolve(x, sample(\"h.wav\"))\n";

static bool has_length(int taps, const Way *way, double within) {
    const int frames = 2 * taps + 30000;
    float *h = make_response(taps, 7);
    Sounds in = sounds_create(frames), out = sounds_create(frames);
    char what[64];
    free(in.channel[0]);
    in.channel[0] = make_input(frames, 3);
    snprintf(what, sizeof what, "%d taps, %s %s", taps, way->engine, way->isa ? way->isa : "");
    const bool good = write_sound("h.wav", &h, 1, taps) &&
                      render(one_signal, way, in, out, frames, 512) &&
                      is_sum_of(what, out.channel[0], in, frames, &(Term){0, h, taps}, 1, within);
    free(h);
    sounds_free(&in);
    sounds_free(&out);
    return good;
}

static const Way jit = {"jit", NULL, NULL, false};

static bool lengths(void) {
    static const int taps[] = {1,     63,    64,     65,     127,   128,   129,   191,
                               192,   193,   300,    1000,   2047,  2048,  2049,  2559,
                               2560,  2561,  5000,   16383,  16384, 16385, 20479, 20480,
                               20481, 60000, 131073, 240000, 400000};
    bool good = true;
    for (size_t i = 0; i < sizeof taps / sizeof *taps; i++)
        if (taps[i] < 100000 || !settings.sanitized) good = has_length(taps[i], &jit, NEAR) && good;
    return good;
}

static bool engines(void) {
    static const Way ways[] = {{"jit", "baseline", NULL, false}, {"jit", "avx2", NULL, false},
                               {"jit", "avx512", NULL, false},   {"tcc", NULL, NULL, false},
                               {"cc", NULL, "gcc", false},       {"cc", NULL, "clang", false}};
    bool good = true;
    for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
        const Way *way = &ways[i];
        bool here = !way->isa;
        for (int k = 0; way->isa && k < kn_isa_count(); k++)
            here = here || strcmp(kn_isa_name(k), way->isa) == 0;
        if (way->cc && (settings.reference || !in_turn(i, 2))) here = false;
        if (here) good = has_length(20000, way, NEAR) && good;
    }
    /* what is left is what a float rounds */
    return has_length(20000, &(Way){"jit", NULL, NULL, true}, 6.1e-8) && good;
}

static bool blocks(void) {
    enum { TAPS = 20000, FRAMES = 45000 };
    static const int sizes[] = {1, 7, 64, 0};
    float *h = make_response(TAPS, 9);
    Sounds in = sounds_create(FRAMES), whole = sounds_create(FRAMES), out = sounds_create(FRAMES);
    bool good = write_sound("h.wav", &h, 1, TAPS);
    free(in.channel[0]);
    in.channel[0] = make_input(FRAMES, 5);
    KnProgram *p = good ? compile(one_signal, &jit) : NULL;
    KnInstance *i = kn_instance_create(p);
    run_blocks(i, in.channel, whole.channel, FRAMES, FRAMES);
    for (int k = 0; k < 4 && p; k++) {
        kn_instance_reset(i);
        run_blocks(i, in.channel, out.channel, FRAMES, sizes[k]);
        if (memcmp(out.channel[0], whole.channel[0], sizeof(float) * FRAMES) != 0)
            good = wrong("blocks of %d: other bits than in one call", sizes[k]);
    }
    kn_instance_free(i);
    kn_program_free(p);
    free(h);
    sounds_free(&in);
    sounds_free(&whole);
    sounds_free(&out);
    return good && p;
}

/* ---- several ---------------------------------------------------------------------------------------- */

/* Signals and responses in lists, shared inputs, sums, a gain that is a param, responses of several lengths. */
static bool several(void) {
    enum { FRAMES = 50000 };
    static const int taps[MOST_CHANNELS] = {18000, 2500, 18000, 40000};
    static const char text[] =
        "input l\ninput r\nparam gain = 0.5 in 0..1\n"
        "h = [sample(\"h0.wav\"), sample(\"h1.wav\"), sample(\"h2.wav\"), sample(\"h3.wav\")]\n"
        "out = [convolve(l, h[0]) + convolve(r, h[1]),\n"
        "    sum([convolve(l, h[2]), convolve(r, h[3]), convolve(r, h[0])]),\n"
        "    gain * convolve(l, h[0]) + convolve([r, l], [h[1], h[3]])[1],\n"
        "    convolve([l, r], h[1], 10)[0]]\n";
    float *h[MOST_CHANNELS];
    Sounds in = sounds_create(FRAMES), out = sounds_create(FRAMES), cut = sounds_create(FRAMES);
    bool good = true;
    for (int k = 0; k < MOST_CHANNELS; k++) {
        char name[16];
        snprintf(name, sizeof name, "h%d.wav", k);
        h[k] = make_response(taps[k], 11 + (uint32_t)k);
        good = write_sound(name, &h[k], 1, taps[k]) && good;
    }
    for (int k = 0; k < 2; k++) {
        free(in.channel[k]);
        in.channel[k] = make_input(FRAMES, 21 + (uint32_t)k);
    }
    good =
        good && render(text, &jit, in, out, FRAMES, 333) && render(text, &jit, in, cut, FRAMES, 1);
    for (int k = 0; k < MOST_CHANNELS && good; k++)
        if (memcmp(out.channel[k], cut.channel[k], sizeof(float) * FRAMES) != 0)
            good = wrong("channel %d: other bits in blocks of 1", k);
    float *half = make_response(taps[0], 11);
    for (int i = 0; i < taps[0]; i++)
        half[i] *= 0.5f;
    const Term terms[MOST_CHANNELS][3] = {
        {{0, h[0], taps[0]}, {1, h[1], taps[1]}},
        {{0, h[2], taps[2]}, {1, h[3], taps[3]}, {1, h[0], taps[0]}},
        {{0, half, taps[0]}, {0, h[3], taps[3]}},
        {{0, h[1], taps[1]}}};
    static const int counts[MOST_CHANNELS] = {2, 3, 2, 1};
    for (int k = 0; k < MOST_CHANNELS && good; k++) {
        char what[16];
        snprintf(what, sizeof what, "channel %d", k);
        good = is_sum_of(what, out.channel[k], in, FRAMES, terms[k], counts[k], NEAR) && good;
    }
    for (int k = 0; k < MOST_CHANNELS; k++)
        free(h[k]);
    free(half);
    sounds_free(&cut);
    sounds_free(&in);
    sounds_free(&out);
    return good;
}

/* One file of two channels is two responses; its end is silent, and more is asked for than there is. */
static bool silent_ends(void) {
    enum { TAPS = 9000, SILENT = 5000, FRAMES = 30000 };
    bool good = true;
    for (int longer = 0; longer < 2; longer++) {
        float *h[2] = {make_response(TAPS, 1), make_response(TAPS, 2)};
        Sounds in = sounds_create(FRAMES), out = sounds_create(FRAMES);
        free(in.channel[0]);
        in.channel[0] = make_input(FRAMES, 5);
        for (int k = 0; k < 2; k++)
            memset(h[k] + TAPS - SILENT, 0, sizeof(float) * SILENT);
        good = write_sound("h.wav", h, 2, TAPS) &&
               render(longer ? "input x\nout = convolve(x, sample(\"h.wav\"), 2s)\n" : one_signal,
                      &jit, in, out, FRAMES, 100) &&
               good;
        for (int k = 0; k < 2 && good; k++)
            good = is_sum_of(longer ? "told a length" : "a silent end", out.channel[k], in, FRAMES,
                             &(Term){0, h[k], TAPS}, 1, NEAR);
        free(h[0]);
        free(h[1]);
        sounds_free(&in);
        sounds_free(&out);
    }
    return good;
}

/* ---- what is no number ------------------------------------------------------------------------------ */

/* It is heard from its frame on for as many samples as there are taps, and changes no other sample. */
static bool no_numbers(void) {
    enum { TAPS = 6000, FRAMES = 40000, FIRST = 5003, SECOND = 20000, THIRD = 22001 };
    static const float bad[] = {NAN, INFINITY, -INFINITY};
    static const int places[] = {FIRST, SECOND, THIRD};
    float *h = make_response(TAPS, 9);
    Sounds in = sounds_create(FRAMES), out = sounds_create(FRAMES), plain = sounds_create(FRAMES);
    bool good = write_sound("h.wav", &h, 1, TAPS);
    free(in.channel[0]);
    in.channel[0] = make_input(FRAMES, 5);
    for (int k = 0; k < 3; k++)
        in.channel[0][places[k]] = 0;
    good = good && render(one_signal, &jit, in, plain, FRAMES, 100);
    for (int k = 0; k < 3; k++)
        in.channel[0][places[k]] = bad[k];
    good = good && render(one_signal, &jit, in, out, FRAMES, 100);
    for (int n = 0, until = 0; n < FRAMES && good; n++) {
        for (int k = 0; k < 3; k++)
            if (n == places[k]) until = n + TAPS;
        const float y = out.channel[0][n], same = plain.channel[0][n];
        if (n < until ? !isnan(y) : memcmp(&y, &same, sizeof y) != 0)
            good = wrong("frame %d is %g, and %g without what is no number", n, (double)y,
                         (double)same);
    }
    free(h);
    sounds_free(&in);
    sounds_free(&out);
    sounds_free(&plain);
    return good;
}

/* ---- the list --------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    bool (*run)(void);
} checks[] = {{"of_any_length_is_the_sum_of_all_taps", lengths},
              {"in_every_engine_is_the_sum_of_all_taps", engines},
              {"has_the_same_bits_in_all_blocks", blocks},
              {"of_several_signals_share_what_they_can", several},
              {"ends_where_its_response_does", silent_ends},
              {"what_is_no_number_goes_away", no_numbers}};
enum { CHECKS = sizeof checks / sizeof *checks };

const char *convolution_name(int i) {
    return i < CHECKS ? checks[i].name : NULL;
}

bool run_convolution(const Test *test) {
    for (int i = 0; i < CHECKS; i++)
        if (strcmp(checks[i].name, test->name) == 0) return checks[i].run();
    return wrong("there is no such test");
}
