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

/* Of those that can be tried here. */
static const Proof *proof(int i) {
    for (const Family *family = proof_families; family->proofs; family++)
        for (const Proof *p = family->proofs; p->definition; p++)
            if (can_be_tried(p) && i-- == 0) return p;
    return NULL;
}

int library_left_out(void) {
    int n = 0;
    for (const Family *family = proof_families; family->proofs; family++)
        for (const Proof *p = family->proofs; p->definition; p++)
            n += !can_be_tried(p);
    return n;
}

static int count_proofs(void) {
    int n = 0;
    while (proof(n))
        n++;
    return n;
}

static const Stress *stress(int i) {
    for (const Family *family = proof_families; family->proofs; family++)
        for (const Stress *s = family->stresses; s->definition; s++)
            if (i-- == 0) return s;
    return NULL;
}

static int count_stresses(void) {
    int n = 0;
    while (stress(n))
        n++;
    return n;
}

/* Proofs of one kind of one definition are numbered from the second on. */
static void proof_name(int i, char *name) {
    const Proof *p = proof(i);
    int before = 0;
    for (int k = 0; k < i; k++)
        before += strcmp(proof(k)->definition, p->definition) == 0 && proof(k)->kind == p->kind;
    int n = snprintf(name, NAME, "%s %s", p->definition, proof_kind_name(p->kind));
    if (before > 0) snprintf(name + n, (size_t)(NAME - n), " %d", before + 1);
    for (char *at = name; *at; at++)
        if (*at == ' ') *at = '_';
}

static const char everything[] = "every_definition_is_proved";

/* The library's public definitions, with their texts. It lives as long as the process. */
static Compile *library(const char *const **names, int *n) {
    static Compile *c;
    static const char *const *all;
    static int count;
    if (!c) {
        c = compile_create(&(CompileOptions){.rate = 48000, .documented = true});
        all = library_public(c, &count);
    }
    *names = all;
    *n = count;
    return c;
}

const char *library_name(int i) {
    static char name[NAME];
    const char *const *definitions;
    int proofs = count_proofs(), turned = count_stresses(), n;
    library(&definitions, &n);
    if (i < proofs) {
        proof_name(i, name);
    } else if (i < proofs + turned) {
        snprintf(name, sizeof name, "%s_stress", stress(i - proofs)->definition);
    } else if (i < proofs + turned + n) {
        snprintf(name, sizeof name, "%s_example", definitions[i - proofs - turned]);
    } else {
        return i == proofs + turned + n ? everything : NULL;
    }
    return name;
}

static bool run_proof(const Proof *p) {
    double error = p->error();
    if (error <= p->bound) return true;
    return wrong("`%s` against %s: the error is %.4g %s, and %.4g at most is promised",
                 p->definition, p->against, error, p->unit, p->bound);
}

static bool is_proved(const char *definition) {
    for (int i = 0; proof(i); i++)
        if (strcmp(proof(i)->definition, definition) == 0) return true;
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

/* What stands behind "Example: " in its text. */
static bool run_example(const char *definition) {
    static const char mark[] = "Example: ";
    const char *const *names;
    int n;
    Module *module;
    Def *def = library_find(library(&names, &n), definition, &module);
    const char *text = def && def->doc ? strstr(def->doc, mark) : NULL;
    if (!text) return wrong("the text of `%s` has no example", definition);
    text += strlen(mark);
    char *line = text_format("%.*s", (int)strcspn(text, "\n"), text);
    bool good = run_expression(line, EXAMPLE_FRAMES);
    free(line);
    return good;
}

bool run_library(const Test *test) {
    char name[NAME];
    for (int i = 0; proof(i); i++) {
        proof_name(i, name);
        if (strcmp(test->name, name) == 0) return run_proof(proof(i));
    }
    for (int i = 0; stress(i); i++) {
        snprintf(name, sizeof name, "%s_stress", stress(i)->definition);
        if (strcmp(test->name, name) == 0) return stress_run(stress(i));
    }
    if (strcmp(test->name, everything) == 0) return all_are_proved();
    size_t length = strlen(test->name) - strlen("_example");
    snprintf(name, sizeof name, "%.*s", (int)length, test->name);
    return run_example(name);
}

void library_table(void) {
    puts("| definition | how | against | worst error | promised |\n|---|---|---|---|---|");
    for (int i = 0; proof(i); i++) {
        const Proof *p = proof(i);
        printf("| `%s` | %s | %s | %.2g %s | %.2g %s |\n", p->definition, proof_kind_name(p->kind),
               p->against, p->error(), p->unit, p->bound, p->unit);
    }
}
