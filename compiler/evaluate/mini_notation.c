/* Mini-notation, as TidalCycles and Strudel document it: patterns as text. In: a text, and where it stands in the program. Out:
 * a pattern; or an error that points at the very character.
 *
 * A text is read once, by recursive descent, and each sign makes a pattern of the patterns before it (evaluate/cycles.c).
 * A text whose letters are all x, X and o is a rhythm: each letter is a step of its own, `.` is a rest, and a cycle has as
 * many beats as steps. In all others words are values and a `.` between blanks groups what lies before it. */
#include "evaluate/cycles.h"
#include "evaluate/notation_characters.h"

#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 100, MOST_STEPS = 4096 };

typedef struct Reader {
    Peval *p;
    const char *text;
    int at;
    Span span;         /* of the whole text in the program */
    const int *places; /* of each byte in its source, NULL: not known */
    bool rhythm, failed;
    int depth, seed;
} Reader;

typedef struct Step {
    const Pattern *pattern;
    Fraction weight, beats; /* beats: if it stands alone */
} Step;

typedef struct Steps {
    Step *items;
    int n, cap;
} Steps;

typedef struct Choice { /* a | b */
    Steps *items;
    int n, cap;
} Choice;

typedef struct Layers { /* a, b */
    Choice *items;
    int n, cap;
} Layers;

typedef enum { IN_GROUP, IN_TURNS, IN_METER } Mode;

static const Fraction one = {1, 1};

/* ---- places and errors ----------------------------------------------------------------------- */

static bool is_string_of(const Ast *ast, const char *text) {
    return ast && ast->kind == AST_STRING && strcmp(ast->name.text, text) == 0;
}

/* Where each byte of a string stands in its source: an escape is several characters there. */
static const int *find_places(Peval *p, const Ast *ast, const char *text) {
    if (!is_string_of(ast, text) || ast->span.file < 0) return NULL;
    const char *source = p->session->sources[ast->span.file].text;
    int n = (int)strlen(text), at = ast->span.start + 1;
    int *places = ARENA_ARRAY(p->session->arena, int, n + 1);
    for (int i = 0; i < n; i++) {
        places[i] = at;
        if (source[at] != '\\') {
            at++;
        } else if (source[at + 1] != 'u') {
            at += 2;
        } else {
            int bytes = utf8_length((const unsigned char *)text + i);
            for (int k = 1; k < bytes; k++)
                places[++i] = at;
            at += (int)strcspn(source + at, "}") + 1;
        }
    }
    places[n] = at;
    return places;
}

static Span place(const Reader *r, int from, int to) {
    if (!r->places) return r->span;
    return (Span){r->span.file, r->places[from], r->places[to]};
}

static Diag *wrong(Reader *r, int from, int to, const char *format, ...) KN_PRINTF(4, 5);
static Diag *wrong(Reader *r, int from, int to, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char words[256];
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    r->failed = true;
    if (r->places) return peval_error(r->p, place(r, from, to), "%s", words);
    return peval_error(r->p, r->span, "%s, at character %d of \"%.60s\"", words, from + 1, r->text);
}

static const char *between(const Reader *r, int from, int to) {
    return arena_strndup(r->p->session->arena, r->text + from, (size_t)(to - from));
}

static int next_character(const Reader *r, int at) {
    int bytes;
    character_at(r->text + at, &bytes);
    return at + bytes;
}

/* As a message shows it: what cannot be seen by its number. */
static const char *character(const Reader *r, int at) {
    int bytes;
    uint32_t c = character_at(r->text + at, &bytes);
    const char *ascii = look_alike(c);
    if (c >= 0x20 && !(ascii && *ascii == ' ')) return between(r, at, at + bytes);
    return arena_printf(r->p->session->arena, "U+%04X", (unsigned)c);
}

static bool keep(Reader *r, const Pattern *pattern) {
    if (!pattern) r->failed = true;
    return pattern != NULL;
}

/* ---- characters ------------------------------------------------------------------------------ */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool begins_word(const char *at) {
    return letter_at(at) > 0;
}

/* How many bytes of a word stand here. */
static int goes_on_word(const char *at) {
    return is_digit(*at) || *at == '#' || *at == '\'' ? 1 : letter_at(at);
}

/* `C/G`, `C^7`, `C-7`: chords are words, too. */
static bool goes_on_chord(const char *at) {
    if (*at == '/') return at[1] >= 'A' && at[1] <= 'G';
    return *at == '^' || *at == '+' || ((*at == '_' || *at == '-') && goes_on_word(at + 1));
}

/* What may stand behind a sign that is a step by itself. */
static bool ends_step(const char *at) {
    return *at == 0 || blank_at(at) || strchr("])>},|", *at) != NULL;
}

static bool opens_bracket(char c) {
    return c == '[' || c == '<' || c == '{';
}

static void skip_blanks(Reader *r) {
    for (int bytes; (bytes = blank_at(r->text + r->at)) > 0;)
        r->at += bytes;
}

static bool accept(Reader *r, char c) {
    if (r->text[r->at] != c) return false;
    r->at++;
    return true;
}

static bool too_long(Reader *r, int from) {
    wrong(r, from, r->at, "a number of a pattern has at most 15 digits");
    return false;
}

/* `e3`, `e-3` behind a number: powers of ten, as Strudel has them. A word goes on otherwise. */
static bool read_exponent(Reader *r, int from, int64_t *over, int64_t *under) {
    const char *at = r->text + r->at;
    bool less = at[1] == '-', sign = less || at[1] == '+';
    if ((*at != 'e' && *at != 'E') || !is_digit(at[1 + sign])) return true;
    char *end;
    long power = strtol(at + 1 + sign, &end, 10);
    if (goes_on_word(end)) return true;
    r->at = (int)(end - r->text);
    for (; power > 0; power--) {
        int64_t *part = less ? under : over;
        if (*part == 0) return true;
        if (*part > 99999999999999) return too_long(r, from);
        *part *= 10;
    }
    return true;
}

/* Digits, a point, digits and a power of ten. A sign was read. */
static bool read_number(Reader *r, bool negative, Fraction *out) {
    int from = r->at;
    int64_t over = 0, under = 1;
    for (bool point = false;; r->at++) {
        char c = r->text[r->at];
        if (c == '.' && !point && is_digit(r->text[r->at + 1])) {
            point = true;
            continue;
        }
        if (!is_digit(c)) break;
        if (over > 99999999999999 || under > 99999999999999) {
            r->at++;
            return too_long(r, from);
        }
        over = 10 * over + (c - '0');
        if (point) under *= 10;
    }
    if (!read_exponent(r, from, &over, &under)) return false;
    *out = fraction(negative ? -over : over, under);
    return true;
}

static bool number_follows(const Reader *r) {
    char c = r->text[r->at];
    return is_digit(c) || (c == '.' && is_digit(r->text[r->at + 1]));
}

/* ---- steps into patterns --------------------------------------------------------------------- */

static Fraction all_weights(const Steps *steps) {
    Fraction all = {0, 1};
    for (int i = 0; i < steps->n; i++)
        all = fraction_add(all, steps->items[i].weight);
    return all;
}

static const Pattern *in_sequence(Reader *r, const Steps *steps, Span span) {
    Arena *arena = r->p->session->arena;
    const Pattern **parts = ARENA_ARRAY(arena, const Pattern *, steps->n + 1);
    Fraction *weights = ARENA_ARRAY(arena, Fraction, steps->n + 1);
    for (int i = 0; i < steps->n; i++) {
        parts[i] = steps->items[i].pattern;
        weights[i] = steps->items[i].weight;
    }
    return pattern_sequence(r->p, parts, weights, steps->n, span);
}

typedef struct Paced { /* a pattern at a speed that a pattern tells: times or by so much */
    Peval *p;
    const Pattern *pattern;
    Fraction by;
    bool slower;
    const char *sign;
} Paced;

static const Pattern *at_pace(void *data, const Event *event) {
    Paced *paced = data;
    double x;
    if (!value_is_constant(paced->p, event->value, &x) || !(x >= 0)) {
        peval_error(paced->p, event->span, "`%s` takes numbers of 0 and more", paced->sign);
        return NULL;
    }
    Fraction speed = fraction_div(fraction_of(x), paced->by);
    if (x == 0) return pattern_silence(paced->p);
    if (paced->slower) speed = fraction_div((Fraction){1, 1}, fraction_of(x));
    return pattern_at(paced->p, paced->pattern, speed, (Fraction){0, 1}, event->span);
}

/* One layer as its brackets have it: side by side, one a cycle, or so many a cycle. */
static const Pattern *in_brackets(Reader *r, const Steps *steps, Mode mode, const Pattern *meter,
                                  Fraction first, Span span) {
    const Pattern *a = in_sequence(r, steps, span);
    if (mode == IN_GROUP || steps->n == 0) return a;
    Fraction all = all_weights(steps);
    if (!meter) {
        Fraction a_cycle = mode == IN_TURNS ? one : first;
        return pattern_at(r->p, a, fraction_div(a_cycle, all), (Fraction){0, 1}, span);
    }
    Paced paced = {r->p, a, all, false, "%"};
    return pattern_joined(r->p, meter, at_pace, &paced, span);
}

static const Pattern *in_layers(Reader *r, const Layers *layers, Mode mode, const Pattern *meter,
                                Span span) {
    Arena *arena = r->p->session->arena;
    const Pattern **stack = ARENA_ARRAY(arena, const Pattern *, layers->n + 1);
    Fraction first = layers->n ? all_weights(&layers->items[0].items[0]) : one;
    for (int i = 0; i < layers->n; i++) {
        const Choice *choice = &layers->items[i];
        const Pattern **parts = ARENA_ARRAY(arena, const Pattern *, choice->n + 1);
        double *weights = ARENA_ARRAY(arena, double, choice->n + 1);
        for (int k = 0; k < choice->n; k++) {
            parts[k] = in_brackets(r, &choice->items[k], mode, meter, first, span);
            weights[k] = 1;
        }
        stack[i] = choice->n == 1
                       ? parts[0]
                       : pattern_choice(r->p, parts, weights, choice->n, r->seed++, span);
    }
    return layers->n == 1 ? stack[0] : pattern_stack(r->p, stack, layers->n, span);
}

/* ---- signs where none is wanted ------------------------------------------------------------- */

/* The step before blanks, NULL: there are none, or no step. */
static const char *step_before(const Reader *r, int at) {
    int end = at, begin;
    while (end > 0 && blank_at(r->text + end - 1))
        end--;
    for (begin = end; begin > 0 && !ends_step(r->text + begin - 1); begin--)
        if (strchr("[<{(", r->text[begin - 1])) break;
    return begin < end && end < at ? between(r, begin, end) : NULL;
}

/* The start of what stands without a blank here. */
static const char *without_blanks(const Reader *r, int at) {
    int end = at;
    while (r->text[end] && !blank_at(r->text + end) && end < at + 12)
        end = next_character(r, end);
    return between(r, at, end);
}

static void help_out(Reader *r, Diag *d, int at) {
    int bytes;
    const char *before = step_before(r, at);
    const char *ascii = look_alike(character_at(r->text + at, &bytes));
    char c = r->text[at];
    if (ascii)
        peval_help(r->p, d, *ascii == ' ' ? "a plain blank was meant?" : "`%s` was meant?", ascii);
    else if (c == ']' || c == '>' || c == '}' || c == ')')
        peval_help(r->p, d, "no bracket is open that it closes");
    else if (c == '.' && at > 0 && strchr("xXo", r->text[at - 1]))
        peval_help(r->p, d, "a rhythm such as x..o has no letters but x, X and o");
    else if (c == '.')
        peval_help(r->p, d, "a `.` that groups stands between blanks: `a b . c d`");
    else if (c == '%')
        peval_help(r->p, d, "it stands behind a meter: `{a b c}%%4` is four steps a cycle");
    else if (c == ':')
        peval_help(r->p, d,
                   "it stands right behind a word: `bd:2` is the third of the sounds called bd");
    else if (c == '_')
        peval_help(r->p, d, "`_` between blanks makes the step before it longer: `a _ b`");
    else if (c && strchr("*/@?(", c) && before)
        peval_help(r->p, d, "it stands right behind a step, without a blank: `%s%s`", before,
                   without_blanks(r, at));
    else if (c && strchr("*/@?(", c))
        peval_help(r->p, d,
                   c == '(' ? "it stands right behind a step: `bd(3,8)`"
                            : "it stands right behind a step: `a%c`",
                   c);
    else
        peval_help(r->p, d, "words, numbers, `~`, [ ] < > { } and, behind a step, * / ! @ ? (k,n)");
}

static bool unexpected(Reader *r) {
    int at = r->at;
    Diag *d =
        wrong(r, at, next_character(r, at), "a pattern has no sign `%s` here", character(r, at));
    help_out(r, d, at);
    return false;
}

/* ---- the grammar ----------------------------------------------------------------------------- */

static bool read_steps(Reader *r, Steps *steps, bool outermost);
static bool read_bracket(Reader *r, Step *step);

/* Where a sequence without steps ends. Its text as a whole may be empty. */
static bool empty_layer(Reader *r) {
    char c = r->text[r->at];
    if (c && strchr("])>}", c) && r->depth == 0) return unexpected(r);
    Diag *d =
        wrong(r, r->at - (c == 0), c ? r->at + 1 : r->at,
              c == 0 ? "a step is missing behind this `%c`" : "a step is missing before this `%c`",
              c ? c : r->text[r->at - 1]);
    peval_help(r->p, d, "`~` is a rest: `[a, ~]`");
    return false;
}

static bool read_layers(Reader *r, Layers *layers, bool outermost) {
    Arena *arena = r->p->session->arena;
    do {
        Choice choice = {0};
        do {
            Steps steps = {0};
            if (!read_steps(r, &steps, outermost)) return false;
            bool only = outermost && choice.n + layers->n == 0 && r->text[r->at] == 0;
            if (steps.n == 0 && !only) return empty_layer(r);
            if (choice.n == choice.cap) {
                int cap = choice.cap ? 2 * choice.cap : 1;
                Steps *more = ARENA_ARRAY(arena, Steps, cap);
                if (choice.n) memcpy(more, choice.items, sizeof *more * (size_t)choice.n);
                choice.items = more;
                choice.cap = cap;
            }
            choice.items[choice.n++] = steps;
        } while (accept(r, '|'));
        if (layers->n == layers->cap) {
            int cap = layers->cap ? 2 * layers->cap : 1;
            Choice *more = ARENA_ARRAY(arena, Choice, cap);
            if (layers->n) memcpy(more, layers->items, sizeof *more * (size_t)layers->n);
            layers->items = more;
            layers->cap = cap;
        }
        layers->items[layers->n++] = choice;
    } while (accept(r, ','));
    return true;
}

static void add_step(Reader *r, Steps *steps, Step step, int from) {
    if (steps->n >= MOST_STEPS) {
        if (!r->failed)
            wrong(r, from, r->at, "a sequence of a pattern has at most %d steps", MOST_STEPS);
        return;
    }
    if (steps->n == steps->cap) {
        int cap = steps->cap ? 2 * steps->cap : 4;
        Step *more = ARENA_ARRAY(r->p->session->arena, Step, cap);
        if (steps->n) memcpy(more, steps->items, sizeof *more * (size_t)steps->n);
        steps->items = more;
        steps->cap = cap;
    }
    steps->items[steps->n++] = step;
}

static Fraction beats_of(const Layers *layers) {
    if (layers->n == 0 || layers->items[0].n != 1) return one;
    const Steps *steps = &layers->items[0].items[0];
    return steps->n == 1 ? steps->items[0].beats : all_weights(steps);
}

static bool read_bracket(Reader *r, Step *step) {
    char opens = r->text[r->at];
    int from = r->at++;
    char closes = opens == '[' ? ']' : opens == '<' ? '>' : '}';
    Mode mode = opens == '[' ? IN_GROUP : opens == '<' ? IN_TURNS : IN_METER;
    Layers layers = {0};
    if (++r->depth > DEEPEST) {
        wrong(r, from, from + 1, "brackets of a pattern nest at most %d deep", DEEPEST);
        return false;
    }
    if (!read_layers(r, &layers, false)) return false;
    r->depth--;
    if (!accept(r, closes)) {
        Diag *d = wrong(r, from, from + 1, "this `%c` is not closed", opens);
        if (r->text[r->at])
            peval_help(r->p, d, "it ends with `%c`, and the next bracket that closes is `%c`",
                       closes, r->text[r->at]);
        else
            peval_help(r->p, d, "it ends with `%c`", closes);
        return false;
    }
    const Pattern *meter = NULL;
    Fraction beats = mode == IN_TURNS ? one : beats_of(&layers);
    if (mode == IN_METER && accept(r, '%')) {
        int here = r->at;
        Fraction number;
        Step steps = {0};
        if (number_follows(r)) {
            if (!read_number(r, false, &number)) return false;
            meter = pattern_of(r->p, value_constant(r->p, fraction_number(number)),
                               place(r, here, r->at));
            beats = number;
        } else if (opens_bracket(r->text[r->at])) {
            if (!read_bracket(r, &steps)) return false;
            meter = steps.pattern;
        } else {
            Diag *d = wrong(r, here - 1, here, "`%%` wants the number of steps of a cycle");
            peval_help(r->p, d, "an example is `{a b c}%%4`");
            return false;
        }
    }
    const Pattern *a = in_layers(r, &layers, mode, meter, place(r, from, r->at));
    *step = (Step){a, one, fraction_order(beats, (Fraction){0, 1}) > 0 ? beats : one};
    return keep(r, a);
}

/* The pattern behind `*` and `/`: a number, or one in brackets. */
static bool read_pace(Reader *r, const Pattern **pace, Fraction *number) {
    int from = r->at;
    *number = (Fraction){0, 0};
    if (number_follows(r)) {
        if (!read_number(r, false, number)) return false;
        *pace =
            pattern_of(r->p, value_constant(r->p, fraction_number(*number)), place(r, from, r->at));
        return keep(r, *pace);
    }
    Step step;
    if (opens_bracket(r->text[from])) {
        if (!read_bracket(r, &step)) return false;
        *pace = step.pattern;
        return true;
    }
    char sign = r->text[from - 1];
    Diag *d = wrong(r, from - 1, from, "`%c` wants a number of 0 and more behind it", sign);
    peval_help(r->p, d, "`a%c2`, or one for each cycle, `a%c<2 3>`", sign, sign);
    return false;
}

static bool repeat_faster(Reader *r, Step *step) {
    int from = r->at;
    bool slower = r->text[r->at++] == '/';
    const Pattern *pace;
    Fraction number;
    if (!read_pace(r, &pace, &number)) return false;
    Span span = place(r, from, r->at);
    if (fraction_fits(number) && number.over > 0) {
        Fraction speed = slower ? fraction_div(one, number) : number;
        step->pattern = pattern_at(r->p, step->pattern, speed, (Fraction){0, 1}, span);
        if (!slower && number.under == 1) step->beats = fraction_mul(step->beats, number);
    } else {
        Paced paced = {r->p, step->pattern, one, slower, slower ? "/" : "*"};
        step->pattern = pattern_joined(r->p, pace, at_pace, &paced, span);
    }
    return keep(r, step->pattern);
}

typedef struct Euclid { /* (k, n, turn) of a pattern, each of which may be a pattern */
    Peval *p;
    const Pattern *pattern, *arguments[3];
    int numbers[3], known;
    Span span;
} Euclid;

static const Pattern *with_numbers(void *data, const Event *event) {
    Euclid *e = data;
    static const char *const names[] = {"number of hits", "number of steps", "turn"};
    double x;
    int i = e->known;
    bool number = value_is_constant(e->p, event->value, &x) && x == floor(x);
    if (!number || fabs(x) > MOST_STEPS || (i == 1 && x < 1)) {
        const char *other = "";
        if (event->value.kind != V_NUMBER)
            other = arena_printf(e->p->session->arena, ", and this is %s",
                                 value_describe(e->p, event->value));
        Diag *d = peval_error(e->p, event->span,
                              "the %s of a rhythm `(k,n,turn)` is a whole number%s%d%s", names[i],
                              i == 1 ? " from 1 to " : " up to ", MOST_STEPS, other);
        peval_help(e->p, d,
                   "`bd(3,8)` is 3 hits spread over 8 steps, `bd(<3 5>,8)` 3 and 5 in turn");
        return NULL;
    }
    e->numbers[i] = (int)x;
    if (i == 2)
        return pattern_euclid(e->p, e->pattern, e->numbers[0], e->numbers[1], e->numbers[2],
                              e->span);
    e->known++;
    const Pattern *a = pattern_joined(e->p, e->arguments[i + 1], with_numbers, e, e->span);
    e->known--;
    return a;
}

static bool read_euclid(Reader *r, Step *step) {
    int from = r->at++, n = 0;
    Euclid e = {.p = r->p, .pattern = step->pattern};
    do {
        int here = r->at;
        Steps steps = {0};
        if (n == 3) break;
        if (++r->depth > DEEPEST) {
            wrong(r, from, from + 1, "brackets of a pattern nest at most %d deep", DEEPEST);
            return false;
        }
        if (!read_steps(r, &steps, false)) return false;
        r->depth--;
        if (steps.n == 0) {
            int end = r->text[r->at] ? next_character(r, r->at) : r->at;
            Diag *d = wrong(r, r->text[r->at] ? r->at : from, end,
                            "a rhythm `(k,n)` wants a number here");
            peval_help(r->p, d, "`bd(3,8)` is 3 hits spread over 8 steps");
            return false;
        }
        e.arguments[n++] = in_sequence(r, &steps, place(r, here, r->at));
        if (!keep(r, e.arguments[n - 1])) return false;
    } while (accept(r, ','));
    if (n == 3 && r->text[r->at - 1] == ',') {
        Diag *d = wrong(r, r->at - 1, r->at, "a rhythm has hits, steps and a turn, and no more");
        peval_help(r->p, d, "`bd(3,8,2)` is 3 hits spread over 8 steps, two steps later in it");
        return false;
    }
    if (!accept(r, ')') || n < 2) {
        Diag *d = wrong(r, from, r->at,
                        n < 2 ? "a rhythm has hits and steps, `(3,8)`"
                              : "a rhythm ends with `)`: `(3,8)` or `(3,8,2)`");
        peval_help(r->p, d,
                   "`bd(3,8)` is 3 hits spread over 8 steps, `bd(3,8,2)` two steps later in it");
        return false;
    }
    e.span = place(r, from, r->at);
    if (n == 2) e.arguments[2] = pattern_of(r->p, value_constant(r->p, 0), e.span);
    step->pattern = pattern_joined(r->p, e.arguments[0], with_numbers, &e, e.span);
    double steps;
    const Pattern *b = e.arguments[1];
    step->beats = one;
    if (step->pattern && b->n == 1 && value_is_constant(r->p, b->events[0].value, &steps))
        step->beats = fraction((int64_t)steps, 1);
    return keep(r, step->pattern);
}

/* A bracket behind a sign that takes a number only would be a step of its own. */
static bool refuse_bracket(Reader *r, const char *example) {
    if (!opens_bracket(r->text[r->at])) return true;
    char sign = r->text[r->at - 1];
    Diag *d = wrong(r, r->at, r->at + 1, "`%c` takes a number, and no pattern of them", sign);
    peval_help(r->p, d, "%s; a step stands behind a blank: `a%c %c`", example, sign,
               r->text[r->at]);
    return false;
}

/* `?` and `?0.3` */
static bool read_chance(Reader *r, Step *step) {
    int from = r->at++;
    Fraction chance = {1, 2};
    if (!refuse_bracket(r, "`a?0.3` leaves out three of ten")) return false;
    if (number_follows(r) && !read_number(r, false, &chance)) return false;
    if (fraction_order(chance, one) > 0) {
        Diag *d = wrong(r, from, r->at, "a chance is a number from 0 to 1");
        peval_help(r->p, d, "`a?0.3` leaves out three of ten");
        return false;
    }
    step->pattern = pattern_degraded(r->p, step->pattern, fraction_number(chance), r->seed++,
                                     place(r, from, r->at));
    return keep(r, step->pattern);
}

/* `@n`: so many times as long; a second one adds to it, as Strudel has it. */
static bool read_weight(Reader *r, Step *step) {
    int from = r->at++;
    Fraction weight;
    if (!number_follows(r)) {
        Diag *d = wrong(r, from, r->at, "`@` wants a number above 0 behind it");
        peval_help(r->p, d, "`a@3 b` is a for three quarters of the time");
        return false;
    }
    if (!read_number(r, false, &weight)) return false;
    if (weight.over <= 0) {
        Diag *d = wrong(r, from, r->at, "`@` wants a number above 0 behind it");
        peval_help(r->p, d, "`a@3 b` is a for three quarters of the time");
        return false;
    }
    step->weight = fraction_sub(fraction_add(step->weight, weight), one);
    if (!fraction_fits(step->weight) || step->weight.over <= 0) {
        wrong(r, from, r->at, "what `@` adds up to is above 0");
        return false;
    }
    step->beats = step->weight;
    return true;
}

/* `!n`: so many steps like it, one after the other; `!` alone one more, and a second one adds to the first, as Strudel has it. */
static bool read_copies(Reader *r, int *copies) {
    int from = r->at++;
    if (!refuse_bracket(r, "`a!3` is `a a a`")) return false;
    if (!number_follows(r)) {
        ++*copies;
        return true;
    }
    Fraction n;
    if (!read_number(r, false, &n)) return false;
    if (n.under != 1 || n.over < 1 || n.over > MOST_STEPS) {
        Diag *d = wrong(r, from, r->at, "`!` takes a whole number from 1 to %d", MOST_STEPS);
        peval_help(r->p, d, "`a!3` is `a a a`; `a*1.5` is one and a half in the time of one");
        return false;
    }
    *copies += (int)n.over - 1;
    return true;
}

/* Steps stand between blanks; brackets need none. In a rhythm each letter is a step. */
static bool step_ends(Reader *r, int from) {
    const char *here = r->text + r->at;
    char last = r->text[r->at - 1];
    bool bracket = *here == '[' || *here == '<' || (*here == '{' && strchr("]>})", last));
    if (r->rhythm || ends_step(here) || bracket || (here[0] == '.' && here[1] == '.')) return true;
    int bytes;
    uint32_t c = character_at(here, &bytes);
    bool begins = letter_at(here) || is_digit(*here) || (*here && strchr("~-.", *here));
    if (*here != '{' && (!begins || (*here == '.' && !is_digit(here[1])) || look_alike(c)))
        return unexpected(r);
    const char *next = without_blanks(r, r->at);
    Diag *d = wrong(r, r->at, next_character(r, r->at), "a blank is missing before this `%s`",
                    character(r, r->at));
    if (*here == '{')
        peval_help(r->p, d, "a rhythm has round brackets: `bd(3,8)`; a meter is a step: `%s %s`",
                   between(r, from, r->at), next);
    else
        peval_help(r->p, d, "steps stand between blanks: `%s %s`", between(r, from, r->at), next);
    return false;
}

/* A word, with the number of a sample where it has one. */
static bool read_word(Reader *r, Step *step) {
    int from = r->at;
    if (r->rhythm) {
        r->at++;
    } else {
        for (int n; (n = goes_on_word(r->text + r->at)) > 0 ||
                    (n = r->at > from && goes_on_chord(r->text + r->at)) > 0;)
            r->at += n;
    }
    if (r->text[r->at] == ':') {
        int colon = r->at++;
        if (!is_digit(r->text[r->at])) {
            Diag *d = wrong(r, colon, r->at, "`:` wants the number of a sound behind it");
            peval_help(r->p, d, "`bd:2` is the third of the sounds called bd");
            return false;
        }
        while (is_digit(r->text[r->at]))
            r->at++;
    }
    const char *word = intern(r->p->session, r->text + from, (size_t)(r->at - from));
    Value value = {.kind = V_STRING, .text = word};
    if (r->rhythm) value = value_constant(r->p, *word == 'o' ? 0.5 : 1);
    *step = (Step){pattern_of(r->p, value, place(r, from, r->at)), one, one};
    return keep(r, step->pattern);
}

static bool read_value(Reader *r, Step *step) {
    int from = r->at;
    bool negative = accept(r, '-');
    Fraction number;
    if (!read_number(r, negative, &number)) return false;
    if (!negative && begins_word(r->text + r->at)) { /* 808bd */
        r->at = from;
        return read_word(r, step);
    }
    Value value = value_constant(r->p, fraction_number(number));
    *step = (Step){pattern_of(r->p, value, place(r, from, r->at)), one, one};
    return keep(r, step->pattern);
}

/* A step without the signs behind it; *is_step: there is one. */
static bool read_plain(Reader *r, Step *step, bool *is_step) {
    char c = r->text[r->at], next = c ? r->text[r->at + 1] : 0;
    *is_step = true;
    if (opens_bracket(c)) return read_bracket(r, step);
    if (c == '~' || (c == '-' && !is_digit(next) && next != '.') || (r->rhythm && c == '.')) {
        *step = (Step){pattern_silence(r->p), one, one};
        r->at++;
        return true;
    }
    if (begins_word(r->text + r->at)) return read_word(r, step);
    if (is_digit(c) || (c == '-' && is_digit(next)) || (c == '.' && is_digit(next)) ||
        (c == '-' && next == '.'))
        return read_value(r, step);
    *is_step = false;
    return true;
}

static bool read_signs(Reader *r, Step *step, int *copies) {
    for (*copies = 1;;) {
        bool good = true;
        switch (r->text[r->at]) {
        case '*':
        case '/': good = repeat_faster(r, step); break;
        case '(': good = read_euclid(r, step); break;
        case '?': good = read_chance(r, step); break;
        case '@': good = read_weight(r, step); break;
        case '!': good = read_copies(r, copies); break;
        default: return true;
        }
        if (!good) return false;
    }
}

static void add_copies(Reader *r, Steps *steps, Step step, int copies, int from) {
    const Pattern *first = step.pattern;
    for (int i = 0; i < copies && !r->failed; i++) {
        step.pattern = pattern_rekeyed(r->p, first, i, place(r, from, r->at));
        if (keep(r, step.pattern)) add_step(r, steps, step, from);
    }
}

/* `0 .. 3`: the steps between two whole numbers, the first of which is there. */
static bool read_range(Reader *r, Steps *steps, int from) {
    int dots = r->at;
    r->at += 2;
    skip_blanks(r);
    double first, last;
    Step end;
    bool negative = accept(r, '-');
    Fraction number = {0, 0};
    const Pattern *before = steps->n ? steps->items[steps->n - 1].pattern : NULL;
    bool good = before && before->n == 1 &&
                value_is_constant(r->p, before->events[0].value, &first) && number_follows(r);
    if (good && !read_number(r, negative, &number)) return false;
    last = good ? fraction_number(number) : 0;
    if (!good || number.under != 1 || first != floor(first) || fabs(last - first) > MOST_STEPS) {
        Diag *d = wrong(r, dots, dots + 2, "`..` stands between two whole numbers");
        peval_help(r->p, d,
                   before && before->n == 1 && before->events[0].value.kind == V_STRING
                       ? "a rhythm such as x..o has no letters but x, X and o"
                       : "`0 .. 3` is `0 1 2 3`; at most 4096 steps");
        return false;
    }
    for (double x = first; x != last && !r->failed;) {
        x += last > first ? 1 : -1;
        end = (Step){pattern_of(r->p, value_constant(r->p, x), place(r, from, r->at)), one, one};
        if (keep(r, end.pattern)) add_step(r, steps, end, from);
    }
    if (!r->failed && !ends_step(r->text + r->at)) {
        Diag *d = wrong(r, r->at, next_character(r, r->at), "a blank stands behind a range");
        peval_help(r->p, d, "brackets make a step of it: `[0 .. 3]*2`");
    }
    return !r->failed;
}

/* The steps since the last `.` become one. */
static void close_group(Reader *r, Steps *steps, int *group, int from) {
    if (steps->n == *group) {
        int dot = r->at;
        while (dot > 0 && r->text[dot] != '.')
            dot--;
        Diag *d = wrong(r, dot, dot + 1, "a `.` stands between steps, and one is missing here");
        peval_help(r->p, d, "`a b . c d` is `[a b] [c d]`; `~` is a rest");
        return;
    }
    Steps inner = {steps->items + *group, steps->n - *group, steps->n - *group};
    const Pattern *a = in_sequence(r, &inner, place(r, from, r->at));
    steps->n = *group;
    if (keep(r, a)) add_step(r, steps, (Step){a, one, all_weights(&inner)}, from);
    *group = steps->n;
}

static bool read_step(Reader *r, Steps *steps) {
    int from = r->at, copies;
    Step step;
    bool is_step;
    if (!read_plain(r, &step, &is_step)) return false;
    if (!is_step) return unexpected(r);
    if (!read_signs(r, &step, &copies) || !step_ends(r, from)) return false;
    add_copies(r, steps, step, copies, from);
    return !r->failed;
}

/* `_` makes the step before it longer, `!` comes again. */
static bool read_more_of_last(Reader *r, Steps *steps, int group) {
    int from = r->at;
    bool longer = r->text[r->at++] == '_';
    if (steps->n == group) {
        Diag *d = wrong(r, from, r->at, "`%c` wants a step before it", longer ? '_' : '!');
        peval_help(r->p, d, longer ? "`a _ b` is a twice as long as b" : "`a ! b` is `a a b`");
        return false;
    }
    Step *last = &steps->items[steps->n - 1];
    if (longer)
        last->weight = fraction_add(last->weight, one);
    else
        add_copies(r, steps, *last, 1, from);
    return !r->failed;
}

static bool read_steps(Reader *r, Steps *steps, bool outermost) {
    int group = 0, from = r->at;
    bool grouped = false;
    for (;;) {
        skip_blanks(r);
        const char *here = r->text + r->at;
        if (r->failed) return false;
        budget_spend(1);
        bool bar = *here == '|' && outermost && r->rhythm; /* for the eye */
        if (bar) {
            r->at++;
            continue;
        }
        if (*here == 0 || strchr("])>},|", *here)) break;
        bool good;
        if (!r->rhythm && here[0] == '.' && here[1] == '.') {
            good = read_range(r, steps, from);
        } else if (!r->rhythm && here[0] == '.' && ends_step(here + 1)) {
            close_group(r, steps, &group, from);
            r->at++;
            grouped = true;
            good = !r->failed;
        } else if ((*here == '_' || *here == '!') && ends_step(here + 1)) {
            good = read_more_of_last(r, steps, group);
        } else {
            good = read_step(r, steps);
        }
        if (!good) return false;
    }
    if (grouped) close_group(r, steps, &group, from);
    return !r->failed;
}

/* ---- texts ----------------------------------------------------------------------------------- */

bool is_list_of_steps(const char *text) {
    return text[strspn(text, "xXo.-| ")] == 0;
}

static bool is_rhythm(const char *text) {
    bool any = false;
    for (int bytes; character_at(text, &bytes); text += bytes) {
        if (!begins_word(text)) continue;
        if (!strchr("xXo", *text)) return false;
        any = true;
    }
    return any;
}

static Reader reader(Peval *p, const char *text, const Ast *ast, Span span) {
    Reader r = {.p = p, .text = text, .span = ast ? ast->span : span, .seed = 1};
    r.places = find_places(p, ast, text);
    r.rhythm = is_rhythm(text);
    return r;
}

const Pattern *mini_notation(Peval *p, const char *text, const Ast *ast, Span span) {
    Reader r = reader(p, text, ast, span);
    Layers layers = {0};
    if (!read_layers(&r, &layers, true)) return NULL;
    if (r.text[r.at]) {
        unexpected(&r);
        return NULL;
    }
    const Pattern *a = in_layers(&r, &layers, IN_GROUP, NULL, r.span);
    return r.rhythm ? pattern_with_beats(p, a, beats_of(&layers)) : a;
}

/* The length of a note, `:0.5` or `:1/3`. */
static bool read_length(Reader *r, Fraction *length) {
    int from = r->at++;
    Fraction under = one;
    bool good = number_follows(r) && read_number(r, false, length);
    if (good && accept(r, '/')) good = number_follows(r) && read_number(r, false, &under);
    if (good) *length = fraction_div(*length, under);
    if (good && fraction_fits(*length) && length->over > 0) return true;
    if (!r->failed) {
        Diag *d = wrong(r, from, r->at, "`:` wants the beats of the note behind it, above 0");
        peval_help(r->p, d, "`G4:0.5` is half a beat long, `A4:1/3` a third");
    }
    return false;
}

static void help_melody(Reader *r, Diag *d, int at, const char *otherwise) {
    int bytes;
    if (look_alike(character_at(r->text + at, &bytes)))
        help_out(r, d, at);
    else
        peval_help(r->p, d, "%s", otherwise);
}

static bool read_note(Reader *r, Steps *steps) {
    int from = r->at;
    char c = r->text[from];
    Step step = {pattern_silence(r->p), one, one};
    if (c == '~' || (c == '-' && !is_digit(r->text[from + 1]))) {
        r->at++;
    } else if (begins_word(r->text + from)) {
        for (int n; (n = goes_on_word(r->text + r->at)) > 0 ||
                    (n = r->text[r->at] == '-' && is_digit(r->text[r->at + 1])) > 0;)
            r->at += n;
        Value word = {.kind = V_STRING,
                      .text = intern(r->p->session, r->text + from, (size_t)(r->at - from))};
        step.pattern = pattern_of(r->p, word, place(r, from, r->at));
    } else if (is_digit(c) || c == '-') {
        if (!read_value(r, &step)) return false;
    } else {
        Diag *d = wrong(r, from, next_character(r, from), "a melody has no sign `%s` here",
                        character(r, from));
        help_melody(r, d, from, "notes and rests with their beats: \"E4 F4 ~ G4:0.5 A4:2\"");
        return false;
    }
    if (r->text[r->at] == ':' && !read_length(r, &step.weight)) return false;
    const char *next = r->text + r->at;
    if (*next && !blank_at(next) && *next != '|') {
        Diag *d = wrong(r, r->at, next_character(r, r->at), "a melody has no sign `%s` here",
                        character(r, r->at));
        help_melody(r, d, r->at, "blanks between notes: \"E4 F4 ~ G4:0.5 A4:2\"");
        return false;
    }
    add_step(r, steps, step, from);
    return !r->failed;
}

const Pattern *melody_notation(Peval *p, const char *text, const Ast *ast, Span span) {
    Reader r = reader(p, text, ast, span);
    Steps steps = {0};
    r.rhythm = false;
    for (;;) {
        for (skip_blanks(&r); accept(&r, '|');)
            skip_blanks(&r);
        if (!r.text[r.at]) break;
        if (!read_note(&r, &steps)) return NULL;
    }
    const Pattern *a = in_sequence(&r, &steps, r.span);
    Fraction all = all_weights(&steps);
    return pattern_with_beats(p, a, steps.n ? all : one);
}
