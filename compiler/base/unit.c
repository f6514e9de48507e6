/* In: a number and the unit it is written in. Out: the number that is meant, in Hz, seconds, radians or as a ratio; and
 * back. */
#include "base/unit.h"

#include <math.h>
#include <string.h>

/* A small unit divides: 12 / 1000 is the double nearest to 0.012, 12 * 0.001 is not. */
static const struct {
    const char *suffix;
    UnitScale scale;
    double factor;
} units[] = {
    [UNIT_NONE] = {"", SCALE_TIMES, 1},
    [UNIT_HZ] = {"Hz", SCALE_TIMES, 1},
    [UNIT_KHZ] = {"kHz", SCALE_TIMES, 1000},
    [UNIT_S] = {"s", SCALE_TIMES, 1},
    [UNIT_MS] = {"ms", SCALE_OVER, 1000},
    [UNIT_US] = {"us", SCALE_OVER, 1000000},
    [UNIT_MIN] = {"min", SCALE_TIMES, 60},
    [UNIT_BPM] = {"bpm", SCALE_OVER, 60},
    [UNIT_DB] = {"dB", SCALE_POWER_OF_10, 20},
    [UNIT_ST] = {"st", SCALE_POWER_OF_2, 12},
    [UNIT_CENTS] = {"cents", SCALE_POWER_OF_2, 1200},
    [UNIT_DEG] = {"deg", SCALE_PI_OVER, 180},
};

UnitScale unit_scale(Unit unit, double *factor) {
    *factor = units[unit].factor;
    return units[unit].scale;
}

const char *unit_name(Unit unit) {
    return units[unit].suffix;
}

Unit unit_of_name(const char *name) {
    for (int i = UNIT_NONE; i <= UNIT_DEG; i++)
        if (strcmp(units[i].suffix, name) == 0) return (Unit)i;
    return UNIT_NONE;
}

double unit_value(double number, Unit unit) {
    double factor = units[unit].factor;
    switch (units[unit].scale) {
    case SCALE_TIMES: return number * factor;
    case SCALE_OVER: return number / factor;
    case SCALE_PI_OVER: return number * 3.14159265358979323846 / factor;
    case SCALE_POWER_OF_2: return exp2(number / factor);
    case SCALE_POWER_OF_10: return pow(10, number / factor);
    }
    return number;
}

double unit_number(double value, Unit unit) {
    double factor = units[unit].factor;
    switch (units[unit].scale) {
    case SCALE_TIMES: return value / factor;
    case SCALE_OVER: return value * factor;
    case SCALE_PI_OVER: return value * factor / 3.14159265358979323846;
    case SCALE_POWER_OF_2: return log2(value) * factor;
    case SCALE_POWER_OF_10: return log10(value) * factor;
    }
    return value;
}
