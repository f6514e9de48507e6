/* Fourier transforms as C: plans, and files of one transform. */
#ifndef KANON_PRINT_C_FOURIER_H
#define KANON_PRINT_C_FOURIER_H

#include "base/base.h"
#include "runtime/fourier_plan.h"

/* The longest transform that is written: its table is as long as several. */
enum { FOURIER_MOST_IN_C = 1 << 20 };

/* A plan as `static const KnFourier NAME`, for kn_rfft and the other transforms of its kind, with its table and its passes in front.
 * What that names of the runtime emit_runtime finds. */
void print_fourier_plan(const char *name, const KnFourier *plan, Buf *out);

/* A whole file with a function NAME, one way of the transform of a plan: all that it needs, and how it is used. */
void print_fourier_file(const char *name, const KnFourier *plan, bool inverse, Buf *out);

#endif
