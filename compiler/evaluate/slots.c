/* Definitions and arguments are evaluated when first needed. In: slots of frames. Out: their values, or
 * a deferred value where a definition is needed while it is being evaluated. */
#include "evaluate/peval.h"

#include <stdlib.h>
#include <string.h>

static const char *slot_name(Peval *p, const Slot *slot) {
    if (slot->def && slot->def->name[0] != '$') return slot->def->name;
    return source_text(p->session, slot->def ? slot->def->span : slot->expr->span, 40);
}

static Value deferred(Slot *slot) {
    return (Value){.kind = V_DEFERRED, .slot = slot};
}

/* `a` needs `b` needs `a`: the named definitions from the one at work down to what needs it again. */
static const char *cycle_words(Peval *p, const Slot *again) {
    const Slot *chain[8];
    int n = 0;
    for (const Slot *slot = p->waiting; slot && slot != again; slot = slot->outer)
        if (slot->def && slot->def->name[0] != '$') {
            if (n == 8) memmove(chain, chain + 1, sizeof chain - sizeof *chain);
            chain[n == 8 ? 7 : n++] = slot;
        }
    Buf text = {0};
    buf_printf(&text, "`%s` needs ", slot_name(p, again));
    for (int i = n - 1; i >= 0; i--)
        buf_printf(&text, "`%s` needs ", chain[i]->def->name);
    buf_printf(&text, "`%s`", slot_name(p, again));
    const char *words = arena_strndup(p->session->arena, text.data, text.length);
    buf_free(&text);
    return words;
}

static void report_cycle(Peval *p, const Slot *slot, Span span) {
    const char *name = slot->def && slot->def->name[0] != '$' ? slot->def->name : NULL;
    Diag *d = peval_error(p, span, "a cycle without delay: %s",
                          slot->cycle ? slot->cycle : cycle_words(p, slot));
    if (name)
        peval_help(p, d, "what reads its own past is a signal: `%s(t) = … %s(t - d) …`", name,
                   name);
    else
        peval_help(p, d, "let it read its own past: `y(t) = x(t) + 0.5 * y(t - 0.3)`");
}

/* A definition within what its frame belongs to; an argument is what it was given as. */
static const Binding *bind_slot(Peval *p, const Slot *slot) {
    const Binding *outer = slot->frame ? slot->frame->binding : NULL;
    if (slot->def) return binding_within(p, outer, slot->def->name);
    return outer ? outer : p->binding;
}

static Value slot_evaluate(Peval *p, Slot *slot) {
    slot->state = SLOT_BUSY;
    slot->root = slot;
    if (slot->def && slot->module) resolve_definition(p->program, slot->module, slot->def);
    bool nameless = slot->def && slot->def->name[0] != '$' && slot->expr->kind == AST_LAMBDA &&
                    !slot->expr->lambda.name;
    if (nameless) slot->expr->lambda.name = slot->def->name; /* f = x => … is f */
    slot->outer = p->waiting;
    p->waiting = slot;
    const Reads *outside = reads_begin(p);
    const Binding *around = p->binding;
    p->binding = bind_slot(p, slot);
    Value v = eval(p, slot->expr, slot->frame);
    p->binding = around;
    slot->reads = reads_end(p, outside);
    p->waiting = slot->outer;
    if (v.kind == V_DEFERRED && v.slot->root && v.slot->root != slot) {
        slot->root = v.slot->root;
        slot->state = SLOT_NEW;
        return deferred(slot);
    }
    if (v.kind == V_DEFERRED) {
        report_cycle(p, slot, slot->def ? slot->def->span : slot->expr->span);
        v = value_error();
    }
    slot->value = v;
    slot->state = SLOT_DONE;
    undo_note_slot(p, slot);
    return v;
}

Value slot_value(Peval *p, Slot *slot, Span span) {
    if (slot->state == SLOT_BUSY) {
        reads_note_busy(p);
        if (!slot->cycle) slot->cycle = cycle_words(p, slot);
        return deferred(slot);
    }
    if (slot->state == SLOT_NEW) {
        if (!peval_spend(p, 1, span)) return value_error();
        return slot_evaluate(p, slot);
    }
    reads_note(p, slot->reads);
    if (slot->value.kind == V_DEFERRED) {
        Value v = slot_value(p, slot->value.slot, span);
        if (v.kind == V_DEFERRED) return v;
        if (slot->expr) return v; /* a trial may take back what it stands for */
        slot->value = v;
    }
    return slot->value;
}

Value force(Peval *p, Value v) {
    if (v.kind != V_DEFERRED) return v;
    Slot *slot = v.slot;
    Span span = slot->def ? slot->def->span : slot->expr->span;
    v = slot_value(p, slot, span);
    if (v.kind != V_DEFERRED) return v;
    Slot *root = v.slot->root ? v.slot->root : slot;
    report_cycle(p, root, root->def ? root->def->span : span);
    return value_error();
}

/* What waits for a definition at work: evaluated when that is done. */
Value defer(Peval *p, Ast *ast, Frame *frame, Value waiting) {
    Value key = {.kind = V_STRING, .text = (const char *)frame};
    bool found;
    MemoEntry *entry = memo_find(p, &p->deferrals, ast, &key, 1, &found);
    if (!found) {
        Slot *slot = ARENA_NEW(p->session->arena, Slot);
        slot->expr = ast;
        slot->frame = frame;
        entry->result = deferred(slot);
    }
    Slot *slot = entry->result.slot;
    slot->root = waiting.slot->root;
    return entry->result;
}
