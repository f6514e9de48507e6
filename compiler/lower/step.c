/* A step: nodes that feed back within a strip, or that only go on from sample to sample. In: the members of a component.
 * Out: one call (CALL_STEP) of a loop over the samples, which makes all its calls for one sample, then for the next.
 *
 * The calls of a step are elementwise kernels and functions of one sample (CALL_FUNCTION); their buffers stand for the value
 * at the sample at hand. State that is a number or two is held in variables while the loop runs. What is only for the step
 * has no place in memory. */
#include "lower/lower.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* That of a field of the op's row in graph/ops.def, by its letter. */
static int state(KernelEmitter *k, NodeId id, const char *letter) {
    const StateField *f = op_info[k->g->nodes[id].op].state;
    while (strcmp(f->letter, letter) != 0)
        f++;
    return kernel_hold(k, strcmp(f->type, "int") == 0 ? OF_BOOL : OF_DOUBLE,
                       kernel_field(k, letter, id));
}

/* The variable with what a line was so many samples ago. */
static int register_of(KernelEmitter *k, int number, int distance) {
    const BufferType type = kernel_line_type(k, number);
    const size_t size = type == OF_DOUBLE ? sizeof(double) : sizeof(float);
    return kernel_hold(k, type, kernel_field(k, "z", number) + size * (size_t)(distance - 1));
}

/* The node has the value that a variable has now. */
static void give(KernelEmitter *k, NodeId id, int held) {
    const int y = strip_buffer(&k->code, (BufferType)k->code.buffers[held].type);
    kernel_copy(k, y, held);
    kernel_finish(k, id, y);
}

/* ---- where a signal starts over ------------------------------------------------------------------------ */

/* The age of a node that starts over, in samples: a buffer; -1: it has none. */
static int age_of(KernelEmitter *k, const Node *n) {
    const NodeId age = node_age(n);
    return age ? kernel_buffer(k, age, OF_DOUBLE) : -1;
}

/* At its start a variable is 0. */
static void start(KernelEmitter *k, int age, int held) {
    if (age < 0) return;
    if (k->code.buffers[held].type == OF_BOOL)
        kernel_copy(k, held,
                    kernel_logic(k, "and", held,
                                 kernel_compare(k, "ne", kernel_value(age), kernel_constant(0))));
    else
        kernel_assign(k, held,
                      kernel_choose(k,
                                    kernel_compare(k, "eq", kernel_value(age), kernel_constant(0)),
                                    kernel_constant(0), kernel_value(held)));
}

/* ---- sums, phases ------------------------------------------------------------------------------------- */

static void accumulator(KernelEmitter *k, NodeId id, const Node *n) {
    const int a = state(k, id, "a");
    start(k, age_of(k, n), a);
    if (n->op == OP_PHASE) /* what is below 0 is taken as 0 */
        kernel_finish(k, id, kernel_pair(k, "max", kernel_constant(0), kernel_value(a)).buffer);
    else
        give(k, id, a);
}

/* What an accumulator adds comes at the end of the sample: its input may be computed after it. */
static void accumulate(KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    const int a = state(k, id, "a"), age = age_of(k, n);
    Operand sum = kernel_pair(k, "add", kernel_value(a),
                              kernel_pair(k, "mul", kernel_input(k, n, 0), kernel_sample_time(k)));
    if (n->op == OP_PHASE) /* kn_wrap */
        sum = kernel_pair(
            k, "sub", sum,
            kernel_one(k, "floor", kernel_pair(k, "add", sum, kernel_constant(0x1p-30))));
    if (age >= 0)
        sum = kernel_choose(k, kernel_compare(k, "le", kernel_constant(0), kernel_value(age)), sum,
                            kernel_value(a));
    kernel_assign(k, a, sum);
}

/* In a time of its own: f changes at the first sample of a block, and the phase goes on. */
static void phase_of_params(KernelEmitter *k, NodeId id, const Node *n) {
    const int f = state(k, id, "f"), o = state(k, id, "o");
    const Operand q = kernel_finite(k, kernel_input(k, n, 0)), t = kernel_input(k, n, 1);
    const Operand moved = kernel_pair(k, "mul", kernel_pair(k, "sub", kernel_value(f), q), t);
    const int turned = kernel_compare(k, "ne", kernel_value(f), q);
    kernel_assign(
        k, o,
        kernel_choose(k, turned,
                      kernel_one(k, "frac", kernel_pair(k, "add", kernel_value(o), moved)),
                      kernel_value(o)));
    kernel_assign(k, f, q);
    kernel_finish(k, id,
                  kernel_pair(k, "mod_line",
                              kernel_pair(k, "add", kernel_pair(k, "mul", q, t), kernel_value(o)),
                              kernel_constant(1))
                      .buffer);
}

/* The c of f * t + c: a new f meets the old one where it was. */
static void bend(KernelEmitter *k, NodeId id, const Node *n) {
    const int f = state(k, id, "f"), o = state(k, id, "o");
    const Operand q = kernel_finite(k, kernel_input(k, n, 0));
    const Operand moved =
        kernel_pair(k, "mul", kernel_pair(k, "sub", kernel_value(f), q), kernel_input(k, n, 1));
    const int turned = kernel_compare(k, "ne", kernel_value(f), q);
    kernel_assign(k, o,
                  kernel_pair(k, "add", kernel_value(o),
                              kernel_choose(k, turned, moved, kernel_constant(0))));
    kernel_assign(k, f, q);
    give(k, id, o);
}

/* When f * t + c came to a beat: see graph/interp.c. State: f and t of the sample before, its beat (m) and when that was reached
 * (a), the beat that the last new f found (h) and when (o). */
static void reached(KernelEmitter *k, NodeId id, const Node *n) {
    const int f = state(k, id, "f"), t = state(k, id, "t"), m = state(k, id, "m"),
              a = state(k, id, "a"), h = state(k, id, "h"), o = state(k, id, "o");
    const Operand beat = kernel_input(k, n, 0), c = kernel_input(k, n, 1),
                  now = kernel_input(k, n, 2), time = kernel_input(k, n, 3),
                  dt = kernel_sample_time(k),
                  half = kernel_pair(k, "mul", kernel_constant(0.5), dt);
    const int runs = kernel_compare(k, "ne", now, kernel_constant(0));
    const Operand ends = kernel_choose(
        k, runs, kernel_pair(k, "div", kernel_pair(k, "sub", beat, c), now), kernel_constant(0));
    const Operand u = kernel_pair(k, "min", ends, time);
    const Operand passed = kernel_pair(k, "sub", kernel_pair(k, "sub", time, kernel_value(t)), dt);
    const int jumped = kernel_compare(k, "lt", half, kernel_one(k, "abs", passed)),
              turned = kernel_compare(k, "ne", now, kernel_value(f));
    const Operand found =
        kernel_choose(k, kernel_compare(k, "eq", beat, kernel_value(m)), kernel_value(a),
                      kernel_pair(k, "max", u, kernel_pair(k, "sub", time, half)));
    const int stays = kernel_logic(k, "or", jumped, kernel_opposite(k, turned));
    kernel_assign(k, o, kernel_choose(k, stays, kernel_value(o), found));
    const Operand other = kernel_choose(k, turned, beat, kernel_value(h));
    kernel_assign(k, h, kernel_choose(k, jumped, kernel_constant(-1e9), other));
    const Operand y =
        kernel_choose(k, kernel_compare(k, "eq", beat, kernel_value(h)), kernel_value(o), u);
    kernel_assign(k, f, now);
    kernel_assign(k, t, time);
    kernel_assign(k, m, beat);
    kernel_assign(k, a, y);
    kernel_finish(k, id, y.buffer);
}

/* ---- what follows and counts ----------------------------------------------------------------------------- */

static void smooth(KernelEmitter *k, NodeId id, const Node *n) {
    const int a = state(k, id, "a"), g = state(k, id, "g");
    start(k, age_of(k, n), g);
    const Operand x = kernel_input(k, n, 0),
                  kept = kernel_pair(k, "mul", kernel_input(k, n, 1),
                                     kernel_pair(k, "sub", kernel_value(a), x));
    const Operand y = kernel_choose(k, g, kernel_pair(k, "add", x, kept), x);
    kernel_assign(k, a, y);
    kernel_assign(k, g, kernel_constant(1));
    kernel_finish(k, id, y.buffer);
}

/* State: the gate before (a), samples since the rise (m), whether there was one (g). */
static void since(KernelEmitter *k, NodeId id, const Node *n) {
    const int a = state(k, id, "a"), m = state(k, id, "m"), g = state(k, id, "g"),
              age = age_of(k, n);
    start(k, age, a);
    start(k, age, g);
    const Operand x = kernel_input(k, n, 0);
    const int was = kernel_compare(k, "lt", kernel_constant(0), kernel_value(a)),
              rises = kernel_logic(k, "and", kernel_compare(k, "lt", kernel_constant(0), x),
                                   kernel_opposite(k, was));
    kernel_assign(k, m,
                  kernel_choose(k, rises, kernel_constant(0),
                                kernel_pair(k, "add", kernel_value(m), kernel_constant(1))));
    kernel_copy(k, g, kernel_logic(k, "or", g, rises));
    kernel_assign(k, a, x);
    kernel_finish(k, id,
                  kernel_choose(k, g, kernel_pair(k, "mul", kernel_value(m), kernel_sample_time(k)),
                                kernel_constant(1e9))
                      .buffer);
}

/* State: the time before (a), the age (m), whether there was a sample before (g). */
static void age(KernelEmitter *k, NodeId id, const Node *n) {
    const int a = state(k, id, "a"), m = state(k, id, "m"), g = state(k, id, "g"),
              outer = age_of(k, n);
    start(k, outer, g);
    const Operand u = kernel_input(k, n, 0), dt = kernel_sample_time(k);
    const Operand passed = kernel_pair(k, "sub", kernel_pair(k, "sub", u, kernel_value(a)), dt);
    const int steady = kernel_compare(k, "lt", kernel_one(k, "abs", passed),
                                      kernel_pair(k, "mul", kernel_constant(1e-3), dt));
    int goes_on = kernel_logic(
        k, "and",
        kernel_logic(k, "and", g, kernel_compare(k, "le", kernel_constant(0), kernel_value(m))),
        steady);
    if (outer >= 0)
        goes_on = kernel_logic(k, "and", goes_on,
                               kernel_compare(k, "lt", kernel_constant(0), kernel_value(outer)));
    const Operand older = kernel_pair(k, "add", kernel_value(m), kernel_constant(1));
    kernel_assign(k, m,
                  kernel_choose(k, kernel_compare(k, "lt", u, kernel_constant(-1e-9)),
                                kernel_constant(-1),
                                kernel_choose(k, goes_on, older, kernel_constant(0))));
    if (outer >= 0)
        kernel_assign(
            k, m,
            kernel_choose(k, kernel_compare(k, "lt", kernel_value(outer), kernel_constant(0)),
                          kernel_constant(-1), kernel_value(m)));
    kernel_assign(k, g, kernel_constant(1));
    kernel_assign(k, a, u);
    give(k, id, m);
}

/* ---- windows ------------------------------------------------------------------------------------------- */

static void running(KernelEmitter *k, NodeId id, const Node *n) {
    const bool mean = n->op == OP_RUNNING_MEAN, least = n->op == OP_RUNNING_MIN;
    const int from = age_of(k, n);
    int size, window = emit_running_window(k->e, n, &size);
    Operand x = kernel_value(kernel_buffer(k, node_inputs(n)[0], OF_DOUBLE));
    if (from >= 0) {
        kernel_procedure(k, FUNCTION_kn_running_start);
        kernel_add_field(k, "q", id);
        kernel_add_field(k, "w", id);
        strip_add_integer(&k->code, mean ? emit_running_levels(window) : 0);
        strip_add_buffer(&k->code, from);
    }
    if (least) x = kernel_one(k, "neg", x);
    int y =
        kernel_function(k, mean ? FUNCTION_kn_running_mean : FUNCTION_kn_running_max, OF_DOUBLE);
    kernel_add_field(k, "q", id);
    kernel_add_field(k, "w", id);
    if (!mean) kernel_add_field(k, "h", id);
    if (!mean) strip_add_integer(&k->code, size);
    kernel_add_window(k, id, window);
    strip_add_buffer(&k->code, x.buffer);
    kernel_finish(k, id, least ? kernel_one(k, "neg", kernel_value(y)).buffer : y);
}

static void fir(KernelEmitter *k, NodeId id, const Node *n) {
    int size, count = emit_fir_window(k->e, n, &size);
    const int x = kernel_buffer(k, node_inputs(n)[0], OF_DOUBLE), from = age_of(k, n);
    if (from >= 0) {
        kernel_procedure(k, FUNCTION_kn_convolve_start);
        kernel_add_field(k, "w", id);
        kernel_add_field(k, "g", id);
        strip_add_integer(&k->code, size);
        strip_add_buffer(&k->code, from);
    }
    const int y = kernel_function(k, FUNCTION_kn_convolve, OF_DOUBLE);
    kernel_add_field(k, "w", id);
    kernel_add_field(k, "g", id);
    strip_add_integer(&k->code, size);
    kernel_add_table(k, n->aux - 1, true);
    strip_add_integer(&k->code, count);
    strip_add_buffer(&k->code, x);
    kernel_finish(k, id, y);
}

/* ---- the past ------------------------------------------------------------------------------------------- */

static int read_whole(KernelEmitter *k, int line, int64_t samples, int from) {
    const BufferType type = kernel_line_type(k, line);
    const int y =
        kernel_function(k, type == OF_DOUBLE ? FUNCTION_kn_line_at : FUNCTION_kn_line_atf, type);
    kernel_add_line(k, line, samples);
    if (from < 0) return y;
    const int there = kernel_compare(k, "le", kernel_constant((double)samples), kernel_value(from));
    return kernel_select(k, type, there, kernel_value(y), kernel_constant(0));
}

static int read_between(KernelEmitter *k, int line, Operand samples, int from) {
    const BufferType type = kernel_line_type(k, line);
    const bool wide = type == OF_DOUBLE;
    const int y =
        kernel_function(k,
                        from < 0 ? wide ? FUNCTION_kn_line_between : FUNCTION_kn_line_betweenf
                        : wide   ? FUNCTION_kn_line_since
                                 : FUNCTION_kn_line_sincef,
                        type);
    kernel_add_line(k, line, 0);
    kernel_add_operand(k, &samples);
    if (from >= 0) strip_add_buffer(&k->code, from);
    return y;
}

static void delay(KernelEmitter *k, NodeId id, const Node *n) {
    const int line = k->p->past[id];
    const double samples = k->p->distance[node_inputs(n)[1]], whole = rint(samples);
    if (k->p->lines[line].registers) {
        give(k, id, register_of(k, line, (int)whole));
        return;
    }
    const int from = age_of(k, n);
    int y;
    if (fabs(samples - whole) < 1e-6)
        y = read_whole(k, line, (int64_t)whole, from);
    else if (!isnan(samples))
        y = read_between(k, line, kernel_constant(samples), from);
    else if (!kernel_varies(k, node_inputs(n)[1]))
        y = read_between(k, line, (Operand){.buffer = -1, .number = kernel_distance(k, id)}, from);
    else
        y = read_between(k, line, kernel_delay_samples(k, n), from);
    kernel_finish(k, id, y);
}

/* Puts the value at hand into the line, where the step itself reads that. */
static void put(KernelEmitter *k, NodeId id) {
    const int number = k->p->line[id];
    if (number < 0 || !k->p->lines[number].in_step) return;
    const BufferType type = kernel_line_type(k, number);
    const int x = kernel_buffer(k, id, type);
    kernel_procedure(k, type == OF_DOUBLE ? FUNCTION_kn_line_put : FUNCTION_kn_line_putf);
    kernel_add_line(k, number, 0);
    strip_add_buffer(&k->code, x);
}

/* At the end of a sample the variables that hold a past go on. */
static void shift(KernelEmitter *k, NodeId id) {
    const int number = k->p->held[id];
    if (number < 0) return;
    const int x = kernel_buffer(k, id, kernel_line_type(k, number));
    for (int i = (int)k->p->lines[number].longest; i > 1; i--)
        kernel_copy(k, register_of(k, number, i), register_of(k, number, i - 1));
    kernel_copy(k, register_of(k, number, 1), x);
}

/* ---- choices ---------------------------------------------------------------------------------------------------- */

/* The last whose number the index is not below; NaN is below all. */
static void pick(KernelEmitter *k, NodeId id, const Node *n) {
    const NodeId *in = node_inputs(n);
    const BufferType type = kernel_type(k, id);
    const Operand x = kernel_value(kernel_buffer(k, in[0], OF_DOUBLE));
    Operand y = kernel_operand(k, in[1], type);
    for (int i = 2; i < n->nin; i++) {
        const int reached = kernel_compare(k, "le", kernel_constant(i - 1), x);
        y = kernel_value(kernel_select(k, type, reached, kernel_operand(k, in[i], type), y));
    }
    if (y.buffer < 0) y = kernel_value(kernel_buffer(k, in[1], type));
    kernel_finish(k, id, y.buffer);
}

/* ---- a node ---------------------------------------------------------------------------------------------------- */

void kernel_node_in_turn(KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    switch (n->op) {
    case OP_PHASE:
    case OP_INTEGRATE: accumulator(k, id, n); break;
    case OP_PHASE_PARAM: phase_of_params(k, id, n); break;
    case OP_BEND: bend(k, id, n); break;
    case OP_REACHED: reached(k, id, n); break;
    case OP_SMOOTH: smooth(k, id, n); break;
    case OP_SINCE: since(k, id, n); break;
    case OP_AGE: age(k, id, n); break;
    case OP_RUNNING_MAX:
    case OP_RUNNING_MIN:
    case OP_RUNNING_MEAN: running(k, id, n); break;
    case OP_FIR: fir(k, id, n); break;
    case OP_SHIFT:
    case OP_DELAY: delay(k, id, n); break;
    case OP_PICK: pick(k, id, n); break;
    default:
        if (!kernel_node(k, id))
            abort(); /* all other nodes are elementwise: a bug of whoever adds one */
    }
}

/* ---- the step ------------------------------------------------------------------------------------------------- */

/* A past that the step does not write is read for the whole strip before it. */
static bool is_read_before(const KernelEmitter *k, NodeId id) {
    const Node *n = &k->g->nodes[id];
    return (n->op == OP_DELAY || n->op == OP_SHIFT) && !plan_delay_in_step(k->p, id) &&
           !k->p->lines[k->p->past[id]].registers && !kernel_varies(k, node_inputs(n)[1]) &&
           !node_age(n);
}

/* What is computed before the loop: pasts, and values of time where nobody asked for them yet. */
static void prepare(KernelEmitter *k, const NodeId *members, int n) {
    for (int i = 0; i < n; i++)
        k->inside[members[i]] = 1;
    for (int i = 0; i < n; i++) {
        const Node *node = &k->g->nodes[members[i]];
        if (is_read_before(k, members[i]) && kernel_delay(k, members[i], node)) {
            k->inside[members[i]] = 0;
            continue;
        }
        for (int j = 0; j < node->nin; j++) {
            if (!kernel_counts_as_use(k, members[i], j)) continue;
            const NodeId to = plan_value(k->g, node_inputs(node)[j]);
            if (!k->inside[to] && kernel_varies(k, to) && k->buffer[to] < 0)
                kernel_make_source(k, to);
        }
    }
}

/* Takes out elementwise calls whose result no call of the step reads, and nothing needs outside. `needed` is counted from the
 * first buffer of the step. */
static void drop_unread(StripCode *s, int begin, int first, const uint8_t *needed) {
    uint8_t *read = alloc_zeroed((size_t)(s->nbuffers - first) + 1, 1);
    int kept = s->ncalls;
    for (int c = s->ncalls - 1; c >= begin; c--) {
        const StripArgument *a = &s->arguments[s->calls[c].first];
        const bool fills = strip_fills(&s->calls[c]);
        if (s->calls[c].id < KERNELS && !read[a->number - first] && !needed[a->number - first] &&
            !s->buffers[a->number].held)
            continue;
        for (int i = fills; i < s->calls[c].narguments; i++)
            if (a[i].kind == ARGUMENT_BUFFER && a[i].number >= first) read[a[i].number - first] = 1;
        s->calls[--kept] = s->calls[c];
    }
    memmove(&s->calls[begin], &s->calls[kept], (size_t)(s->ncalls - kept) * sizeof *s->calls);
    s->ncalls -= kept - begin;
    free(read);
}

/* ---- the call of a step ---------------------------------------------------------------------------------------- */

/* Buffers of strips that a step reads or fills, each once. */
typedef struct Strips {
    int *buffers, n, cap;
} Strips;

static int by_number(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

static Strips strips_of(const StripCode *s, const StripLoop *step, int first,
                        const uint8_t *needed) {
    Strips strips = {0};
    int n = 0;
    for (int c = step->first; c < step->first + step->ncalls; c++) {
        const StripCall *call = &s->inner[c].call;
        for (int i = 0; i < call->narguments; i++) {
            const StripArgument *a = &s->arguments[call->first + i];
            if (a->kind == ARGUMENT_BUFFER && (a->number < first || needed[a->number - first]))
                VEC_PUSH(strips.buffers, strips.n, strips.cap, a->number);
        }
    }
    if (strips.n > 0) qsort(strips.buffers, (size_t)strips.n, sizeof(int), by_number);
    for (int i = 0; i < strips.n; i++)
        if (n == 0 || strips.buffers[n - 1] != strips.buffers[i])
            strips.buffers[n++] = strips.buffers[i];
    strips.n = n;
    return strips;
}

static bool reads_roll(const StripCode *s, const StripLoop *step) {
    for (int i = step->first; i < step->first + step->ncalls; i++) {
        const StripCall *call = &s->inner[i].call;
        for (int j = 0; j < call->narguments; j++)
            if (s->arguments[call->first + j].kind == ARGUMENT_COLUMN) return true;
    }
    return false;
}

/* In memory the loop has machine code, the arguments of which are those of a piece of C, and the row that it reads. */
static void call_step(KernelEmitter *k, StripLoop loop, const Strips *strips) {
    StripCode *s = &k->code;
    loop.name = kernel_loop_name(k);
    loop.row = reads_roll(s, &loop) ? ROW_OF_ROLL : NO_ROW;
    VEC_PUSH(s->loops, s->nloops, s->loop_cap, loop);
    strip_call(s, CALL_STEP);
    s->calls[s->ncalls - 1].fused = s->nloops;
    s->calls[s->ncalls - 1].name = loop.name;
    strip_add(s, (StripArgument){.kind = ARGUMENT_WORK});
    strip_add(s, (StripArgument){.kind = ARGUMENT_STATE});
    strip_add_frame(s, 0);
    for (int i = 0; i < strips->n; i++)
        strip_use(s, strips->buffers[i]);
    strip_add_count(s);
}

/* For libtcc. */
static void step_in_c(KernelEmitter *k, const StripLoop *loop, const Strips *strips) {
    StripCode *s = &k->code;
    Buf text = {0};
    for (int i = loop->first; i < loop->first + loop->ncalls; i++)
        kernel_name_read(k, &s->inner[i].call);
    const int nvalues = strip_print_step(s, loop, &text);
    if (nvalues > s->nvalues) s->nvalues = nvalues;
    strip_text(s, text.data);
    s->calls[s->ncalls - 1].alone = !k->roll;
    for (int i = 0; i < strips->n; i++)
        strip_name_buffer(s, strips->buffers[i], strips->buffers[i]);
    buf_free(&text);
}

/* The calls from `begin` on become those of the loop. */
static void take_calls(KernelEmitter *k, StripLoop *loop, int begin, int first,
                       const uint8_t *needed) {
    StripCode *s = &k->code;
    for (int c = begin; c < s->ncalls; c++) {
        const StripCall *call = &s->calls[c];
        const int y = strip_fills(call) ? s->arguments[call->first].number : -1;
        const LoopCall inner = {.call = *call, .stored = y >= first && needed[y - first]};
        VEC_PUSH(s->inner, s->ninner, s->inner_cap, inner);
    }
    s->ncalls = begin;
    loop->held = kernel_own(k->data, (size_t)k->nheld * sizeof *loop->held + 1);
    if (k->nheld > 0) memcpy(loop->held, k->held, (size_t)k->nheld * sizeof *loop->held);
    loop->nheld = k->nheld;
}

void kernel_close_step(KernelEmitter *k, int begin, int first, const uint8_t *needed, bool once) {
    StripCode *s = &k->code;
    drop_unread(s, begin, first, needed);
    StripLoop loop = {
        .in_turn = true, .once = once, .first = s->ninner, .ncalls = s->ncalls - begin};
    if (loop.ncalls == 0) return;
    take_calls(k, &loop, begin, first, needed);
    Strips strips = once ? (Strips){0} : strips_of(s, &loop, first, needed);
    if (k->standalone || (k->data->loops && loop_can_step(s, &loop)))
        call_step(k, loop, &strips);
    else
        step_in_c(k, &loop, &strips);
    free(strips.buffers);
}

/* ---- the step -------------------------------------------------------------------------------------------------- */

/* Forgets what the step alone has: values in other types than that in which they are stored. */
static void forget(KernelEmitter *k, NodeId id, int first) {
    for (int t = 0; t < 3; t++)
        if (k->converted[t][id] >= first && k->converted[t][id] != k->buffer[id])
            k->converted[t][id] = -1;
}

static void forget_all(KernelEmitter *k, const NodeId *members, int n, int first) {
    for (int i = 0; i < n; i++) {
        const Node *node = &k->g->nodes[members[i]];
        forget(k, members[i], first);
        for (int j = 0; j < (node->op == OP_CELL ? 0 : node->nin); j++)
            forget(k, plan_value(k->g, node_inputs(node)[j]), first);
    }
}

/* Which buffers of the step others need, counted from its first. */
static uint8_t *find_needed(const KernelEmitter *k, const NodeId *members, int n, int first) {
    uint8_t *needed = alloc_zeroed((size_t)(k->code.nbuffers - first) + 1, 1);
    for (int i = 0; i < n; i++) {
        const int buffer = k->buffer[members[i]];
        if (buffer >= first && (k->crosses[members[i]] || k->roll)) needed[buffer - first] = 1;
    }
    return needed;
}

static void make_calls(KernelEmitter *k, const NodeId *members, int n) {
    k->in_turn = true;
    k->nheld = 0;
    for (int i = 0; i < n; i++) {
        if (!k->inside[members[i]] || k->g->nodes[members[i]].op == OP_CELL) continue;
        kernel_node_in_turn(k, members[i]);
        put(k, members[i]);
    }
    for (int i = 0; i < n; i++)
        if (op_info[k->g->nodes[members[i]].op].flags & OPF_AT_END) accumulate(k, members[i]);
    for (int i = 0; i < n; i++)
        shift(k, members[i]);
    k->in_turn = false;
}

void kernel_step(KernelEmitter *k, const NodeId *members, int n) {
    prepare(k, members, n);
    const int begin = k->code.ncalls, first = k->code.nbuffers;
    make_calls(k, members, n);
    uint8_t *needed = find_needed(k, members, n, first);
    kernel_close_step(k, begin, first, needed, false);
    forget_all(k, members, n, first);
    free(needed);
    for (int i = 0; i < n; i++)
        k->inside[members[i]] = 0;
}
