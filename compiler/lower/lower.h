/* What the files that lower a plan to calls share. lower/lower.c goes through a whole program; lower/node.c and the other
 * files here make the calls for a node, lower/linear.c those for linear feedback. machine/calls.c makes machine code of
 * the calls, strips/strips.c and print_c/calls.c make text of them. */
#ifndef KANON_LOWER_H
#define KANON_LOWER_H

#include "lower/span_facts.h"
#include "lower/work.h"
#include "runtime/kernels.h"
#include "state/state.h"
#include "strips/strips.h"
#include "machine/loop_code.h"

/* Constant data that has a name in the text. */
typedef struct KernelSymbol {
    char name[24];
    const char *type; /* of an element */
    const void *address;
    /* of elements; 0 for a table or sound file of the program, and for a table of rows */
    int count;
    bool of_state; /* a field of the state of that name, made when the rate is told */
    bool named;    /* the text names it */
    bool read;     /* a piece of C reads it */
} KernelSymbol;

/* The constant data of a program: its tables and sound files in the form that kernels read, and the tables that kernels
 * want. */
typedef struct KernelData {
    KernelSet set; /* the kernels that make tables, and that run */
    bool loops;    /* are machine code of our own (machine/vector_code.c) */
    KernelSymbol *symbols;
    int nsymbols, symbol_cap;
    void **owned; /* freed with the program */
    int nowned, owned_cap;
    struct MadeTable { /* tables that kernels of oscillators and decays want, hashed */
        KernelId made_for;
        uint64_t number; /* step of a phase, or the bits of a slope or frequency */
        int symbol;      /* -1: the place is free */
    } * made;
    int nmade, made_size;
    struct RolledTable { /* of rounds: rolled0, rolled1, …, with a word for each round and column */
        int rounds, width;
        const uint64_t *words;
        /* the ArgumentKind of each column: NUMBER, WORD, FRAME, INTEGER, ADDRESS or DATA */
        uint8_t *kinds;
    } * rolled;
    int nrolled, rolled_cap;
    int ndistances; /* far0, … */
    int nfused;     /* loops of machine code: fused0, fused1, … */
} KernelData;
typedef struct MadeTable MadeTable;
typedef struct RolledTable RolledTable;

enum { STRIP_GRID = KERNEL_STRIP };

/* State that only kernels have. It lies in fields behind those that all engines have, and is made anew whenever params
 * change or the state comes from another engine. */
typedef struct KernelState {
    bool on_grid; /* strips end at multiples of STRIP_GRID, since spans of what has faded do */
    int strip;    /* the samples that a strip has at most */
    Buf tables;   /* of C that is told its rate: makes the tables of kernels in the state */
    /* numbers that are made of what params decide, and are no node's value: fields number0, number1, … */
    struct KernelNumber {
        enum {
            NUMBER_PRODUCT, /* scale, times a, times b: nodes, 0 being none */
            NUMBER_SAMPLES, /* the distance that DELAY or SHIFT `a` reads at, in samples */
            NUMBER_EDGE,    /* the frame of the edge of condition b, which compares with a */
            NUMBER_WINDOW /* the window of RUNNING_… `a` in samples, which `scale` is the most of */
        } kind;
        double scale;
        NodeId a, b;
        size_t field;
    } * numbers;
    int nnumbers, number_cap;
    /* frames at which strips end (lower/choices.c): MOMENT, or VALUE, which is whole */
    StripArgument *edges;
    int nedges, edge_cap;
    struct KernelHistory *histories;
    int nhistories, history_cap;
} KernelState;

/* What a kernel of linear feedback keeps: the powers of its matrix, and a history. Kernel `make` makes the powers once params
 * are known; kernel `begin` begins the history from the states that all engines have, and these states get their values
 * from the history after each strip. `powers`, `history` and `field` are places of fields in the state. */
enum { HISTORY_STATES = 3, HISTORY_NUMBERS = 11 };
typedef struct KernelHistory {
    KernelId make, begin; /* begin KERNELS: there is nothing else to begin */
    bool needs_powers;    /* kernel `begin` does */
    bool known;           /* the matrix is; if not, its elements are fields */
    double matrix[HISTORY_NUMBERS];
    int nmatrix;
    size_t elements[HISTORY_NUMBERS]; /* where these lie */
    size_t powers, history;
    int64_t from, until; /* the frames in which it may change */
    int nstates;
    struct {
        size_t field;
        int number;   /* in the history */
        bool of_line; /* the past of its line keeps it: it gets no value back */
    } states[HISTORY_STATES];
} KernelHistory;

/* Which kernel does an operation on operands of these kinds; -1: none. */
enum { FOUND_KERNELS = 256 };
typedef struct FoundKernel {
    const char *operation;
    BufferType type;
    unsigned operands;
    int kernel;
} FoundKernel;

/* The span whose calls are made, -1: none; its first buffer, or that of the row at hand, -1: there is neither; and where its
 * nodes begin in `logged`. */
typedef struct OpenSpan {
    int number, first, logged;
} OpenSpan;

/* A SELECT that takes one of its inputs until a frame, and the other from then on. */
typedef struct Choice {
    StripArgument edge;
    int first;     /* the input that comes first */
    unsigned made; /* bits of inputs whose copies are made */
} Choice;

typedef struct KernelEmitter {
    Emitter *e;
    const Plan *p;
    const Graph *g;
    bool standalone; /* the calls become C for people: see print_c/calls.c */
    bool cut;        /* into stages, for several threads */
    StripCode code;  /* of the function at hand */
    /* that the function computes, each after those it needs; a refill computes what its lines need */
    NodeId *nodes;
    int *places, n; /* where they stand in the order of the plan */
    KernelData *data;
    KernelState *own;
    int *buffer;       /* of a node: the buffer of its value, -1: none yet */
    int *converted[3]; /* the same with its value as float, double, condition */
    int *uses;         /* how often a node is read in a strip */
    bool *crosses;     /* needed outside of its component */
    /* a node that is an output or the source of a line: it needs a buffer of its own */
    uint8_t *kept;
    uint8_t *folded;   /* a node that is computed by the kernel of its only reader */
    uint8_t *gained;   /* a sine that may be computed together with its gain */
    uint8_t *rolled;   /* a phase or number that differs between the terms of a sum */
    int *first_reader; /* of a node, in `readers`: they end where those of the next node begin */
    NodeId *readers;   /* of all nodes; a reader stands there as often as it reads the node */
    /* of a sum: the sum that its terms are added to as soon as they are computed, 0: none */
    NodeId *gathers;
    bool any_gathers;
    struct Bank { /* filters whose sum goes to a sum */
        NodeId sum, input;
        int span; /* in which its filters are */
        KernelId kernel;
        int fours;
        size_t numbers, states; /* places of fields in the state */
    } * banks;
    int nbanks, bank_cap;
    /* of a note: filters that voices run beside each other, see lower/beside.c */
    struct BesideFilter {
        NodeId term, input;
        size_t numbers, states;
    } * beside;
    int nbeside, beside_cap;
    /* filters of which several may become one call: see lower/lanes.c */
    struct LaneFilter {
        int argument; /* in StripCode.arguments: two that say where its powers and its history are */
        int history;  /* in KernelState.histories */
        int line;
    } * filters;
    int nfilters, filter_cap;
    /* by place in the order: the first of the places before it whose nodes only this node needs */
    int *first_place;
    int *sum;         /* of such a sum: the buffer that terms are added to, -1: it is not begun */
    struct SumBegin { /* a sum is begun before the node at this place of the order */
        int place;
        NodeId sum;
    } * begins; /* sorted by place */
    int nbegins, begin_cap, begun;
    /* of a node: its number among the choices, + 1, 0 being none; NULL: there are no choices */
    int *choice_of;
    Choice *choices;
    int nchoices, choice_cap;
    uint8_t *computed; /* nodes whose calls are made */
    uint8_t *spanned;  /* sums with terms that are silent most of the time */
    int *span_of;      /* of a node: the span that it is in, -1: none; NULL: there are no spans */
    struct LowerSpan { /* frames within which its terms are not 0 */
        int64_t from, until;
        int outer;     /* the span around it, -1: none */
        int at;        /* its calls are made before those of the component of this number */
        NodeId choice; /* of which it computes a side; 0: of none */
        int side;
    } * spans;
    int nspans, span_cap;
    SpanFacts span_facts; /* those found with them */
    WorkInTurn in_turns[OP_COUNT];
    /* of a roll of the plan: the spans of its terms in the order in which they begin; NULL: it has none */
    struct RowSpan {
        int64_t from, until;
        int row;
    } * *row_spans;
    OpenSpan open;
    NodeId *logged; /* nodes that got a buffer in open spans */
    int nlogged, logged_cap;
    /* of a line that is held in variables: the buffer with its values from before the strip, for calls that read
     * them after the line went on; -1: no call does */
    int *old;
    /* by Spectra of the plan, then by the fields tails0, …: there is a call that begins them */
    uint8_t *spectra_made;
    FoundKernel found[FOUND_KERNELS]; /* the last answers: see lower/operands.c */
    VectorCode loop_code;
    const Roll *roll; /* at hand */
    bool in_turn;     /* making the calls of a step: see lower/step.c */
    bool by_block;    /* of the update: what varies is what params decide */
    uint8_t *inside;  /* nodes of it */
    int *held;        /* buffers that hold state meanwhile */
    int nheld, held_cap;
} KernelEmitter;

/* lower/operands.c */

typedef struct Operand { /* a buffer; where that is -1, a number */
    int buffer;
    StripArgument number;
} Operand;
/* Column of the table of the roll at hand that holds it, -1: it is no hole. */
int kernel_column(const KernelEmitter *k, NodeId id, HoleKind kind);
/* Turns as a fixed-point phase: 2^64 is one. */
uint64_t kernel_fixed_point(long double turns);
/* Does the node vary from sample to sample? If not, kernel_number gives its number. */
bool kernel_varies(const KernelEmitter *k, NodeId id);
StripArgument kernel_number(const KernelEmitter *k, NodeId id);
/* The double at a place of the state that is no node's value. */
StripArgument kernel_number_at(size_t place);
/* Where the field <name><number> of the state lies; the same as an argument of the last call. */
size_t kernel_field(const KernelEmitter *k, const char *name, int number);
/* Adds the field <name><number> of so many doubles that a kernel keeps for itself, and that can be made anew: of a node, 0: of none. */
size_t kernel_own_field(KernelEmitter *k, const char *name, int number, NodeId node, int count);
void kernel_add_field(KernelEmitter *k, const char *name, int number);
StripArgument kernel_negated(StripArgument number);
/* The type of a node's value, and of the arithmetic that computes it. */
BufferType kernel_type(const KernelEmitter *k, NodeId id);
BufferType kernel_computing_type(const KernelEmitter *k, NodeId id);
/* A buffer with a node's value in this type: converted, or filled with a number, where need be. */
int kernel_buffer(KernelEmitter *k, NodeId id, BufferType type);
Operand kernel_operand(KernelEmitter *k, NodeId id, BufferType type);
void kernel_add_operand(KernelEmitter *k, const Operand *o);
/* Lets the first two operands change places. */
void kernel_swap(Operand *o);
void kernel_fill(KernelEmitter *k, int buffer, StripArgument number);
/* Adds the call operation_type_operands(y, operands…, n) and gives y, a new buffer of type `result`. `operation` is a
 * constant text: its address is what answers are remembered by. */
int kernel_apply(KernelEmitter *k, const char *operation, BufferType type, BufferType result,
                 const Operand *o, int n);
/* The value of a node is in this buffer: kernel_set wants a buffer of its type, kernel_finish converts another. */
void kernel_set(KernelEmitter *k, NodeId id, int buffer);
void kernel_finish(KernelEmitter *k, NodeId id, int buffer);

/* lower/node.c */

/* The calls for one node at sample rate that does not feed back. False when only C can compute it. */
bool kernel_node(KernelEmitter *k, NodeId id);

/* lower/oscillator.c */

/* The sine that an oscillator kernel computes: of a phase, and of a modulation that is added to the phase. */
typedef struct Oscillator {
    NodeId turns, modulation; /* modulation 0: none */
    NodeId index;             /* the number that the modulation is multiplied by, 0: none */
    NodeId product;           /* the modulation with its index */
    bool cosine;
} Oscillator;
bool kernel_find_oscillator(const KernelEmitter *k, NodeId id, Oscillator *o);
/* Does one kernel compute it as a whole? */
bool kernel_is_oscillator(const KernelEmitter *k, NodeId id);
/* A steady sine in double. */
bool kernel_wide_oscillator(KernelEmitter *k, NodeId id);
/* `gain` 0: none. */
void kernel_oscillator(KernelEmitter *k, NodeId id, const Oscillator *o, NodeId gain);
/* The call for a product that is a sine with its gain. False when it is no such product. */
bool kernel_gained(KernelEmitter *k, NodeId id, const Node *n);
/* A source is time or a counted phase: its call is made where it is first read, not in the order. */
bool kernel_is_source(const KernelEmitter *k, NodeId id);
bool kernel_is_counted(const KernelEmitter *k, NodeId id);
void kernel_make_source(KernelEmitter *k, NodeId id);

/* lower/fold.c */

/* Finds the nodes that are cheaper to compute in the kernel of their only reader (k->folded). */
void kernel_find_folded(KernelEmitter *k);
/* Is the node such an operation, and may its reader's kernel compute it? */
bool kernel_foldable(const KernelEmitter *k, NodeId id, int op);

/* lower/fir.c */

/* Finds out whether a node is a sum of a signal's last samples, and folds what that sum is made of into it. */
bool kernel_fold_fir(KernelEmitter *k, NodeId id);
/* The call for such a sum. False when the node is none. */
bool kernel_fir(KernelEmitter *k, NodeId id);

/* lower/decay.c */

/* The call for an exponential of a straight line of time. False when it is none. */
bool kernel_decay(KernelEmitter *k, NodeId exponential);
/* Folds what only that call needs. */
void kernel_fold_decay(KernelEmitter *k, NodeId exponential);
/* Finds the terms of another shape that are partials too, of the sum of a roll. */
void kernel_fold_partials(KernelEmitter *k, NodeId sum);

/* lower/gather.c */

void kernel_find_readers(KernelEmitter *k);
/* Finds the sums to which each term is added as soon as it is computed. */
void kernel_find_sums(KernelEmitter *k);
void kernel_begin_sum(KernelEmitter *k, NodeId sum);
/* Is a term of a sum a row of its roll? Such a sum gathers the others alone, and only where some are spans. */
bool kernel_is_row(const KernelEmitter *k, NodeId sum, NodeId term);
/* Do only such sums read the node? */
bool kernel_only_gathered(const KernelEmitter *k, NodeId id);
/* Finds where in the order each of these sums is begun. */
void kernel_find_begins(KernelEmitter *k);
/* Begins the sums whose first term comes with the node at this place of the order. */
void kernel_begin_sums(KernelEmitter *k, int place);
/* The value of a node is computed: adds it to its sums, and computes the products that waited for it. */
void kernel_computed(KernelEmitter *k, NodeId id);
/* Ends a sum to which all terms that vary are added. */
void kernel_end_sum(KernelEmitter *k, NodeId id, const Node *n);

/* lower/choices.c: finds them, and the edges that strips end at. */
void kernel_find_choices(KernelEmitter *k);
/* Strips end at this frame too; false: they end at so many that it is not taken. */
bool kernel_note_edge(KernelState *own, StripArgument edge);
static inline bool kernel_is_choice(const KernelEmitter *k, NodeId id) {
    return k->choice_of && k->choice_of[id] > 0;
}
/* The condition of choices alone, which nothing reads. */
static inline bool kernel_is_dropped(const KernelEmitter *k, NodeId id) {
    return k->choice_of && k->uses[id] == 0 && !k->kept[id] &&
           (k->g->nodes[id].op == OP_LT || k->g->nodes[id].op == OP_LE);
}
/* Which input of a choice this is; 0: none alone. */
int kernel_side_of(const KernelEmitter *k, NodeId choice, NodeId input);
/* What is called from here on, until the span is closed, is heard as this side alone; the last of it copies it. */
void kernel_open_side(KernelEmitter *k, NodeId choice, int side);
void kernel_copy_side(KernelEmitter *k, NodeId choice, int side);
/* The value of a choice. */
void kernel_choice(KernelEmitter *k, NodeId id);
/* The frame of an edge that params decide (NUMBER_EDGE). */
Operand kernel_edge_frame(KernelEmitter *k, NodeId number, NodeId condition);

/* lower/spans.c */

/* Before the first frame, and after the last. */
#define SPAN_ALWAYS   (-(INT64_C(1) << 62))
#define SPAN_FOR_EVER (INT64_C(1) << 62)
/* Finds the spans, and the sums that they are terms of, which gather their terms then. */
void kernel_find_spans(KernelEmitter *k);
/* The calls between these two are those of a span, of which these are the nodes that are in no span within it. */
OpenSpan kernel_open_span(KernelEmitter *k, int number, const NodeId *nodes, int n);
void kernel_close_span(KernelEmitter *k, OpenSpan around);
/* The same of the terms of a roll, whose frames are words of its row, the first of them `from`. */
OpenSpan kernel_open_row(KernelEmitter *k, int from);
/* What can be told of them. */
SpanFacts kernel_span_facts(const KernelEmitter *k);
/* A span begins (1) or ends (-1). */
typedef struct SpanEvent {
    int64_t frame;
    int by;
} SpanEvent;
void span_events_add(SpanEvent *events, int *n, int64_t from, int64_t until);
/* Sorts them. */
int span_most_at_once(SpanEvent *events, int n);

/* lower/work.c: the work of the strip at hand; and that a component goes from sample to sample. */
Work kernel_work(const KernelEmitter *k);
void kernel_note_in_turn(KernelEmitter *k, const NodeId *members, int n);
/* The number of the span that a node is in, -1: none. */
static inline int kernel_span(const KernelEmitter *k, NodeId id) {
    return k->span_of ? k->span_of[id] : -1;
}

/* lower/roll.c */

/* The end of the name in C of a type of rows that begins with `from` and `until`. */
#define ROW_WITH_SPAN "_span"
/* The words of a row behind its constants and their seeds: `from`, `until`, the latest `until` so far, and its number in the
 * table of the plan. */
enum { ROW_FROM, ROW_UNTIL, ROW_LATEST, ROW_NUMBER, WORDS_OF_SPAN };
/* The calls for a sum that is a roll of the plan. */
void kernel_roll(KernelEmitter *k, NodeId sum);
/* The seed of noise in a roll, as a number that differs from term to term. */
StripArgument kernel_rolled_seed(const KernelEmitter *k, NodeId seed);

/* lower/past.c */

bool kernel_delay(KernelEmitter *k, NodeId id, const Node *n);
bool kernel_sequential(KernelEmitter *k, NodeId id, const Node *n);
/* The type of a line's samples. Its ring, the size of that, and the number of the sample so many `back`, as arguments. */
BufferType kernel_line_type(const KernelEmitter *k, int line);
void kernel_add_line(KernelEmitter *k, int number, int64_t back);
/* lower/partition.c: the calls for a FIR; false: its taps are summed as they stand. */
bool kernel_partitions(KernelEmitter *k, NodeId id);
/* The window of a RUNNING_… in samples, of which `most` is the greatest, as an argument of the last call. */
void kernel_add_window(KernelEmitter *k, NodeId id, int most);

/* lower/data.c: constant data and its names. */
/* Memory for data, which is freed with the program. */
void *kernel_own(KernelData *data, size_t bytes);
/* Data as an argument; the same as an argument of the last call. */
StripArgument kernel_data_argument(KernelEmitter *k, const char *format, int number,
                                   const char *type, const void *address, int count);
void kernel_add_data(KernelEmitter *k, const char *format, int number, const char *type,
                     const void *address, int count);
/* The same of what has that name already; false: there is none. */
bool kernel_add_known_data(KernelEmitter *k, const char *format, int number);
/* The same for what hangs on a rate that is not known: a field of the state, which KernelState.tables fills. True when there
 * was none of that name. */
bool kernel_add_state_data(KernelEmitter *k, const char *format, int number, const char *type,
                           int count);
/* Room for n distances, as an argument of the last call. */
void kernel_add_distances(KernelEmitter *k, int n);
/* A table of the program, in double or float, as an argument of the last call. */
void kernel_add_table(KernelEmitter *k, int number, bool wide);
/* Finds the data that the text of the calls names. */
void kernel_name_data(KernelEmitter *k);
/* Names the data that a call names within a piece of C, now. */
void kernel_name_read(KernelEmitter *k, const StripCall *call);
/* The table that kernels of oscillators want for a step, made by kernel `id`; that of osc_f or osc_d for a frequency, as an
 * argument of the last call. */
void kernel_turns(const KernelData *data, KernelId id, void *table, uint64_t step);
void kernel_add_rotation(KernelEmitter *k, double frequency, bool wide);
/* Samples a second, and seconds a sample: numbers. */
Operand kernel_sample_rate(KernelEmitter *k);
Operand kernel_sample_time(KernelEmitter *k);
void kernel_add_sample_rate(KernelEmitter *k);
void kernel_add_sample_time(KernelEmitter *k);
/* The window of samples that are read with a limited band, as an argument of the last call. */
void kernel_add_sinc_table(KernelEmitter *k);
/* A sound file that is read while it is heard (KnSoundFile), as an argument of the last call. */
void kernel_add_stream(KernelEmitter *k, int number);
/* The table that kernel decay_f wants for a slope per second, as an argument of the last call. */
void kernel_add_decay(KernelEmitter *k, double slope);
void kernel_data_free(KernelData *data);

/* lower/lanes.c: makes of filters that need nothing of each other one call, in which they run beside each other; and gives
 * all filters their places in the state. */
void kernel_lanes(KernelEmitter *k);

/* lower/rounds.c: makes one loop of calls that come again and again. */
void kernel_rounds(KernelEmitter *k);

/* lower/alike.c: equal where calls are alike but for numbers, places in the state and buffers; and whether two are alike. */
uint32_t call_shape(const StripCode *s, const StripCall *call);
bool calls_alike(const StripCode *s, const StripCall *a, const StripCall *b);
/* Numbers of arguments in StripCode.arguments. Whoever has it frees `at`. */
typedef struct ArgumentList {
    int *at, n, cap;
} ArgumentList;
/* Puts all that a call is given into the list, in the place of what was there: its arguments, then those of the calls of its step. */
void call_arguments(const StripCode *s, const StripCall *call, ArgumentList *list);

/* lower/windows.c: lets calls read and write rings where they lie. */
void kernel_windows(KernelEmitter *k);

/* lower/linear.c: the calls for members[n], all nodes of one component, whose feedback is linear in its past. False when it
 * is not linear, or too large. */
bool kernel_linear(KernelEmitter *k, const NodeId *members, int n);
/* Do the variables of a line change behind the strip alone, when a history gives back all of them? */
bool kernel_history_keeps(const KernelEmitter *k, int line);

/* lower/lower.c */

/* A host's thread may have a small stack: in C, buffers that take more than this lie in the state. */
enum { C_STACK_BYTES = 32 << 10 };
/* What makes no use of places, pasts or states may compute a block at once; other strips are as long as the plan says. */
int lower_longest_strip(const KernelEmitter *k);
/* The function that computes a strip, or with e->refill the one that fills lines: its calls, whose buffers have places. */
void lower_function(KernelEmitter *k, Emitter *e, KernelData *data, KernelState *own,
                    bool standalone);
void lower_end(KernelEmitter *k);

/* A buffer with the values that a line held in variables had before the strip. */
int kernel_old(KernelEmitter *k, int line);
/* Puts the values of a node into its line, or into the variables that hold its past. */
void kernel_keep_past(KernelEmitter *k, NodeId id, int number);
/* Does the node read the value of this input in the strip? A delay reads a line instead. */
bool kernel_counts_as_use(const KernelEmitter *k, NodeId id, int input);

/* lower/values.c. Operations are named by a constant text; operands and results are doubles, of kernel_compare conditions, of
 * kernel_logic both. */
Operand kernel_value(int buffer);
Operand kernel_constant(double x);
/* An input of a node, as double. */
Operand kernel_input(KernelEmitter *k, const Node *n, int which);
Operand kernel_one(KernelEmitter *k, const char *operation, Operand a);
Operand kernel_pair(KernelEmitter *k, const char *operation, Operand a, Operand b);
int kernel_compare(KernelEmitter *k, const char *operation, Operand a, Operand b);
int kernel_logic(KernelEmitter *k, const char *operation, int a, int b);
int kernel_opposite(KernelEmitter *k, int a);
/* condition ? a : b; both numbers, or buffers of the type. */
int kernel_select(KernelEmitter *k, BufferType type, int condition, Operand a, Operand b);
Operand kernel_choose(KernelEmitter *k, int condition, Operand a, Operand b);
void kernel_copy(KernelEmitter *k, int to, int from);
/* The variable that stands for a place in the state; it takes another value from here on. */
int kernel_hold(KernelEmitter *k, BufferType type, size_t field);
void kernel_assign(KernelEmitter *k, int held, Operand x);
/* A call of a function, the arguments of which follow; the buffer with what it returns. And one that returns nothing. */
int kernel_function(KernelEmitter *k, ScalarFunctionId id, BufferType result);
void kernel_procedure(KernelEmitter *k, ScalarFunctionId id);
/* A frequency while it is a number, else 0. */
Operand kernel_finite(KernelEmitter *k, Operand x);
/* The number of the sample that comes `ahead` after the one at hand. */
int kernel_sample_number(KernelEmitter *k, int ahead);
/* How many samples ago a DELAY or SHIFT reads, within its bounds. */
Operand kernel_delay_samples(KernelEmitter *k, const Node *n);

/* lower/update.c: a number that params decide, made when they change. */
StripArgument kernel_made_number(KernelEmitter *k, struct KernelNumber number);
/* What a delay reads at, in samples, while that does not vary. */
StripArgument kernel_distance(KernelEmitter *k, NodeId delay);
/* Do params, or the rate, decide anything? */
bool kernel_has_update(const Plan *p, const KernelState *own);
/* The calls of the function that runs when params have changed: one step of one sample, n0 being the frame. */
void kernel_update(KernelEmitter *k);
/* The calls that compute these nodes, which the rate or params decide, and nothing else. */
void kernel_block_values(KernelEmitter *k, const bool *asked);

/* lower/bank.c: finds filters of one shape and one input of which only a sum is read, and makes them banks: their nodes are
 * computed then. */
void kernel_find_banks(KernelEmitter *k);
/* The calls that add banks to a sum that is about to end, or in a span that is, to sums outside of it. */
void kernel_add_banks(KernelEmitter *k, NodeId sum);
void kernel_add_spanned_banks(KernelEmitter *k, int span);

/* lower/beside.c: finds filters of a note that are one call from input to output. */
void kernel_find_filters_beside(KernelEmitter *k);
/* The call of the one that is heard as one of these nodes; false: none is. */
bool kernel_filter_beside(KernelEmitter *k, const NodeId *members, int n);

/* lower/step.c: the calls for members[n], in the order in which they need each other at a sample, as a step: all of them
 * for one sample, then for the next. Where lines are written in the step, it does that too. */
void kernel_step(KernelEmitter *k, const NodeId *members, int n);
/* One node in a step. */
void kernel_node_in_turn(KernelEmitter *k, NodeId id);
/* Makes the step of the calls from `begin` on, whose buffers are those from `first` on; other calls need those that are
 * `needed`, counted from there. `once`: it is for one sample. */
void kernel_close_step(KernelEmitter *k, int begin, int first, const uint8_t *needed, bool once);

/* lower/follow.c: the call for members[n], all nodes of one component, that follow a signal with one time for its rise and
 * another for its fall. False when they are no such follower. */
bool kernel_follow(KernelEmitter *k, const NodeId *members, int n);

/* lower/streams.c: lets loops read inputs and fill outputs where they lie. */
void kernel_find_streams(KernelEmitter *k);

/* lower/loops.c */

/* The name of a new loop, for text. */
const char *kernel_loop_name(KernelEmitter *k);
/* Fuses elementwise calls next to each other: one call of a StripLoop takes their place. */
void strip_fuse(KernelEmitter *k);
/* Writes the machine code of the loops behind other code, or as text. Buffers have their places already. */
void strip_assemble_loops(KernelEmitter *k, int strip, StripMachine *machine);
void strip_print_loops(KernelEmitter *k, int strip, Buf *out);
void strip_free_loops(KernelEmitter *k);

/* The same of what params decide: of all of it (`wanted` NULL), or of the values of the nodes that are asked for. */
void lower_block(KernelEmitter *k, Emitter *e, KernelData *data, KernelState *own, bool standalone,
                 const bool *wanted);
/* A buffer that one stage of a strip hands over to another. All of them lie one behind the other. */
typedef struct HandedOver {
    size_t place;          /* how far behind w it begins */
    size_t before;         /* bytes of a sample of those before it */
    size_t size;           /* of a sample */
    unsigned fills, reads; /* bits of stages */
} HandedOver;

typedef struct KernelText {
    /* the code of the functions; the pieces of C that they call are kn_piece0, … in the text */
    StripMachine machine;
    /* places in the code; -1: the text has it, or there is none */
    int64_t strip_at, refill_at, update_at;
    /* kn_strip once more, cut into stages (strips/stages.c), where it is asked for */
    int64_t stages_at[MOST_STAGES];
    int nstages;          /* 0: it is not cut */
    bool stages_anywhere; /* the first may begin at any frame */
    HandedOver *handed;   /* the buffers that cross, malloc'd */
    int nhanded;
    size_t handed_bytes; /* of a sample of all */
    /* kn_strip once more, cut at the filters that voices of an instrument run beside each other; their words lie so far behind
     * the places */
    StripBeside beside;
    size_t beside_words;
    Buf text; /* what libtcc compiles; empty: nothing */
    KernelData data;
    Field *fields; /* of the state, malloc'd */
    int nfields;
    size_t shared_bytes; /* of the state that all engines have */
    size_t state_bytes;  /* of the whole state, with what only kernels have */
    size_t
        work_bytes; /* of the buffers, which lie outside of the state, and of what comes behind */
    int nvalues;    /* doubles of steps in C, behind the buffers: w + KN_VALUES */
    /* behind them, in a program that may begin at any frame and has a warm-up: addresses of outputs of a strip that nobody
     * hears, and of what a stage hands over; then room for these. 0: there is none */
    size_t unheard_at;
    size_t c_bytes; /* of the state of the same program as standalone C, or more */
    KernelHistory *histories;
    int nhistories;
    uint8_t *kernels; /* 1 by KernelId: the text calls that kernel */
    uint8_t *scalars; /* 1 by place in scalar_functions: the text calls that function */
    int strip;
    bool on_grid; /* see KernelState */
    StripArgument *edges;
    int nedges;
    int64_t warm_up; /* how many frames before the first the lines of pure signals need */
} KernelText;
/* How: as machine code, and text for what only C can say, a note for several voices beside each other too; all as text, in which loops
 * are machine code; or as text alone. */
typedef enum { EMIT_MACHINE_CODE, EMIT_NOTE, EMIT_TEXT, EMIT_FOR_LIBTCC } EmitAs;
/* Makes the functions of a program: kn_strip(self, w, n0, n, inputs, outputs, at); kn_refill with the same arguments, where
 * there is a warm-up; and kn_update, where params decide something. Emitted C is made of the same plan, so both
 * have the same state. As machine code for several `threads` it is cut into stages, where that can be done. */
void emit_jit(Arena *arena, Plan *plan, KernelSet set, EmitAs as, int threads, KernelText *out);
void kernel_text_free(KernelText *text);

#endif
