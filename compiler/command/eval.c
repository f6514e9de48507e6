/* kanon eval: a program that plays is told what to do.
 * In: a definition, an expression or an order, and which session. Out: what came of it on standard output, or the error; the exit
 * status. */
#include "command/command.h"
#include "play/session_socket.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_SESSIONS = 64, MOST_BYTES = 1 << 20 };

/* A session that answers, and what it plays. */
typedef struct Found {
    char *path;
    Buf plays;
} Found;

typedef struct Sessions {
    Found items[MOST_SESSIONS];
    int n;
} Sessions;

/* ---- which session ---------------------------------------------------------------------------------- */

/* One that was killed left its socket. */
static void ask(Sessions *s, const char *path) {
    static const char list[] = "list\n";
    EngineError why;
    Buf plays = {0};
    bool gone;
    if (session_socket_ask(path, list, strlen(list), &plays, &gone, &why)) {
        if (plays.data[plays.length - 1] == '\n') plays.data[plays.length - 1] = 0;
        s->items[s->n++] = (Found){strdup(path), plays};
        return;
    }
    buf_free(&plays);
    if (gone) unlink(path);
}

static void find_sessions(Sessions *s) {
    Buf folder = {0};
    EngineError why;
    DIR *d = session_socket_folder(&folder, false, &why) ? opendir(folder.data) : NULL;
    for (const struct dirent *e; d && s->n < MOST_SESSIONS && (e = readdir(d));) {
        const size_t n = strlen(e->d_name);
        Buf path = {0};
        if (n < 5 || strcmp(e->d_name + n - 5, ".sock") != 0) continue;
        buf_printf(&path, "%s/%s", folder.data, e->d_name);
        ask(s, path.data);
        buf_free(&path);
    }
    if (d) closedir(d);
    buf_free(&folder);
}

static const char *file_of(const char *path) {
    return strrchr(path, '/') + 1;
}

/* The number of its process, or a layer that it plays. */
static bool is_meant(const Found *f, const char *word) {
    const size_t n = strlen(word);
    if (!word[0]) return true;
    if (strncmp(file_of(f->path), word, n) == 0 && strcmp(file_of(f->path) + n, ".sock") == 0)
        return true;
    for (const char *at = f->plays.data; (at = strstr(at, word)); at += n)
        if ((at[-1] == ' ') && strchr(",; (", at[n])) return true;
    return false;
}

/* Exactly one. The path is to be freed. */
static int choose(const Sessions *s, const char *word, char **path) {
    const Found *found = NULL;
    int n = 0;
    for (int i = 0; i < s->n; i++)
        if (is_meant(&s->items[i], word)) {
            found = &s->items[i];
            n++;
        }
    if (n == 1) *path = strdup(found->path);
    if (n == 1) return STATUS_DONE;
    if (s->n == 0)
        return command_fail(STATUS_FILE,
                            "nothing plays that could be told: start it by kanon FILE.kn");
    if (n == 0)
        command_fail(STATUS_USAGE, "--to: no session is `%s`; there are:", word);
    else
        command_fail(STATUS_USAGE,
                     "%d sessions play: say which with --to NUMBER or --to LAYER:", n);
    for (int i = 0; i < s->n; i++) {
        const char *file = file_of(s->items[i].path);
        if (n == 0 || is_meant(&s->items[i], word))
            command_say("  %.*s plays%s", (int)(strlen(file) - 5), file,
                        strchr(s->items[i].plays.data, ' '));
    }
    return STATUS_USAGE;
}

static int find_path(const char *to, char **path) {
    Sessions s = {.n = 0};
    if (to && strchr(to, '/')) {
        *path = strdup(to);
        return STATUS_DONE;
    }
    find_sessions(&s);
    const int status = choose(&s, to ? to : "", path);
    for (int i = 0; i < s.n; i++) {
        free(s.items[i].path);
        buf_free(&s.items[i].plays);
    }
    return status;
}

/* ---- what it is told -------------------------------------------------------------------------------- */

static bool read_input(Buf *text) {
    char block[4096];
    size_t n;
    while (text->length <= MOST_BYTES && (n = fread(block, 1, sizeof block, stdin)) > 0)
        buf_add(text, block, n);
    buf_puts(text, "");
    if (!ferror(stdin) && text->length <= MOST_BYTES) return true;
    command_fail(STATUS_FILE, "standard input: %s",
                 ferror(stdin) ? strerror(errno) : "more than a megabyte");
    return false;
}

/* One order: a definition, or a word. */
static int compose(const Request *r, Buf *order) {
    if (r->order && (r->file || r->layer))
        return command_fail(STATUS_USAGE, "give a definition, or --order");
    if (!r->order && !r->file)
        return command_fail(STATUS_USAGE, "no definition given: kanon eval %s", command_eval.usage);
    if (r->layer && strpbrk(r->layer, " \t\r\n"))
        return command_fail(STATUS_USAGE, "--layer: a layer has a name without blanks");
    if (r->order)
        buf_printf(order, "%.*s\n", (int)strcspn(r->order, "\n"), r->order);
    else
        buf_printf(order, "eval %s\n", r->layer ? r->layer : "");
    if (r->file && strcmp(r->file, "-") == 0) return read_input(order) ? STATUS_DONE : STATUS_FILE;
    if (r->file) buf_puts(order, r->file);
    return STATUS_DONE;
}

/* ---- the answer ------------------------------------------------------------------------------------- */

static int tell(Buf *answer) {
    int line, column, from = 0;
    while (answer->length > 0 && answer->data[answer->length - 1] == '\n')
        answer->data[--answer->length] = 0;
    if (strncmp(answer->data, "ok ", 3) == 0) {
        Buf text = {0};
        buf_printf(&text, "%s\n", answer->data + 3);
        const int status = answer_print(&text, NULL);
        buf_free(&text);
        return status;
    }
    if (sscanf(answer->data, "error %d %d %n", &line, &column, &from) != 2 || from == 0)
        return command_fail(STATUS_FILE, "the answer is none of a session: %.100s", answer->data);
    if (line > 0)
        command_say("eval:%d:%d: error: %s", line, column, answer->data + from);
    else
        command_fail(STATUS_PROGRAM, "%s", answer->data + from);
    return STATUS_PROGRAM;
}

static int run(const Request *request) {
    Buf order = {0}, answer = {0};
    EngineError why;
    bool gone;
    int status = compose(request, &order);
    char *path = NULL;
    if (status == STATUS_DONE) status = find_path(request->to, &path);
    if (path && !session_socket_ask(path, order.data, order.length, &answer, &gone, &why))
        status = command_fail(why.status, "%s", why.message);
    else if (path)
        status = tell(&answer);
    free(path);
    buf_free(&order);
    buf_free(&answer);
    return status;
}

static const Option options[] = {
    {"layer", 0, OPTION_TEXT, "LAYER", REQUEST_FIELD(layer),
     "whose definition it is (of the layer that has it, else of the first)"},
    {"to", 0, OPTION_TEXT, "NUMBER|LAYER|PATH", REQUEST_FIELD(to),
     "which session, where several play: its process, a layer, or its --socket"},
    {"order", 0, OPTION_TEXT, "WORDS", REQUEST_FIELD(order),
     "list, play, pause, seek SECONDS, set PARAM VALUE, mute, unmute, solo or unsolo LAYER"},
};

const Command command_eval = {
    .name = "eval",
    .run = run,
    .summary = "a definition of what plays is another one from now on",
    .usage = "'DEFINITION'|EXPR|- [options]",
    .text =
        "Tells a session of kanon play what to do. A definition takes the place of the one of its\n"
        "name, an expression that of `out`, until the file is saved; the file is not touched. "
        "With\n"
        "- it is read from standard input, so that an editor may send what is marked. What is\n"
        "printed tells what goes on and what crossfades.\n"
        "Status: 0 done, 1 errors in the definition, 2 wrong usage, 3 nothing plays.",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "DEFINITION",
};
