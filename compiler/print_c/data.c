/* What a program in C reads beside its nodes: tables of kernels, rows of loops. In: what the lowering made. Out: constant
 * arrays. */
#include "print_c/print_c.h"

#include <stdlib.h>
#include <string.h>

/* ---- sums of terms of one shape ------------------------------------------------------------------------ */

static const char *hole_type(const Emitter *e, const Hole *hole) {
    return plan_is_fixed_point(e->g, hole) ? "uint64_t" : "double";
}

static bool has_span(const char *type) {
    return strstr(type, ROW_WITH_SPAN) != NULL;
}

/* A type of rows has a letter for each of its columns: see lower/roll.c. */
static void print_row_type(Emitter *e, const Roll *r, const char *type) {
    buf_printf(&e->tables, "%s {\n", type);
    if (has_span(type)) buf_puts(&e->tables, "    int64_t from, until, latest;\n");
    for (int h = 0; h < r->nholes; h++)
        buf_printf(&e->tables, "    %s c%d;\n", hole_type(e, &r->holes[h]), h);
    buf_puts(&e->tables, "};\n\n");
}

static const char *hole_item(Emitter *e, const Roll *r, int row, int h) {
    const double x = r->table[row * r->nholes + h];
    if (!plan_is_fixed_point(e->g, &r->holes[h])) return emit_literal(e, x, true);
    const bool step = r->holes[h].kind == HOLE_STEP;
    return emit_word(e, kernel_fixed_point((long double)x / (step ? (long double)e->g->rate : 1)));
}

static void print_roll_table(Emitter *e, const Roll *r, const KernelSymbol *symbol) {
    Buf *out = &e->tables;
    buf_printf(out, "static const %s %s[%d] = {\n", symbol->type, symbol->name, r->terms);
    const int64_t *words = symbol->address; /* see lower/roll.c */
    const bool spans = has_span(symbol->type);
    for (int j = 0; j < r->terms; j++) {
        const int64_t *span = &words[j * (2 * r->nholes + WORDS_OF_SPAN) + 2 * r->nholes];
        buf_puts(out, "    {");
        if (spans)
            buf_printf(out, "%lld, %lld, %lld", (long long)span[ROW_FROM],
                       (long long)span[ROW_UNTIL], (long long)span[ROW_LATEST]);
        for (int h = 0; h < r->nholes; h++)
            buf_printf(out, "%s%s", h > 0 || spans ? ", " : "",
                       hole_item(e, r, spans ? (int)span[ROW_NUMBER] : j, h));
        buf_puts(out, "},\n");
    }
    buf_puts(out, "};\n\n");
}

static const Roll *roll_of(const Emitter *e, const KernelSymbol *symbol) {
    return strncmp(symbol->type, "struct", 6) == 0
               ? &e->p->rolls[atoi(symbol->name + strlen("roll"))]
               : NULL;
}

static void print_rolls(Emitter *e, const KernelData *data) {
    for (int i = 0; i < data->nsymbols; i++) {
        const KernelSymbol *symbol = &data->symbols[i];
        const Roll *r = symbol->named ? roll_of(e, symbol) : NULL;
        bool known = false;
        for (int j = 0; r && j < i; j++)
            known = known ||
                    (data->symbols[j].named && strcmp(data->symbols[j].type, symbol->type) == 0);
        if (r && !known) print_row_type(e, r, symbol->type);
        if (r) print_roll_table(e, r, symbol);
    }
}

/* ---- constant data ------------------------------------------------------------------------------------ */

static const char *float_item(Emitter *e, const void *data, int i) {
    return emit_literal(e, (double)((const float *)data)[i], false);
}

static const char *double_item(Emitter *e, const void *data, int i) {
    return emit_literal(e, ((const double *)data)[i], true);
}

static const char *word_item(Emitter *e, const void *data, int i) {
    return emit_word(e, ((const uint64_t *)data)[i]);
}

static void print_symbol(Emitter *e, const KernelSymbol *symbol) {
    emit_table(e, symbol->type, symbol->name, symbol->count,
               strcmp(symbol->type, "float") == 0    ? float_item
               : strcmp(symbol->type, "double") == 0 ? double_item
                                                     : word_item,
               symbol->address);
}

static int by_address(const void *a, const void *b) {
    const KernelSymbol *x = *(KernelSymbol *const *)a, *y = *(KernelSymbol *const *)b;
    const uintptr_t at = (uintptr_t)x->address, other = (uintptr_t)y->address;
    return (at > other) - (at < other);
}

/* What rows refer to, by its address. */
typedef struct Symbols {
    KernelSymbol **sorted;
    int n;
} Symbols;

static Symbols sort_symbols(const KernelData *data) {
    Symbols s = {alloc_room((size_t)data->nsymbols + 1, sizeof *s.sorted), data->nsymbols};
    for (int i = 0; i < s.n; i++)
        s.sorted[i] = &data->symbols[i];
    qsort(s.sorted, (size_t)s.n, sizeof *s.sorted, by_address);
    return s;
}

static KernelSymbol *symbol_at(const Symbols *s, uint64_t address) {
    KernelSymbol wanted = {.address = (const void *)(uintptr_t)address}, *key = &wanted;
    KernelSymbol **found = bsearch(&key, s->sorted, (size_t)s->n, sizeof *s->sorted, by_address);
    if (!found) abort(); /* a row that refers to what nobody made: a bug of the lowering */
    return *found;
}

/* Data that rows of loops refer to have names too. */
static void name_columns(const KernelData *data, const Symbols *symbols) {
    for (int i = 0; i < data->nrolled; i++) {
        const RolledTable *t = &data->rolled[i];
        for (int j = 0; j < t->rounds * t->width; j++)
            if (t->kinds[j % t->width] == ARGUMENT_DATA)
                symbol_at(symbols, t->words[j])->named = true;
    }
}

static const char *column_type(int kind) {
    switch (kind) {
    case ARGUMENT_NUMBER: return "double";
    case ARGUMENT_INTEGER: return "int";
    case ARGUMENT_FRAME:
    case ARGUMENT_MOMENT: return "int64_t";
    case ARGUMENT_ADDRESS:
    case ARGUMENT_DATA: return "size_t"; /* of the state */
    default: return "uint64_t";
    }
}

static void print_column(const Symbols *symbols, const RolledTable *t, int column, Buf *out) {
    const KernelSymbol *symbol =
        t->kinds[column] == ARGUMENT_DATA ? symbol_at(symbols, t->words[column]) : NULL;
    if (symbol && !symbol->of_state)
        buf_printf(out, "    const %s *c%d;\n", symbol->type, column);
    else
        buf_printf(out, "    %s c%d;\n", column_type(t->kinds[column]), column);
}

static void print_data_cell(const Emitter *e, const KernelSymbol *symbol, Buf *out) {
    if (symbol->of_state)
        buf_printf(out, "offsetof(struct %s, %s)", e->name, symbol->name);
    else
        buf_puts(out, symbol->name);
}

static void print_cell(Emitter *e, const Symbols *symbols, const RolledTable *t, int cell,
                       Buf *out) {
    const uint64_t word = t->words[cell];
    double number;
    memcpy(&number, &word, sizeof number);
    switch (t->kinds[cell % t->width]) {
    case ARGUMENT_NUMBER: buf_puts(out, emit_literal(e, number, true)); return;
    case ARGUMENT_INTEGER:
    case ARGUMENT_MOMENT:
    case ARGUMENT_FRAME: buf_printf(out, "%lld", (long long)(int64_t)word); return;
    case ARGUMENT_DATA: print_data_cell(e, symbol_at(symbols, word), out); return;
    case ARGUMENT_ADDRESS:
        buf_printf(out, "offsetof(struct %s, ", e->name);
        emit_place(e, word, false, out);
        buf_puts(out, ")");
        return;
    default: buf_puts(out, emit_word(e, word));
    }
}

static void print_rows(Emitter *e, const RolledTable *t, const Symbols *symbols, int number) {
    Buf *out = &e->tables;
    buf_printf(out, "static const struct rolled%d {\n", number);
    for (int i = 0; i < t->width; i++)
        print_column(symbols, t, i, out);
    buf_printf(out, "} rolled%d[%d] = {\n", number, t->rounds);
    for (int i = 0; i < t->rounds * t->width; i++) {
        buf_puts(out, i % t->width == 0 ? "    {" : ", ");
        print_cell(e, symbols, t, i, out);
        if (i % t->width == t->width - 1) buf_puts(out, "},\n");
    }
    buf_puts(out, "};\n\n");
}

void print_data(Emitter *e, KernelData *data) {
    const Symbols symbols = sort_symbols(data);
    name_columns(data, &symbols);
    for (int i = 0; i < data->nsymbols; i++)
        if (data->symbols[i].named && data->symbols[i].count > 0 && !data->symbols[i].of_state)
            print_symbol(e, &data->symbols[i]);
    print_rolls(e, data);
    for (int i = 0; i < data->nrolled; i++)
        print_rows(e, &data->rolled[i], &symbols, i);
    free(symbols.sorted);
}
