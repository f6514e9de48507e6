/* The terminal that a performance is watched and steered from.
 * In: standard input. Out: keys, standard error.
 *
 * How it was set is state of the process: a handler that ends it has to put it back. */
#include "play/terminal.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios before;
static volatile sig_atomic_t is_ours;

static bool is_able(void) {
    const char *kind = getenv("TERM");
    return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 && kind && *kind &&
           strcmp(kind, "dumb") != 0 && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

bool terminal_begin(void) {
    if (!is_able() || tcgetattr(STDIN_FILENO, &before) != 0) return false;
    struct termios ours = before;
    ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    ours.c_cc[VMIN] = 0;
    ours.c_cc[VTIME] = 0;
    is_ours = 1;
    if (tcsetattr(STDIN_FILENO, TCSADRAIN, &ours) == 0) return true;
    is_ours = 0;
    return false;
}

void terminal_end(void) {
    if (is_ours) tcsetattr(STDIN_FILENO, TCSANOW, &before);
    is_ours = 0;
}

static int next_byte(void) {
    unsigned char byte;
    return read(STDIN_FILENO, &byte, 1) == 1 ? byte : -1;
}

/* What arrows send: ESC [ or ESC O, perhaps numbers, a letter. All of it is there at once. */
static int escaped(void) {
    static const struct {
        char letter;
        int key;
    } keys[] = {{'A', KEY_UP}, {'B', KEY_DOWN}, {'C', KEY_RIGHT}, {'D', KEY_LEFT}, {'H', KEY_HOME}};
    int byte = next_byte();
    if (byte != '[' && byte != 'O') return KEY_NONE;
    while ((byte = next_byte()) >= 0 && (byte == ';' || (byte >= '0' && byte <= '9'))) {
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].letter == byte) return keys[i].key;
    return KEY_NONE;
}

int terminal_key(void) {
    const int byte = next_byte();
    return byte < 0 ? KEY_NONE : byte == 27 ? escaped() : byte;
}

void terminal_size(int *columns, int *rows) {
    struct winsize size;
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    *columns = known ? size.ws_col : 80;
    *rows = known && size.ws_row > 0 ? size.ws_row : 24;
}

void terminal_write(const Buf *text) {
    for (size_t at = 0; at < text->length;) {
        const ssize_t n = write(STDERR_FILENO, text->data + at, text->length - at);
        if (n <= 0) return;
        at += (size_t)n;
    }
}
