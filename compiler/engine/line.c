/* Is a program a straight line of an input? In: a graph after the passes, which have gathered gains and offsets, and values of params. Out:
 * the line's numbers. */
#include "engine/line.h"

#include <math.h>

enum { DEEPEST = 32 };

/* Of a node that hangs on params alone. */
static bool steady_value(const Graph *g, NodeId id, const double *params, int depth,
                         double *value) {
    const Node *n = &g->nodes[id];
    double v[3];
    if (n->op == OP_CONST) *value = n->value;
    if (n->op == OP_PARAM) *value = params[n->aux];
    if (n->op == OP_CONST || n->op == OP_PARAM) return true;
    if (n->nin == 0 || n->nin > 3 || (n->deps & ~DEP_PARAM) || depth == 0) return false;
    for (int i = 0; i < n->nin; i++)
        if (!steady_value(g, n->in3[i], params, depth - 1, &v[i])) return false;
    *value = op_evaluate((Op)n->op, v, n->nin);
    return true;
}

/* x + k and its like, k on the right or, `turned`, on the left. */
static bool apply(Op op, bool turned, double k, InputLine *line) {
    switch (op) {
    case OP_ADD: line->b += k; return true;
    case OP_SUB:
        *line = turned ? (InputLine){line->input, -line->a, k - line->b}
                       : (InputLine){line->input, line->a, line->b - k};
        return true;
    case OP_MUL: *line = (InputLine){line->input, line->a * k, line->b * k}; return true;
    case OP_DIV:
        *line = (InputLine){line->input, line->a / k, line->b / k};
        return !turned && k != 0;
    default: return false;
    }
}

static bool find_line(const Graph *g, NodeId id, const double *params, int depth, InputLine *line) {
    const Node *n = &g->nodes[id];
    double k;
    if (depth == 0) return false;
    if (n->op == OP_INPUT) {
        *line = (InputLine){n->aux, 1, 0};
        return true;
    }
    if (n->op == OP_NEG) {
        if (!find_line(g, n->in3[0], params, depth - 1, line)) return false;
        *line = (InputLine){line->input, -line->a, -line->b};
        return true;
    }
    if (n->nin != 2) return false;
    const bool turned = steady_value(g, n->in3[0], params, DEEPEST, &k);
    return (turned || steady_value(g, n->in3[1], params, DEEPEST, &k)) &&
           find_line(g, n->in3[turned], params, depth - 1, line) &&
           apply((Op)n->op, turned, k, line);
}

bool graph_line(const Graph *g, int output, const double *params, InputLine *line) {
    return find_line(g, g->outputs[output], params, DEEPEST, line) && isfinite(line->a) &&
           isfinite(line->b);
}
