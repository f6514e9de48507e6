/* Lets calls read and write rings where they lie, instead of copies. In: the calls of a function, in which rounds are loops
 * already. Out: the same without the calls that read a ring, where all that need what they read can do so in the ring
 * itself; what writes a ring is a copy to it, which joins the loop that computes what is written. Such buffers are
 * windows: in a ring with a mirror each strip lies in one piece.
 *
 * What is read so is settled: no call of the strip writes it, so it does not matter when it is read. In memory only what
 * becomes one of the loops of lower/loops.c takes a window: buffers of kernels are aligned. */
#include "lower/lower.h"
#include "machine/loop_code.h"

#include <stdlib.h>

enum { NOWHERE = -1, IN_MANY = -2, MOST_LOOPS = 8 /* spans and loops within each other */ };

typedef struct WindowFinder {
    KernelEmitter *k;
    StripCode *s;
    bool *bound; /* buffers that a call needs in a place of their own, or that several calls fill */
    int *
        read_in; /* of a buffer: the call that opens the loop in which it is read, NOWHERE: none is around */
} WindowFinder;

static StripArgument *arguments(const WindowFinder *f, const StripCall *call) {
    return &f->s->arguments[call->first];
}

static bool writes_ring(int id) {
    return id == KERNEL_write_f || id == KERNEL_write_d;
}

static bool reads_ring(int id) {
    return id == KERNEL_read_f || id == KERNEL_read_d;
}

enum { WRITTEN = 4, MIRRORED = 3 }; /* which argument of a call that writes a ring */

static bool tells_distances(const WindowFinder *f, const StripCall *call) {
    for (int i = 0; i < call->narguments; i++)
        if (arguments(f, call)[i].kind == ARGUMENT_DISTANCES) return true;
    return false;
}

/* Do the inputs of a kernel need no alignment? */
static bool reads_anywhere(int id) {
    return id == KERNEL_poles1_four || id == KERNEL_poles1_eight || id == KERNEL_poles2_four ||
           id == KERNEL_poles2_eight || id == KERNEL_pole_zero_four || id == KERNEL_pole_zero_eight;
}

/* May this argument of a call be a window? */
static bool takes_window(const WindowFinder *f, const StripCall *call, int argument) {
    if (call->id == CALL_MEMCPY) return argument == 1;
    if (writes_ring(call->id)) return argument == WRITTEN;
    if (loop_knows(call->id)) return argument > 0;
    return (f->k->standalone || reads_anywhere(call->id)) && call->id < KERNELS &&
           argument >= strip_writes(call->id) && !tells_distances(f, call);
}

/* Which buffers are needed where. */
static void find_bound(WindowFinder *f) {
    const StripCode *s = f->s;
    int open[MOST_LOOPS], depth = 0;
    bool *known = alloc_zeroed((size_t)s->nbuffers + 1, sizeof *known);
    for (int c = 0; c < s->ncalls; c++) {
        const StripCall *call = &s->calls[c];
        if (call->loop < 0) depth--;
        const int around = depth > 0 ? open[depth - 1] : NOWHERE;
        if (call->loop > 0) open[depth++] = c;
        for (int i = 0; i < call->narguments; i++) {
            const StripArgument *a = &arguments(f, call)[i];
            if (a->kind > ARGUMENT_HIDDEN) continue;
            const bool filled = i == 0 && reads_ring(call->id) && !known[a->number];
            if (!filled && (a->kind == ARGUMENT_HIDDEN || !takes_window(f, call, i)))
                f->bound[a->number] = true;
            if (known[a->number] && f->read_in[a->number] != around)
                f->read_in[a->number] = IN_MANY;
            else if (!known[a->number])
                f->read_in[a->number] = around;
            known[a->number] = true;
        }
        for (int i = 0; i < call->nnames; i++)
            f->bound[call->names[i].buffer] = true;
    }
    free(known);
}

/* Is it in a loop, and another place in each round? */
static bool differs_by_round(const StripArgument *ring) {
    return ring[0].column >= 0 || ring[1].column >= 0 || ring[2].column >= 0;
}

/* Makes the buffer that a call fills from a ring a window of it. */
static bool read_in_place(WindowFinder *f, const StripCall *call) {
    const StripArgument *a = arguments(f, call);
    if (!reads_ring(call->id) || !call->settled || f->bound[a->number]) return false;
    if (differs_by_round(a + 1) && f->read_in[a->number] == IN_MANY) return false;
    f->s->buffers[a->number].window = call->first + 2;
    return true;
}

/* Makes a call that writes a ring with a mirror a copy to a window. */
static void write_in_place(WindowFinder *f, StripCall *call) {
    StripCode *s = f->s;
    const StripArgument *a = arguments(f, call);
    if (!writes_ring(call->id) || a[MIRRORED].of.integer == 0) return;
    const bool wide = call->id == KERNEL_write_d;
    const int y = strip_buffer(s, wide ? OF_DOUBLE : OF_FLOAT), x = a[WRITTEN].number;
    s->buffers[y].window = call->first + 1;
    s->buffers[y].written = true;
    call->id = wide ? KERNEL_copy_d_v : KERNEL_copy_f_v;
    call->first = s->narguments;
    call->narguments = 2;
    const StripArgument to = {.kind = ARGUMENT_BUFFER, .column = -1, .number = y},
                        from = {.kind = ARGUMENT_BUFFER, .column = -1, .number = x};
    VEC_PUSH(s->arguments, s->narguments, s->argument_cap, to);
    VEC_PUSH(s->arguments, s->narguments, s->argument_cap, from);
}

/* Calls that are no part of a loop are told where their windows begin. */
static void tell_places(WindowFinder *f, const StripCall *call) {
    for (int i = 0; i < call->narguments && !loop_knows(call->id); i++) {
        StripArgument *a = &arguments(f, call)[i];
        if (a->kind == ARGUMENT_BUFFER && f->s->buffers[a->number].window)
            a->kind = ARGUMENT_WINDOW;
    }
}

void kernel_windows(KernelEmitter *k) {
    StripCode *s = &k->code;
    WindowFinder f = {.k = k, .s = s};
    int kept = 0;
    if ((!k->data->loops && !k->standalone) || !plan_may(k->p, STRATEGY_WINDOW)) return;
    f.bound = alloc_zeroed((size_t)s->nbuffers + 1, sizeof *f.bound);
    f.read_in = alloc_zeroed((size_t)s->nbuffers + 1, sizeof *f.read_in);
    find_bound(&f);
    for (int i = 0; i < s->ncalls; i++)
        if (!read_in_place(&f, &s->calls[i])) s->calls[kept++] = s->calls[i];
    s->ncalls = kept;
    for (int i = 0; i < s->ncalls; i++) {
        write_in_place(&f, &s->calls[i]);
        tell_places(&f, &s->calls[i]);
    }
    free(f.bound);
    free(f.read_in);
}
