/* Is a graph sound? Arity, kinds of input that must be known, cells with bodies, silence before a beginning. Run after
 * each pass. In: a graph. Out: NULL, or what is wrong. */
#include "graph/graph.h"

#include <stdlib.h>

static const char *check_node(const Graph *g, NodeId id) {
    const Node *n = &g->nodes[id];
    const NodeId *in = node_inputs(n);
    if (n->op == OP_NONE) return "a node is none";
    if (!op_takes((Op)n->op, n->nin)) return "wrong number of inputs";
    for (int i = 0; i < n->nin; i++)
        if (in[i] <= 0 || in[i] >= g->n) return "an input is no node";
    switch (n->op) {
    case OP_PARAM: return n->aux < 0 || n->aux >= g->nparams ? "no such param" : NULL;
    case OP_INPUT: return n->aux < 0 || n->aux >= graph_inputs(g) ? "no such input" : NULL;
    case OP_FIR:
    case OP_TABLE: return n->aux < 1 || n->aux > g->ntables ? "no such table" : NULL;
    case OP_SAMPLE:
    case OP_SAMPLE_LINEAR:
    case OP_SAMPLE_SINC: return n->aux < 1 || n->aux > g->nsamples ? "no such sample" : NULL;
    case OP_CELL: {
        if (n->aux < 0 || n->aux >= g->ncells) return "no such cell";
        NodeId body = g->cells[n->aux].body;
        return body <= 0 || body >= g->n ? "a cell without body" : NULL;
    }
    case OP_SHIFT:
        if (g->nodes[in[0]].deps & (DEP_MEMORY | DEP_INPUT | DEP_CELL))
            return "a shift of what remembers";
        return g->nodes[in[1]].deps & ~DEP_RATE ? "a shift by what is not constant" : NULL;
    case OP_PICK: return n->nin < 2 ? "nothing to pick from" : NULL;
    default: return NULL;
    }
}

/* ---- silence before a beginning ------------------------------------------------------------------- */

/* What begins at a time is heard from then on only: `if age < 0 then 0 else …` stands between its memory and all else.
 * Passes `linear` and `begin` rely on it, where the age counts frames from a known one on: before, such a memory may be
 * anything. heard[id] is the age that memory in id has, if nothing hides it before it begins; MANY: several. */
enum { NONE = 0, MANY = -1 };

static NodeId both_ages(NodeId a, NodeId b) {
    return a == NONE ? b : b == NONE || a == b ? a : MANY;
}

/* Is the condition true wherever that age is below 0? */
static bool is_before(const Graph *g, NodeId condition, NodeId age) {
    const Node *n = graph_at(g, condition);
    if (n->op == OP_OR) return is_before(g, n->in3[0], age) || is_before(g, n->in3[1], age);
    if ((n->op != OP_LT && n->op != OP_LE) || !node_is_const(g, n->in3[1])) return false;
    double edge = graph_at(g, n->in3[1])->value;
    if (n->in3[0] == age) return edge > -1;
    return graph_at(g, n->in3[0])->op == OP_FRAME && edge > age_beginning(g, age) - 1;
}

static NodeId heard_in(const Graph *g, const NodeId *heard, NodeId id) {
    const Node *n = graph_at(g, id);
    const NodeId *in = node_inputs(n);
    NodeId age = node_age(n);
    if (age && age_beginning(g, age) > 0) return age;
    if (n->op == OP_CELL) return heard[g->cells[n->aux].body];
    NodeId found = NONE;
    for (int i = 0; i < n->nin; i++) {
        bool hidden =
            n->op == OP_SELECT && i == 2 && heard[in[2]] > 0 && is_before(g, in[0], heard[in[2]]);
        if (!hidden) found = both_ages(found, heard[in[i]]);
    }
    return found;
}

static const char *check_beginnings(const Graph *g, const NodeId *order, int n) {
    NodeId *heard = alloc_zeroed((size_t)g->n, sizeof *heard);
    const char *wrong = NULL;
    for (bool changed = true; changed;) {
        changed = false;
        for (int i = 0; i < n; i++) {
            NodeId now = heard_in(g, heard, order[i]);
            changed = changed || now != heard[order[i]];
            heard[order[i]] = now;
        }
    }
    for (int i = 0; i < g->noutputs && !wrong; i++)
        if (heard[g->outputs[i]] > 0)
            wrong = arena_printf(g->arena, "output %d hears what begins at %%%d before that", i,
                                 heard[g->outputs[i]]);
    free(heard);
    return wrong;
}

static bool has_ages(const Graph *g, const NodeId *order, int n) {
    for (int i = 0; i < n; i++)
        if (node_age(graph_at(g, order[i]))) return true;
    return false;
}

/* ---- the whole ------------------------------------------------------------------------------------- */

const char *graph_verify(const Graph *g) {
    int n;
    NodeId *order = graph_order(g, &n);
    const char *wrong = NULL;
    for (int i = 0; i < n && !wrong; i++) {
        wrong = check_node(g, order[i]);
        if (wrong)
            wrong = arena_printf(g->arena, "node %%%d (%s): %s", order[i],
                                 op_info[g->nodes[order[i]].op].text, wrong);
    }
    if (!wrong && has_ages(g, order, n)) wrong = check_beginnings(g, order, n);
    free(order);
    return wrong;
}
