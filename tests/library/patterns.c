/* Proofs of stdlib/patterns.kn and of mini-notation: events worked out by hand from the published rules
 * (tidalcycles.org, "Mini Notation"; strudel.cc, "Mini-Notation"), and laws of what is left to chance.
 *
 * Events are written "value begin>end", with "(from>to)" behind it where only that part of the whole is there. */
#include "library.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 6, MOST_CHANNELS = 6 * 60 };

/* Words become numbers by this list, from 1000 on. */
static const char *const words[] = {
    "a",    "b",    "c",   "d",     "e",  "f",  "g",  "h",    "bd",   "sn", "hh",  "cp",   "x",
    "bd:3", "sn:1", "e:2", "808bd", "c4", "g4", "e4", "eb-1", "drum", "é1", "C/G", "F#m7", "a_b"};
enum { WORDS = sizeof words / sizeof *words };

/* The loudest sample of all channels. */
static double loudest(Heard h) {
    double most = 0;
    for (int c = 0; c < h.channels; c++)
        for (int n = 0; n < h.frames; n++)
            most = fmax(most, fabs(h.channel[c][n]));
    return most;
}

typedef struct Row { /* as query gives it */
    double begin, end, from, to, value, gain;
} Row;

static double read_fraction(const char **at) {
    char *end;
    double over = strtod(*at, &end), under = 1;
    if (*end == '/') under = strtod(end + 1, &end);
    *at = end;
    return over / under;
}

static double read_value(const char **at) {
    size_t length = strcspn(*at, " ");
    for (int i = 0; i < WORDS; i++)
        if (strlen(words[i]) == length && strncmp(words[i], *at, length) == 0) {
            *at += length;
            return 1000 + i;
        }
    return read_fraction(at);
}

static int read_expected(const char *at, Row *rows) {
    int n = 0;
    while (*at) {
        Row *r = &rows[n++];
        *r = (Row){.gain = 1, .value = read_value(&at)};
        at += strspn(at, " ");
        r->begin = r->from = read_fraction(&at);
        at++;
        r->end = r->to = read_fraction(&at);
        at += strspn(at, " ");
        if (*at == '(') {
            at++;
            r->from = read_fraction(&at);
            at++;
            r->to = read_fraction(&at);
            at++;
        }
        at += strspn(at, " ");
        if (*at == '*') {
            at++;
            r->gain = read_fraction(&at);
        }
        at += strspn(at, ", ");
    }
    return n;
}

static int order(const void *a, const void *b) {
    const Row *x = a, *y = b;
    if (fabs(x->from - y->from) > 1e-12) return x->from < y->from ? -1 : 1;
    if (x->value != y->value) return x->value < y->value ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

static double apart(const Row *a, const Row *b) {
    double worst = fmax(fabs(a->begin - b->begin), fabs(a->end - b->end));
    worst = fmax(worst, fmax(fabs(a->from - b->from), fabs(a->to - b->to)));
    return fmax(worst, fmax(fabs(a->value - b->value), fabs(a->gain - b->gain)));
}

static Heard hear_events(const char *pattern, double from, double to) {
    char list[512] = "";
    for (int i = 0; i < WORDS; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s\"%s\"", i ? ", " : "",
                 words[i]);
    return hear(48000, 1,
                "known_words = [%s]\n"
                "code(w) = if kind(w) != \"string\" then w else "
                "sum(enumerate(known_words), [i, word] => (word == w) * (1000 + i))\n"
                "found = query(map(%s, code), %.17g, %.17g)\n"
                "out = [len(found)] ++ flatten(found)",
                list, pattern, from, to);
}

/* The worst difference of all the events that a pattern has between two times. */
static double events_apart(const char *pattern, double from, double to, const char *expected) {
    static Row wanted[MOST_CHANNELS], got[MOST_CHANNELS];
    int n = read_expected(expected, wanted);
    Heard h = hear_events(pattern, from, to);
    double worst = h.channels == 1 + COLUMNS * n && h.channel[0][0] == n ? 0 : INFINITY;
    for (int i = 0; i < n && worst == 0; i++) {
        double *const *c = h.channel + 1 + COLUMNS * i;
        got[i] = (Row){c[0][0], c[1][0], c[2][0], c[3][0], c[4][0], c[5][0]};
    }
    if (worst == 0) {
        qsort(got, (size_t)n, sizeof *got, order);
        qsort(wanted, (size_t)n, sizeof *wanted, order);
    }
    for (int i = 0; i < n && worst < INFINITY; i++)
        worst = fmax(worst, apart(&got[i], &wanted[i]));
    if (!(worst < 1e-12))
        fprintf(stderr, "    %s from %g to %g is not %s\n", pattern, from, to, expected);
    heard_free(h);
    return worst;
}

/* ---- mini-notation ------------------------------------------------------------------------------------------ */

typedef struct Text {
    const char *text;
    double from, to; /* cycles */
    const char *events;
} Text;

static const Text texts[] = {
    /* sequences, rests and values */
    {"a", 0, 1, "a 0>1"},
    {"bd sn", 0, 1, "bd 0>1/2, sn 1/2>1"},
    {"bd sn", 2, 3, "bd 2>5/2, sn 5/2>3"},
    {"a b c", 0, 1, "a 0>1/3, b 1/3>2/3, c 2/3>1"},
    {"a ~ b -", 0, 1, "a 0>1/4, b 1/2>3/4"},
    {"~", 0, 1, ""},
    {"", 0, 1, ""},
    {"  bd\t sn\n", 0, 1, "bd 0>1/2, sn 1/2>1"},
    {"bd:3 sn:1", 0, 1, "bd:3 0>1/2, sn:1 1/2>1"},
    {"0 2.5 -3 .25", 0, 1, "0 0>1/4, 2.5 1/4>1/2, -3 1/2>3/4, 0.25 3/4>1"},
    {"808bd é1 eb-1 a_b", 0, 1, "808bd 0>1/4, é1 1/4>1/2, eb-1 1/2>3/4, a_b 3/4>1"},
    {"C/G F#m7", 0, 1, "C/G 0>1/2, F#m7 1/2>1"},
    {"0 .. 3", 0, 1, "0 0>1/4, 1 1/4>1/2, 2 1/2>3/4, 3 3/4>1"},
    {"1e3 2.5e-1", 0, 1, "1000 0>1/2, 0.25 1/2>1"},
    {"a\xc2\xa0 b", 0, 1, "a 0>1/2, b 1/2>1"},
    {"2..0 7", 0, 1, "2 0>1/4, 1 1/4>1/2, 0 1/2>3/4, 7 3/4>1"},
    /* groups */
    {"a[b c]", 0, 1, "a 0>1/2, b 1/2>3/4, c 3/4>1"},
    {"a<b c>[d]", 1, 2, "a 1>4/3, c 4/3>5/3, d 5/3>2"},
    {"a [b c]", 0, 1, "a 0>1/2, b 1/2>3/4, c 3/4>1"},
    {"a [b [c d]]", 0, 1, "a 0>1/2, b 1/2>3/4, c 3/4>7/8, d 7/8>1"},
    {"[a b] [c d e]", 0, 1, "a 0>1/4, b 1/4>1/2, c 1/2>2/3, d 2/3>5/6, e 5/6>1"},
    {"a . b c", 0, 1, "a 0>1/2, b 1/2>3/4, c 3/4>1"},
    {"a b . c d e . f", 0, 1, "a 0>1/6, b 1/6>1/3, c 1/3>4/9, d 4/9>5/9, e 5/9>2/3, f 2/3>1"},
    /* stacks */
    {"[a, b c]", 0, 1, "a 0>1, b 0>1/2, c 1/2>1"},
    {"a b, c d e", 0, 1, "a 0>1/2, b 1/2>1, c 0>1/3, d 1/3>2/3, e 2/3>1"},
    {"a [b, c]", 0, 1, "a 0>1/2, b 1/2>1, c 1/2>1"},
    /* faster and slower */
    {"a*2 b", 0, 1, "a 0>1/4, a 1/4>1/2, b 1/2>1"},
    {"[a b]*2", 0, 1, "a 0>1/4, b 1/4>1/2, a 1/2>3/4, b 3/4>1"},
    {"a*1.5", 0, 2, "a 0>2/3, a 2/3>4/3 (2/3>1), a 2/3>4/3 (1>4/3), a 4/3>2"},
    {"a/2", 0, 2, "a 0>2 (0>1), a 0>2 (1>2)"},
    {"[a b]/2", 0, 2, "a 0>1, b 1>2"},
    {"a b/2", 0, 2, "a 0>1/2, b 1/2>3/2 (1/2>1), a 1>3/2, b 1>2 (3/2>2)"},
    {"[a b c d]/1.5", 0, 1, "a 0>3/8, b 3/8>3/4, c 3/4>9/8 (3/4>1)"},
    {"a*<2 3>", 0, 2, "a 0>1/2, a 1/2>1, a 1>4/3, a 4/3>5/3, a 5/3>2"},
    {"a*[2 4]", 0, 1, "a 0>1/2, a 1/2>3/4, a 3/4>1"},
    {"a*0 b", 0, 1, "b 1/2>1"},
    {"a/0 b", 0, 1, "b 1/2>1"},
    {"a*2e0", 0, 1, "a 0>1/2, a 1/2>1"},
    {"a/<1 2>", 0, 2, "a 0>1, a 0>2 (1>2)"},
    /* copies and lengths */
    {"a!3 b", 0, 1, "a 0>1/4, a 1/4>1/2, a 1/2>3/4, b 3/4>1"},
    {"a ! b", 0, 1, "a 0>1/3, a 1/3>2/3, b 2/3>1"},
    {"a! b", 0, 1, "a 0>1/3, a 1/3>2/3, b 2/3>1"},
    {"a*2!2", 0, 1, "a 0>1/4, a 1/4>1/2, a 1/2>3/4, a 3/4>1"},
    {"a!!! b", 0, 1, "a 0>1/5, a 1/5>2/5, a 2/5>3/5, a 3/5>4/5, b 4/5>1"},
    {"a!2!2 b", 0, 1, "a 0>1/4, a 1/4>1/2, a 1/2>3/4, b 3/4>1"},
    {"a@2@2 b", 0, 1, "a 0>3/4, b 3/4>1"},
    {"c@3 d", 0, 1, "c 0>3/4, d 3/4>1"},
    {"a@1.5 b@0.5", 0, 1, "a 0>3/4, b 3/4>1"},
    {"a _ b _ _", 0, 1, "a 0>2/5, b 2/5>1"},
    {"[a b]@2 c", 0, 1, "a 0>1/3, b 1/3>2/3, c 2/3>1"},
    {"~ _ a", 0, 1, "a 2/3>1"},
    /* one a cycle */
    {"<a b c>", 0, 4, "a 0>1, b 1>2, c 2>3, a 3>4"},
    {"a <b c>", 0, 2, "a 0>1/2, b 1/2>1, a 1>3/2, c 3/2>2"},
    {"<a b!2>", 0, 3, "a 0>1, b 1>2, b 2>3"},
    {"<a@3 b>", 2, 4, "a 0>3 (2>3), b 3>4"},
    {"<a [b c]>", 1, 2, "b 1>3/2, c 3/2>2"},
    {"<a b>*2", 0, 1, "a 0>1/2, b 1/2>1"},
    {"<a <b c>>", 0, 4, "a 0>1, b 1>2, a 2>3, c 3>4"},
    {"<a b, c d e>", 2, 3, "a 2>3, e 2>3"},
    {"<a ~>", 0, 2, "a 0>1"},
    /* meters */
    {"{a b c}%4", 0, 2,
     "a 0>1/4, b 1/4>1/2, c 1/2>3/4, a 3/4>1, b 1>5/4, c 5/4>3/2, a 3/2>7/4, b 7/4>2"},
    {"{a b, c d e}", 0, 2,
     "a 0>1/2, b 1/2>1, c 0>1/2, d 1/2>1, a 1>3/2, b 3/2>2, e 1>3/2, c 3/2>2"},
    {"{a b c d}%2", 1, 2, "c 1>3/2, d 3/2>2"},
    {"{a b}%<1 2>", 0, 2, "a 0>1, a 1>3/2, b 3/2>2"},
    {"{a [b c]}%1", 1, 2, "b 1>3/2, c 3/2>2"},
    /* rhythms of Euclid */
    {"a(3,8)", 0, 1, "a 0>1/8, a 3/8>1/2, a 3/4>7/8"},
    {"a(3,8,2)", 0, 1, "a 1/8>1/4, a 1/2>5/8, a 3/4>7/8"},
    {"a(-3,8)", 0, 1, "a 1/8>1/4, a 1/4>3/8, a 1/2>5/8, a 5/8>3/4, a 7/8>1"},
    {"a(5,8)", 0, 1, "a 0>1/8, a 1/4>3/8, a 3/8>1/2, a 5/8>3/4, a 3/4>7/8"},
    {"bd(3,8) sn", 0, 1, "bd 0>1/16, bd 3/16>1/4, bd 3/8>7/16, sn 1/2>1"},
    {"a(<2 3>,4)", 0, 2, "a 0>1/4, a 1/2>3/4, a 1>5/4, a 3/2>7/4, a 7/4>2"},
    {"a(3,<4 8>)", 1, 2, "a 1>9/8, a 11/8>3/2, a 7/4>15/8"},
    {"[a b](2,4)", 0, 1, "a 0>1/8, b 1/8>1/4, a 1/2>5/8, b 5/8>3/4"},
    {"<a b>(1,2)", 1, 2, "b 1>3/2"},
    {"a(0,4) b(4,4)", 0, 1, "b 1/2>5/8, b 5/8>3/4, b 3/4>7/8, b 7/8>1"},
    {"a(2,4)*2", 0, 1, "a 0>1/8, a 1/4>3/8, a 1/2>5/8, a 3/4>7/8"},
    /* chances that are none */
    {"a?0 b?1", 0, 1, "a 0>1/2"},
    {"[a|a] b", 0, 1, "a 0>1/2, b 1/2>1"},
    /* rhythms: each letter is a step */
    {"x(3,8)", 0, 1, "1 0>1/8, 1 3/8>1/2, 1 3/4>7/8"},
    {". x . [xx]", 0, 1, "1 1/4>1/2, 1 3/4>7/8, 1 7/8>1"},
    {"x*2 o", 0, 1, "1 0>1/4, 1 1/4>1/2, 0.5 1/2>1"},
    {"xo.X|x*2..o", 0, 1, "1 0>1/8, 0.5 1/8>1/4, 1 3/8>1/2, 1 1/2>9/16, 1 9/16>5/8, 0.5 7/8>1"},
    {"<x o>.", 0, 2, "1 0>1/2, 0.5 1>3/2"},
    /* all together, as in the language reference */
    {"bd(3,8) [sn sn] ~ hh*4", 0, 1,
     "bd 0>1/32, bd 3/32>1/8, bd 3/16>7/32, sn 1/4>3/8, sn 3/8>1/2, hh 3/4>13/16, "
     "hh 13/16>7/8, hh 7/8>15/16, hh 15/16>1"},
    {"bd*2 <a b> c@3 e:2", 0, 1, "bd 0>1/12, bd 1/12>1/6, a 1/6>1/3, c 1/3>5/6, e:2 5/6>1"},
    {"{a b c}%4 a . b c", 0, 1,
     "a 0>1/16, b 1/16>1/8, c 1/8>3/16, a 3/16>1/4, a 1/4>1/2, b 1/2>3/4, c 3/4>1"},
    {"[bd <hh cp>, sn*3]/2", 0, 2,
     "bd 0>1, hh 1>2, sn 0>2/3, sn 2/3>4/3 (2/3>1), sn 2/3>4/3 (1>4/3), sn 4/3>2"},
};

static double notation_error(void) {
    int others = 0;
    for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
        char pattern[200], text[150] = "";
        for (const char *c = texts[i].text; *c; c++)
            snprintf(text + strlen(text), sizeof text - strlen(text),
                     *c == '\n'   ? "\\n"
                     : *c == '\t' ? "\\t"
                                  : "%c",
                     *c);
        snprintf(pattern, sizeof pattern, "_pattern(\"%s\")", text);
        others += !(events_apart(pattern, texts[i].from, texts[i].to, texts[i].events) < 1e-12);
    }
    return others;
}

/* Of 1000 cycles: how far the number of events with a value is from what the chances say, in standard deviations. */
static double drawn(const char *text, double value, double chance, int draws) {
    Heard h =
        hear(48000, 1, "out = [len(filter(query(%s, 0, 1000), e => e[4] == %g))]", text, value);
    double got = h.channels == 1 ? h.channel[0][0] : INFINITY;
    heard_free(h);
    return fabs(got - chance * draws) / sqrt(draws * chance * (1 - chance));
}

static double chance_error(void) {
    double worst = drawn("pattern(\"1*4?\")", 1, 0.5, 4000);
    worst = fmax(worst, drawn("pattern(\"1?0.3 2\")", 1, 0.7, 1000));
    worst = fmax(worst, drawn("pattern(\"[1|2|3 4]\")", 2, 1 / 3.0, 1000));
    worst = fmax(worst, drawn("pattern(\"1? 1? 1?\")", 1, 0.5, 3000));
    worst = fmax(worst, drawn("degrade(pattern(\"1*3\"), 0.25)", 1, 0.75, 3000));
    worst = fmax(worst, drawn("choose([1, 2, 3], [1, 2, 1], 2)", 2, 0.5, 2000));
    worst = fmax(worst, drawn("shuffle(pattern(\"1 2 3 4\"))", 3, 0.999999, 1000));
    return worst;
}

/* What is chosen is one a cycle, and steps are left out independently: of 2 in 4 pairs both, one of two, or none. */
static double lots_error(void) {
    Heard h =
        hear(48000, 1,
             "one = query(pattern(\"[1|2|3]\"), 0, 200)\n"
             "two = query(pattern(\"1? 2?\"), 0, 1000)\n"
             "both = map(0..999, c => len(filter(two, e => floor(e[0]) == c)))\n"
             "out = [len(one), len(filter(both, n => n == 2)), len(filter(both, n => n == 0))]");
    double one = h.channel[0][0], both = h.channel[1][0], none = h.channel[2][0];
    heard_free(h);
    if (one != 200) return INFINITY;
    return fmax(fabs(both - 250), fabs(none - 250));
}

/* ---- definitions --------------------------------------------------------------------------------------------- */

#define EVENTS(NAME, PATTERN, FROM, TO, EXPECTED)                                                  \
    static double NAME##_error(void) {                                                             \
        return events_apart(PATTERN, FROM, TO, EXPECTED);                                          \
    }

EVENTS(of_list, "pattern([\"a\", 2, \"~\", pattern(\"b c\")])", 0, 1,
       "a 0>1/4, 2 1/4>1/2, b 3/4>7/8, c 7/8>1")
EVENTS(fast, "fast(pattern(\"a <b c>\"), 2)", 0, 1, "a 0>1/4, b 1/4>1/2, a 1/2>3/4, c 3/4>1")
EVENTS(slow, "slow(pattern(\"a b\"), 2)", 0, 2, "a 0>1, b 1>2")
EVENTS(early, "early(pattern(\"a b c d\"), 1 / 4)", 0, 1, "b 0>1/4, c 1/4>1/2, d 1/2>3/4, a 3/4>1")
EVENTS(late, "late(pattern(\"a b\"), 1 / 3)", 0, 1,
       "b -1/6>1/3 (0>1/3), a 1/3>5/6, b 5/6>4/3 (5/6>1)")
EVENTS(rev, "rev(pattern(\"a b [c d]\"))", 1, 2, "d 1>7/6, c 7/6>4/3, b 4/3>5/3, a 5/3>2")
EVENTS(reverse, "reverse(pattern(\"a@3 b\"))", 0, 1, "b 0>1/4, a 1/4>1")
EVENTS(sequence, "sequence([\"a\", pattern(\"b c\"), \"<d e>\"])", 1, 2,
       "a 1>4/3, b 4/3>3/2, c 3/2>5/3, e 5/3>2")
EVENTS(cat, "cat([pattern(\"a <b c>\"), pattern(\"d\")])", 0, 4,
       "a 0>1/2, b 1/2>1, d 1>2, a 2>5/2, c 5/2>3, d 3>4")
EVENTS(stack, "stack([pattern(\"a b\"), \"c\"])", 0, 1, "a 0>1/2, b 1/2>1, c 0>1")
EVENTS(off, "off(pattern(\"1 2\"), 1 / 4, q => q + 10)", 1, 2,
       "1 1>3/2, 2 3/2>2, 12 3/4>5/4 (1>5/4), 11 5/4>7/4, 12 7/4>9/4 (7/4>2)")
EVENTS(jux, "jux(pattern(\"a b\"), rev)", 0, 1, "a 0>1/2, b 1/2>1, b 0>1/2, a 1/2>1")
EVENTS(iter, "iter(pattern(\"a b c d\"), 4)", 1, 2, "b 1>5/4, c 5/4>3/2, d 3/2>7/4, a 7/4>2")
EVENTS(ply, "ply(pattern(\"a [b c]\"), 2)", 0, 1,
       "a 0>1/4, a 1/4>1/2, b 1/2>5/8, b 5/8>3/4, c 3/4>7/8, c 7/8>1")
EVENTS(struct_of, "struct(pattern(\"a b\"), pattern(\"x ~ x x\"))", 0, 1,
       "a 0>1/4, b 1/2>3/4, b 3/4>1")
EVENTS(struct_parts, "struct(pattern(\"a b\"), pattern(\"t f t\"))", 0, 1, "a 0>1/3, b 2/3>1")
EVENTS(struct_across, "struct(pattern(\"a b c\"), [1, 1])", 0, 1,
       "a 0>1/2 (0>1/3), b 0>1/2 (1/3>1/2), b 1/2>1 (1/2>2/3), c 1/2>1 (2/3>1)")
EVENTS(mask, "mask(pattern(\"a b c d\"), pattern(\"1 0 1\"))", 0, 1,
       "a 0>1/4, b 1/4>1/2 (1/4>1/3), c 1/2>3/4 (2/3>3/4), d 3/4>1")
EVENTS(gain, "gain(pattern(\"a b\"), pattern(\"1 0.5\"))", 0, 1, "a 0>1/2, b 1/2>1 *0.5")
EVENTS(every, "every(pattern(\"a b\"), 3, rev)", 2, 4, "a 2>5/2, b 5/2>3, b 3>7/2, a 7/2>4")
EVENTS(palindrome, "palindrome(pattern(\"a b c\"))", 0, 2,
       "a 0>1/3, b 1/3>2/3, c 2/3>1, c 1>4/3, b 4/3>5/3, a 5/3>2")
EVENTS(of_texts, "stack([palindrome(\"a b\"), every(\"c d\", 2, rev), swing(\"e*2\", grid: 2)])", 0,
       2,
       "a 0>1/2, b 1/2>1, b 1>3/2, a 3/2>2, d 0>1/2, c 1/2>1, c 1>3/2, d 3/2>2, "
       "e -1/3>1/6 (0>1/6), e 0>1/2, e 2/3>7/6 (2/3>1), e 2/3>7/6 (1>7/6), e 1>3/2, "
       "e 5/3>13/6 (5/3>2)")
EVENTS(swing, "swing(pattern(\"a*8\"))", 0, 1,
       "a -1/12>1/24 (0>1/24), a 0>1/8, a 1/6>7/24, a 1/4>3/8, a 5/12>13/24, a 1/2>5/8, a "
       "2/3>19/24, a 3/4>7/8, a "
       "11/12>25/24 (11/12>1)")
/* Moved over the end of the period, into the next. */
EVENTS(moved_later, "_moved(pattern(\"a <b c>\"), (begin, _k) => begin + 3)", 2, 4,
       "a 7/4>9/4 (2>9/4), c 9/4>11/4, a 11/4>13/4 (11/4>3), a 11/4>13/4 (3>13/4), b 13/4>15/4, "
       "a 15/4>17/4 (15/4>4)")
EVENTS(plus, "pattern(\"1 2\") + pattern(\"10 20 30\")", 0, 1,
       "11 0>1/2 (0>1/3), 21 0>1/2 (1/3>1/2), 22 1/2>1 (1/2>2/3), 32 1/2>1 (2/3>1)")
EVENTS(times, "10 * pattern(\"1 2\")", 0, 1, "10 0>1/2, 20 1/2>1")
EVENTS(filtered, "filter(pattern(\"1 2 3\"), x => x != 2)", 0, 1, "1 0>1/3, 3 2/3>1")
EVENTS(degrees, "degree([0, 2, 4, 5, 7, 9, 11], pattern(\"0 2 7\"))", 0, 1,
       "0 0>1/3, 4 1/3>2/3, 12 2/3>1")
EVENTS(melody, "melody(\"c4 e4:0.5 ~ g4:1/2 | 60:2\")", 0, 1,
       "c4 0>1/5, e4 1/5>3/10, g4 1/2>3/5, 60 3/5>1")
EVENTS(melody_list, "melody([[\"c4\", 1], [\"~\", 0.5], [440, 0.5]])", 0, 1, "c4 0>1/2, 440 3/4>1")

static double struct_error(void) {
    return fmax(fmax(struct_of_error(), struct_parts_error()), struct_across_error());
}

static double melodies_error(void) {
    return fmax(melody_error(), melody_list_error());
}

static double lifted_error(void) {
    return fmax(fmax(plus_error(), times_error()), fmax(filtered_error(), degrees_error()));
}

static double speeds_error(void) {
    return fmax(fast_error(), slow_error());
}

static double shifts_error(void) {
    return fmax(early_error(), late_error());
}

static double reversed_error(void) {
    return fmax(rev_error(), reverse_error());
}

/* In beats, of three cycles from the second: what begins there, notes as Hz. */
NUMBERS(events, "flatten(events(pattern(\"a4 <5 6>\", 2), 2, 1))", 0, 1, 440, 1, 1, 6, 2, 1, 440, 3,
        1, 5)
NUMBERS(gained_events, "flatten(events(gain(pattern(\"7 8\"), 0.5)))", 0, 2, 7, 0.5, 2, 2, 8, 0.5)

/* All of a list, each once; not in its order. */
static double shuffle_error(void) {
    Heard h = hear(48000, 1,
                   "xs = shuffle(0..19)\nys = shuffle(0..19, seed: 2)\n"
                   "out = map(0..19, i => len(filter(xs, x => x == i))) ++ "
                   "[sum(abs(xs - (0..19))), sum(abs(xs - ys))]");
    double worst = 0;
    for (int i = 0; i < 20; i++)
        worst = fmax(worst, fabs(h.channel[i][0] - 1));
    if (!(h.channel[20][0] > 40 && h.channel[21][0] > 40)) worst = INFINITY;
    heard_free(h);
    return worst;
}

/* In each cycle each part once. */
static double shuffled_parts_error(void) {
    Heard h =
        hear(48000, 1,
             "found = query(shuffle(pattern(\"1 2 4 8\")), 0, 100)\n"
             "firsts = filter(found, e => e[0] == floor(e[0]))\n"
             "out = [len(found), sum(found, e => e[4]), len(filter(firsts, e => e[4] == 1))] ++ "
             "map(0..99, c => sum(filter(found, e => floor(e[0]) == c), e => e[4]))");
    double worst = fmax(fabs(h.channel[0][0] - 400), fabs(h.channel[1][0] - 1500));
    if (!(h.channel[2][0] > 0 && h.channel[2][0] < 60)) worst = INFINITY;
    for (int c = 0; c < 100; c++)
        worst = fmax(worst, fabs(h.channel[3 + c][0] - 15));
    heard_free(h);
    return worst;
}

/* Of 4000 steps: how often which state follows which, against the table. */
static double markov_error(void) {
    Heard h = hear(48000, 1,
                   "xs = markov([[0, 1, 3], [1, 0, 1], [1, 1, 0]], 4000)\n"
                   "pairs = map(0..3998, i => 3 * xs[i] + xs[i + 1])\n"
                   "out = map(0..8, k => len(filter(pairs, x => x == k)))");
    static const double chances[] = {0, 0.25, 0.75, 0.5, 0, 0.5, 0.5, 0.5, 0};
    double worst = 0;
    for (int i = 0; i < 3; i++) {
        double all = h.channel[3 * i][0] + h.channel[3 * i + 1][0] + h.channel[3 * i + 2][0];
        for (int k = 0; k < 3; k++)
            worst = fmax(worst, fabs(h.channel[3 * i + k][0] / all - chances[3 * i + k]));
    }
    heard_free(h);
    return worst;
}

/* Each event within 20 ms of where it was, at 120 beats a minute. */
static double humanize_error(void) {
    Heard h =
        hear(48000, 1,
             "found = query(humanize(pattern(\"1*16\"), 20ms, tempo: 120bpm), 0, 1)\n"
             "out = [len(found), max(map(found, e => abs(e[0] * 4 - round(e[0] * 16) / 4)))]");
    double worst = h.channels == 2 && h.channel[0][0] >= 15 ? h.channel[1][0] : INFINITY;
    heard_free(h);
    return worst > 0.002 && worst <= 0.0401 ? 0 : worst;
}

/* One of two in each cycle, the first early, the second late: still one of them about each cycle's begin. */
static double moved_chances_error(void) {
    Heard h = hear(
        48000, 1,
        "p = _moved(pattern(\"[1|2]\"), (begin, k) => begin + (if k == 0 then -0.4 else 0.4))\n"
        "found = filter(query(p, 0, 200), e => e[0] == e[2])\n"
        "about(c) = len(filter(found, e => round(e[0]) == c))\n"
        "out = [sum(1..199, c => about(c) == 1), len(filter(found, e => e[4] == 1))]");
    bool both = h.channel[1][0] > 50 && h.channel[1][0] < 150;
    double others = h.channels == 2 && both ? 199 - h.channel[0][0] : INFINITY;
    heard_free(h);
    return others;
}

/* What a mask left of events, and of events that last for longer than a cycle, moves with their begin, as long as it was. */
static double moved_parts_error(void) {
    static const double wanted[] = {
        /* a half of a cycle later: two parts of one event, and one of which the begin is gone */
        0.5, 1.5, 0.5, 0.75, 0.5, 1.5, 1, 1.25, 0.5, 1.5, 1, 1.5,
        /* two cycles long, in two parts: a quarter later */
        0.25, 2.25, 0.25, 1, 0.25, 2.25, 1, 2, 0.25, 2.25, 2, 2.25};
    Heard h = hear(48000, 1,
                   "late(p, cycles) = _moved(p, (begin, k) => begin + 4 * cycles)\n"
                   "rows(p) = flatten(map(p, e => [e[0], e[1], e[2], e[3]]))\n"
                   "out = rows(query(late(mask(\"1\", \"1 0 1 0\"), 0.5), 0.5, 1.5)) ++ "
                   "rows(query(late(mask(\"1\", \"0 1\"), 0.5), 0.5, 1.5)) ++ "
                   "rows(query(late(pattern(\"1/2\"), 0.25), 0.25, 2.25))");
    const int n = (int)(sizeof wanted / sizeof *wanted);
    double worst = h.channels == n ? 0 : INFINITY;
    for (int c = 0; c < n && h.channels == n; c++)
        worst = fmax(worst, fabs(h.channel[c][0] - wanted[c]));
    heard_free(h);
    return worst;
}

/* Texts where patterns are asked for by the functions that take other things, too. */
static double given_as_texts_error(void) {
    Heard h = hear(48000, 20000,
                   "s = v => t => if t < 0.05 then v else 0\n"
                   "out = play(pan(\"1 2\", \"-1 1\"), s, 10) - play(pan(pattern(\"1 2\"), "
                   "pattern(\"-1 1\")), s, 10) ++ "
                   "[seq(\"3 [4 5]\", 10) - seq(pattern(\"3 [4 5]\"), 10), "
                   "score(\"1 2\", (v, l) => t => if t < l then v else 0, 10) - "
                   "score(pattern(\"1 2\"), (v, l) => t => if t < l then v else 0, 10), "
                   "sum(query(degree([0, 2, 4], \"0 1 5\"), 0, 1), e => e[4]) - 18]");
    double worst = h.channels == 5 ? loudest(h) : INFINITY;
    heard_free(h);
    return worst;
}

/* ---- sound ----------------------------------------------------------------------------------------------------- */

/* "1 [2 3] ~ 4" at 10 beats a second: lines of 50 ms, as steep as the values, that ring over each other. */
static double line(double t, double begin, double steep) {
    double age = t - begin;
    return age > -1e-9 && age < 0.15 - 1e-9 ? steep * age : 0;
}

static double played(double t) {
    double sum = 0;
    for (int turn = 0; turn < 3; turn++)
        sum += line(t, 0.4 * turn, 1) + line(t, 0.4 * turn + 0.1, 2) +
               line(t, 0.4 * turn + 0.15, 3) + line(t, 0.4 * turn + 0.3, 4);
    return sum;
}

FORM(play, 1, "out = play(pattern(\"1 [2 3] ~ 4\"), v => t => if t < 0.15 then v * t else 0, 10)",
     played(t))
FORM(play_at_param, 1,
     "param r = 10 in 1..100\n"
     "out = play(pattern(\"1 [2 3] ~ 4\"), v => t => if t < 0.15 then v * t else 0, r)",
     played(t))
FORM(play_by_signal, 1,
     "r(t) = 10 + 0 * t\n"
     "out = play(pattern(\"1 [2 3] ~ 4\"), v => t => if t < 0.15 then v * t else 0, r)",
     played(t))
/* An event that comes back every 50 ms rings on through the next two: three voices. */
FORM(ringing, 1,
     "out = play(pattern(\"a*8\"), [[\"a\", t => if t < 0.125 then 1 else 0]], 10, ring: 1.25)",
     t < 0.05 - 1e-9  ? 1
     : t < 0.1 - 1e-9 ? 2
                      : 2 + (fmod(t + 1e-9, 0.05) < 0.025))
/* Length and velocity of those that want them, sounds by number, chords. */
FORM(instruments, 0.39,
     "p = gain(pattern(\"a4 ~\", 4), 0.5)\n"
     "out = play(p, (f, length, velocity) => t => if t < length then f * velocity else 0, 10) + "
     "play(pattern(\"~ c:1\", 4), [[\"c\", 7, t => if t < 0.1 then 3 else 0]], 10) + "
     "play(map(pattern(\"1\"), _x => [440, \"a4\"]), (f, length) => t => f, 10)",
     t < 0.2 - 1e-9   ? 1100
     : t < 0.3 - 1e-9 ? 883
                      : 880)

static double places(int channel, double t) {
    double angle = t < 0.2 - 1e-9 ? 0 : M_PI / 2;
    return channel == 0 ? cos(angle) : sin(angle);
}

/* Lines of "1 [2 3] ~ 4" on the left, of a pattern twice as fast on the right. */
static double twice(int channel, double t) {
    double sum = 0;
    if (channel == 0) return played(t);
    for (int turn = 0; turn < 5; turn++)
        sum += line(t, 0.2 * turn, 1) + line(t, 0.2 * turn + 0.05, 2) +
               line(t, 0.2 * turn + 0.075, 3) + line(t, 0.2 * turn + 0.15, 4);
    return sum;
}

static double jux_sound_error(void) {
    return error_of_forms(
        "out = play(jux(pattern(\"1 [2 3] ~ 4\"), p => fast(p, 2)), v => t => if t < 0.15 "
        "then v * t else 0, 10)",
        0.79, twice);
}

static double placed_error(void) {
    return error_of_forms("out = play(pan(pattern(\"1 1\"), pattern(\"-1 1\")), v => "
                          "t => if t < 0.2 then 1 else 0, 10)",
                          0.39, places);
}

static double played_error(void) {
    return fmax(fmax(play_error(), play_at_param_error()), play_by_signal_error());
}

static double kinds_error(void) {
    Heard h = hear(48000, 1,
                   "out = [kind(1) == \"number\", kind([]) == \"list\", kind(sin) == \"function\", "
                   "kind(\"a\") == \"string\", kind(pattern(\"a\")) == \"pattern\", "
                   "kind(pattern(\"x.\")) == \"list\"]");
    double others = 0;
    for (int i = 0; i < 6; i++)
        others += h.channels != 6 || h.channel[i][0] != 1;
    heard_free(h);
    return others;
}

/* The same by steps written out. */
static double on_steps_error(void) {
    Heard h = hear(48000, 20000,
                   "p = pattern(\"x(3,8) o\", 2)\n"
                   "q = pattern(\"x..x..x.o.......\")\n"
                   "s(t) = 1 + t\n"
                   "out = [since(p, 5) - since(q, 40), accent(p, 5) - accent(q, 40), until(p, 5) - "
                   "until(q, 40), "
                   "hits(s, p, 5) - hits(s, q, 40), gates(p, 5, 0.5) - (since(p, 5) < if accent(p, "
                   "5) == 1 then 0.0125 else 0.1)]");
    double worst = h.channels == 5 ? loudest(h) : INFINITY;
    heard_free(h);
    return worst;
}

/* What chance leaves of a pattern, by the events that query finds in ten cycles of 0.1 s. */
static double lots_apart(const char *pattern, const char *rate) {
    enum { CYCLES = 10, FRAMES = 4800 * CYCLES };
    Heard rows = hear(48000, 1, "found = query(%s, 0, %d)\nout = [len(found)] ++ flatten(found)",
                      pattern, CYCLES + 4);
    Heard h = hear(
        48000, FRAMES,
        "%s\nout = [since(%s, r), accent(%s, r), until(%s, r), gates(%s, r, 0.75), seq(%s, r)]",
        rate, pattern, pattern, pattern, pattern, pattern);
    int n = (int)rows.channel[0][0];
    double worst = n > 10 && h.channels == 5 ? 0 : INFINITY;
    for (int k = 0; k < FRAMES && worst < INFINITY; k++) {
        double t = k / 4800.0 + 1e-9, last = -1, next = 1e9, loud = 0, gate = 0, value = 0;
        for (int i = 0; i < n; i++) {
            double *const *c = rows.channel + 1 + COLUMNS * i;
            double begin = c[0][0], end = c[1][0];
            if (begin != c[2][0]) continue;
            if (begin > t) next = fmin(next, begin);
            if (begin > t || begin < last) continue;
            last = begin;
            loud = c[4][0];
            gate = t - begin < 0.75 * (end - begin);
            if (t < end) value = loud;
        }
        for (int i = 0; i < n; i++) { /* a longer one that is still there */
            double *const *c = rows.channel + 1 + COLUMNS * i;
            if (value == 0 && c[0][0] == c[2][0] && c[0][0] <= t && t < c[1][0]) value = c[4][0];
        }
        double since = last < 0 ? 1e9 : (t - last) / 10;
        double wanted[] = {since, loud, (next - t) / 10, gate, value};
        for (int c = 0; c < 5; c++)
            worst = fmax(worst, last < 0 && c == 0 ? h.channel[0][k] < 1e8
                                                   : fabs(h.channel[c][k] - wanted[c]));
    }
    heard_free(rows);
    heard_free(h);
    return worst;
}

static double lots_on_steps_error(void) {
    static const char *const patterns[] = {"\"1? [2|3 4] 5?0.3 ~\"", "pattern(\"[1|2|3|4]*4\")",
                                           "degrade(pattern(\"<1 2>*4 3 4\"), 0.6)"};
    static const char *const rates[] = {"r = 40", "param r = 40 in 1..100", "r(t) = 40 + 0 * t"};
    double worst = 0;
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < (i == 0 ? 3 : 1); k++)
            worst = fmax(worst, lots_apart(patterns[i], rates[k]));
    return worst;
}

FORM(values, 0.8, "out = seq(pattern(\"3 [4 5] ~ 7\"), 10)",
     turns(2.5, t) < 0.25 - 1e-9    ? 3
     : turns(2.5, t) < 0.375 - 1e-9 ? 4
     : turns(2.5, t) < 0.5 - 1e-9   ? 5
     : turns(2.5, t) < 0.75 - 1e-9  ? 0
                                    : 7)

static double impure(void) {
    static const char *const signals[] = {
        "play(pattern(\"1*4? [2|3]\"), sine(a), 4)", "play(pattern(\"1 2\"), v => sine(v * a), a)",
        "hits(sine(a), pattern(\"x(3,8)\"), a)", "seq(pattern(\"1 2\"), a)", NULL};
    return remembering(signals);
}

const Proof patterns_proofs[] = {
    {"pattern", PUBLISHED, "texts of mini-notation, their events by its rules", notation_error, 0,
     "texts"},
    {"pattern", LAW, "what is left to chance, drawn 1000 times", chance_error, 4, "sigma"},
    {"pattern", LAW, "lots that do not hang on each other", lots_error, 60, "cycles"},
    {"pattern", CLOSED_FORM, "a list of values and patterns", of_list_error, 1e-12, "cycles"},
    {"pattern", CLOSED_FORM, "operations value by value", lifted_error, 1e-12, ""},
    {"melody", CLOSED_FORM, "events of a text and of a list", melodies_error, 1e-12, "cycles"},
    {"kind", CLOSED_FORM, "one of each kind", kinds_error, 0, "values"},
    {"play", CLOSED_FORM, "lines that ring over each other, at a number, param and signal",
     played_error, 1e-9, ""},
    {"play", CLOSED_FORM, "an event that rings over itself", ringing_error, 0, ""},
    {"play", CLOSED_FORM, "lengths, velocities, sounds by number and chords", instruments_error,
     1e-9, ""},
    {"play", CLOSED_FORM, "events at places", placed_error, 1e-9, ""},
    {"play", LAW, "patterns that remember", impure, 0, ""},
    {"events", CLOSED_FORM, "a list written out", events_error, 1e-12, ""},
    {"events", CLOSED_FORM, "a list with gains", gained_events_error, 1e-12, ""},
    {"fast", CLOSED_FORM, "events written out", speeds_error, 1e-12, "cycles"},
    {"slow", CLOSED_FORM, "events written out", slow_error, 1e-12, "cycles"},
    {"early", CLOSED_FORM, "events written out", shifts_error, 1e-12, "cycles"},
    {"late", CLOSED_FORM, "events written out", late_error, 1e-12, "cycles"},
    {"rev", CLOSED_FORM, "events written out", reversed_error, 1e-12, "cycles"},
    {"sequence", CLOSED_FORM, "events written out", sequence_error, 1e-12, "cycles"},
    {"cat", CLOSED_FORM, "events written out", cat_error, 1e-12, "cycles"},
    {"stack", CLOSED_FORM, "events written out", stack_error, 1e-12, "cycles"},
    {"off", CLOSED_FORM, "events written out", off_error, 1e-12, "cycles"},
    {"jux", CLOSED_FORM, "events written out", jux_error, 1e-12, "cycles"},
    {"jux", CLOSED_FORM, "lines on the left, twice as fast on the right", jux_sound_error, 1e-9,
     ""},
    {"iter", CLOSED_FORM, "events written out", iter_error, 1e-12, "cycles"},
    {"ply", CLOSED_FORM, "events written out", ply_error, 1e-12, "cycles"},
    {"struct", CLOSED_FORM, "events written out, and parts of them", struct_error, 1e-12, "cycles"},
    {"mask", CLOSED_FORM, "events written out, and parts of them", mask_error, 1e-12, "cycles"},
    {"gain", CLOSED_FORM, "events written out", gain_error, 1e-12, ""},
    {"every", CLOSED_FORM, "events of a pattern written out", every_error, 1e-12, "cycles"},
    {"palindrome", CLOSED_FORM, "events of a pattern written out", palindrome_error, 1e-12,
     "cycles"},
    {"every", CLOSED_FORM, "texts in the place of patterns", of_texts_error, 1e-12, "cycles"},
    {"swing", CLOSED_FORM, "events of a pattern written out", swing_error, 1e-12, "cycles"},
    {"swing", CLOSED_FORM, "events moved over the end of their period", moved_later_error, 1e-12,
     "cycles"},
    {"swing", LAW, "what is left to chance, moved over the end of its period", moved_chances_error,
     0, "cycles"},
    {"pan", CLOSED_FORM, "texts in the place of patterns", given_as_texts_error, 0, ""},
    {"swing", LAW, "parts of events move with their begin", moved_parts_error, 0, "cycles"},
    {"humanize", LAW, "events of a pattern within their time", humanize_error, 0, "beats"},
    {"shuffle", LAW, "all of a list, each once", shuffle_error, 0, ""},
    {"shuffle", LAW, "all parts of a cycle, each once", shuffled_parts_error, 0, ""},
    {"choose", LAW, "what is left to chance, drawn 1000 times", chance_error, 4, "sigma"},
    {"markov", LAW, "4000 steps against their table", markov_error, 0.05, ""},
    {"since", CLOSED_FORM, "patterns against steps written out", on_steps_error, 1e-9, ""},
    {"since", CLOSED_FORM, "patterns with chance against their events", lots_on_steps_error, 1e-8,
     ""},
    {"seq", CLOSED_FORM, "the values of a pattern", values_error, 0, ""},
    {0},
};

const Stress patterns_stresses[] = {
    {"play", "param r = 4 in 0.1..100\nparam f = 100 in 0..20000\n"
             "out = play(pattern(\"1 [2 3]*2 <4 5>?\"), n => sine(n * f) * decay(0.1), r) / 4"},
    {"gain", "input x\nparam a = 1 in -1..1\nout = gain(x, a)"},
    {0},
};
