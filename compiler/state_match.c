/* Taking over state from a running program. In: the state of two programs, by the paths of the bindings
 * it belongs to. Out: what is copied where, and what becomes of each.
 *
 * Of cells with one path, those whose meaning is the same to the last constant belong together first,
 * the rest in their order: an edit beside them does not mix them up. */
#include "state_match.h"

#include <stdlib.h>
#include <string.h>

/* ---- meanings ------------------------------------------------------------------------------------ */

static uint64_t mix(uint64_t a, uint64_t b) {
    a = (a ^ b) * UINT64_C(0x9e3779b97f4a7c15);
    return a ^ a >> 29;
}

/* A cell stands for itself by name: what it holds is made of it. */
static uint64_t meaning_of(const Graph *g, const Node *n, const uint64_t *of_inputs) {
    uint64_t h = mix(n->op, (uint64_t)n->nin), bits;
    memcpy(&bits, &n->value, sizeof bits);
    if (n->op == OP_CONST) return mix(h, bits);
    if (n->op == OP_CELL) {
        const char *name = g->cells[n->aux].name;
        for (; name && *name; name++)
            h = mix(h, (unsigned char)*name);
        return h;
    }
    if (n->op == OP_PARAM)
        for (const char *name = g->params[n->aux].name; *name; name++)
            h = mix(h, (unsigned char)*name);
    else
        h = mix(h, (uint64_t)n->aux);
    for (int i = 0; i < n->nin; i++)
        h = mix(h, of_inputs[node_inputs(n)[i]]);
    return h;
}

static uint64_t *find_meanings(const Graph *g) {
    int n;
    NodeId *order = graph_order(g, &n);
    uint64_t *meaning = alloc_zeroed((size_t)g->n, sizeof *meaning);
    for (int i = 0; i < n; i++)
        meaning[order[i]] = meaning_of(g, &g->nodes[order[i]], meaning);
    free(order);
    return meaning;
}

/* ---- maps ------------------------------------------------------------------------------------------ */

StateMap *state_map_create(const Graph *g, const Field *fields, int n) {
    Arena *arena = arena_create();
    StateMap *map = ARENA_NEW(arena, StateMap);
    map->arena = arena;
    uint64_t *meaning = find_meanings(g);
    for (int i = 0; i < n;) {
        StateCell cell = {.fields = &fields[i], .nfields = 1};
        NodeId node = fields[i].node;
        while (i + cell.nfields < n && fields[i + cell.nfields].node == node)
            cell.nfields++;
        i += cell.nfields;
        if (!node || cell.fields[0].pure) continue;
        char *path = binding_path(g->places[g->nodes[node].span].binding);
        cell.path = arena_strndup(arena, path, strlen(path));
        cell.meaning = meaning[node];
        free(path);
        VEC_PUSH(map->cells, map->n, map->cap, cell);
    }
    free(meaning);
    return map;
}

void state_map_free(StateMap *map) {
    if (!map) return;
    free(map->cells);
    arena_free(map->arena);
}

/* ---- which belong together --------------------------------------------------------------------------- */

/* "line12" and "line7" are rings, "a3" and "a5" accumulators: the letters of a name say what it is. */
static bool same_kind(const Field *a, const Field *b) {
    size_t i = 0;
    while (a->name[i] && (a->name[i] < '0' || a->name[i] > '9') && a->name[i] == b->name[i])
        i++;
    return a->name[i] >= '0' && a->name[i] <= '9' && b->name[i] >= '0' && b->name[i] <= '9';
}

static bool is_ring(const Field *f) {
    return strncmp(f->name, "line", 4) == 0;
}

/* The same type and shape; a ring may be longer or shorter. */
static bool same_shape(const StateCell *a, const StateCell *b) {
    if (a->nfields != b->nfields) return false;
    for (int i = 0; i < a->nfields; i++) {
        const Field *x = &a->fields[i], *y = &b->fields[i];
        if (!same_kind(x, y) || strcmp(x->type, y->type) != 0) return false;
        if (x->count != y->count && !(is_ring(x) && is_ring(y))) return false;
    }
    return true;
}

static void add_moves(StateMatch *m, const StateCell *from, const StateCell *to) {
    for (int i = 0; i < from->nfields; i++) {
        const Field *x = &from->fields[i], *y = &to->fields[i];
        StateMove move = {.from = x->offset, .to = y->offset, .bytes = y->size};
        if (x->count != y->count) {
            move.from_size = x->count;
            move.to_size = y->count;
            move.item = (int)(y->size / (size_t)y->count);
        }
        VEC_PUSH(m->moves, m->nmoves, m->move_cap, move);
    }
}

/* Cells sorted by path, in their own order within one. */
typedef struct Entry {
    const StateCell *cell;
    int order;
    bool taken;
} Entry;

static int compare(const void *a, const void *b) {
    const Entry *x = a, *y = b;
    int by_path = strcmp(x->cell->path, y->cell->path);
    return by_path ? by_path : x->order - y->order;
}

static Entry *sorted(const StateMap *map) {
    Entry *entries = alloc_zeroed((size_t)map->n + 1, sizeof *entries);
    for (int i = 0; i < map->n; i++)
        entries[i] = (Entry){&map->cells[i], i, false};
    qsort(entries, (size_t)map->n, sizeof *entries, compare);
    return entries;
}

typedef struct Matcher {
    StateMatch *match;
    Entry *from, *to;
    int nfrom, nto;
    StateFate *fates; /* by number of the new cell */
} Matcher;

/* Pairs entries [f, f_end) of the old program with [t, t_end) of the new one, all of one path. */
static void pair(Matcher *m, int f, int f_end, int t, int t_end, bool exactly) {
    int next = f;
    for (int i = t; i < t_end; i++) {
        if (m->to[i].taken) continue;
        for (int j = exactly ? f : next; j < f_end; j++) {
            const StateCell *a = m->from[j].cell, *b = m->to[i].cell;
            if (m->from[j].taken || !same_shape(a, b)) continue;
            if (exactly && a->meaning != b->meaning) continue;
            m->from[j].taken = m->to[i].taken = true;
            m->fates[m->to[i].order] = exactly ? STATE_GOES_ON : STATE_EDITED;
            add_moves(m->match, a, b);
            next = j + 1;
            break;
        }
        if (!m->to[i].taken && !exactly && f_end > f) m->fates[m->to[i].order] = STATE_CHANGED;
    }
}

static int end_of_path(const Entry *entries, int from, int n) {
    int end = from;
    while (end < n && strcmp(entries[end].cell->path, entries[from].cell->path) == 0)
        end++;
    return end;
}

static void pair_paths(Matcher *m) {
    for (int f = 0, t = 0; f < m->nfrom && t < m->nto;) {
        int order = strcmp(m->from[f].cell->path, m->to[t].cell->path);
        int f_end = end_of_path(m->from, f, m->nfrom), t_end = end_of_path(m->to, t, m->nto);
        if (order == 0) {
            pair(m, f, f_end, t, t_end, true);
            pair(m, f, f_end, t, t_end, false);
        }
        if (order <= 0) f = f_end;
        if (order >= 0) t = t_end;
    }
}

/* ---- the report ---------------------------------------------------------------------------------------- */

/* One line a path; the greatest fate of its cells speaks for all. */
static void report(StateMatch *m, const char *path, StateFate fate) {
    StateReport *last = m->nreports > 0 ? &m->reports[m->nreports - 1] : NULL;
    if (last && strcmp(last->path, path) == 0) {
        if (fate > last->fate) last->fate = fate;
        return;
    }
    StateReport r = {arena_strndup(m->arena, path, strlen(path)), fate};
    VEC_PUSH(m->reports, m->nreports, m->report_cap, r);
}

static bool has_path(const Entry *entries, int n, const char *path) {
    int low = 0, high = n;
    while (low < high) {
        int middle = (low + high) / 2;
        if (strcmp(entries[middle].cell->path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && strcmp(entries[low].cell->path, path) == 0;
}

static void make_report(Matcher *m) {
    for (int i = 0; i < m->nto; i++)
        report(m->match, m->to[i].cell->path, m->fates[m->to[i].order]);
    for (int i = 0; i < m->nfrom; i = end_of_path(m->from, i, m->nfrom))
        if (!has_path(m->to, m->nto, m->from[i].cell->path))
            report(m->match, m->from[i].cell->path, STATE_ENDS);
}

StateMatch *state_match(const StateMap *from, const StateMap *to) {
    Arena *arena = arena_create();
    StateMatch *match = ARENA_NEW(arena, StateMatch);
    match->arena = arena;
    Matcher m = {.match = match, .nfrom = from->n, .nto = to->n};
    m.from = sorted(from);
    m.to = sorted(to);
    m.fates = alloc_zeroed((size_t)to->n + 1, sizeof *m.fates);
    for (int i = 0; i < to->n; i++)
        m.fates[i] = STATE_STARTS;
    pair_paths(&m);
    make_report(&m);
    free(m.from);
    free(m.to);
    free(m.fates);
    return match;
}

void state_match_free(StateMatch *match) {
    if (!match) return;
    free(match->moves);
    free(match->reports);
    arena_free(match->arena);
}

/* ---- moving --------------------------------------------------------------------------------------------- */

/* Rings are indexed by the number of the sample, which goes on: what fits is put where it belongs. */
static void move_ring(const StateMove *move, const char *from, char *to, int64_t frame) {
    int samples = move->from_size < move->to_size ? move->from_size : move->to_size;
    size_t item = (size_t)move->item;
    for (int64_t at = frame - samples; at < frame;) {
        size_t source = (size_t)((uint64_t)at & (uint64_t)(move->from_size - 1)),
               target = (size_t)((uint64_t)at & (uint64_t)(move->to_size - 1));
        size_t run = (size_t)(frame - at);
        if (run > (size_t)move->from_size - source) run = (size_t)move->from_size - source;
        if (run > (size_t)move->to_size - target) run = (size_t)move->to_size - target;
        memcpy(to + target * item, from + source * item, run * item);
        at += (int64_t)run;
    }
}

void state_move(const StateMatch *match, const void *from, void *to, int64_t frame) {
    for (int i = 0; i < match->nmoves; i++) {
        const StateMove *move = &match->moves[i];
        const char *source = (const char *)from + move->from;
        char *target = (char *)to + move->to;
        if (move->from_size)
            move_ring(move, source, target, frame);
        else
            memcpy(target, source, move->bytes);
    }
}
