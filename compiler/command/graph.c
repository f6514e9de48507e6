/* kanon graph: the program's graph as a picture.
 * In: FILE.kn. Out: DOT text, or an SVG made from it by graphviz. */
#include "command/command.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The DOT text as a file without a name, at its beginning; -1 when that fails. */
static int unnamed_file(const Buf *text) {
    FILE *file = tmpfile();
    if (!file) return -1;
    int handle = dup(fileno(file));
    bool ok = fwrite(text->data, 1, text->length, file) == text->length && fflush(file) == 0;
    fclose(file);
    if (ok && handle >= 0 && lseek(handle, 0, SEEK_SET) == 0) return handle;
    if (handle >= 0) close(handle);
    return -1;
}

/* `dot -Tsvg` from one handle to another; its exit status, -1 when it is not installed. */
static int run_dot(int from, int to) {
    char *words[] = {"dot", "-Tsvg", NULL};
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, from, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, to, STDOUT_FILENO);
    pid_t child;
    int failed = posix_spawnp(&child, "dot", &files, NULL, words, environ), status = 0;
    posix_spawn_file_actions_destroy(&files);
    if (failed) return -1;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) != 127 ? WEXITSTATUS(status) : -1;
}

static int write_svg(const Buf *dot, OutputFile *file) {
    int from = unnamed_file(dot);
    if (from < 0)
        return command_fail(STATUS_FILE, "cannot write a temporary file: %s", strerror(errno));
    int status = run_dot(from, output_file_handle(file));
    close(from);
    if (status == -1)
        return command_fail(STATUS_FILE, "an SVG needs the program dot; install the package "
                                         "graphviz, or use -o OUT.dot");
    if (status != 0) return command_fail(STATUS_FILE, "dot failed with status %d", status);
    return STATUS_DONE;
}

static int write_graph(const Buf *dot, Compile *c, const char *out, bool svg) {
    Failure why;
    OutputFile *file =
        output_file_open(&(OutputPlace){out, "-o", &c->session.files, NULL, false}, &why);
    if (!file) return command_fail_with(&why);
    int status = STATUS_DONE;
    if (svg)
        status = write_svg(dot, file);
    else
        output_file_write(file, dot->data, dot->length);
    if (status != STATUS_DONE) {
        output_file_abandon(file);
        return status;
    }
    return output_file_commit(file, NULL, &why) ? STATUS_DONE : command_fail_with(&why);
}

static int run(const Request *request) {
    double rate = 48000;
    if (!option_rate("--rate", request->rate, &rate)) return STATUS_USAGE;
    const char *out = request->out ? request->out : "-";
    const char *ending = strrchr(out, '.');
    bool svg = ending && strcasecmp(ending, ".svg") == 0;
    if (ending && !svg && strcasecmp(ending, ".dot") != 0 && strcasecmp(ending, ".gv") != 0 &&
        !strchr(ending, '/'))
        return command_fail(STATUS_USAGE, "%s: a graph is written as .dot or .svg", out);
    Compile *c;
    int status = load_program(request, rate, 192000, &c);
    if (status == STATUS_DONE) {
        Buf dot = {0};
        graph_dot(c->program.graph, &dot);
        status = write_graph(&dot, c, out, svg);
        buf_free(&dot);
    }
    compile_free(c);
    return status;
}

static const Option options[] = {
    {"output", 'o', OPTION_TEXT, "OUT", REQUEST_FIELD(out),
     "OUT.dot or OUT.svg (DOT to standard output)"},
    OPTION_ROW_E,
    OPTION_ROW_BELOW,
    OPTION_ROW_LIMIT,
    OPTION_ROW_RATE("frames a second (48000)"),
};

const Command command_graph = {
    .name = "graph",
    .run = run,
    .summary = "the graph as a picture",
    .usage = "FILE.kn [-o OUT.dot|OUT.svg]",
    .text = "Writes the program's graph, as it was evaluated, as DOT text or as an SVG picture\n"
            "(with graphviz's dot).",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "FILE.kn",
    .takes_program = true,
};
