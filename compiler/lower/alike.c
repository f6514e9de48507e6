/* Which calls are alike: the same but for numbers, places in the state and buffers. In: calls. Out: their shapes, equal where
 * they are alike; whether two are; and all that a call is given, which for a step is what each of its calls is given. */
#include "lower/lower.h"
#include "machine/loop_code.h"

#include <string.h>

/* ---- shapes ------------------------------------------------------------------------------------ */

static uint32_t mix(uint32_t hash, uint32_t with) {
    hash = (hash ^ with) * 0x9e3779b1u;
    return hash ^ hash >> 15;
}

static uint32_t mix_text(uint32_t hash, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x01000193u;
    return mix(hash, 0);
}

static uint32_t mix_call(uint32_t hash, const StripCode *s, const StripCall *call) {
    hash = mix(hash, (uint32_t)call->id);
    if (call->id == CALL_FUNCTION) hash = mix(hash, (uint32_t)call->function);
    for (int i = 0; i < call->narguments; i++)
        hash = mix(hash, s->arguments[call->first + i].kind);
    return hash;
}

static const StripLoop *step_of(const StripCode *s, const StripCall *call) {
    return call->id == CALL_STEP ? &s->loops[call->fused - 1] : NULL;
}

/* A piece of C is like no other call, but the ends of loops are alike; and a step that reads the row of a roll reads no other. */
uint32_t call_shape(const StripCode *s, const StripCall *call) {
    const StripLoop *step = step_of(s, call);
    if ((call->id == CALL_C && !call->loop) || (step && step->row == ROW_OF_ROLL))
        return mix(0x10001u, (uint32_t)(call - s->calls));
    uint32_t hash = mix_call(mix(0x811c9dc5u, (uint32_t)call->depth), s, call);
    if (call->id == CALL_C) hash = mix_text(hash, s->text.data + call->begin, call->length);
    for (int i = 0; step && i < step->ncalls; i++)
        hash = mix_call(hash, s, &s->inner[step->first + i].call);
    return hash;
}

/* ---- alike ------------------------------------------------------------------------------------- */

static bool arguments_alike(const StripCode *s, const StripArgument *a, const StripArgument *b) {
    if (a->kind != b->kind || a->negated != b->negated || a->absolute != b->absolute ||
        a->quarter != b->quarter)
        return false;
    if (a->kind >= ARGUMENT_COLUMN && a->kind <= ARGUMENT_OUTPUT)
        return a->number == b->number && a->of.word == b->of.word && a->and.step == b->and.step;
    if (a->kind <= ARGUMENT_HIDDEN) return s->buffers[a->number].type == s->buffers[b->number].type;
    return true;
}

static bool all_alike(const StripCode *s, const StripCall *a, const StripCall *b) {
    for (int i = 0; i < a->narguments; i++)
        if (!arguments_alike(s, &s->arguments[a->first + i], &s->arguments[b->first + i]))
            return false;
    return true;
}

/* The size of a ring is a part of the code. */
static bool same_ring(const StripCode *s, const StripCall *a, const StripCall *b) {
    const int size = strip_fills(a) + 1;
    return !loop_is_ring(a) ||
           s->arguments[a->first + size].of.integer == s->arguments[b->first + size].of.integer;
}

static bool inner_alike(const StripCode *s, const LoopCall *a, const LoopCall *b) {
    return a->stored == b->stored && a->call.id == b->call.id &&
           a->call.function == b->call.function && a->call.narguments == b->call.narguments &&
           all_alike(s, &a->call, &b->call) && same_ring(s, &a->call, &b->call);
}

static bool steps_alike(const StripCode *s, const StripLoop *a, const StripLoop *b) {
    if (a->ncalls != b->ncalls || a->nheld != b->nheld || a->row == ROW_OF_ROLL) return false;
    for (int i = 0; i < a->nheld; i++)
        if (s->buffers[a->held[i]].type != s->buffers[b->held[i]].type) return false;
    for (int i = 0; i < a->ncalls; i++)
        if (!inner_alike(s, &s->inner[a->first + i], &s->inner[b->first + i])) return false;
    return true;
}

bool calls_alike(const StripCode *s, const StripCall *a, const StripCall *b) {
    if (a->depth != b->depth || a->loop != b->loop || a->narguments != b->narguments ||
        a->counted != b->counted || a->span != b->span)
        return false;
    if (a->side || b->side) return false;
    if (a->id != b->id || a->settled != b->settled) return false;
    if (a->id == CALL_C) {
        if (!a->loop || a->length != b->length) return false;
        if (a->rounds != b->rounds || a->width != b->width) return false;
        if (memcmp(s->text.data + a->begin, s->text.data + b->begin, a->length) != 0) return false;
    }
    const StripLoop *step = step_of(s, a);
    return all_alike(s, a, b) && (!step || steps_alike(s, step, step_of(s, b)));
}

/* ---- what a call is given ---------------------------------------------------------------------- */

static void add_arguments(ArgumentList *list, const StripCall *call) {
    for (int i = 0; i < call->narguments; i++)
        VEC_PUSH(list->at, list->n, list->cap, call->first + i);
}

void call_arguments(const StripCode *s, const StripCall *call, ArgumentList *list) {
    const StripLoop *step = step_of(s, call);
    list->n = 0;
    add_arguments(list, call);
    for (int i = 0; step && i < step->ncalls; i++)
        add_arguments(list, &s->inner[step->first + i].call);
}
