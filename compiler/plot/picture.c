/* Where everything stands in a picture. In: a figure and a size. Out: a PNG or SVG.
 *
 * From the top: the figure's title; then each panel with its title and legend in a line, the place of the curves with its axes on the
 * left and below, on the right the scale of colours or the notes. */
#include "plot/canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Box {
    double x, y, width, height;
} Box;

typedef struct Drawing {
    Canvas *c;
    const Figure *figure;
    bool dark;
    Colour ground, ink, pale, line; /* behind all, texts, small texts, grid */
} Drawing;

enum {
    MARGIN = 14,
    TEXT = 12,
    LABEL = 11,
    TITLE = 15,
    LINE_OF_TEXT = 18,
    MOST_NOTES = 300, /* their width */
};

/* ---- text that must fit ---------------------------------------------------------------------------- */

/* The longest beginning that fits, with an ellipsis where that is not all; in `fitted`. */
static const char *fit(Canvas *c, const char *text, double width, Buf *fitted) {
    fitted->length = 0;
    if (canvas_text_width(c, text) <= width) return text;
    size_t n = strlen(text);
    do {
        while (n > 0 && ((unsigned char)text[--n] & 0xc0) == 0x80) {
        }
        fitted->length = 0;
        buf_add(fitted, text, n);
        buf_puts(fitted, "…");
    } while (n > 0 && canvas_text_width(c, fitted->data) > width);
    return fitted->data;
}

static void draw_fitted(Canvas *c, const char *text, double x, double y, double width) {
    Buf fitted = {0};
    canvas_text(c, fit(c, text, width, &fitted), x, y, TEXT_LEFT);
    buf_free(&fitted);
}

/* ---- axes ------------------------------------------------------------------------------------------- */

static double x_at(const Panel *p, const Box *b, double value) {
    return b->x + b->width * axis_place(&p->x, value);
}
static double y_at(const Panel *p, const Box *b, double value) {
    return b->y + b->height * (1 - axis_place(&p->y, value));
}

static double widest_label(Drawing *d, const Ticks *ticks) {
    double most = 0;
    canvas_font(d->c, LABEL, false);
    for (int i = 0; i < ticks->n; i++)
        if (ticks->items[i].major)
            most = fmax(most, canvas_text_width(d->c, ticks->items[i].label));
    return most;
}

/* As many labels as have room beside each other, whatever they say. */
static void choose_ticks(Drawing *d, const Axis *axis, double length, bool across, Ticks *ticks) {
    for (int labels = (int)(length / (across ? 30 : 24)); labels > 1; labels--) {
        ticks_choose(axis, labels, ticks);
        double end = -1e9;
        bool good = true;
        canvas_font(d->c, LABEL, false);
        for (int i = 0; i < ticks->n; i++) {
            const Tick *t = &ticks->items[i];
            if (!t->major) continue;
            const double half = across ? canvas_text_width(d->c, t->label) / 2 : LABEL / 2.0;
            const double at = length * axis_place(axis, t->at);
            good = good && at - half >= end + 10;
            end = at + half;
        }
        if (good) return;
    }
    ticks_choose(axis, 2, ticks);
}

static void draw_grid(Drawing *d, const Panel *p, const Box *b, const Ticks *x, const Ticks *y) {
    canvas_pen(d->c, 1, NULL, 0);
    for (int i = 0; i < x->n; i++) {
        const double at = floor(x_at(p, b, x->items[i].at)) + 0.5;
        canvas_colour(d->c, d->line, x->items[i].major ? 0.9 : 0.35);
        if (x->items[i].major || p->x.log) canvas_line(d->c, at, b->y, at, b->y + b->height);
    }
    for (int i = 0; i < y->n; i++) {
        const double at = floor(y_at(p, b, y->items[i].at)) + 0.5;
        canvas_colour(d->c, d->line, y->items[i].major ? 0.9 : 0.35);
        if (y->items[i].major || p->y.log) canvas_line(d->c, b->x, at, b->x + b->width, at);
    }
}

static void draw_frame(Drawing *d, const Panel *p, const Box *b, const Ticks *x, const Ticks *y) {
    canvas_font(d->c, LABEL, false);
    canvas_pen(d->c, 1, NULL, 0);
    canvas_colour(d->c, d->pale, 1);
    canvas_line(d->c, b->x - 0.5, b->y, b->x - 0.5, b->y + b->height + 0.5);
    canvas_line(d->c, b->x - 0.5, b->y + b->height + 0.5, b->x + b->width, b->y + b->height + 0.5);
    for (int i = 0; i < x->n; i++) {
        const double at = floor(x_at(p, b, x->items[i].at)) + 0.5, end = b->y + b->height;
        canvas_colour(d->c, d->pale, 1);
        canvas_line(d->c, at, end, at, end + (x->items[i].major ? 5 : 3));
        canvas_colour(d->c, d->ink, 1);
        canvas_text(d->c, x->items[i].label, at, end + 17, TEXT_MIDDLE);
    }
    for (int i = 0; i < y->n; i++) {
        const double at = floor(y_at(p, b, y->items[i].at)) + 0.5;
        canvas_colour(d->c, d->pale, 1);
        canvas_line(d->c, b->x - (y->items[i].major ? 5 : 3), at, b->x, at);
        canvas_colour(d->c, d->ink, 1);
        canvas_text(d->c, y->items[i].label, b->x - 8, at + 4, TEXT_RIGHT);
    }
}

static void draw_axis_titles(Drawing *d, const Panel *p, const Box *b, double left, bool below) {
    Buf text = {0}, fitted = {0};
    canvas_font(d->c, LABEL, false);
    canvas_colour(d->c, d->ink, 1);
    axis_title(&p->y, &text);
    canvas_text_upwards(d->c, fit(d->c, text.data, b->height + 20, &fitted), left,
                        b->y + b->height / 2);
    text.length = 0;
    axis_title(&p->x, &text);
    if (below)
        canvas_text(d->c, text.data, b->x + b->width / 2, b->y + b->height + 34, TEXT_MIDDLE);
    buf_free(&text);
    buf_free(&fitted);
}

/* ---- series ------------------------------------------------------------------------------------------ */

/* A full line first, then dashes; a style that comes again in the same colour has others. */
static void take_pen(Drawing *d, const Series *s, double width) {
    static const double dashes[4][4] = {{0}, {7, 3}, {2, 2.5}, {9, 3, 2, 3}};
    static const int n[4] = {0, 2, 2, 4};
    const int which = s->style % 4;
    canvas_colour(d->c, series_colour(s->style, d->dark), 1);
    canvas_pen(d->c, width, dashes[which], n[which]);
}

static void draw_curve(Drawing *d, const Panel *p, const Series *s, const Box *b) {
    Dot *dots;
    bool sparse, down = false;
    const int n = series_reduce(s, &p->x, &p->y, (int)b->width, &dots, &sparse);
    double way = 0; /* up and down */
    for (int i = 1; i < n; i++)
        way += isnan(dots[i].y - dots[i - 1].y) ? 0 : fabs(dots[i].y - dots[i - 1].y);
    /* dashes of a curve that fills its place up and down would only be noise; one that is alone needs none */
    const bool fills = way > 30;
    take_pen(d, s, fills ? 1 : 1.6);
    if (fills || p->n == 1) canvas_pen(d->c, fills ? 1 : 1.6, NULL, 0);
    for (int i = 0; i < n; i++) {
        const double x = b->x + b->width * dots[i].x, y = b->y + b->height * (1 - dots[i].y);
        if (isnan(dots[i].y)) {
            down = false;
            continue;
        }
        if (down)
            canvas_go(d->c, x, y);
        else
            canvas_move(d->c, x, y);
        down = true;
    }
    canvas_stroke(d->c);
    for (int i = 0; i < n && sparse; i++)
        if (!isnan(dots[i].y))
            canvas_circle(d->c, b->x + b->width * dots[i].x, b->y + b->height * (1 - dots[i].y),
                          2.5, true);
    free(dots);
}

static void draw_mark(Drawing *d, const Series *s, int i, double x, double y) {
    char number[16];
    const double r = 5;
    canvas_colour(d->c, series_colour(s->style, d->dark), 1);
    canvas_pen(d->c, 1.8, NULL, 0);
    if (s->mark == MARK_CROSS) {
        canvas_line(d->c, x - r, y - r, x + r, y + r);
        canvas_line(d->c, x - r, y + r, x + r, y - r);
    } else if (s->mark == MARK_CIRCLE) {
        canvas_circle(d->c, x, y, r, false);
    }
    if (s->mark != MARK_NUMBER && (!s->count || s->count[i] < 2)) return;
    snprintf(number, sizeof number, "%d", s->count[i]);
    canvas_font(d->c, LABEL, true);
    if (s->mark == MARK_NUMBER) canvas_colour(d->c, d->ink, 1);
    canvas_text(d->c, number, s->mark == MARK_NUMBER ? x : x + r + 2,
                s->mark == MARK_NUMBER  ? y - 5
                : s->mark == MARK_CROSS ? y - r
                                        : y + r + 6,
                s->mark == MARK_NUMBER ? TEXT_MIDDLE : TEXT_LEFT);
}

static void draw_series(Drawing *d, const Panel *p, const Box *b) {
    canvas_clip(d->c, b->x, b->y - 1, b->width, b->height + 2);
    for (int k = p->n - 1; k >= 0; k--)
        if (p->series[k].mark == MARK_LINE) draw_curve(d, p, &p->series[k], b);
    canvas_unclip(d->c);
    for (int k = 0; k < p->n; k++) {
        const Series *s = &p->series[k];
        for (int i = 0; i < s->n && s->mark != MARK_LINE; i++)
            draw_mark(d, s, i, x_at(p, b, s->x[i]), fmax(y_at(p, b, s->y[i]), b->y + 2));
    }
}

static void draw_circle(Drawing *d, const Panel *p, const Box *b) {
    canvas_colour(d->c, d->pale, 1);
    canvas_pen(d->c, 1.2, NULL, 0);
    canvas_circle(d->c, x_at(p, b, 0), y_at(p, b, 0), b->width / (p->x.high - p->x.low), false);
}

/* ---- images -------------------------------------------------------------------------------------------- */

static uint32_t pixel(Colour c) {
    return (uint32_t)lrint(255 * c.r) << 16 | (uint32_t)lrint(255 * c.g) << 8 |
           (uint32_t)lrint(255 * c.b);
}

static uint32_t pixel_of_level(const Drawing *d, const Image *image, double level) {
    if (isnan(level)) return pixel(d->ground);
    return pixel(level_colour((level - image->low) / (image->high - image->low)));
}

static void draw_image(Drawing *d, const Panel *p, const Box *b) {
    const int columns = (int)b->width, rows = (int)b->height;
    uint32_t *pixels = alloc_room((size_t)columns * (size_t)rows, sizeof *pixels);
    for (int row = 0; row < rows; row++) {
        const double y1 = axis_value(&p->y, 1 - (double)row / rows),
                     y0 = axis_value(&p->y, 1 - (row + 1.0) / rows);
        for (int column = 0; column < columns; column++) {
            const double x0 = axis_value(&p->x, (double)column / columns),
                         x1 = axis_value(&p->x, (column + 1.0) / columns);
            pixels[row * columns + column] =
                pixel_of_level(d, p->image, image_level(p->image, x0, x1, y0, y1));
        }
    }
    canvas_image(d->c, pixels, columns, rows, b->x, b->y, b->width, b->height);
    free(pixels);
}

/* What the colours stand for, right of the image. */
static void draw_scale(Drawing *d, const Panel *p, const Box *b) {
    const Axis axis = {"", p->image->unit, p->image->low, p->image->high, false};
    const Box bar = {b->x + b->width + 14, b->y, 12, b->height};
    const int rows = (int)bar.height;
    uint32_t *pixels = alloc_room((size_t)rows, sizeof *pixels);
    Ticks ticks;
    for (int row = 0; row < rows; row++)
        pixels[row] = pixel(level_colour(1 - (row + 0.5) / rows));
    canvas_image(d->c, pixels, 1, rows, bar.x, bar.y, bar.width, bar.height);
    free(pixels);
    choose_ticks(d, &axis, bar.height, false, &ticks);
    canvas_font(d->c, LABEL, false);
    canvas_colour(d->c, d->ink, 1);
    for (int i = 0; i < ticks.n; i++)
        canvas_text(d->c, ticks.items[i].label, bar.x + bar.width + 5,
                    bar.y + bar.height * (1 - axis_place(&axis, ticks.items[i].at)) + 4, TEXT_LEFT);
    canvas_text(d->c, axis.unit, bar.x, bar.y - 6, TEXT_LEFT);
}

/* ---- titles, legends, notes ------------------------------------------------------------------------------ */

static void draw_key(Drawing *d, const Series *s, double x, double y) {
    if (s->mark == MARK_LINE) {
        take_pen(d, s, 2);
        canvas_line(d->c, x, y - 4, x + 26, y - 4);
    } else {
        Series one = *s;
        one.count = NULL;
        draw_mark(d, &one, 0, x + 18, y - 4);
    }
}

enum { KEY = 31, BESIDE_KEY = 15 }; /* what a label of the legend has in front and behind */

static bool is_in_legend(const Series *s) {
    return s->label && s->mark != MARK_NUMBER;
}

/* One curve alone needs none. */
static bool has_legend(const Panel *p) {
    int n = 0;
    for (int k = 0; k < p->n; k++)
        n += is_in_legend(&p->series[k]);
    return n > 1 || (n == 1 && p->series[0].mark != MARK_LINE);
}

static double entry_width(Drawing *d, const Series *s, double room) {
    if (!is_in_legend(s)) return 0;
    canvas_font(d->c, TEXT, false);
    return fmin(KEY + canvas_text_width(d->c, s->label) + BESIDE_KEY, room);
}

static double title_width(Drawing *d, const Panel *p) {
    canvas_font(d->c, TEXT, true);
    return p->title ? canvas_text_width(d->c, p->title) : 0;
}

static double legend_width(Drawing *d, const Panel *p) {
    double width = 0;
    for (int k = 0; k < p->n; k++)
        width += entry_width(d, &p->series[k], 1e9);
    return width;
}

/* Lines of their own that entries take below the title; 0: all of them have room beside it. */
static int legend_rows(Drawing *d, const Panel *p, double room) {
    double x = 0;
    int rows = 1;
    if (!has_legend(p) || title_width(d, p) + 20 + legend_width(d, p) <= room) return 0;
    for (int k = 0; k < p->n; k++) {
        const double width = entry_width(d, &p->series[k], room);
        if (x > 0 && x + width > room) {
            rows++;
            x = 0;
        }
        x += width;
    }
    return rows;
}

/* From (left, y) on, as far as `right`, in as many rows as that takes. */
static void draw_legend(Drawing *d, const Panel *p, double left, double right, double y) {
    double x = left;
    for (int k = 0; k < p->n; k++) {
        const Series *s = &p->series[k];
        const double width = entry_width(d, s, right - left);
        if (!is_in_legend(s)) continue;
        if (x > left && x + width > right + 1) {
            x = left;
            y += LINE_OF_TEXT;
        }
        draw_key(d, s, x, y);
        canvas_font(d->c, TEXT, false);
        canvas_colour(d->c, d->ink, 1);
        draw_fitted(d->c, s->label, x + KEY, y, width - KEY);
        x += width;
    }
}

/* The title and the legend, of which the last line stands on y. */
static void draw_heading(Drawing *d, const Panel *p, double left, double right, double y) {
    const int rows = legend_rows(d, p, right - left);
    canvas_font(d->c, TEXT, true);
    canvas_colour(d->c, d->ink, 1);
    if (p->title) draw_fitted(d->c, p->title, left, y - rows * LINE_OF_TEXT, right - left);
    if (rows > 0)
        draw_legend(d, p, left, right, y - (rows - 1) * LINE_OF_TEXT);
    else if (has_legend(p))
        draw_legend(d, p, right - legend_width(d, p) + BESIDE_KEY, right + BESIDE_KEY, y);
}

static double notes_width(Drawing *d, const Panel *p) {
    double most = 0;
    canvas_font(d->c, LABEL, false);
    for (int i = 0; i < p->nnotes; i++)
        most = fmax(most, canvas_text_width(d->c, p->notes[i]));
    return p->nnotes > 0 ? fmin(most, MOST_NOTES) + 18 : 0;
}

static void draw_notes(Drawing *d, const Panel *p, const Box *b) {
    canvas_font(d->c, LABEL, false);
    canvas_colour(d->c, d->ink, 1);
    for (int i = 0; i < p->nnotes && (i + 1) * LINE_OF_TEXT <= b->height; i++)
        draw_fitted(d->c, p->notes[i], b->x + b->width + 14, b->y + 10 + i * LINE_OF_TEXT,
                    MOST_NOTES);
}

/* ---- a panel ---------------------------------------------------------------------------------------------- */

static bool has_heading(const Panel *p) {
    return p->title || p->n > 1 || p->image;
}

/* Both axes at one scale: the box becomes a square, in the middle of what it was. */
static void make_square(Box *b) {
    const double side = floor(fmin(b->width, b->height));
    b->x = floor(b->x + (b->width - side) / 2);
    b->width = b->height = side;
}

/* Beside an image stands its scale; what has no notes ends where images do, since they may have the same time. */
static double right_of(Drawing *d, const Panel *p) {
    if (p->nnotes > 0) return notes_width(d, p) + 14;
    for (int i = 0; i < d->figure->n; i++)
        if (d->figure->panels[i].image) return 62;
    return 18;
}

static Box place_of(Drawing *d, const Panel *p, const Box *whole, double labels) {
    const double left = labels + 36, right = right_of(d, p);
    const int rows = legend_rows(d, p, whole->width - left - MARGIN);
    const double top = has_heading(p) ? 26 + rows * LINE_OF_TEXT : 10;
    Box b = {floor(whole->x + left), floor(whole->y + top), floor(whole->width - left - right),
             floor(whole->height - top - 42)};
    if (p->circle) make_square(&b);
    if (b.width < 20) b.width = 20;
    if (b.height < 20) b.height = 20;
    return b;
}

static bool shares_x(const Axis *a, const Axis *b) {
    return strcmp(a->title, b->title) == 0 && a->low == b->low && a->high == b->high;
}

static void draw_panel(Drawing *d, int number, const Box *whole, double labels) {
    const Panel *p = &d->figure->panels[number];
    Ticks x, y;
    const Box b = place_of(d, p, whole, labels);
    choose_ticks(d, &p->x, b.width, true, &x);
    choose_ticks(d, &p->y, b.height, p->circle, &y); /* of a circle both are alike */
    if (!p->image) draw_grid(d, p, &b, &x, &y);
    if (p->image) draw_image(d, p, &b);
    if (p->circle) draw_circle(d, p, &b);
    draw_series(d, p, &b);
    draw_frame(d, p, &b, &x, &y);
    const bool last =
        number + 1 == d->figure->n || !shares_x(&p->x, &d->figure->panels[number + 1].x);
    draw_axis_titles(d, p, &b, b.x - widest_label(d, &y) - 16, last);
    draw_heading(d, p, whole->x + labels + 36, whole->x + whole->width - MARGIN, b.y - 9);
    if (p->image) draw_scale(d, p, &b);
    draw_notes(d, p, &b);
}

/* ---- the whole ----------------------------------------------------------------------------------------------- */

static int usual_height(const Figure *f, const Panel *p) {
    return p->circle ? 620 : f->n > 3 ? 190 : f->n > 1 ? 270 : 400;
}

static Drawing begin(Canvas *c, const Figure *f, bool dark) {
    const Colour white = {1, 1, 1}, black = {0.11, 0.12, 0.14};
    Drawing d = {.c = c,
                 .figure = f,
                 .dark = dark,
                 .ground = dark ? black : white,
                 .ink = dark ? (Colour){0.92, 0.92, 0.92} : (Colour){0.13, 0.13, 0.13},
                 .pale = dark ? (Colour){0.65, 0.65, 0.65} : (Colour){0.45, 0.45, 0.45},
                 .line = dark ? (Colour){0.27, 0.28, 0.31} : (Colour){0.85, 0.85, 0.85}};
    return d;
}

/* All panels have room for the widest labels of any, so that their axes stand below each other. */
static double labels_width(Drawing *d, double height) {
    double most = 0;
    for (int i = 0; i < d->figure->n; i++) {
        Ticks ticks;
        choose_ticks(d, &d->figure->panels[i].y, fmax(height / d->figure->n - 68, 20), false,
                     &ticks);
        most = fmax(most, widest_label(d, &ticks));
    }
    return most;
}

bool figure_picture(const Figure *f, PictureKind kind, PictureSize size, bool dark, Buf *out,
                    EngineError *why) {
    int usual = 0;
    for (int i = 0; i < f->n; i++)
        usual += usual_height(f, &f->panels[i]);
    const int top = f->title ? 34 : MARGIN;
    const int width = size.width > 0 ? size.width : 1000,
              height = size.height > 0 ? size.height : usual + top;
    Canvas *c = canvas_create(kind, width, height, why);
    if (!c) return false;
    Drawing d = begin(c, f, dark);
    canvas_colour(c, d.ground, 1);
    canvas_rectangle(c, 0, 0, width, height);
    canvas_colour(c, d.ink, 1);
    canvas_font(c, TITLE, true);
    if (f->title) draw_fitted(c, f->title, MARGIN, 24, width - 2 * MARGIN);
    const double labels = labels_width(&d, height - top);
    double y = top;
    for (int i = 0; i < f->n; i++) {
        const double share = (double)(height - top) * usual_height(f, &f->panels[i]) / usual;
        draw_panel(&d, i, &(Box){0, y, width, share}, labels);
        y += share;
    }
    return canvas_finish(c, out, why);
}
