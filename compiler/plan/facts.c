/* What can be told of a node in a plan. In: a plan and a node. Out: how it is computed. */
#include "plan/plan.h"

bool plan_by_block(const Plan *p, NodeId id) {
    return p->rate[id] == RATE_BLOCK || p->rate[id] == RATE_INIT;
}

bool plan_is_counted(const Plan *p, NodeId id) {
    const Node *n = &p->g->nodes[id];
    return n->op == OP_TURNS || (n->op == OP_PHASE_PARAM && p->g->nodes[n->in3[1]].op == OP_TIME);
}

/* Does a TURNS step by what is known only when the program runs? */
static bool steps_by_block(const Plan *p, NodeId turns) {
    const Node *n = &p->g->nodes[turns];
    return !node_is_const(p->g, n->in3[0]) || !node_is_const(p->g, n->in3[1]) || p->g->rate <= 0;
}

bool plan_counts_by_block(const Plan *p, NodeId id) {
    if (p->g->nodes[id].op == OP_PHASE_PARAM) return plan_is_counted(p, id);
    return p->g->nodes[id].op == OP_TURNS && !p->absorbed[id] && steps_by_block(p, id);
}

bool plan_computes_wide(const Plan *p, NodeId id) {
    const Node *n = &p->g->nodes[id];
    if (p->wide[id]) return true;
    for (int i = 0; i < n->nin; i++) {
        NodeId in = plan_value(p->g, node_inputs(n)[i]);
        if (p->rate[in] == RATE_SAMPLE && p->wide[in]) return true;
    }
    return false;
}

bool plan_on_lines(const Plan *p, const Node *n) {
    const NodeId *in = node_inputs(n);
    for (int i = 0; i < n->nin; i++)
        if (!p->timed[in[i]]) return false;
    return node_passes(n);
}
