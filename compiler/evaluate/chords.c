/* Chords by name. In: "Am7", "F#m7b5", "C/G". Out: their notes as MIDI numbers, the root in the octave of middle C, or an
 * error that points into the text. */
#include "evaluate/rhythm.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_NOTES = 8 };

static const struct {
    const char *name, *semitones;
} chords[] = {
#define CHORD(name, semitones) {name, semitones},
#include "evaluate/chords.def"
};
enum { CHORDS = sizeof chords / sizeof *chords };

/* "C#…" -> 1, and what stands behind; -1: no note. */
static int pitch_class(const char **text) {
    static const int semitones[] = {9, 11, 0, 2, 4, 5, 7}; /* A … G above C */
    if (**text < 'A' || **text > 'G') return -1;
    int step = semitones[*(*text)++ - 'A'];
    for (; **text == '#' || **text == 'b'; ++*text)
        step += **text == '#' ? 1 : 11;
    return step % 12;
}

static int notes_of(const char *semitones, int root, double *notes) {
    int n = 0;
    for (char *end; *semitones && n < MOST_NOTES; semitones = end + strspn(end, " "))
        notes[n++] = root + (double)strtol(semitones, &end, 10);
    return n;
}

/* A note of the chord as the lowest is an inversion; another one lies below it. */
static int put_below(double *notes, int n, int bass) {
    int first = 0;
    while (first < n && ((int)notes[first] - bass) % 12 != 0)
        first++;
    if (first == n) {
        double low = 12 * floor((notes[0] - bass) / 12) + bass;
        memmove(notes + 1, notes, sizeof *notes * (size_t)n);
        notes[0] = low;
        return n + 1;
    }
    double turned[MOST_NOTES + 1];
    for (int i = 0; i < n; i++) {
        int k = (first + i) % n;
        turned[i] = notes[k];
        while (i > 0 && turned[i] < turned[0])
            turned[i] += 12;
    }
    memcpy(notes, turned, sizeof *notes * (size_t)n);
    return n;
}

static Value no_chord(Peval *p, const char *text, const char *quality, Span span) {
    const char *names[CHORDS];
    for (int i = 0; i < CHORDS; i++)
        names[i] = chords[i].name;
    Diag *d = peval_error(p, span, "\"%.40s\" is not the name of a chord", text);
    const char *near = quality ? nearest_name(quality, names, CHORDS) : NULL;
    if (strpbrk(text, " <[{*"))
        peval_help(p, d, "several are a pattern: `chord(pattern(\"%.40s\"))`", text);
    else if (near && *near)
        peval_help(p, d, "did you mean \"%.*s%s\"?", (int)(quality - text), text, near);
    else
        peval_help(p, d,
                   "a letter from A to G, `#` or `b`, a kind, a bass: \"Am7\", \"F#dim\", "
                   "\"Bbmaj9\", \"C/G\"");
    return value_error();
}

bool is_name_of(Peval *p, const char *what, Value *v, Span *span) {
    *v = force(p, *v);
    if (v->kind == V_ERROR) return false;
    const Ast *given = blame_value(p, v, 1, NULL).ast;
    *span = given ? given->span : argument_span(p, 0, *span);
    if (v->kind == V_STRING) return true;
    peval_error(p, *span, "the name of a %s is a string, and this is %s", what,
                value_describe(p, *v));
    *v = value_error();
    return false;
}

Value chord_call(Peval *p, Value v, Span span) {
    if (!is_name_of(p, "chord", &v, &span)) return v;
    const char *at = v.text;
    int root = pitch_class(&at), bass = -1;
    if (root < 0) return no_chord(p, v.text, NULL, span);
    const char *slash = strrchr(at, '/'), *end = at + strlen(at);
    if (slash && slash[1] >= 'A' && slash[1] <= 'G') {
        const char *rest = slash + 1;
        bass = pitch_class(&rest);
        if (*rest) return no_chord(p, v.text, NULL, span);
        end = slash;
    }
    double notes[MOST_NOTES + 1];
    int n = 0;
    const char *quality = arena_strndup(p->session->arena, at, (size_t)(end - at));
    for (int i = 0; i < CHORDS && n == 0; i++)
        if (strcmp(chords[i].name, quality) == 0)
            n = notes_of(chords[i].semitones, 60 + root, notes);
    if (n == 0) return no_chord(p, v.text, bass < 0 ? at : NULL, span);
    if (bass >= 0) n = put_below(notes, n, bass);
    Value items[MOST_NOTES + 1];
    for (int i = 0; i < n; i++)
        items[i] = value_constant(p, notes[i]);
    return value_list(p, items, n);
}
