/* What can be told of the spans of a program: see lower/spans.c. */
#ifndef KANON_SPAN_FACTS_H
#define KANON_SPAN_FACTS_H

#include "graph/graph.h"

/* Why a term that begins is computed until the end. */
typedef enum {
    ENDLESS_SOUND,  /* nothing says that it ends */
    ENDLESS_NUMBER, /* what is multiplied by silence may be infinite */
    ENDLESS_ERROR,  /* it fades, but behind the sum the smallest error may show */
    ENDLESS_REASONS
} EndlessReason;

typedef struct SpanFacts {
    int terms;   /* that are computed only while they sound */
    int at_once; /* the most of them */
    struct {
        int terms;
        NodeId first; /* one of them, in the lowered graph */
    } endless[ENDLESS_REASONS];
} SpanFacts;

#endif
