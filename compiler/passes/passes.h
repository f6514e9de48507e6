/* The passes over the graph, one file each; pipeline.c has the list. A pass gets a graph and gives
 * a new one: it never changes the one it got, which the reference interpreter may still run. Where
 * there is nothing to do it may give NULL, and the graph stays. */
#ifndef KANON_PASSES_H
#define KANON_PASSES_H

#include "graph/graph.h"

typedef struct Pass {
    const char *name;
    Graph *(*run)(const Graph *g);
    const char *about;
} Pass;

/* pipeline.c: the pass of that name in the list, NULL when there is none. */
const Pass *pass_find(const char *name);

Graph *pass_fold(const Graph *g);
Graph *pass_sums(const Graph *g);
Graph *pass_reciprocal(const Graph *g);
Graph *pass_linear(const Graph *g);
Graph *pass_begin(const Graph *g);
Graph *pass_delays(const Graph *g);

/* passes/rewrite.c: builds a new graph from what the outputs need. For each old node of those ops
 * `rewrite` gets the node, its inputs already in the new graph (three at least, 0 after the last), and
 * gives its stand-in there; all others stay as they are. NULL when the graph has none of the ops. */
typedef struct OpSet {
    bool has[OP_COUNT];
} OpSet;
typedef NodeId (*Rewrite)(Graph *to, const Node *old, const NodeId *in, void *data);
Graph *graph_rewrite(const Graph *g, const OpSet *ops, Rewrite rewrite, void *data);
/* The same; *map is set to the table from old nodes to new, 0 where there is none yet, which fills while it runs and is
 * gone afterwards. */
Graph *graph_rewrite_with_map(const Graph *g, const OpSet *ops, Rewrite rewrite, void *data,
                              NodeId **map);
/* The same graph without what its outputs do not need. */
Graph *graph_compact(const Graph *g);
/* The same node in the new graph: what a rewrite returns when nothing is to be done. */
NodeId rewrite_same(Graph *to, const Node *old, const NodeId *in);
/* A new cell, named like another, with the value of an old node whose stand-in is not known yet. */
NodeId rewrite_ahead(Graph *to, NodeId old, const Cell *like);

/* passes/fold.c: constructors for passes, which fold what they make. */
NodeId fold_op1(Graph *g, Op op, NodeId a);
NodeId fold_op2(Graph *g, Op op, NodeId a, NodeId b);

/* Pass `fold`, for operations that have edges and for phases, and their inputs in the new graph: the exact
 * node, 0 where there is none. */
NodeId edge_of_line(Graph *g, const Node *old, const NodeId *in);
NodeId turns_of_line(Graph *g, const Node *old, const NodeId *in);
/* frac(a * t + b), NaN where params make a or b none or infinite; 0 where they are known to be that. */
NodeId turns_node(Graph *g, NodeId a, NodeId b);

/* passes/begin.c: does this age of a memory count from one frame on, for ever? Of ages of any kind: x, silent where
 * the age is below 0; whether the age is below so many samples. */
bool age_begins_once(const Graph *g, NodeId age);
/* The samples of a delay that is constant and ends on a sample, by its inputs; -1 for another. */
double whole_delay(const Graph *g, const Node *delay, const NodeId *in);
NodeId silent_before(Graph *g, NodeId age, NodeId x);
NodeId younger_than(Graph *g, NodeId age, double samples);

#endif
