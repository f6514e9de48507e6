/* Work that is shared is done once: a table from (key, arguments) to a value. And the record of
 * what a trial evaluation made of the signal on trial, so that it can be taken back. */
#include "evaluate/peval.h"

#include <string.h>
#include <stdlib.h>

struct Memo {
    MemoEntry **table;
    int size, n;
};

typedef enum { UNDO_ENTRY, UNDO_SLOT, UNDO_SIGNAL } UndoKind;

struct Undo {
    UndoKind kind;
    Memo *memo;
    void *what;
};

static void grow(Peval *p, Memo *memo) {
    int size = memo->size ? 2 * memo->size : 1024;
    MemoEntry **table = ARENA_ARRAY(p->session->arena, MemoEntry *, size);
    for (int i = 0; i < memo->size; i++)
        for (MemoEntry *e = memo->table[i], *next; e; e = next) {
            next = e->chain;
            e->chain = table[e->hash & (uint32_t)(size - 1)];
            table[e->hash & (uint32_t)(size - 1)] = e;
        }
    memo->table = table;
    memo->size = size;
}

static bool same(const MemoEntry *e, uint32_t hash, const void *key, const Value *args, int n) {
    if (e->hash != hash || e->key != key || e->n != n) return false;
    for (int i = 0; i < n; i++)
        if (!value_equal(e->args[i], args[i])) return false;
    return true;
}

static void undo_note_entry(Peval *p, Memo *memo, MemoEntry *entry);

MemoEntry *memo_find(Peval *p, Memo **owner, const void *key, const Value *args, int n,
                     bool *found) {
    if (!*owner) *owner = ARENA_NEW(p->session->arena, Memo);
    Memo *memo = *owner;
    if (memo->n >= memo->size) grow(p, memo);
    uint32_t hash = (uint32_t)(((uintptr_t)key >> 4) * 0x9e3779b1u);
    for (int i = 0; i < n; i++) {
        hash = (hash ^ value_hash(args[i])) * 0x85ebca6bu;
        hash ^= hash >> 15;
    }
    MemoEntry **bucket = &memo->table[hash & (uint32_t)(memo->size - 1)];
    *found = true;
    for (MemoEntry *e = *bucket; e; e = e->chain)
        if (same(e, hash, key, args, n)) return e;
    *found = false;
    MemoEntry *e = arena_alloc(p->session->arena, sizeof(MemoEntry) + sizeof(Value) * (size_t)n);
    e->key = key;
    e->hash = hash;
    e->n = n;
    if (n) memcpy(e->args, args, sizeof(Value) * (size_t)n);
    e->chain = *bucket;
    *bucket = e;
    memo->n++;
    undo_note_entry(p, memo, e);
    return e;
}

/* ---- pairs of nodes: an open table, at most half full -------------------------------------------- */

static uint64_t pair_of(NodeId a, NodeId b) {
    return (uint64_t)(uint32_t)a << 32 | (uint32_t)b;
}

static int pair_place(const PairMemo *memo, uint64_t pair) {
    uint64_t mask = (uint64_t)memo->size - 1, i = pair * 0x9e3779b97f4a7c15u >> 32 & mask;
    while (memo->pairs[i] && memo->pairs[i] != pair)
        i = (i + 1) & mask;
    return (int)i;
}

NodeId pair_find(const PairMemo *memo, NodeId a, NodeId b) {
    return memo->size ? memo->results[pair_place(memo, pair_of(a, b))] : 0;
}

static void pair_grow(Peval *p, PairMemo *memo) {
    PairMemo old = *memo;
    memo->size = old.size ? 2 * old.size : 512;
    memo->pairs = ARENA_ARRAY(p->session->arena, uint64_t, memo->size);
    memo->results = ARENA_ARRAY(p->session->arena, NodeId, memo->size);
    for (int i = 0; i < old.size; i++) {
        if (!old.pairs[i]) continue;
        int at = pair_place(memo, old.pairs[i]);
        memo->pairs[at] = old.pairs[i];
        memo->results[at] = old.results[i];
    }
}

void pair_add(Peval *p, PairMemo *memo, NodeId a, NodeId b, NodeId result) {
    if (2 * memo->n >= memo->size) pair_grow(p, memo);
    int at = pair_place(memo, pair_of(a, b));
    memo->n += !memo->pairs[at];
    memo->pairs[at] = pair_of(a, b);
    memo->results[at] = result;
}

/* ---- what is read of signals at work ------------------------------------------------------------ */

const Reads *reads_begin(Peval *p) {
    const Reads *outside = p->reads;
    p->reads = NULL;
    return outside;
}

const Reads *reads_end(Peval *p, const Reads *outside) {
    const Reads *own = p->reads;
    p->reads = outside;
    reads_note(p, own);
    return own;
}

/* The set with one more, the innermost first. Sets are shared and never changed. */
static const Reads *with_signal(Peval *p, const Reads *set, Signal *s) {
    if (set && set->signal == s) return set;
    Reads *more = ARENA_NEW(p->session->arena, Reads);
    if (!set || set->signal->depth < s->depth) {
        *more = (Reads){s, set};
        return more;
    }
    const Reads *rest = with_signal(p, set->outer, s);
    if (rest == set->outer) return set;
    *more = (Reads){set->signal, rest};
    return more;
}

void reads_note_signal(Peval *p, Signal *s) {
    if (s->state == SIGNAL_BUSY)
        p->reads = with_signal(p, p->reads, s);
    else
        reads_note(p, s->reads); /* done: what it is made of counts */
}

void reads_note(Peval *p, const Reads *set) {
    for (; set && set != p->reads; set = set->outer)
        reads_note_signal(p, set->signal);
}

void reads_note_busy(Peval *p) {
    for (Signal *s = p->busy; s; s = s->outer)
        reads_note_signal(p, s);
}

void reads_forget(Peval *p, const Signal *s) {
    if (p->reads && p->reads->signal == s) p->reads = p->reads->outer;
}

/* Of that signal at work, or of one within it? */
static bool reads_within(const Reads *set, const Signal *s) {
    for (; set; set = set->outer) {
        const Signal *read = set->signal;
        if (read->state == SIGNAL_NEW) return true;
        if (read->state == SIGNAL_BUSY ? read->depth >= s->depth : reads_within(read->reads, s))
            return true;
    }
    return false;
}

/* ---- taking back -------------------------------------------------------------------------------- */

/* An error is told anew when what tells it is done anew. */
bool undo_keeps(const Peval *p, const Reads *reads, Value result) {
    return !reads && !p->tentative && result.kind != V_ERROR && result.kind != V_DEFERRED;
}

static void note(Peval *p, UndoKind kind, Memo *memo, void *what) {
    if (p->trials == 0) return;
    struct Undo undo = {kind, memo, what};
    VEC_PUSH(p->undo, p->nundo, p->undo_cap, undo);
}

static void undo_note_entry(Peval *p, Memo *memo, MemoEntry *entry) {
    note(p, UNDO_ENTRY, memo, entry);
}

void undo_note_slot(Peval *p, Slot *slot) {
    if (!undo_keeps(p, slot->reads, slot->value)) note(p, UNDO_SLOT, NULL, slot);
}

void undo_note_signal(Peval *p, Signal *signal) {
    if (!undo_keeps(p, signal->reads, signal->value)) note(p, UNDO_SIGNAL, NULL, signal);
}

static void remove_entry(Memo *memo, MemoEntry *entry) {
    MemoEntry **at = &memo->table[entry->hash & (uint32_t)(memo->size - 1)];
    while (*at != entry)
        at = &(*at)->chain;
    *at = entry->chain;
    memo->n--;
}

/* What a trial of that signal made, and does not hang on it: it would come out the same again. */
static bool outlasts(const struct Undo *undo, const Signal *again) {
    const Reads *reads;
    Value value;
    switch (undo->kind) {
    case UNDO_ENTRY:
        reads = ((const MemoEntry *)undo->what)->reads;
        value = ((const MemoEntry *)undo->what)->result;
        break;
    case UNDO_SLOT:
        reads = ((const Slot *)undo->what)->reads;
        value = ((const Slot *)undo->what)->value;
        break;
    default:
        reads = ((const Signal *)undo->what)->reads;
        value = ((const Signal *)undo->what)->value;
        break;
    }
    return value.kind != V_ERROR && value.kind != V_DEFERRED && !reads_within(reads, again);
}

static void take_back(const struct Undo *undo) {
    if (undo->kind == UNDO_ENTRY && !((MemoEntry *)undo->what)->kept)
        remove_entry(undo->memo, undo->what);
    if (undo->kind == UNDO_SLOT) ((Slot *)undo->what)->state = SLOT_NEW;
    if (undo->kind != UNDO_SIGNAL) return;
    Signal *signal = undo->what;
    signal->state = SIGNAL_NEW;
    signal->shape_known = false;
    signal->shape_trials = 0;
}

void undo_to(Peval *p, int mark) {
    while (p->nundo > mark)
        take_back(&p->undo[--p->nundo]);
}

void undo_what_reads(Peval *p, int mark, const Signal *again) {
    int kept = mark;
    for (int i = mark; i < p->nundo; i++)
        if (outlasts(&p->undo[i], again))
            p->undo[kept++] = p->undo[i];
        else
            take_back(&p->undo[i]);
    p->nundo = kept;
}

/* ---- trials --------------------------------------------------------------------------------------- */

Trial trial_begin(Peval *p) {
    Trial trial = {.undo = p->nundo,
                   .diags = p->session->ndiags,
                   .tentative = p->tentative,
                   .stopped = p->stopped,
                   .time_called = p->time_called,
                   .phase_indexed = p->phase_indexed,
                   .withdrawn = p->withdrawn};
    p->tentative = true;
    p->time_called = p->phase_indexed = false;
    p->trials++;
    return trial;
}

bool trial_is_good(const Peval *p, const Trial *trial) {
    return p->session->ndiags == trial->diags && !p->stopped;
}

void trial_keep(Peval *p, const Trial *trial) {
    p->trials--;
    p->tentative = trial->tentative;
    p->time_called = trial->time_called;
    p->phase_indexed = p->phase_indexed || trial->phase_indexed;
}

void trial_take_back(Peval *p, const Trial *trial) {
    trial_keep(p, trial);
    undo_to(p, trial->undo);
    p->phase_indexed = trial->phase_indexed;
    p->session->ndiags = trial->diags;
    p->stopped = trial->stopped;
    p->withdrawn = trial->withdrawn;
}
