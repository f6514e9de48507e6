/* As many points as can be seen. In: a series or an image, axes, columns of a picture. Out: dots that look the same; levels of
 * single places. */
#include "plot/plot.h"

#include <math.h>
#include <stdlib.h>

/* What lies far outside is drawn just outside, at the same side. */
static double held(double place) {
    const double beyond = 0.02;
    return place < -beyond ? -beyond : place > 1 + beyond ? 1 + beyond : place;
}

static double x_of(const Series *s, int i) {
    return s->x ? s->x[i] : s->x0 + i * s->step;
}

static Dot dot_of(const Series *s, const Axis *x, const Axis *y, int i) {
    const double at = x_of(s, i), value = s->y[i];
    if (isinf(value)) return (Dot){axis_place(x, at), value > 0 ? 1.02 : -0.02};
    return (Dot){axis_place(x, at), isnan(value) ? NAN : held(axis_place(y, value))};
}

/* The dots of one column, on their way. */
typedef struct Column {
    int number, n; /* dots that are in it */
    Dot first, low, high, last;
} Column;

typedef struct Dots {
    Dot *items;
    int n, cap;
} Dots;

static void put(Dots *dots, Dot dot) {
    VEC_PUSH(dots->items, dots->n, dots->cap, dot);
}

static void close_column(Column *c, Dots *dots) {
    if (c->n == 0) return;
    const bool rises = c->low.x <= c->high.x;
    put(dots, c->first);
    if (c->n > 2) {
        put(dots, rises ? c->low : c->high);
        put(dots, rises ? c->high : c->low);
    }
    if (c->n > 1) put(dots, c->last);
    c->n = 0;
}

static void add(Column *c, Dots *dots, Dot dot, int columns) {
    const int number = (int)floor(dot.x * columns);
    if (isnan(dot.y) || (c->n > 0 && number != c->number)) close_column(c, dots);
    if (isnan(dot.y)) {
        if (dots->n > 0 && !isnan(dots->items[dots->n - 1].y)) put(dots, dot);
        return;
    }
    if (c->n++ == 0) *c = (Column){number, 1, dot, dot, dot, dot};
    if (dot.y < c->low.y) c->low = dot;
    if (dot.y > c->high.y) c->high = dot;
    c->last = dot;
}

int series_reduce(const Series *s, const Axis *x, const Axis *y, int columns, Dot **out,
                  bool *sparse) {
    Dots dots = {0};
    Column column = {0};
    int from = 0, until = s->n, seen = 0;
    while (from + 1 < s->n && x_of(s, from + 1) < x->low)
        from++;
    while (until > 1 && x_of(s, until - 2) > x->high)
        until--;
    for (int i = from; i < until; i++) {
        if (x->log && !(x_of(s, i) > 0)) continue;
        add(&column, &dots, dot_of(s, x, y, i), columns);
        seen++;
    }
    close_column(&column, &dots);
    *sparse = seen <= columns / 5;
    *out = dots.items;
    return dots.n;
}

/* ---- images -------------------------------------------------------------------------------------------- */

static double louder(double a, double b) {
    return isnan(a) || b > a ? b : a;
}

static double level_at(const Image *image, int column, double y0, double y1) {
    const float *level = image->level + (int64_t)column * image->rows;
    const double low = (y0 - image->y0) / image->rise, high = (y1 - image->y0) / image->rise;
    const int first = (int)ceil(low), last = (int)ceil(high) - 1;
    double most = NAN;
    if (high < 0 || low > image->rows - 1) return NAN;
    for (int row = first < 0 ? 0 : first; row <= last && row < image->rows; row++)
        most = louder(most, (double)level[row]);
    if (!isnan(most) || last >= first) return most;
    const double middle = (low + high) / 2, below = floor(middle), share = middle - below;
    const int row = (int)below;
    if (row < 0 || row + 1 >= image->rows) return (double)level[row < 0 ? 0 : image->rows - 1];
    const double a = fmax((double)level[row], image->low),
                 b = fmax((double)level[row + 1], image->low);
    return isnan(level[row]) || isnan(level[row + 1]) ? NAN : a + share * (b - a);
}

double image_level(const Image *image, double x0, double x1, double y0, double y1) {
    double most = NAN;
    int first = (int)floor((x0 - image->x0) / image->step),
        last = (int)ceil((x1 - image->x0) / image->step) - 1;
    if (last < first) last = first;
    for (int column = first < 0 ? 0 : first; column <= last && column < image->columns; column++)
        most = louder(most, level_at(image, column, y0, y1));
    return most;
}
