/* The file that `kanon play --record` writes.
 * In: frames, on the recorder's thread. Out: a sound file, which appears when it is complete.
 *
 * A render can be made again, a take cannot: where the disk is full, what it holds by then is kept. */
#include "command/take.h"

#include <math.h>

enum { LONGEST = 40 }; /* power of 2 of the frames that the header has room for */

bool take_choose(const Request *r, Take *t) {
    *t = (Take){.path = r->record};
    if (!r->record && (r->format || r->bits || r->dither)) {
        command_fail(STATUS_USAGE, "--format, --bits and --dither are of the file of --record");
        return false;
    }
    return !r->record || sound_format_choose(r->record, r->format, r->bits, r->dither, &t->format);
}

int take_begin(Take *t, int channels, double rate, FilesRead *spared) {
    if (!t->path) return STATUS_DONE;
    t->channels = channels;
    t->rate = rate;
    if (!sound_format_fits(t->format, channels, rate, &t->why))
        return command_fail(STATUS_USAGE, "%s", t->why.text);
    OutputPlace place = {.path = t->path,
                         .option = "--record",
                         .spared = spared,
                         .seeks = t->format.container != SOUND_F32};
    t->file = output_file_open(&place, &t->why);
    if (!t->file) return command_fail_with(&t->why);
    t->sound =
        sound_output_open(t->file, t->format, channels, rate, 0, INT64_C(1) << LONGEST, &t->why);
    return t->sound ? STATUS_DONE : command_fail_with(&t->why);
}

static bool write_frames(void *take, const float *samples, int frames, EngineError *why) {
    Take *t = take;
    if (sound_output_write(t->sound, samples, frames)) return true;
    t->failed = true;
    output_file_reason(t->file, &t->why);
    t->kept = sound_output_keep(t->sound);
    why->status = STATUS_FILE;
    snprintf(why->message, sizeof why->message, "%.480s", t->why.text);
    return false;
}

RecorderSink take_sink(Take *t) {
    return (RecorderSink){write_frames, t};
}

static void tell(const Take *t, const SoundFacts *facts) {
    char peak[48] = "peak -inf dBFS (silence)";
    if (facts->peak > 0) snprintf(peak, sizeof peak, "peak %.2f dBFS", 20 * log10(facts->peak));
    if (facts->clipped > 0)
        command_warn("%lld samples were clipped in %s, %s; --bits 32 would keep them",
                     (long long)facts->clipped, t->path, peak);
    command_say("%s: %.9g s, %d channel%s, %g Hz, %s%s", t->path, (double)facts->frames / t->rate,
                t->channels, t->channels == 1 ? "" : "s", t->rate, peak,
                t->failed ? "; it was cut short" : "");
}

int take_end(Take *t) {
    SoundFacts facts;
    Failure reason = t->why; /* the first is what is told */
    if (!t->sound) {
        output_file_abandon(t->file);
        return STATUS_DONE;
    }
    bool good = sound_output_close(t->sound, &facts, &t->why);
    if (good && (!t->failed || t->kept)) {
        good = output_file_commit(t->file, NULL, &t->why);
    } else {
        output_file_abandon(t->file);
        good = false;
    }
    if (!good) return command_fail_with(t->failed ? &reason : &t->why);
    tell(t, &facts);
    return t->failed ? STATUS_FILE : STATUS_DONE;
}
