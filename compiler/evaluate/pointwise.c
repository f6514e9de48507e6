/* Maps: programs whose outputs, at each sample, are functions of their inputs at that sample and of params. In: a program as it was
 * evaluated. Out: is it one, and what is in the way. */
#include "evaluate/peval.h"

#include <stdlib.h>

static bool remembers(const Node *n) {
    return n->op == OP_CELL || (op_info[n->op].flags & OPF_KEEPS) != 0;
}

/* The first node that needs more than its inputs, of those that the outputs need; 0: there is none. Of what reads the time, who does. */
static NodeId find_obstacle(const Graph *g) {
    int n;
    NodeId *order = graph_needed(g, &n), found = 0;
    for (int i = 0; i < n && !found; i++) {
        const Node *node = &g->nodes[order[i]];
        if (remembers(node)) found = order[i];
        for (int k = 0; k < node->nin && !found; k++)
            if (g->nodes[node_inputs(node)[k]].op == OP_TIME) found = order[i];
    }
    for (int i = 0; i < g->noutputs && !found; i++)
        if (g->nodes[g->outputs[i]].op == OP_TIME) found = g->outputs[i];
    free(order);
    return found;
}

bool program_is_map(const Program *program) {
    return program->graph->noutputs > 0 && !program->notes.graph && !find_obstacle(program->graph);
}

bool program_refuse_obstacle(Program *program) {
    Peval *p = program->peval;
    const NodeId obstacle = find_obstacle(program->graph);
    if (!obstacle) return false;
    const Node *n = &program->graph->nodes[obstacle];
    const Span place = program->graph->places[n->span].span;
    const Span whole = program->main->value ? program->main->value->span : place;
    Diag *d = peval_error(p, in_library(p, place) || place.file < 0 ? whole : place,
                          "a map is a function of its inputs, and this %s",
                          remembers(n) ? "remembers what was before" : "hangs on the time");
    peval_help(p, d, "what remembers or runs is a program: kn_compile_expression");
    return true;
}
