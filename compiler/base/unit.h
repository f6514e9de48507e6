/* The units that numbers are written in. */
#ifndef KANON_BASE_UNIT_H
#define KANON_BASE_UNIT_H

typedef enum {
    UNIT_NONE,
    UNIT_HZ,
    UNIT_KHZ,
    UNIT_S,
    UNIT_MS,
    UNIT_US,
    UNIT_MIN,
    UNIT_BPM,
    UNIT_DB,
    UNIT_ST,
    UNIT_CENTS,
    UNIT_DEG
} Unit;
/* What a number means: times a factor; over one; pi / factor times; 2 and 10 to the power of number / factor. */
typedef enum {
    SCALE_TIMES,
    SCALE_OVER,
    SCALE_PI_OVER,
    SCALE_POWER_OF_2,
    SCALE_POWER_OF_10
} UnitScale;
UnitScale unit_scale(Unit unit, double *factor);
const char *unit_name(Unit unit);            /* "Hz"; "" for UNIT_NONE */
Unit unit_of_name(const char *name);         /* UNIT_NONE where no unit has that name */
double unit_value(double number, Unit unit); /* 440 Hz -> 440, -6 dB -> 0.501 */
double unit_number(double value,
                   Unit unit); /* and back; not finite: no number of that unit is it */

#endif
