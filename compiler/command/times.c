/* Times on the command line: --for 10s, --from 250ms, --at 0..1ms by 0.1ms, --for 1min30s, --for 0:30.
 * In: text, and the compiled program, whose names may be used. Out: seconds and frames. What is
 * wrong is printed. Kanon's own parser and evaluator read them, so a time is written as in a
 * program; or as on a clock, which is put into seconds first. */
#include "command/command.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static bool is_time_unit(const Ast *ast) {
    switch (ast->kind == AST_NUMBER ? (Unit)ast->unit : UNIT_NONE) {
    case UNIT_NONE:
    case UNIT_S:
    case UNIT_MS:
    case UNIT_US:
    case UNIT_MIN: return true;
    default: return false;
    }
}

/* The value of a constant; false when diags tell why not, or a message was printed. */
static bool evaluate(Compile *c, const char *option, Ast *ast, double *seconds) {
    if (!is_time_unit(ast)) {
        command_fail(STATUS_USAGE, "%s takes a time, such as 10s, 250ms, 1min30s or 0:30, not %s",
                     option, unit_name((Unit)ast->unit));
        return false;
    }
    NodeId node = compile_expression(c, ast, false);
    if (!node) return false;
    const Node *n = graph_at(c->program.graph, node);
    if (n->op != OP_CONST) {
        command_fail(STATUS_USAGE, "%s must be known before the program runs", option);
        return false;
    }
    *seconds = n->value;
    if (isfinite(*seconds) && *seconds >= 0) return true;
    command_fail(STATUS_USAGE, "%s must be finite and not negative, it is %g", option, *seconds);
    return false;
}

/* ---- 1min30s, 10h, 0:30, 1:02:03 -------------------------------------------------------------------- */

/* The number at `at`, as a clock has it: digits, and a fraction if a digit follows the point (`0..1` has none). */
static const char *read_number(const char *at, double *number) {
    *number = 0;
    if (!isdigit((unsigned char)*at)) return NULL;
    while (isdigit((unsigned char)*at))
        *number = 10 * *number + (*at++ - '0');
    if (*at != '.' || !isdigit((unsigned char)at[1])) return at;
    double place = 1, fraction = 0;
    for (at++; isdigit((unsigned char)*at); place *= 10)
        fraction = 10 * fraction + (*at++ - '0');
    *number += fraction / place;
    return at;
}

static const char *read_colons(const char *at, double *seconds) {
    double number;
    const char *end = read_number(at, seconds);
    int parts = 1;
    for (; end && *end == ':' && parts < 3; parts++) {
        const char *from = end + 1;
        end = read_number(from, &number);
        if (!end || number >= 60 || !isdigit((unsigned char)from[1])) return NULL;
        *seconds = 60 * *seconds + number;
    }
    return parts > 1 ? end : NULL;
}

/* Units from large to small. One alone is Kanon's own matter, but for hours, which it does not have. */
static const char *read_units(const char *at, double *seconds) {
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"h", 3600}, {"min", 60}, {"s", 1}, {"ms", 1e-3}, {"us", 1e-6}};
    int next = 0, parts = 0;
    *seconds = 0;
    for (double number; parts < 5; parts++) {
        const char *unit = read_number(at, &number);
        if (!unit) break;
        size_t length = strspn(unit, "abcdefghijklmnopqrstuvwxyz");
        while (next < 5 &&
               (strlen(units[next].name) != length || strncmp(units[next].name, unit, length) != 0))
            next++;
        if (next == 5) return NULL;
        *seconds += number * units[next].seconds;
        at = unit + length;
        if (next++ == 0) parts++;
    }
    return parts > 1 ? at : NULL;
}

static bool is_part_of_word(char byte) {
    return isalnum((unsigned char)byte) || byte == '_' || byte == ':';
}

/* The text with such times as plain seconds, which Kanon's parser reads. */
static void write_seconds(const char *text, Buf *out) {
    bool quoted = false;
    char before = ' ';
    while (*text) {
        double seconds;
        bool begins = !quoted && !is_part_of_word(before) && isdigit((unsigned char)*text) &&
                      !(before == '.' && out->length > 1 &&
                        isdigit((unsigned char)out->data[out->length - 2]));
        const char *end = begins ? read_colons(text, &seconds) : NULL;
        if (begins && !end) end = read_units(text, &seconds);
        if (end && !is_part_of_word(*end)) {
            buf_printf(out, "%.17g", seconds);
            before = '0';
            text = end;
            continue;
        }
        if (*text == '"') quoted = !quoted;
        before = *text;
        buf_add(out, text++, 1);
    }
}

static Ast *parse(Compile *c, const char *option, const char *written) {
    Buf text = {0};
    buf_puts(&text, "");
    write_seconds(written, &text);
    int source = source_add(&c->session, option, text.data, text.length);
    buf_free(&text);
    Ast *ast = source < 0 ? NULL : parse_expression(&c->session, source);
    if (ast) resolve_expression(&c->program, c->program.main, ast);
    return diag_errors(&c->session) > 0 ? NULL : ast;
}

/* Prints what the evaluator said, if it said something. */
static bool finish(Compile *c, bool ok) {
    ok = ok && diag_errors(&c->session) == 0;
    load_print_diags(c);
    return ok;
}

bool time_read(Compile *c, const char *option, const char *text, double *seconds) {
    Ast *ast = parse(c, option, text);
    return finish(c, ast && evaluate(c, option, ast, seconds));
}

bool time_range_read(Compile *c, const char *option, const char *text, double *from, double *to,
                     double *step) {
    *step = 0;
    Ast *ast = parse(c, option, text);
    if (!ast) return finish(c, false);
    if (ast->kind != AST_RANGE) {
        bool ok = evaluate(c, option, ast, from);
        *to = *from;
        return finish(c, ok);
    }
    bool ok = evaluate(c, option, ast->a, from) && evaluate(c, option, ast->b, to) &&
              (!ast->d || evaluate(c, option, ast->d, step));
    if (!finish(c, ok)) return false;
    if (*to >= *from && (!ast->d || *step > 0)) return true;
    command_fail(STATUS_USAGE, "%s: %s holds no time", option, text);
    return false;
}

int64_t time_frame(double seconds, double rate) {
    double frame = nearbyint(seconds * rate);
    return frame < 4503599627370496.0 ? (int64_t)frame : -1;
}
