/* The graph: what a program computes, as nodes that are numbers at each time. And what can be told of it without running
 * it. */
#ifndef KANON_GRAPH_GRAPH_H
#define KANON_GRAPH_GRAPH_H

#include "base/session.h"
#include "base/unit.h"

/* ---- graph/ops.def, graph/graph.c: the graph ------------------------------------------------- */

typedef enum {
#define OP(name, text, inputs, flags, clauses) OP_##name,
#include "graph/ops.def"
    OP_COUNT
} Op;

/* Flags of a row of graph/ops.def. */
enum {
    OPF_COMMUTES = 1 << 0, /* a op b == b op a, bit for bit */
    OPF_SOURCE = 1 << 1,   /* a leaf */
    OPF_DATA = 1 << 2,     /* reads an input, data or random numbers */
    OPF_CHOOSES = 1 << 3,  /* in[0] tells which of the others is its value */
    OPF_ONE_MORE = 1 << 4, /* may have one input more than its row says */
    OPF_HANDS_ON = 1 << 5, /* its value is that of an input, or its negative: nothing is rounded */
    OPF_CHEAP = 1 << 6,    /* costs less than a loop of its own */
    OPF_NUMBER = 1 << 7,   /* aux says which param, input, table … */

    /* Past: what it keeps from sample to sample. STATE is pure, what it keeps can be made anew. */
    OPF_MEMORY = 1 << 8,  /* keeps what happened before */
    OPF_STATE = 1 << 9,   /* keeps what params, or a pure signal, were before */
    OPF_RING = 1 << 10,   /* beside one of these: keeps values of in[0], one a sample */
    OPF_PAST = 1 << 11,   /* its value is one that in[0] had */
    OPF_AT_END = 1 << 12, /* takes in[0] at the end of a sample, after its own value */

    /* Values. Edges are decided for time and phases as if they were exact, within 1e-9. */
    OPF_BOOL = 1 << 13,           /* 0 or 1 */
    OPF_ZERO_OF_ZERO = 1 << 14,   /* 0 where its input is */
    OPF_WHOLE = 1 << 15,          /* a whole number */
    OPF_WHOLE_OF_WHOLE = 1 << 16, /* one, or a quotient of such, where its inputs are */
    OPF_STEPS = 1 << 17,          /* constant but for jumps */
    OPF_STRAIGHT = 1 << 18,       /* pieces of straight lines of time where its inputs are */
    OPF_EDGES = 1 << 19,          /* decides by an edge: above or below */

    /* Precision. Without any: float. */
    OPF_NARROW = 1 << 20,      /* double would add nothing */
    OPF_WIDE = 1 << 21,        /* double */
    OPF_ARITHMETIC = 1 << 22,  /* double where its inputs are, and it is large */
    OPF_KEEPS_ERROR = 1 << 23, /* an error of an input that is small at full scale stays so */
    OPF_REDUCES = 1 << 24,     /* kn_text_wide reduces a double, and goes on in float */

    OPF_CONDITION = OPF_BOOL | OPF_WHOLE | OPF_STEPS | OPF_STRAIGHT | OPF_NARROW | OPF_CHEAP,
    OPF_KEEPS = OPF_MEMORY | OPF_STATE,
};

/* How back ends make it; see the clauses of graph/ops.def. */
typedef enum { FORM_BY_HAND, FORM_FUNCTION, FORM_CALL, FORM_RUN, FORM_RUN_DT } OpForm;

/* A field of the state of an op. */
typedef struct StateField {
    const char *type, *letter;                                   /* type NULL: after the last */
    enum { ROOM_ONE, ROOM_TAPS, ROOM_WINDOW, ROOM_LEVELS } room; /* how many: state/state.c */
} StateField;

typedef struct OpInfo {
    const char *name, *text; /* C name, name in the graph's text form */
    int inputs;              /* -1: any number */
    int flags;
    OpForm form;
    const StateField *state;        /* NULL: none */
    const char *because, *in_short; /* why it remembers; NULL: no words for it */
} OpInfo;
extern const OpInfo op_info[OP_COUNT];

typedef int32_t NodeId; /* index into Graph.nodes; 0 is no node */

/* The binding time of a node: work is done as seldom as it may. */
typedef enum { RATE_CONST, RATE_INIT, RATE_BLOCK, RATE_SAMPLE } Rate;

/* Of the difference t - start that is the time of what begins at start: what remembers starts over there. */
enum { TIME_BEGINS = 1 };

/* What the value of a node depends on. DEP_MEMORY: what happened before. */
enum { DEP_TIME = 1, DEP_PARAM = 2, DEP_INPUT = 4, DEP_MEMORY = 8, DEP_RATE = 16, DEP_CELL = 32 };
/* Of a bend, which changes only where params do, and yet is another at another time. */
enum { DEP_BEND = 64 };
/* What depends on no more than these stays as it is while no param moves. */
enum { DEPS_STEADY = DEP_PARAM | DEP_RATE | DEP_BEND };

/* The number of a param that is none: the phase at which a table is evaluated (evaluate/tabulate.c). */
enum { PARAM_PHASE = -1 };

typedef struct Node {
    uint8_t op;
    uint8_t deps;
    uint8_t mark;   /* scratch of the pass at work */
    uint8_t closed; /* evaluation found that no cell without a body is in it: there never will be */
    int32_t nin;
    int32_t aux;  /* PARAM, INPUT: number; TABLE, FIR, SAMPLE: number + 1 (node_table, node_sample);
                   * CELL: number in Graph.cells; else 0, or TIME_BEGINS */
    int32_t span; /* index into Graph.places, 0 none: the source it came from */
    double value; /* CONST */
    union {
        NodeId in3[3]; /* 0 after the last */
        NodeId *more;  /* nin > 3 */
    };
    NodeId chain; /* hash table */
} Node;

/* A cell stands for the present value of a signal while it is being defined by its own past. It is
 * the only way a graph has cycles: OP_CELL's value is its cell's body. */
typedef struct Cell {
    NodeId body;      /* 0 while it is being evaluated */
    NodeId node;      /* its OP_CELL */
    const char *name; /* of the signal, for messages and state names */
    Span span;
} Cell;

typedef struct Interval {
    double low, high;
} Interval;

typedef struct Table { /* one period, tabulated; data[n] repeats data[0] */
    int n;
    double *data;
    Interval range; /* of the data */
} Table;

typedef struct Sample { /* a sound file */
    const char *path;
    int channels;
    int64_t frames;
    double rate;
    float *data;                /* interleaved; NULL: it is read while it is heard */
    struct SoundStream *stream; /* of the session */
    uint64_t identity;          /* of such a file: which it is, and when it was written */
    int nloops, ncues;          /* marks of the file, in frames */
    int64_t (*loops)[2], *cues;
} Sample;

typedef struct ParamInfo {
    const char *name, *label;
    Unit unit;
    double min, max, initial, step;
    bool log;
    int controller; /* of MIDI, which turns it; -1: none does */
    Span span;
} ParamInfo;

/* The way to a value from the outermost definition: `echo` of `out`, `lowpass` of that, `y` in it. An
 * edited program has most of its ways again, so what has state is known by it. */
typedef struct Binding {
    const struct Binding *outer; /* NULL: a definition at the top */
    const char *name;
} Binding;

/* Where a node comes from. */
typedef struct NodePlace {
    Span span;
    const char *name; /* of the definition, or NULL */
    const Binding *binding;
} NodePlace;

/* Where the nodes come from that are made now. Most places make no node: the number in Graph.places is
 * given out when one is made. */
typedef struct Origin {
    int32_t number; /* -1: not yet */
    NodePlace place;
} Origin;

typedef struct Graph {
    Arena *arena;
    Node *nodes;
    int n, cap;
    NodeId *hash;
    int hash_size;
    Cell *cells;
    int ncells, cell_cap;
    NodePlace *places;
    int nplaces, place_cap;
    Origin now; /* of nodes made from here on */
    Table *tables;
    int ntables, table_cap;
    Sample *samples;
    int nsamples, sample_cap;
    ParamInfo *params;
    int nparams, param_cap;
    const char **inputs;
    int ninputs, input_cap;
    int nvoices; /* channels of the sum of an instrument's notes: they come behind the inputs, in `inputs` too */
    NodeId *outputs;
    int noutputs, output_cap;
    double rate;               /* sample rate, 0 when it is not known while compiling: then it is */
    Interval rates;            /* one of these */
    double length;             /* seconds, negative when the program does not say */
    double latency;            /* seconds */
    struct AffineMemo *affine; /* by node: what graph_affine found */
    int affine_cap, affine_depth;
    NodeId affine_late;             /* too deep for its walk, to be found first; 0: none */
    struct IntervalMemo *intervals; /* of graph_is_finite, and of evaluation */
    bool
        in_order; /* made by graph_rewrite: nodes come after their inputs, and few are not needed */
    bool borrowed; /* tables, samples, params, spans belong to the graph it was made from */
} Graph;

Graph *graph_create(Arena *arena, double rate);
void graph_free(Graph *g); /* the vectors; the arena goes on its own */
/* Facts of a graph without its nodes: params, inputs, tables, samples, rate, length. */
Graph *graph_create_like(const Graph *g);
/* The same graph, to be changed in place. */
Graph *graph_copy(const Graph *g);

/* A graph is as deep as its program makes it. What walks it by recursion goes down so many nodes and no
 * further: a node that lies deeper is put off, becomes where a walk begins, and when that is done the one
 * before begins again. */
enum { DEEPEST_WALK = 1000 };

NodeId graph_const(Graph *g, double value);
NodeId graph_node(Graph *g, Op op, int nin, const NodeId *in, int32_t aux);
/* The op of n, perhaps of another graph, on these inputs. There are three at least, 0 after the last. */
NodeId graph_node_like(Graph *g, const Node *n, const NodeId *in);
/* Constructors fold constants in double precision, and nothing else: the reference sees the program
 * as it was written. Equal nodes are one node. */
NodeId graph_op1(Graph *g, Op op, NodeId a);
NodeId graph_op2(Graph *g, Op op, NodeId a, NodeId b);
NodeId graph_op3(Graph *g, Op op, NodeId a, NodeId b, NodeId c);
NodeId graph_seconds(Graph *g);     /* dt */
NodeId graph_sample_rate(Graph *g); /* sr */
/* Number of a place in Graph.places. */
int32_t graph_place(Graph *g, NodePlace place);
/* Is this op the same on the same constants at all times, so that it is done while compiling? */
bool graph_folds(const Graph *g, Op op, int32_t aux);
/* A new cell and its node. Set cells[i].body when it is known. */
NodeId graph_cell(Graph *g, const char *name, Span span);
static inline Node *graph_at(const Graph *g, NodeId id) {
    return &g->nodes[id];
}
/* Arrays that its code is given: what a host lets it hear, and the sum of the notes. */
static inline int graph_inputs(const Graph *g) {
    return g->ninputs + g->nvoices;
}
static inline const NodeId *node_inputs(const Node *n) {
    return n->nin > 3 ? n->more : n->in3;
}
/* What a TABLE or FIR, and a SAMPLE, reads. They are numbered from 1: graph/graph.c sees no table in a 0. */
static inline Table *node_table(const Graph *g, const Node *n) {
    return &g->tables[n->aux - 1];
}
static inline bool op_reads_sample(Op op) {
    return op == OP_SAMPLE || op == OP_SAMPLE_LINEAR || op == OP_SAMPLE_SINC;
}
static inline Sample *node_sample(const Graph *g, const Node *n) {
    return &g->samples[n->aux - 1];
}
/* Is its value true or false? */
static inline bool node_is_condition(const Node *n) {
    return (op_info[n->op].flags & OPF_BOOL) != 0;
}
/* Does it change as time passes, params apart? */
static inline bool node_passes(const Node *n) {
    return (n->deps & ~DEPS_STEADY) != 0;
}
static inline bool node_is_const(const Graph *g, NodeId id) {
    return g->nodes[id].op == OP_CONST;
}
/* May it have so many inputs? */
static inline bool op_takes(Op op, int inputs) {
    const OpInfo *info = &op_info[op];
    return inputs == info->inputs || info->inputs < 0 ||
           (inputs == info->inputs + 1 && (info->flags & (OPF_MEMORY | OPF_ONE_MORE)));
}
/* graph/time_facts.c: the age input of an op with memory, 0 when it has none. */
NodeId node_age(const Node *n);
/* The frame from which on an age is not below 0, where it counts frames from one on: FRAME, or FRAME - begin. -1 where it
 * does not, as that of what begins again and again. */
double age_beginning(const Graph *g, NodeId age);
/* graph/op_evaluate.c: the value of an op on constants, in double: what folding and the reference interpreter use. */
double op_evaluate(Op op, const double *in, int nin);
/* A table at a phase in turns, straight between its points; NaN where the phase is no finite number. */
double table_read(const Table *t, long double phase);
/* graph/order.c: all nodes the outputs need, inputs before users, cells cut: the body of a cell comes after the
 * nodes that need only its past. The array is malloc'd, *n its length. */
NodeId *graph_order(const Graph *g, int *n);
/* The same nodes, inputs before users, in another order where that is quicker to find. */
NodeId *graph_needed(const Graph *g, int *n);
/* Does node n need that input at the same sample? The rest it needs only as past. */
bool node_needs_now(const Graph *g, const Node *n, int input);
/* All nodes, each after what it needs at the same sample, cells crossed: the order of one sample.
 */
NodeId *graph_sample_order(const Graph *g, int *n);
/* graph/time_facts.c: x = a * TIME + b with a, b free of TIME; false when it is not of that form. a, b are node ids
 * (0 when a is zero is never returned: then it is false). */
bool graph_affine(Graph *g, NodeId x, NodeId *a, NodeId *b);

/* straight[id] = 1 for what is made of time by pieces that are straight lines (t, 5 * t % 6,
 * floor of it, choices between such): there, a value within 1e-9 of an edge is that edge. `order`
 * is what graph_order gave. */
void graph_straight(const Graph *g, uint8_t *straight, const NodeId *order, int n);
/* timed[id] = 1 for what is computed from time, params and the phases of oscillators, sample by sample: these, sines
 * of them, and arithmetic. Where it is compared, rounded or taken modulo, what is within 1e-9 of an edge is that edge
 * too, in every engine: an oscillator often stands exactly on one. */
void graph_timed(const Graph *g, uint8_t *timed, const NodeId *order, int n);
#define EDGE_TOLERANCE 1e-9
/* graph/whole.c: 1 for each node that can only be a whole number, or a quotient of such; malloc'd. */
uint8_t *graph_whole(const Graph *g);

/* graph/interval.c: bounds of a node's value by interval arithmetic. `memo` is calloc'd by the caller, one per node,
 * and kept between calls on one graph. */
typedef struct IntervalMemo IntervalMemo;
IntervalMemo *interval_memo_create(void);
/* Time is not before that, in seconds; unless told so it is anywhere. */
void interval_assume_from(IntervalMemo *memo, double earliest);
void interval_memo_free(IntervalMemo *memo);
Interval graph_interval(const Graph *g, IntervalMemo *memo, NodeId id);
/* Is x a number at all times, neither infinite nor NaN? */
bool graph_is_finite(Graph *g, NodeId x);
/* Bounds what feeds back too, from here on. The n nodes are all that will be asked for, sorted by component (components.h), the
 * edges through cells counted, so that none needs one of a later component. */
struct LinearFeedbacks;
void interval_follow_cells(const Graph *g, IntervalMemo *memo, const struct LinearFeedbacks *linear,
                           const NodeId *sorted, int n, const int *component);
Interval interval_of_data(const double *data, int n);

/* graph/binding.c: the names of a binding with slashes between, malloc'd: "out/echo/lowpass/y". Hidden and private
 * names, and one that is the same again, are left out. */
char *binding_path(const Binding *binding);

/* graph/graph_text.c: `%12 = mul %3, %4`, one node a line, printed and parsed. */
void graph_print(const Graph *g, Buf *out);
/* NULL with a message in *error (malloc'd) when the text is no graph. */
Graph *graph_parse(Arena *arena, const char *text, char **error);
void graph_dot(const Graph *g, Buf *out);

/* graph/verify.c: NULL when the graph is sound, else what is wrong (in the arena). */
const char *graph_verify(const Graph *g);

/* graph/delay_free_loops.c: reports a loop that has no delay */
void refuse_loops(Session *session, const Graph *g);

/* graph/support.c: a node is 0 before `from` and from `until` on, in seconds. It fades where from `time` on it is no further from
 * 0 than e^(level - rate * (t - time)); a level of -INFINITY is that of 0, a time of INFINITY says that it may not fade. */
typedef struct Fade {
    double time, level, rate;
} Fade;
typedef struct Support {
    double from, until;
    Fade fade;
} Support;
/* That of each node; malloc'd. The nodes of `order` come after their inputs, cells being cut, and are sorted by `component` where
 * that is given, as above. `bounds` is what interval arithmetic knows of factors, for only a number times 0 is 0; without it all
 * are taken to be numbers, and nothing fades. */
Support *graph_support(const Graph *g, const NodeId *order, int n, const int *component,
                       IntervalMemo *bounds, const struct LinearFeedbacks *linear);
/* The seconds from which it stays below e^level. */
double fade_below(const Fade *fade, double level);
/* The time in seconds from which all outputs are 0 for good; -INFINITY when they always are, INFINITY when no end is
 * known. */
double graph_end(const Graph *g);

/* graph/memory_reason.c */

/* True when no output depends on memory or inputs. */
bool program_is_pure(const Graph *g);
/* "out[0] remembers: `echo` reads its own past (echo.kn:3:21)", malloc'd; NULL for a pure output.
 */
char *program_memory_reason(Session *session, const Graph *g, int output);

#endif
