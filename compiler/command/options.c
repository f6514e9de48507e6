/* The command line to a Request.
 * In: the words after the command's name, and the command's table of options. Out: a Request whose
 * texts are those words; their values are read by whoever uses them. What is wrong is printed. */
#include "command/command.h"
#include "engine/engine.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- finding an option ----------------------------------------------------------------------- */

static const Option help_option = {"help",     'h', OPTION_FLAG, NULL, REQUEST_FIELD(help),
                                   "this text"};

static const Option *find_long(const Command *command, const char *name, size_t length) {
    for (int i = 0; i < command->noptions; i++) {
        const Option *o = &command->options[i];
        if (strlen(o->name) == length && memcmp(o->name, name, length) == 0) return o;
    }
    return length == 4 && memcmp(name, "help", 4) == 0 ? &help_option : NULL;
}

static const Option *find_letter(const Command *command, char letter) {
    for (int i = 0; i < command->noptions; i++)
        if (command->options[i].letter == letter) return &command->options[i];
    return letter == 'h' ? &help_option : NULL;
}

/* Whoever plays may have meant to render. */
static bool is_of_render(const Command *command, const Option *of_render, const char *word,
                         size_t length) {
    if (command != &command_play || !of_render) return false;
    command_fail(STATUS_USAGE, "play has no option %.*s; kanon render has it", (int)length, word);
    return true;
}

static bool unknown_option(const Command *command, const char *word, size_t length) {
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)length, word);
    if (is_of_render(command, find_long(&command_render, word, length), word - 2, length + 2))
        return false;
    const char **names = malloc(sizeof *names * (size_t)(command->noptions + 1));
    if (!names) return false;
    for (int i = 0; i < command->noptions; i++)
        names[i] = command->options[i].name;
    names[command->noptions] = "help";
    const char *near = nearest_name(name, names, command->noptions + 1);
    if (near)
        command_fail(STATUS_USAGE, "%s has no option --%s; did you mean --%s?", command->name, name,
                     near);
    else
        command_fail(STATUS_USAGE, "%s has no option --%s; see kanon %s --help", command->name,
                     name, command->name);
    free(names);
    return false;
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct Words {
    char **words;
    int n, next;
} Words;

static bool store(Request *request, const Option *option, const char *text) {
    char *field = (char *)request + option->field;
    if (option->kind == OPTION_FLAG) *(bool *)field = true;
    if (option->kind == OPTION_TEXT || option->kind == OPTION_TIMES) *(const char **)field = text;
    if (option->kind == OPTION_LIST) {
        TextList *list = (TextList *)field;
        VEC_PUSH(list->items, list->n, list->cap, text);
    }
    return true;
}

/* -o and -e are shown without the long names they also have. */
static bool is_letter_only(const Option *option) {
    return option->letter == 'o' || option->letter == 'e';
}

/* `attached` is what stood behind `=` or right behind the letter, NULL if nothing did. */
static bool take(Request *request, const Option *option, const char *attached, Words *words) {
    if (option->kind == OPTION_FLAG) {
        if (attached) {
            command_fail(STATUS_USAGE, "--%s takes no value", option->name);
            return false;
        }
        return store(request, option, NULL);
    }
    if (!attached && words->next < words->n) attached = words->words[words->next++];
    if (!attached) {
        bool letter = is_letter_only(option);
        command_fail(STATUS_USAGE, "-%s%.*s needs a value: %s", letter ? "" : "-", letter ? 1 : 64,
                     letter ? &option->letter : option->name, option->value);
        return false;
    }
    bool by = option->kind == OPTION_TIMES && words->next + 1 < words->n &&
              strcmp(words->words[words->next], "by") == 0;
    if (by) { /* --at 0..1 by 0.1, as it is written in a program */
        request->times.length = 0;
        buf_printf(&request->times, "%s by %s", attached, words->words[words->next + 1]);
        words->next += 2;
        attached = request->times.data;
    }
    return store(request, option, attached);
}

static bool take_long(Request *request, const char *word, Words *words) {
    const char *equals = strchr(word, '=');
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    const Option *option = find_long(request->command, word, length);
    if (!option) return unknown_option(request->command, word, length);
    return take(request, option, equals ? equals + 1 : NULL, words);
}

static bool take_short(Request *request, const char *word, Words *words) {
    const Option *option = find_letter(request->command, word[0]);
    if (!option &&
        is_of_render(request->command, find_letter(&command_render, word[0]), word - 1, 2))
        return false;
    if (!option) {
        command_fail(STATUS_USAGE, "%s has no option -%s; see kanon %s --help",
                     request->command->name, word, request->command->name);
        return false;
    }
    return take(request, option, word[1] ? word + 1 : NULL, words);
}

static bool read_words(Request *request, Words words);

/* Its words stand in its place. */
static bool take_session(Request *request, const char *path) {
    const char *slash = strrchr(path, '/');
    TextList words = {0};
    if (request->session_folder) {
        command_fail(STATUS_USAGE, "%s: a session holds no other session", path);
        return false;
    }
    bool good = session_file_read(path, &words);
    for (int i = 0; i < words.n; i++)
        VEC_PUSH(request->session_words.items, request->session_words.n, request->session_words.cap,
                 words.items[i]);
    char *folder = slash ? strndup(path, (size_t)(slash + 1 - path)) : strdup("");
    request->session_folder = folder;
    good = good && read_words(request, (Words){(char **)words.items, words.n, 0});
    request->session_folder = NULL;
    free(folder);
    free(words.items);
    return good;
}

/* What a session names stands beside it. */
static const char *beside_session(Request *request, const char *word) {
    if (!request->session_folder || word[0] == '/') return word;
    Buf path = {0};
    buf_printf(&path, "%s%s", request->session_folder, word);
    const char *text = path.data;
    VEC_PUSH(request->session_words.items, request->session_words.n, request->session_words.cap,
             text);
    return text;
}

static bool take_operand(Request *request, const char *word) {
    const Command *command = request->command;
    if (!command->operand) {
        command_fail(STATUS_USAGE, "%s takes no %s", command->name, word);
        return false;
    }
    word = beside_session(request, word);
    if (command->sessions && session_file_is_named(word)) return take_session(request, word);
    if (command->many) {
        VEC_PUSH(request->files.items, request->files.n, request->files.cap, word);
        return true;
    }
    if (request->file) {
        command_fail(STATUS_USAGE, "one %s at a time: %s and %s were given", command->operand,
                     request->file, word);
        return false;
    }
    request->file = word;
    return true;
}

/* ---- --limit WHAT=VALUE ------------------------------------------------------------------------ */

static bool unit_of(Limit limit, const char *name, double *unit) {
    static const struct {
        const char *name;
        Limit limit; /* LIMIT_MEMORY: of all sizes */
        double value;
    } units[] = {{"", LIMIT_TIME, 1},
                 {"s", LIMIT_TIME, 1},
                 {"ms", LIMIT_TIME, 1e-3},
                 {"min", LIMIT_TIME, 60},
                 {"h", LIMIT_TIME, 3600},
                 {"", LIMIT_MEMORY, 1},
                 {"KiB", LIMIT_MEMORY, 1 << 10},
                 {"MiB", LIMIT_MEMORY, 1 << 20},
                 {"GiB", LIMIT_MEMORY, 1 << 30},
                 {"kB", LIMIT_MEMORY, 1e3},
                 {"MB", LIMIT_MEMORY, 1e6},
                 {"GB", LIMIT_MEMORY, 1e9}};
    for (int i = 0; i < (int)(sizeof units / sizeof *units); i++)
        if (strcmp(units[i].name, name) == 0 &&
            (units[i].limit == LIMIT_TIME) == (limit == LIMIT_TIME)) {
            *unit = units[i].value;
            return true;
        }
    return false;
}

static bool read_limit(const char *text, Limits *limits) {
    char what[16];
    Limit limit;
    size_t length = strcspn(text, "=");
    snprintf(what, sizeof what, "%.*s", (int)length, text);
    if (!text[length] || !limit_named(what, &limit)) {
        command_fail(
            STATUS_USAGE,
            "--limit takes time=10s, memory=1GiB or state=1GiB, with other values, not '%s'", text);
        return false;
    }
    const char *value = text + length + 1;
    char *end = NULL;
    bool starts_well = isdigit((unsigned char)*value) && value[1] != 'x' && value[1] != 'X';
    double number = starts_well ? strtod(value, &end) : NAN, unit;
    if (starts_well && number > 0 && unit_of(limit, end, &unit) && isfinite(number * unit)) {
        limits->most[limit] = number * unit;
        return true;
    }
    command_fail(STATUS_USAGE, "--limit %s takes %s, not '%s'", what,
                 limit == LIMIT_TIME ? "a time, such as 10s or 1min"
                                     : "a size, such as 512MiB or 4GiB",
                 value);
    return false;
}

static bool read_limits(Request *request) {
    request->limits = usual_limits;
    for (int i = 0; i < request->limit_texts.n; i++)
        if (!read_limit(request->limit_texts.items[i], &request->limits)) return false;
    return true;
}

/* ---- strategies ------------------------------------------------------------------------------- */

static bool read_strategy(const char *name, StrategySet *set) {
    Buf names = {0};
    for (int i = 0; i < STRATEGIES; i++) {
        if (strcmp(strategies[i].name, name) == 0) {
            *set |= (StrategySet)1 << i;
            buf_free(&names);
            return true;
        }
        buf_printf(&names, "%s%s",
                   i == 0                ? ""
                   : i == STRATEGIES - 1 ? " or "
                                         : ", ",
                   strategies[i].name);
    }
    command_fail(STATUS_USAGE, "--no-strategy takes %s, not '%s'", names.data, name);
    buf_free(&names);
    return false;
}

static bool read_strategies(Request *request) {
    for (int i = 0; i < request->strategies.n; i++)
        if (!read_strategy(request->strategies.items[i], &request->without)) return false;
    return true;
}

/* ---- the whole --------------------------------------------------------------------------------- */

static bool is_complete(Request *request) {
    const Command *command = request->command;
    if (!command->takes_program || request->help || request->list_devices || request->list_midi)
        return true;
    if (!read_limits(request) || !read_strategies(request)) return false;
    request->folders[0] = request->folder;
    if (request->only_below && !folder_find(request->only_below, request->folder)) {
        command_fail(STATUS_USAGE, "--only-below takes a folder, and '%s' is none",
                     request->only_below);
        return false;
    }
    if (request->file && request->expression)
        command_fail(STATUS_USAGE, "give %s or -e, not both", request->file);
    else if (!request->file && !request->expression && request->files.n == 0)
        command_fail(STATUS_USAGE, "no program given: kanon %s %s", command->name, command->usage);
    else
        return true;
    return false;
}

static bool read_words(Request *request, Words words) {
    bool options_ended = false;
    while (words.next < words.n) {
        const char *word = words.words[words.next++];
        bool ok;
        if (!options_ended && strcmp(word, "--") == 0) {
            options_ended = true;
            continue;
        } else if (!options_ended && word[0] == '-' && word[1] == '-')
            ok = take_long(request, word + 2, &words);
        else if (!options_ended && word[0] == '-' && word[1])
            ok = take_short(request, word + 1, &words);
        else
            ok = take_operand(request, word);
        if (!ok) return false;
    }
    return true;
}

bool request_read(const Command *command, int argc, char **argv, Request *request) {
    *request = (Request){.command = command};
    return read_words(request, (Words){argv, argc, 0}) && is_complete(request);
}

void request_free(Request *request) {
    TextList *const lists[] = {&request->sets,  &request->strategies, &request->limit_texts,
                               &request->files, &request->chosen,     &request->midi_ports,
                               &request->muted, &request->soloed,     &request->session_words};
    for (int i = 0; i < request->session_words.n; i++)
        free((char *)request->session_words.items[i]);
    for (int i = 0; i < (int)(sizeof lists / sizeof *lists); i++) {
        free(lists[i]->items);
        *lists[i] = (TextList){0};
    }
    buf_free(&request->times);
}

static void help_row(const Option *o, Buf *out) {
    char left[64];
    int n = 0;
    if (o->letter) n = snprintf(left, sizeof left, "-%c", o->letter);
    if (!is_letter_only(o))
        n += snprintf(left + n, sizeof left - (size_t)n, "%s--%s", o->letter ? ", " : "", o->name);
    if (o->value) snprintf(left + n, sizeof left - (size_t)n, " %s", o->value);
    if (strlen(left) > 24)
        buf_printf(out, "  %s\n  %-24s  %s\n", left, "", o->help);
    else
        buf_printf(out, "  %-24s  %s\n", left, o->help);
}

void request_help(const Command *command, Buf *out) {
    buf_printf(out, "kanon %s %s\n\n%s\n\n", command->name, command->usage, command->text);
    for (int i = 0; i < command->noptions; i++)
        help_row(&command->options[i], out);
    help_row(&help_option, out);
}

/* ---- values ---------------------------------------------------------------------------------- */

bool option_integer(const char *option, const char *text, int low, int high, int *value) {
    if (!text) return true;
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (end == text || *end || errno || number < low || number > high ||
        isspace((unsigned char)*text)) {
        command_fail(STATUS_USAGE, "%s takes a whole number from %d to %d, not '%s'", option, low,
                     high, text);
        return false;
    }
    *value = (int)number;
    return true;
}

/* Digits alone: no sign, no blank; false where there are none, or too many. */
static bool read_digits(const char **at, int *value) {
    char *end;
    const long number = strtol(*at, &end, 10);
    if (!isdigit((unsigned char)**at) || end - *at > 9) return false;
    *at = end;
    *value = (int)number;
    return true;
}

bool option_size(const char *option, const char *text, const SizeRange *range, int *width,
                 int *height) {
    const char *at = text;
    int w, h;
    if (!text) return true;
    bool good = read_digits(&at, &w) && *at++ == 'x' && read_digits(&at, &h) && !*at;
    if (good && w >= range->width && h >= range->height && w <= range->most && h <= range->most) {
        *width = w;
        *height = h;
        return true;
    }
    command_fail(STATUS_USAGE, "%s takes %s, from %dx%d to %dx%d, not '%s'", option, range->what,
                 range->width, range->height, range->most, range->most, text);
    return false;
}

bool option_span(const char *option, const char *text, const char *what, int64_t *first,
                 int64_t *last) {
    const char *at = text;
    int from, to;
    if (!text) return true;
    bool good = read_digits(&at, &from) && *at++ == '.' && *at++ == '.' && read_digits(&at, &to) &&
                !*at && to >= from;
    if (!good) {
        command_fail(STATUS_USAGE, "%s takes %s, not '%s'", option, what, text);
        return false;
    }
    *first = from;
    *last = to;
    return true;
}

/* What C reads as a number otherwise, such as 0x10, inf, nan and blanks before it, is none. NULL, else where it ends. */
static const char *read_number(const char *text, double *value) {
    const char *digits = text + (*text == '-');
    const char *first = digits + (*digits == '.');
    char *end;
    if (!isdigit((unsigned char)*first) || digits[1] == 'x' || digits[1] == 'X') return NULL;
    *value = strtod(text, &end);
    return end;
}

bool option_number(const char *option, const char *text, const NumberRange *range, double *value) {
    double number = 0;
    if (!text) return true;
    const char *end = read_number(text, &number);
    if (end && range->unit && strcmp(end, range->unit) == 0) end += strlen(range->unit);
    if (end && !*end && number >= range->low && number <= range->high) {
        *value = number;
        return true;
    }
    command_fail(STATUS_USAGE, "%s takes %s, not '%s'", option, range->what, text);
    return false;
}

bool rate_is_possible(double rate) {
    return rate >= 1 && rate <= 1e6;
}

/* Read here and not by Kanon's own parser, since a program is evaluated at a rate. */
bool option_rate(const char *option, const char *text, double *value) {
    if (!text) return true;
    double number = NAN;
    const char *end = read_number(text, &number);
    if (end && strcmp(end, "kHz") == 0)
        number *= 1000;
    else if (!end || (*end && strcmp(end, "Hz") != 0))
        number = NAN;
    if (!rate_is_possible(number)) {
        command_fail(STATUS_USAGE,
                     "%s takes a rate from 1 Hz to 1000 kHz, such as 48000 or 44.1kHz, not '%s'",
                     option, text);
        return false;
    }
    *value = number;
    return true;
}

bool option_engine(const char *text, EngineKind *kind) {
    if (!text || engine_named(text, kind)) return true;
    command_fail(STATUS_USAGE, "there is no engine '%s': auto, jit, tcc, cc or ref", text);
    return false;
}
