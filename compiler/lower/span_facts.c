/* What can be told of spans. In: the spans of a program and those of rows of its rolls. Out: how many terms cost only while they
 * sound, how many of them at most at once, and those that are endless (lower/spans.c counts them). */
#include "lower/lower.h"

#include <stdlib.h>

static int by_frame(const void *a, const void *b) {
    const SpanEvent *x = a, *y = b;
    return x->frame != y->frame ? (x->frame > y->frame) - (x->frame < y->frame) : x->by - y->by;
}

void span_events_add(SpanEvent *events, int *n, int64_t from, int64_t until) {
    events[(*n)++] = (SpanEvent){from, 1};
    events[(*n)++] = (SpanEvent){until, -1};
}

int span_most_at_once(SpanEvent *events, int n) {
    int now = 0, most = 0;
    if (n > 1) qsort(events, (size_t)n, sizeof *events, by_frame);
    for (int i = 0; i < n; i++) {
        now += events[i].by;
        if (now > most) most = now;
    }
    return most;
}

static int count_rows(const KernelEmitter *k) {
    int rows = 0;
    for (int i = 0; k->row_spans && i < k->p->nrolls; i++)
        if (k->row_spans[i]) rows += k->p->rolls[i].terms;
    return rows;
}

/* The span of a term around one; sides of choices are none. -1: there is none. */
static int term_around(const KernelEmitter *k, int span) {
    do
        span = k->spans[span].outer;
    while (span >= 0 && k->spans[span].choice);
    return span;
}

/* Spans within spans are counted, not those around them. */
SpanFacts kernel_span_facts(const KernelEmitter *k) {
    SpanFacts facts = k->span_facts;
    SpanEvent *events = alloc_room(2 * (size_t)(k->nspans + count_rows(k)) + 1, sizeof *events);
    uint8_t *around = alloc_zeroed((size_t)k->nspans + 1, 1);
    int n = 0;
    for (int i = 0; i < k->nspans; i++) {
        const int outer = k->spans[i].choice ? -1 : term_around(k, i);
        if (outer >= 0) around[outer] = 1;
    }
    for (int i = 0; i < k->nspans; i++)
        if (!around[i] && !k->spans[i].choice)
            span_events_add(events, &n, k->spans[i].from, k->spans[i].until);
    for (int i = 0; k->row_spans && i < k->p->nrolls; i++)
        for (int j = 0; k->row_spans[i] && j < k->p->rolls[i].terms; j++)
            span_events_add(events, &n, k->row_spans[i][j].from, k->row_spans[i][j].until);
    facts.terms = n / 2;
    facts.at_once = span_most_at_once(events, n);
    free(events);
    free(around);
    return facts;
}
