/* What must hold for each numeric argument of each definition that is heard, wherever a knob or a signal takes it: at the
 * ends of its range, just beyond them, at 0, negative, a million, and in jumps between these every sample is a finite
 * number and no absurd one. In: the definitions themselves; their arguments are found in their examples, the ranges in
 * their needs. A known argument out of its range is an error where it is written, and no matter of this test.
 *
 * Each argument is turned twice, as a param and as a signal that jumps from one value to the next every 5 ms; what takes
 * no such thing (it must be known while compiling, or is a list) is refused by the compiler, in the words of its needs. */
#include "library.h"

#include "../../compiler/api/kanon.h"
#include "../../compiler/evaluate/peval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VALUES = 24, JUMPS_A_SECOND = 200, TAIL = 10 /* jumps long */ };
static const double LOUDEST = 1e7;

typedef struct Argument {
    const char *definition, *name;
    Place place;
    double usual; /* what it is in the example, or by default */
    double values[MOST_VALUES];
    int n;
} Argument;

/* ---- found in the text of a definition ------------------------------------------------------------- */

static bool number_of(const Ast *ast, double *x) {
    if (!ast) return false;
    if (ast->kind == AST_NUMBER) *x = unit_value(ast->number, (Unit)ast->unit);
    if (ast->kind != AST_UNARY || ast->op != UN_NEG) return ast->kind == AST_NUMBER;
    if (!number_of(ast->a, x)) return false;
    *x = -*x;
    return true;
}

static const Ast *call_of(const Ast *ast, const char *name) {
    if (!ast) return NULL;
    if (ast->kind == AST_CALL && ast->a->kind == AST_NAME && strcmp(ast->a->name.text, name) == 0)
        return ast;
    const Ast *found = call_of(ast->a, name);
    if (!found) found = call_of(ast->b, name);
    if (!found) found = call_of(ast->d, name);
    if (ast->kind == AST_CALL)
        for (int i = 0; i < ast->call.n && !found; i++)
            found = call_of(ast->call.args[i].value, name);
    if (ast->kind == AST_LIST)
        for (int i = 0; i < ast->list.n && !found; i++)
            found = call_of(ast->list.items[i], name);
    if (ast->kind == AST_LAMBDA && !found) found = call_of(ast->lambda.body, name);
    if (ast->kind == AST_BLOCK) {
        for (int i = 0; i < ast->block.n && !found; i++)
            found = call_of(ast->block.defs[i].value, name);
        if (!found) found = call_of(ast->block.value, name);
    }
    return found;
}

static void add_value(Argument *a, double x) {
    for (int i = 0; i < a->n; i++)
        if (a->values[i] == x) return;
    if (a->n < MOST_VALUES) a->values[a->n++] = x;
}

/* The numbers that a need compares the argument with, and what lies a little to either side. */
static void add_ends(Argument *a, const Ast *condition) {
    double x;
    if (!condition || condition->kind != AST_BINARY) return;
    if (condition->op == BIN_AND || condition->op == BIN_OR) {
        add_ends(a, condition->a);
        add_ends(a, condition->b);
        return;
    }
    const Ast *left = condition->a;
    if (left->kind == AST_CALL && left->call.n == 1) left = left->call.args[0].value; /* abs(d) */
    if (left->kind != AST_NAME || strcmp(left->name.text, a->name) != 0 ||
        !number_of(condition->b, &x))
        return;
    double step = fmax(fabs(x), 1) * 1e-3;
    add_value(a, x);
    add_value(a, x - step);
    add_value(a, x + step);
    add_value(a, -x);
}

/* The text in front of the argument's place and behind it: an argument that is not given is added by its name. */
static const Ast *find_place(Place *place, const char *example, const Ast *call,
                             const ParamName *param, int index) {
    const Ast *given = NULL;
    for (int i = 0; i < call->call.n; i++) {
        const Arg *arg = &call->call.args[i];
        if (arg->name ? strcmp(arg->name, param->name) == 0 : i == index) given = arg->value;
    }
    place->given = given != NULL;
    place->usual = "1";
    if (given) {
        place->before = text_format("%.*s", (int)given->span.start, example);
        place->after = text_format("%s", example + given->span.end);
        place->usual = text_format("%.*s", (int)(given->span.end - given->span.start),
                                   example + given->span.start);
        return given;
    }
    bool brackets = example[call->a->span.end] == '(';
    int end = brackets ? call->span.end - 1 : call->a->span.end;
    bool first = !brackets || example[end - 1] == '(';
    place->before =
        text_format("%.*s%s%s: ", end, example, brackets ? first ? "" : ", " : "(", param->name);
    place->after = text_format("%s%s", brackets ? "" : ")", example + end);
    return param->fallback;
}

/* What the text says of a parameter: "seconds, bounded" of `d: seconds, bounded; …`. */
static const char *said_of(const char *doc, const char *name) {
    size_t length = strlen(name);
    for (const char *at = doc; (at = strstr(at, name)) != NULL; at += length) {
        const char *after = at + length;
        if (at > doc && at[-1] != ' ' && at[-1] != '\n') continue;
        while (*after == ',') { /* lo, hi: … */
            after += 1 + (after[1] == ' ');
            after += strspn(after, "abcdefghijklmnopqrstuvwxyz0123456789_");
        }
        if (after[0] == ':' && after[1] == ' ') return after + 2;
    }
    return "";
}

/* Is it a number that may vary, as far as the text says? What is heard itself is none. */
static bool is_number(const char *said) {
    static const char *const others[] = {"signal",   "any signal",      "what ",    "list",
                                         "function", "param or signal", "on while", "its name",
                                         "value",    "of harmonics",    "["};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strncmp(said, others[i], strlen(others[i])) == 0) return false;
    return true;
}

static const char *example_of(const Def *def) {
    static const char mark[] = "Example: ";
    const char *text = def && def->doc ? strstr(def->doc, mark) : NULL;
    if (!text) return NULL;
    text += strlen(mark);
    return text_format("%.*s", (int)strcspn(text, "\n"), text);
}

/* The call in its example, which is parsed here; NULL where there is none. */
static const Ast *example_call(Compile *c, Def *def, const char **example) {
    *example = example_of(def);
    if (!*example) return NULL;
    int source = source_add(&c->session, "example.kn", *example, strlen(*example));
    return call_of(parse_expression(&c->session, source), def->name);
}

bool place_of(Compile *c, const char *definition, int index, Place *place) {
    Module *module;
    Def *def = library_find(&c->program, definition, &module);
    const char *example;
    *place = (Place){0};
    if (def->value->kind != AST_LAMBDA || index >= def->value->lambda.n) return false;
    const Ast *call = example_call(c, def, &example);
    if (call) find_place(place, example, call, &def->value->lambda.params[index], index);
    return true;
}

/* Parameter `index` of a definition; false when there are no more. */
static bool find_argument(Compile *c, const char *definition, int index, Argument *a,
                          bool *numeric) {
    Module *module;
    Def *def = library_find(&c->program, definition, &module);
    if (def->value->kind != AST_LAMBDA || index >= def->value->lambda.n) return false;
    const ParamName *param = &def->value->lambda.params[index];
    const char *example;
    const Ast *call = example_call(c, def, &example);
    *a = (Argument){.definition = definition, .name = param->name};
    *numeric = call && strcmp(param->name, "t") != 0 && strcmp(param->name, "x") != 0 &&
               is_number(said_of(def->doc, param->name));
    if (!*numeric) return true;
    double x;
    const Ast *usual = find_place(&a->place, example, call, param, index);
    a->usual = number_of(usual, &x) || number_of(param->fallback, &x) ? x : 1;
    add_value(a, a->usual);
    add_value(a, 0);
    for (const Ast *need = need_next(def->value); need; need = need_next(need->d))
        add_ends(a, need->a);
    static const double always[] = {1e-9, -1, 1e6, -1e6, 1, -1e-9, 3e4};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        add_value(a, always[i]);
    return true;
}

/* ---- a program in which it jumps ---------------------------------------------------------------------- */

typedef struct Way {
    const char *engine;
    double rate;
} Way;
static const Way ways[] = {{"jit", 48000}, {"ref", 44100}, {"jit", 192000},
                           {"ref", 48000}, {"jit", 44100}, {"ref", 192000}};
enum { WAYS = sizeof ways / sizeof *ways };

static int jumps(const Argument *a) {
    return 2 * a->n;
}

/* Each after its neighbour, then in another order. */
static double value_at(const Argument *a, int jump) {
    return jump < a->n       ? a->values[jump]
           : jump < jumps(a) ? a->values[(jump * 7 + 3) % a->n]
                             : a->usual;
}

static char *program_of(const Argument *a, bool as_param) {
    double low = a->usual, high = a->usual;
    Buf text = {0};
    for (int i = 0; i < a->n; i++) {
        low = fmin(low, a->values[i]);
        high = fmax(high, a->values[i]);
    }
    if (as_param) {
        buf_printf(&text, "param edge = %.17g in %.17g..%.17g\n", a->usual, low, high);
    } else {
        buf_puts(&text, "edge(t) = [");
        for (int i = 0; i <= jumps(a); i++)
            buf_printf(&text, "%s%.17g", i ? ", " : "", value_at(a, i));
        buf_printf(&text, "][floor(%d * max(t, 0))]\n", JUMPS_A_SECOND);
    }
    buf_printf(&text, "out = %sedge%s\n", a->place.before, a->place.after);
    return text.data;
}

static Argument with_values_in(const Argument *all, double low, double high) {
    Argument a = *all;
    a.n = 0;
    for (int i = 0; i < all->n; i++)
        if (all->values[i] >= low && all->values[i] <= high) a.values[a.n++] = all->values[i];
    return a;
}

static KnProgram *compiled(const char *text, const char *engine, double rate) {
    KnCompiler *compiler = kn_compiler_create();
    kn_compiler_set_engine(compiler, engine);
    kn_compiler_set_rate(compiler, rate);
    KnProgram *program = kn_compile_text(compiler, "edges.kn", text, strlen(text));
    kn_compiler_free(compiler);
    return program;
}

/* With all its values; a delay, of which memory is made, with those that the compiler takes. NULL where it does not vary. */
static KnProgram *compiled_to_jump(const Argument *all, bool as_param, const Way *way,
                                   Argument *a) {
    static const double ranges[][2] = {
        {-INFINITY, INFINITY}, {-10, 10}, {0, 10}, {0, 0.5}, {1, 1e5}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        *a = with_values_in(all, ranges[i][0], ranges[i][1]);
        if (a->n < 2) continue;
        char *text = program_of(a, as_param);
        KnProgram *program = compiled(text, way->engine, way->rate);
        free(text);
        if (program) return program;
    }
    return NULL;
}

/* ---- heard -------------------------------------------------------------------------------------------- */

enum { BLOCK = 256, CHANNELS = 16 };

static bool hear_block(KnInstance *instance, int channels, int frames, double *worst) {
    static float heard[CHANNELS][BLOCK];
    float *out[CHANNELS];
    for (int k = 0; k < CHANNELS; k++)
        out[k] = heard[k];
    kn_instance_process(instance, NULL, out, frames);
    for (int k = 0; k < channels; k++)
        for (int i = 0; i < frames; i++) {
            double x = fabs((double)heard[k][i]);
            if (!(x <= *worst)) *worst = x;
            if (!(x < LOUDEST)) return false;
        }
    return true;
}

static bool hear_jumps(const Argument *a, KnProgram *program, bool as_param, const char *how) {
    KnInstance *instance = kn_instance_create(program);
    int channels = kn_program_outputs(program),
        step = (int)(kn_program_rate(program) / JUMPS_A_SECOND);
    bool good = channels <= CHANNELS || wrong("more than %d channels", CHANNELS);
    double worst = 0;
    for (int jump = 0; jump < jumps(a) + TAIL && good; jump++) {
        if (as_param) kn_instance_set(instance, 0, value_at(a, jump));
        for (int at = 0; at < step && good; at += BLOCK)
            good = hear_block(instance, channels, step - at < BLOCK ? step - at : BLOCK, &worst);
        if (!good)
            wrong("`%s` of `%s`, %s: %g when it is %g after %g", a->name, a->definition, how, worst,
                  value_at(a, jump), jump ? value_at(a, jump - 1) : a->usual);
    }
    kn_instance_free(instance);
    return good;
}

/* All ways, or one of each engine that the name and the seed choose: three turns in a row see all. */
static bool way_in_turn(const char *definition, int way) {
    return in_turn(hash_of(definition) + 3 - (unsigned)way % 3, 3);
}

static bool try_argument(const Argument *all, bool as_param, const Way *way) {
    Argument a;
    KnProgram *program = compiled_to_jump(all, as_param, way, &a);
    if (!program) return true;
    char *how = text_format("a %s with engine %s at %g Hz", as_param ? "param" : "signal",
                            way->engine, way->rate);
    bool good = hear_jumps(&a, program, as_param, how);
    free(how);
    kn_program_free(program);
    return good;
}

bool edges_run(Compile *c, const char *definition) {
    Argument a;
    bool good = true, numeric;
    for (int i = 0; find_argument(c, definition, i, &a, &numeric); i++)
        for (int way = 0; numeric && way < WAYS; way++) {
            if (!way_in_turn(definition, way)) continue;
            good &= try_argument(&a, true, &ways[way]);
            good &= try_argument(&a, false, &ways[way]);
        }
    return good;
}

/* Do the needs say that it does not vary? */
static bool is_said_to_be_known(Compile *c, const Argument *a) {
    Module *module;
    Def *def = library_find(&c->program, a->definition, &module);
    char *number = text_format("known(%s)", a->name), *count = text_format("_whole(%s)", a->name);
    char *pattern = text_format("_is_pattern(%s)", a->name);
    bool said = false;
    for (const Ast *need = need_next(def->value); need; need = need_next(need->d)) {
        const char *condition = source_text(&c->session, need->a->span, 400);
        said |= strstr(condition, number) || strstr(condition, count) || strstr(condition, pattern);
    }
    free(number);
    free(count);
    free(pattern);
    return said;
}

bool edges_are_all_tried(Compile *c, const char *const *definitions, int n) {
    int arguments = 0, values = 0, as_param = 0, as_signal = 0;
    bool good = true, numeric;
    Argument a, tried;
    for (int i = 0; i < n; i++) {
        if (!edges_are_heard(c, definitions[i])) continue;
        for (int k = 0; find_argument(c, definitions[i], k, &a, &numeric); k++) {
            if (!numeric) continue;
            KnProgram *param = compiled_to_jump(&a, true, &ways[0], &tried);
            if (param) values += tried.n;
            KnProgram *signal = compiled_to_jump(&a, false, &ways[0], &tried);
            arguments++;
            as_param += param != NULL;
            as_signal += signal != NULL;
            if (!param && !signal && !is_said_to_be_known(c, &a))
                good = wrong("`%s` of `%s` takes neither a param nor a signal, and its needs do "
                             "not say that it must be known",
                             a.name, a.definition);
            kn_program_free(param);
            kn_program_free(signal);
        }
    }
    printf("%d arguments, %d of them params and %d signals, %.1f values each\n", arguments,
           as_param, as_signal, (double)values / as_param);
    return good;
}

bool edges_are_heard(Compile *c, const char *definition) {
    Module *module;
    Def *def = library_find(&c->program, definition, &module);
    const char *file = c->session.sources[module->source].path;
    return def->value->kind == AST_LAMBDA && !strstr(file, "conversions.kn") &&
           !strstr(file, "scales.kn");
}
