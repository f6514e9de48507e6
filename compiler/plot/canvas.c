/* Drawing, by cairo: the only file that sees cairo.h. In: lines, texts, images. Out: the bytes of a PNG or SVG.
 *
 * The library is opened when a picture is made: it brings those of fonts and X11 with it, which each start of kanon would pay for. */
#include "plot/canvas.h"

#include <cairo/cairo-svg.h>
#include <cairo/cairo.h>
#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>

#define CAIRO_FUNCTIONS(X)                                                                         \
    X(cairo_image_surface_create)                                                                  \
    X(cairo_image_surface_create_for_data)                                                         \
    X(cairo_svg_surface_create_for_stream)                                                         \
    X(cairo_svg_surface_set_document_unit)                                                         \
    X(cairo_surface_write_to_png_stream)                                                           \
    X(cairo_surface_finish)                                                                        \
    X(cairo_surface_destroy)                                                                       \
    X(cairo_surface_status)                                                                        \
    X(cairo_status_to_string)                                                                      \
    X(cairo_create)                                                                                \
    X(cairo_destroy)                                                                               \
    X(cairo_status)                                                                                \
    X(cairo_save)                                                                                  \
    X(cairo_restore)                                                                               \
    X(cairo_set_source_rgba)                                                                       \
    X(cairo_set_source_surface)                                                                    \
    X(cairo_get_source)                                                                            \
    X(cairo_pattern_set_filter)                                                                    \
    X(cairo_paint)                                                                                 \
    X(cairo_rectangle)                                                                             \
    X(cairo_clip)                                                                                  \
    X(cairo_reset_clip)                                                                            \
    X(cairo_fill)                                                                                  \
    X(cairo_stroke)                                                                                \
    X(cairo_move_to)                                                                               \
    X(cairo_line_to)                                                                               \
    X(cairo_arc)                                                                                   \
    X(cairo_new_path)                                                                              \
    X(cairo_set_line_width)                                                                        \
    X(cairo_set_line_join)                                                                         \
    X(cairo_set_dash)                                                                              \
    X(cairo_translate)                                                                             \
    X(cairo_rotate)                                                                                \
    X(cairo_scale)                                                                                 \
    X(cairo_select_font_face)                                                                      \
    X(cairo_set_font_size)                                                                         \
    X(cairo_text_extents)                                                                          \
    X(cairo_show_text)

struct Canvas {
    void *library;
#define MEMBER(function) __typeof__(&function) function;
    CAIRO_FUNCTIONS(MEMBER)
#undef MEMBER
    PictureKind kind;
    cairo_surface_t *surface;
    cairo_t *cairo;
    Buf bytes;
};

enum { FAILED = 3 }; /* what is missing lies outside of the program */

static bool open_library(Canvas *c, EngineError *why) {
    c->library = dlopen("libcairo.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!c->library)
        return engine_fails(why, FAILED,
                            "there is no cairo here to draw with: install the package libcairo2; "
                            "without -o the picture is drawn as text");
#define LOAD(function) *(void **)&c->function = dlsym(c->library, #function);
    CAIRO_FUNCTIONS(LOAD)
#undef LOAD
#define LACKS(function) || !c->function
    if (false CAIRO_FUNCTIONS(LACKS))
#undef LACKS
        return engine_fails(
            why, FAILED, "the cairo that is here lacks functions: install the package libcairo2");
    return true;
}

static cairo_status_t keep(void *canvas, const unsigned char *data, unsigned int size) {
    buf_add(&((Canvas *)canvas)->bytes, (const char *)data, size);
    return CAIRO_STATUS_SUCCESS;
}

Canvas *canvas_create(PictureKind kind, int width, int height, EngineError *why) {
    Canvas *c = alloc_zeroed(1, sizeof *c);
    c->kind = kind;
    if (!open_library(c, why)) {
        free(c);
        return NULL;
    }
    if (kind == PICTURE_SVG) {
        c->surface = c->cairo_svg_surface_create_for_stream(keep, c, width, height);
        c->cairo_svg_surface_set_document_unit(c->surface, CAIRO_SVG_UNIT_PX);
    } else {
        c->surface = c->cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    }
    c->cairo = c->cairo_create(c->surface);
    c->cairo_set_line_join(c->cairo, CAIRO_LINE_JOIN_ROUND);
    return c;
}

bool canvas_finish(Canvas *c, Buf *out, EngineError *why) {
    cairo_status_t status = c->cairo_status(c->cairo);
    c->cairo_destroy(c->cairo);
    if (status == CAIRO_STATUS_SUCCESS && c->kind == PICTURE_PNG)
        status = c->cairo_surface_write_to_png_stream(c->surface, keep, c);
    c->cairo_surface_finish(c->surface);
    if (status == CAIRO_STATUS_SUCCESS) status = c->cairo_surface_status(c->surface);
    c->cairo_surface_destroy(c->surface);
    if (status == CAIRO_STATUS_SUCCESS) buf_add(out, c->bytes.data, c->bytes.length);
    if (status != CAIRO_STATUS_SUCCESS)
        engine_fails(why, FAILED, "the picture cannot be drawn: %s",
                     c->cairo_status_to_string(status));
    buf_free(&c->bytes);
    free(c);
    return status == CAIRO_STATUS_SUCCESS;
}

/* ---- lines and areas -------------------------------------------------------------------------------- */

void canvas_colour(Canvas *c, Colour colour, double opacity) {
    c->cairo_set_source_rgba(c->cairo, colour.r, colour.g, colour.b, opacity);
}

void canvas_rectangle(Canvas *c, double x, double y, double width, double height) {
    c->cairo_rectangle(c->cairo, x, y, width, height);
    c->cairo_fill(c->cairo);
}

void canvas_clip(Canvas *c, double x, double y, double width, double height) {
    c->cairo_rectangle(c->cairo, x, y, width, height);
    c->cairo_clip(c->cairo);
}

void canvas_unclip(Canvas *c) {
    c->cairo_reset_clip(c->cairo);
}

void canvas_pen(Canvas *c, double width, const double *dashes, int n) {
    c->cairo_set_line_width(c->cairo, width);
    c->cairo_set_dash(c->cairo, dashes, n, 0);
}

void canvas_line(Canvas *c, double x0, double y0, double x1, double y1) {
    canvas_move(c, x0, y0);
    canvas_go(c, x1, y1);
    canvas_stroke(c);
}

void canvas_move(Canvas *c, double x, double y) {
    c->cairo_move_to(c->cairo, x, y);
}

void canvas_go(Canvas *c, double x, double y) {
    c->cairo_line_to(c->cairo, x, y);
}

void canvas_stroke(Canvas *c) {
    c->cairo_stroke(c->cairo);
}

void canvas_circle(Canvas *c, double x, double y, double radius, bool filled) {
    c->cairo_new_path(c->cairo);
    c->cairo_arc(c->cairo, x, y, radius, 0, 2 * M_PI);
    if (filled)
        c->cairo_fill(c->cairo);
    else
        c->cairo_stroke(c->cairo);
}

void canvas_image(Canvas *c, const uint32_t *pixels, int columns, int rows, double x, double y,
                  double width, double height) {
    cairo_surface_t *image = c->cairo_image_surface_create_for_data(
        (unsigned char *)pixels, CAIRO_FORMAT_RGB24, columns, rows, 4 * columns);
    c->cairo_save(c->cairo);
    c->cairo_translate(c->cairo, x, y);
    c->cairo_scale(c->cairo, width / columns, height / rows);
    c->cairo_set_source_surface(c->cairo, image, 0, 0);
    c->cairo_pattern_set_filter(c->cairo_get_source(c->cairo), CAIRO_FILTER_NEAREST);
    c->cairo_paint(c->cairo);
    c->cairo_restore(c->cairo);
    c->cairo_surface_finish(image); /* an SVG has copied it by now */
    c->cairo_surface_destroy(image);
}

/* ---- text ------------------------------------------------------------------------------------------- */

void canvas_font(Canvas *c, double size, bool bold) {
    c->cairo_select_font_face(c->cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                              bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    c->cairo_set_font_size(c->cairo, size);
}

double canvas_text_width(Canvas *c, const char *text) {
    cairo_text_extents_t e;
    c->cairo_text_extents(c->cairo, text, &e);
    return e.x_advance;
}

void canvas_text(Canvas *c, const char *text, double x, double y, TextAlign align) {
    const double width = align == TEXT_LEFT ? 0 : canvas_text_width(c, text);
    canvas_move(c, align == TEXT_LEFT ? x : align == TEXT_RIGHT ? x - width : x - width / 2, y);
    c->cairo_show_text(c->cairo, text);
    c->cairo_new_path(c->cairo);
}

void canvas_text_upwards(Canvas *c, const char *text, double x, double y) {
    const double width = canvas_text_width(c, text);
    c->cairo_save(c->cairo);
    c->cairo_translate(c->cairo, x, y + width / 2);
    c->cairo_rotate(c->cairo, -M_PI / 2);
    canvas_move(c, 0, 0);
    c->cairo_show_text(c->cairo, text);
    c->cairo_restore(c->cairo);
    c->cairo_new_path(c->cairo);
}
