/* Taking over state from a running program. In: the state of two programs, by the paths of the bindings
 * it belongs to. Out: what is copied where, and what becomes of each.
 *
 * Of cells with one path, those whose meaning is the same to the last constant belong together first,
 * the rest in their order: an edit beside them does not mix them up. What is left over belongs together
 * by meaning alone: definitions may be renamed, and what two definitions share is known by the path of
 * the one that is evaluated first. */
#include "engine/state_match.h"

#include <stdlib.h>
#include <string.h>

/* ---- meanings ------------------------------------------------------------------------------------ */

static uint64_t mix(uint64_t a, uint64_t b) {
    a = (a ^ b) * UINT64_C(0x9e3779b97f4a7c15);
    return a ^ a >> 29;
}

static uint64_t mix_text(uint64_t h, const char *text) {
    for (; text && *text; text++)
        h = mix(h, (unsigned char)*text);
    return h;
}

static uint64_t mix_numbers(uint64_t h, const double *numbers, int n) {
    for (int i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &numbers[i], sizeof bits);
        h = mix(h, bits);
    }
    return h;
}

/* With its range: nobody may have turned it yet. */
static uint64_t mix_param(uint64_t h, const ParamInfo *p) {
    return mix_numbers(mix_text(h, p->name), (double[]){p->initial, p->min, p->max}, 3);
}

static uint64_t mix_table(const Table *t) {
    return mix_numbers((uint64_t)t->n, t->data, t->n);
}

/* A sound file is what is heard of it, wherever it lies. */
static uint64_t mix_sample(const Sample *s) {
    uint64_t h = mix(mix_numbers(0, &s->rate, 1), (uint64_t)s->channels);
    if (!s->data) return mix(h, s->identity);
    for (int64_t i = 0; i < s->frames * s->channels; i++) {
        uint32_t bits;
        memcpy(&bits, &s->data[i], sizeof bits);
        h = mix(h, bits);
    }
    return h;
}

/* Of all tables and sound files, each once: many nodes read the same. */
typedef struct Contents {
    uint64_t *of_tables, *of_samples;
} Contents;

static Contents find_contents(const Graph *g) {
    Contents contents = {alloc_zeroed((size_t)g->ntables + 1, sizeof(uint64_t)),
                         alloc_zeroed((size_t)g->nsamples + 1, sizeof(uint64_t))};
    for (int i = 0; i < g->ntables; i++)
        contents.of_tables[i] = mix_table(&g->tables[i]);
    for (int i = 0; i < g->nsamples; i++)
        contents.of_samples[i] = mix_sample(&g->samples[i]);
    return contents;
}

/* What a cell holds is made of the cell: it stands for itself, under whatever name. */
static uint64_t meaning_of(const Graph *g, const Node *n, const uint64_t *of_inputs,
                           const Contents *contents) {
    uint64_t h = mix(n->op, (uint64_t)n->nin);
    switch (n->op) {
    case OP_CONST: return mix_numbers(h, &n->value, 1);
    case OP_CELL: return h;
    case OP_PARAM: return mix_param(h, &g->params[n->aux]);
    case OP_TABLE:
    case OP_FIR: h = mix(h, contents->of_tables[node_table(g, n) - g->tables]); break;
    case OP_SAMPLE:
    case OP_SAMPLE_LINEAR:
    case OP_SAMPLE_SINC: h = mix(h, contents->of_samples[node_sample(g, n) - g->samples]); break;
    default: h = mix(h, (uint64_t)n->aux);
    }
    const NodeId *in = node_inputs(n);
    if (op_info[n->op].flags & OPF_COMMUTES) /* in the order in which they were made */
        return mix(h, of_inputs[in[0]] + of_inputs[in[1]]);
    for (int i = 0; i < n->nin; i++)
        h = mix(h, of_inputs[in[i]]);
    return h;
}

static uint64_t *find_meanings(const Graph *g) {
    int n;
    NodeId *order = graph_order(g, &n);
    uint64_t *meaning = alloc_zeroed((size_t)g->n, sizeof *meaning);
    Contents contents = find_contents(g);
    for (int i = 0; i < n; i++)
        meaning[order[i]] = meaning_of(g, &g->nodes[order[i]], meaning, &contents);
    free(order);
    free(contents.of_tables);
    free(contents.of_samples);
    return meaning;
}

/* ---- maps ------------------------------------------------------------------------------------------ */

static bool is_ring(const Field *f) {
    return f->ring > 0;
}

static bool is_register(const Field *f) {
    return f->name[0] == 'z';
}

/* Of one node, and both of its past or both of its own. */
static bool belong_together(const Field *a, const Field *b) {
    return a->node == b->node && !a->alone && !b->alone && a->derived == b->derived &&
           is_register(a) == is_register(b);
}

/* How many fields from the first belong to one thing. */
static int cell_length(const Field *fields, int n) {
    int length = 1;
    while (length < n && !is_ring(fields) && belong_together(fields, &fields[length]))
        length++;
    return length;
}

/* Step and start, or frequency and start where it has a time of its own; frequency and bend. */
static int add_phase(StateMap *map, const Graph *g, const StateCell *cell) {
    int op = g->nodes[cell->fields->node].op;
    if ((op != OP_PHASE_PARAM && op != OP_BEND) || cell->nfields != 2) return -1;
    VEC_PUSH(map->phases, map->nphases, map->phase_cap, cell->fields[0].offset);
    return map->nphases - 1;
}

StateMap *state_map_create(const Graph *g, const Field *fields, int n) {
    Arena *arena = arena_create();
    StateMap *map = ARENA_NEW(arena, StateMap);
    map->arena = arena;
    uint64_t *meaning = find_meanings(g);
    for (int i = 0; i < n;) {
        StateCell cell = {.fields = &fields[i], .nfields = cell_length(&fields[i], n - i)};
        NodeId node = fields[i].node;
        i += cell.nfields;
        if (!node) continue;
        cell.phase = add_phase(map, g, &cell);
        char *path = binding_path(g->places[g->nodes[node].span].binding);
        cell.path = arena_strndup(arena, path, strlen(path));
        cell.meaning = meaning[node];
        free(path);
        VEC_PUSH(map->cells, map->n, map->cap, cell);
    }
    free(meaning);
    return map;
}

/* ---- which belong together --------------------------------------------------------------------------- */

/* "line12" and "line7" are rings, "a3" and "a5" accumulators: the letters of a name say what it is. */
static bool same_kind(const Field *a, const Field *b) {
    size_t i = 0;
    while (a->name[i] && (a->name[i] < '0' || a->name[i] > '9') && a->name[i] == b->name[i])
        i++;
    return a->name[i] >= '0' && a->name[i] <= '9' && b->name[i] >= '0' && b->name[i] <= '9';
}

static bool is_derived(const StateCell *cell) {
    return cell->fields[0].derived;
}

/* The same type and shape; a ring may be longer or shorter. */
static bool same_shape(const StateCell *a, const StateCell *b) {
    if (a->nfields != b->nfields || is_derived(a) != is_derived(b)) return false;
    for (int i = 0; i < a->nfields; i++) {
        const Field *x = &a->fields[i], *y = &b->fields[i];
        if (!same_kind(x, y) || strcmp(x->type, y->type) != 0) return false;
        if (x->count != y->count && !(is_ring(x) && is_ring(y))) return false;
    }
    return true;
}

static StateNumbers numbers_of(const Field *f) {
    return strcmp(f->type, "float") == 0    ? STATE_FLOATS
           : strcmp(f->type, "double") == 0 ? STATE_DOUBLES
                                            : STATE_OTHERS;
}

static void add_ring(StateMatch *m, const Field *x, const Field *y) {
    StateRing ring = {.from = x->offset,
                      .to = y->offset,
                      .item = y->size / (size_t)y->count,
                      .mirrored = y->mirrored,
                      .numbers = numbers_of(y),
                      .from_size = x->ring,
                      .to_size = y->ring,
                      .begins = y->begins};
    VEC_PUSH(m->rings, m->nrings, m->ring_cap, ring);
}

static StateMove move_of(const Field *x, const Field *y, int cell) {
    return (StateMove){x->offset, y->offset, y->size, numbers_of(y), cell, y->begins};
}

enum { HISTORY_FIELDS = 2 }; /* a table of powers, and what is computed with it */

static void add_moves(StateMatch *m, const StateCell *from, const StateCell *to) {
    const Field *x = from->fields, *y = to->fields;
    if (to->phase >= 0) {
        StatePhase phase = {.from = x->offset, .to = y->offset, .number = from->phase};
        VEC_PUSH(m->phases, m->nphases, m->phase_cap, phase);
    } else if (is_derived(to) && !is_ring(y)) {
        if (to->nfields != HISTORY_FIELDS) return; /* its kernel begins anew by itself */
        StateHistory history = {move_of(x, y, 0), move_of(x + 1, y + 1, 0)};
        VEC_PUSH(m->histories, m->nhistories, m->history_cap, history);
    } else if (is_ring(y)) {
        add_ring(m, x, y);
    } else {
        int cell = m->nmoves;
        for (int i = 0; i < from->nfields; i++)
            VEC_PUSH(m->moves, m->nmoves, m->move_cap, move_of(&x[i], &y[i], cell));
    }
}

typedef struct Entry {
    const StateCell *cell;
    int order; /* in its program */
    bool taken;
    StateFate fate; /* of a new one */
} Entry;

typedef struct Matcher {
    StateMatch *match;
    Entry *from, *to;
    int nfrom, nto;
} Matcher;

/* How the entries of a pass belong together: sorted so, those that compare as equal but for their order
 * are paired in that order. */
typedef int (*Alike)(const Entry *a, const Entry *b);

static int by_path(const Entry *a, const Entry *b) {
    return strcmp(a->cell->path, b->cell->path);
}

static int by_meaning(const Entry *a, const Entry *b) {
    return (a->cell->meaning > b->cell->meaning) - (a->cell->meaning < b->cell->meaning);
}

static int by_both(const Entry *a, const Entry *b) {
    int path = by_path(a, b);
    return path ? path : by_meaning(a, b);
}

static int in_order(Alike alike, const Entry *a, const Entry *b) {
    int first = alike(a, b);
    return first ? first : (a->order > b->order) - (a->order < b->order);
}

static int order_by_path(const void *a, const void *b) {
    return in_order(by_path, a, b);
}

static int order_by_meaning(const void *a, const void *b) {
    return in_order(by_meaning, a, b);
}

static int order_by_both(const void *a, const void *b) {
    return in_order(by_both, a, b);
}

static int end_of_group(const Entry *entries, int from, int n, Alike alike) {
    int end = from;
    while (end < n && alike(&entries[end], &entries[from]) == 0)
        end++;
    return end;
}

/* Pairs entries [f, f_end) of the old program with [t, t_end) of the new one. */
static void pair_group(Matcher *m, int f, int f_end, int t, int t_end, StateFate fate) {
    for (int i = t, next = f; i < t_end; i++) {
        Entry *to = &m->to[i];
        bool possible = !to->taken && !(fate == STATE_EDITED && is_derived(to->cell));
        for (int j = next; possible && !to->taken && j < f_end; j++) {
            Entry *from = &m->from[j];
            if (from->taken || !same_shape(from->cell, to->cell)) continue;
            from->taken = to->taken = true;
            to->fate = fate;
            add_moves(m->match, from->cell, to->cell);
            next = j + 1;
        }
    }
}

static void pair_all(Matcher *m, int (*order)(const void *, const void *), Alike alike,
                     StateFate fate) {
    qsort(m->from, (size_t)m->nfrom, sizeof *m->from, order);
    qsort(m->to, (size_t)m->nto, sizeof *m->to, order);
    for (int f = 0, t = 0; f < m->nfrom && t < m->nto;) {
        int side = alike(&m->from[f], &m->to[t]);
        int f_end = end_of_group(m->from, f, m->nfrom, alike),
            t_end = end_of_group(m->to, t, m->nto, alike);
        if (side == 0) pair_group(m, f, f_end, t, t_end, fate);
        if (side <= 0) f = f_end;
        if (side >= 0) t = t_end;
    }
}

/* ---- the report ---------------------------------------------------------------------------------------- */

static void report(StateMatch *m, const char *path, const bool *fates) {
    for (int fate = STATE_GOES_ON; fate <= STATE_ENDS; fate++) {
        if (!fates[fate]) continue;
        StateReport r = {arena_strndup(m->arena, path, strlen(path)), (StateFate)fate};
        VEC_PUSH(m->reports, m->nreports, m->report_cap, r);
    }
}

/* Is there one of that path that nobody took? Both are sorted by path. */
static bool is_left(const Matcher *m, const Entry *of_path) {
    int low = 0, high = m->nfrom;
    while (low < high) {
        int middle = (low + high) / 2;
        if (by_path(&m->from[middle], of_path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < m->nfrom && by_path(&m->from[low], of_path) == 0; low++)
        if (!m->from[low].taken && !is_derived(m->from[low].cell)) return true;
    return false;
}

/* What has a successor that is not like it changed, and did not end. */
static void report_new(Matcher *m) {
    for (int i = 0, end; i < m->nto; i = end) {
        bool fates[STATE_ENDS + 1] = {false}, left = is_left(m, &m->to[i]);
        end = end_of_group(m->to, i, m->nto, by_path);
        for (int k = i; k < end; k++) {
            Entry *to = &m->to[k];
            if (is_derived(to->cell)) continue;
            if (!to->taken) to->fate = left ? STATE_CHANGED : STATE_STARTS;
            fates[to->fate] = true;
        }
        for (int f = 0; f < m->nfrom && fates[STATE_CHANGED]; f++)
            if (by_path(&m->from[f], &m->to[i]) == 0) m->from[f].taken = true;
        report(m->match, m->to[i].cell->path, fates);
    }
}

static void report_ends(const Matcher *m) {
    static const bool ends[STATE_ENDS + 1] = {[STATE_ENDS] = true};
    for (int i = 0; i < m->nfrom; i = end_of_group(m->from, i, m->nfrom, by_path))
        if (is_left(m, &m->from[i])) report(m->match, m->from[i].cell->path, ends);
}

static Entry *entries_of(const StateMap *map) {
    Entry *entries = alloc_zeroed((size_t)map->n + 1, sizeof *entries);
    for (int i = 0; i < map->n; i++)
        entries[i] = (Entry){.cell = &map->cells[i], .order = i};
    return entries;
}

StateMatch *state_match(const StateMap *from, const StateMap *to) {
    Arena *arena = arena_create();
    StateMatch *match = ARENA_NEW(arena, StateMatch);
    match->arena = arena;
    Matcher m = {match, entries_of(from), entries_of(to), from->n, to->n};
    pair_all(&m, order_by_both, by_both, STATE_GOES_ON);
    pair_all(&m, order_by_meaning, by_meaning, STATE_GOES_ON);
    pair_all(&m, order_by_path, by_path, STATE_EDITED);
    report_new(&m);
    report_ends(&m);
    free(m.from);
    free(m.to);
    return match;
}

/* ---- moving --------------------------------------------------------------------------------------------- */

enum { PHASE_WORDS = 2 };

size_t state_moving_words(const StateMatch *match) {
    return (size_t)match->nrings + PHASE_WORDS * (size_t)match->nphases;
}

void state_moving_begin(StateMoving *moving, const StateMatch *match, uint64_t *words) {
    *moving = (StateMoving){.match = match, .at = (int64_t *)words, .told = words + match->nrings};
    for (int i = 0; i < match->nrings; i++)
        moving->at[i] = INT64_MIN;
}

static void tell_phase(StateMoving *moving, int i, const void *words, void *to) {
    uint64_t *told = moving->told + PHASE_WORDS * i;
    memcpy(told, words, PHASE_WORDS * sizeof *told);
    memcpy((char *)to + moving->match->phases[i].to, told, PHASE_WORDS * sizeof *told);
    moving->is_told = true;
}

void state_tell_phases(StateMoving *moving, const uint64_t *told, void *to) {
    for (int i = 0; i < moving->match->nphases; i++)
        tell_phase(moving, i, told + PHASE_WORDS * moving->match->phases[i].number, to);
}

void state_read_phases(StateMoving *moving, const void *from, void *to) {
    for (int i = 0; i < moving->match->nphases; i++)
        tell_phase(moving, i, (const char *)from + moving->match->phases[i].from, to);
}

/* So far out is only what went astray: 240 dB. */
static const double astray = 1e12;

static bool is_number(double x) {
    return x < astray && x > -astray;
}

static bool are_numbers(const void *data, size_t bytes, StateNumbers numbers) {
    const float *floats = data;
    const double *doubles = data;
    bool good = true;
    for (size_t i = 0; numbers == STATE_FLOATS && i < bytes / sizeof *floats; i++)
        good &= is_number((double)floats[i]);
    for (size_t i = 0; numbers == STATE_DOUBLES && i < bytes / sizeof *doubles; i++)
        good &= is_number(doubles[i]);
    return good;
}

/* What went astray becomes 0. */
static void copy_numbers(void *to, const void *from, size_t bytes, StateNumbers numbers) {
    memcpy(to, from, bytes);
    if (are_numbers(to, bytes, numbers)) return;
    float *floats = to;
    double *doubles = to;
    for (size_t i = 0; numbers == STATE_FLOATS && i < bytes / sizeof *floats; i++)
        if (!is_number((double)floats[i])) floats[i] = 0;
    for (size_t i = 0; numbers == STATE_DOUBLES && i < bytes / sizeof *doubles; i++)
        if (!is_number(doubles[i])) doubles[i] = 0;
}

/* Samples [at, end). Rings are indexed by the number of the sample, which goes on: what fits is put where it belongs. */
static void move_ring(const StateRing *ring, const char *from, char *to, int64_t at, int64_t end) {
    size_t item = ring->item;
    while (at < end) {
        size_t source = (size_t)((uint64_t)at & (uint64_t)(ring->from_size - 1)),
               target = (size_t)((uint64_t)at & (uint64_t)(ring->to_size - 1));
        size_t run = (size_t)(end - at);
        if (run > (size_t)ring->from_size - source) run = (size_t)ring->from_size - source;
        if (run > (size_t)ring->to_size - target) run = (size_t)ring->to_size - target;
        copy_numbers(to + target * item, from + source * item, run * item, ring->numbers);
        size_t copied = 0; /* behind the ring */
        if (target < (size_t)ring->mirrored) copied = (size_t)ring->mirrored - target;
        memcpy(to + ((size_t)ring->to_size + target) * item, to + target * item,
               (copied < run ? copied : run) * item);
        at += (int64_t)run;
    }
}

bool state_move_rings(StateMoving *moving, const void *from, void *to, int64_t frame,
                      int64_t most) {
    bool done = true;
    for (int i = 0; i < moving->match->nrings; i++) {
        const StateRing *ring = &moving->match->rings[i];
        int64_t *at = &moving->at[i];
        if (frame < ring->begins) continue;
        int samples = ring->from_size < ring->to_size ? ring->from_size : ring->to_size;
        if (*at < frame - samples) *at = frame - samples;
        int64_t left = frame - *at, now = left < most ? left : most;
        move_ring(ring, (const char *)from + ring->from, (char *)to + ring->to, *at, *at + now);
        *at += now;
        if (left > now) done = false;
    }
    return done;
}

static void move_one(const StateMove *move, const char *from, char *to) {
    memcpy(to + move->to, from + move->from, move->bytes);
}

static bool is_sane(const StateMove *move, const char *from) {
    return are_numbers(from + move->from, move->bytes, move->numbers);
}

void state_move(const StateMoving *moving, const void *from, void *to, int64_t frame) {
    const StateMatch *match = moving->match;
    for (int i = 0, end; i < match->nmoves; i = end) {
        bool sane = frame >= match->moves[i].begins;
        for (end = i; end < match->nmoves && match->moves[end].cell == match->moves[i].cell; end++)
            sane = sane && is_sane(&match->moves[end], from);
        for (int k = i; k < end && sane; k++)
            move_one(&match->moves[k], from, to);
    }
    for (int i = 0; i < match->nphases; i++) {
        const StatePhase *phase = &match->phases[i];
        const char *now = (const char *)from + phase->from;
        const size_t bytes = PHASE_WORDS * sizeof *moving->told;
        bool same = moving->is_told && memcmp(now, moving->told + PHASE_WORDS * i, bytes) == 0;
        if (!same) memcpy((char *)to + phase->to, now, bytes);
    }
}

void state_move_histories(const StateMoving *moving, const void *from, void *to, int64_t frame) {
    const StateMatch *match = moving->match;
    for (int i = 0; i < match->nhistories; i++) {
        const StateHistory *h = &match->histories[i];
        const StateMove *powers = &h->powers;
        if (frame < h->history.begins) continue;
        if (memcmp((const char *)from + powers->from, (char *)to + powers->to, powers->bytes) ==
                0 &&
            is_sane(&h->history, from))
            move_one(&h->history, from, to);
    }
}
