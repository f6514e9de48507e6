/* Fuses elementwise calls that stand next to each other into one loop. In: the calls of a function, in which rounds are
 * loops already. Out: fewer calls, and the loops that the new ones call: they are printed, or assembled, once buffers
 * have their places.
 *
 * A cheap kernel takes about as long as its loads and stores. In a chain of cheap kernels most loads read what the kernel
 * before has stored. In one loop these values stay in registers, and only values that other calls need are stored. Each
 * operation gives the same bits as its kernel, but a product that one sum reads is added without being rounded.
 *
 * A call between them that is not elementwise moves before the loop where it can, else behind it. In memory, calls stay as
 * they are where machine/vector_code.c knows no code for the machine. */
#include "lower/lower.h"
#include "machine/loop_code.h"

#include <stdlib.h>
#include <string.h>

enum {
    FEWEST_FUSED = 2,
    /* of more operations than these more values would meet than there are registers */
    MOST_FUSED = 48,
    MOST_IN_C = 24,
    MOST_PASSED = 6 /* calls that move out of the way: their buffers live longer then */
};

/* ---- a loop ---------------------------------------------------------------------------------------- */

typedef struct CallUse {
    int all;     /* how many arguments of all calls are this buffer */
    bool stream; /* it is copied from an input or to an output */
    int loop;    /* number of the loop that the following fields are about */
    int within, fills;
    bool read_first, needed, behind, written_behind;
} CallUse;

typedef struct Fuser {
    KernelEmitter *k;
    StripCode *s;
    CallUse *uses;                 /* of each buffer */
    int loop;                      /* number of the loop at hand */
    int calls[MOST_FUSED], ncalls; /* of the loop at hand */
    bool effect, effect_behind;    /* see has_effect */
    int passed[MOST_PASSED], npassed;
    bool behind[MOST_PASSED]; /* it comes behind the loop; else before */
    StripArgument numbers[VECTOR_NUMBERS];
    int nnumbers;
    int *windows, nwindows, window_cap; /* buffers that the loop reads or writes in rings */
    StripCall *out;                     /* the new calls */
    int nout, out_cap;
    int *needed; /* buffers that the loop loads or stores */
    int nneeded, needed_cap;
    LoopWriter writer;
} Fuser;

static const StripArgument *arguments(const Fuser *f, int call) {
    return &f->s->arguments[f->s->calls[call].first];
}

static int noperands(const Fuser *f, int call) {
    return f->s->calls[call].narguments - 1;
}

static CallUse *use_of(const Fuser *f, int buffer) {
    CallUse *u = &f->uses[buffer];
    if (u->loop == f->loop) return u;
    *u = (CallUse){.all = u->all, .stream = u->stream, .loop = f->loop};
    return u;
}

/* Does another call need the value that the loop leaves in a buffer? Where the loop reads the buffer before it fills it, the
 * next round may need it, if there is a loop of rounds around. */
static bool needed_outside(const Fuser *f, int buffer) {
    const CallUse *u = use_of(f, buffer);
    return u->all > u->within || u->read_first || f->s->buffers[buffer].window;
}

static void need(Fuser *f, int buffer) {
    CallUse *u = use_of(f, buffer);
    if (u->needed || f->s->buffers[buffer].window) return;
    u->needed = true;
    VEC_PUSH(f->needed, f->nneeded, f->needed_cap, buffer);
}

/* ---- the loop ---------------------------------------------------------------------------------------- */

static void note_calls(Fuser *f, StripLoop *loop) {
    StripCode *s = f->s;
    loop->first = s->ninner;
    loop->ncalls = f->ncalls;
    for (int i = 0; i < f->ncalls; i++) {
        const LoopCall inner = {.call = s->calls[f->calls[i]]};
        VEC_PUSH(s->inner, s->ninner, s->inner_cap, inner);
    }
}

/* Finds the results that the loop stores, and the buffers that it loads and stores. */
static void find_stores(Fuser *f, const StripLoop *loop) {
    for (int i = 0; i < f->ncalls; i++) {
        const StripArgument *a = arguments(f, f->calls[i]);
        for (int j = 1; j < f->s->calls[f->calls[i]].narguments; j++)
            if (a[j].kind == ARGUMENT_BUFFER && use_of(f, a[j].number)->read_first)
                need(f, a[j].number);
        if (--use_of(f, a->number)->fills > 0 || !needed_outside(f, a->number)) continue;
        need(f, a->number);
        f->s->inner[loop->first + i].stored = true;
    }
}

const char *kernel_loop_name(KernelEmitter *k) {
    enum { LONGEST = 16 };
    char *name = kernel_own(k->data, LONGEST);
    snprintf(name, LONGEST, "fused%d", k->data->nfused++);
    return name;
}

/* Makes the loop, and the call that takes the place of its calls. Of its buffers only those that it needs from others or
 * others need from it are arguments; which it needs for itself its code will say. */
static StripCall make_loop(Fuser *f) {
    StripCode *s = f->s;
    KernelEmitter *k = f->k;
    StripLoop loop = {.name = kernel_loop_name(k),
                      .nwindows = f->nwindows,
                      .rings = f->nwindows,
                      .nnumbers = f->nnumbers};
    f->nneeded = 0;
    note_calls(f, &loop);
    find_stores(f, &loop);
    VEC_PUSH(s->loops, s->nloops, s->loop_cap, loop);
    strip_call(s, CALL_LOOP);
    s->calls[s->ncalls - 1].name = loop.name;
    s->calls[s->ncalls - 1].fused = s->nloops;
    strip_add(s, (StripArgument){.kind = ARGUMENT_WORK});
    for (int i = 0; i < f->nwindows; i++)
        strip_argument(s, ARGUMENT_WINDOW, f->windows[i]);
    for (int i = 0; i < f->nnumbers; i++) {
        int16_t column = f->numbers[i].column;
        strip_add(s, f->numbers[i]);
        s->arguments[s->narguments - 1].column = column;
    }
    for (int i = 0; i < f->nneeded; i++)
        strip_use(s, f->needed[i]);
    strip_add_count(s);
    return s->calls[--s->ncalls];
}

/* ---- which calls ------------------------------------------------------------------------------------- */

static bool has_effect(const Fuser *f, int call) {
    const StripArgument *a = arguments(f, call);
    for (int i = 0; i < f->s->calls[call].narguments; i++)
        if (a[i].kind == ARGUMENT_ADDRESS || a[i].kind == ARGUMENT_INPUT ||
            a[i].kind == ARGUMENT_OUTPUT ||
            (a[i].kind == ARGUMENT_BUFFER && f->s->buffers[a[i].number].written))
            return true;
    return strip_is_opaque(f->s->calls[call].id);
}

/* Buffer number i of those that a call mentions, first in its arguments, then in its names; -1: that is no buffer. */
static int mentioned(const Fuser *f, int call, int i, bool *written) {
    const StripCall *c = &f->s->calls[call];
    const StripArgument *a = &arguments(f, call)[i];
    *written = i < strip_writes(c->id);
    if (i >= c->narguments) return c->names[i - c->narguments].buffer;
    return a->kind <= ARGUMENT_HIDDEN ? a->number : -1;
}

static int nmentioned(const Fuser *f, int call) {
    return f->s->calls[call].narguments + f->s->calls[call].nnames;
}

/* Must the call stay behind the calls that move behind the loop, or (`loop`) behind the calls of the loop itself? It must
 * where one of two calls writes a buffer that the other mentions, and where both have effects that buffers do not show. */
static bool stays_behind(const Fuser *f, int call, bool loop) {
    if (((loop && f->effect) || f->effect_behind) && has_effect(f, call)) return true;
    for (int i = 0; i < nmentioned(f, call); i++) {
        bool written;
        int buffer = mentioned(f, call, i, &written);
        if (buffer < 0) continue;
        const CallUse *u = use_of(f, buffer);
        if (written ? u->behind : u->written_behind) return true;
        if (loop && (written ? u->within > 0 : u->fills > 0)) return true;
    }
    return false;
}

static void take(Fuser *f, int call) {
    const StripArgument *a = arguments(f, call);
    for (int i = 1; i < f->s->calls[call].narguments; i++) {
        if (a[i].kind > ARGUMENT_HIDDEN) continue;
        CallUse *u = use_of(f, a[i].number);
        if (u->within++ == 0) u->read_first = true;
    }
    CallUse *filled = use_of(f, a->number);
    filled->within++;
    filled->fills++;
    f->effect |= has_effect(f, call);
    f->calls[f->ncalls++] = call;
}

static void take_behind(Fuser *f, int call) {
    for (int i = 0; i < nmentioned(f, call); i++) {
        bool written;
        int buffer = mentioned(f, call, i, &written);
        if (buffer < 0) continue;
        CallUse *u = use_of(f, buffer);
        u->behind = true;
        u->written_behind |= written;
    }
    f->effect_behind |= has_effect(f, call);
}

/* Adds the numbers of a call to those that the call of the loop gives. False when they are too many. In C each number stands
 * where it is used. */
static bool takes_numbers(Fuser *f, int call) {
    int before = f->nnumbers;
    if (f->k->standalone) return true;
    for (int i = 1; i <= noperands(f, call); i++) {
        const StripArgument *a = &arguments(f, call)[i];
        int known = 0;
        if (a->kind == ARGUMENT_BUFFER || loop_is_known(a)) continue;
        while (known < f->nnumbers && !loop_same_number(&f->numbers[known], a))
            known++;
        if (known < f->nnumbers) continue;
        if (known == VECTOR_NUMBERS) {
            f->nnumbers = before;
            return false;
        }
        f->numbers[f->nnumbers++] = *a;
    }
    return true;
}

static bool is_window_of_loop(const Fuser *f, int buffer) {
    for (int i = 0; i < f->nwindows; i++)
        if (f->windows[i] == buffer) return true;
    return false;
}

static bool has_window(const Fuser *f, int call) {
    for (int i = 0; i <= noperands(f, call) && loop_knows(f->s->calls[call].id); i++) {
        const StripArgument *a = &arguments(f, call)[i];
        if (a->kind == ARGUMENT_BUFFER && f->s->buffers[a->number].window) return true;
    }
    return false;
}

/* The same of windows. */
static bool takes_windows(Fuser *f, int call) {
    const int before = f->nwindows;
    for (int i = 0; i <= noperands(f, call); i++) {
        const StripArgument *a = &arguments(f, call)[i];
        if (a->kind != ARGUMENT_BUFFER || !f->s->buffers[a->number].window) continue;
        if (is_window_of_loop(f, a->number)) continue;
        if (f->nwindows == VECTOR_WINDOWS && !f->k->standalone) {
            f->nwindows = before;
            return false;
        }
        VEC_PUSH(f->windows, f->nwindows, f->window_cap, a->number);
    }
    return true;
}

static bool joins(Fuser *f, int call) {
    const int most = f->k->standalone ? MOST_IN_C : MOST_FUSED;
    if (!loop_knows(f->s->calls[call].id) || f->ncalls == most) return false;
    return !stays_behind(f, call, false) && takes_numbers(f, call) && takes_windows(f, call);
}

static void pass(Fuser *f, int call) {
    bool behind = stays_behind(f, call, true);
    if (behind) take_behind(f, call);
    f->behind[f->npassed] = behind;
    f->passed[f->npassed++] = call;
}

/* Finds the calls of a loop from `begin` on, and those between that move. Returns where both end. */
static int find_loop(Fuser *f, int begin) {
    const StripCode *s = f->s;
    int end = begin, passed = 0;
    f->loop++;
    f->ncalls = f->npassed = f->nnumbers = f->nwindows = 0;
    f->effect = f->effect_behind = false;
    for (int i = begin; i < s->ncalls; i++) {
        if (s->calls[i].loop || s->calls[i].depth != s->calls[begin].depth) break;
        if (joins(f, i)) {
            take(f, i);
            passed = f->npassed;
            end = i + 1;
        } else if (f->ncalls == 0 || f->npassed == MOST_PASSED) {
            break;
        } else if (has_window(f, i) && !stays_behind(f, i, true)) {
            break; /* it can only be in a loop */
        } else {
            pass(f, i);
        }
    }
    f->npassed = passed;
    return end;
}

static void put(Fuser *f, StripCall call) {
    VEC_PUSH(f->out, f->nout, f->out_cap, call);
}

/* A ring was written in one piece: its mirror follows. */
static void put_mirror(Fuser *f, const StripBuffer *window, int depth) {
    StripCall call = {.id = window->type == OF_DOUBLE ? KERNEL_mirror_d : KERNEL_mirror_f,
                      .first = window->window - 1,
                      .narguments = WINDOW_ARGUMENTS,
                      .counted = true,
                      .depth = depth};
    put(f, call);
}

/* Puts calls [begin, end): first those that move before the loop, then the loop. Those that move behind it are looked at
 * again, for the next loop; returns where they begin. */
static int replace(Fuser *f, int begin, int end) {
    StripCode *s = f->s;
    StripCall kept[MOST_PASSED], loop = make_loop(f);
    int rest = end;
    loop.depth = s->calls[begin].depth;
    for (int i = 0; i < f->npassed; i++)
        kept[i] = s->calls[f->passed[i]];
    for (int i = 0; i < f->npassed; i++)
        if (!f->behind[i]) put(f, kept[i]);
    put(f, loop);
    for (int i = 0; i < f->nwindows; i++)
        if (s->buffers[f->windows[i]].written)
            put_mirror(f, &s->buffers[f->windows[i]], loop.depth);
    for (int i = f->npassed - 1; i >= 0; i--)
        if (f->behind[i]) s->calls[--rest] = kept[i];
    return rest;
}

static void count_uses(Fuser *f) {
    const StripCode *s = f->s;
    for (int i = 0; i < s->ncalls; i++) {
        const StripCall *c = &s->calls[i];
        for (int j = 0; j < c->narguments; j++) {
            if (s->arguments[c->first + j].kind > ARGUMENT_HIDDEN) continue;
            CallUse *u = &f->uses[s->arguments[c->first + j].number];
            u->all++;
            u->stream |= c->id == CALL_MEMCPY;
        }
        for (int j = 0; j < c->nnames; j++)
            f->uses[c->names[j].buffer].all++;
    }
}

/* Copies an argument of a call behind all others. */
static void copy_argument(StripCode *s, StripArgument a) {
    VEC_PUSH(s->arguments, s->narguments, s->argument_cap, a);
}

/* The windows of a loop: those in rings, which its call has, then streams. Gives the number of the former. */
static int find_windows(Fuser *f, const StripCall *call, StripLoop *loop) {
    const int nwindows = loop->nwindows;
    f->nwindows = 0;
    for (int i = 0; i < nwindows; i++)
        VEC_PUSH(f->windows, f->nwindows, f->window_cap,
                 f->s->arguments[call->first + 1 + i].number);
    for (int i = 0; i < loop->nstreams; i++)
        VEC_PUSH(f->windows, f->nwindows, f->window_cap, loop->streams[i]);
    loop->nwindows = f->nwindows;
    return nwindows;
}

/* A loop gets its machine code. Its call gives it what that asks for: addresses of streams, numbers, and as buffers that are
 * hidden those that it loads or stores, among them values that find no register. */
static void write_code(Fuser *f, StripCall *call) {
    StripCode *s = f->s;
    StripLoop *loop = &s->loops[call->fused - 1];
    const int from = call->first, n = call->narguments, first = s->narguments;
    const bool in_turn = loop->in_turn;
    const int nwindows = find_windows(f, call, loop);
    loop_write(&f->writer, loop, f->windows, in_turn ? NULL : &s->arguments[from + 1 + nwindows]);
    for (int i = 0; i <= nwindows; i++)
        copy_argument(s, s->arguments[from + i]);
    for (int i = 0; i < loop->nstreams; i++) {
        const StripBuffer *b = &s->buffers[loop->streams[i]];
        copy_argument(s, (StripArgument){.kind = b->lies, .column = -1, .number = b->stream});
    }
    for (int i = 1 + nwindows; i < n; i++)
        if (in_turn || s->arguments[from + i].kind != ARGUMENT_HIDDEN)
            copy_argument(s, s->arguments[from + i]);
    if (loop->row)
        copy_argument(s, (StripArgument){.kind = ARGUMENT_ROW, .column = -1, .number = loop->row});
    for (int i = 0; i < f->writer.nneeded; i++)
        copy_argument(s, (StripArgument){
                             .kind = ARGUMENT_HIDDEN, .column = -1, .number = f->writer.needed[i]});
    call->first = first;
    call->narguments = s->narguments - first;
}

static void write_all(Fuser *f) {
    StripCode *s = f->s;
    loop_writer_open(&f->writer, s, &f->k->loop_code);
    for (int i = 0; i < s->ncalls; i++)
        if (s->calls[i].fused) write_code(f, &s->calls[i]);
    loop_writer_close(&f->writer);
}

/* ---- loops that are taken apart ----------------------------------------------------------------------- */

/* The part of a loop that a call belongs to: calls that read what others of the loop fill, or fill what they mention. */
static int part_of(int *part, int call) {
    while (part[call] != call)
        call = part[call] = part[part[call]];
    return call;
}

static void find_parts(Fuser *f, const StripLoop *loop, int *part) {
    const StripCode *s = f->s;
    f->loop++;
    for (int i = 0; i < loop->ncalls; i++)
        part[i] = i;
    for (int i = 0; i < loop->ncalls; i++) /* the last call that fills a buffer, + 1 */
        use_of(f, s->arguments[s->inner[loop->first + i].call.first].number)->fills = i + 1;
    for (int i = 0; i < loop->ncalls; i++) {
        const StripCall *call = &s->inner[loop->first + i].call;
        for (int j = 0; j < call->narguments; j++) {
            const StripArgument *a = &s->arguments[call->first + j];
            const int fills = a->kind == ARGUMENT_BUFFER ? use_of(f, a->number)->fills : 0;
            if (fills > 0) part[part_of(part, i)] = part_of(part, fills - 1);
        }
    }
}

static bool mentions(const StripCode *s, const StripLoop *loop, const StripArgument *x) {
    for (int i = 0; i < loop->ncalls; i++) {
        const StripCall *call = &s->inner[loop->first + i].call;
        for (int j = 0; j < call->narguments; j++) {
            const StripArgument *a = &s->arguments[call->first + j];
            if (x->kind <= ARGUMENT_HIDDEN || x->kind == ARGUMENT_WINDOW
                    ? a->kind == ARGUMENT_BUFFER && a->number == x->number
                    : a->kind == x->kind && loop_same_number(a, x))
                return true;
        }
    }
    return false;
}

/* Puts a call of the calls of a loop that are one part. */
static void put_part(Fuser *f, const StripCall *whole, const int *part, int which) {
    StripCode *s = f->s;
    const StripLoop *of = &s->loops[whole->fused - 1];
    StripLoop loop = {.name = kernel_loop_name(f->k), .first = s->ninner};
    const int first = of->first, n = of->ncalls;
    for (int i = 0; i < n; i++)
        if (part[i] == which) {
            const LoopCall inner = s->inner[first + i];
            VEC_PUSH(s->inner, s->ninner, s->inner_cap, inner);
            loop.ncalls++;
        }
    StripCall call = *whole;
    call.name = loop.name;
    call.first = s->narguments;
    for (int i = 0; i < whole->narguments; i++) {
        const StripArgument a = s->arguments[whole->first + i];
        if (a.kind != ARGUMENT_WORK && !mentions(s, &loop, &a)) continue;
        loop.nwindows += a.kind == ARGUMENT_WINDOW;
        loop.nnumbers +=
            a.kind > ARGUMENT_HIDDEN && a.kind != ARGUMENT_WINDOW && a.kind != ARGUMENT_WORK;
        copy_argument(s, a);
    }
    loop.rings = loop.nwindows;
    call.narguments = s->narguments - call.first;
    VEC_PUSH(s->loops, s->nloops, s->loop_cap, loop);
    call.fused = s->nloops;
    put(f, call);
}

/* So that threads can share what only happened to be fused. Each product stays with its sum. */
static void take_apart(Fuser *f) {
    const StripCode *s = f->s;
    int *part = alloc_room(MOST_FUSED, sizeof *part);
    int within = -1; /* the depth of a loop that is no span */
    f->out = NULL;
    f->nout = f->out_cap = 0;
    for (int c = 0; c < s->ncalls; c++) {
        const StripCall call = s->calls[c];
        const StripLoop *loop = call.id == CALL_LOOP ? &s->loops[call.fused - 1] : NULL;
        if (call.loop > 0 && !call.span && within < 0) within = call.depth;
        if (call.loop < 0 && call.depth == within) within = -1;
        if (!loop || within >= 0 || loop->ncalls > MOST_FUSED) {
            put(f, call);
            continue;
        }
        find_parts(f, loop, part);
        const int n = loop->ncalls;
        for (int i = 0; i < n; i++)
            part[i] = part_of(part, i);
        for (int i = 0; i < n; i++) {
            int before = 0;
            while (part[before] != part[i])
                before++;
            if (before == i) put_part(f, &call, part, part[i]);
        }
    }
    free(part);
    free(s->calls);
    f->s->calls = f->out;
    f->s->ncalls = f->nout;
    f->s->call_cap = f->out_cap;
}

/* Is a value that the call reads an input, or one that it fills an output? */
static bool meets_stream(const Fuser *f, int call) {
    const StripArgument *a = arguments(f, call);
    if (!loop_knows(f->s->calls[call].id)) return false;
    for (int i = 0; i < f->s->calls[call].narguments; i++)
        if (a[i].kind == ARGUMENT_BUFFER && f->uses[a[i].number].stream) return true;
    return false;
}

void strip_fuse(KernelEmitter *k) {
    Fuser f = {.k = k, .s = &k->code};
    if (!k->data->loops && !k->standalone) return;
    f.uses = alloc_zeroed((size_t)k->code.nbuffers + 1, sizeof *f.uses);
    count_uses(&f);
    for (int i = 0; i < k->code.ncalls;) {
        int end = find_loop(&f, i);
        const bool alone =
            f.ncalls == 1 && (f.nwindows > 0 || k->standalone || meets_stream(&f, i));
        if (f.ncalls >= FEWEST_FUSED || alone)
            i = replace(&f, i, end);
        else
            put(&f, k->code.calls[i++]);
    }
    free(k->code.calls);
    k->code.calls = f.out;
    k->code.ncalls = f.nout;
    k->code.call_cap = f.out_cap;
    if (k->cut) take_apart(&f);
    kernel_find_streams(k);
    if (!k->standalone) write_all(&f);
    free(f.uses);
    free(f.windows);
    free(f.needed);
}

/* ---- text -------------------------------------------------------------------------------------------- */

typedef struct Places {
    const StripCode *s;
    int strip;
} Places;

static size_t place_of(const void *data, int buffer) {
    const Places *p = data;
    return (size_t)strip_place(p->s, buffer, p->strip);
}

static void print_hexadecimal(uint64_t word, Buf *out) {
    char digits[18];
    size_t at = sizeof digits;
    do
        digits[--at] = "0123456789abcdef"[word % 16];
    while ((word /= 16) > 0);
    digits[--at] = 'x';
    digits[--at] = '0';
    buf_add(out, digits + at, sizeof digits - at);
}

static void print_loop(const KernelEmitter *k, const StripLoop *loop, Buf *out) {
    enum { WORD = 8, LINE = 4 * WORD };
    const char *code = k->loop_code.code.data + loop->begin;
    const size_t length = loop->end - loop->begin;
    buf_printf(out, "void %s(const void *%s", loop->name,
               loop->in_turn ? ", const void *, int64_t" : "");
    if (loop->row) buf_puts(out, ", const void *");
    for (int i = 0; i < loop->nwindows; i++)
        buf_puts(out, ", const void *");
    for (int i = 0; i < loop->nnumbers; i++)
        buf_puts(out, ", double");
    buf_printf(out, ", int);\n__asm__(\".globl %s\\n%s:\"", loop->name, loop->name);
    for (size_t i = 0; i < length; i += WORD) {
        uint64_t word = 0;
        memcpy(&word, code + i, length - i < WORD ? length - i : WORD);
        buf_puts(out, i % LINE > 0 ? "," : "\n\"\\n.quad ");
        print_hexadecimal(word, out);
        if (i % LINE == LINE - WORD) buf_add(out, "\"", 1);
    }
    buf_puts(out, (length - 1) / WORD % 4 == 3 ? "\n\"\\n\");\n" : "\\n\");\n");
}

static void fill_in(KernelEmitter *k, int strip) {
    const Places places = {&k->code, strip};
    vector_fill_in(&k->loop_code, place_of, &places);
}

void strip_assemble_loops(KernelEmitter *k, int strip, StripMachine *machine) {
    fill_in(k, strip);
    machine->nloops = 0;
    for (int i = 0; i < k->code.nloops; i++)
        VEC_PUSH(machine->loops, machine->nloops, machine->loop_cap,
                 machine->code.length + k->code.loops[i].begin);
    if (k->code.nloops > 0)
        buf_add(&machine->code, k->loop_code.code.data, k->loop_code.code.length);
}

void strip_print_loops(KernelEmitter *k, int strip, Buf *out) {
    fill_in(k, strip);
    for (int i = 0; i < k->code.nloops; i++)
        if (k->code.loops[i].end > k->code.loops[i].begin) /* others are of rounds but the first */
            print_loop(k, &k->code.loops[i], out);
}

void strip_free_loops(KernelEmitter *k) {
    vector_free(&k->loop_code);
}
