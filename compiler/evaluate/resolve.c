/* Names to definitions. In: parsed modules. Out: the same trees, each AST_NAME bound to a slot of a
 * frame around it, to a definition of a module, or to a primitive; each lambda with the list of what
 * it uses from outside. Reads the files that are used. */
#include "evaluate/program.h"
#include "evaluate/peval.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct NameEntry {
    const char *name;
    int slot;
    Span span;
} NameEntry;

/* The names of a module: an open hash table by the address of the interned name. */
struct Scope {
    NameEntry *entries;
    int size, n;
};

/* A frame that will exist while the code around a name runs. */
typedef struct Level {
    struct Level *outer;
    Ast *owner; /* lambda or block */
} Level;

typedef struct Resolver {
    Session *session;
    Program *program;
    Module *module;
    Level *level;
    int depth;
} Resolver;

static void resolve(Resolver *r, Ast *ast);

static NameEntry *scope_slot(struct Scope *scope, const char *name) {
    uint32_t i = (uint32_t)(((uintptr_t)name >> 4) * 0x9e3779b1u) & (uint32_t)(scope->size - 1);
    while (scope->entries[i].name && scope->entries[i].name != name)
        i = (i + 1) & (uint32_t)(scope->size - 1);
    return &scope->entries[i];
}

static struct Scope *scope_create(Session *session, int names) {
    struct Scope *scope = ARENA_NEW(session->arena, struct Scope);
    scope->size = 16;
    while (scope->size < 2 * names)
        scope->size *= 2;
    scope->entries = ARENA_ARRAY(session->arena, NameEntry, scope->size);
    return scope;
}

static void scope_add(Session *session, struct Scope *scope, const char *name, int slot,
                      Span span) {
    NameEntry *entry = scope_slot(scope, name);
    if (entry->name) {
        if (name[0] == '$') return;
        bool later = span.start >= entry->span.start;
        Diag *d = diag_error(session, later ? span : entry->span, "`%s` is defined twice", name);
        diag_note(session, d, later ? entry->span : span, "it is defined here first");
        return;
    }
    *entry = (NameEntry){name, slot, span};
    scope->n++;
}

static void module_scope(Program *program, Module *m) {
    m->scope = scope_create(program->session, m->ndefs + m->nparams + m->ninputs + 1);
    for (int i = 0; i < m->ndefs; i++) {
        m->defs[i].slot = i;
        scope_add(program->session, m->scope, m->defs[i].name, i, m->defs[i].span);
    }
    for (int i = 0; i < m->nparams; i++)
        scope_add(program->session, m->scope, m->params[i].name, m->ndefs + i, m->params[i].span);
    for (int i = 0; i < m->ninputs; i++)
        scope_add(program->session, m->scope, m->inputs[i].name, m->ndefs + m->nparams + i,
                  m->inputs[i].span);
    const char *voices = intern(program->session, "voices", 6);
    if (m == program->main && module_instrument(m) && !scope_slot(m->scope, voices)->name)
        scope_add(program->session, m->scope, voices, module_voices(m), m->defs[0].span);
    if (m->nuses == 0) return;
    /* `use … as name` is no value, but it takes the name. */
    struct Scope *names = scope_create(program->session, m->scope->n + m->nuses);
    for (int i = 0; i < m->scope->size; i++) {
        const NameEntry *entry = &m->scope->entries[i];
        if (entry->name) scope_add(program->session, names, entry->name, entry->slot, entry->span);
    }
    for (int i = 0; i < m->nuses; i++)
        if (m->uses[i].as)
            scope_add(program->session, names, m->uses[i].as, -1, m->uses[i].as_span);
}

int module_voices(const Module *m) {
    return m->ndefs + m->nparams + m->ninputs;
}

Def *module_find(Module *module, const char *name) {
    if (!module->scope) return NULL;
    for (int i = 0; i < module->ndefs; i++)
        if (strcmp(module->defs[i].name, name) == 0) return &module->defs[i];
    return NULL;
}

int module_slot(Module *module, const char *name) {
    NameEntry *entry = scope_slot(module->scope, name);
    return entry->name ? entry->slot : -1;
}

static void bind_global(Ast *ast, Module *module, int slot) {
    ast->name.bound = BOUND_GLOBAL;
    ast->name.module = module;
    ast->name.slot = slot;
}

/* Notes for each lambda between a name and its frame that the lambda uses that frame. */
static void note_free(Resolver *r, int hops, int slot) {
    Level *level = r->level;
    for (int i = 0; i < hops; i++, level = level->outer) {
        if (level->owner->kind != AST_LAMBDA) continue;
        Ast *lambda = level->owner;
        FreeName free_name = {hops - i - 1, slot};
        bool known = false;
        for (int k = 0; k < lambda->lambda.nfree && !known; k++)
            known = memcmp(&lambda->lambda.free[k], &free_name, sizeof free_name) == 0;
        if (known) continue;
        int n = lambda->lambda.nfree;
        if ((n & (n - 1)) == 0) { /* powers of two: time to grow */
            FreeName *grown = ARENA_ARRAY(r->session->arena, FreeName, n ? 2 * n : 1);
            if (n) memcpy(grown, lambda->lambda.free, sizeof *grown * (size_t)n);
            lambda->lambda.free = grown;
        }
        lambda->lambda.free[lambda->lambda.nfree++] = free_name;
    }
}

static int level_find(const Level *level, const char *name) {
    const Ast *owner = level->owner;
    if (owner->kind == AST_LAMBDA) {
        for (int i = 0; i < owner->lambda.n; i++)
            if (owner->lambda.params[i].name == name) return i;
    } else {
        for (int i = 0; i < owner->block.n; i++)
            if (owner->block.defs[i].name == name) return i;
    }
    return -1;
}

static bool bind_local(Resolver *r, Ast *ast) {
    int hops = 0;
    for (Level *level = r->level; level; level = level->outer, hops++) {
        int slot = level_find(level, ast->name.text);
        if (slot < 0) continue;
        ast->name.bound = BOUND_LOCAL;
        ast->name.parameter = level->owner->kind == AST_LAMBDA;
        ast->name.hops = hops;
        ast->name.slot = slot;
        note_free(r, hops, slot);
        return true;
    }
    return false;
}

/* Definitions that other files see: not what is particular to one program. */
static bool is_exported(const char *name) {
    static const char *const own[] = {"out", "voice", "image", "field", "length", "latency"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(name, own[i]) == 0) return false;
    return name[0] != '$';
}

static bool bind_used(Resolver *r, Ast *ast) {
    const UseDecl *first = NULL;
    for (int i = 0; i < r->module->nuses; i++) {
        const UseDecl *use = &r->module->uses[i];
        if (use->as || !use->module || !use->module->scope) continue;
        int slot = is_exported(ast->name.text) ? module_slot(use->module, ast->name.text) : -1;
        if (slot < 0 || slot >= use->module->ndefs + use->module->nparams) continue;
        if (first && first->module != use->module) {
            Diag *d = diag_error(r->session, ast->span, "`%s` is defined in \"%s\" and in \"%s\"",
                                 ast->name.text, first->path, use->path);
            diag_help(r->session, d,
                      "use one of them `as` a name, and write that name, a point and `%s`",
                      ast->name.text);
            ast->name.bound = BOUND_ERROR;
            return true;
        }
        first = use;
        bind_global(ast, use->module, slot);
    }
    return first != NULL;
}

static bool bind_module_name(Resolver *r, Ast *ast) {
    for (int i = 0; i < r->module->nuses; i++)
        if (r->module->uses[i].as == ast->name.text) {
            ast->name.bound = BOUND_MODULE;
            ast->name.module = r->module->uses[i].module;
            if (!ast->name.module) ast->name.bound = BOUND_ERROR;
            return true;
        }
    return false;
}

/* Where that name is defined within a tree, as a parameter or in a block. */
static Span find_inside(const Ast *ast, const char *name, int depth) {
    const Span none = {-1, 0, 0};
    Span found = none;
    if (!ast || depth > 200) return none;
    if (ast->kind == AST_LAMBDA) {
        for (int i = 0; i < ast->lambda.n; i++)
            if (ast->lambda.params[i].name == name) return ast->lambda.params[i].span;
        return find_inside(ast->lambda.body, name, depth + 1);
    }
    if (ast->kind == AST_BLOCK) {
        for (int i = 0; i < ast->block.n; i++)
            if (ast->block.defs[i].name == name) return ast->block.defs[i].span;
        for (int i = 0; i < ast->block.n && found.file < 0; i++)
            found = find_inside(ast->block.defs[i].value, name, depth + 1);
        return found.file < 0 ? find_inside(ast->block.value, name, depth + 1) : found;
    }
    if (ast->kind == AST_LIST)
        for (int i = 0; i < ast->list.n && found.file < 0; i++)
            found = find_inside(ast->list.items[i], name, depth + 1);
    if (ast->kind == AST_CALL)
        for (int i = 0; i < ast->call.n && found.file < 0; i++)
            found = find_inside(ast->call.args[i].value, name, depth + 1);
    if (ast->kind == AST_BINARY || ast->kind == AST_IF || ast->kind == AST_UNARY ||
        ast->kind == AST_CALL || ast->kind == AST_INDEX) {
        if (found.file < 0) found = find_inside(ast->a, name, depth + 1);
        if (found.file < 0) found = find_inside(ast->b, name, depth + 1);
        if (found.file < 0) found = find_inside(ast->d, name, depth + 1);
    }
    return found;
}

const char *other_name(const char *name) {
    static const struct {
        const char *name, *here;
    } others[] = {
#define OTHER(name, here) {#name, here},
#include "evaluate/other_names.def"
#undef OTHER
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcasecmp(others[i].name, name) == 0) return others[i].here;
    return NULL;
}

/* What helps when no name is near. */
static void help_unknown(Resolver *r, Diag *d, const char *name) {
    double hz;
    for (int i = 0; i < r->module->nuses; i++) {
        const UseDecl *use = &r->module->uses[i];
        if (!use->as || !use->module || !use->module->scope || module_slot(use->module, name) < 0)
            continue;
        diag_help(r->session, d, "it is defined in \"%s\": write `%s.%s`", use->path, use->as,
                  name);
        return;
    }
    if (strcmp(name, "t") == 0) {
        diag_help(r->session, d, "time is the parameter of a signal: `out(t) = …` or `t => …`");
        return;
    }
    if (note_frequency(name, &hz)) {
        diag_help(r->session, d, "the names of notes are strings: `note(\"%s\")`", name);
        return;
    }
    Span inside = {-1, 0, 0};
    for (int i = 0; i < r->module->ndefs && inside.file < 0; i++)
        inside = find_inside(r->module->defs[i].value, name, 0);
    if (inside.file >= 0)
        diag_note(r->session, d, inside,
                  "this `%s` is known only inside of the definition it stands in", name);
}

static void unknown_name(Resolver *r, Ast *ast) {
    for (int i = 0; i < r->module->nuses; i++) /* it may be defined in a file that is not there */
        if (!r->module->uses[i].as && !r->module->uses[i].module) return;
    const char **names = NULL;
    int n = 0, cap = 0, nlib;
    for (Level *l = r->level; l; l = l->outer) {
        bool lambda = l->owner->kind == AST_LAMBDA;
        for (int i = 0; i < (lambda ? l->owner->lambda.n : l->owner->block.n); i++)
            VEC_PUSH(names, n, cap,
                     lambda ? l->owner->lambda.params[i].name : l->owner->block.defs[i].name);
    }
    for (int i = 0; i < r->module->scope->size; i++)
        if (r->module->scope->entries[i].name)
            VEC_PUSH(names, n, cap, r->module->scope->entries[i].name);
    for (int u = 0; u < r->module->nuses; u++) {
        const UseDecl *use = &r->module->uses[u];
        for (int i = 0; !use->as && use->module && i < use->module->ndefs; i++)
            if (is_exported(use->module->defs[i].name))
                VEC_PUSH(names, n, cap, use->module->defs[i].name);
    }
    int users = n;
    const char *const *library = library_public(r->program, &nlib);
    for (int i = 0; i < nlib; i++)
        VEC_PUSH(names, n, cap, library[i]);
    for (int i = 0; i < prim_count; i++)
        VEC_PUSH(names, n, cap, prims[i].name);
    Diag *d = diag_error(r->session, ast->span, "`%s` is not defined", ast->name.text);
    bool time = strcmp(ast->name.text, "t") == 0;
    const char *near = time ? NULL : nearest_name(ast->name.text, names, users),
               *other = near ? NULL : other_name(ast->name.text);
    if (!near && !other && !time) near = nearest_name(ast->name.text, names, n);
    if (other)
        diag_help(r->session, d, "here: %s", other);
    else if (near && near[0] != '$')
        diag_help(r->session, d, "did you mean `%s`?", near);
    else
        help_unknown(r, d, ast->name.text);
    free(names);
}

int prim_find(const char *name) {
    for (int i = 0; i < prim_count; i++)
        if (prims[i].name[0] == name[0] && strcmp(prims[i].name, name) == 0) return i;
    return -1;
}

/* What the file itself says of a name, and the files that it uses. */
static bool bind_own(Resolver *r, Ast *ast) {
    if (bind_local(r, ast)) return true;
    int slot = module_slot(r->module, ast->name.text);
    if (slot >= 0) {
        bind_global(ast, r->module, slot);
        return true;
    }
    return bind_module_name(r, ast) || bind_used(r, ast);
}

/* As a quality of samples these words stand for themselves, also where the library has a function of that name. */
static bool bind_quality(Resolver *r, Ast *ast) {
    static const char *const words[] = {"linear", "cubic", "sinc"};
    bool found = false;
    for (int i = 0; ast && ast->kind == AST_NAME && i < 3; i++)
        found |= strcmp(ast->name.text, words[i]) == 0;
    if (!found || bind_own(r, ast)) return false;
    ast->kind = AST_STRING;
    return true;
}

static bool is_quality(const char *name) {
    return name && strcmp(name, "quality") == 0;
}

static void bind_name(Resolver *r, Ast *ast) {
    if (bind_own(r, ast)) return;
    Module *library;
    Def *def = library_find(r->program, ast->name.text, &library);
    if (def && (ast->name.text[0] != '_' || r->module->library)) {
        bind_global(ast, library, def->slot);
        return;
    }
    int prim = prim_find(ast->name.text);
    if (prim >= 0) {
        ast->name.bound = BOUND_PRIM;
        ast->name.slot = prim;
        return;
    }
    unknown_name(r, ast);
    ast->name.bound = BOUND_ERROR;
}

static void unknown_file(Resolver *r, Ast *name) {
    const char **names = NULL;
    int n = 0, cap = 0;
    for (int i = 0; i < r->module->nuses; i++)
        if (r->module->uses[i].as) VEC_PUSH(names, n, cap, r->module->uses[i].as);
    Diag *d = diag_error(r->session, name->span, "no file is used as `%s`", name->name.text);
    const char *near = nearest_name(name->name.text, names, n);
    if (near)
        diag_help(r->session, d, "did you mean `%s`?", near);
    else
        diag_help(r->session, d, "a file gets its name by `use \"%s.kn\" as %s`", name->name.text,
                  name->name.text);
    free(names);
}

static void bind_member(Resolver *r, Ast *ast) {
    Ast *module = ast->a;
    if (module->kind == AST_NAME && !bind_local(r, module) && bind_module_name(r, module)) {
        if (module->name.bound == BOUND_ERROR) {
            ast->name.bound = BOUND_ERROR;
            return;
        }
        Module *m = module->name.module;
        int slot = module_slot(m, ast->name.text);
        if (slot >= 0) {
            bind_global(ast, m, slot);
            return;
        }
        for (int i = 0; i < r->module->nuses; i++) /* two files under one name were reported */
            if (r->module->uses[i].as == module->name.text && r->module->uses[i].module != m) {
                ast->name.bound = BOUND_ERROR;
                return;
            }
        Diag *d = diag_error(r->session, ast->span, "`%s` is not defined in \"%s\"", ast->name.text,
                             r->session->sources[m->source].path);
        const char **names = NULL;
        int n = 0, cap = 0;
        for (int i = 0; i < m->ndefs; i++)
            VEC_PUSH(names, n, cap, m->defs[i].name);
        for (int i = 0; i < m->nparams; i++)
            VEC_PUSH(names, n, cap, m->params[i].name);
        const char *near = nearest_name(ast->name.text, names, n);
        if (near) diag_help(r->session, d, "did you mean `%s.%s`?", module->name.text, near);
        free(names);
    } else if (module->kind == AST_NAME && module->name.bound == BOUND_NONE &&
               module_slot(r->module, module->name.text) < 0) {
        unknown_file(r, module);
    } else {
        Diag *d = diag_error(r->session, ast->span,
                             "only a file that is used `as` a name has parts after a point");
        diag_help(r->session, d,
                  "a list is indexed with brackets, `xs[0]`; a file is named by `use \"drums.kn\" "
                  "as drums`");
    }
    ast->name.bound = BOUND_ERROR;
}

static void resolve_lambda(Resolver *r, Ast *ast) {
    Level level = {r->level, ast};
    for (int i = 0; i < ast->lambda.n; i++)
        for (int k = 0; k < i; k++)
            if (ast->lambda.params[i].name == ast->lambda.params[k].name)
                diag_error(r->session, ast->lambda.params[i].span, "two parameters are called `%s`",
                           ast->lambda.params[i].name);
    r->level = &level;
    for (int i = 0; i < ast->lambda.n; i++)
        if (ast->lambda.params[i].fallback && !(is_quality(ast->lambda.params[i].name) &&
                                                bind_quality(r, ast->lambda.params[i].fallback)))
            resolve(r, ast->lambda.params[i].fallback);
    resolve(r, ast->lambda.body);
    r->level = level.outer;
}

static void resolve_block(Resolver *r, Ast *ast) {
    Level level = {r->level, ast};
    struct Scope *names = scope_create(r->session, ast->block.n);
    for (int i = 0; i < ast->block.n; i++) {
        ast->block.defs[i].slot = i;
        scope_add(r->session, names, ast->block.defs[i].name, i, ast->block.defs[i].span);
    }
    r->level = &level;
    for (int i = 0; i < ast->block.n; i++)
        resolve(r, ast->block.defs[i].value);
    if (ast->block.value) resolve(r, ast->block.value);
    r->level = level.outer;
}

/* [-5cents, 0, 5cents]: 0 is a ratio that makes silence of a frequency. */
static void warn_zero(Resolver *r, const Ast *list) {
    Unit unit = UNIT_NONE;
    for (int i = 0; i < list->list.n && unit == UNIT_NONE; i++) {
        const Ast *item = list->list.items[i];
        if (item->kind == AST_NUMBER && (item->unit == UNIT_CENTS || item->unit == UNIT_ST))
            unit = (Unit)item->unit;
    }
    for (int i = 0; unit != UNIT_NONE && i < list->list.n; i++) {
        const Ast *item = list->list.items[i];
        if (item->kind != AST_NUMBER || item->unit != UNIT_NONE || item->number != 0) continue;
        Diag *d =
            diag_warning(r->session, item->span,
                         "a plain 0 among `%s` is the ratio 0, not no change", unit_name(unit));
        diag_help(r->session, d, "write `0%s`, which is 1", unit_name(unit));
    }
}

static bool calls_prim(const Ast *call, int prim) {
    return call->a->kind == AST_NAME && call->a->name.bound == BOUND_PRIM &&
           call->a->name.slot == prim;
}

static void resolve(Resolver *r, Ast *ast) {
    if (!ast) return;
    switch (ast->kind) {
    case AST_NAME: bind_name(r, ast); return;
    case AST_MEMBER: bind_member(r, ast); return;
    case AST_LAMBDA: resolve_lambda(r, ast); return;
    case AST_BLOCK: resolve_block(r, ast); return;
    case AST_LIST:
        for (int i = 0; i < ast->list.n; i++)
            resolve(r, ast->list.items[i]);
        if (!r->module->library) warn_zero(r, ast);
        return;
    case AST_HOLE: {
        Diag *d = diag_error(r->session, ast->span,
                             "`_` stands for the piped value and there is none here");
        diag_help(r->session, d, "write `x |> … _ …`, or name the value");
        ast->kind = AST_ERROR;
        return;
    }
    case AST_CALL:
        resolve(r, ast->a);
        for (int i = 0; i < ast->call.n; i++) {
            const Arg *arg = &ast->call.args[i];
            const bool quality = is_quality(arg->name) || (i == 1 && calls_prim(ast, P_sample));
            if (!quality || !bind_quality(r, arg->value)) resolve(r, arg->value);
        }
        return;
    default:
        resolve(r, ast->a);
        resolve(r, ast->b);
        resolve(r, ast->d);
    }
}

static void resolve_in(Program *program, Module *module, Ast *ast) {
    Resolver r = {program->session, program, module, NULL, 0};
    resolve(&r, ast);
}

void resolve_definition(Program *program, Module *module, Def *def) {
    if (def->resolved) return;
    def->resolved = true;
    resolve_in(program, module, def->value);
}

void resolve_expression(Program *program, Module *module, Ast *ast) {
    resolve_in(program, module, ast);
}

/* Without `./` and `folder/../`, so that one file has one name. */
static const char *plain_path(Session *session, const char *path) {
    char *out = arena_strndup(session->arena, path, strlen(path)), *to = out;
    for (const char *from = path; *from;) {
        size_t n = strcspn(from, "/");
        if (n == 1 && from[0] == '.' && (from[1] == '/' || to != out)) {
            from += from[1] == '/' ? 2 : 1;
            continue;
        }
        bool up = n == 2 && from[0] == '.' && from[1] == '.';
        char *last = to > out + 1 ? to - 1 : NULL; /* the slash in front */
        while (last && last > out && last[-1] != '/')
            last--;
        if (up && last && !(to - last == 3 && last[0] == '.' && last[1] == '.') && *last != '/') {
            to = last;
            from += from[2] == '/' ? 3 : 2;
            continue;
        }
        memmove(to, from, n);
        to += n;
        from += n;
        if (*from == '/') *to++ = *from++;
    }
    *to = '\0';
    return out;
}

/* "drums.kn" used by "songs/a.kn" is "songs/drums.kn". */
const char *path_beside(Session *session, const char *from, const char *path) {
    const char *slash = strrchr(from, '/');
    if (path[0] == '/' || !slash) return plain_path(session, path);
    return plain_path(session,
                      arena_printf(session->arena, "%.*s%s", (int)(slash - from + 1), from, path));
}

static void module_names(Program *program, Module *m);

static Module *use_file(Program *program, Module *from, UseDecl *use) {
    const char *path =
        path_beside(program->session, program->session->sources[from->source].path, use->path);
    for (int i = 0; i < program->nmodules; i++)
        if (strcmp(plain_path(program->session,
                              program->session->sources[program->modules[i]->source].path),
                   path) == 0) {
            if (program->modules[i]->scope) return program->modules[i];
            diag_error(program->session, use->span, "\"%s\" uses itself%s", path,
                       program->modules[i] == from ? "" : " through the files that it uses");
            return NULL;
        }
    size_t n = strlen(path);
    if (n < 4 || strcmp(path + n - 3, ".kn") != 0) {
        Diag *d =
            diag_error(program->session, use->span, "`use` takes a file whose name ends in `.kn`");
        diag_help(
            program->session, d,
            "a program is used by `use \"drums.kn\"`, a sound file is `sample(\"drum.wav\")`");
        return NULL;
    }
    int source = source_read(program->session, path, use->span);
    if (source < 0) return NULL;
    Module *m = parse_module(program->session, source, false);
    VEC_PUSH(program->modules, program->nmodules, program->module_cap, m);
    module_names(program, m);
    return m;
}

/* A module has its scope once all it uses has one: a module without is being read, so to meet it
 * again is a cycle. */
static void module_names(Program *program, Module *m) {
    for (int i = 0; i < m->nuses; i++)
        m->uses[i].module = use_file(program, m, &m->uses[i]);
    module_scope(program, m);
}

static void resolve_all(Program *program, Module *m) {
    if (m->resolved) return;
    m->resolved = true;
    for (int i = 0; i < m->nuses; i++)
        if (m->uses[i].module) resolve_all(program, m->uses[i].module);
    for (int i = 0; i < m->ndefs; i++)
        resolve_definition(program, m, &m->defs[i]);
    for (int i = 0; i < m->nparams; i++) {
        resolve_in(program, m, m->params[i].initial);
        resolve_in(program, m, m->params[i].low);
        resolve_in(program, m, m->params[i].high);
        resolve_in(program, m, m->params[i].step);
        resolve_in(program, m, m->params[i].controller);
    }
    if (m->value) resolve_in(program, m, m->value);
}

void resolve_library(Program *program, Module *m) {
    module_scope(program, m);
    m->resolved = true;
}

void resolve_module(Program *program, Module *module) {
    VEC_PUSH(program->modules, program->nmodules, program->module_cap, module);
    module_names(program, module);
    resolve_all(program, module);
}
