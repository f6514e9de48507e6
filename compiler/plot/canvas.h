/* Something to draw on, by cairo. Places are in pixels from the upper left corner. */
#ifndef KANON_PLOT_CANVAS_H
#define KANON_PLOT_CANVAS_H

#include "plot/plot.h"

typedef struct Canvas Canvas;
/* NULL with a reason: cairo is not there. */
Canvas *canvas_create(PictureKind kind, int width, int height, EngineError *why);
/* Ends the drawing: the bytes of the picture go to `out`. Frees. False with a reason. */
bool canvas_finish(Canvas *c, Buf *out, EngineError *why);

void canvas_colour(Canvas *c, Colour colour, double opacity);
void canvas_rectangle(Canvas *c, double x, double y, double width, double height);
/* What lies outside of it is not drawn, until the next canvas_unclip. */
void canvas_clip(Canvas *c, double x, double y, double width, double height);
void canvas_unclip(Canvas *c);
/* Dashes: pairs of lengths drawn and not; n 0: a full line. */
void canvas_pen(Canvas *c, double width, const double *dashes, int n);
void canvas_line(Canvas *c, double x0, double y0, double x1, double y1);
/* A path that goes on from call to call, until it is drawn. */
void canvas_move(Canvas *c, double x, double y);
void canvas_go(Canvas *c, double x, double y);
void canvas_stroke(Canvas *c);
void canvas_circle(Canvas *c, double x, double y, double radius, bool filled);
/* Pixels, 0xRRGGBB each, row by row from the top, over that rectangle. */
void canvas_image(Canvas *c, const uint32_t *pixels, int columns, int rows, double x, double y,
                  double width, double height);

typedef enum { TEXT_LEFT, TEXT_MIDDLE, TEXT_RIGHT } TextAlign;
void canvas_font(Canvas *c, double size, bool bold);
double canvas_text_width(Canvas *c, const char *text);
/* y is the base line. */
void canvas_text(Canvas *c, const char *text, double x, double y, TextAlign align);
/* From below to above; x is the base line. */
void canvas_text_upwards(Canvas *c, const char *text, double x, double y);

#endif
