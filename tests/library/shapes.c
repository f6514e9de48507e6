/* Proofs of stdlib/shapes.kn: distances against the least of those to many points of a border, drawn from its corners. */
#include "library.h"

#include <math.h>

/* A point that wanders about the shapes. */
#define POINT "0.8 * sin(tau * 3 * t), 0.7 * sin(tau * 2 * t + 0.4)"
static double x_at(double t) {
    return 0.8 * sin(2 * M_PI * 3 * t);
}
static double y_at(double t) {
    return 0.7 * sin(2 * M_PI * 2 * t + 0.4);
}

/* ---- polygons ----------------------------------------------------------------------------------------- */

static double to_line(double x, double y, const double a[2], const double b[2]) {
    const double dx = b[0] - a[0], dy = b[1] - a[1];
    const double s = fmin(fmax(((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy), 0), 1);
    return hypot(x - a[0] - s * dx, y - a[1] - s * dy);
}

/* Below 0 where a ray to the right meets an odd number of sides. */
static double polygon_form(double x, double y, double (*corners)[2], int n) {
    double least = INFINITY;
    bool within = false;
    for (int i = 0; i < n; i++) {
        const double *a = corners[i], *b = corners[(i + 1) % n];
        least = fmin(least, to_line(x, y, a, b));
        if ((a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
            within = !within;
    }
    return within ? -least : least;
}

/* Corners from straight above on, clockwise, every second at `inner`. */
static double points_form(double x, double y, int corners, double r, double inner) {
    double at[32][2];
    for (int i = 0; i < corners; i++) {
        const double a = 2 * M_PI * i / corners, far = i % 2 ? inner : r;
        at[i][0] = far * sin(a);
        at[i][1] = -far * cos(a);
    }
    return polygon_form(x, y, at, corners);
}

static double box_form(double x, double y, double w, double h, double corner) {
    double at[4][2] = {{-w / 2 + corner, -h / 2 + corner},
                       {w / 2 - corner, -h / 2 + corner},
                       {w / 2 - corner, h / 2 - corner},
                       {-w / 2 + corner, h / 2 - corner}};
    return polygon_form(x, y, at, 4) - corner;
}

FORM(circle, 1, "out(t) = circle(" POINT ", 0.3)", hypot(x_at(t), y_at(t)) - 0.3)
FORM(rectangle, 1, "out(t) = rectangle(" POINT ", 0.9, 0.5)",
     box_form(x_at(t), y_at(t), 0.9, 0.5, 0))
FORM(round_rectangle, 1, "out(t) = rectangle(" POINT ", 0.9, 0.5, 0.2)",
     box_form(x_at(t), y_at(t), 0.9, 0.5, 0.2))
FORM(segment, 1, "out(t) = segment(" POINT ", -0.3, 0.1, 0.4, 0.5)",
     to_line(x_at(t), y_at(t), (const double[]){-0.3, 0.1}, (const double[]){0.4, 0.5}))
FORM(triangle, 1, "out(t) = regular_polygon(" POINT ", 3, 0.5)",
     points_form(x_at(t), y_at(t), 3, 0.5, 0.5))
FORM(heptagon, 1, "out(t) = regular_polygon(" POINT ", 7, 0.4)",
     points_form(x_at(t), y_at(t), 7, 0.4, 0.4))
FORM(star, 1, "out(t) = star(" POINT ", 5, 0.5, 0.2)", points_form(x_at(t), y_at(t), 10, 0.5, 0.2))

/* ---- what is made of distances ------------------------------------------------------------------------ */

static double smooth(double s) {
    s = fmin(fmax(s, 0), 1);
    return s * s * (3 - 2 * s);
}

FORM(filled, 1, "out(t) = filled(t - 0.5, 0.2)", smooth((0.1 - (t - 0.5)) / 0.2))
FORM(outline, 1, "out(t) = outline(t - 0.5, 0.2)", fabs(t - 0.5) - 0.1)
FORM(smooth_union, 1, "out(t) = smooth_union(t, 1 - t, 0.3)",
     fmin(t, 1 - t) - pow(fmax(0.3 - fabs(2 * t - 1), 0), 2) / 1.2)
FORM(tiled, 1, "out(t) = tiled(3 * t + 0.1, 0.5)",
     3 * t + 0.1 - 0.5 * floor((3 * t + 0.1) / 0.5 + 0.5))

static double turned_form(int channel, double t) {
    const double complex point = (0.3 + 0.4 * I) * cexp(-2 * M_PI * I * t);
    return channel == 0 ? creal(point) : cimag(point);
}

static double turned_error(void) {
    return error_of_forms("out(t) = turned(0.3, 0.4, t)", 1, turned_form);
}

const Proof shapes_proofs[] = {
    {"filled", CLOSED_FORM, "3 s^2 - 2 s^3", filled_error, 1e-9, ""},
    {"outline", CLOSED_FORM, "|d| - width / 2", outline_error, 1e-9, ""},
    {"smooth_union", CLOSED_FORM, "min(a, b) - h^2 / 4 k", smooth_union_error, 1e-9, ""},
    {"circle", CLOSED_FORM, "hypot(x, y) - r", circle_error, 1e-9, ""},
    {"rectangle", CLOSED_FORM, "the nearest of its sides", rectangle_error, 1e-9, ""},
    {"rectangle", CLOSED_FORM, "that of a smaller one, less its corners", round_rectangle_error,
     1e-9, ""},
    {"segment", CLOSED_FORM, "the nearest point of a line", segment_error, 1e-9, ""},
    {"regular_polygon", CLOSED_FORM, "the nearest of three sides", triangle_error, 1e-9, ""},
    {"regular_polygon", CLOSED_FORM, "the nearest of seven sides", heptagon_error, 1e-9, ""},
    {"star", CLOSED_FORM, "the nearest of ten sides", star_error, 1e-9, ""},
    {"turned", CLOSED_FORM, "(x + i y) e^(-i a)", turned_error, 1e-9, ""},
    {"tiled", CLOSED_FORM, "x - p round(x / p)", tiled_error, 1e-9, ""},
    {0},
};

#define PLACE "param x = 0 in -2..2\nparam y = 0 in -2..2\n"

const Stress shapes_stresses[] = {
    {"filled", PLACE "out = filled(x, 0.1)"},
    {"outline", PLACE "out = outline(x, 0.1)"},
    {"smooth_union", PLACE "out = smooth_union(x, y, 0.1)"},
    {"circle", PLACE "out = circle(x, y, 1)"},
    {"rectangle", PLACE "out = rectangle(x, y, 1, 0.5, 0.1)"},
    {"segment", PLACE "out = segment(x, y, 0, 0, 1, 1)"},
    {"regular_polygon", PLACE "out = regular_polygon(x, y, 5, 1)"},
    {"star", PLACE "out = star(x, y, 5, 1, 0.5)"},
    {"turned", PLACE "out = turned(x, y, x)"},
    {"tiled", PLACE "out = tiled(x, 0.5)"},
    {0},
};
