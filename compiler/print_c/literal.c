/* Numbers as C. In: a value. Out: the shortest text that means it, in memory that sixteen of them share. */
#include "print_c/print_c.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static char *room_for_number(Emitter *e) {
    return e->numbers[e->uses++ % 16];
}

/* The shortest text that means the same. */
static void double_text(double value, char *text, size_t size) {
    if (fabs(value) < 1e15 && value == (double)(int64_t)value && (value != 0 || !signbit(value))) {
        snprintf(text, size, "%lld.0", (long long)value);
        return;
    }
    snprintf(text, size, "%.15g", value);
    if (strtod(text, NULL) != value) snprintf(text, size, "%.17g", value);
    if (!strpbrk(text, ".e")) strcat(text, ".0");
}

const char *emit_literal(Emitter *e, double value, bool wide) {
    char *text = room_for_number(e);
    if (isnan(value)) return wide ? "KN_NAN" : "KN_NANF";
    if (!wide) value = (double)(float)value; /* it may be beyond what float holds */
    if (isinf(value))
        return value > 0 ? (wide ? "KN_INF" : "KN_INFF") : (wide ? "-KN_INF" : "-KN_INFF");
    if (wide) {
        double_text(value, text, 90);
        return text;
    }
    snprintf(text, 90, "%.9g", value);
    if (!strpbrk(text, ".e")) strcat(text, ".0");
    strcat(text, "f");
    return text;
}

const char *emit_word(Emitter *e, uint64_t word) {
    char *text = room_for_number(e);
    snprintf(text, NUMBER_LETTERS, "UINT64_C(0x%llx)", (unsigned long long)word);
    return text;
}
