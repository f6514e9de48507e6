/* Pictures of numbers: curves, images and points over axes, in panels below each other. Nothing here knows what the numbers
 * mean. A Figure is filled by its maker, then drawn as a PNG or SVG picture, as text for a terminal, or written as a table. */
#ifndef KANON_PLOT_PLOT_H
#define KANON_PLOT_PLOT_H

#include "base/base.h"

/* ---- what is drawn -------------------------------------------------------------------------------- */

typedef struct Axis {
    const char *title; /* "time" */
    const char *
        unit; /* "s", "Hz", "°": what is said in brackets, and decides which steps are round; "": none */
    double low, high;
    bool log; /* then low is above 0 */
} Axis;

typedef enum { MARK_LINE, MARK_CROSS, MARK_CIRCLE, MARK_NUMBER } Mark;

/* Points in the order of x. x[i] is x0 + i * step where x is NULL. A y that is NAN is a gap; one beyond the axis is drawn at
 * its edge when it is above or below, an infinite one too. */
typedef struct Series {
    Mark mark;
    const char *label; /* in the legend; NULL: not there */
    int style;         /* colour and dashes: those with the same number look the same */
    const double *x, *y;
    double x0, step;
    int n;
    const int *
        count; /* of MARK_CROSS and MARK_CIRCLE: how many points lie there; MARK_NUMBER: what is written */
} Series;

/* Levels over x and y, column by column, the lowest y first. NAN is a gap. */
typedef struct Image {
    int columns, rows;
    double x0, step; /* of a column's left edge, and its width */
    double y0, rise; /* of a row's middle, and from one to the next */
    const float *level;
    double low, high; /* what the darkest and the brightest colour stand for */
    const char *unit; /* of the levels */
} Image;

typedef struct Panel {
    const char *title; /* NULL: none */
    Axis x, y;
    Series *series;
    int n, cap;
    const Image *image;       /* NULL: none */
    bool circle;              /* a unit circle, and both axes at one scale */
    const char *const *notes; /* lines of text beside or below it */
    int nnotes;
} Panel;

typedef struct Figure {
    Arena *arena; /* of all that is in it */
    const char *title;
    Panel *panels;
    int n, cap;
} Figure;

Figure *figure_create(void);
void figure_free(Figure *f);
/* A panel that lives until another one is added. */
Panel *figure_panel(Figure *f, const char *title, Axis x, Axis y);
/* A series that lives until another one is added. */
Series *panel_series(Panel *p, const char *label, int style);

/* ---- plot/ticks.c ----------------------------------------------------------------------------------- */

typedef struct Tick {
    double at;
    bool major; /* it has a label */
    char label[24];
} Tick;

enum { MOST_TICKS = 128 };
typedef struct Ticks {
    Tick items[MOST_TICKS]; /* from low to high */
    int n;
} Ticks;
/* Round places on an axis: steps of 1, 2 and 5 times powers of ten, for degrees parts and multiples of a turn. At most `labels`
 * of them have labels. */
void ticks_choose(const Axis *axis, int labels, Ticks *ticks);
/* Where a value lies: 0 at the low end, 1 at the high end. */
double axis_place(const Axis *axis, double value);
double axis_value(const Axis *axis, double place);
/* "frequency (Hz)" */
void axis_title(const Axis *axis, Buf *out);

/* ---- plot/reduce.c ----------------------------------------------------------------------------------- */

typedef struct Dot {
    double x, y; /* 0 to 1 of both axes; y NAN is a gap */
} Dot;

/* The points of a series as places, those beyond the x axis left out but for the next on either side. Of those that share one of
 * `columns` columns only the first, the lowest, the highest and the last are kept: the curve looks the same. Returns how many; *dots is
 * malloc'd. *sparse: there are so few that each may be shown by itself. */
int series_reduce(const Series *s, const Axis *x, const Axis *y, int columns, Dot **dots,
                  bool *sparse);
/* The loudest level of what lies between these values; NAN where there is none. Between rows that are further apart it is in
 * proportion. */
double image_level(const Image *image, double x0, double x1, double y0, double y1);

/* ---- plot/colours.c ----------------------------------------------------------------------------------- */

typedef struct Colour {
    double r, g, b; /* sRGB, 0 to 1 */
} Colour;
enum { SERIES_COLOURS = 6 };
/* Of a series: colours that people with any vision tell apart, and dashes that repeat later than they do. */
Colour series_colour(int style, bool dark);
/* Of a level from 0 to 1: lighter in even steps. */
Colour level_colour(double level);

/* ---- what comes out ------------------------------------------------------------------------------------ */

typedef struct PictureSize {
    int width, height; /* pixels; in a terminal columns and lines; 0: as it suits */
} PictureSize;

typedef enum { PICTURE_PNG, PICTURE_SVG } PictureKind;
/* plot/picture.c: the bytes of a picture, by cairo, which is opened when it is asked for. False with a reason. */
bool figure_picture(const Figure *f, PictureKind kind, PictureSize size, bool dark, Buf *out,
                    EngineError *why);
/* plot/text_picture.c: lines of text with braille dots; `colours`: the terminal knows escape codes for them. */
void figure_text(const Figure *f, PictureSize size, bool colours, Buf *out);
/* plot/table.c: panel, series, x and y, separated by tabs, a line for each point. */
void figure_table(const Figure *f, Buf *out);

#endif
