/* kanon: the command line.
 * In: argv. Out: the exit status of the command: 0 done, 1 the program has errors, 2 wrong usage,
 * 3 a file, disk or device failed. Each command is a file command_NAME.c with its own table. */
#include "command/command.h"
#include "engine/engine.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const Command *const commands[] = {
    &command_play,  &command_render, &command_build, &command_plugin,  &command_check,
    &command_graph, &command_bench,  &command_print, &command_doc,     &command_join,
    &command_image, &command_plot,   &command_eval,  &command_fourier, &command_mel,
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void add_usage(Buf *out) {
    buf_puts(out, "Kanon " KN_VERSION ": sound as functions of time\n\n"
                  "kanon FILE.kn        plays it, as kanon play does\n");
    for (int i = 0; i < COMMANDS; i++)
        buf_printf(out, "kanon %-14s %s\n", commands[i]->name, commands[i]->summary);
    buf_puts(out, "\nkanon COMMAND --help tells more; -e 'EXPR' stands for FILE.kn everywhere;\n"
                  "kanon --version tells the version.\n");
}

static int print_usage(void) {
    Buf out = {0};
    add_usage(&out);
    int status = answer_print(&out, NULL);
    buf_free(&out);
    return status;
}

static int print_version(void) {
    Buf out = {0};
    buf_puts(&out, "kanon " KN_VERSION "\n");
    int status = answer_print(&out, NULL);
    buf_free(&out);
    return status;
}

static int run_command(const Command *command, int argc, char **argv) {
    Request request;
    int status = STATUS_USAGE;
    if (request_read(command, argc, argv, &request)) {
        if (request.help) {
            Buf out = {0};
            request_help(command, &out);
            status = answer_print(&out, NULL);
            buf_free(&out);
        } else {
            status = command->run(&request);
        }
    }
    request_free(&request);
    return status;
}

static const Command *find_command(const char *name) {
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
    return NULL;
}

static int unknown_command(const char *name) {
    const char *names[COMMANDS];
    for (int i = 0; i < COMMANDS; i++)
        names[i] = commands[i]->name;
    const char *near = nearest_name(name, names, COMMANDS);
    if (near)
        return command_fail(STATUS_USAGE, "there is no command '%s'; did you mean %s?", name, near);
    return command_fail(STATUS_USAGE, "there is no command '%s'; see kanon --help", name);
}

static bool is_program(const char *word) {
    size_t n = strlen(word);
    struct stat info;
    if (n > 3 && strcmp(word + n - 3, ".kn") == 0) return true;
    if (session_file_is_named(word)) return true;
    return stat(word, &info) == 0 && !S_ISDIR(info.st_mode);
}

static int dispatch(int argc, char **argv) {
    if (argc < 2) {
        Buf out = {0};
        add_usage(&out);
        fputs(out.data, stderr);
        buf_free(&out);
        return STATUS_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--version") == 0) return print_version();
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) return print_usage();
    if (strcmp(word, "help") == 0 && argc == 2) return print_usage();
    if (strcmp(word, "help") == 0) {
        const Command *about = find_command(argv[2]);
        if (!about) return unknown_command(argv[2]);
        return run_command(about, 1, (char *[]){"--help", NULL});
    }
    const Command *command = find_command(word);
    if (command) return run_command(command, argc - 2, argv + 2);
    if (is_program(word) || strncmp(word, "-e", 2) == 0)
        return run_command(&command_play, argc - 1, argv + 1);
    if (word[0] == '-')
        return command_fail(STATUS_USAGE, "kanon has no option %s; see kanon --help", word);
    return unknown_command(word);
}

/* A process may be started with standard handles closed; a file opened then would get their
 * number, and messages would end up in it. */
static void occupy_standard_handles(void) {
    for (int handle = 0; handle <= STDERR_FILENO; handle++)
        if (fcntl(handle, F_GETFD) == -1 && errno == EBADF)
            (void)!open("/dev/null", handle == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

typedef struct CommandLine {
    int argc;
    char **argv;
    int status;
} CommandLine;

static void run_line(void *line) {
    CommandLine *l = line;
    l->status = dispatch(l->argc, l->argv);
}

int main(int argc, char **argv) {
    CommandLine line = {argc, argv, STATUS_FILE};
    occupy_standard_handles();
    signal(SIGPIPE, SIG_IGN); /* a reader that is gone is an error of write, handled there */
    signal(SIGXFSZ, SIG_IGN); /* a file too large for the limit, likewise */
    cleanup_on_signals();
    if (!run_deep(run_line, &line)) command_fail(STATUS_FILE, "there is not enough memory");
    return line.status;
}
