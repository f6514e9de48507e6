/* Scales by name. In: "harmonicMajor", "super locrian". Out: semitones above the root within an octave, or an error that points
 * into the text. */
#include "evaluate/rhythm.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *semitones;
} scales[] = {
#define SCALE(name, semitones) {name, semitones},
#include "evaluate/scales.def"
};
enum { SCALES = sizeof scales / sizeof *scales, MOST_STEPS = 12 };

/* What of a name tells it from others: letters, capital or not, and digits. */
static const char *next_letter(const char *at) {
    while (*at == '_' || *at == '-' || *at == ' ')
        at++;
    return at;
}

static bool same_name(const char *a, const char *b) {
    for (;; a++, b++) {
        a = next_letter(a);
        b = next_letter(b);
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) return false;
        if (!*a) return true;
    }
}

static Value no_scale(Peval *p, const char *text, Span span) {
    const char *names[SCALES];
    for (int i = 0; i < SCALES; i++)
        names[i] = scales[i].name;
    Diag *d = peval_error(p, span, "\"%.40s\" is not the name of a scale", text);
    const char *near = nearest_name(text, names, SCALES);
    if (near)
        peval_help(p, d, "did you mean \"%s\"?", near);
    else
        peval_help(p, d, "`kanon doc scale` has the names; a list of semitones is a scale too");
    return value_error();
}

Value scale_call(Peval *p, Value v, Span span) {
    if (!is_name_of(p, "scale", &v, &span)) return v;
    int which = 0;
    while (which < SCALES && !same_name(scales[which].name, v.text))
        which++;
    if (which == SCALES) return no_scale(p, v.text, span);
    Value items[MOST_STEPS];
    int n = 0;
    const char *at = scales[which].semitones;
    for (char *end; *at && n < MOST_STEPS; at = end)
        items[n++] = value_constant(p, strtod(at, &end));
    return value_list(p, items, n);
}
