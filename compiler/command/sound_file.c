/* Sound files: reading what libsndfile reads, writing WAV, FLAC and raw float.
 * In: a path, or an OutputFile and interleaved float samples. Out: samples; a file and the facts
 * about what was written.
 *
 * WAV is written here (command/wav_header.c), so that it is known where each frame lies. libsndfile
 * writes FLAC through callbacks into the OutputFile, so that every failed write is seen, and its
 * errno is known. */
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
                  {"rf64", ".rf64", SOUND_RF64},
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
        command_fail(STATUS_USAGE, "there is no format '%s': wav, rf64, flac or f32", format);
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

int sound_input_of(const Request *request, double *rate, SoundInput **in) {
    Failure why;
    if (!request->in) return STATUS_DONE;
    *in = sound_input_open(request->in, &why);
    if (!*in) return command_fail_with(&why);
    if (!request->rate) *rate = sound_input_rate(*in);
    if (!rate_is_possible(*rate))
        return command_fail(STATUS_USAGE,
                            "%s has %g Hz, and a program runs at 1000 kHz at most; give a --rate, "
                            "to which it is resampled",
                            request->in, *rate);
    return sound_input_resample(*in, *rate, &why) ? STATUS_DONE : command_fail_with(&why);
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

int sound_input_bits(const SoundInput *in) {
    return in->reader.bits;
}

bool sound_input_take(SoundInput *in, float *to, int frames, Failure *why) {
    if (!sound_reader_read(&in->reader, to, frames))
        return failure(why, "cannot read %s behind frame %lld: %s", in->path, (long long)in->read,
                       in->reader.why);
    in->read += frames;
    return true;
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
    SNDFILE *sound; /* of FLAC */
    SoundPacker packer;
    double rate;
    int64_t promised;         /* frames that the header of a WAV file tells */
    bool room;                /* and whether it has room for lengths of 64 bits */
    unsigned char *packed;    /* converted frames that wait to be written together */
    int waiting, room_frames; /* frames in it, and that fit */
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

static bool open_flac(SoundOutput *out, Failure *why) {
    static SF_VIRTUAL_IO io = {handle_length, handle_seek, handle_read, handle_write, handle_tell};
    const int depth = out->packer.format.bits == 16 ? SF_FORMAT_PCM_16 : SF_FORMAT_PCM_24;
    SF_INFO info = {.samplerate = (int)out->rate,
                    .channels = out->packer.channels,
                    .format = SF_FORMAT_FLAC | depth};
    out->sound = sf_open_virtual(&io, SFM_WRITE, &info, out->file);
    if (out->sound) return true;
    if (!output_file_write(out->file, NULL, 0)) return output_file_reason(out->file, why);
    return failure(why, "the sound file could not be begun: %s", sf_strerror(NULL));
}

static bool is_wav(SoundFormat format) {
    return format.container == SOUND_WAV || format.container == SOUND_RF64;
}

static bool open_wav(SoundOutput *out, Failure *why) {
    unsigned char header[WAV_HEADER];
    const int size = wav_header(&out->packer, out->rate, out->promised, out->room, header);
    return output_file_write(out->file, header, (size_t)size) || output_file_reason(out->file, why);
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
                         .packer = sound_packer(format, channels, from),
                         .rate = rate,
                         .promised = frames_at_most,
                         .frame_bytes = sound_frame_bytes(format, channels)};
    out->room = wav_needs_room(&out->packer, frames_at_most);
    out->room_frames = (int)(65536 / out->frame_bytes) + 1;
    out->packed = malloc((size_t)out->room_frames * out->frame_bytes);
    if (!out->packed) abort();
    if ((format.container == SOUND_FLAC && !open_flac(out, why)) ||
        (is_wav(format) && !open_wav(out, why))) {
        free(out->packed);
        free(out);
        return NULL;
    }
    return out;
}

/* Hands over what waits. */
static bool flush(SoundOutput *out) {
    bool ok = true;
    if (!out->sound)
        ok = output_file_write(out->file, out->packed, (size_t)out->waiting * out->frame_bytes);
    else if (out->waiting > 0)
        ok = sf_writef_int(out->sound, (const int *)(const void *)out->packed, out->waiting) ==
             out->waiting;
    out->waiting = 0;
    return ok && output_file_write(out->file, NULL, 0);
}

bool sound_output_write(SoundOutput *out, const float *samples, int frames) {
    while (frames > 0) {
        int n = out->room_frames - out->waiting < frames ? out->room_frames - out->waiting : frames;
        sound_pack(&out->packer, samples, n, out->packed + (size_t)out->waiting * out->frame_bytes);
        out->waiting += n;
        samples += (size_t)n * (size_t)out->packer.channels;
        frames -= n;
        if (out->waiting == out->room_frames && !flush(out)) return false;
    }
    return true;
}

/* A FLAC file without a frame, which libsndfile does not write: the signature and STREAMINFO (RFC 9639), with a total of
 * 0, "unknown", and the MD5 sum of no samples. */
static bool write_empty_flac(SoundOutput *out) {
    unsigned char head[42] = {'f', 'L', 'a', 'C', 0x80, 0, 0, 34, 0x10, 0, 0x10, 0};
    static const unsigned char md5[16] = {0xd4, 0x1d, 0x8c, 0xd9, 0x8f, 0x00, 0xb2, 0x04,
                                          0xe9, 0x80, 0x09, 0x98, 0xec, 0xf8, 0x42, 0x7e};
    uint64_t facts = (uint64_t)out->rate << 44 | (uint64_t)(out->packer.channels - 1) << 41 |
                     (uint64_t)(out->packer.format.bits - 1) << 36;
    for (int i = 0; i < 8; i++)
        head[18 + i] = (unsigned char)(facts >> (56 - 8 * i));
    memcpy(head + 26, md5, sizeof md5);
    return output_file_write(out->file, head, sizeof head);
}

/* The byte that makes the length of the data even; and the header again, where it promised another one. */
static bool complete_wav(SoundOutput *out) {
    unsigned char header[WAV_HEADER];
    const int64_t frames = out->packer.facts.frames;
    if ((uint64_t)frames * out->frame_bytes % 2 && !output_file_write(out->file, "", 1))
        return false;
    if (frames == out->promised) return true;
    const int size = wav_header(&out->packer, out->rate, frames, out->room, header);
    if (lseek(output_file_handle(out->file), 0, SEEK_SET) == 0)
        return output_file_write(out->file, header, (size_t)size);
    output_file_failed(out->file, errno);
    return false;
}

bool sound_output_keep(SoundOutput *out) {
    unsigned char header[WAV_HEADER];
    const int handle = output_file_handle(out->file);
    struct stat info;
    const off_t begin = is_wav(out->packer.format)
                            ? wav_header(&out->packer, out->rate, out->promised, out->room, header)
                            : 0;
    if (out->sound || fstat(handle, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size < begin)
        return false;
    const off_t frames = (info.st_size - begin) / (off_t)out->frame_bytes,
                end = begin + frames * (off_t)out->frame_bytes;
    if (ftruncate(handle, end) != 0 || lseek(handle, end, SEEK_SET) != end) return false;
    out->waiting = 0;
    out->packer.facts.frames = frames;
    output_file_forgive(out->file);
    return true;
}

bool sound_output_close(SoundOutput *out, SoundFacts *facts, Failure *why) {
    bool ok = flush(out);
    int closed = out->sound ? sf_close(out->sound) : 0;
    if (ok && out->sound && out->packer.facts.frames == 0) ok = write_empty_flac(out);
    if (ok && is_wav(out->packer.format)) ok = complete_wav(out);
    if (!output_file_write(out->file, NULL, 0)) /* after any failed write */
        ok = output_file_reason(out->file, why);
    else if (!ok || closed != 0)
        ok = failure(why, "the sound file could not be completed: %s", sf_error_number(closed));
    *facts = out->packer.facts;
    free(out->packed);
    free(out);
    return ok;
}
