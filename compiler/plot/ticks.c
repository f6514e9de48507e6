/* Where the marks of an axis stand and what they say. In: an axis, and how many labels have room. Out: round values. */
#include "plot/plot.h"

#include <math.h>
#include <string.h>

double axis_place(const Axis *axis, double value) {
    if (axis->log) return log(value / axis->low) / log(axis->high / axis->low);
    return (value - axis->low) / (axis->high - axis->low);
}

double axis_value(const Axis *axis, double place) {
    if (axis->log) return axis->low * pow(axis->high / axis->low, place);
    return axis->low + place * (axis->high - axis->low);
}

void axis_title(const Axis *axis, Buf *out) {
    buf_puts(out, axis->title ? axis->title : "");
    if (axis->unit && *axis->unit) buf_printf(out, " (%s)", axis->unit);
}

/* As many digits as the step has: 0.25, 0.50; 100, 1k, 10k where thousands have a letter. */
static void write_label(const Axis *axis, double value, double step, Tick *tick) {
    const bool thousands = strcmp(axis->unit, "Hz") == 0 && fabs(value) >= 1000;
    const double scale = thousands ? 1000 : 1;
    int digits = 0;
    for (double s = step / scale; digits < 9 && fabs(s - rint(s)) > 1e-6 * s; digits++)
        s *= 10;
    if (value == 0) value = 0; /* without a sign */
    if (step < 1e-6 || fabs(value) >= 1e7)
        snprintf(tick->label, sizeof tick->label, "%.6g", value);
    else
        snprintf(tick->label, sizeof tick->label, "%.*f%s", digits, value / scale,
                 thousands ? "k" : "");
}

/* ---- steps that are even -------------------------------------------------------------------------- */

/* The next larger step. */
static double round_up(double step) {
    const double ten = pow(10, floor(log10(step)));
    for (int i = 0; i < 3; i++)
        if (ten * (double[]){1, 2, 5}[i] >= step * (1 - 1e-9)) return ten * (double[]){1, 2, 5}[i];
    return 10 * ten;
}

static double round_up_degrees(double step) {
    static const double parts[] = {15, 30, 45, 90, 180};
    if (step <= 5) return round_up(step);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i] >= step * (1 - 1e-9)) return parts[i];
    return 360 * round_up(step / 360);
}

/* The least round step of which no more multiples lie on the axis than have room. */
static double choose_step(const Axis *axis, int labels) {
    const bool degrees = strcmp(axis->unit, "°") == 0;
    double step = (axis->high - axis->low) / (labels + 1);
    for (;; step *= 1.01) {
        step = degrees ? round_up_degrees(step) : round_up(step);
        const double first = ceil(axis->low / step - 1e-6), last = floor(axis->high / step + 1e-6);
        if (last - first + 1 <= labels) return step;
    }
}

/* Into how many parts a step falls that has no room for more labels. */
static int parts_of(const Axis *axis, double step) {
    const double first = step / pow(10, floor(log10(step * (1 + 1e-9))));
    if (strcmp(axis->unit, "°") == 0) return 3;
    return first > 1.5 && first < 3 ? 4 : 5;
}

static void even_ticks(const Axis *axis, int labels, Ticks *ticks) {
    const double step = choose_step(axis, labels > 2 ? labels : 2);
    const int parts = parts_of(axis, step);
    const double minor = step / parts, slack = 1e-6 * minor;
    for (double k = ceil((axis->low - slack) / minor);
         k * minor <= axis->high + slack && ticks->n < MOST_TICKS; k++) {
        Tick *tick = &ticks->items[ticks->n++];
        *tick = (Tick){.at = k * minor, .major = fmod(k, parts) == 0};
        if (tick->major) write_label(axis, tick->at, step, tick);
    }
}

/* ---- logarithmic ------------------------------------------------------------------------------------ */

/* Of each decade 1, 2, 5 have labels where there is room, else 1 and 3, else 1 alone, else that of each second decade and so on. */
static void log_ticks(const Axis *axis, int labels, Ticks *ticks) {
    const double decades = log10(axis->high / axis->low);
    const char *const digits = 3 * decades + 1 <= labels   ? "125"
                               : 2 * decades + 1 <= labels ? "13"
                                                           : "1";
    const int each = digits[1] ? 1 : (int)ceil(decades / (labels > 1 ? labels : 1));
    for (int decade = (int)floor(log10(axis->low)); decade <= (int)ceil(log10(axis->high));
         decade++)
        for (int digit = 1; digit < 10 && ticks->n < MOST_TICKS; digit++) {
            const double at = digit * pow(10, decade);
            if (at < axis->low * (1 - 1e-9) || at > axis->high * (1 + 1e-9)) continue;
            Tick *tick = &ticks->items[ticks->n++];
            *tick = (Tick){.at = at};
            tick->major = decade % each == 0 && strchr(digits, '0' + digit) != NULL;
            if (tick->major) write_label(axis, at, at, tick);
        }
}

/* A logarithmic axis of less than a decade has round steps like any other. */
void ticks_choose(const Axis *axis, int labels, Ticks *ticks) {
    ticks->n = 0;
    if (!(axis->high > axis->low) || !isfinite(axis->high - axis->low)) return;
    if (axis->log && axis->high >= 10 * axis->low)
        log_ticks(axis, labels, ticks);
    else
        even_ticks(axis, labels, ticks);
}
