/* What the user reads: messages on standard error, results on standard output, bits of JSON.
 * In: text. Out: exit statuses. */
#include "command/command.h"
#include "base/foreign_text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

bool failure(Failure *why, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    vsnprintf(why->text, sizeof why->text, fmt, args);
    va_end(args);
    why->status = STATUS_FILE;
    return false;
}

int command_fail_with(const Failure *why) {
    return command_fail(why->status, "%s", why->text);
}

/* One call of fputs for the whole line, so that lines of several processes do not mix. */
static void say(const char *kind, const char *fmt, va_list args) {
    Buf text = {0}, line = {0};
    buf_vprintf(&text, fmt, args);
    buf_puts(&line, kind);
    text_to_terminal(&line, text.data);
    buf_puts(&line, "\n");
    fputs(line.data, stderr);
    buf_free(&text);
    buf_free(&line);
}

int command_fail(int status, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    say("kanon: ", fmt, args);
    va_end(args);
    return status;
}

void command_say(const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    say("", fmt, args);
    va_end(args);
}

void command_warn(const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    say("kanon: warning: ", fmt, args);
    va_end(args);
}

int answer_print(const Buf *text, bool *gone) {
    if (gone) *gone = false;
    for (size_t done = 0; done < text->length;) {
        ssize_t n = write(STDOUT_FILENO, text->data + done, text->length - done);
        if (n >= 0) {
            done += (size_t)n;
        } else if (errno == EPIPE) {
            if (gone) *gone = true; /* `kanon doc | head`: that reader has seen enough */
            return STATUS_DONE;
        } else if (errno != EINTR) {
            return command_fail(STATUS_FILE, "cannot write to standard output: %s",
                                strerror(errno));
        }
    }
    return STATUS_DONE;
}

void json_number(Buf *out, double value) {
    if (isfinite(value))
        buf_printf(out, "%.17g", value);
    else
        buf_puts(out, "null");
}

double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
