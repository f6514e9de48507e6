/* Primitives that take texts. In: a primitive, names of notes, paths of sound files, messages. Out: frequencies,
 * durations; an error. */
#include "evaluate/prims.h"
#include "base/sound_reader.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "C#4" -> Hz in equal temperament, A4 = 440 Hz; C4 is middle C. */
bool note_frequency(const char *name, double *hz) {
    static const int semitones[] = {9, 11, 0, 2, 4, 5, 7}; /* A … G above C */
    int letter = toupper((unsigned char)name[0]);
    if (letter < 'A' || letter > 'G') return false;
    int step = semitones[letter - 'A'];
    name++;
    for (; *name == '#' || *name == 'b'; name++)
        step += *name == '#' ? 1 : -1;
    char *end;
    if (!isdigit((unsigned char)*name) && *name != '-') return false;
    long octave = strtol(name, &end, 10);
    if (*end || octave < -1 || octave > 12) return false;
    *hz = 440 * pow(2, ((double)(octave - 4) * 12 + step - 9) / 12);
    return true;
}

static Value note_call(Peval *p, const char *name, Span span) {
    double hz;
    if (note_frequency(name, &hz)) return value_constant(p, hz);
    Diag *d = peval_error(p, span, "\"%s\" is not the name of a note", name);
    const char *with_octave = arena_printf(p->session->arena, "%.8s4", name);
    if (note_frequency(with_octave, &hz))
        peval_help(p, d, "it wants its octave: \"%s\" is the one about middle C", with_octave);
    else
        peval_help(p, d,
                   "a letter from A to G, `#` or `b`, and an octave: \"A4\", \"C#3\", \"Eb5\"");
    return value_error();
}

/* The sound file that a value reads; NULL with a diag where it is none. */
static const Sample *file_of(Peval *p, PrimId prim, Value v, Span span) {
    v = force(p, v);
    if (v.kind == V_STRING) v = sample_function(p, v.text, OP_SAMPLE, span);
    if (is_bank(v)) v = bank_as_signal(p, v.function, span);
    if (v.kind == V_FUNCTION && v.function->kind == FN_SIGNAL && v.function->number == P_sample)
        return &p->g->samples[sample_number(p, v.function)];
    if (v.kind != V_ERROR)
        peval_error(p, argument_span(p, 0, span), "`%s` takes a sample, and this is %s",
                    prims[prim].name, value_describe(p, v));
    return NULL;
}

/* Of a loop that the file names: where it begins and ends. */
static Value loop_of(Peval *p, const Sample *s, Span span) {
    if (s->nloops > 0) {
        Value ends[2] = {value_constant(p, (double)s->loops[0][0] / s->rate),
                         value_constant(p, (double)s->loops[0][1] / s->rate)};
        return value_list(p, ends, 2);
    }
    Diag *d = peval_error(p, argument_span(p, 0, span), "the sound file names no loop");
    peval_help(p, d, "say where it begins and ends: `looped(s, 0.2, 1.3)`");
    return value_error();
}

static Value marks_call(Peval *p, PrimId prim, Value v, Span span) {
    const Sample *s = file_of(p, prim, v, span);
    if (!s) return value_error();
    if (prim == P_duration) return value_constant(p, (double)s->frames / s->rate);
    if (prim == P_loop_points) return loop_of(p, s, span);
    Value times[MOST_CUES];
    for (int i = 0; i < s->ncues; i++)
        times[i] = value_constant(p, (double)s->cues[i] / s->rate);
    return value_list(p, times, s->ncues);
}

/* What a definition refuses is told where it was called. */
static Value refuse(Peval *p, const Value *args, int n, Span span) {
    Value text[2] = {{.kind = V_ERROR}, {.kind = V_ERROR}};
    for (int i = 0; i < n && i < 2; i++)
        text[i] = force(p, args[i]);
    if (text[0].kind == V_STRING) {
        const Call *caller = p->calls ? p->calls->outer : NULL;
        Diag *d = peval_error(p, caller ? caller->span : span, "%s", text[0].text);
        d->notes = NULL; /* the way through the library tells nothing more */
        if (text[1].kind == V_STRING) peval_help(p, d, "%s", text[1].text);
    } else if (text[0].kind != V_ERROR) {
        peval_error(p, argument_span(p, 0, span),
                    "`error` takes a message, a string, and this is %s",
                    value_describe(p, text[0]));
    }
    return value_error();
}

Value text_call(Peval *p, PrimId prim, const Value *args, int n, Span span) {
    if (prim == P_error) return refuse(p, args, n, span);
    if (prim == P_need) return misplaced_need(p, span);
    Value v = args[0];
    if (prim == P_midi_file) return midi_file_call(p, args, n, span);
    if (prim == P_duration || prim == P_loop_points || prim == P_cue_points)
        return marks_call(p, prim, v, span);
    v = force(p, v);
    if (v.kind == V_ERROR) return v;
    if (v.kind != V_STRING) {
        Diag *d = peval_error(p, argument_span(p, 0, span),
                              "`%s` takes a string such as \"A4\", and this is %s",
                              prims[prim].name, value_describe(p, v));
        if (prim == P_note && v.kind == V_NUMBER)
            peval_help(p, d, "`midi(69)` is the frequency of a number of a note");
        if (prim == P_note && v.kind == V_LIST)
            peval_help(p, d, "`map(names, note)` takes a list of them");
        return value_error();
    }
    return note_call(p, v.text, argument_span(p, 0, span));
}
