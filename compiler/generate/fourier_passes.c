/* Writes the passes of Fourier transforms as C: straight code for each radix. In: nothing. Out: C text on standard output, which
 * goes into the kernels and into emitted C; kernels_fourier.c says what a pass is.
 *
 * A transform of few points is a list of operations on numbers: sums, differences, and products with constants, which are
 * computed in long double. Operations that would come twice are one. A product that is only added to something is no operation
 * of its own but part of a multiply-add; to have many of those, a turn by an angle is written as c (x + tan y). */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NODES = 4000, MOST_POINTS = 25, MOST_CONSTANTS = 200 };

typedef enum { LOAD, ADD, SUBTRACT, MULTIPLY } Kind;

/* LOAD: a is the number of the point, b 1 for its imaginary part. */
typedef struct Node {
    Kind kind;
    int a, b;
    long double factor;
    bool needed; /* as a number of its own */
} Node;

typedef struct Value {
    int node;
    bool negative;
} Value;

typedef struct Complex {
    Value re, im;
} Complex;

/* What is printed, in order: a node, or where `to` is not -1 a point that is done. */
typedef struct Event {
    int node, to;
    Complex value;
} Event;

static Node nodes[MOST_NODES];
static Event events[MOST_NODES];
static int nnodes, nevents;

static int node(Kind kind, int a, int b, long double factor) {
    for (int i = 0; i < nnodes; i++)
        if (nodes[i].kind == kind && nodes[i].a == a && nodes[i].b == b &&
            fabsl(nodes[i].factor - factor) < 1e-17L)
            return i;
    if (nnodes == MOST_NODES) abort();
    nodes[nnodes] = (Node){kind, a, b, factor, false};
    events[nevents++] = (Event){.node = nnodes, .to = -1};
    return nnodes++;
}

static Value negated(Value x) {
    return (Value){x.node, !x.negative};
}

static Value add(Value x, Value y) {
    if (x.negative && y.negative) return negated(add(negated(x), negated(y)));
    if (x.negative) return add(y, x);
    if (y.negative) {
        for (int i = 0; i < nnodes; i++)
            if (nodes[i].kind == SUBTRACT && nodes[i].a == y.node && nodes[i].b == x.node)
                return (Value){i, true};
        return (Value){node(SUBTRACT, x.node, y.node, 0), false};
    }
    return (Value){x.node < y.node ? node(ADD, x.node, y.node, 0) : node(ADD, y.node, x.node, 0),
                   false};
}

static Value subtract(Value x, Value y) {
    return add(x, negated(y));
}

static Value multiply(long double factor, Value x) {
    if (factor < 0) return negated(multiply(-factor, x));
    if (fabsl(factor - 1) < 1e-17L) return x;
    if (nodes[x.node].kind == MULTIPLY)
        return (Value){node(MULTIPLY, nodes[x.node].a, 0, factor * nodes[x.node].factor),
                       x.negative};
    return (Value){node(MULTIPLY, x.node, 0, factor), x.negative};
}

static Complex plus(Complex x, Complex y) {
    return (Complex){add(x.re, y.re), add(x.im, y.im)};
}

static Complex minus(Complex x, Complex y) {
    return (Complex){subtract(x.re, y.re), subtract(x.im, y.im)};
}

static Complex scaled(long double factor, Complex x) {
    return (Complex){multiply(factor, x.re), multiply(factor, x.im)};
}

/* -i x */
static Complex quarter(Complex x) {
    return (Complex){x.im, negated(x.re)};
}

/* e^(-2 pi i k / n) x */
static Complex turned(Complex x, int k, int n) {
    k %= n;
    for (; 4 * k >= n; k -= n / 4) {
        if (n % 4) break;
        x = quarter(x);
    }
    if (k == 0) return x;
    const long double angle = 2 * acosl(-1) * k / n, c = cosl(angle), s = sinl(angle);
    if (fabsl(fabsl(c) - fabsl(s)) < 1e-17L)
        return scaled(c, (Complex){c * s > 0 ? add(x.re, x.im) : subtract(x.re, x.im),
                                   c * s > 0 ? subtract(x.im, x.re) : add(x.im, x.re)});
    if (fabsl(c) > fabsl(s))
        return scaled(
            c, (Complex){add(x.re, multiply(s / c, x.im)), subtract(x.im, multiply(s / c, x.re))});
    return scaled(
        s, (Complex){add(x.im, multiply(c / s, x.re)), subtract(multiply(c / s, x.im), x.re)});
}

/* ---- transforms of few points ------------------------------------------------------------------ */

static Complex load(int k) {
    const Value re = {node(LOAD, k, 0, 0), false}, im = {node(LOAD, k, 1, 0), false};
    return (Complex){re, im};
}

static void store(int s, Complex x) {
    events[nevents++] = (Event){.to = s, .value = x};
}

static void transform2(const Complex *x, Complex *y) {
    y[0] = plus(x[0], x[1]);
    y[1] = minus(x[0], x[1]);
}

static void transform3(const Complex *x, Complex *y) {
    const Complex sum = plus(x[1], x[2]), difference = quarter(minus(x[1], x[2]));
    const Complex middle = minus(x[0], scaled(0.5L, sum)), side = scaled(sqrtl(3) / 2, difference);
    y[0] = plus(x[0], sum);
    y[1] = plus(middle, side);
    y[2] = minus(middle, side);
}

static void transform4(const Complex *x, Complex *y) {
    const Complex a = plus(x[0], x[2]), b = minus(x[0], x[2]), c = plus(x[1], x[3]),
                  d = quarter(minus(x[1], x[3]));
    y[0] = plus(a, c);
    y[2] = minus(a, c);
    y[1] = plus(b, d);
    y[3] = minus(b, d);
}

static void transform5(const Complex *x, Complex *y) {
    const long double turn = 2 * acosl(-1) / 5;
    const long double c1 = cosl(turn), c2 = cosl(2 * turn), s1 = sinl(turn), s2 = sinl(2 * turn);
    const Complex a = plus(x[1], x[4]), b = plus(x[2], x[3]);
    const Complex d = quarter(minus(x[1], x[4])), e = quarter(minus(x[2], x[3]));
    const Complex p = plus(plus(x[0], scaled(c1, a)), scaled(c2, b));
    const Complex q = plus(plus(x[0], scaled(c2, a)), scaled(c1, b));
    const Complex r = plus(scaled(s1, d), scaled(s2, e)), t = minus(scaled(s2, d), scaled(s1, e));
    y[0] = plus(x[0], plus(a, b));
    y[1] = plus(p, r);
    y[4] = minus(p, r);
    y[2] = plus(q, t);
    y[3] = minus(q, t);
}

/* How many points the inner ones of two transforms have, of which that of n is made: Cooley and Tukey. */
static int inner_points(int n) {
    switch (n) {
    case 8: return 4;
    case 9: return 3;
    case 10: return 5;
    case 12: return 4;
    case 15: return 5;
    case 16: return 4;
    case 25: return 5;
    default: return n;
    }
}

/* Of the points first, first + step, …: the result to y, or where that is NULL it is stored. */
static void transform(int n, int first, int step, Complex *y);

static void of_values(int n, const Complex *x, Complex *y) {
    switch (n) {
    case 1: y[0] = x[0]; break;
    case 2: transform2(x, y); break;
    case 3: transform3(x, y); break;
    case 4: transform4(x, y); break;
    case 5: transform5(x, y); break;
    default: abort();
    }
}

static void transform(int n, int first, int step, Complex *y) {
    const int inner = inner_points(n), outer = n / inner;
    Complex x[MOST_POINTS] = {0}, parts[8][MOST_POINTS], out[8];
    if (outer == 1) {
        for (int k = 0; k < n; k++)
            x[k] = load(first + step * k);
        of_values(n, x, y ? y : out);
        for (int s = 0; !y && s < n; s++)
            store(s, out[s]);
        return;
    }
    for (int r = 0; r < outer; r++)
        transform(inner, first + step * r, step * outer, parts[r]);
    for (int s = 0; s < inner; s++) {
        for (int r = 0; r < outer; r++)
            x[r] = turned(parts[r][s], r * s, n);
        of_values(outer, x, out);
        for (int r = 0; r < outer; r++)
            if (y)
                y[s + inner * r] = out[r];
            else
                store(s + inner * r, out[r]);
    }
}

/* ---- operations to C ------------------------------------------------------------------------------ */

/* One of the kinds of number: names of its type, functions and count of lanes. */
typedef struct Lanes {
    const char *suffix, *number, *type, *of, *count, *ending;
    bool is_vector;
} Lanes;

static const Lanes lanes[] = {
    {"f", "float", "KnFloats", "kn_floats", "KN_FLOATS", "f", true},
    {"d", "double", "KnDoubles", "kn_doubles", "KN_DOUBLES", "", true},
    {"one_f", "float", "float", "kn_float", "1", "f", false},
    {"one_d", "double", "double", "kn_double", "1", "", false},
};

static bool is_product(int n) {
    return nodes[n].kind == MULTIPLY;
}

static void need(int n) {
    if (nodes[n].needed) return;
    nodes[n].needed = true;
    if (nodes[n].kind == LOAD) return;
    const int a = nodes[n].a, b = nodes[n].b;
    if (nodes[n].kind == MULTIPLY) {
        need(a);
    } else if (is_product(b)) {
        need(a);
        need(nodes[b].a);
    } else {
        need(b);
        need(is_product(a) ? nodes[a].a : a);
    }
}

static void find_needed(void) {
    for (int i = 0; i < nevents; i++)
        if (events[i].to >= 0) {
            need(events[i].value.re.node);
            need(events[i].value.im.node);
        }
}

static long double constants[MOST_CONSTANTS];
static int nconstants;

static int constant(long double x) {
    for (int i = 0; i < nconstants; i++)
        if (fabsl(constants[i] - x) < 1e-17L) return i;
    constants[nconstants] = x;
    return nconstants++;
}

/* The constant by which a node multiplies, -1 for none. */
static int constant_of(int n) {
    const Node *x = &nodes[n];
    if (!x->needed || x->kind == LOAD) return -1;
    if (x->kind == MULTIPLY) return constant(x->factor);
    return is_product(x->b)   ? constant(nodes[x->b].factor)
           : is_product(x->a) ? constant(nodes[x->a].factor)
                              : -1;
}

static void print_constants(const Lanes *l) {
    nconstants = 0;
    for (int i = 0; i < nnodes; i++)
        constant_of(i);
    for (int i = 0; i < nconstants; i++)
        printf("    const %s k%d = %s_of(%.21Lg%s);\n", l->type, i, l->of, constants[i], l->ending);
}

static void print_node(const Lanes *l, int n, const char *indent) {
    const Node *x = &nodes[n];
    if (!x->needed || x->kind == LOAD) return;
    const int k = constant_of(n);
    printf("%sconst %s v%d = ", indent, l->type, n);
    if (x->kind == MULTIPLY)
        printf("k%d * v%d;\n", k, x->a);
    else if (is_product(x->b))
        printf("%s_%s(k%d, v%d, v%d);\n", l->of, x->kind == ADD ? "madd" : "nmadd", k,
               nodes[x->b].a, x->a);
    else if (is_product(x->a))
        printf("%s_%s(k%d, v%d, v%d);\n", l->of, x->kind == ADD ? "madd" : "msub", k, nodes[x->a].a,
               x->b);
    else
        printf("v%d %c v%d;\n", x->a, x->kind == ADD ? '+' : '-', x->b);
}

/* A point comes in by `load`, formats of the number of the point and the part ("re", "im"). */
typedef struct Form {
    const Lanes *l;
    int radix;
    enum { COLUMNS, LAST, FIRST, FIRST_OF_PAIRS } which;
} Form;

static void print_load(const Form *f, int n) {
    const Node *x = &nodes[n];
    const char *part = x->b ? "im" : "re", *of = f->l->of;
    if (!x->needed) return;
    if (f->which == FIRST_OF_PAIRS) {
        if (x->b) return;
        const int im = node(LOAD, x->a, 1, 0);
        printf("        %s v%d, v%d;\n        %s_pairs(&v%d, &v%d, x + 2 * (j + rows * %d));\n",
               f->l->type, n, im, of, n, im, x->a);
    } else {
        printf("            const %s v%d = %s_at(%s + q + apart * %d);\n" +
                   (f->which == FIRST ? 4 : 0),
               f->l->type, n, of, part, x->a);
    }
}

static void print_store(const Form *f, int s, Complex x) {
    const char *of = f->l->of, *sr = x.re.negative ? "-" : "", *si = x.im.negative ? "-" : "";
    const int re = x.re.node, im = x.im.node;
    if (f->which == COLUMNS && s > 0)
        printf("            %s_turn(to_re + q + columns * %d, to_im + q + columns * %d, %sv%d, "
               "%sv%d, turns[%d], turns[%d]);\n",
               of, s, s, sr, re, si, im, 2 * s - 2, 2 * s - 1);
    else if (f->which == COLUMNS || f->which == LAST)
        printf("            %s_put(to_re + q + columns * %d, %sv%d);\n            %s_put(to_im + q "
               "+ columns * %d, %sv%d);\n",
               of, s, sr, re, of, s, si, im);
    else if (s > 0)
        printf("        %s_turned(&to[%d], &to[%d], %sv%d, %sv%d, turns + j + rows * %d, turns + j "
               "+ rows * %d);\n",
               of, s, s + f->radix, sr, re, si, im, 2 * s - 2, 2 * s - 1);
    else
        printf("        to[0] = %sv%d;\n        to[%d] = %sv%d;\n", sr, re, f->radix, si, im);
}

static void print_operations(const Form *f) {
    const char *indent = "            " + (f->which == COLUMNS || f->which == LAST ? 0 : 4);
    for (int i = 0; i < nevents; i++)
        if (events[i].to >= 0)
            print_store(f, events[i].to, events[i].value);
        else if (nodes[events[i].node].kind == LOAD)
            print_load(f, events[i].node);
        else
            print_node(f->l, events[i].node, indent);
}

static void print_pass(const Form *f) {
    const Lanes *l = f->l;
    const char *t = l->number;
    if (f->which == COLUMNS)
        printf("KN_FN void kn_columns%d_%s(int columns, int rows, const %s *turns, const %s *re, "
               "const %s *im, %s *to_re, %s *to_im) {\n",
               f->radix, l->suffix, t, t, t, t, t);
    else if (f->which == LAST)
        printf("KN_FN void kn_last%d_%s(int columns, const %s *re, const %s *im, %s *to_re, %s "
               "*to_im) {\n",
               f->radix, l->suffix, t, t, t, t);
    else if (f->which == FIRST)
        printf("KN_FN void kn_first%d_%s(int rows, const %s *turns, const %s *re, const %s *im, %s "
               "*to_re, %s *to_im) {\n",
               f->radix, l->suffix, t, t, t, t, t);
    else
        printf("KN_FN void kn_pairs%d_%s(int rows, const %s *turns, const %s *x, %s *to_re, %s "
               "*to_im) {\n",
               f->radix, l->suffix, t, t, t, t);
    print_constants(l);
    if (f->which == COLUMNS || f->which == LAST) {
        printf("    const int apart = columns%s;\n", f->which == COLUMNS ? " * rows" : "");
        if (f->which == COLUMNS) printf("    for (int j = 0; j < rows; j++) {\n");
        printf("        for (int q = 0; q < columns; q += %s) {\n", l->count);
        if (l->is_vector)
            printf("            q = q > columns - %s ? columns - %s : q;\n", l->count, l->count);
        print_operations(f);
        printf("        }\n");
        if (f->which == COLUMNS)
            printf("        re += columns;\n        im += columns;\n        to_re += columns * "
                   "%d;\n        to_im += columns * %d;\n"
                   "        turns += %d;\n    }\n",
                   f->radix, f->radix, 2 * (f->radix - 1));
    } else {
        printf("    %s to[%d];\n    for (int j = 0; j < rows; j += %s) {\n        j = j > rows - "
               "%s ? rows - %s : j;\n",
               l->type, 2 * f->radix, l->count, l->count, l->count);
        if (f->which == FIRST) printf("        const int q = j, apart = rows;\n");
        print_operations(f);
        printf("        %s_across(%d, to, to_re + j * %d);\n        %s_across(%d, to + %d, to_im + "
               "j * %d);\n    }\n",
               l->of, f->radix, f->radix, l->of, f->radix, f->radix, f->radix);
    }
    printf("}\n\n");
}

int main(void) {
    static const int columns[] = {1, 2, 3, 4, 5, 8, 9, 16}, first[] = {8, 9, 10, 12, 15, 16, 25};
    printf("/* Written by generate/fourier_passes.c. */\n#ifdef KN_SET\n#define FOURIER_RADICES(M, "
           "suffix)");
    for (size_t k = 1; k < sizeof columns / sizeof *columns; k++)
        printf(" M(%d, suffix)", columns[k]);
    printf("\n#define FOURIER_FIRST_RADICES(M, suffix)");
    for (size_t k = 0; k < sizeof first / sizeof *first; k++)
        printf(" M(%d, suffix)", first[k]);
    printf("\n#endif\n\n");
    for (int i = 0; i < 4; i++)
        for (int radix = 1; radix <= MOST_POINTS; radix++) {
            bool in_columns = false, is_first = false;
            for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
                in_columns = in_columns || columns[k] == radix;
            for (size_t k = 0; k < sizeof first / sizeof *first; k++)
                is_first = is_first || first[k] == radix;
            if (!in_columns && !is_first) continue;
            nnodes = nevents = 0;
            transform(radix, 0, 1, NULL);
            find_needed();
            if (in_columns && radix > 1) print_pass(&(Form){&lanes[i], radix, COLUMNS});
            if (in_columns && (radix > 1 || !lanes[i].is_vector))
                print_pass(&(Form){&lanes[i], radix, LAST});
            if (is_first && lanes[i].is_vector) print_pass(&(Form){&lanes[i], radix, FIRST});
            if (is_first && lanes[i].is_vector)
                print_pass(&(Form){&lanes[i], radix, FIRST_OF_PAIRS});
        }
    return 0;
}
