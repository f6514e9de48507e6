/* Sound files: reading what libsndfile reads, writing WAV, FLAC and raw float.
 * In: a path, or an OutputFile and interleaved float samples. Out: samples; a file and the facts
 * about what was written.
 *
 * libsndfile writes through callbacks into the OutputFile, so that every failed write is seen, that
 * of the header too, and its errno is known. Conversion to integers is done here, so that what is
 * clipped is counted exactly. */
#include "command/command.h"
#include "base/sound_reader.h"

#include <errno.h>
#include <math.h>
#include <sndfile.h>
#include <soxr.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- formats --------------------------------------------------------------------------------- */

static const struct {
    const char *name, *ending;
    SoundContainer container;
} containers[] = {{"wav", ".wav", SOUND_WAV},
                  {"flac", ".flac", SOUND_FLAC},
                  {"f32", ".f32", SOUND_F32},
                  {"raw", ".raw", SOUND_F32}};
enum { CONTAINERS = sizeof containers / sizeof *containers };

const char *sound_format_ending(SoundContainer container) {
    for (int i = 0; i < CONTAINERS; i++)
        if (containers[i].container == container) return containers[i].ending;
    return "";
}

static bool choose_container(const char *out, const char *format, SoundContainer *container) {
    *container = SOUND_WAV;
    if (format) {
        for (int i = 0; i < CONTAINERS; i++)
            if (strcmp(format, containers[i].name) == 0) {
                *container = containers[i].container;
                return true;
            }
        command_fail(STATUS_USAGE, "there is no format '%s': wav, flac or f32", format);
        return false;
    }
    const char *slash = out ? strrchr(out, '/') : NULL;
    const char *dot = out ? strrchr(slash ? slash + 1 : out, '.') : NULL;
    if (!dot) return true; /* standard output, devices and bare names: wav */
    for (int i = 0; i < CONTAINERS; i++)
        if (strcasecmp(dot, containers[i].ending) == 0) {
            *container = containers[i].container;
            return true;
        }
    command_fail(STATUS_USAGE,
                 "%s: no format has the ending '%s'; use .wav, .flac or .f32, or "
                 "say --format",
                 out, dot);
    return false;
}

bool sound_format_choose(const char *out, const char *format, const char *bits, const char *dither,
                         SoundFormat *f) {
    if (!choose_container(out, format, &f->container)) return false;
    f->bits = f->container == SOUND_F32 ? 32 : 24;
    if (bits) {
        f->bits = strcmp(bits, "16") == 0   ? 16
                  : strcmp(bits, "24") == 0 ? 24
                  : strcmp(bits, "32") == 0 ? 32
                                            : 0;
        if (!f->bits) {
            command_fail(STATUS_USAGE, "--bits is 16, 24 or 32 (float), not '%s'", bits);
            return false;
        }
    }
    f->dither = f->bits == 16;
    if (dither && strcmp(dither, "none") == 0) {
        f->dither = false;
    } else if (dither && (strcmp(dither, "tpdf") != 0 || f->bits == 32)) {
        command_fail(STATUS_USAGE,
                     f->bits == 32 ? "--dither: float has no steps to hide"
                                   : "--dither is tpdf or none, not '%s'",
                     dither);
        return false;
    } else if (dither) {
        f->dither = true;
    }
    if (f->container == SOUND_FLAC && f->bits == 32) {
        command_fail(STATUS_USAGE, "flac has 16 or 24 bits; 32 (float) needs wav or f32");
        return false;
    }
    if (f->container == SOUND_F32 && f->bits != 32) {
        command_fail(STATUS_USAGE, "f32 is 32-bit float; %d bits need wav or flac", f->bits);
        return false;
    }
    return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

struct SoundInput {
    char *path;
    int handle;
    struct stat identity;
    SoundReader reader;
    int64_t frames, read; /* as they are heard, and of them so far */
    float *block;         /* interleaved */
    int block_frames;
    double rate;      /* at which it is heard */
    soxr_t resampler; /* NULL: as the file has it */
    float *unheard;   /* what the resampler is given */
    int64_t taken;    /* frames of the file */
    bool broken;
};
enum { TAKEN_AT_ONCE = 4096 };

SoundInput *sound_input_open(const char *path, Failure *why) {
    SoundInput *in = calloc(1, sizeof *in);
    const char *reason;
    if (!in) abort();
    in->handle = input_file_open(path, &in->identity, &reason);
    if (in->handle >= 0 && sound_reader_open(&in->reader, in->handle)) {
        in->path = strdup(path);
        in->rate = in->reader.rate;
        in->frames = in->reader.frames;
        return in;
    }
    failure(why, "cannot read %s: %s", path, in->handle < 0 ? reason : in->reader.why);
    sound_input_close(in);
    return NULL;
}

void sound_input_close(SoundInput *in) {
    if (!in) return;
    if (in->resampler) soxr_delete(in->resampler);
    free(in->unheard);
    sound_reader_close(&in->reader);
    if (in->handle >= 0) close(in->handle);
    free(in->path);
    free(in->block);
    free(in);
}

int sound_input_channels(const SoundInput *in) {
    return in->reader.channels;
}
double sound_input_rate(const SoundInput *in) {
    return in->rate;
}
const struct stat *sound_input_identity(const SoundInput *in) {
    return &in->identity;
}
int64_t sound_input_frames(const SoundInput *in) {
    return in->frames;
}

bool sound_input_suits(const SoundInput *in, int inputs, Failure *why) {
    int channels = in->reader.channels;
    if (channels == 1 || channels == inputs) return true;
    if (channels == 2 && inputs == 1)
        failure(why,
                "%s has 2 channels, the program 1 input; write `input left, right`, and "
                "`0.5 * (left + right)` for what it hears; or give a mono file",
                in->path);
    else
        failure(
            why,
            "%s has %d channels, the program %d input%s; declare as many inputs as the file has "
            "channels, as in `input left, right`; a mono file would feed all of them",
            in->path, channels, inputs, inputs == 1 ? "" : "s");
    why->status = STATUS_USAGE;
    return false;
}

/* ---- resampling ---------------------------------------------------------------------------------- */

/* The next frames of the file, for libsoxr; 0 at its end. */
static size_t take(void *context, soxr_in_t *data, size_t wanted) {
    SoundInput *in = context;
    int64_t left = in->reader.frames - in->taken;
    int64_t n = wanted < TAKEN_AT_ONCE ? (int64_t)wanted : TAKEN_AT_ONCE;
    if (n > left) n = left;
    *data = in->unheard;
    if (!sound_reader_read(&in->reader, in->unheard, n)) {
        in->broken = true;
        *data = NULL;
        return 0;
    }
    in->taken += n;
    return (size_t)n;
}

bool sound_input_resample(SoundInput *in, double rate, Failure *why) {
    if (rate == in->rate) return true;
    int channels = in->reader.channels;
    soxr_error_t error = NULL;
    soxr_io_spec_t form = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
    in->resampler = soxr_create(in->rate, rate, (unsigned)channels, &error, &form, &quality, NULL);
    in->unheard = malloc(sizeof(float) * (size_t)channels * TAKEN_AT_ONCE);
    if (!in->unheard) abort();
    if (!error && in->resampler) error = soxr_set_input_fn(in->resampler, take, in, TAKEN_AT_ONCE);
    if (error || !in->resampler)
        return failure(why, "%s cannot be resampled from %g to %g Hz: %s", in->path, in->rate, rate,
                       error ? error : "no memory");
    in->frames = (int64_t)ceil((double)in->frames * rate / in->rate);
    in->rate = rate;
    return true;
}

/* So many frames into the block. What the resampler lacks at the very end, by rounding, is silence. */
static bool read_frames(SoundInput *in, int frames) {
    size_t width = (size_t)in->reader.channels;
    if (!in->resampler) return sound_reader_read(&in->reader, in->block, frames);
    size_t got = 0, n = 1;
    while (got < (size_t)frames && n > 0) {
        n = soxr_output(in->resampler, in->block + got * width, (size_t)frames - got);
        got += n;
    }
    memset(in->block + got * width, 0, sizeof(float) * width * ((size_t)frames - got));
    return !in->broken;
}

bool sound_input_read(SoundInput *in, float *const *channels, int n, int frames, Failure *why) {
    int width = in->reader.channels;
    if (frames > in->block_frames) {
        free(in->block);
        in->block = malloc(sizeof(float) * (size_t)width * (size_t)frames);
        if (!in->block) abort();
        in->block_frames = frames;
    }
    int64_t left = in->frames - in->read;
    int got = left < frames ? (int)left : frames;
    if (!read_frames(in, got))
        return failure(why, "cannot read %s behind frame %lld: %s", in->path, (long long)in->read,
                       in->reader.why);
    in->read += got;
    for (int k = 0; k < n; k++) {
        int from = width == 1 ? 0 : k;
        for (int i = 0; i < got; i++)
            channels[k][i] = in->block[i * width + from];
        memset(channels[k] + got, 0, sizeof(float) * (size_t)(frames - got));
    }
    return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

struct SoundOutput {
    OutputFile *file;
    SNDFILE *sound; /* NULL: raw float */
    SoundFormat format;
    int channels;
    double rate;
    uint64_t number; /* of the next sample, counted from time 0 */
    SoundFacts facts;
    unsigned char *packed; /* converted frames that wait to be written together */
    int waiting, room;     /* frames in it, and that fit */
    size_t frame_bytes;
};

static sf_count_t handle_length(void *user) {
    struct stat info;
    return fstat(output_file_handle(user), &info) == 0 ? (sf_count_t)info.st_size : -1;
}
static sf_count_t handle_seek(sf_count_t offset, int whence, void *user) {
    return lseek(output_file_handle(user), (off_t)offset, whence);
}
static sf_count_t handle_read(void *data, sf_count_t size, void *user) {
    return read(output_file_handle(user), data, (size_t)size);
}
static sf_count_t handle_write(const void *data, sf_count_t size, void *user) {
    return output_file_write(user, data, (size_t)size) ? size : 0;
}
static sf_count_t handle_tell(void *user) {
    return lseek(output_file_handle(user), 0, SEEK_CUR);
}

/* RIFF counts bytes in 32 bits, RF64 in 64. What may pass the limit is begun as RF64, and becomes
 * plain WAV again at the end when it did not. */
static bool needs_rf64(SoundFormat format, int channels, int64_t frames) {
    const double limit = 4294967295.0 - 4096; /* room for the header */
    return (double)frames * channels * (format.bits / 8) > limit;
}

static int libsndfile_format(SoundFormat format, int channels, int64_t frames) {
    int depth = format.bits == 16   ? SF_FORMAT_PCM_16
                : format.bits == 24 ? SF_FORMAT_PCM_24
                                    : SF_FORMAT_FLOAT;
    int major = format.container == SOUND_FLAC         ? SF_FORMAT_FLAC
                : needs_rf64(format, channels, frames) ? SF_FORMAT_RF64
                                                       : SF_FORMAT_WAV;
    return major | depth;
}

static bool open_libsndfile(SoundOutput *out, double rate, int64_t frames, Failure *why) {
    static SF_VIRTUAL_IO io = {handle_length, handle_seek, handle_read, handle_write, handle_tell};
    SF_INFO info = {.samplerate = (int)rate,
                    .channels = out->channels,
                    .format = libsndfile_format(out->format, out->channels, frames)};
    out->sound = sf_open_virtual(&io, SFM_WRITE, &info, out->file);
    if (!out->sound) {
        if (!output_file_write(out->file, NULL, 0)) return output_file_reason(out->file, why);
        return failure(why, "the sound file could not be begun: %s", sf_strerror(NULL));
    }
    /* The peak chunk holds the time of day: the same render would give other bytes each time. */
    sf_command(out->sound, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE);
    sf_command(out->sound, SFC_RF64_AUTO_DOWNGRADE, NULL, SF_TRUE);
    return true;
}

bool sound_format_fits(SoundFormat format, int channels, double rate, Failure *why) {
    int most = format.container == SOUND_FLAC ? 8 : 1024;
    if (format.container == SOUND_F32) return true;
    if (channels > most)
        return failure(why, "%s holds at most %d channels, the program has %d; use %s",
                       sound_format_ending(format.container) + 1, most, channels,
                       channels <= 1024 ? "wav or f32" : "f32");
    if (rate != floor(rate))
        return failure(why, "a sound file has a whole number of frames a second, not %g; use f32",
                       rate);
    if (format.container == SOUND_FLAC && rate > 655350)
        return failure(why, "flac goes up to 655350 Hz; use wav or f32");
    return true;
}

SoundOutput *sound_output_open(OutputFile *file, SoundFormat format, int channels, double rate,
                               int64_t from, int64_t frames_at_most, Failure *why) {
    SoundOutput *out = calloc(1, sizeof *out);
    if (!out) abort();
    *out = (SoundOutput){.file = file,
                         .format = format,
                         .channels = channels,
                         .rate = rate,
                         .number = (uint64_t)from * (uint64_t)channels};
    out->frame_bytes = (size_t)channels *
                       (format.container == SOUND_FLAC ? sizeof(int32_t) : (size_t)format.bits / 8);
    out->room = (int)(65536 / out->frame_bytes) + 1;
    out->packed = malloc((size_t)out->room * out->frame_bytes);
    if (!out->packed) abort();
    if (format.container != SOUND_F32 && !open_libsndfile(out, rate, frames_at_most, why)) {
        free(out->packed);
        free(out);
        return NULL;
    }
    return out;
}

/* Two halves of a mixed number are two even chances (splitmix64, Steele, Lea and Flood 2014). */
double sound_dither(uint64_t number) {
    uint64_t x = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    return ((double)(uint32_t)x - (double)(uint32_t)(x >> 32)) * 0x1p-32;
}

int32_t sound_quantize(float sample, int bits, double dither) {
    const double to_even = 6755399441055744.0; /* 1.5 * 2^52: adding it rounds, ties to even */
    double full = (double)(1 << (bits - 1));
    double scaled = (double)sample * full + dither;
    if (!(scaled == scaled)) return 0;
    if (scaled > full - 1) return (int32_t)(full - 1);
    if (scaled < -full) return (int32_t)-full;
    return (int32_t)((scaled + to_even) - to_even);
}

/* The magnitude of a float as an integer of the same order; what is not finite is above all. */
static inline uint32_t magnitude(float sample) {
    uint32_t bits;
    memcpy(&bits, &sample, sizeof bits);
    return bits & 0x7FFFFFFFu;
}
static const uint32_t magnitude_of_one = 0x3F800000u, magnitude_of_infinity = 0x7F800000u;

static uint32_t largest_magnitude(const float *samples, size_t n) {
    uint32_t most[8] = {0}; /* independent of each other, so that the loop becomes vectors */
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (int k = 0; k < 8; k++) {
            uint32_t m = magnitude(samples[i + (size_t)k]);
            most[k] = m > most[k] ? m : most[k];
        }
    for (; i < n; i++)
        if (magnitude(samples[i]) > most[0]) most[0] = magnitude(samples[i]);
    for (int k = 1; k < 8; k++)
        if (most[k] > most[0]) most[0] = most[k];
    return most[0];
}

/* Above that a sample is clipped: half a step beyond full scale it is still written as full scale is. */
static double full_scale(int bits) {
    return 1 + 0.499 / (double)(1 << (bits - 1));
}

/* `most` is what the format holds. */
static void measure_sample(SoundFacts *facts, float sample, int frame, int channel, double most) {
    double size = fabs((double)sample);
    if (!isfinite(size)) {
        if (facts->not_finite++ == 0) {
            facts->first_bad_frame = facts->frames + frame;
            facts->first_bad_channel = channel;
        }
        return;
    }
    if (size > facts->peak) {
        facts->peak = size;
        facts->peak_frame = facts->frames + frame;
    }
    if (size > most && facts->clipped++ == 0) facts->first_clipped = facts->frames + frame;
}

/* Most blocks hold no new peak and nothing to count: those are looked at only once, fast. */
static void measure(SoundOutput *out, const float *samples, int frames) {
    SoundFacts *facts = &out->facts;
    bool whole = out->format.bits != 32;
    uint32_t most = largest_magnitude(samples, (size_t)frames * (size_t)out->channels);
    if (most >= magnitude_of_infinity || most > magnitude((float)facts->peak) ||
        (whole && most > magnitude_of_one))
        for (int i = 0; i < frames; i++)
            for (int k = 0; k < out->channels; k++)
                measure_sample(facts, *samples++, i, k,
                               whole ? full_scale(out->format.bits) : INFINITY);
    facts->frames += frames;
}

/* Samples as they stand in the file (FLAC: as libsndfile takes them, the upper bits of 32). */
static void pack(SoundOutput *out, const float *samples, size_t n, unsigned char *to) {
    int bits = out->format.bits;
    if (bits == 32) {
        memcpy(to, samples, n * sizeof(float));
        return;
    }
    bool flac = out->format.container == SOUND_FLAC;
    for (size_t i = 0; i < n; i++) {
        uint64_t number = out->number++;
        /* silence stays silence */
        double dither = out->format.dither && samples[i] != 0 ? sound_dither(number) : 0;
        int32_t value = magnitude(samples[i]) >= magnitude_of_infinity
                            ? 0
                            : sound_quantize(samples[i], bits, dither);
        if (flac) {
            value = (int32_t)((uint32_t)value << (32 - bits));
            memcpy(to, &value, sizeof value);
            to += sizeof value;
            continue;
        }
        *to++ = (unsigned char)value;
        *to++ = (unsigned char)(value >> 8);
        if (bits == 24) *to++ = (unsigned char)(value >> 16);
    }
}

/* Hands over what waits. libsndfile keeps the header; WAV samples go through it as they are. */
static bool flush(SoundOutput *out) {
    size_t size = (size_t)out->waiting * out->frame_bytes;
    bool ok = true;
    if (!out->sound)
        ok = output_file_write(out->file, out->packed, size);
    else if (size > 0 && out->format.container == SOUND_FLAC)
        ok = sf_writef_int(out->sound, (const int *)(const void *)out->packed, out->waiting) ==
             out->waiting;
    else if (size > 0)
        ok = sf_write_raw(out->sound, out->packed, (sf_count_t)size) == (sf_count_t)size;
    out->waiting = 0;
    return ok && output_file_write(out->file, NULL, 0);
}

bool sound_output_write(SoundOutput *out, const float *samples, int frames) {
    measure(out, samples, frames);
    while (frames > 0) {
        int n = out->room - out->waiting < frames ? out->room - out->waiting : frames;
        pack(out, samples, (size_t)n * (size_t)out->channels,
             out->packed + (size_t)out->waiting * out->frame_bytes);
        out->waiting += n;
        samples += (size_t)n * (size_t)out->channels;
        frames -= n;
        if (out->waiting == out->room && !flush(out)) return false;
    }
    return true;
}

/* A FLAC file without a frame, which libsndfile does not write: the signature and STREAMINFO (RFC 9639), with a total of
 * 0, "unknown", and the MD5 sum of no samples. */
static bool write_empty_flac(SoundOutput *out) {
    unsigned char head[42] = {'f', 'L', 'a', 'C', 0x80, 0, 0, 34, 0x10, 0, 0x10, 0};
    static const unsigned char md5[16] = {0xd4, 0x1d, 0x8c, 0xd9, 0x8f, 0x00, 0xb2, 0x04,
                                          0xe9, 0x80, 0x09, 0x98, 0xec, 0xf8, 0x42, 0x7e};
    uint64_t facts = (uint64_t)out->rate << 44 | (uint64_t)(out->channels - 1) << 41 |
                     (uint64_t)(out->format.bits - 1) << 36;
    for (int i = 0; i < 8; i++)
        head[18 + i] = (unsigned char)(facts >> (56 - 8 * i));
    memcpy(head + 26, md5, sizeof md5);
    return output_file_write(out->file, head, sizeof head);
}

bool sound_output_close(SoundOutput *out, SoundFacts *facts, Failure *why) {
    bool ok = flush(out);
    int closed = out->sound ? sf_close(out->sound) : 0;
    if (ok && out->format.container == SOUND_FLAC && out->facts.frames == 0)
        ok = write_empty_flac(out);
    if (!output_file_write(out->file, NULL, 0)) /* after any failed write */
        ok = output_file_reason(out->file, why);
    else if (!ok || closed != 0)
        ok = failure(why, "the sound file could not be completed: %s", sf_error_number(closed));
    *facts = out->facts;
    free(out->packed);
    free(out);
    return ok;
}
