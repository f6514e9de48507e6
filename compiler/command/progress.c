/* How far, how fast, how long yet: one line on a terminal, nothing into a pipe.
 * In: frames done and to do. Out: text on standard error that is erased at the end. */
#include "command/command.h"

#include <unistd.h>

void progress_begin(Progress *p, double rate) {
    *p = (Progress){.shown = isatty(STDERR_FILENO) == 1, .rate = rate, .began = seconds_now()};
    p->last = p->began; /* what takes less than a tenth of a second shows nothing */
}

void progress_update(Progress *p, const char *what, int64_t done, int64_t total) {
    if (!p->shown) return;
    double now = seconds_now();
    if (now - p->last < 0.1) return;
    p->last = now;
    p->visible = true;
    double took = now - p->began;
    double left = done > 0 ? took * (double)(total - done) / (double)done : 0;
    fprintf(stderr, "\r%s %3.0f %%  %.3g times real time  %.0f s left\033[K", what,
            total > 0 ? 100.0 * (double)done / (double)total : 100.0, (double)done / p->rate / took,
            left);
    fflush(stderr);
}

void progress_end(Progress *p) {
    if (p->visible) fputs("\r\033[K", stderr);
    p->visible = false;
}
