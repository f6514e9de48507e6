/* kanon mel: features of a sound file as models take them.
 * In: FILE.wav. Out: OUT.npy, floats, a row for each mel filter and a column for each frame. */
#include "command/command.h"
#include "mel/mel.h"

#include <stdlib.h>
#include <string.h>

enum { READ_AT_ONCE = 4096 };

/* The samples of the file at the rate, its channels as their mean. NULL with a reason; free it. */
static float *read_mono(SoundInput *in, int64_t frames, Failure *why) {
    const int channels = sound_input_channels(in);
    float *mono = alloc_zeroed((size_t)frames + 1, sizeof *mono);
    float *room = alloc_room((size_t)channels * READ_AT_ONCE, sizeof *room);
    float **parts = alloc_room((size_t)channels, sizeof *parts);
    bool ok = true;
    for (int c = 0; c < channels; c++)
        parts[c] = room + (size_t)c * READ_AT_ONCE;
    for (int64_t at = 0; ok && at < frames; at += READ_AT_ONCE) {
        const int n = frames - at < READ_AT_ONCE ? (int)(frames - at) : READ_AT_ONCE;
        ok = sound_input_read(in, parts, channels, n, why);
        for (int c = 0; ok && c < channels; c++)
            for (int i = 0; i < n; i++)
                mono[at + i] += parts[c][i] / (float)channels;
    }
    free(room);
    free(parts);
    if (ok) return mono;
    free(mono);
    return NULL;
}

/* The header of a NumPy array of floats in rows (format 1.0): a multiple of 64 bytes. */
static void npy_header(int rows, int64_t columns, Buf *out) {
    Buf shape = {0};
    buf_printf(&shape, "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %lld), }", rows,
               (long long)columns);
    while ((10 + shape.length + 1) % 64 != 0)
        buf_puts(&shape, " ");
    buf_puts(&shape, "\n");
    const unsigned char length[2] = {(unsigned char)(shape.length & 255),
                                     (unsigned char)(shape.length >> 8)};
    buf_add(out, "\x93NUMPY\1\0", 8);
    buf_add(out, (const char *)length, 2);
    buf_add(out, shape.data, shape.length);
    buf_free(&shape);
}

static int write_array(const char *path, SoundInput *in, const float *values, int rows,
                       int64_t columns) {
    FilesRead read = {0};
    Failure why;
    Buf header = {0};
    files_read_note(&read, sound_input_identity(in), "what is measured");
    npy_header(rows, columns, &header);
    OutputFile *file = output_file_open(&(OutputPlace){path, "-o", &read, NULL, false}, &why);
    int status = STATUS_DONE;
    if (!file || (output_file_write(file, header.data, header.length),
                  output_file_write(file, values, sizeof *values * (size_t)rows * (size_t)columns),
                  !output_file_commit(file, NULL, &why)))
        status = command_fail_with(&why);
    buf_free(&header);
    free(read.items);
    return status;
}

static int measure(const char *path, const char *out, const MelOptions *options, SoundInput *in) {
    Failure why;
    if (!sound_input_resample(in, options->rate, &why)) return command_fail_with(&why);
    const int64_t samples = sound_input_frames(in);
    if (samples <= options->size / 2)
        return command_fail(STATUS_PROGRAM,
                            "%s has %lld samples at %g Hz, and a frame %d: more than half of one "
                            "is needed; give a smaller --n-fft",
                            path, (long long)samples, options->rate, options->size);
    float *x = read_mono(in, samples, &why);
    if (!x) return command_fail_with(&why);
    Mel *m = mel_create(options);
    if (mel_empty_filters(m) > 0)
        command_warn("%d of %d filters are narrower than the bins of a transform of %d points, and "
                     "have none; give fewer --mels or a larger --n-fft",
                     mel_empty_filters(m), options->mels, options->size);
    const int64_t frames = mel_frames(m, samples);
    float *values = alloc_room((size_t)options->mels * (size_t)frames + 1, sizeof *values);
    mel_compute(m, x, samples, values);
    const int status = write_array(out, in, values, options->mels, frames);
    if (status == STATUS_DONE && strcmp(out, "-") != 0)
        command_say("%s: %d mels, %lld frames of %d samples, %d apart, at %g Hz", out,
                    options->mels, (long long)frames, options->size, options->hop, options->rate);
    free(values);
    free(x);
    mel_free(m);
    return status;
}

/* One of the words that an option takes: its number. False: a message was printed. */
static bool read_word(const char *option, const char *text, const char *const *words, int n,
                      int *number) {
    if (!text) return true;
    for (*number = 0; *number < n; ++*number)
        if (strcmp(text, words[*number]) == 0) return true;
    command_fail(STATUS_USAGE,
                 n == 2 ? "%s takes %s or %s, not '%s'" : "%s takes %s, %s or %s, not '%s'", option,
                 words[0], words[1], n == 2 ? text : words[2], text);
    return false;
}

static bool read_options(const Request *r, MelOptions *o) {
    static const char *const scales[] = {"slaney", "htk"}, *const logs[] = {"none", "db",
                                                                            "whisper"};
    int scale = MEL_SLANEY, log = MEL_WHISPER;
    *o = (MelOptions){.rate = 16000, .size = 400, .hop = 160, .mels = 80};
    if (!option_rate("--rate", r->rate, &o->rate) ||
        !option_integer("--n-fft", r->n_fft, 2, MEL_MOST_SIZE, &o->size) ||
        !option_integer("--hop", r->hop, 1, 1 << 20, &o->hop) ||
        !option_integer("--mels", r->mels, 1, MEL_MOST, &o->mels) ||
        !read_word("--scale", r->scale, scales, 2, &scale) ||
        !read_word("--log", r->log, logs, 3, &log))
        return false;
    o->scale = (MelScale)scale;
    o->log = (MelLog)log;
    const int next = (int)mel_next_size(o->size);
    if (next == o->size) return true;
    command_fail(STATUS_USAGE, "--n-fft takes a product of 2, 3 and 5, such as %d, not %d", next,
                 o->size);
    return false;
}

/* FILE.npy in this folder. */
static char *usual_path(const Request *request) {
    char *stem = load_stem(request, "sound");
    Buf path = {0};
    buf_printf(&path, "%s.npy", stem);
    free(stem);
    return path.data;
}

static int run(const Request *request) {
    MelOptions options;
    Failure why;
    if (!request->file)
        return command_fail(STATUS_USAGE, "kanon mel wants a sound file; see kanon mel --help");
    if (!read_options(request, &options)) return STATUS_USAGE;
    SoundInput *in = sound_input_open(request->file, &why);
    if (!in) return command_fail_with(&why);
    char *path = request->out ? strdup(request->out) : usual_path(request);
    const int status = measure(request->file, path, &options, in);
    free(path);
    sound_input_close(in);
    return status;
}

static const Option options[] = {
    {"output", 'o', OPTION_TEXT, "OUT.npy", REQUEST_FIELD(out),
     "the array (FILE.npy); - is standard output"},
    OPTION_ROW_RATE("samples a second that it is resampled to (16000)"),
    {"n-fft", 0, OPTION_TEXT, "N", REQUEST_FIELD(n_fft), "samples of a frame (400)"},
    {"hop", 0, OPTION_TEXT, "N", REQUEST_FIELD(hop), "samples from frame to frame (160)"},
    {"mels", 0, OPTION_TEXT, "N", REQUEST_FIELD(mels), "filters of the bank (80)"},
    {"scale", 0, OPTION_TEXT, "slaney|htk", REQUEST_FIELD(scale),
     "what a mel is, and how high filters are (slaney)"},
    {"log", 0, OPTION_TEXT, "whisper|db|none", REQUEST_FIELD(log),
     "what becomes of powers (whisper)"},
};

const Command command_mel = {
    .name = "mel",
    .run = run,
    .summary = "mel features of a sound file, for models",
    .usage = "FILE.wav [-o OUT.npy] [options]",
    .text = "Writes the mel spectrogram of a sound file as a NumPy array of floats, a row for each "
            "filter and\n"
            "a column for each frame. Without options it is what Whisper hears. The mean of the "
            "channels\n"
            "is measured.",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "FILE.wav",
};
