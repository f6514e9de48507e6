/* Poles and zeros of effects. In: programs. Out: a panel with the unit circle, a cross for each pole and a circle for each zero. */
#include "command/plot.h"
#include "measure/transfer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What all of them share, on its way into the panel. */
typedef struct Plane {
    Plot *plot;
    struct {
        const char *label;
        Roots *roots;
        double rate;
    } systems[MOST_PLOT_SIGNALS];
    int n;
} Plane;

/* ---- from a program to its roots ------------------------------------------------------------------- */

static int read_params(PlotSubject *s, double *params) {
    const Graph *g = s->c->program.graph;
    ParamSettings settings;
    int status = settings_read(&s->request, s->c, &settings);
    for (int i = 0; i < g->nparams; i++)
        params[i] = g->params[i].initial;
    for (int i = 0; i < settings.n && status == STATUS_DONE; i++) {
        const ParamSetting *one = &settings.items[i];
        const ParamInfo *info = &g->params[one->param];
        if (one->varies)
            status = command_fail(
                STATUS_USAGE, "--set %s: poles and zeros are those of params that stay as they are",
                info->name);
        params[one->param] = fmin(fmax(one->value, info->min), info->max);
    }
    settings_free(&settings);
    return status;
}

static int say_why_not(PlotSubject *s, int output, const char *why, NodeId where) {
    const Graph *g = s->c->program.graph;
    const int place = g->nodes[where].span;
    const Span nowhere = {-1, 0, 0};
    Diag *d = diag_error(&s->c->session, place > 0 ? g->places[place].span : nowhere,
                         "out[%d] has no poles and zeros that could be shown: %s", output, why);
    diag_help(&s->c->session, d,
              "they belong to filters: sums of the input, of its past and of their own past, times "
              "numbers; --response shows what anything "
              "does to an impulse");
    load_print_diags(s->c);
    return STATUS_PROGRAM;
}

static bool is_unstable(const Roots *r) {
    for (int i = 0; i < r->npoles; i++)
        if (hypot(r->poles[i].re, r->poles[i].im) > 1 + 1e-9) return true;
    return false;
}

static int add_system(Plane *plane, PlotSubject *s, const double *params, int output) {
    Arena *arena = plane->plot->figure->arena;
    const Graph *g = s->c->program.graph;
    Buf why = {0};
    NodeId where = 0;
    StateSpace *system = transfer_find(g, params, output, &why, &where);
    const int status = system ? STATUS_DONE : say_why_not(s, output, why.data, where);
    buf_free(&why);
    if (!system) return status;
    const char *out = arena_printf(arena, "out[%d]", output);
    plane->systems[plane->n].label = g->noutputs == 1 ? s->name
                                     : plane->plot->subjects == 1
                                         ? out
                                         : arena_printf(arena, "%s %s", s->name, out);
    plane->systems[plane->n].rate = s->rate;
    plane->systems[plane->n].roots = roots_find(system);
    if (is_unstable(plane->systems[plane->n].roots))
        command_warn("%s is unstable: a pole is outside of the unit circle",
                     plane->systems[plane->n].label);
    plane->n++;
    state_space_free(system);
    return STATUS_DONE;
}

static int add_subject(Plane *plane, PlotSubject *s) {
    const Graph *g = s->c->program.graph;
    if (g->noutputs == 0 || g->ninputs == 0)
        return command_fail(STATUS_USAGE,
                            "%s has no %s, and poles and zeros are those of an effect: write "
                            "`input x` and an `out` made of x",
                            s->name, g->ninputs == 0 ? "input" : "`out`");
    const int shown = plot_shown(plane->plot, g->noutputs);
    if (shown == 0)
        return command_fail(STATUS_USAGE, "--channel: %s has no other than 0 to %d", s->name,
                            g->noutputs - 1);
    if (plane->n + shown > MOST_PLOT_SIGNALS)
        return command_fail(
            STATUS_USAGE,
            "%s makes %d signals of one picture, which can have %d; choose some with --channel",
            s->name, plane->n + shown, MOST_PLOT_SIGNALS);
    double *params = alloc_zeroed((size_t)g->nparams + 1, sizeof *params);
    int status = read_params(s, params);
    for (int i = 0; i < g->noutputs && status == STATUS_DONE; i++)
        if (plot_shows(plane->plot, i)) status = add_system(plane, s, params, i);
    free(params);
    return status;
}

/* ---- the panel ----------------------------------------------------------------------------------------- */

/* The circle has room, and what lies a little farther; not what lies very far. */
static double bound_of(const Plane *plane) {
    double most = 1;
    for (int i = 0; i < plane->n; i++) {
        const Roots *r = plane->systems[i].roots;
        for (int k = 0; k < r->npoles; k++)
            most = fmax(most, hypot(r->poles[k].re, r->poles[k].im));
        for (int k = 0; k < r->nzeros; k++)
            most = fmax(most, hypot(r->zeros[k].re, r->zeros[k].im));
    }
    return 1.15 * fmin(most, 3);
}

static void add_marks(Plane *plane, Panel *panel, int system, bool poles) {
    Arena *arena = plane->plot->figure->arena;
    const Roots *r = plane->systems[system].roots;
    const Root *roots = poles ? r->poles : r->zeros;
    const int n = poles ? r->npoles : r->nzeros;
    double *x = ARENA_ARRAY(arena, double, n + 1), *y = ARENA_ARRAY(arena, double, n + 1);
    int *count = ARENA_ARRAY(arena, int, n + 1), shown = 0;
    for (int i = 0; i < n; i++) {
        if (fabs(roots[i].re) > panel->x.high || fabs(roots[i].im) > panel->y.high) continue;
        x[shown] = roots[i].re;
        y[shown] = roots[i].im;
        count[shown++] = roots[i].count;
    }
    const char *what = poles ? "poles" : "zeros";
    Series *s = panel_series(
        panel,
        plane->n == 1 ? what : arena_printf(arena, "%s of %s", what, plane->systems[system].label),
        system);
    s->mark = poles ? MARK_CROSS : MARK_CIRCLE;
    s->x = x;
    s->y = y;
    s->count = count;
    s->n = shown;
}

enum { MOST_ROOT_NOTES = 22 };

static const char *describe(Plane *plane, const Panel *panel, const Root *root, bool pole,
                            double rate) {
    const double frequency = fabs(atan2(root->im, root->re)) * rate / (2 * M_PI);
    Buf text = {0};
    buf_printf(&text, "%s %.5g", pole ? "×" : "○", root->re);
    if (root->im != 0) buf_printf(&text, " ± %.5gi", fabs(root->im));
    if (root->count > 1) buf_printf(&text, "  %d times", root->count);
    if (root->im != 0) buf_printf(&text, "  |z| %.4g", hypot(root->re, root->im));
    if (root->re != 0 || root->im != 0)
        buf_printf(&text, "  %.*f Hz", frequency < 1000 ? 1 : 0, frequency);
    if (fabs(root->re) > panel->x.high || fabs(root->im) > panel->y.high)
        buf_puts(&text, "  not shown");
    const char *note = arena_strndup(plane->plot->figure->arena, text.data, text.length);
    buf_free(&text);
    return note;
}

static int add_notes(Plane *plane, const Panel *panel, const char **notes, int n, int system,
                     bool poles) {
    const Roots *r = plane->systems[system].roots;
    const Root *roots = poles ? r->poles : r->zeros;
    for (int i = 0; i < (poles ? r->npoles : r->nzeros); i++) {
        if (roots[i].im < 0) continue; /* told with its conjugate */
        if (n < MOST_ROOT_NOTES)
            notes[n] = describe(plane, panel, &roots[i], poles, plane->systems[system].rate);
        n++;
    }
    return n;
}

static void list_roots(Plane *plane, Panel *panel) {
    Arena *arena = plane->plot->figure->arena;
    const char **notes = ARENA_ARRAY(arena, const char *, MOST_ROOT_NOTES + 1);
    int n = 0;
    for (int i = 0; i < plane->n; i++) {
        if (plane->n > 1 && n < MOST_ROOT_NOTES) notes[n++] = plane->systems[i].label;
        n = add_notes(plane, panel, notes, n, i, true);
        n = add_notes(plane, panel, notes, n, i, false);
    }
    if (n > MOST_ROOT_NOTES)
        notes[MOST_ROOT_NOTES] = arena_printf(arena, "and %d more", n - MOST_ROOT_NOTES);
    panel->notes = notes;
    panel->nnotes = n > MOST_ROOT_NOTES ? MOST_ROOT_NOTES + 1 : n;
}

int plot_roots(Plot *plot, PlotSubject *subjects, int n) {
    Plane plane = {.plot = plot};
    int status = STATUS_DONE;
    for (int i = 0; i < n && status == STATUS_DONE; i++)
        status = add_subject(&plane, &subjects[i]);
    if (status == STATUS_DONE) {
        const double bound = bound_of(&plane);
        Panel *panel = figure_panel(plot->figure, "poles and zeros",
                                    (Axis){"real part", "", -bound, bound, false},
                                    (Axis){"imaginary part", "", -bound, bound, false});
        panel->circle = true;
        for (int i = 0; i < plane.n; i++) {
            add_marks(&plane, panel, i, true);
            add_marks(&plane, panel, i, false);
        }
        list_roots(&plane, panel);
    }
    for (int i = 0; i < plane.n; i++)
        roots_free(plane.systems[i].roots);
    return status;
}
