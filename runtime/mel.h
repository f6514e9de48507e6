/* Mel spectra: what is known of a frame before any sound is there.
 *
 * A frame is as many samples as the transform has points, weighed by a window. Of the power of its bins each filter of a bank
 * takes the sum, by weights: a triangle over the frequencies between its neighbours. `weights` has for each filter `count` of
 * them, a multiple of KN_MEL_GROUP, from bin `first` on; those in excess are 0. */
#ifndef KANON_MEL_H
#define KANON_MEL_H

#include <stdint.h>

enum { KN_MEL_GROUP = 8 };

typedef struct KnMelFilter {
    int32_t first, count;
} KnMelFilter;

typedef struct KnMel {
    int32_t size, mels;
    const float *window;        /* [size] */
    const KnMelFilter *filters; /* [mels] */
    const float *weights;       /* of all filters, one after the other */
} KnMel;

#endif
