/* Colours. In: the number of a series, or a level. Out: sRGB. */
#include "plot/plot.h"

#include <math.h>

/* Okabe and Ito 2008, "Color Universal Design": told apart by those with protanopia, deuteranopia and tritanopia as well. On a dark
 * ground the two that are nearly as dark are lighter. */
Colour series_colour(int style, bool dark) {
    static const Colour on_light[SERIES_COLOURS] = {{0.00, 0.35, 0.65}, {0.80, 0.33, 0.00},
                                                    {0.00, 0.55, 0.40}, {0.72, 0.35, 0.58},
                                                    {0.56, 0.44, 0.00}, {0.20, 0.20, 0.20}};
    static const Colour on_dark[SERIES_COLOURS] = {{0.34, 0.71, 0.91}, {0.95, 0.50, 0.20},
                                                   {0.15, 0.75, 0.58}, {0.87, 0.57, 0.75},
                                                   {0.95, 0.80, 0.25}, {0.90, 0.90, 0.90}};
    return (dark ? on_dark : on_light)[style % SERIES_COLOURS];
}

/* Green 2011, "A colour scheme for the display of astronomical intensity images", Bulletin of the Astronomical Society of India 39:
 * a helix about the diagonal of the cube of colours, along which the luma is the level itself. */
Colour level_colour(double level) {
    const double start = 0.15, turns = 0.5, hue = 1.5;
    const double l = level < 0 ? 0 : level > 1 ? 1 : level;
    const double angle = 2 * M_PI * (start / 3 + 1 + turns * l), a = hue * l * (1 - l) / 2;
    const double c = a * cos(angle), s = a * sin(angle);
    const double all[3] = {l - 0.14861 * c + 1.78277 * s, l - 0.29227 * c - 0.90649 * s,
                           l + 1.97294 * c};
    return (Colour){fmin(fmax(all[0], 0), 1), fmin(fmax(all[1], 0), 1), fmin(fmax(all[2], 0), 1)};
}
