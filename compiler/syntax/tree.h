/* A program as it is written: modules of definitions, which are trees of Ast. */
#ifndef KANON_SYNTAX_TREE_H
#define KANON_SYNTAX_TREE_H

#include "base/session.h"
#include "base/unit.h"

/* ---- lex.re, layout.c, parse.c, grammar.y, ast.c, others (syntax.h): text to tree ------------- */

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

/* Operators as written. The order is that of the table in syntax/ast.c. */
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
    Ast *step, *controller; /* numbers or NULL */
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
Module *parse_module(Session *session, int source, bool expression);
/* The same for a part of a source: whole definitions, from byte `start` to before `end`. */
Module *parse_part(Session *session, int source, int start, int end);
/* Parses one expression given on the command line (a duration, a --set value). NULL with a diag. */
Ast *parse_expression(Session *session, int source);

Ast *ast_create(Session *session, AstKind kind, Span span);
void ast_dump(Module *module, Buf *out); /* --dump=ast: one node a line, indented by depth */
void tokens_dump(Session *session, int source, Buf *out); /* --dump=tokens */

#endif
