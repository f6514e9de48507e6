/* The graph as text, one node a line, printed and parsed; and as a picture for Graphviz.
 *
 *   rate 48000
 *   input left
 *   param cutoff 20 20000 800
 *   %1 = time
 *   %2 = const 440
 *   %3 = mul %1 %2
 *   %4 = cell 0 echo
 *   body 0 %9
 *   out %3
 *
 * In and out: a graph. Numbers of nodes are given anew when printing, in the order of the lines. */
#include "graph/graph.h"
#include "base/foreign_text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool has_number(Op op) {
    return (op_info[op].flags & OPF_NUMBER) != 0;
}

static void print_facts(const Graph *g, Buf *out) {
    if (g->rate > 0) buf_printf(out, "rate %.17g\n", g->rate);
    for (int i = 0; i < graph_inputs(g); i++)
        buf_printf(out, "input %s\n", g->inputs[i]);
    for (int i = 0; i < g->nparams; i++)
        buf_printf(out, "param %s %.17g %.17g %.17g\n", g->params[i].name, g->params[i].min,
                   g->params[i].max, g->params[i].initial);
    for (int i = 0; i < g->ntables; i++) {
        buf_printf(out, "table");
        for (int k = 0; k < g->tables[i].n; k++)
            buf_printf(out, " %.17g", g->tables[i].data[k]);
        buf_puts(out, "\n");
    }
}

void graph_print(const Graph *g, Buf *out) {
    int n;
    PlainLocale held = plain_locale_begin();
    NodeId *order = graph_order(g, &n);
    int *number = alloc_zeroed((size_t)g->n, sizeof *number);
    print_facts(g, out);
    int *bodies = alloc_zeroed((size_t)g->ncells, sizeof *bodies);
    int ncells = 0, *cells = alloc_zeroed((size_t)g->ncells + 1, sizeof *cells);
    for (int i = 0; i < n; i++) {
        const Node *node = &g->nodes[order[i]];
        const NodeId *in = node_inputs(node);
        number[order[i]] = i + 1;
        buf_printf(out, "%%%d = %s", i + 1, op_info[node->op].text);
        if (node->op == OP_CONST) buf_printf(out, " %.17g", node->value);
        if (has_number((Op)node->op)) buf_printf(out, " %d", node->aux);
        if (node->op == OP_SUB && node->aux == TIME_BEGINS) buf_puts(out, " begins");
        if (node->op == OP_CELL) {
            cells[node->aux] = ++ncells;
            buf_printf(out, " %d%s%s", ncells - 1, g->cells[node->aux].name ? " " : "",
                       g->cells[node->aux].name ? g->cells[node->aux].name : "");
        }
        bool swap = op_info[node->op].flags & OPF_COMMUTES && number[in[0]] > number[in[1]];
        for (int k = 0; k < node->nin; k++)
            buf_printf(out, " %%%d", number[in[swap ? 1 - k : k]]);
        buf_puts(out, "\n");
    }
    for (int i = 0; i < g->ncells; i++)
        if (cells[i]) bodies[cells[i] - 1] = number[g->cells[i].body];
    for (int i = 0; i < ncells; i++)
        buf_printf(out, "body %d %%%d\n", i, bodies[i]);
    for (int i = 0; i < g->noutputs; i++)
        buf_printf(out, "out %%%d\n", number[g->outputs[i]]);
    free(order);
    free(number);
    free(cells);
    free(bodies);
    plain_locale_end(held);
}

/* ---- parsing ------------------------------------------------------------------------------------
 */

typedef struct Reader {
    Graph *g;
    const char *at;
    int line;
    NodeId *ids; /* by the number in the text */
    int nids;
    char *error;
} Reader;

static void blanks(Reader *r) {
    while (*r->at == ' ' || *r->at == '\t')
        r->at++;
}

static bool fail(Reader *r, const char *what) {
    if (!r->error) {
        size_t size = strlen(what) + 32;
        r->error = malloc(size);
        if (!r->error) abort();
        snprintf(r->error, size, "line %d: %s", r->line, what);
    }
    return false;
}

static bool word(Reader *r, char *text, size_t size) {
    blanks(r);
    size_t n = 0;
    while (*r->at && !isspace((unsigned char)*r->at) && n + 1 < size)
        text[n++] = *r->at++;
    text[n] = 0;
    return n > 0;
}

static bool number(Reader *r, double *x) {
    blanks(r);
    char *end;
    if (*r->at == '\n' || !*r->at) return false;
    *x = strtod(r->at, &end);
    if (end == r->at) return false;
    r->at = end;
    return true;
}

static bool reference(Reader *r, NodeId *id) {
    double x;
    blanks(r);
    if (*r->at != '%') return false;
    r->at++;
    if (!number(r, &x) || x < 1 || x >= r->nids || !r->ids[(int)x])
        return fail(r, "no such node yet");
    *id = r->ids[(int)x];
    return true;
}

/* Takes the word, should it be the next one. */
static bool next_is(Reader *r, const char *wanted) {
    blanks(r);
    if (strncmp(r->at, wanted, strlen(wanted)) != 0) return false;
    r->at += strlen(wanted);
    return true;
}

static int op_named(const char *text) {
    for (int i = 1; i < OP_COUNT; i++)
        if (strcmp(op_info[i].text, text) == 0) return i;
    return 0;
}

static bool read_node(Reader *r) {
    double x = 0;
    char text[64], name[64] = "";
    r->at++;
    if (!number(r, &x) || x < 1 || x >= r->nids) return fail(r, "no number of a node after %");
    int id = (int)x;
    if (!word(r, text, sizeof text) || strcmp(text, "=") != 0 || !word(r, text, sizeof text))
        return fail(r, "a node is written %1 = op inputs");
    int op = op_named(text);
    if (!op) return fail(r, "no such operation");
    if (op == OP_CONST) {
        if (!number(r, &x)) return fail(r, "a constant needs a number");
        r->ids[id] = graph_const(r->g, x);
        return true;
    }
    int aux = 0;
    if (has_number((Op)op) || op == OP_CELL) {
        if (!number(r, &x)) return fail(r, "a number is missing");
        aux = (int)x;
    }
    if (op == OP_CELL) {
        word(r, name, sizeof name);
        r->ids[id] = graph_cell(r->g, *name ? arena_printf(r->g->arena, "%s", name) : NULL,
                                (Span){-1, 0, 0});
        return true;
    }
    if (op == OP_SUB && next_is(r, "begins")) aux = TIME_BEGINS;
    NodeId *in = NULL, one;
    int nin = 0, cap = 0;
    while (reference(r, &one))
        VEC_PUSH(in, nin, cap, one);
    bool good = !r->error;
    if (good && !op_takes((Op)op, nin)) good = fail(r, "wrong number of inputs");
    if (good) r->ids[id] = graph_node(r->g, (Op)op, nin, in, aux);
    free(in);
    return good;
}

static bool read_table(Reader *r) {
    double x, *data = NULL;
    int n = 0, cap = 0;
    while (number(r, &x))
        VEC_PUSH(data, n, cap, x);
    Table t = {.n = n, .data = ARENA_ARRAY(r->g->arena, double, n + 1)};
    if (n) memcpy(t.data, data, sizeof *data * (size_t)n);
    t.data[n] = n ? t.data[0] : 0;
    free(data);
    t.range = interval_of_data(t.data, t.n);
    VEC_PUSH(r->g->tables, r->g->ntables, r->g->table_cap, t);
    return n > 0 || fail(r, "an empty table");
}

static bool read_param(Reader *r) {
    Graph *g = r->g;
    char name[64];
    ParamInfo info = {.label = ""};
    if (!word(r, name, sizeof name) || !number(r, &info.min) || !number(r, &info.max) ||
        !number(r, &info.initial))
        return fail(r, "a param is written: param name least greatest initial");
    info.name = arena_printf(g->arena, "%s", name);
    VEC_PUSH(g->params, g->nparams, g->param_cap, info);
    return true;
}

static bool read_line(Reader *r) {
    Graph *g = r->g;
    char text[64];
    double x;
    NodeId id;
    blanks(r);
    if (*r->at == '\n' || !*r->at || *r->at == '#') return true;
    if (*r->at == '%') return read_node(r);
    if (!word(r, text, sizeof text)) return true;
    if (strcmp(text, "rate") == 0) return number(r, &g->rate) || fail(r, "a rate is a number");
    if (strcmp(text, "table") == 0) return read_table(r);
    if (strcmp(text, "param") == 0) return read_param(r);
    if (strcmp(text, "input") == 0) {
        word(r, text, sizeof text);
        const char *name = arena_printf(g->arena, "%s", text);
        VEC_PUSH(g->inputs, g->ninputs, g->input_cap, name);
        return true;
    }
    if (strcmp(text, "body") == 0) {
        if (!number(r, &x) || x < 0 || x >= g->ncells || !reference(r, &id))
            return fail(r, "no such cell or node");
        g->cells[(int)x].body = id;
        return true;
    }
    if (strcmp(text, "out") == 0) {
        if (!reference(r, &id)) return fail(r, "an output is a node");
        VEC_PUSH(g->outputs, g->noutputs, g->output_cap, id);
        return true;
    }
    return fail(r, "a line begins with %, rate, input, param, table, body or out");
}

Graph *graph_parse(Arena *arena, const char *text, char **error) {
    int lines = 2;
    for (const char *at = text; *at; at++)
        lines += *at == '\n';
    Reader r = {.g = graph_create(arena, 0), .at = text, .line = 1, .nids = lines};
    r.ids = alloc_zeroed((size_t)lines, sizeof *r.ids);
    PlainLocale held = plain_locale_begin();
    while (*r.at && read_line(&r)) {
        while (*r.at && *r.at != '\n')
            r.at++;
        if (*r.at) r.at++;
        r.line++;
    }
    plain_locale_end(held);
    free(r.ids);
    *error = r.error;
    if (!r.error) return r.g;
    graph_free(r.g);
    return NULL;
}

/* ---- the picture ----------------------------------------------------------------------------- */

static void add_label(const Graph *g, const Node *n, Buf *out) {
    switch (n->op) {
    case OP_CONST: buf_printf(out, "%.6g", n->value); break;
    case OP_TIME: buf_puts(out, "t"); break;
    case OP_PARAM: buf_printf(out, "param %s", g->params[n->aux].name); break;
    case OP_INPUT: buf_printf(out, "input %s", g->inputs[n->aux]); break;
    case OP_CELL:
        buf_printf(out, "%s", g->cells[n->aux].name ? g->cells[n->aux].name : "cell");
        break;
    default: buf_puts(out, op_info[n->op].text);
    }
}

void graph_dot(const Graph *g, Buf *out) {
    int n;
    PlainLocale held = plain_locale_begin();
    NodeId *order = graph_order(g, &n);
    buf_puts(out, "digraph kanon {\n  rankdir=LR;\n  node [shape=box, style=rounded, "
                  "fontname=\"Helvetica\"];\n");
    for (int i = 0; i < n; i++) {
        const Node *node = &g->nodes[order[i]];
        const NodeId *in = node_inputs(node);
        Buf label = {0};
        add_label(g, node, &label);
        buf_printf(out, "  n%d [label=", order[i]);
        text_to_dot(out, label.data);
        buf_free(&label);
        bool memory = op_info[node->op].flags & OPF_MEMORY;
        buf_printf(out, "%s];\n",
                   memory ? ", style=\"rounded,filled\", fillcolor=\"#ffe8c0\""
                   : op_info[node->op].flags & OPF_SOURCE ? ", shape=plaintext"
                                                          : "");
        for (int k = 0; k < node->nin && k < 64; k++)
            buf_printf(out, "  n%d -> n%d;\n", in[k], order[i]);
        if (node->nin > 64)
            buf_printf(out,
                       "  n%d_more [label=\"… %d in all\", shape=plaintext];\n  n%d_more -> n%d;\n",
                       order[i], node->nin, order[i], order[i]);
        if (node->op == OP_CELL)
            buf_printf(out, "  n%d -> n%d [style=dashed, constraint=false];\n",
                       g->cells[node->aux].body, order[i]);
    }
    for (int i = 0; i < g->noutputs; i++)
        buf_printf(out, "  out%d [label=\"out %d\", shape=cds];\n  n%d -> out%d;\n", i, i,
                   g->outputs[i], i);
    buf_puts(out, "}\n");
    free(order);
    plain_locale_end(held);
}
