/* What a file, a compiler, a device or a machine answered, for whoever asked.
 * In: an exit status, a text. Out: an EngineError. */
#include "base/base.h"

bool engine_fails(EngineError *why, int status, const char *fmt, ...) {
    va_list args;
    *why = (EngineError){.status = status};
    va_start(args, fmt);
    vsnprintf(why->message, sizeof why->message, fmt, args);
    va_end(args);
    return false;
}
