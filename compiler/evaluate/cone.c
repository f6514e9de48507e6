/* What a node is made of. In: a node. Out: what was looked for in its cone: how many nodes, a cell without a body, an
 * input, a param, the reason why it remembers. */
#include "evaluate/signals.h"

static bool is_cut(const Node *n, int how) {
    return n->mark || ((how & ONLY_OPEN) && (n->closed || !(n->deps & DEP_CELL)));
}

bool walk_cone(Peval *p, NodeId x, int how, NodeTest stop, void *data) {
    Graph *g = p->g;
    ConeWalk *w = &p->walk;
    int depth = 0, nseen = 0;
    bool stopped = false, open = false;
    VEC_PUSH(w->stack, depth, w->stack_cap, x);
    while (depth > 0 && !stopped) {
        NodeId id = w->stack[--depth];
        Node *n = &g->nodes[id];
        if (is_cut(n, how)) continue;
        n->mark = 1;
        VEC_PUSH(w->seen, nseen, w->seen_cap, id);
        stopped = stop(p, id, data);
        if (n->op == OP_SHIFT && (how & CUT_SHIFTS)) continue;
        NodeId body = n->op == OP_CELL ? g->cells[n->aux].body : 0;
        if (body) VEC_PUSH(w->stack, depth, w->stack_cap, body);
        open = open || (n->op == OP_CELL && !body);
        const NodeId *in = node_inputs(n);
        for (int i = 0; i < n->nin; i++)
            if (!is_cut(&g->nodes[in[i]], how)) VEC_PUSH(w->stack, depth, w->stack_cap, in[i]);
    }
    budget_spend(nseen);
    bool closed = (how & ONLY_OPEN) && !stopped && !open;
    for (int i = 0; i < nseen; i++) {
        g->nodes[w->seen[i]].mark = 0;
        if (closed) g->nodes[w->seen[i]].closed = 1;
    }
    return stopped;
}

static bool count_to(Peval *p, NodeId id, void *data) {
    (void)p;
    (void)id;
    return --*(int *)data < 0;
}

/* What no cell is in was made before x. */
bool cone_exceeds(Peval *p, NodeId x, int limit) {
    if (x <= limit && !(p->g->nodes[x].deps & DEP_CELL)) return false;
    return walk_cone(p, x, CUT_SHIFTS, count_to, &limit);
}

static bool is_open_cell(Peval *p, NodeId id, void *data) {
    Node *n = &p->g->nodes[id];
    if (n->op != OP_CELL || p->g->cells[n->aux].body) return false;
    *(NodeId *)data = id;
    return true;
}

NodeId open_cell(Peval *p, NodeId x) {
    NodeId cell = 0;
    walk_cone(p, x, ONLY_OPEN, is_open_cell, &cell);
    return cell;
}

static bool is_input(Peval *p, NodeId id, void *data) {
    if (p->g->nodes[id].op != OP_INPUT) return false;
    *(NodeId *)data = id;
    return true;
}

NodeId heard_input(Peval *p, NodeId x) {
    NodeId input = 0;
    walk_cone(p, x, 0, is_input, &input);
    return input;
}

static bool is_param(Peval *p, NodeId id, void *data) {
    (void)data;
    return p->g->nodes[id].op == OP_PARAM;
}

bool is_made_of_params(Peval *p, NodeId x) {
    return p->g->nparams > 0 && walk_cone(p, x, 0, is_param, NULL);
}

/* The best reason first: an input, feedback of a signal with a name, other feedback, other memory. */
static bool find_memory(Peval *p, NodeId id, void *data) {
    NodeId *best = data;
    const Node *n = &p->g->nodes[id];
    const char *name = n->op == OP_CELL ? p->g->cells[n->aux].name : NULL;
    int rank = n->op == OP_INPUT ? 0 : n->op == OP_CELL ? (name && name[0] != '_' ? 1 : 2) : 3;
    if (rank == 3 && !(op_info[n->op].flags & OPF_MEMORY)) return false;
    if (!best[rank]) best[rank] = id;
    return rank == 0;
}

const char *memory_reason(Peval *p, NodeId x) {
    NodeId best[4] = {0};
    walk_cone(p, x, 0, find_memory, best);
    if (best[0])
        return arena_printf(p->session->arena, "it hears the input `%s`",
                            p->g->inputs[p->g->nodes[best[0]].aux]);
    if (best[1])
        return arena_printf(p->session->arena, "`%s` reads its own past",
                            p->g->cells[p->g->nodes[best[1]].aux].name);
    if (best[2]) return "it has feedback";
    const char *words = op_info[p->g->nodes[best[3]].op].in_short;
    return words ? words : "it has a past";
}
