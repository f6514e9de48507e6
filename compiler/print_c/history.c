/* The histories of kernels of linear feedback (KernelHistory), in C. In: what the lowering made. Out: statements that begin
 * them, whenever params changed, and that give back the states they hold. Several of one kind are a loop over a table: a
 * compiler takes long for what stands a hundred times. */
#include "print_c/print_c.h"

#include <stdlib.h>

enum { FEWEST_ROWS = 3 };

/* Do two differ in numbers and places alone? */
static bool is_alike(const KernelHistory *a, const KernelHistory *b) {
    if (a->make != b->make || a->known != b->known || a->nmatrix != b->nmatrix ||
        a->nstates != b->nstates)
        return false;
    for (int i = 0; i < a->nstates; i++)
        if (a->states[i].number != b->states[i].number ||
            a->states[i].of_line != b->states[i].of_line)
            return false;
    return true;
}

/* Those of one kind: the first, and how many. */
typedef struct HistoryKind {
    int first, rows;
} HistoryKind;

/* malloc'd; *kind_of has the kind of each history. */
static HistoryKind *find_kinds(const KernelState *own, int **kind_of, int *nkinds) {
    HistoryKind *kinds = NULL;
    int n = 0, cap = 0;
    *kind_of = alloc_room((size_t)own->nhistories + 1, sizeof **kind_of);
    for (int i = 0; i < own->nhistories; i++) {
        int kind = n - 1;
        while (kind >= 0 && !is_alike(&own->histories[kinds[kind].first], &own->histories[i]))
            kind--;
        if (kind < 0) {
            const HistoryKind new = {i, 0};
            kind = n;
            VEC_PUSH(kinds, n, cap, new);
        }
        kinds[kind].rows++;
        (*kind_of)[i] = kind;
    }
    *nkinds = n;
    return kinds;
}

static void print_field(const Emitter *e, size_t place, Buf *out) {
    buf_puts(out, "self->");
    emit_place(e, place, true, out);
}

static void print_offset(const Emitter *e, size_t place, Buf *out) {
    buf_printf(out, "offsetof(struct %s, ", e->name);
    emit_place(e, place, true, out);
    buf_puts(out, ")");
}

/* ---- one ---------------------------------------------------------------------------------------------- */

static size_t kept_at(const KernelHistory *h, int state) {
    return h->history + sizeof(double) * (size_t)h->states[state].number;
}

/* Its matrix, whose elements are known or fields. */
static void print_matrix(Emitter *e, const KernelHistory *h, int number, Buf *out) {
    buf_printf(out, "    %sconst double matrix_%d[] = {", h->known ? "static " : "", number);
    for (int i = 0; i < h->nmatrix; i++) {
        buf_puts(out, i > 0 ? ", " : "");
        if (h->known)
            buf_puts(out, emit_literal(e, h->matrix[i], true));
        else
            print_field(e, h->elements[i], out);
    }
    buf_puts(out, "};\n");
}

static void print_one(Emitter *e, const KernelHistory *h, int number, Buf *out) {
    print_matrix(e, h, number, out);
    buf_printf(out, "    kn_strip_%s(&", kernels[h->make].name);
    print_field(e, h->powers, out);
    buf_printf(out, ", matrix_%d);\n", number);
    for (int j = 0; j < h->nstates; j++) {
        buf_puts(out, "    ");
        print_field(e, kept_at(h, j), out);
        buf_puts(out, " = ");
        print_field(e, h->states[j].field, out);
        buf_puts(out, ";\n");
    }
    if (h->begin == KERNELS) return;
    buf_printf(out, "    kn_strip_%s(&", kernels[h->begin].name);
    print_field(e, h->history, out);
    if (h->needs_powers) buf_puts(out, ", &");
    if (h->needs_powers) print_field(e, h->powers, out);
    buf_puts(out, ");\n");
}

static void print_kept(Emitter *e, const KernelHistory *h, int number, Buf *out) {
    (void)number;
    for (int j = 0; j < h->nstates; j++) {
        if (h->states[j].of_line) continue;
        buf_puts(out, "    ");
        print_field(e, h->states[j].field, out);
        buf_puts(out, " = ");
        print_field(e, kept_at(h, j), out);
        buf_puts(out, ";\n");
    }
}

/* ---- a kind ------------------------------------------------------------------------------------------- */

/* A row: where the powers and the history are, the matrix or where its elements are, where the states are. */
static void print_row(Emitter *e, const KernelHistory *h) {
    Buf *out = &e->tables;
    buf_puts(out, "    {");
    print_offset(e, h->powers, out);
    buf_puts(out, ", ");
    print_offset(e, h->history, out);
    for (int i = 0; i < h->nmatrix; i++) {
        buf_puts(out, i > 0 ? ", " : ", {");
        if (h->known)
            buf_puts(out, emit_literal(e, h->matrix[i], true));
        else
            print_offset(e, h->elements[i], out);
    }
    for (int j = 0; j < h->nstates; j++) {
        buf_puts(out, j > 0 ? ", " : "}, {");
        print_offset(e, h->states[j].field, out);
    }
    buf_puts(out, "}},\n");
}

void print_history_tables(Emitter *e, const KernelState *own) {
    int *kind_of, nkinds;
    HistoryKind *kinds = find_kinds(own, &kind_of, &nkinds);
    for (int kind = 0; kind < nkinds; kind++) {
        const KernelHistory *first = &own->histories[kinds[kind].first];
        if (kinds[kind].rows < FEWEST_ROWS) continue;
        buf_printf(&e->tables,
                   "static const struct histories%d {\n    size_t powers, history;\n"
                   "    %s matrix[%d];\n    size_t z[%d];\n} histories%d[%d] = {\n",
                   kind, first->known ? "double" : "size_t", first->nmatrix, first->nstates, kind,
                   kinds[kind].rows);
        for (int i = 0; i < own->nhistories; i++)
            if (kind_of[i] == kind) print_row(e, &own->histories[i]);
        buf_puts(&e->tables, "};\n\n");
    }
    free(kinds);
    free(kind_of);
}

static void open_rows(int kind, int rows, Buf *out) {
    buf_printf(out,
               "    for (int i = 0; i < %d; i++) {\n"
               "        const struct histories%d *const r = &histories%d[i];\n"
               "        double *const history = (double *)(void *)((char *)self + r->history);\n",
               rows, kind, kind);
}

/* The powers of a row: of its matrix, which is read out of the state where it is not known. */
static void print_powers(const KernelHistory *h, Buf *out) {
    buf_puts(out, "        double *const powers = (double *)(void *)((char *)self + r->powers);\n");
    if (!h->known)
        buf_printf(out,
                   "        double matrix[%d];\n"
                   "        for (int j = 0; j < %d; j++)\n"
                   "            matrix[j] = *(double *)(void *)((char *)self + r->matrix[j]);\n",
                   h->nmatrix, h->nmatrix);
    buf_printf(out, "        kn_strip_%s(powers, %smatrix);\n", kernels[h->make].name,
               h->known ? "r->" : "");
}

static void print_rows_setup(const KernelHistory *h, int kind, int rows, Buf *out) {
    open_rows(kind, rows, out);
    print_powers(h, out);
    for (int j = 0; j < h->nstates; j++)
        buf_printf(out, "        history[%d] = *(double *)(void *)((char *)self + r->z[%d]);\n",
                   h->states[j].number, j);
    if (h->begin != KERNELS)
        buf_printf(out, "        kn_strip_%s(history%s);\n", kernels[h->begin].name,
                   h->needs_powers ? ", powers" : "");
    buf_puts(out, "    }\n");
}

static void print_rows_kept(const KernelHistory *h, int kind, int rows, Buf *out) {
    open_rows(kind, rows, out);
    for (int j = 0; j < h->nstates; j++)
        if (!h->states[j].of_line)
            buf_printf(out, "        *(double *)(void *)((char *)self + r->z[%d]) = history[%d];\n",
                       j, h->states[j].number);
    buf_puts(out, "    }\n");
}

/* ---- all ---------------------------------------------------------------------------------------------- */

/* Each kind once: as rows where there are several, else one by one. */
static void print_all(Emitter *e, const KernelState *own,
                      void (*one)(Emitter *e, const KernelHistory *h, int number, Buf *out),
                      void (*rows)(const KernelHistory *h, int kind, int rows, Buf *out),
                      Buf *out) {
    int *kind_of, nkinds;
    HistoryKind *kinds = find_kinds(own, &kind_of, &nkinds);
    for (int i = 0; i < own->nhistories; i++) {
        const int kind = kind_of[i];
        if (kinds[kind].rows < FEWEST_ROWS)
            one(e, &own->histories[i], i, out);
        else if (kinds[kind].first == i)
            rows(&own->histories[i], kind, kinds[kind].rows, out);
    }
    free(kinds);
    free(kind_of);
}

void print_history_setup(Emitter *e, const KernelState *own, Buf *out) {
    print_all(e, own, print_one, print_rows_setup, out);
}

void print_kept_states(Emitter *e, const KernelState *own, Buf *out) {
    print_all(e, own, print_kept, print_rows_kept, out);
}
