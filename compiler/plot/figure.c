/* Figures, panels and series are made. */
#include "plot/plot.h"

#include <stdlib.h>

Figure *figure_create(void) {
    Arena *arena = arena_create();
    Figure *f = ARENA_NEW(arena, Figure);
    f->arena = arena;
    return f;
}

void figure_free(Figure *f) {
    if (!f) return;
    for (int i = 0; i < f->n; i++)
        free(f->panels[i].series);
    free(f->panels);
    arena_free(f->arena);
}

Panel *figure_panel(Figure *f, const char *title, Axis x, Axis y) {
    Panel panel = {.title = title, .x = x, .y = y};
    VEC_PUSH(f->panels, f->n, f->cap, panel);
    return &f->panels[f->n - 1];
}

Series *panel_series(Panel *p, const char *label, int style) {
    Series series = {.label = label, .style = style, .step = 1};
    VEC_PUSH(p->series, p->n, p->cap, series);
    return &p->series[p->n - 1];
}
