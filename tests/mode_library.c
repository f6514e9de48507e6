/* The standard library: the proofs of tests/library, the stress of each definition, and the examples of
 * their texts through every engine; and none goes without. Test names are the definition's, with what is done to it. */
#include "library/library.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 96, EXAMPLE_FRAMES = 9600 };

static bool can_be_tried(const Proof *p) {
    return p->kind != FAUST || faust_is_here();
}

int library_left_out(void) {
    int n = 0;
    for (const Family *family = proof_families; family->proofs; family++)
        for (const Proof *p = family->proofs; p->definition; p++)
            n += !can_be_tried(p);
    return n;
}

/* The library's public definitions, with their texts. It lives as long as the process. */
static Compile *library(const char *const **names, int *n) {
    static Compile *c;
    static const char *const *all;
    static int count;
    if (!c) {
        c = compile_create(&(CompileOptions){.rate = 48000, .documented = true});
        all = library_public(&c->program, &count);
    }
    *names = all;
    *n = count;
    return c;
}

/* A test of the library: one of the four is there. */
typedef struct Item {
    char name[NAME];
    const Proof *proof;
    const Stress *stress;
    const char *example;  /* the definition whose text has it */
    const char *edges;    /* the definition whose arguments are turned beyond their ends */
    const char *messages; /* the definition that is called with wrong arguments */
    bool (*all)(void);    /* about every definition */
} Item;

typedef struct Items {
    Item *items;
    int n, cap;
} Items;

/* Proofs of one kind of one definition are numbered from the second on, in whatever families they stand. */
static int proofs_before(const Items *list, const Proof *p) {
    int before = 0;
    for (int i = 0; i < list->n; i++) {
        const Proof *q = list->items[i].proof;
        before += q && q->kind == p->kind && strcmp(q->definition, p->definition) == 0;
    }
    return before;
}

static const Items *items(void);

static bool is_proved(const char *definition) {
    for (int i = 0; i < items()->n; i++) {
        const Proof *p = items()->items[i].proof;
        if (p && strcmp(p->definition, definition) == 0) return true;
    }
    return false;
}

static bool all_are_proved(void) {
    const char *const *names;
    int n;
    bool good = true;
    library(&names, &n);
    for (int i = 0; i < n; i++)
        if (!is_proved(names[i])) good = wrong("`%s` has no proof in tests/library", names[i]);
    return good;
}

static bool all_are_tried_at_their_edges(void) {
    const char *const *names;
    int n;
    Compile *c = library(&names, &n);
    return edges_are_all_tried(c, names, n);
}

static bool all_latencies_are_told(void) {
    const char *const *names;
    int n;
    Compile *c = library(&names, &n);
    return latencies_are_told(c, names, n);
}

static void add_proof(Items *list, const Proof *p) {
    Item item = {.proof = p};
    int before = proofs_before(list, p);
    int n = snprintf(item.name, NAME, "%s %s", p->definition, proof_kind_name(p->kind));
    if (before > 0) snprintf(item.name + n, (size_t)(NAME - n), " %d", before + 1);
    for (char *at = item.name; *at; at++)
        if (*at == ' ') *at = '_';
    VEC_PUSH(list->items, list->n, list->cap, item);
}

static void add_stress(Items *list, const Stress *s) {
    Item item = {.stress = s};
    int before = 0;
    for (int i = 0; i < list->n; i++) {
        const Stress *other = list->items[i].stress;
        before += other && strcmp(other->definition, s->definition) == 0;
    }
    int n = snprintf(item.name, NAME, "%s_stress", s->definition);
    if (before > 0) snprintf(item.name + n, (size_t)(NAME - n), "_%d", before + 1);
    VEC_PUSH(list->items, list->n, list->cap, item);
}

static void add_example(Items *list, const char *definition) {
    Item item = {.example = definition};
    snprintf(item.name, NAME, "%s_example", definition);
    VEC_PUSH(list->items, list->n, list->cap, item);
}

static void add_edges(Items *list, const char *definition) {
    Item item = {.edges = definition};
    snprintf(item.name, NAME, "%s_edges", definition);
    VEC_PUSH(list->items, list->n, list->cap, item);
}

static void add_messages(Items *list, const char *definition) {
    Item item = {.messages = definition};
    snprintf(item.name, NAME, "%s_messages", definition);
    VEC_PUSH(list->items, list->n, list->cap, item);
}

/* All that can be tried here. It is found once and lives as long as the process. */
static const Items *items(void) {
    static Items list;
    const char *const *definitions;
    int n;
    if (list.n) return &list;
    for (const Family *family = proof_families; family->proofs; family++)
        for (const Proof *p = family->proofs; p->definition; p++)
            if (can_be_tried(p)) add_proof(&list, p);
    for (const Family *family = proof_families; family->proofs; family++)
        for (const Stress *s = family->stresses; s->definition; s++)
            add_stress(&list, s);
    Compile *c = library(&definitions, &n);
    for (int i = 0; i < n; i++)
        add_example(&list, definitions[i]);
    for (int i = 0; i < n; i++)
        if (edges_are_heard(c, definitions[i])) add_edges(&list, definitions[i]);
    for (int i = 0; i < n; i++)
        if (library_find(&c->program, definitions[i], &(Module *){NULL})->value->kind == AST_LAMBDA)
            add_messages(&list, definitions[i]);
    Item all = {.name = "every_definition_is_proved", .all = all_are_proved};
    VEC_PUSH(list.items, list.n, list.cap, all);
    Item tried = {.name = "every_argument_is_tried_at_its_edges",
                  .all = all_are_tried_at_their_edges};
    VEC_PUSH(list.items, list.n, list.cap, tried);
    Item told = {.name = "every_latency_is_as_its_text_says", .all = all_latencies_are_told};
    VEC_PUSH(list.items, list.n, list.cap, told);
    return &list;
}

const char *library_name(int i) {
    return i < items()->n ? items()->items[i].name : NULL;
}

static const Item *item_named(const char *name) {
    for (int i = 0; i < items()->n; i++)
        if (strcmp(items()->items[i].name, name) == 0) return &items()->items[i];
    return NULL;
}

/* What renders for seconds, or goes through many engines. */
unsigned library_turns(const char *name) {
    const Item *item = item_named(name);
    if (!item) return 1;
    if (item->stress || item->edges) return 6;
    if (item->proof) return item->proof->kind == BEHAVIOUR ? 6 : 3;
    return item->example ? 2 : 1;
}

static bool run_proof(const Proof *p) {
    double error = p->error();
    if (error <= p->bound) return true;
    return wrong("`%s` against %s: the error is %.4g %s, and %.4g at most is promised",
                 p->definition, p->against, error, p->unit, p->bound);
}

/* The C compiler takes most of the time of an example: it has a third of them. */
static bool in_this_third(const char *name) {
    return in_turn(hash_of(name), 3);
}

/* An example is as its definition is meant. */
static bool gives_no_diags(const char *line) {
    Compile *c = compile_create(&(CompileOptions){.rate = 48000});
    compile_front(c, "example.kn", line, strlen(line), true);
    bool good = c->session.ndiags == 0;
    Buf messages = {0};
    diag_print(&c->session, &messages);
    if (!good) puts(messages.data);
    buf_free(&messages);
    compile_free(c);
    return good;
}

int library_definitions(const char *const **names) {
    int n;
    library(names, &n);
    return n;
}

char *library_example(const char *definition) {
    static const char mark[] = "Example: ";
    const char *const *names;
    int n;
    Module *module;
    Def *def = library_find(&library(&names, &n)->program, definition, &module);
    const char *text = def && def->doc ? strstr(def->doc, mark) : NULL;
    if (!text) {
        wrong("the text of `%s` has no example", definition);
        return NULL;
    }
    text += strlen(mark);
    return text_format("%.*s", (int)strcspn(text, "\n"), text);
}

static bool run_example(const char *definition) {
    char *line = library_example(definition);
    if (!line) return false;
    bool good =
        gives_no_diags(line) && run_expression(line, EXAMPLE_FRAMES, in_this_third(definition));
    free(line);
    return good;
}

bool run_library(const Test *test) {
    const Item *item = item_named(test->name);
    if (!item) return wrong("there is no such test");
    if (item->proof) return run_proof(item->proof);
    Compile *c = library(&(const char *const *){NULL}, &(int){0});
    if (item->edges) return edges_run(c, item->edges);
    if (item->messages) return messages_run(c, item->messages);
    if (item->stress) return stress_run(item->stress);
    return item->all ? item->all() : run_example(item->example);
}

void library_table(void) {
    puts("| definition | how | against | worst error | promised |\n|---|---|---|---|---|");
    for (int i = 0; i < items()->n; i++) {
        const Proof *p = items()->items[i].proof;
        if (!p) continue;
        printf("| `%s` | %s | %s | %.2g %s | %.2g %s |\n", p->definition, proof_kind_name(p->kind),
               p->against, p->error(), p->unit, p->bound, p->unit);
    }
}
