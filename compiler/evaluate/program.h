/* A program on its way from trees to a graph: the files it is made of, with every name bound, and what evaluation makes
 * of them. */
#ifndef KANON_EVALUATE_PROGRAM_H
#define KANON_EVALUATE_PROGRAM_H

#include "graph/notes.h"
#include "graph/picture.h"
#include "syntax/tree.h"

typedef struct Program {
    Session *session;
    double rate; /* 0: not known while compiling */
    double
        picture_width; /* points in a row of its picture, or PICTURE_ANY_WIDTH; 0: that is looked at, and not made */
    bool documented;  /* definitions of the library come with their /// lines */
    Module **modules; /* the main one and those it uses */
    int nmodules, module_cap;
    Module *main;
    struct Library *library; /* what was parsed of it, NULL when nothing was */
    Graph *graph;            /* as evaluated: what the reference interpreter runs */
    Notes notes;
    Picture picture;
    struct Peval *peval;
} Program;

/* ---- evaluate/resolve.c: names to definitions ------------------------------------------------ */

/* Binds every name of the module and of what it uses, reads used files, reports unknown and
 * doubly defined names. Library definitions are bound when first used. */
void resolve_module(Program *program, Module *module);
/* Binds an expression in the scope of a module (for --set). */
void resolve_expression(Program *program, Module *module, Ast *ast);
/* The definition of that name in the module itself (not the library); NULL if none. */
Def *module_find(Module *module, const char *name);

/* ---- stdlib_text (generated), evaluate/library.c: the standard library ----------------------- */

typedef struct
    LibraryItem { /* a definition: bytes [start, end) of a file, its /// lines from `doc` on */
    int file, doc, start, end;
} LibraryItem;
typedef struct LibraryName { /* and what it defines */
    const char *name;
    int item;
} LibraryName;
extern const EmbeddedText library_files[];
extern const LibraryItem library_items[];
extern const LibraryName library_names[]; /* in the order of the text */
extern const int library_by_name[];       /* the same in the order of strcmp */
extern const int library_nfiles, library_nitems, library_nnames;
/* The library's definition of a name, parsed on first use; NULL if there is none. */
Def *library_find(Program *program, const char *name, Module **module);
/* All public names of the library, for "did you mean" and `kanon doc`. */
const char *const *library_public(Program *program, int *n);

/* ---- evaluate/declarations.c, evaluate/peval.c, evaluate/prims.def: bound trees to a graph --- */

/* Evaluates program->main; program->graph, and those of its notes and its picture, are there when no error was reported. */
void peval_program(Program *program);
/* evaluate/pointwise.c: are its outputs functions of its inputs at the same sample, and of params? */
bool program_is_map(const Program *program);
/* Says what is in the way, if anything is. */
bool program_refuse_obstacle(Program *program);
/* Evaluates a constant or a function of time (for --set, --for). Returns the node, at OP_TIME when it is a function;
 * 0 with a diag. */
NodeId peval_expression(Program *program, Ast *ast, bool allow_time);
/* The user's call that is being evaluated; nowhere between evaluations. */
Span program_place(const Program *program);
/* The vectors; the arena goes on its own. */
void program_free(Program *program);

#endif
