/* How a linear system answers each frequency, from what it makes of an impulse. */
#ifndef KANON_MEASURE_RESPONSE_H
#define KANON_MEASURE_RESPONSE_H

#include "measure/spectrum.h"

typedef struct Response {
    int bins;
    double spacing;    /* Hz between bins; the first is 0 Hz */
    double *magnitude; /* dB */
    double *phase;     /* degrees, unwrapped from 0 Hz on; NAN where nothing comes through */
    double *delay;     /* group delay in seconds; NAN likewise */
} Response;

/* All frames of the impulse response, which begins when the impulse comes. */
Response *response_measure(const Channel *impulse_response);
void response_free(Response *r);

#endif
