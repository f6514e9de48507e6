/* A figure as numbers. Out: a line for each point, with the number of its panel, the label of its series, x and y; of an image
 * its column, row and level. Separated by tabs. */
#include "plot/plot.h"

#include <math.h>

static void add_number(Buf *out, double value) {
    if (isnan(value))
        buf_puts(out, "\tnan");
    else
        buf_printf(out, "\t%.12g", value);
}

static void add_series(const Series *s, int panel, Buf *out) {
    for (int i = 0; i < s->n; i++) {
        buf_printf(out, "%d\t%s", panel, s->label ? s->label : "");
        add_number(out, s->x ? s->x[i] : s->x0 + i * s->step);
        add_number(out, s->y[i]);
        if (s->count && s->mark != MARK_LINE) buf_printf(out, "\t%d", s->count[i]);
        buf_byte(out, '\n');
    }
}

static void add_image(const Image *image, int panel, Buf *out) {
    for (int column = 0; column < image->columns; column++)
        for (int row = 0; row < image->rows; row++) {
            buf_printf(out, "%d\t", panel);
            add_number(out, image->x0 + (column + 0.5) * image->step);
            add_number(out, image->y0 + row * image->rise);
            add_number(out, (double)image->level[(int64_t)column * image->rows + row]);
            buf_byte(out, '\n');
        }
}

void figure_table(const Figure *f, Buf *out) {
    for (int i = 0; i < f->n; i++) {
        const Panel *p = &f->panels[i];
        buf_printf(out, "# panel %d: %s; ", i + 1, p->title ? p->title : "");
        axis_title(&p->x, out);
        buf_puts(out, "; ");
        axis_title(&p->y, out);
        buf_byte(out, '\n');
        for (int k = 0; k < p->nnotes; k++)
            buf_printf(out, "# %s\n", p->notes[k]);
        for (int k = 0; k < p->n; k++)
            if (p->series[k].mark != MARK_NUMBER) add_series(&p->series[k], i + 1, out);
        if (p->image) add_image(p->image, i + 1, out);
    }
}
