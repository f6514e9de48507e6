/* What the files of mode picture share: a program under test, and what the reference makes of it. */
#ifndef KANON_TESTS_MODE_PICTURE_H
#define KANON_TESTS_MODE_PICTURE_H

#include "driver.h"

enum { WIDTH = 61, HEIGHT = 23, ROW = WIDTH + 3, CHANNELS = 4, MOMENTS = 3, PICTURE_RATE = 48000 };
#define PICTURE_DEPTH 0.25
extern const double picture_moments[MOMENTS];

typedef float Pixels[HEIGHT][CHANNELS][ROW];

typedef struct Picturing {
    const Test *test;
    char *text;
    double tolerance;
    Pixels reference[MOMENTS], got[MOMENTS];
} Picturing;

/* Is it the reference, within the tolerance? */
bool same_pixels(const Picturing *p, const char *what, int moment, const Pixels got);

/* mode_picture_c.c: is the picture that emitted C paints the reference too? */
bool c_paints(Picturing *p);

#endif
