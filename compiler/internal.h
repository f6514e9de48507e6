/* The map of the compiler: every type and every function that crosses a file, file by file, in the
 * order in which the data goes:
 *
 *   text --source,lex,grammar--> AST --resolve--> bound AST --peval--> graph --passes--> graph
 *        --schedule--> strips --emit--> C            graph --interp--> reference sound
 *
 * Nothing here is public; programs that embed Kanon see kanon.h. All memory of a compilation
 * comes from one arena and goes with it. No function prints or exits: what is wrong is a Diag. */
#ifndef KANON_INTERNAL_H
#define KANON_INTERNAL_H

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

/* What builds with sanitizers cannot do as others, or only slower. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#include "base/budget.h"
#include "base/memory.h"

#define KN_VERSION "0.1.0"

#if defined(__GNUC__)
#define KN_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define KN_INLINE            static inline __attribute__((always_inline))
#else
#define KN_PRINTF(fmt, args)
#define KN_INLINE static inline
#endif

typedef struct Compile Compile;

/* ---- memory.c: memory.h has it; malloc, free and their family are its functions -----------------
 */

/* ---- arena.c: memory that is freed all at once ----------------------------------------------- */

typedef struct Arena Arena;
Arena *arena_create(void);
void arena_free(Arena *arena);
/* Zeroed memory, aligned to 16 bytes. Never NULL: out of memory goes back to the guard (memory.h). */
void *arena_alloc(Arena *arena, size_t size);
char *arena_strndup(Arena *arena, const char *text, size_t length);
char *arena_printf(Arena *arena, const char *fmt, ...) KN_PRINTF(2, 3);
#define ARENA_NEW(arena, type)      ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, n) ((type *)arena_alloc((arena), sizeof(type) * (size_t)(n)))

/* ---- buf.c: growing text and growing arrays -------------------------------------------------- */

/* Text that grows; `data` is always zero-terminated once something was added. Freed by buf_free. */
typedef struct Buf {
    char *data;
    size_t length, capacity;
} Buf;
void buf_add(Buf *buf, const char *text, size_t length);
/* Room for `extra` more bytes and the zero that ends the text. */
void buf_reserve(Buf *buf, size_t extra);
KN_INLINE void buf_byte(Buf *buf, char byte) {
    if (buf->length + 2 > buf->capacity) buf_reserve(buf, 1);
    buf->data[buf->length++] = byte;
    buf->data[buf->length] = 0;
}
void buf_puts(Buf *buf, const char *text);
void buf_printf(Buf *buf, const char *fmt, ...) KN_PRINTF(2, 3);
void buf_vprintf(Buf *buf, const char *fmt, va_list args);
void buf_free(Buf *buf);

/* n zeroed items of malloc's memory; never NULL, as with arena_alloc. */
void *alloc_zeroed(size_t n, size_t size);
/* The same, not zeroed. */
void *alloc_room(size_t n, size_t size);

/* A vector is declared as `T *items; int n, cap;` in its owner and grown by this. */
void *vec_grow(void *items, int *capacity, int needed, size_t item_size);
#define VEC_PUSH(items, n, cap, item)                                                              \
    do {                                                                                           \
        if ((n) >= (cap)) (items) = vec_grow((items), &(cap), (n) + 1, sizeof *(items));           \
        (items)[(n)++] = (item);                                                                   \
    } while (0)

/* ---- plain_locale.c: a point in numbers, whatever the host's locale -------------------------------- */

typedef struct PlainLocale {
    void *plain, *host;
} PlainLocale;
/* Around whatever writes or reads numbers and is called from outside of the compiler. */
PlainLocale plain_locale_begin(void);
void plain_locale_end(PlainLocale held);

/* ---- float_mode.c: rounding and traps, whatever the host has set ---------------------------------- */

typedef struct FloatMode {
    uint64_t words[2];
} FloatMode;
FloatMode float_mode_begin(void);
void float_mode_end(FloatMode *held);
/* First in a function that hosts call and that computes: the plain mode is held until it returns. */
#define HOLD_FLOAT_MODE                                                                            \
    FloatMode held_mode __attribute__((cleanup(float_mode_end))) = float_mode_begin()

/* ---- deep_stack.c: recursion over trees as deep as users write them ---------------------------- */

/* Runs work(data) with 256 MiB of stack; false when there is no memory for that. Where that is so already,
 * it just runs. A jump to the guard (memory.h) goes on from the caller's stack. */
bool run_deep(void (*work)(void *), void *data);
/* Bytes that are left of the stack of this thread; SIZE_MAX where that cannot be known. */
size_t stack_left(void);

/* ---- intern.c: one pointer for each spelling --------------------------------------------------
 */

/* The same text gives the same pointer for the life of the compilation. */
const char *intern(Compile *c, const char *text, size_t length);

/* ---- input_file.c: the files that are read -----------------------------------------------------
 */

typedef struct FileRead {
    dev_t device;
    ino_t number;
    const char *what; /* "the program": said of an output that would replace it; lives for ever */
} FileRead;
typedef struct FilesRead {
    FileRead *items;
    int n, cap;
} FilesRead;

/* Opens a regular file for reading, without waiting, and tells about it. -1 with the reason, which ends a
 * sentence ("it is a folder"). */
int input_file_open(const char *path, struct stat *info, const char **why);
void files_read_note(FilesRead *read, const struct stat *info, const char *what);
/* What of the files that were read this is; NULL: none of them. */
const char *files_read_what(const FilesRead *read, const struct stat *info);
typedef enum { FILE_MAIN, FILE_USED, FILE_SAMPLED } FileRole;
/* Opens and notes a file for the compilation, one at a time, if its options let it be read. -1 with the
 * reason. *named_kn: links resolved, its name ends in ".kn"; not told of samples. */
int compile_open_file(Compile *c, const char *path, FileRole role, bool *named_kn,
                      const char **why);
void compile_close_file(Compile *c);
/* The real path of a folder; false when there is none. */
bool folder_find(const char *path, char real[PATH_MAX]);

/* ---- sound_reader.c: sound files ------------------------------------------------------------------
 */

typedef struct SoundReader {
    int channels;
    double rate;
    int64_t frames;
    char why[160]; /* what went wrong, for the end of a sentence */
    /* its own */
    void *file;
    int handle;
    int64_t bytes, at;
    int64_t mended; /* where these bytes stand in place of the file's; 0: nowhere */
    unsigned char length[4];
} SoundReader;

/* Reads the sound of an open file, from its beginning. It stays where it is, and the handle open, until it is
 * closed. False with a reason; then it is closed. */
bool sound_reader_open(SoundReader *r, int handle);
/* The next frames, channels interleaved; not beyond the end. False with a reason. */
bool sound_reader_read(SoundReader *r, float *to, int64_t frames);
void sound_reader_close(SoundReader *r);

/* ---- source.c: files and places in them -------------------------------------------------------
 */

/* Bytes [start, end) of file number `file`; file < 0 is no place at all. */
typedef struct Span {
    int32_t file, start, end;
} Span;

typedef struct Source {
    const char *path; /* as the user knows it: "bell.kn", "<library>/filters.kn", "-e" */
    const char *text; /* zero-terminated */
    size_t length;
    bool library;  /* part of the standard library */
    bool unquoted; /* a file that is not named as a program: messages show no line of it */
    int *line_starts, nlines, line_cap; /* found as far as places are asked for */
} Source;

/* Adds text under a name; the text is copied. Returns the number of the source, -1 when it is not
 * acceptable (a diag says why: binary, invalid UTF-8, too long). */
int source_add(Compile *c, const char *path, const char *text, size_t length);
/* Adds a text of the standard library, which is not copied. */
int source_add_library(Compile *c, const char *path, const char *text, size_t length);
/* Reads a file. Returns -1 with a diag at `at` when it cannot be read. */
int source_read(Compile *c, const char *path, Span at);
/* Line and column of an offset, both from 1; columns count code points. */
void source_place(Source *source, int offset, int *line, int *column);
/* The text of a span, in the arena; shortened in the middle when longer than `limit` bytes. */
const char *source_text(Compile *c, Span span, int limit);

/* Bytes of the UTF-8 character at `s`, 0 when there is none; `s` ends with a zero. */
int utf8_length(const unsigned char *s);

/* ---- foreign_text.c: text from outside on its way into something that gives characters a meaning -- */

/* For people, on one line: what is not seen, or moves what is seen, as \u{1b}. */
void text_to_terminal(Buf *out, const char *text);
/* With quotes. */
void text_to_kanon_string(Buf *out, const char *text);
void text_to_json(Buf *out, const char *text);
void text_to_dot(Buf *out, const char *text);
void text_to_c_string(Buf *out, const char *text);
/* A whole comment. */
void text_to_c_comment(Buf *out, const char *text);
/* Whether a file of that name can be told to `#include`. */
bool text_can_be_included(const char *name);
/* One character that shows itself and nothing else. */
bool text_is_seen(const char *text, int length);

/* ---- diag.c: what is wrong, where, and the way out ---------------------------------------------
 */

typedef enum { DIAG_ERROR, DIAG_WARNING } Severity;

typedef struct DiagNote {
    Span span;
    const char *text;
    struct DiagNote *next;
} DiagNote;

typedef struct Diag {
    Severity severity;
    Span span;
    const char
        *message;     /* one sentence without a full stop, in the words of the language reference */
    const char *help; /* what to write instead, or NULL */
    DiagNote *notes;  /* first the innermost call */
    int order;        /* of arrival; keeps sorting stable */
    bool file_failed; /* a file or device is the cause: exit status 3, not 1 */
} Diag;

Diag *diag_error(Compile *c, Span at, const char *fmt, ...) KN_PRINTF(3, 4);
Diag *diag_warning(Compile *c, Span at, const char *fmt, ...) KN_PRINTF(3, 4);
void diag_help(Compile *c, Diag *diag, const char *fmt, ...) KN_PRINTF(3, 4);
void diag_note(Compile *c, Diag *diag, Span at, const char *fmt, ...) KN_PRINTF(4, 5);
int diag_errors(const Compile *c);
/* What the errors mean for a caller: 0 there are none, 1 the program is wrong, 3 only files failed. */
int diag_status(const Compile *c);
/* Sorts by place (files in the order of reading, the first first) and drops repetitions. */
void diag_sort(Compile *c);
/* All of them as text for a terminal: place, message, underlined line, help, notes. */
void diag_print(Compile *c, Buf *out);
/* {"file":…,"line":…,"column":…,"message":…} objects, comma-separated. */
void diag_json(Compile *c, Buf *out);
/* The candidate nearest to `name` by edit distance, NULL when none is near enough. */
const char *nearest_name(const char *name, const char *const *candidates, int n);

/* ---- lex.re, layout.c, parse.c, grammar.y, ast.c, others (syntax.h): text to tree ------------- */

typedef enum {
    UNIT_NONE,
    UNIT_HZ,
    UNIT_KHZ,
    UNIT_S,
    UNIT_MS,
    UNIT_US,
    UNIT_MIN,
    UNIT_BPM,
    UNIT_DB,
    UNIT_ST,
    UNIT_CENTS,
    UNIT_DEG
} Unit;
const char *unit_name(Unit unit);            /* "Hz"; "" for UNIT_NONE */
double unit_value(double number, Unit unit); /* 440 Hz -> 440, -6 dB -> 0.501 */
double unit_number(double value,
                   Unit unit); /* and back; not finite: no number of that unit is it */

typedef enum {
    AST_ERROR,   /* what did not parse; evaluates silently to an error value */
    AST_NUMBER,  /* number, unit, true, false */
    AST_STRING,  /* text */
    AST_NAME,    /* name; bound by resolve */
    AST_HOLE,    /* `_`: replaced while parsing inside a pipe; an error if one is left */
    AST_LIST,    /* list.items */
    AST_RANGE,   /* a = from, b = to, d = step or NULL */
    AST_UNARY,   /* op, a */
    AST_BINARY,  /* op, a, b */
    AST_IF,      /* a = condition, b = then, d = else */
    AST_CALL,    /* a = callee, call.args */
    AST_INDEX,   /* a[b] */
    AST_MEMBER,  /* a.name, a is an AST_NAME of a `use … as` */
    AST_LAMBDA,  /* lambda: one group of parameters and a body */
    AST_BLOCK,   /* block: definitions and one value */
    AST_NEED,    /* a = condition, b = what it says, d = the value behind it; need.unit */
    AST_ELEMENT, /* element `index` of `count` of a; made by patterns such as [l, r] = … */
} AstKind;

/* Operators as written. The order is that of the table in ast.c. */
typedef enum {
    BIN_ADD,
    BIN_SUB,
    BIN_MUL,
    BIN_DIV,
    BIN_MOD,
    BIN_POW,
    BIN_CONCAT,
    BIN_EQ,
    BIN_NE,
    BIN_LT,
    BIN_LE,
    BIN_GT,
    BIN_GE,
    BIN_AND,
    BIN_OR,
    UN_NEG,
    UN_NOT
} AstOp;
const char *ast_op_text(AstOp op); /* "+", "==", "and", "not" … */

typedef struct Ast Ast;

typedef struct Arg {
    const char *name; /* of a named argument, interned; else NULL */
    Span name_span;
    Ast *value;
} Arg;

typedef struct ParamName { /* one parameter of a function */
    const char *name;      /* interned; hidden names begin with '$' */
    Span span;
    Ast *fallback; /* default value, or NULL */
} ParamName;

typedef struct Def {  /* one definition, at the top or in a block */
    const char *name; /* interned; hidden ones begin with '$' */
    Span span;        /* of the name */
    Ast *value;       /* functions are lambdas: f(a)(t) = e is f = a => t => e */
    const char *doc;  /* text of the /// lines above, newline-separated, or NULL */
    Span head;        /* the whole left side, for signatures */
    int slot;         /* in the frame of its block or module: its index */
    bool resolved;    /* library definitions are bound when first used */
} Def;

typedef enum {
    BOUND_NONE,
    BOUND_LOCAL,
    BOUND_GLOBAL,
    BOUND_PRIM,
    BOUND_MODULE,
    BOUND_ERROR
} BoundTo;

struct Ast {
    uint8_t kind; /* AstKind */
    uint8_t op;   /* AstOp */
    uint8_t unit; /* Unit of a number */
    bool parens;  /* stood in parentheses of its own */
    Span span;
    Ast *a, *b, *d; /* as the kind says */
    union {
        struct {
            double number;
            int32_t node; /* by peval: the constant in the graph, 0 until it was needed */
        };
        struct {
            const char *text; /* AST_NAME, AST_STRING, AST_MEMBER: interned */
            uint8_t bound;    /* BoundTo, by resolve */
            bool parameter;   /* BOUND_LOCAL: a parameter, not a definition of a block */
            int hops, slot;   /* BOUND_LOCAL: frames outwards, slot in it; else slot of the def or
                                 number of the primitive */
            struct Module *module; /* BOUND_GLOBAL, BOUND_MODULE */
        } name;
        struct {
            Ast **items;
            int n;
        } list;
        struct {
            Arg *args;
            int n;
            bool piped; /* the first argument came from the left of |> */
        } call;
        struct {
            const char *name; /* of the definition it belongs to, or NULL */
            ParamName *params;
            int n;
            Ast *body;
            struct FreeName *free; /* by resolve: what it uses of the frames around it */
            int nfree;
        } lambda;
        struct {
            Def *defs;
            int n;
            Ast *value;
        } block;
        struct {
            int index, count;
        } element;
        struct {
            const char *unit; /* that an argument is likely to have lost, such as "dB"; or NULL */
        } need;
    };
};

typedef struct FreeName {
    int hops, slot; /* seen from the place where the lambda is made */
} FreeName;

typedef struct ParamDecl { /* param cutoff = 800Hz in 20Hz..20kHz log "Cutoff" */
    const char *name;
    Span span;
    Ast *initial, *low, *high;
    Ast *step; /* number or NULL */
    bool log;
    const char *label; /* or NULL */
    const char *doc;
} ParamDecl;

typedef struct InputDecl {
    const char *name;
    Span span;
} InputDecl;

typedef struct UseDecl {
    const char *path; /* as written */
    const char *as;   /* or NULL */
    Span span;        /* of the string */
    Span as_span;
    struct Module *module; /* by resolve */
} UseDecl;

typedef struct Module { /* one parsed file */
    int source;
    bool library;
    Def *defs;
    int ndefs, def_cap;
    ParamDecl *params;
    int nparams, param_cap;
    InputDecl *inputs;
    int ninputs, input_cap;
    UseDecl *uses;
    int nuses, use_cap;
    Ast *value;          /* a file that is one expression: -e */
    struct Scope *scope; /* by resolve: names of this file */
    struct Frame *frame; /* by peval: values of the definitions, then params, then inputs */
    int first_param, first_input; /* numbers of its params and inputs in the program */
    bool resolved;
} Module;

/* Parses a source into a module; errors are diags, what could be parsed is there all the same.
 * `expression` allows a lone expression (-e). Never NULL. */
Module *parse_module(Compile *c, int source, bool expression);
/* The same for a part of a source: whole definitions, from byte `start` to before `end`. */
Module *parse_part(Compile *c, int source, int start, int end);
/* Parses one expression given on the command line (a duration, a --set value). NULL with a diag. */
Ast *parse_expression(Compile *c, int source);

Ast *ast_create(Compile *c, AstKind kind, Span span);
void ast_dump(Module *module, Buf *out); /* --dump=ast: one node a line, indented by depth */
void tokens_dump(Compile *c, int source, Buf *out); /* --dump=tokens */
Span span_join(Span a, Span b);

/* ---- resolve.c: names to definitions ----------------------------------------------------------
 */

/* Binds every name of the module and of what it uses, reads used files, reports unknown and
 * doubly defined names. Library definitions are bound when first used. */
void resolve_module(Compile *c, Module *module);
/* Binds an expression in the scope of a module (for --set). */
void resolve_expression(Compile *c, Module *module, Ast *ast);
/* The definition of that name in the module itself (not the library); NULL if none. */
Def *module_find(Module *module, const char *name);

/* ---- stdlib_text (generated), library.c: the standard library ----------------------------------
 */

typedef struct LibraryFile {
    const char *name, *text;
    size_t length;
} LibraryFile;
typedef struct
    LibraryItem { /* a definition: bytes [start, end) of a file, its /// lines from `doc` on */
    int file, doc, start, end;
} LibraryItem;
typedef struct LibraryName { /* and what it defines */
    const char *name;
    int item;
} LibraryName;
extern const LibraryFile library_files[];
extern const LibraryItem library_items[];
extern const LibraryName library_names[]; /* in the order of the text */
extern const int library_by_name[];       /* the same in the order of strcmp */
extern const int library_nfiles, library_nitems, library_nnames;
/* The library's definition of a name, parsed on first use; NULL if there is none. */
Def *library_find(Compile *c, const char *name, Module **module);
/* All public names of the library, for "did you mean" and `kanon doc`. */
const char *const *library_public(Compile *c, int *n);

/* ---- ops.def, graph.c: the graph ---------------------------------------------------------------
 */

typedef enum {
#define OP(name, text, arity, flags) OP_##name,
#include "graph/ops.def"
#undef OP
    OP_COUNT
} Op;

/* Flags of a row of ops.def. */
enum {
    OPF_COMMUTES = 1, /* a op b == b op a, bit for bit */
    OPF_MEMORY = 2,   /* keeps state from sample to sample */
    OPF_SOURCE = 4,   /* a leaf */
    OPF_BOOL = 8,     /* gives 0 or 1 */
};
typedef struct OpInfo {
    const char *name, *text; /* C name, name in the graph's text form */
    int arity;               /* -1: any number */
    int flags;
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

/* The number of a param that is none: the phase at which a table is evaluated (tabulate.c). */
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
    float *data; /* interleaved */
} Sample;

typedef struct ParamInfo {
    const char *name, *label;
    Unit unit;
    double min, max, initial, step;
    bool log;
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
    NodeId *outputs;
    int noutputs, output_cap;
    double rate;               /* sample rate, 0 when it is not known while compiling */
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
static inline const NodeId *node_inputs(const Node *n) {
    return n->nin > 3 ? n->more : n->in3;
}
/* What a TABLE or FIR, and a SAMPLE, reads. They are numbered from 1: graph.c sees no table in a 0. */
static inline Table *node_table(const Graph *g, const Node *n) {
    return &g->tables[n->aux - 1];
}
static inline Sample *node_sample(const Graph *g, const Node *n) {
    return &g->samples[n->aux - 1];
}
/* Does it change as time passes, params apart? */
static inline bool node_passes(const Node *n) {
    return (n->deps & ~DEPS_STEADY) != 0;
}
static inline bool node_is_const(const Graph *g, NodeId id) {
    return g->nodes[id].op == OP_CONST;
}
/* Where the inputs of an op end that are there without the age of a signal that starts over. */
int op_base_arity(Op op);
/* The age input of an op with memory, 0 when it has none. */
NodeId node_age(const Node *n);
/* The value of an op on constants, in double: what folding and the reference interpreter use. */
double op_evaluate(Op op, const double *in, int nin);
/* A table at a phase in turns, straight between its points; NaN where the phase is no finite number. */
double table_read(const Table *t, long double phase);
/* All nodes the outputs need, inputs before users, cells cut: the body of a cell comes after the
 * nodes that need only its past. The array is malloc'd, *n its length. */
NodeId *graph_order(const Graph *g, int *n);
/* The same nodes, inputs before users, in another order where that is quicker to find. */
NodeId *graph_needed(const Graph *g, int *n);
/* Does node n need that input at the same sample? The rest it needs only as past. */
bool node_needs_now(const Graph *g, const Node *n, int input);
/* All nodes, each after what it needs at the same sample, cells crossed: the order of one sample.
 */
NodeId *graph_sample_order(const Graph *g, int *n);
/* x = a * TIME + b with a, b free of TIME; false when it is not of that form. a, b are node ids
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
/* whole.c: 1 for each node that can only be a whole number, or a quotient of such; malloc'd. */
uint8_t *graph_whole(const Graph *g);

/* Bounds of a node's value by interval arithmetic. `memo` is calloc'd by the caller, one per node,
 * and kept between calls on one graph; see interval.c. */
typedef struct IntervalMemo IntervalMemo;
IntervalMemo *interval_memo_create(void);
/* Time is not before that, in seconds; unless told so it is anywhere. */
void interval_assume_from(IntervalMemo *memo, double earliest);
void interval_memo_free(IntervalMemo *memo);
Interval graph_interval(const Graph *g, IntervalMemo *memo, NodeId id);
/* Is x a number at all times, neither infinite nor NaN? */
bool graph_is_finite(Graph *g, NodeId x);
Interval interval_of_data(const double *data, int n);

/* The names of a binding with slashes between, malloc'd: "out/echo/lowpass/y". Hidden and private names,
 * and one that is the same again, are left out. */
char *binding_path(const Binding *binding);

/* graph_text.c: `%12 = mul %3, %4`, one node a line, printed and parsed. */
void graph_print(const Graph *g, Buf *out);
/* NULL with a message in *error (malloc'd) when the text is no graph. */
Graph *graph_parse(Arena *arena, const char *text, char **error);
void graph_dot(const Graph *g, Buf *out);

/* verify.c: NULL when the graph is sound, else what is wrong (in the arena). */
const char *graph_verify(const Graph *g);

/* ---- peval.c, prims.def: bound AST to graph -----------------------------------------------------
 */

typedef struct CompileOptions {
    double rate;     /* 0: not known (kanon build without --rate) */
    double max_rate; /* size of delay lines when rate is not known */
    bool double_precision;
    const char
        *isa;  /* instruction set of kernels by name; NULL: KANON_ISA, else the best there is */
    bool text; /* engine jit gives all to libtcc, as where there is no machine/calls.c: tests do */
    bool verify;       /* the graph after each pass: tests do, and builds with KN_VERIFY always */
    bool only_folders; /* what the program uses and samples lies below one of these: */
    const char *const *folders; /* real paths, which outlive the compilation */
    int nfolders;
    bool documented; /* definitions of the library come with their /// lines */
    Limits limits;   /* all 0: the usual ones */
} CompileOptions;

/* Evaluates the program; c->graph is there when no error was reported. */
void peval_program(Compile *c, Module *module);
/* Evaluates a constant or a function of time in the module's scope (for --set, --for). Returns the
 * node, at OP_TIME when it is a function; 0 with a diag. */
NodeId peval_expression(Compile *c, Module *module, Ast *ast, bool allow_time);

/* ---- pipeline.c: the list of stages and passes ----------------------------------------------- */

struct Compile {
    Arena *arena;
    CompileOptions options;
    Source *sources;
    int nsources, source_cap;
    Diag **diags;
    int ndiags, diag_cap;
    struct InternTable *interned;
    Module **parsed; /* all modules there are: their vectors are freed with the compilation */
    int nparsed, parsed_cap;
    Module **modules; /* the main one and those it uses */
    int nmodules, module_cap;
    Module *main;
    struct Library *library; /* what was parsed of it, NULL when nothing was */
    Graph *graph;            /* as evaluated: what the reference interpreter runs */
    Graph *lowered;          /* after the passes: what is scheduled */
    struct Peval *peval;
    MemoryOwner *own; /* of what is allocated for it; NULL: the guard around has its own */
    Budget budget;
    Span spent_at;   /* the user's call that was evaluated when the budget was passed, or nowhere */
    FilesRead files; /* all that was read */
    int reading; /* handle of the file that is open, or -1: no memory, so lost by a jump (memory.h) */
};

Compile *compile_create(const CompileOptions *options);
/* Runs work(data), which the budget of the compilation pays. False when that is passed, now or before: then
 * nothing of the compilation but its diags and its budget may be looked at any more. Within itself it just runs. */
bool compile_within(Compile *c, void (*work)(void *data), void *data);
/* What is said of that, as an error among the diags, or in text of some 200 bytes. */
void compile_tell_spent(Compile *c);
void compile_spent_text(const Compile *c, char *text, size_t size);
/* A running program of so many bytes: is that within the limit, and what is said when it is not. */
bool compile_state_fits(const Compile *c, size_t bytes);
void compile_state_text(const Compile *c, size_t bytes, char *text, size_t size);
void compile_free(Compile *c);
/* After a jump out of a compilation: gives back what is no memory. What is memory is its owner's. */
void compile_abandon(Compile *c);
/* Text or file to graph (parse, resolve, peval), on a deep stack of its own. Returns
 * false when there are errors. `path` names the file; with `text` it is not read. */
bool compile_front(Compile *c, const char *path, const char *text, size_t length, bool expression);
/* Runs every pass; c->lowered is there afterwards. Dumps asked for go to `dump` (may be NULL). */
typedef struct PassOptions {
    const char *dump_after; /* name of a pass: print the graph after it */
    const char *skip;       /* name of a pass left out */
    const char *stop_after;
    bool time_passes;
    Buf *dump;
} PassOptions;
bool compile_lower(Compile *c, const PassOptions *options);

/* ending.c: the time in seconds from which all outputs are 0 for good; -INFINITY when they always are,
 * INFINITY when no end is known. Adds nodes that nothing needs. */
double graph_end(Graph *g);

/* ---- interp.c: the reference: the graph before any pass, in double, sample by sample ------------
 */

typedef struct Interp Interp;
Interp *interp_create(const Graph *g);
/* Bytes of what it remembers, before it is created. */
size_t interp_bytes(const Graph *g);
void interp_free(Interp *in);
void interp_reset(Interp *in);
void interp_set(Interp *in, int param, double value);
double interp_get(const Interp *in, int param);
bool interp_seek(Interp *in, int64_t frame); /* false: the program remembers */
/* From now on each value is off by at most that share of itself, at random; what is made of time alone by some 1e-14; and
 * from 2^-24 on it has the range of float. So tests see what rounding does to a program. */
void interp_perturb(Interp *in, double amount, uint64_t seed);
/* inputs[ninputs][frames], outputs[noutputs][frames], all double. */
void interp_process(Interp *in, const double *const *inputs, double *const *outputs, int frames);

/* ---- schedule.c, print_c/file.c: graph to strips to C ---------------------------------------------- */

typedef struct EmitOptions {
    const char *name; /* prefix of everything that is emitted: a C identifier */
    bool with_main;
    double max_rate;
    bool double_precision;
    double default_length;   /* for --main */
    const char *header_name; /* to #include; NULL: the header's text is put into the C text */
} EmitOptions;
typedef struct EmitResult {
    Buf source, header;
    size_t state_bytes; /* sizeof of the state struct */
} EmitResult;
/* False with a diag when the program cannot be emitted (a sample over 16 MiB, …). */
bool emit_c(Compile *c, const EmitOptions *options, EmitResult *result);

/* ---- engine.c: one face for all engines (render, print, bench) ------------------------------- */

typedef enum { ENGINE_AUTO, ENGINE_JIT, ENGINE_CC, ENGINE_REF } EngineKind;

typedef struct Engine Engine;
typedef struct EngineError {
    int status; /* exit status: 1 program, 2 usage, 3 file or device */
    bool final; /* other engines would fail for the same reason: none is tried */
    char message[512];
} EngineError;
/* A compiled program that can make instances. The Compile must outlive it. NULL with *error. */
Engine *engine_create(Compile *c, EngineKind kind, EngineError *error);
void engine_free(Engine *e);
const char *engine_name(const Engine *e);
double engine_compile_seconds(const Engine *e);
/* One running program; any number of them. */
typedef struct Instance Instance;
Instance *instance_create(Engine *e);
/* The same in memory of the caller: engine_instance_bytes of it, aligned to INSTANCE_ALIGNMENT. The
 * reference allocates more by itself. instance_free leaves that memory to the caller. */
enum { INSTANCE_ALIGNMENT = 64 };
size_t engine_instance_bytes(const Engine *e);
Instance *instance_create_in(Engine *e, void *memory);
void instance_free(Instance *i);
void instance_reset(Instance *i);
void instance_set(Instance *i, int param, double value);
double instance_get(const Instance *i, int param);
bool instance_seek(Instance *i, int64_t frame);
/* float buffers, one per channel. */
void instance_process(Instance *i, const float *const *inputs, float *const *outputs, int frames);

/* ---- what the program is, for check, build and hosts ----------------------------------------- */

/* True when no output depends on memory or inputs. */
bool program_is_pure(const Graph *g);
/* "out[0] remembers: `echo` reads its own past (echo.kn:3:21)", malloc'd; NULL for a pure output.
 */
char *program_memory_reason(Compile *c, const Graph *g, int output);

#endif
