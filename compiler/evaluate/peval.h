/* What the files of partial evaluation share: values, functions, frames and the evaluator's state.
 * Numbers are graph nodes; everything else exists only while compiling. */
#ifndef KANON_PEVAL_H
#define KANON_PEVAL_H

#include "evaluate/program.h"

typedef enum {
    PRIM_CONSTANT,
    PRIM_MATH,
    PRIM_LIST,
    PRIM_SIGNAL,
    PRIM_TEXT,
    PRIM_PATTERN,
    PRIM_LATER
} PrimKind;

typedef enum {
#define PRIM(name, kind, params, least, doc) P_##name,
#include "evaluate/prims.def"
    P_COUNT
} PrimId;

typedef struct Prim {
    const char *name;
    PrimKind kind;
    Op op;              /* of MATH that is one operation; else OP_NONE */
    const char *params; /* names separated by blanks, … for any number */
    int least;
    const char *doc;
} Prim;
extern const Prim prims[];
extern const int prim_count;
int prim_find(const char *name);
/* What to write for a name that other languages of the field have; NULL for none. */
const char *other_name(const char *name);

/* evaluate/resolve.c */
int module_slot(Module *module, const char *name);
/* Where an instrument has `voices`. */
int module_voices(const Module *m);
void resolve_definition(Program *program, Module *module, Def *def);
void resolve_library(Program *program, Module *m);
const char *path_beside(Session *session, const char *from, const char *path);

/* ---- values -----------------------------------------------------------------------------------
 */

typedef enum {
    V_NUMBER, /* a node of the graph */
    V_LIST,
    V_FUNCTION,
    V_STRING,
    V_PATTERN,
    V_DEFERRED, /* not known yet: its definition is being evaluated around this use */
    V_ERROR     /* reported already; everything made of it is an error, silently */
} ValueKind;

typedef struct List List;
typedef struct Function Function;
typedef struct Pattern Pattern; /* evaluate/cycles.h */
typedef struct Frame Frame;
typedef struct Slot Slot;

typedef struct Value {
    uint8_t kind;
    union {
        NodeId node;
        List *list;
        Function *function;
        const char *text;
        const Pattern *pattern;
        Slot *slot; /* V_DEFERRED */
    };
} Value;

struct List { /* equal lists are one list */
    int n;
    uint32_t hash;
    List *chain;
    Value items[];
};

typedef enum { SLOT_NEW, SLOT_BUSY, SLOT_DONE } SlotState;

struct Slot { /* a definition or argument: evaluated when first needed */
    Value value;
    Ast *expr;
    Frame *frame; /* in which expr is evaluated */
    Def *def;     /* or NULL: an argument */
    Module *module;
    Slot *root;        /* of one that was deferred: the definition at work that it waits for */
    Slot *outer;       /* while it is evaluated: the definition that needs it */
    const char *cycle; /* `a` needs `b` needs `a`: when it was found to need itself */
    const struct Reads *reads; /* see reads_begin */
    uint8_t state;
};

struct Frame {
    Frame *outer;
    Ast *owner;
    const Binding *binding; /* the call or definition it was made in; NULL: of a file */
    int n;
    Slot slots[];
};

typedef enum {
    FN_CLOSURE, /* lambda in a frame; args: those already given when all but the last are */
    FN_PRIM,    /* a primitive not yet called */
    FN_SIGNAL,  /* a SIGNAL primitive with its arguments: a function of time or phase */
    FN_LIFTED,  /* an operation on functions, point by point */
    FN_CHANNEL, /* one channel of a signal that is a list */
    FN_INPUT    /* an audio input */
} FunctionKind;

/* What a lifted function does with the values of its operands. */
typedef enum {
    LIFT_BINARY,
    LIFT_UNARY,
    LIFT_SELECT,
    LIFT_MATH,
    LIFT_SUM,
    LIFT_PRODUCT,
    LIFT_COMPOSE
} Lift;

/* Function.lift of a FN_CHANNEL: of a signal of one channel it is that one. */
enum { CHANNEL_IF_LIST = 1 };

struct Function { /* equal functions are one function: it is the identity of a signal */
    uint8_t kind, lift;
    int number; /* FN_PRIM, FN_SIGNAL, LIFT_MATH: PrimId; lifted: AstOp; channel; input; table,
                   sample */
    Ast *lambda;
    Frame *frame;
    Value *args;
    int nargs;
    uint32_t hash;
    Function *chain;
    struct Signal *signal;  /* once it was read as one */
    uint8_t arity;          /* of a lifted one, 0 not known */
    uint8_t helper;         /* 0 not known, 1 no, 2 yes: it captured a number that varies */
    bool running;           /* a helper that is being evaluated */
    bool time_tried;        /* whether it is a signal */
    bool of_time;           /* called with a signal, it reads itself: that is its time */
    Span span;              /* where it was made */
    struct Site *site;      /* the user's call that made it, or NULL */
    const Binding *binding; /* of a primitive's signal: what it was made for */
};

typedef enum { SIGNAL_NEW, SIGNAL_BUSY, SIGNAL_DONE, SIGNAL_NONE } SignalState;

typedef struct Signal {
    uint8_t state;
    bool shape_known;  /* `value`, before it is done, has the shape that feedback reads */
    bool shape_wanted; /* feedback met something that needs its shape */
    bool read_itself;
    uint8_t shape_trials;
    int depth;                 /* busy: how many are around it */
    const struct Reads *reads; /* see reads_begin */
    Value value;               /* at OP_TIME when done */
    Value cells;               /* what reads of its present give while it is busy */
    struct Signal *outer;      /* busy around it */
    Function *function;
} Signal;

/* One call in progress, for the chain of calls in messages. */
typedef struct Call {
    struct Call *outer;
    Span span;
    const char *name;
    /* The name, or that of the nearest call around that is not private; NULL where there is none. */
    const char *shown;
    const Function *function;
} Call;

/* A call written in the user's files, with what it was given: messages show the user's own words.
 * Those in progress live on the stack; what a function remembers of its making is kept. */
typedef struct Site {
    struct Site *outer; /* NULL in a kept one */
    Ast *ast;
    Function *callee;
    const Value *args;       /* in the order of the parameters */
    const ParamName *params; /* NULL where they have no names */
    int n;
    struct Site *kept;
} Site;

typedef struct Memo Memo;

typedef struct PairMemo { /* from two nodes to one: trials leave it alone */
    uint64_t *pairs;
    NodeId *results;
    int size, n;
} PairMemo;

/* A function being evaluated with a signal as its argument. */
typedef struct Hearing {
    struct Hearing *outer;
    Function *function;
    Value argument;
} Hearing;

typedef struct ConeWalk { /* room for walks over cones, one at a time */
    NodeId *stack, *seen;
    int stack_cap, seen_cap;
} ConeWalk;

typedef struct Peval {
    Session *session;
    Program *program;
    Graph *g;
    Call *calls;
    const Binding *binding; /* of what is being evaluated */
    Site *site;
    Ast *open_if;  /* an `if` whose condition is not known, around what is evaluated */
    Slot *waiting; /* the definitions being evaluated, innermost first */
    bool tabulating;
    bool phase_indexed; /* while a table is made at once: an index depends on the phase */
    int depth;
    int64_t work, most_work;
    bool stopped;          /* work or depth ran out: evaluate nothing any more */
    uintptr_t stack_limit; /* lowest address that evaluation may reach */
    NodeId time;
    Memo *applications, *deferrals;
    PairMemo substitutions;
    PairMemo slopes; /* of a node by TIME: evaluate/slope.c */
    List **lists;
    int lists_size, nlists;
    Function **functions;
    int functions_size, nfunctions;
    Pattern **patterns;
    struct Undo *undo; /* what a trial evaluation has to take back */
    int nundo, undo_cap, trials;
    bool time_called; /* time was called like a signal since this was last set back */
    bool tentative;   /* the trial at work is taken back whatever comes of it, messages too */
    Signal *busy;     /* the signals being evaluated, innermost first */
    const struct Reads *reads; /* see reads_begin */
    IntervalMemo *intervals;
    ConeWalk walk;
    Hearing *hearing;
    Diag *withdrawn; /* the first message of a call that was evaluated otherwise after it */
    struct PrimParams
        *prim_params; /* of each primitive, once it was called: see evaluate/arguments.c */
} Peval;

/* Steps in the usual limit of time and below: what is evaluated without end is refused after the same work on
 * every machine. More time allows more. */
enum { USUAL_WORK = 12000000, MAX_CALL_DEPTH = 20000 };

/* evaluate/value.c */
Value value_number(NodeId node);
Value value_constant(Peval *p, double x);
Value value_error(void);
Value value_list(Peval *p, const Value *items, int n);
Value value_function(Function *f);
Value value_pattern(const Pattern *pattern); /* NULL: an error */
bool value_equal(Value a, Value b);
uint32_t value_hash(Value v);
Function *function_intern(Peval *p, const Function *key);
/* "a number", "a list of 3", "a function of t" … */
const char *value_describe(Peval *p, Value v);
bool value_is_constant(Peval *p, Value v, double *x);
/* Depends on time, inputs or memory, itself or in what it holds. */
bool value_varies(Peval *p, Value v);
bool function_is_helper(Peval *p, Function *f);
/* The numbers that vary and are held by a helper; *name is what one of them is called in it. */
int function_varying(Peval *p, Function *f, NodeId *out, int max, const char **name);
int function_arity(Peval *p, const Function *f);
const char *function_name(const Function *f);

/* evaluate/memo.c: a table from (function, arguments) to a value, which can take back its last entries */
typedef struct MemoEntry {
    struct MemoEntry *chain;
    const void *key;
    Value result;
    const struct Reads *reads; /* see reads_begin */
    uint8_t state;             /* SlotState */
    bool kept;                 /* trials do not take it back */
    uint32_t hash;
    int n;
    Value args[];
} MemoEntry;
MemoEntry *memo_find(Peval *p, Memo **memo, const void *key, const Value *args, int n, bool *found);

/* 0 when there is none. */
NodeId pair_find(const PairMemo *memo, NodeId a, NodeId b);
void pair_add(Peval *p, PairMemo *memo, NodeId a, NodeId b, NodeId result);

/* A trial of a signal that fails takes back what was read of it, and what was made of that; the rest
 * would come out the same again. So each evaluation that is remembered knows the signals still at work
 * that it read: between reads_begin and reads_end p->reads gathers them. */
typedef struct Reads { /* a set, the innermost first */
    Signal *signal;
    const struct Reads *outer;
} Reads;
const Reads *reads_begin(Peval *p);
const Reads *reads_end(Peval *p, const Reads *outside);
/* A signal was read; something was used that had read these. */
void reads_note_signal(Peval *p, Signal *s);
void reads_note(Peval *p, const Reads *set);
/* The innermost signal at work is done: that it read itself concerns nobody else. */
void reads_forget(Peval *p, const Signal *s);
/* A definition was needed while it is at work: it is one with all that is. */
void reads_note_busy(Peval *p);
/* Notes that what was evaluated is to be taken back when the trial at work fails. An entry is noted
 * when it is made, and excused by undo_keeps once it is known not to depend on the trial. */
bool undo_keeps(const Peval *p, const Reads *reads, Value result);
void undo_note_slot(Peval *p, Slot *slot);
void undo_note_signal(Peval *p, Signal *signal);
void undo_to(Peval *p, int mark);
/* The same of what hangs on a signal that is tried again: the stages of a chain are not evaluated anew for each
 * that follows them. */
void undo_what_reads(Peval *p, int mark, const Signal *again);

/* evaluate/peval.c: the kinds of expression */
Value eval(Peval *p, Ast *ast, Frame *frame);

/* evaluate/slots.c: definitions and arguments, evaluated when first needed */
Value slot_value(Peval *p, Slot *slot, Span span);
/* The value of what was deferred; an error where it still waits for itself. */
Value force(Peval *p, Value v);
/* Stands for an expression that waits for a definition at work. */
Value defer(Peval *p, Ast *ast, Frame *frame, Value waiting);

/* An evaluation that is a trial: what it has to say is nobody's business until it is kept. */
typedef struct Trial {
    int undo, diags;
    bool tentative, stopped, time_called, phase_indexed;
    Diag *withdrawn;
} Trial;
Trial trial_begin(Peval *p);
/* Nothing went wrong in it so far. */
bool trial_is_good(const Peval *p, const Trial *trial);
/* One of these ends it: what it did stays, or is as if it had not been. */
void trial_keep(Peval *p, const Trial *trial);
void trial_take_back(Peval *p, const Trial *trial);

/* What a call or definition of that name within `outer` is bound to. */
const Binding *binding_within(Peval *p, const Binding *outer, const char *name);

/* evaluate/call.c: calls with evaluated arguments */
Value apply(Peval *p, Value callee, const Value *args, int n, Span span);
/* Evaluates the body with these arguments: no question asked about time. */
Value apply_direct(Peval *p, Function *f, const Value *args, int n, Span span);
/* Is a function of one argument a signal, and no maker of signals? */
bool function_is_signal(Peval *p, Function *f, Span span);
Frame *frame_create(Peval *p, Ast *owner, Frame *outer, int n);

/* evaluate/arguments.c: calls as they are written */
Value eval_call(Peval *p, Ast *ast, Frame *frame);

/* evaluate/tabulate.c: f at i / n, for i below n, all at once; false when it has to be done one by one */
bool tabulate(Peval *p, Value f, int n, double *data, Span span);

/* evaluate/report.c: errors, and the limits of work and depth */
Diag *peval_error(Peval *p, Span span, const char *fmt, ...) KN_PRINTF(3, 4);
void peval_help(Peval *p, Diag *d, const char *fmt, ...) KN_PRINTF(3, 4);
/* The user's call that is being evaluated; nowhere between evaluations. */
Span peval_place(Peval *p);
/* Work, depth or stack ran out: an error the first time. */
bool peval_exhausted(Peval *p, Span span);
/* Accounts for steps of work; false, with an error the first time, when there were too many. */
static inline bool peval_spend(Peval *p, int64_t work, Span span) {
    char here;
    p->work += work;
    budget_spend(work);
    bool deep = (uintptr_t)&here < p->stack_limit || p->depth > MAX_CALL_DEPTH;
    return (!p->stopped && !deep && p->work < p->most_work) || peval_exhausted(p, span);
}
bool in_library(Peval *p, Span span);
/* Where the argument for parameter i of the call at `span` stands, else `span`. */
Span argument_span(Peval *p, int i, Span span);
/* The argument for parameter i of a call, as it is written; NULL for a default. */
const Ast *argument_of(const Site *site, int i);
/* The user's words for what is called at `span`, else `otherwise`. */
const char *callee_words(Peval *p, Span span, const char *otherwise);
const char *delay_words(Peval *p, Span span);

/* evaluate/maker.c: definitions that make signals and are heard as signals */
bool is_maker(const Function *f); /* it wants an argument that is not called t */
void help_with_maker(Peval *p, Diag *d, const Function *f);
/* An error where the user handed such a one to what wants a signal; false: there is none. */
bool blame_maker(Peval *p);
void warn_of_maker(Peval *p, Value v, Span span); /* of the first maker in v, if any */

/* evaluate/warn_call.c: what is legal and surely not meant in a call of the library */
void warn_call(Peval *p, const Site *site);

/* evaluate/need.c: what must hold for arguments */
Value eval_need(Peval *p, Ast *ast, Frame *frame);
/* The next need of the definition with that value, NULL when there are no more: of one, that behind it in need->d. */
const Ast *need_next(const Ast *value);
/* A need that is an expression like others. */
Value misplaced_need(Peval *p, Span span);

/* evaluate/blame.c: the user's own words for what went wrong deep inside */
Span blame_call(Peval *p, const Call *call);
Site *site_keep(Peval *p);
/* The user's argument that became one of these values. */
typedef struct Blame {
    const Ast *ast;     /* the argument as written; NULL: none was found */
    const char *reader; /* the function it was given to, or NULL */
    const char *param;  /* its parameter, or NULL */
    bool element;       /* it is an element of that argument */
} Blame;
/* The argument for parameter `param` of the call that runs this lambda. */
Blame blame_parameter(Peval *p, const Ast *lambda, int param);
Blame blame_value(Peval *p, const Value *values, int n, const Site *also);
/* A number that varies was given, and its past is wanted. `name`: what holds it, if known. */
Diag *blame_past(Peval *p, const NodeId *numbers, int n, const Site *also, const char *name,
                 Span span);
/* A warning: phase was given the value of a frequency that varies, not the signal. */
void blame_frequency(Peval *p, Value f, Span span);
void help_with_string(Peval *p, Diag *d, const char *text);
/* A value of a wrong kind: at the argument that it was, else at `span`; NULL when that says no more
 * than the caller can. `kind`: what it is, NULL to have it described. */
Diag *blame_kind(Peval *p, Value v, const char *kind, const char *wanted, Span span);

/* evaluate/lift.c: operations point by point and element by element */
Value lift_binary(Peval *p, AstOp op, Value a, Value b, Span span);
Value lift_unary(Peval *p, AstOp op, Value a, Span span);
Value lift_select(Peval *p, Value condition, Value a, Value b, Span span);
Value lift_math(Peval *p, PrimId prim, const Value *args, int n, Span span);
Value lift_sum(Peval *p, const Value *items, int n, Span span);
Value lift_product(Peval *p, const Value *items, int n, Span span);
Value lifted_call(Peval *p, Function *f, const Value *args, int n, Span span);

/* evaluate/signal.c: signals read at times; evaluate/times.c the last of these */
Value signal_read(Peval *p, Function *f, NodeId time, Span span);
/* The list a value counts as where a list is called for; V_ERROR with a diag otherwise. */
Value as_list(Peval *p, Value v, const char *what, Span span);
/* Is this number made of a cell whose shape is not known yet? Then its signal is tried again. */
bool shape_is_open(Peval *p, NodeId node);
bool time_is_shifted(Peval *p, NodeId time);

/* evaluate/sample.c: reads a sound file once; its number in the graph, -1 with a diag */
int sample_load(Peval *p, const char *path, Span span);
/* The same of a path that stands by itself, which messages call `path`. */
int sample_load_path(Peval *p, const char *full, const char *path, Span span);

/* evaluate/declarations.c */
void module_frame_create(Peval *p, Module *module);
/* A signal, or a list of them, is read at t. What is read and gives a signal is read once more. */
Value read_now(Peval *p, Value v, Span span);
/* The channels of what is heard; an error, which calls it `name`, where it is no flat list of numbers. In `nodes`, malloc'd. */
void gather_channels(Peval *p, Value v, const Ast *value, Span span, const char *name,
                     NodeId **nodes, int *n);

/* evaluate/voice.c: an instrument. The definition of its `voice`, NULL where the module has none: another thing of that name is
 * the user's. */
Def *module_instrument(Module *m);
/* Evaluates it, and gives `voices` its value. */
void evaluate_voice(Peval *p, Module *m);
/* When all is evaluated: the graph of a note becomes one of its own. */
void voice_part(Peval *p);

/* evaluate/image.c: a picture. The definition of its `image`, or `field`, NULL where the module has none. */
Def *module_picture(Module *m);
/* Evaluates it. */
void evaluate_picture(Peval *p, Module *m);
/* When all is evaluated: the graph of a row, and that of what it shows, where they are wanted. */
void picture_part(Peval *p);
/* What a picture of any width shows becomes outputs of the program itself, behind its own: whoever runs that sees it. */
void picture_show(Peval *p);

/* evaluate/warn.c: what is legal and surely not meant, in a graph without errors */
void warn_program(Peval *p);
/* Is x made of something that swings in time, not by steps? */
bool node_swings(const Graph *g, NodeId x);

/* evaluate/convolution.c: finite impulse responses */
/* fir, convolve or oversample called: a signal, or a list of them. */
Value convolution_call(Peval *p, PrimId prim, const Value *args, int n, Span span);
/* x through the taps of a table whose number is a constant. */
NodeId fir_node(Peval *p, NodeId x, NodeId table);
/* A signal of oversample at the present, where what it hears is x. */
Value oversample_at(Peval *p, Function *f, Value x, Span span);

/* evaluate/prims.c, and evaluate/prims_texts.c, evaluate/prims_signals.c */
/* "C#4" -> Hz; false when it is not the name of a note. */
bool note_frequency(const char *name, double *hz);
Value prim_value(Peval *p, PrimId prim);
Value prim_call(Peval *p, PrimId prim, const Value *args, int n, Span span);
/* The value of a known number; false with a diag, which says `what` has to be known. */
bool peval_known(Peval *p, Value v, const char *what, Span span, double *x);
/* A SIGNAL primitive with its arguments at a time (or phase). */
Value prim_signal_at(Peval *p, Function *f, NodeId time, Span span);

#endif
