/* Is a graph sound? Arity, kinds of input that must be known, cells with bodies. Run after each
 * pass. In: a graph. Out: NULL, or what is wrong. */
#include "graph/graph.h"

#include <stdlib.h>

static const char *check_node(const Graph *g, NodeId id) {
    const Node *n = &g->nodes[id];
    const NodeId *in = node_inputs(n);
    const OpInfo *info = &op_info[n->op];
    if (n->op == OP_NONE) return "a node is none";
    if (info->arity >= 0 && n->nin != info->arity) return "wrong number of inputs";
    if (info->arity < 0 && n->op != OP_SUM && n->op != OP_PICK) {
        int base = op_base_arity((Op)n->op);
        if (n->nin != base && n->nin != base + 1) return "wrong number of inputs";
    }
    for (int i = 0; i < n->nin; i++)
        if (in[i] <= 0 || in[i] >= g->n) return "an input is no node";
    switch (n->op) {
    case OP_PARAM: return n->aux < 0 || n->aux >= g->nparams ? "no such param" : NULL;
    case OP_INPUT: return n->aux < 0 || n->aux >= g->ninputs ? "no such input" : NULL;
    case OP_FIR:
    case OP_TABLE: return n->aux < 1 || n->aux > g->ntables ? "no such table" : NULL;
    case OP_SAMPLE: return n->aux < 1 || n->aux > g->nsamples ? "no such sample" : NULL;
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
    free(order);
    return wrong;
}
