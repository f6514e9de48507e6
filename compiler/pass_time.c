/* Pass `time`: what is made of straight lines of time is exact, after a day as in the first second. Edges are
 * known by the number of their sample (time_edges.c), phases are counted in turns (time_turns.c). In: a folded
 * graph. Out: one in which such lines are the inputs of TURNS and arithmetic only. */
#include "passes.h"

static const OpSet phases = {{[OP_FRAC] = true, [OP_SIN] = true, [OP_COS] = true}};

static NodeId exact(Graph *g, const Node *old, const NodeId *in, void *data) {
    (void)data;
    NodeId id = phases.has[old->op] ? turns_of_line(g, old, in) : edge_of_line(g, old, in);
    return id ? id : rewrite_same(g, old, in);
}

Graph *pass_time(Compile *c, const Graph *g) {
    (void)c;
    static const OpSet ops = {{
        [OP_FRAC] = true,
        [OP_SIN] = true,
        [OP_COS] = true,
        [OP_MOD] = true,
        [OP_HASH] = true,
        [OP_NOISE] = true,
        [OP_FLOOR] = true,
        [OP_CEIL] = true,
        [OP_ROUND] = true,
        [OP_LT] = true,
        [OP_LE] = true,
        [OP_EQ] = true,
        [OP_NE] = true,
    }};
    return graph_rewrite(g, &ops, exact, NULL);
}
