/* Functions of a text for libtcc that have many variables. */
#ifndef KANON_MACHINE_LARGE_FUNCTIONS_H
#define KANON_MACHINE_LARGE_FUNCTIONS_H

#include "base/base.h"

/* `memory_at` is where in the state the variables of functions go that have many; gives the bytes they need. */
size_t large_functions_rewrite(Buf *functions, int strip, size_t memory_at);

#endif
