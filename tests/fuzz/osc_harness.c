/* Packets of OSC for clang's libFuzzer: `make fuzz-osc`. In: bytes. What is taken
 * lies within the packet, a message is a packet that says the same, and patterns end. */
#include "../../compiler/play/osc_packet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Seen {
    const uint8_t *packet;
    size_t size;
    int depth;
} Seen;

static void check(bool good) {
    if (!good) abort();
}

static void is_within(const Seen *s, const char *text) {
    const char *begin = (const char *)s->packet;
    check(text >= begin && text < begin + s->size);
    check(memchr(text, 0, (size_t)(begin + s->size - text)) != NULL);
}

static void take(void *seen, const OscMessage *m) {
    const Seen *s = seen;
    const char *why;
    is_within(s, m->address);
    check(*m->address == '/' && m->n >= 0 && m->n <= OSC_MOST_ARGUMENTS);
    for (int i = 0; i < m->n; i++)
        if (m->arguments[i].text) is_within(s, m->arguments[i].text);
    osc_matches(m->address, m->n > 0 && m->arguments[0].text ? m->arguments[0].text : "cutoff");
    if (s->depth > 0) return;
    Seen again = {m->bytes, m->size, 1};
    check(osc_read(m->bytes, m->size, take, &again, &why));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *why;
    uint8_t *copy = malloc(size > 0 ? size : 1); /* so that what lies behind it is watched */
    memcpy(copy, data, size);
    Seen seen = {copy, size, 0};
    check(osc_read(copy, size, take, &seen, &why) == !why);
    free(copy);
    return 0;
}
