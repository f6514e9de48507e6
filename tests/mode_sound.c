/* Sound files that programs sample: every format, hostile ones, banks, marks. In: files that are written here. Out: what
 * programs that sample them sound like, or what is said of them. */
#include "driver.h"
#include "../compiler/api/kanon.h"
#include "../compiler/base/sound_stream.h"
#include "../compiler/engine/engine.h"
#include "../compiler/graph/interp.h"

#include <math.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FRAMES = 3000 };

/* What libsndfile loses of a damaged OGG is not ours. */
#ifdef __SANITIZE_ADDRESS__
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:vorbis_info_init\n";
}
#endif

/* ---- files ---------------------------------------------------------------------------------------------- */

static float tone(int channel, int frame) {
    return 0.8f * (float)sin(0.05 * (channel + 1) * frame + channel);
}

static bool write_file(const char *name, int format, int channels, int rate, const float *data,
                       int frames) {
    SF_INFO info = {.samplerate = rate, .channels = channels, .format = format};
    SNDFILE *file = sf_open(name, SFM_WRITE, &info);
    if (!file) return wrong("%s: %s", name, sf_strerror(NULL));
    const bool good = sf_writef_float(file, data, frames) == frames;
    sf_close(file);
    return good || wrong("%s was not written", name);
}

static bool write_tone(const char *name, int format, int channels, int rate) {
    float *data = malloc(sizeof *data * (size_t)(FRAMES * channels));
    for (int i = 0; i < FRAMES * channels; i++)
        data[i] = tone(i % channels, i / channels);
    const bool good = write_file(name, format, channels, rate, data, FRAMES);
    free(data);
    return good;
}

static char *read_bytes(const char *name, size_t *size) {
    FILE *file = fopen(name, "rb");
    char *bytes = malloc(1 << 20);
    *size = file ? fread(bytes, 1, 1 << 20, file) : 0;
    if (file) fclose(file);
    return bytes;
}

static void write_bytes(const char *name, const char *bytes, size_t size) {
    FILE *file = fopen(name, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size) abort();
    fclose(file);
}

/* ---- programs ------------------------------------------------------------------------------------------- */

/* What a program sounds like by the reference, or what is said of it. */
typedef struct Sounding {
    double **channel;
    int channels;
    char *said; /* NULL: nothing */
} Sounding;

static Sounding sound_of(const char *text, int frames) {
    Sounding s = {0};
    Compile *c = compile_create(&(CompileOptions){.rate = 48000, .verify = true});
    const bool good = compile_front(c, "program.kn", text, strlen(text), false);
    Buf said = {0};
    diag_print(&c->session, &said);
    s.said = said.data;
    if (good) {
        s.channels = c->program.graph->noutputs;
        s.channel = calloc((size_t)s.channels, sizeof *s.channel);
        for (int k = 0; k < s.channels; k++)
            s.channel[k] = calloc((size_t)frames, sizeof **s.channel);
        Interp *interp = interp_create(c->program.graph);
        interp_process(interp, NULL, s.channel, frames);
        interp_free(interp);
    }
    compile_free(c);
    return s;
}

static void sounding_free(Sounding s) {
    for (int k = 0; k < s.channels; k++)
        free(s.channel[k]);
    free(s.channel);
    free(s.said);
}

static bool says(const char *text, const char *words) {
    Sounding s = sound_of(text, 10);
    const bool good = s.said && strstr(s.said, words);
    if (!good)
        wrong("`%s` is to say \"%s\", and says\n%s", text, words, s.said ? s.said : "nothing");
    sounding_free(s);
    return good;
}

/* ---- formats -------------------------------------------------------------------------------------------- */

typedef struct Format {
    const char *name, *file;
    int format, channels;
    double within; /* of the tone; of what is compressed with losses, the mean */
} Format;

static const Format formats[] = {
    {"wav_8_bits", "f.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 2, 0.016},
    {"wav_16_bits", "f.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 2, 4e-5},
    {"wav_24_bits", "f.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 1, 2e-7},
    {"wav_32_bits", "f.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_32, 2, 1e-7},
    {"wav_float", "f.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 2, 0},
    {"wav_double", "f.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 2, 0},
    {"wav_of_8_channels", "f.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 8, 0},
    {"wav_extensible", "f.wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, 2, 2e-7},
    {"wav_mu_law", "f.wav", SF_FORMAT_WAV | SF_FORMAT_ULAW, 1, 0.03},
    {"wav_ima_adpcm", "f.wav", SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, 1, 0.1},
    {"rf64", "f.rf64", SF_FORMAT_RF64 | SF_FORMAT_FLOAT, 2, 0},
    {"w64", "f.w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16, 2, 4e-5},
    {"aiff_16_bits", "f.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 2, 4e-5},
    {"aiff_float", "f.aif", SF_FORMAT_AIFF | SF_FORMAT_FLOAT, 1, 0},
    {"caf_24_bits", "f.caf", SF_FORMAT_CAF | SF_FORMAT_PCM_24, 2, 2e-7},
    {"caf_float", "f.caf", SF_FORMAT_CAF | SF_FORMAT_FLOAT, 2, 0},
    {"caf_alac", "f.caf", SF_FORMAT_CAF | SF_FORMAT_ALAC_16, 2, 4e-5},
    {"flac_16_bits", "f.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 2, 4e-5},
    {"flac_24_bits", "f.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 1, 2e-7},
    {"ogg_vorbis", "f.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 2, 0.05},
    {"au", "f.au", SF_FORMAT_AU | SF_FORMAT_PCM_16, 2, 4e-5},
};
enum { FORMATS = sizeof formats / sizeof *formats };

static bool format_is_read(const Format *f) {
    if (!write_tone(f->file, f->format, f->channels, 48000)) return false;
    char *text = text_format("out = sample(\"%s\")", f->file);
    Sounding s = sound_of(text, FRAMES);
    free(text);
    bool good = s.channels == f->channels || wrong("%d channels: %s", s.channels, s.said);
    for (int k = 0; k < s.channels && good; k++)
        for (int n = 200; n < FRAMES - 200 && good; n++) {
            const double e = fabs(s.channel[k][n] - (double)tone(k, n));
            good = e <= f->within || wrong("channel %d, frame %d: off by %g", k, n, e);
        }
    sounding_free(s);
    return good;
}

/* ---- what is wrong with files --------------------------------------------------------------------------- */

/* Sound that is finite, or an error that names the file. */
static bool sounds_or_says(const char *file, const char *what, long number) {
    char *text = text_format("out = sample(\"%s\", quality: sinc)", file);
    Sounding s = sound_of(text, 300);
    bool good =
        s.channels > 0 || (s.said && strstr(s.said, file) && strstr(s.said, "program.kn:1:"));
    for (int k = 0; k < s.channels && good; k++)
        for (int n = 0; n < 300; n++)
            good = good && isfinite(s.channel[k][n]);
    if (!good) wrong("%s %ld of %s: %s", what, number, file, s.said ? s.said : "it is not finite");
    sounding_free(s);
    free(text);
    return good;
}

/* Cut off after each so many bytes; with single bytes of its beginning changed. */
static bool damaged(void) {
    static const int chosen[] = {1, 4, 10, 12, 15, 16, 17, 19};
    bool good = true;
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen && good; i++) {
        const Format *f = &formats[chosen[i]];
        size_t size;
        if (!write_tone(f->file, f->format, f->channels, 48000)) return false;
        char *bytes = read_bytes(f->file, &size);
        for (size_t part = 0; part < size && good; part += part < 128 ? 3 : size / 9) {
            write_bytes(f->file, bytes, part);
            good = sounds_or_says(f->file, "the first", (long)part);
        }
        for (size_t at = 0; at < 96 && at < size && good; at++) {
            const char was = bytes[at];
            bytes[at] = (char)(was ^ (at % 2 ? 0xff : 0x41));
            write_bytes(f->file, bytes, size);
            good = sounds_or_says(f->file, "byte", (long)at);
            bytes[at] = was;
        }
        free(bytes);
    }
    return good;
}

static void put_little(char *at, uint32_t x) {
    for (int i = 0; i < 4; i++)
        at[i] = (char)(x >> 8 * i);
}

/* 1 Hz, and 1 GHz, of which a sample of the program takes 20,000 frames. */
static bool odd_rates(void) {
    static const uint32_t rates[] = {1, 7, 44101, 1000000000, 0x7fffffff, 0x80000000u, 0xffffffffu};
    bool good = write_tone("f.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 1, 48000);
    size_t size;
    char *bytes = read_bytes("f.wav", &size);
    for (size_t i = 0; i < sizeof rates / sizeof *rates && good; i++) {
        put_little(bytes + 24, rates[i]);
        write_bytes("f.wav", bytes, size);
        good = sounds_or_says("f.wav", "rate", (long)rates[i]);
    }
    free(bytes);
    return good && says("out = 0\nx = sample(\"f.wav\")\nlength = duration(x)", "cannot be read");
}

static bool no_sound(void) {
    bool good = write_tone("f.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1, 48000);
    size_t size;
    char *bytes = read_bytes("f.wav", &size);
    bytes[22] = 0; /* channels */
    write_bytes("f.wav", bytes, size);
    good = good && says("out = sample(\"f.wav\")", "\"f.wav\" cannot be read");
    free(bytes);
    good = good && write_file("empty.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1, 48000, NULL, 0);
    good = good && says("out = sample(\"empty.wav\")", "it holds no sound that can be used");
    write_bytes("nothing.wav", "", 0);
    good = good && says("out = sample(\"nothing.wav\")", "\"nothing.wav\" cannot be read");
    good = good && mkdir("folder.wav", 0700) == 0;
    return good && says("out = sample(\"folder.wav\")", "it is a folder") &&
           says("out = sample(\"/dev/zero\")", "it is a device");
}

/* What is no number is silence, and a warning says so. */
static bool no_numbers(void) {
    float data[64];
    for (int i = 0; i < 64; i++)
        data[i] = i % 16 == 5 ? NAN : i % 16 == 9 ? INFINITY : 0.5f;
    bool good = write_file("nan.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 2, 48000, data, 32);
    Sounding s = sound_of("out = sample(\"nan.wav\")", 32);
    good = good && s.channels == 2;
    for (int i = 0; good && i < 64; i++)
        good = s.channel[i % 2][i / 2] == (i % 16 == 5 || i % 16 == 9 ? 0 : 0.5) ||
               wrong("frame %d is %g", i / 2, s.channel[i % 2][i / 2]);
    good = good && s.said && strstr(s.said, "8 values that are no numbers, the first in frame 2");
    if (!good) wrong("%s", s.said ? s.said : "nothing is said");
    sounding_free(s);
    return good;
}

/* ---- banks ------------------------------------------------------------------------------------------------ */

static bool write_level(const char *name, float level) {
    float data[100];
    for (int i = 0; i < 100; i++)
        data[i] = level;
    return write_file(name, SF_FORMAT_WAV | SF_FORMAT_FLOAT, 1, 48000, data, 100);
}

static bool write_bank(void) {
    return mkdir("kit", 0700) == 0 && mkdir("kit/kick", 0700) == 0 &&
           mkdir("kit/.git", 0700) == 0 && write_level("kit/kick/b.wav", 0.2f) &&
           write_level("kit/kick/a.wav", 0.1f) && write_level("kit/kick/c.WAV", 0.3f) &&
           write_level("kit/hat.wav", 0.7f) && write_level("kit/kick/.hidden.wav", 0.9f) &&
           write_level("outside.wav", 0.9f);
}

static bool level_is(const char *expression, double level) {
    char *text = text_format("out = %s", expression);
    Sounding s = sound_of(text, 50);
    const bool good = s.channels == 1 && fabs(s.channel[0][20] - level) < 1e-6;
    if (!good) wrong("%s: %s", text, s.said ? s.said : "another level");
    sounding_free(s);
    free(text);
    return good;
}

static bool banks(void) {
    if (!write_bank()) return wrong("no bank");
    write_bytes("kit/kick/readme.txt", "no sound", 8);
    return level_is("bank(\"kit\")[\"kick\", 0]", 0.1) &&
           level_is("bank(\"kit\")[\"kick\", 2]", 0.3) &&
           level_is("bank(\"kit\")[\"kick\"][4]", 0.2) &&
           level_is("bank(\"kit\")[\"kick\", -1]", 0.3) &&
           level_is("bank(\"kit\", \"kick\", 1, quality: sinc)", 0.2) &&
           level_is("bank(\"kit\", quality: linear)[\"hat\", 0]", 0.7) &&
           level_is("bank(\"kit\")[\"hat\"]", 0.7) && level_is("bank(\"./kit/\", \"hat\")", 0.7) &&
           level_is("sum(bank(\"kit\")[\"kick\", 0..2])", 0.6) &&
           level_is("t => duration(bank(\"kit\")[\"kick\", 1]) * 480", 1);
}

static bool wrong_banks(void) {
    if (!write_bank()) return wrong("no bank");
    return says("out = bank(\"kit\")[\"kik\", 0]",
                "did you mean \"kick\"? It has \"hat\", \"kick\"") &&
           says("out = bank(\"kit\")[\"..\", 0]", "no sound \"..\"") &&
           says("out = bank(\"kit\")[\"../outside\", 0]", "no sound \"../outside\"") &&
           says("out = bank(\"kit\")[\".git\", 0]", "no sound \".git\"") &&
           says("out = bank(\"none\")[\"kick\", 0]", "the folder \"none\" cannot be read") &&
           says("out = bank(\"kit\")", "none was chosen") &&
           says("out = bank(\"kit\")[2]", "indexed by a name") &&
           says("out = bank(\"kit\")[\"kick\", 0.5]", "is whole") &&
           says("out = bank(\"kit\")[\"kick\", \"b\"]", "indexed by a name, then by a number") &&
           says("out(t) = bank(\"kit\")[\"kick\", t](t)", "must be known while compiling") &&
           says("out = bank(3)", "takes the path of a folder") &&
           says("out = bank(\"outside.wav\")[\"a\", 1]", "cannot be read");
}

/* ---- marks of files ------------------------------------------------------------------------------------------ */

static bool marks(void) {
    SF_INFO info = {.samplerate = 48000, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
    SF_INSTRUMENT loop = {
        .gain = 1, .basenote = 60, .velocity_hi = 127, .key_hi = 127, .loop_count = 1};
    loop.loops[0].mode = SF_LOOP_FORWARD;
    loop.loops[0].start = 480;
    loop.loops[0].end = 2400;
    SF_CUES cues = {.cue_count = 2};
    cues.cue_points[0].sample_offset = 960;
    cues.cue_points[1].sample_offset = 1440;
    cues.cue_points[1].indx = 1;
    SNDFILE *file = sf_open("loop.wav", SFM_WRITE, &info);
    if (!file) return wrong("no file");
    sf_command(file, SFC_SET_INSTRUMENT, &loop, sizeof loop);
    sf_command(file, SFC_SET_CUE, &cues, sizeof cues);
    float data[3000];
    for (int i = 0; i < 3000; i++)
        data[i] = (float)i / 3000;
    sf_writef_float(file, data, 3000);
    sf_close(file);
    Sounding s =
        sound_of("s = sample(\"loop.wav\")\nout = [t => loop_points(s)[0], t => loop_points(s)[1], "
                 "t => cue_points(s)[0], t => len(cue_points(s)), looped(s, fade: 0)]",
                 9000);
    bool good = s.channels == 5;
    const double expected[] = {0.01, 0.05, 0.02, 2};
    for (int k = 0; k < 4 && good; k++)
        good =
            fabs(s.channel[k][0] - expected[k]) < 1e-9 || wrong("mark %d: %g", k, s.channel[k][0]);
    for (int n = 0; n < 9000 && good; n++) {
        const int at = n < 2400 ? n : 480 + (n - 2400) % 1920;
        good = fabs(s.channel[4][n] - at / 3000.0) < 1e-6 || wrong("frame %d", n);
    }
    if (!good) wrong("%s", s.said ? s.said : "");
    sounding_free(s);
    return good && write_tone("f.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 1, 48000) &&
           says("out = looped(sample(\"f.wav\"))", "names no loop");
}

/* ---- files that are read while they are heard --------------------------------------------------------------- */

enum { LONG = 60000, HEARD = 9600 };

static bool write_long(const char *name, int format) {
    float *data = malloc(sizeof *data * 2 * LONG);
    for (int i = 0; i < 2 * LONG; i++)
        data[i] = tone(i % 2, i / 2) * (1.0f - (float)i / (2 * LONG));
    const bool good = write_file(name, format, 2, 48000, data, LONG);
    free(data);
    return good;
}

/* By machine code; `most_held` bytes of a file in memory. */
static float *heard_of(const char *text, int64_t most_held, bool waits, const char *isa, int frames,
                       int64_t *misses) {
    Compile *c = compile_create(&(CompileOptions){
        .rate = 48000, .verify = true, .most_held = most_held, .waits = waits, .isa = isa});
    float *sound = calloc((size_t)frames * 8, sizeof *sound), *out[8];
    Buf said = {0};
    Engine *program = NULL;
    EngineError error = {0};
    if (compile_front(c, "program.kn", text, strlen(text), false) && compile_lower(c, NULL))
        program = engine_create(c, ENGINE_JIT, &error);
    diag_print(&c->session, &said);
    if (!program) wrong("%s: %s", text, said.data ? said.data : "it does not compile");
    Instance *instance = program ? instance_create(program, 0) : NULL;
    for (int at = 0; instance && at < frames; at += 100) {
        for (int k = 0; k < 8; k++)
            out[k] = sound + (size_t)k * (size_t)frames + at;
        instance_process(instance, NULL, out, 100);
    }
    if (misses) *misses = sound_streams_misses(c->session.streams);
    instance_free(instance);
    engine_free(program);
    buf_free(&said);
    compile_free(c);
    return sound;
}

/* Each quality, forwards, backwards, fast, at places that jump about, in a step, at a fixed place: the bits of the same file in
 * memory. */
static bool streams(void) {
    static const struct {
        const char *file;
        int format;
    } files[] = {{"l.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT},
                 {"l.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24},
                 {"l.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
                 {"l.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16},
                 {"l.caf", SF_FORMAT_CAF | SF_FORMAT_PCM_24}};
    static const char *const qualities[] = {"linear", "cubic", "sinc"};
    bool good = true;
    for (int i = 0; i < 15 && good; i++) {
        good = write_long(files[i / 3].file, files[i / 3].format);
        char *text = text_format("s = sample(\"%s\", quality: %s)\n"
                                 "place(t) = min(2, 0.5 + tanh(place(t - dt)) * 0.9 + dt)\n"
                                 "out = [t => s(t)[0], t => s(1.2 - 3.1 * t)[1], t => s(40 * "
                                 "t)[0], t => s(hash(floor(t * 4000)) * 1.3)[1],"
                                 "t => s(0.1 + 0.01 * sin(tau * 300 * t))[0], t => s(place(t))[0], "
                                 "t => s(0.77)[1], t => s(t %% 0.17 * 1.4)[0]]",
                                 files[i / 3].file, qualities[i % 3]);
        float *held = heard_of(text, 0, true, NULL, HEARD, NULL);
        float *streamed = heard_of(text, 1000, true, NULL, HEARD, NULL);
        float *plain = heard_of(text, 0, true, "baseline", HEARD, NULL);
        float *plain_streamed = heard_of(text, 1000, true, "baseline", HEARD, NULL);
        for (int n = 0; n < 8 * HEARD && good; n++)
            good = (held[n] == streamed[n] && plain[n] == plain_streamed[n]) ||
                   wrong("%s\nchannel %d, frame %d: %.9g and %.9g; %.9g and %.9g", text, n / HEARD,
                         n % HEARD, (double)held[n], (double)streamed[n], (double)plain[n],
                         (double)plain_streamed[n]);
        double loudest = 0;
        for (int n = 0; n < 8 * HEARD; n++)
            loudest = fmax(loudest, fabs((double)held[n]));
        good = good && (loudest > 0.5 || wrong("%s is silent", files[i / 3].file));
        free(held);
        free(streamed);
        free(plain);
        free(plain_streamed);
        free(text);
    }
    return good;
}

/* Who does not wait hears the file, or silence that is counted. What was read at the start is there. */
static bool no_waiting(void) {
    int64_t first, late;
    bool good = write_long("l.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT);
    float *held = heard_of("out = sample(\"l.wav\")", 0, false, NULL, HEARD, NULL);
    float *streamed = heard_of("out = sample(\"l.wav\")", 1000, false, NULL, HEARD, &first);
    for (int n = 0; n < 2 * HEARD && good; n++)
        good = held[n] == streamed[n] || wrong("frame %d of the beginning", n % HEARD);
    if (good && first != 0) good = wrong("%lld misses at the beginning", (long long)first);
    free(held);
    free(streamed);
    held = heard_of("out(t) = sample(\"l.wav\")(1 + t)", 0, false, NULL, HEARD, NULL);
    streamed = heard_of("out(t) = sample(\"l.wav\")(1 + t)", 1000, false, NULL, HEARD, &late);
    for (int n = 0; n < 2 * HEARD && good; n++)
        good = held[n] == streamed[n] || (streamed[n] == 0 && late > 0) ||
               wrong("frame %d is neither the file's nor silent", n % HEARD);
    free(held);
    free(streamed);
    return good;
}

/* ---- hosts ------------------------------------------------------------------------------------------------ */

enum { HUGE_FRAMES = 20000000, FAR = 15000000 }; /* 80 MB, of which most is a hole */

/* Half a second of 0.5, far from the beginning. */
static bool write_huge(const char *name) {
    float level[24000];
    for (int i = 0; i < 24000; i++)
        level[i] = 0.5f;
    if (!write_file(name, SF_FORMAT_WAV | SF_FORMAT_FLOAT, 1, 48000, level, 1)) return false;
    size_t size;
    char *bytes = read_bytes(name, &size);
    char *data = memmem(bytes, size, "data", 4);
    if (!data) return wrong("no data");
    const long head = data + 8 - bytes;
    put_little(bytes + 4, (uint32_t)(head - 8 + 4L * HUGE_FRAMES));
    put_little(data + 4, 4u * HUGE_FRAMES);
    write_bytes(name, bytes, (size_t)head);
    free(bytes);
    FILE *file = fopen(name, "r+b");
    const bool good = file && fseek(file, head + 4L * FAR, SEEK_SET) == 0 &&
                      fwrite(level, sizeof level, 1, file) == 1 &&
                      ftruncate(fileno(file), head + 4L * HUGE_FRAMES) == 0;
    if (file) fclose(file);
    return good || wrong("%s was not written", name);
}

/* What is heard far from the beginning, tried for so many milliseconds. */
static float far_level(KnProgram *program, int tries) {
    float x[100], *out[] = {x};
    KnInstance *instance = kn_instance_create(program);
    for (int i = 0; i < tries; i++) {
        kn_instance_seek(instance, FAR + 1000);
        kn_instance_process(instance, NULL, out, 100);
        if (x[50] != 0) break;
        usleep(1000);
    }
    kn_instance_free(instance);
    return x[50];
}

static bool hosts(void) {
    bool good = write_huge("huge.wav");
    for (int offline = 0; offline < 2 && good; offline++) {
        KnCompiler *compiler = kn_compiler_create();
        good = kn_compiler_set_offline(compiler, offline) && !kn_compiler_set_offline(NULL, 1);
        write_bytes("host.kn", "out = sample(\"huge.wav\")", 24);
        KnProgram *program = kn_compile_file(compiler, "host.kn");
        if (!program) good = wrong("%s", kn_compiler_messages(compiler));
        const float level = program ? far_level(program, offline ? 1 : 5000) : 0;
        const int64_t misses = kn_program_misses(program);
        if (level != 0.5f) good = wrong("offline %d: %g is heard", offline, (double)level);
        if (offline ? misses != 0 : misses < 1)
            good = wrong("offline %d: %lld misses", offline, (long long)misses);
        kn_program_free(program);
        kn_compiler_free(compiler);
    }
    return good && kn_program_misses(NULL) == 0;
}

/* ---- the list ------------------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    bool (*run)(void);
} checks[] = {{"damaged_files_sound_or_are_told", damaged},
              {"odd_rates_sound_or_are_told", odd_rates},
              {"files_without_sound_are_told", no_sound},
              {"what_is_no_number_is_silence", no_numbers},
              {"banks_by_name_and_number", banks},
              {"banks_that_are_not_there", wrong_banks},
              {"loops_and_cues_of_files", marks},
              {"streamed_files_have_the_bits_of_held_ones", streams},
              {"hosts_wait_where_they_say_so", hosts},
              {"who_does_not_wait_hears_silence_that_is_counted", no_waiting}};
enum { CHECKS = sizeof checks / sizeof *checks };

const char *sound_name(int i) {
    return i < FORMATS ? formats[i].name : i < FORMATS + CHECKS ? checks[i - FORMATS].name : NULL;
}

bool run_sound_file(const Test *test) {
    for (int i = 0; i < FORMATS; i++)
        if (strcmp(formats[i].name, test->name) == 0) return format_is_read(&formats[i]);
    for (int i = 0; i < CHECKS; i++)
        if (strcmp(checks[i].name, test->name) == 0) return checks[i].run();
    return wrong("there is no such test");
}
