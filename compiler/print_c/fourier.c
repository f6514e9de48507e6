/* Fourier transforms as C. In: a plan (runtime/fourier_plan.h). Out: the text of its table, of its passes with all counts as constants, and
 * of a file that has nothing but one transform. */
#include "print_c/fourier.h"
#include "print_c/runtime_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Where passes read and write: what real and imaginary parts are called, im NULL where re are pairs of both. */
typedef struct Place {
    const char *re, *im;
} Place;

typedef struct Passes {
    const KnFourier *plan;
    const char *turns; /* the table */
    Place from, to, work;
    const char *indent;
} Passes;

static char ending(const KnFourier *plan) {
    return plan->is_double ? 'd' : 'f';
}

static const char *type_of(const KnFourier *plan) {
    return plan->is_double ? "double" : "float";
}

static void print_number(const KnFourier *plan, const void *turns, size_t i, Buf *out) {
    char text[40];
    if (plan->is_double)
        snprintf(text, sizeof text, "%.17g", ((const double *)turns)[i]);
    else
        snprintf(text, sizeof text, "%.9g", (double)((const float *)turns)[i]);
    buf_printf(out, "%s%s%s", text, strpbrk(text, ".e") ? "" : ".0", plan->is_double ? "" : "f");
}

static void print_table(const char *name, const KnFourier *plan, Buf *out) {
    const size_t n = fourier_turns(plan);
    if (n == 0) return;
    void *turns = alloc_room(n, plan->is_double ? sizeof(double) : sizeof(float));
    fourier_fill(plan, turns);
    buf_printf(out, "static const %s %s_turns[%zu] KN_ALIGNED = {", type_of(plan), name, n);
    for (size_t i = 0; i < n; i++) {
        buf_puts(out, i % 8 ? " " : "\n    ");
        print_number(plan, turns, i, out);
        buf_puts(out, i + 1 < n ? "," : "\n};\n\n");
    }
    free(turns);
}

/* A pass that turns points by the factors from `at` on. */
static void print_pass(const Passes *p, int pass, int columns, int rows, size_t at, Place from,
                       Place to, Buf *out) {
    const KnFourier *plan = p->plan;
    const int radix = plan->radix[pass];
    const char *lanes = plan->in_lanes ? "" : "one_";
    const bool first = plan->in_lanes && pass == 0, last = rows == 1 && !first;
    buf_printf(out, "%skn_%s%d_%s%c(", p->indent,
               last      ? "last"
               : !first  ? "columns"
               : from.im ? "first"
                         : "pairs",
               radix, lanes, ending(plan));
    if (!first) buf_printf(out, "%d, ", columns);
    if (!last) buf_printf(out, "%d, %s + %zu, ", rows, p->turns, at);
    buf_printf(out, "%s, ", from.re);
    if (from.im) buf_printf(out, "%s, ", from.im);
    buf_printf(out, "%s, %s);\n", to.re, to.im);
}

static void print_passes(const Passes *p, Buf *out) {
    const KnFourier *plan = p->plan;
    Place from = p->from;
    size_t at = 0;
    for (int pass = 0, columns = 1, rows = plan->points; pass < plan->passes; pass++) {
        const int radix = plan->radix[pass];
        const Place to = (plan->passes - pass) % 2 ? p->to : p->work;
        rows /= radix;
        print_pass(p, pass, columns, rows, at, from, to, out);
        if (rows > 1) at += 2 * (size_t)rows * (size_t)(radix - 1);
        columns *= radix;
        from = to;
    }
}

static bool is_halved(const KnFourier *plan) {
    return plan->points != plan->n;
}

/* A place `points` behind another. */
static char *behind(const char *place, int points) {
    Buf text = {0};
    buf_printf(&text, "%s + %d", place, points);
    return text.data;
}

void print_fourier_plan(const char *name, const KnFourier *plan, Buf *out) {
    const char *type = type_of(plan);
    print_table(name, plan, out);
    Buf turns = {0};
    buf_printf(&turns, "%s_turns", name);
    char *work = behind("work", plan->points);
    Passes p = {plan, turns.data, {"re", "im"}, {"to_re", "to_im"}, {"work", work}, "    "};
    buf_printf(out,
               "static void %s_run(const KnFourier *f, const %s *re, const %s *im, %s *to_re, %s "
               "*to_im, %s *work) {\n"
               "    (void)f;\n    (void)work;\n",
               name, type, type, type, type, type);
    if (is_halved(plan) && plan->in_lanes) {
        p.indent = "        ";
        p.from.im = NULL;
        buf_puts(out, "    if (!im) {\n");
        print_passes(&p, out);
        buf_puts(out, "        return;\n    }\n");
        p.indent = "    ";
        p.from.im = "im";
    }
    print_passes(&p, out);
    const bool has_turns = fourier_turns(plan) > 0;
    buf_printf(out, "}\n\nstatic const KnFourier %s = {%d, %d, %d, %d, %d, %d, %d, {", name,
               plan->n, plan->points, plan->split, plan->is_complex, plan->is_double,
               plan->in_lanes, plan->passes);
    for (int i = 0; i < plan->passes; i++)
        buf_printf(out, "%s%d", i ? ", " : "", plan->radix[i]);
    const char *table = has_turns ? turns.data : "0";
    buf_printf(out, plan->is_double ? "}, 0, %s, 0, %s_run};\n\n" : "}, %s, 0, %s_run, 0};\n\n",
               table, name);
    buf_free(&turns);
    free(work);
}

/* ---- a file of one transform --------------------------------------------------------------------- */

/* One way of a transform. */
typedef struct OneWay {
    const char *name;
    const KnFourier *plan;
    bool inverse;
} OneWay;

static void print_prototype(const OneWay *w, Buf *out) {
    const char *type = type_of(w->plan);
    buf_printf(out, "void %s(const %s *", w->name, type);
    if (w->plan->is_complex)
        buf_printf(out, "re, const %s *im, %s *to_re, %s *to_im", type, type, type);
    else if (w->inverse)
        buf_printf(out, "re, const %s *im, %s *x", type, type);
    else
        buf_printf(out, "x, %s *re, %s *im", type, type);
    buf_printf(out, ", %s *work)", type);
}

static void print_upper(const char *name, Buf *out) {
    for (; *name; name++)
        buf_printf(out, "%c", toupper((unsigned char)*name));
}

static void print_use(const OneWay *w, Buf *out) {
    const KnFourier *plan = w->plan;
    const int n = plan->n, bins = n / 2 + 1;
    buf_printf(out,
               "/* %s: the %sdiscrete Fourier transform of %d %s points, in %s. Written by "
               "Kanon " KN_VERSION " (kanon fourier %d); it is yours.\n *\n *     ",
               w->name, w->inverse ? "inverse " : "", n, plan->is_complex ? "complex" : "real",
               type_of(plan), n);
    print_prototype(w, out);
    buf_puts(out, ";\n *\n");
    if (plan->is_complex)
        buf_printf(out,
                   " * to[k] = sum over j of x[j] e^(%s2 pi i j k / %d), not scaled: there and "
                   "back is %d times what went in.\n"
                   " * Real and imaginary parts lie in arrays of their own, of %d elements each.\n",
                   w->inverse ? "" : "-", n, n, n);
    else if (w->inverse)
        buf_printf(out,
                   " * From the bins 0 to %d of a spectrum, of which the others are conjugates, to "
                   "%d points. It is not scaled: there\n"
                   " * and back is %d times what went in. re and im have %d elements; im[0]%s "
                   "taken for 0.\n",
                   bins - 1, n, n, bins, n % 2 ? " is" : ", and the last, are");
    else
        buf_printf(out,
                   " * X[k] = sum over j of x[j] e^(-2 pi i j k / %d), not scaled, for k from 0 to "
                   "%d: the others are conjugates of these.\n"
                   " * x has %d elements, re and im have %d.\n",
                   n, bins - 1, n, bins);
    buf_printf(out,
               " * work is room for %zu elements. Arrays do not overlap and may have any "
               "alignment. Nothing is allocated or kept, so any\n"
               " * number of threads may call it. Compile it with -O3 -march=native, or say what "
               "it will run on. */\n",
               fourier_work(plan));
}

/* Of a halved one: the numbers are pairs already, or are made pairs afterwards. */
static void print_halved(const OneWay *w, Buf *out) {
    const KnFourier *plan = w->plan;
    const int m = plan->points;
    const char *d = plan->is_double ? "_d" : "";
    char *second = behind("work", m), *half = behind("x", m);
    Buf turns = {0}, tables = {0};
    buf_printf(&turns, "%s_turns", w->name);
    buf_printf(&tables, "%s + %d, %s + %d, %d", turns.data, plan->split, turns.data,
               plan->split + m / 2 + KN_SPLIT_ROOM, m);
    Passes p = {plan, turns.data, {"x", NULL}, {"re", "im"}, {"work", second}, "    "};
    const bool odd_passes = plan->passes % 2;
    if (w->inverse) {
        const Place z = odd_passes ? (Place){"x", half} : (Place){"work", second};
        buf_printf(out, "    kn_join_real%s(%s, re, im, %s, %s);\n", d, tables.data, z.re, z.im);
        p.from = (Place){z.im, z.re};
        p.to = (Place){second, "work"};
        p.work = (Place){"x", half};
        print_passes(&p, out);
        buf_printf(out, "    kn_make_pairs%s(%d, work, %s, x);\n", d, m, second);
    } else {
        if (!plan->in_lanes) {
            p.from = odd_passes ? p.work : p.to;
            buf_printf(out, "    kn_part_pairs%s(%d, x, %s, %s);\n", d, m, p.from.re, p.from.im);
        }
        print_passes(&p, out);
        buf_printf(out, "    kn_split_real%s(%s, re, im);\n", d, tables.data);
    }
    buf_free(&turns);
    buf_free(&tables);
    free(second);
    free(half);
}

static void print_complex(const OneWay *w, Buf *out) {
    Buf turns = {0};
    buf_printf(&turns, "%s_turns", w->name);
    char *second = behind("work", w->plan->points);
    Passes p = {w->plan, turns.data, {"re", "im"}, {"to_re", "to_im"}, {"work", second}, "    "};
    if (w->inverse) {
        p.from = (Place){"im", "re"};
        p.to = (Place){"to_im", "to_re"};
    }
    print_passes(&p, out);
    if (w->plan->passes == 1) buf_puts(out, "    (void)work;\n");
    buf_free(&turns);
    free(second);
}

static void print_function(const OneWay *w, Buf *out) {
    const KnFourier *plan = w->plan;
    const bool odd = !plan->is_complex && !is_halved(plan);
    Buf name = {0};
    if (odd) {
        buf_printf(&name, "%s_plan", w->name);
        print_fourier_plan(name.data, plan, out);
    } else {
        print_table(w->name, plan, out);
    }
    print_prototype(w, out);
    buf_puts(out, ";\n");
    print_prototype(w, out);
    buf_puts(out, " {\n");
    if (odd)
        buf_printf(out, "    kn_odd_%s%s(&%s, %s, work);\n", w->inverse ? "back" : "forth",
                   plan->is_double ? "_d" : "", name.data, w->inverse ? "re, im, x" : "x, re, im");
    else if (plan->is_complex)
        print_complex(w, out);
    else
        print_halved(w, out);
    buf_puts(out, "}\n");
    buf_free(&name);
}

void print_fourier_file(const char *name, const KnFourier *plan, bool inverse, Buf *out) {
    const OneWay w = {name, plan, inverse};
    Buf function = {0};
    print_function(&w, &function);
    print_use(&w, out);
    emit_runtime(&function, out);
    buf_puts(out, "enum { ");
    print_upper(name, out);
    buf_printf(out, "_WORK = %zu };\n\n", fourier_work(plan));
    buf_add(out, function.data, function.length);
    buf_free(&function);
}
