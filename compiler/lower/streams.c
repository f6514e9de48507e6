/* Lets loops read inputs, and fill outputs, where the host has them. In: the calls of a function, of which loops are made, and
 * which copy inputs into buffers and buffers to outputs. Out: buffers that only loops read or fill are the input or output
 * itself (StripBuffer.lies), and their copies are gone.
 *
 * An output may be the memory of an input, any output of any input. So nothing is stored in one before all that is read of
 * inputs was read: a loop may read an input only before the first copy to an output, and fill an output only when no call
 * behind it reads an input. Within a loop, sample i is read before sample i is stored. */
#include "lower/lower.h"

#include <stdlib.h>
#include <string.h>

/* What calls do with a buffer. */
typedef struct StreamUse {
    int loop; /* the call of the only loop that mentions it, -1: there is none, -2: there are several */
    int last_loop; /* the last of those loops */
    int fill,
        fills; /* the call within a loop that fills it, counted in StripCode.inner; how many do */
    int first_read; /* the first that reads it, counted so; INT_MAX: none does */
    int copied;     /* the call that copies it from an input */
    bool others;    /* other calls need it too */
} StreamUse;

typedef struct Streams {
    KernelEmitter *k;
    StripCode *s;
    StreamUse *uses;
    bool *gone; /* calls: copies that are not needed */
    int *nlies; /* of each loop: how many streams it has */
    int last;   /* the last call that reads an input */
    int first;  /* the first that copies to an output */
    int found;
} Streams;

static const StripArgument *arguments(const Streams *t, const StripCall *call) {
    return &t->s->arguments[call->first];
}

static bool is_from_input(const Streams *t, const StripCall *call) {
    return call->id == CALL_MEMCPY && arguments(t, call)[1].kind == ARGUMENT_INPUT;
}

static bool is_to_output(const Streams *t, const StripCall *call) {
    return call->id == CALL_MEMCPY && arguments(t, call)->kind == ARGUMENT_OUTPUT &&
           arguments(t, call)[1].kind == ARGUMENT_BUFFER;
}

/* ---- what is done with buffers ----------------------------------------------------------------------- */

static void note_inner(Streams *t, int call, const StripLoop *loop) {
    for (int c = loop->first; c < loop->first + loop->ncalls; c++) {
        const StripCall *inner = &t->s->inner[c].call;
        const StripArgument *a = arguments(t, inner);
        for (int i = 0; i < inner->narguments; i++) {
            if (a[i].kind != ARGUMENT_BUFFER) continue;
            StreamUse *u = &t->uses[a[i].number];
            u->loop = u->loop == -1 || u->loop == call ? call : -2;
            u->last_loop = call;
            if (i == 0) {
                u->fill = c;
                u->fills++;
            } else if (c < u->first_read) {
                u->first_read = c;
            }
        }
    }
}

static void note_call(Streams *t, int at) {
    const StripCall *call = &t->s->calls[at];
    const StripArgument *a = arguments(t, call);
    if (call->id == CALL_LOOP) {
        note_inner(t, at, &t->s->loops[call->fused - 1]);
    } else if (is_from_input(t, call)) {
        StreamUse *u = &t->uses[a->number];
        u->others |= u->copied >= 0;
        u->copied = at;
    } else if (!is_to_output(t, call)) {
        for (int i = 0; i < call->narguments; i++)
            if (a[i].kind <= ARGUMENT_HIDDEN) t->uses[a[i].number].others = true;
        for (int i = 0; i < call->nnames; i++)
            t->uses[call->names[i].buffer].others = true;
    }
}

static void find_uses(Streams *t) {
    for (int i = 0; i < t->s->nbuffers; i++)
        t->uses[i] = (StreamUse){.loop = -1, .last_loop = -1, .first_read = INT_MAX, .copied = -1};
    for (int i = 0; i < t->s->ncalls; i++)
        note_call(t, i);
    for (int i = 0; i < t->s->ncalls;
         i++) { /* one that is copied to an output as it came from an input stays a copy */
        const StripCall *call = &t->s->calls[i];
        if (call->id == CALL_MEMCPY && arguments(t, call)->kind == ARGUMENT_OUTPUT && i < t->first)
            t->first = i;
        if (!is_to_output(t, call)) continue;
        StreamUse *u = &t->uses[arguments(t, call)[1].number];
        u->others |= u->copied >= 0;
    }
}

/* ---- inputs ------------------------------------------------------------------------------------------ */

static bool mentions(const Streams *t, const StripLoop *loop, int buffer) {
    for (int c = loop->first; c < loop->first + loop->ncalls; c++) {
        const StripCall *inner = &t->s->inner[c].call;
        for (int i = 0; i < inner->narguments; i++)
            if (arguments(t, inner)[i].kind == ARGUMENT_BUFFER &&
                arguments(t, inner)[i].number == buffer)
                return true;
    }
    return false;
}

static bool is_full(const Streams *t, int loop) {
    return t->nlies[loop] == MOST_STREAMS ||
           t->nlies[loop] + t->s->loops[loop].nwindows == VECTOR_WINDOWS;
}

/* Has every loop that reads the buffer room for one more address? In C there is always. */
static bool have_room(const Streams *t, int buffer) {
    const StreamUse *u = &t->uses[buffer];
    for (int i = 0; i <= u->last_loop && !t->k->standalone; i++)
        if (t->s->calls[i].id == CALL_LOOP && is_full(t, t->s->calls[i].fused - 1) &&
            mentions(t, &t->s->loops[t->s->calls[i].fused - 1], buffer))
            return false;
    return true;
}

static void add_to_loops(Streams *t, int buffer) {
    const StreamUse *u = &t->uses[buffer];
    for (int i = 0; i <= u->last_loop; i++)
        if (t->s->calls[i].id == CALL_LOOP &&
            mentions(t, &t->s->loops[t->s->calls[i].fused - 1], buffer))
            t->nlies[t->s->calls[i].fused - 1]++;
}

static void lie(Streams *t, int buffer, int kind, int stream, int copy) {
    t->s->buffers[buffer].lies = (uint8_t)kind;
    t->s->buffers[buffer].stream = stream;
    t->gone[copy] = true;
    t->found++;
    add_to_loops(t, buffer);
}

static void find_inputs(Streams *t) {
    for (int i = 0; i < t->s->ncalls; i++) {
        const StripCall *call = &t->s->calls[i];
        if (!is_from_input(t, call)) continue;
        const StripArgument *a = arguments(t, call);
        const StreamUse *u = &t->uses[a->number];
        if (u->others || u->fills > 0 || u->last_loop > t->first || !have_room(t, a->number))
            continue;
        lie(t, a->number, ARGUMENT_INPUT, a[1].number, i);
    }
}

/* ---- outputs ----------------------------------------------------------------------------------------- */

static void find_last(Streams *t) {
    t->last = -1;
    for (int i = 0; i < t->s->ncalls; i++) {
        const StripCall *call = &t->s->calls[i];
        if (!is_from_input(t, call)) continue;
        const int last = t->gone[i] ? t->uses[arguments(t, call)->number].last_loop : i;
        if (last > t->last) t->last = last;
    }
}

static void find_outputs(Streams *t) {
    find_last(t);
    for (int i = 0; i < t->s->ncalls; i++) {
        const StripCall *call = &t->s->calls[i];
        if (!is_to_output(t, call)) continue;
        const StripArgument *a = arguments(t, call);
        const StreamUse *u = &t->uses[a[1].number];
        if (t->s->buffers[a[1].number].lies || u->others || u->loop < 0 || u->fills != 1) continue;
        if (u->first_read < u->fill || u->loop < t->last || t->s->calls[u->loop].depth > 0 ||
            !have_room(t, a[1].number))
            continue;
        lie(t, a[1].number, ARGUMENT_OUTPUT, a->number, i);
    }
}

/* ---- what becomes of it ------------------------------------------------------------------------------ */

/* What goes to several outputs goes from the first to the others. */
static void copy_outputs(Streams *t) {
    for (int i = 0; i < t->s->ncalls; i++) {
        const StripCall *call = &t->s->calls[i];
        if (t->gone[i] || !is_to_output(t, call)) continue;
        StripArgument *from = &t->s->arguments[call->first + 1];
        const StripBuffer *b = &t->s->buffers[from->number];
        if (!b->lies) continue;
        from->kind = ARGUMENT_OUTPUT;
        from->number = b->stream;
    }
}

static void add_stream(StripLoop *loop, int buffer) {
    for (int i = 0; i < loop->nstreams; i++)
        if (loop->streams[i] == buffer) return;
    if (loop->nstreams < MOST_STREAMS) loop->streams[loop->nstreams++] = buffer;
}

/* The loop needs these no more as buffers of places. */
static void hide_nothing(Streams *t, StripCall *call) {
    for (int i = 0; i < call->narguments; i++) {
        StripArgument *a = &t->s->arguments[call->first + i];
        if (a->kind != ARGUMENT_HIDDEN || !t->s->buffers[a->number].lies) continue;
        *a = t->s->arguments[call->first + --call->narguments];
        i--;
    }
}

static int nhidden(const Streams *t, const StripCall *call) {
    int n = 0;
    for (int i = 0; i < call->narguments; i++)
        n += arguments(t, call)[i].kind == ARGUMENT_HIDDEN;
    return n;
}

/* The streams of a loop; and does a call of it read one after another was filled? */
static void note_streams(Streams *t, StripCall *call) {
    StripLoop *loop = &t->s->loops[call->fused - 1];
    int inputs = 0, filled = -1;
    for (int c = loop->first; c < loop->first + loop->ncalls; c++) {
        const StripCall *inner = &t->s->inner[c].call;
        for (int i = 0; i < inner->narguments; i++) {
            const StripArgument *a = &arguments(t, inner)[i];
            const int lies = a->kind == ARGUMENT_BUFFER ? t->s->buffers[a->number].lies : 0;
            if (!lies) continue;
            add_stream(loop, a->number);
            inputs += lies == ARGUMENT_INPUT;
            if (lies == ARGUMENT_OUTPUT && i == 0 && filled < 0) filled = c;
        }
    }
    loop->reads_first = inputs > 0 && filled >= 0 && filled < loop->first + loop->ncalls - 1;
    hide_nothing(t, call);
    loop->only_streams = loop->nstreams > 0 && loop->nwindows == 0 && nhidden(t, call) == 0;
}

static void finish(Streams *t) {
    int kept = 0;
    copy_outputs(t);
    for (int i = 0; i < t->s->ncalls; i++) {
        StripCall *call = &t->s->calls[i];
        if (t->gone[i]) continue;
        if (call->id == CALL_LOOP) note_streams(t, call);
        t->s->calls[kept++] = *call;
    }
    t->s->ncalls = kept;
}

/* ---- all --------------------------------------------------------------------------------------------- */

static void find(Streams *t, bool inputs) {
    t->found = 0;
    memset(t->gone, 0, (size_t)t->s->ncalls);
    memset(t->nlies, 0, (size_t)t->s->nloops * sizeof *t->nlies);
    for (int i = 0; i < t->s->nbuffers; i++)
        t->s->buffers[i].lies = 0;
    if (inputs) find_inputs(t);
    find_outputs(t);
}

/* Where inputs are read until the end outputs cannot be filled before: then copies of inputs may be fewer. */
void kernel_find_streams(KernelEmitter *k) {
    StripCode *s = &k->code;
    Streams t = {.k = k, .s = s, .first = INT_MAX};
    bool any = false;
    for (int i = 0; i < s->ncalls; i++)
        any |= s->calls[i].id == CALL_MEMCPY;
    if (!any || k->e->refill || !plan_may(k->p, STRATEGY_STREAM)) return;
    t.uses = alloc_room((size_t)s->nbuffers + 1, sizeof *t.uses);
    t.gone = alloc_zeroed((size_t)s->ncalls + 1, sizeof *t.gone);
    t.nlies = alloc_zeroed((size_t)s->nloops + 1, sizeof *t.nlies);
    find_uses(&t);
    find(&t, true);
    const int with = t.found;
    find(&t, false);
    if (with >= t.found) find(&t, true);
    finish(&t);
    free(t.uses);
    free(t.gone);
    free(t.nlies);
}
