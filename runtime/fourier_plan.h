/* Plans of Fourier transforms, and the transforms of each instruction set. fourier.h says what a plan is and what is done with it. */
#ifndef KANON_FOURIER_PLAN_H
#define KANON_FOURIER_PLAN_H

#include "fourier.h"
#include "kernels.h"

#include <stddef.h>

typedef enum { FOURIER_REAL = 0, FOURIER_COMPLEX = 1, FOURIER_DOUBLE = 2 } FourierKind;

/* The longest transform. */
enum { FOURIER_MOST = 1 << 26 };

/* Chooses the passes of a transform of n points; kind is the sum of what it is. False where n is not 2^a 3^b 5^c, below 1 or
 * above FOURIER_MOST. Then the caller makes a table of fourier_turns numbers, has it filled by fourier_fill, and lets turns or
 * wide_turns point to it. Plans are the same on all machines. */
bool fourier_plan(KnFourier *f, int64_t n, int kind);
size_t fourier_turns(const KnFourier *f);
/* turns: floats or doubles, as the plan is. Each is the nearest number to the exact one, or its neighbour. */
void fourier_fill(const KnFourier *f, void *turns);
/* So many numbers a transform wants as work. */
size_t fourier_work(const KnFourier *f);
/* The least number 2^a 3^b 5^c that is not below n; 0 where that is above FOURIER_MOST. */
int64_t fourier_next(int64_t n);

/* The transforms of a set; NULL where the library was built without it. */
typedef struct FourierTransforms {
#define FOURIER(name, arguments) void(*name) arguments;
#include "fourier.def"
#undef FOURIER
} FourierTransforms;
const FourierTransforms *fourier_for(KernelSet set);

#endif
