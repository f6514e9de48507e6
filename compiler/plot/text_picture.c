/* A figure as text. In: a figure, and how many columns a terminal has. Out: lines of UTF-8.
 *
 * Curves are braille, whose characters are two dots wide and four high; images are shades of blocks. Curves over each other have colours where
 * the terminal knows them, and in any case their number in the legend stands on them here and there. */
#include "plot/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Cell {
    unsigned char dots; /* of braille, a bit each */
    signed char style;  /* of the series that was drawn last; -1: none */
    const char *text;   /* instead of the dots; NULL: none */
} Cell;

typedef struct Screen {
    Cell *cells;
    int columns, rows; /* of the place of the curves */
    int left;          /* columns in front of it */
    bool colours;
    Buf *out;
} Screen;

static Cell *cell_at(Screen *s, int column, int row) {
    return column < 0 || row < 0 || column >= s->columns || row >= s->rows
               ? NULL
               : &s->cells[row * s->columns + column];
}

/* ---- dots -------------------------------------------------------------------------------------------- */

static void set_dot(Screen *s, int x, int y, int style) {
    static const unsigned char bits[4][2] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    Cell *cell = x < 0 || y < 0 ? NULL : cell_at(s, x / 2, y / 4);
    if (!cell) return;
    cell->dots |= bits[y % 4][x % 2];
    cell->style = (signed char)style;
}

static void draw_line(Screen *s, int x0, int y0, int x1, int y1, int style) {
    const int dx = abs(x1 - x0), dy = abs(y1 - y0), n = dx > dy ? dx : dy;
    for (int i = 0; i <= n; i++)
        set_dot(s, n ? x0 + (int)lrint((double)(x1 - x0) * i / n) : x0,
                n ? y0 + (int)lrint((double)(y1 - y0) * i / n) : y0, style);
}

static int dot_of(double place, int dots) {
    const int at = (int)floor(place * dots);
    return place >= 0 && at >= dots && place < 1.0001 ? dots - 1 : at;
}

static void draw_curve(Screen *s, const Panel *p, const Series *series, int number) {
    Dot *dots;
    bool sparse;
    const int width = 2 * s->columns, height = 4 * s->rows;
    const int n = series_reduce(series, &p->x, &p->y, width, &dots, &sparse);
    for (int i = 0; i < n; i++) {
        if (isnan(dots[i].y)) continue;
        const int x = dot_of(dots[i].x, width);
        /* what is out of reach runs along the edge */
        const int y = height - 1 - dot_of(fmin(fmax(dots[i].y, 0), 1), height);
        const bool goes_on = i > 0 && !isnan(dots[i - 1].y);
        const int x0 = goes_on ? dot_of(dots[i - 1].x, width) : x,
                  y0 = goes_on ? height - 1 - dot_of(fmin(fmax(dots[i - 1].y, 0), 1), height) : y;
        draw_line(s, x0, y0, x, y, number);
    }
    free(dots);
}

/* Its number onto a curve, each sixteenth column, that of the next beside it. */
static void put_numbers(Screen *s, const Panel *p, const Series *series, int number) {
    static const char *const digits[] = {"1", "2", "3", "4", "5", "6", "7", "8"};
    Dot *dots;
    bool sparse;
    const int n = series_reduce(series, &p->x, &p->y, s->columns, &dots, &sparse);
    int next = 4 + 5 * number;
    for (int i = 0; i < n; i++) {
        const int column = dot_of(dots[i].x, s->columns);
        if (isnan(dots[i].y) || column < next) continue;
        Cell *cell = cell_at(s, column, s->rows - 1 - dot_of(fmin(fmax(dots[i].y, 0), 1), s->rows));
        if (cell) *cell = (Cell){0, (signed char)number, digits[number % 8]};
        next = column + 16;
    }
    free(dots);
}

/* ---- points, circle, image ------------------------------------------------------------------------------ */

static void draw_points(Screen *s, const Panel *p, const Series *series, int number) {
    static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    for (int i = 0; i < series->n; i++) {
        const int column = dot_of(axis_place(&p->x, series->x[i]), s->columns),
                  row = s->rows - 1 - dot_of(fmin(axis_place(&p->y, series->y[i]), 1), s->rows);
        const int count = series->count ? series->count[i] : 1;
        Cell *cell = cell_at(s, column, series->mark == MARK_NUMBER && row > 0 ? row - 1 : row),
             *beside = cell_at(s, column + 1, row);
        if (!cell) continue;
        *cell = (Cell){0, (signed char)number,
                       series->mark == MARK_CROSS    ? "×"
                       : series->mark == MARK_CIRCLE ? "○"
                                                     : digits[count % 10]};
        if (series->mark != MARK_NUMBER && count > 1 && beside)
            *beside = (Cell){0, (signed char)number, count < 10 ? digits[count] : "+"};
    }
}

static void draw_circle(Screen *s, const Panel *p) {
    const int width = 2 * s->columns, height = 4 * s->rows;
    for (int i = 0; i < 720; i++) {
        const double angle = 2 * M_PI * i / 720;
        set_dot(s, dot_of(axis_place(&p->x, cos(angle)), width),
                height - 1 - dot_of(axis_place(&p->y, sin(angle)), height), -1);
    }
}

static void draw_image(Screen *s, const Panel *p) {
    static const char *const shades[] = {" ", "░", "▒", "▓", "█"};
    for (int row = 0; row < s->rows; row++)
        for (int column = 0; column < s->columns; column++) {
            const double level =
                image_level(p->image, axis_value(&p->x, (double)column / s->columns),
                            axis_value(&p->x, (column + 1.0) / s->columns),
                            axis_value(&p->y, 1 - (row + 1.0) / s->rows),
                            axis_value(&p->y, 1 - (double)row / s->rows));
            const double share = (level - p->image->low) / (p->image->high - p->image->low);
            const int shade = isnan(level) || share < 0 ? 0 : share >= 1 ? 4 : (int)(5 * share);
            s->cells[row * s->columns + column].text = isnan(level) ? "?" : shades[shade];
        }
}

/* ---- lines of text ---------------------------------------------------------------------------------------- */

static void set_colour(Screen *s, int style) {
    static const int codes[SERIES_COLOURS] = {34, 33, 32, 35, 36, 31};
    if (!s->colours) return;
    if (style < 0)
        buf_puts(s->out, "\x1b[39m");
    else
        buf_printf(s->out, "\x1b[%dm", codes[style % SERIES_COLOURS]);
}

static void add_cell(Screen *s, const Cell *cell) {
    if (cell->text)
        buf_puts(s->out, cell->text);
    else if (cell->dots) /* U+2800 and the dots, as UTF-8 */
        buf_printf(s->out, "\xe2%c%c", 0xa0 + (cell->dots >> 6), 0x80 + (cell->dots & 0x3f));
    else
        buf_byte(s->out, ' ');
}

static int blanks_at_end(const Screen *s, int row) {
    int column = s->columns;
    while (column > 0 && !s->cells[row * s->columns + column - 1].dots &&
           (!s->cells[row * s->columns + column - 1].text ||
            *s->cells[row * s->columns + column - 1].text == ' '))
        column--;
    return column;
}

static const Tick *tick_in_row(const Panel *p, const Screen *s, const Ticks *ticks, int row) {
    for (int i = 0; i < ticks->n; i++)
        if (ticks->items[i].major &&
            s->rows - 1 - dot_of(axis_place(&p->y, ticks->items[i].at), s->rows) == row)
            return &ticks->items[i];
    return NULL;
}

static void add_row(Screen *s, const Panel *p, const Ticks *ticks, int row) {
    const Tick *tick = tick_in_row(p, s, ticks, row);
    const int end = blanks_at_end(s, row);
    int style = -1;
    buf_printf(s->out, "%*s %s", s->left - 2, tick ? tick->label : "", tick ? "┤" : "│");
    for (int column = 0; column < end; column++) {
        const Cell *cell = &s->cells[row * s->columns + column];
        const bool blank = !cell->text && !cell->dots;
        if (!blank && cell->style != style) set_colour(s, style = cell->style);
        add_cell(s, cell);
    }
    if (style >= 0) set_colour(s, -1);
    buf_byte(s->out, '\n');
}

/* The axis below, and its labels, those that have room. */
static void add_axis(Screen *s, const Panel *p) {
    Ticks ticks;
    char *labels = alloc_zeroed((size_t)s->columns + 40, 1);
    ticks_choose(&p->x, s->columns / 7, &ticks);
    memset(labels, ' ', (size_t)s->columns + 20);
    buf_printf(s->out, "%*s└", s->left - 1, "");
    for (int column = 0, i; column < s->columns; column++) {
        for (i = 0; i < ticks.n; i++)
            if (ticks.items[i].major &&
                dot_of(axis_place(&p->x, ticks.items[i].at), s->columns) == column)
                break;
        buf_puts(s->out, i < ticks.n ? "┴" : "─");
    }
    int free_from = 0;
    for (int i = 0; i < ticks.n; i++) {
        const int length = (int)strlen(ticks.items[i].label);
        int from = s->left + dot_of(axis_place(&p->x, ticks.items[i].at), s->columns) - length / 2;
        if (from + length > s->left + s->columns) from = s->left + s->columns - length;
        if (!ticks.items[i].major || from < free_from || from + length > s->columns + 20) continue;
        memcpy(labels + from, ticks.items[i].label, (size_t)length);
        free_from = from + length + 1;
    }
    labels[free_from > 0 ? free_from - 1 : 0] = 0;
    buf_printf(s->out, "\n%s\n", labels);
    free(labels);
}

enum { LEAST_ROWS = 4, LEAST_COLUMNS = 16 };

static int labels_of(const Panel *p) {
    int n = 0;
    for (int k = 0; k < p->n; k++)
        n += p->series[k].label && p->series[k].mark != MARK_NUMBER;
    return n;
}

/* Has it a line that tells which curve is which? */
static bool has_legend(const Panel *p) {
    return labels_of(p) > 1 || p->circle;
}

/* Of a panel of so many lines those that are left for the curves: its others are heading, axis, labels. */
static int rows_of(const Panel *p, int lines) {
    const int rows = lines - 3 - has_legend(p) - (p->image != NULL) - p->nnotes;
    return rows < LEAST_ROWS ? LEAST_ROWS : rows;
}

static void add_heading(Screen *s, const Panel *p) {
    Buf y = {0}, x = {0};
    axis_title(&p->y, &y);
    axis_title(&p->x, &x);
    if (p->title) buf_printf(s->out, "%s: ", p->title);
    buf_printf(s->out, "%s over %s\n", y.data, x.data);
    for (int k = 0; k < p->n && has_legend(p); k++) {
        const Series *series = &p->series[k];
        if (!series->label || series->mark == MARK_NUMBER) continue;
        set_colour(s, series->style);
        if (series->mark == MARK_LINE)
            buf_printf(s->out, "  %d %s", k + 1, series->label);
        else
            buf_printf(s->out, "  %s %s", series->mark == MARK_CROSS ? "×" : "○", series->label);
        set_colour(s, -1);
    }
    if (has_legend(p)) buf_byte(s->out, '\n');
    if (p->image)
        buf_printf(s->out, "  blank below %.6g %s, then ░ ▒ ▓ █ each %.3g %s more\n",
                   p->image->low + (p->image->high - p->image->low) / 5, p->image->unit,
                   (p->image->high - p->image->low) / 5, p->image->unit);
    buf_free(&y);
    buf_free(&x);
}

/* Columns that labels of the y axis take, a space and the axis. */
static int left_of(const Figure *f, int rows) {
    size_t most = 0;
    for (int i = 0; i < f->n; i++) {
        Ticks ticks;
        ticks_choose(&f->panels[i].y, rows / 2, &ticks);
        for (int k = 0; k < ticks.n; k++)
            if (strlen(ticks.items[k].label) > most) most = strlen(ticks.items[k].label);
    }
    return (int)most + 2;
}

static void add_panel(Screen *s, const Panel *p) {
    Ticks ticks;
    s->cells = alloc_zeroed((size_t)s->columns * (size_t)s->rows, sizeof *s->cells);
    for (int i = 0; i < s->columns * s->rows; i++)
        s->cells[i].style = -1;
    ticks_choose(&p->y, s->rows / 2, &ticks);
    add_heading(s, p);
    if (p->image) draw_image(s, p);
    if (p->circle) draw_circle(s, p);
    int curves = 0;
    for (int k = 0; k < p->n; k++)
        curves += p->series[k].mark == MARK_LINE;
    for (int k = p->n - 1; k >= 0; k--)
        if (p->series[k].mark == MARK_LINE) draw_curve(s, p, &p->series[k], k);
    for (int k = 0; k < p->n; k++) {
        if (p->series[k].mark != MARK_LINE)
            draw_points(s, p, &p->series[k], p->series[k].style);
        else if (curves > 1)
            put_numbers(s, p, &p->series[k], k);
    }
    for (int row = 0; row < s->rows; row++)
        add_row(s, p, &ticks, row);
    add_axis(s, p);
    for (int i = 0; i < p->nnotes; i++)
        buf_printf(s->out, "%*s%s\n", s->left, "", p->notes[i]);
    free(s->cells);
}

void figure_text(const Figure *f, PictureSize size, bool colours, Buf *out) {
    const int width = size.width > 0 ? size.width : 80;
    const int usual = f->n > 2 ? 8 : f->n > 1 ? 10 : 16;
    const int lines = size.height > 0 && f->n > 0 ? (size.height - 1) / f->n : 0;
    const int left = left_of(f, lines > 0 ? lines - 3 : usual);
    Screen s = {.left = left, .colours = colours, .out = out};
    if (f->title) buf_printf(out, "%s\n", f->title);
    for (int i = 0; i < f->n; i++) {
        const Panel *p = &f->panels[i];
        s.columns = width - left > LEAST_COLUMNS ? width - left : LEAST_COLUMNS;
        s.rows = lines > 0 ? rows_of(p, lines) : usual;
        /* a character is about twice as high as wide */
        if (p->circle && size.height == 0) s.rows = 24;
        if (p->circle && s.columns > 2 * s.rows) s.columns = 2 * s.rows;
        add_panel(&s, p);
    }
}
