/* Proofs of stdlib/colours.kn: published codes and matrices, and inverses. */
#include "library.h"

#include <math.h>

static double decoded(double c) {
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double srgb_form(int channel, double t) {
    return decoded(channel == 0 ? t : channel == 1 ? 1 - t : 0.5);
}

static double srgb_error(void) {
    return error_of_forms("out(t) = srgb(t, 1 - t, 0.5)", 1, srgb_form);
}

/* By the six sectors, as A. R. Smith's "Color Gamut Transform Pairs" (1978) has them. */
static double hsv_form(int channel, double t) {
    const double hue = 6 * (t - floor(t)), s = 0.8, v = 0.9, f = hue - floor(hue);
    const double p = v * (1 - s), q = v * (1 - s * f), u = v * (1 - s * (1 - f));
    const double sectors[6][3] = {{v, u, p}, {q, v, p}, {p, v, u}, {p, q, v}, {u, p, v}, {v, p, q}};
    return decoded(sectors[(int)hue][channel]);
}

static double hsv_error(void) {
    return error_of_forms("out(t) = hsv(t, 0.8, 0.9)", 1, hsv_form);
}

/* From the page that made OKLab known: https://bottosson.github.io/posts/oklab/, of white and of primaries. */
NUMBERS(to_oklab_white, "to_oklab([1, 1, 1])", 1.0, 0.0, 0.0)
NUMBERS(to_oklab_red, "to_oklab([1, 0, 0])", 0.62796, 0.22486, 0.12585)
NUMBERS(to_oklab_green, "to_oklab([0, 1, 0])", 0.86644, -0.23389, 0.17950)
NUMBERS(to_oklab_blue, "to_oklab([0, 0, 1])", 0.45201, -0.03246, -0.31153)

static double to_oklab_error(void) {
    return fmax(fmax(to_oklab_white_error(), to_oklab_red_error()),
                fmax(to_oklab_green_error(), to_oklab_blue_error()));
}

static double round_trip_form(int channel, double t) {
    return channel == 0 ? t : channel == 1 ? 1 - t : t * t;
}

static double oklab_error(void) {
    return error_of_forms("back(c) = { [l, a, b] = to_oklab(c); oklab(l, a, b) }\n"
                          "out(t) = back([t, 1 - t, t * t])",
                          1, round_trip_form);
}

static double oklch_form(int channel, double t) {
    const double a = 0.1 * cos(2 * M_PI * t), b = 0.1 * sin(2 * M_PI * t), lightness = 0.7;
    const double l = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3),
                 m = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3),
                 s = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    const double rgb[] = {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
                          -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
                          -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
    return rgb[channel];
}

static double oklch_error(void) {
    return error_of_forms("out(t) = oklch(0.7, 0.1, t)", 1, oklch_form);
}

/* Between black and white, and between colours of one lightness, the lightness is a straight line. */
FORM(blend, 1, "out(t) = to_oklab(blend([0, 0, 0], [1, 1, 1], t))[0]", t)
FORM(gradient, 1, "out(t) = to_oklab(gradient([[0, 0, 0], [1, 1, 1], [0, 0, 0]], t))[0]",
     1 - fabs(2 * t - 1))
NUMBERS(gradient_ends, "gradient([[1, 0, 0], [0, 1, 0], [0.2, 0.3, 0.4]], 5)", 0.2, 0.3, 0.4)

static double palette_form(int channel, double t) {
    return 0.5 + 0.4 * cos(2 * M_PI * ((1 + channel) * t + 0.1 * channel));
}

static double palette_error(void) {
    return error_of_forms(
        "out(t) = palette(t, [0.5, 0.5, 0.5], [0.4, 0.4, 0.4], [1, 2, 3], [0, 0.1, 0.2])", 1,
        palette_form);
}

FORM(luminance, 1, "out(t) = luminance([t, 1 - t, 0.5])",
     0.2126 * t + 0.7152 * (1 - t) + 0.0722 * 0.5)

const Proof colours_proofs[] = {
    {"srgb", PUBLISHED, "IEC 61966-2-1", srgb_error, 1e-9, ""},
    {"hsv", PUBLISHED, "six sectors (Smith 1978)", hsv_error, 1e-9, ""},
    {"to_oklab", PUBLISHED, "white and primaries (Ottosson 2020)", to_oklab_error, 2e-5, ""},
    {"oklab", LAW, "of to_oklab it is what was", oklab_error, 1e-6, ""},
    {"oklch", CLOSED_FORM, "oklab of chroma and hue", oklch_error, 1e-9, ""},
    {"blend", LAW, "lightness from black to white is a line", blend_error, 1e-6, ""},
    {"gradient", LAW, "lightness up and down", gradient_error, 1e-6, ""},
    {"gradient", LAW, "the last colour beyond the end", gradient_ends_error, 1e-6, ""},
    {"palette", CLOSED_FORM, "a + b cos(tau (c x + d))", palette_error, 1e-9, ""},
    {"luminance", PUBLISHED, "ITU-R BT.709", luminance_error, 1e-9, ""},
    {0},
};

#define X "param x = 0 in 0..1\n"

const Stress colours_stresses[] = {
    {"srgb", X "out = srgb(x, 1 - x, 0.5)"},
    {"hsv", X "out = hsv(x, x, 1)"},
    {"oklab", X "out = oklab(x, 0.1, x - 0.5)"},
    {"oklch", X "out = oklch(x, 0.1, x)"},
    {"to_oklab", X "out = to_oklab([x, 1 - x, x * x])"},
    {"blend", X "out = blend([1, 0, 0], [0, 0, 1], x)"},
    {"gradient", X "out = gradient([[1, 0, 0], [0, 0, 1]], x)"},
    {"palette", X "out = palette(x, [0.5, 0.5, 0.5], [0.5, 0.5, 0.5], [1, 1, 1], [0, 0.3, 0.6])"},
    {"luminance", X "out = luminance([x, 1, 0])"},
    {0},
};
