/* kanon join: parts of a render, one after the other, as one file. In: sound files of one form, in order. Out: a file in
 * which their samples stand as they are, so that what `kanon render --part` made is the bits of one go. */
#include "command/command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1 << 14 }; /* frames */

typedef struct Join {
    const Request *request;
    int channels, bits; /* of each of them */
    double rate;
    int64_t frames; /* of all */
    SoundFormat format;
    FilesRead read;
    OutputFile *file;
    SoundOutput *sound;
    Failure why;
} Join;

/* ---- parts ---------------------------------------------------------------------------------------- */

/* K and N of "bell-KofN.wav"; false: a name of another kind. */
static bool part_of_name(const char *path, long *part, long *parts) {
    const char *slash = strrchr(path, '/'), *at = path + strlen(path);
    const char *name = slash ? slash + 1 : path;
    char *end;
    while (at > name && *at != '-')
        at--;
    if (*at != '-' || !isdigit((unsigned char)at[1])) return false;
    *part = strtol(at + 1, &end, 10);
    if (strncmp(end, "of", 2) != 0 || !isdigit((unsigned char)end[2])) return false;
    *parts = strtol(end + 2, &end, 10);
    return *end == '.' || !*end;
}

/* Where the names tell which parts they are, none is missing, and they are in order. */
static int check_names(const Join *j) {
    const TextList *files = &j->request->files;
    long part, parts, n = 0;
    for (int i = 0; i < files->n; i++) {
        if (!part_of_name(files->items[i], &part, &parts)) return STATUS_DONE;
        if (i == 0) n = parts;
        if (parts != n || part != i + 1)
            return command_fail(STATUS_USAGE, "%s is not part %d of %ld, which comes here",
                                files->items[i], i + 1, n);
    }
    if (n != files->n)
        return command_fail(STATUS_USAGE, "there are %ld parts, and %d were given", n, files->n);
    return STATUS_DONE;
}

/* Opened one at a time, however many there are: here to see whether they fit, and again when they are copied. */
static SoundInput *open_part(Join *j, int i) {
    const char *path = j->request->files.items[i];
    SoundInput *in = sound_input_open(path, &j->why);
    if (!in) return NULL;
    const int channels = sound_input_channels(in), bits = sound_input_bits(in);
    const double rate = sound_input_rate(in);
    if (j->channels == 0) {
        j->channels = channels;
        j->bits = bits;
        j->rate = rate;
    }
    if (channels == j->channels && bits == j->bits && rate == j->rate) return in;
    failure(&j->why, "%s has %d channels, %g Hz, %d bits, and %s %d channels, %g Hz, %d bits", path,
            channels, rate, bits, j->request->files.items[0], j->channels, j->rate, j->bits);
    j->why.status = STATUS_USAGE;
    sound_input_close(in);
    return NULL;
}

static int look_at_parts(Join *j) {
    const TextList *files = &j->request->files;
    if (files->n == 0) return command_fail(STATUS_USAGE, "no parts given: kanon join -o OUT PART…");
    for (int i = 0; i < files->n; i++) {
        SoundInput *in = open_part(j, i);
        if (!in) return command_fail_with(&j->why);
        files_read_note(&j->read, sound_input_identity(in), "one of the parts");
        j->frames += sound_input_frames(in);
        sound_input_close(in);
    }
    return STATUS_DONE;
}

/* ---- the whole ------------------------------------------------------------------------------------ */

static int open_whole(Join *j) {
    const Request *r = j->request;
    char bits[16];
    if (!r->out) return command_fail(STATUS_USAGE, "the whole needs a name: -o OUT");
    if (j->bits == 0)
        return command_fail(STATUS_USAGE,
                            "%s has samples that are none of 16, 24 or 32 (float) bits",
                            r->files.items[0]);
    snprintf(bits, sizeof bits, "%d", j->bits);
    if (!sound_format_choose(r->out, r->format, bits, j->bits == 32 ? NULL : "none", &j->format))
        return STATUS_USAGE;
    if (!sound_format_fits(j->format, j->channels, j->rate, &j->why))
        return command_fail(STATUS_USAGE, "%s", j->why.text);
    OutputPlace place = {.path = r->out,
                         .option = "-o",
                         .spared = &j->read,
                         .seeks = j->format.container != SOUND_F32};
    j->file = output_file_open(&place, &j->why);
    if (j->file)
        j->sound =
            sound_output_open(j->file, j->format, j->channels, j->rate, 0, j->frames, &j->why);
    return j->sound ? STATUS_DONE : command_fail_with(&j->why);
}

/* Integers of up to 24 bits are floats without rounding, and integers again. */
static bool copy_part(Join *j, int i, float *block) {
    SoundInput *in = open_part(j, i);
    bool ok = in;
    for (int64_t left = in ? sound_input_frames(in) : 0; left > 0 && ok;) {
        const int n = left < BLOCK ? (int)left : BLOCK;
        ok = sound_input_take(in, block, n, &j->why) &&
             (sound_output_write(j->sound, block, n) || output_file_reason(j->file, &j->why));
        left -= n;
    }
    sound_input_close(in);
    return ok;
}

static int copy_all(Join *j) {
    float *block = malloc(sizeof(float) * (size_t)j->channels * BLOCK);
    if (!block) abort();
    bool ok = true;
    for (int i = 0; i < j->request->files.n && ok; i++)
        ok = copy_part(j, i, block);
    free(block);
    SoundFacts facts;
    const bool gone = output_file_reader_gone(j->file);
    if (ok || gone) ok = sound_output_close(j->sound, &facts, &j->why);
    if (ok || gone) j->sound = NULL;
    if (gone) return STATUS_DONE;
    OutputFile *file = j->file;
    if (ok) {
        j->file = NULL;
        ok = output_file_commit(file, NULL, &j->why);
    }
    if (!ok) return command_fail_with(&j->why);
    const int n = j->request->files.n;
    command_say("%s: %d part%s, %.9g s",
                strcmp(j->request->out, "-") == 0 ? "standard output" : j->request->out, n,
                n == 1 ? "" : "s", (double)facts.frames / j->rate);
    return STATUS_DONE;
}

static int run(const Request *request) {
    Join j = {.request = request};
    SoundFacts unread;
    int status = check_names(&j);
    if (status == STATUS_DONE) status = look_at_parts(&j);
    if (status == STATUS_DONE) status = open_whole(&j);
    if (status == STATUS_DONE) status = copy_all(&j);
    if (j.sound) sound_output_close(j.sound, &unread, &j.why);
    output_file_abandon(j.file);
    free(j.read.items);
    return status;
}

static const Option options[] = {
    {"output", 'o', OPTION_TEXT, "OUT", REQUEST_FIELD(out), "the whole; - is standard output"},
    {"format", 0, OPTION_TEXT, "wav|rf64|flac|f32", REQUEST_FIELD(format),
     "instead of by OUT's ending"},
};

const Command command_join = {
    .name = "join",
    .run = run,
    .summary = "parts of a render into one file",
    .usage = "-o OUT PART…",
    .text =
        "Puts sound files of one form one after the other, in the order given, sample by sample "
        "as\n"
        "they are: the parts that kanon render --part K/N wrote become the bits of one go. Where\n"
        "their names end in KofN, as those do, none may be missing. Raw float (.f32) needs no\n"
        "header: there cat does the same.",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "PART",
    .many = true,
};
