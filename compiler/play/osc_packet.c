/* Packets of OSC 1.0.
 * In: bytes of whoever sends. Out: messages; nothing outside of the packet is read, whatever it says.
 *
 * A packet is a message, or "#bundle", a time and packets, each behind its size. All sizes are multiples of 4, numbers stand with their
 * highest byte first, texts end with a zero. */
#include "play/osc_packet.h"

#include <string.h>

enum { DEEPEST = 8, PATTERN_STEPS = 100000 };

typedef struct Reader {
    const uint8_t *bytes;
    size_t size, at;
    const char *why; /* NULL: it is well-formed so far */
} Reader;

static void fail(Reader *r, const char *why) {
    if (!r->why) r->why = why;
    r->at = r->size;
}

static uint64_t read_number(Reader *r, size_t bytes) {
    uint64_t number = 0;
    if (r->size - r->at < bytes) {
        fail(r, "it ends within a number");
        return 0;
    }
    for (size_t i = 0; i < bytes; i++)
        number = number << 8 | r->bytes[r->at++];
    return number;
}

static const char *read_text(Reader *r) {
    const size_t left = r->size - r->at, length = strnlen((const char *)r->bytes + r->at, left);
    const char *text = (const char *)r->bytes + r->at;
    if (length == left || (length & ~(size_t)3) + 4 > left) {
        fail(r, "a text has no end");
        return "";
    }
    r->at += (length & ~(size_t)3) + 4;
    return text;
}

static void skip_blob(Reader *r) {
    const uint64_t size = read_number(r, 4), whole = (size + 3) & ~(uint64_t)3;
    if (whole > r->size - r->at)
        fail(r, "a blob is longer than the packet");
    else
        r->at += whole;
}

/* ---- messages ------------------------------------------------------------------------------------- */

static double as_float(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return (double)x;
}

static double as_double(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static OscArgument read_argument(Reader *r, char type) {
    OscArgument a = {.type = type};
    switch (type) {
    case 'i': a.number = (int32_t)read_number(r, 4); break;
    case 'f': a.number = as_float((uint32_t)read_number(r, 4)); break;
    case 'h': a.number = (double)(int64_t)read_number(r, 8); break;
    case 'd': a.number = as_double(read_number(r, 8)); break;
    case 's':
    case 'S': a.text = read_text(r); break;
    case 'b': skip_blob(r); break;
    case 'c':
    case 'r':
    case 'm': read_number(r, 4); break;
    case 't': read_number(r, 8); break;
    case 'T': a.number = 1; break;
    case 'F':
    case 'N':
    case 'I':
    case '[':
    case ']': break;
    default: fail(r, "an argument has a type that OSC has not");
    }
    return a;
}

/* Old senders leave the types out where there are no arguments. */
static void read_message(Reader *r, uint64_t time, OscTaking *taking, void *context) {
    OscMessage m = {.time = time, .bytes = r->bytes, .size = r->size};
    m.address = read_text(r);
    const char *types = r->at < r->size ? read_text(r) : ",";
    if (*m.address != '/') fail(r, "an address begins with /");
    if (*types != ',') fail(r, "types begin with a comma");
    for (int i = 1; !r->why && types[i]; i++) {
        const OscArgument a = read_argument(r, types[i]);
        if (m.n < OSC_MOST_ARGUMENTS) m.arguments[m.n++] = a;
    }
    if (!r->why && taking) taking(context, &m);
}

static bool is_bundle(const Reader *r) {
    return r->size >= 16 && memcmp(r->bytes, "#bundle", 8) == 0;
}

/* taking NULL: only looks. */
static const char *read_packet(Reader r, int depth, uint64_t time, OscTaking *taking,
                               void *context) {
    if (r.size % 4 != 0 || r.size < 4) fail(&r, "its size is no multiple of 4");
    if (depth > DEEPEST) fail(&r, "bundles lie too deep in each other");
    if (!r.why && !is_bundle(&r)) {
        read_message(&r, time, taking, context);
        return r.why;
    }
    if (r.why) return r.why;
    r.at = 8;
    time = read_number(&r, 8);
    while (!r.why && r.at < r.size) {
        const uint64_t size = read_number(&r, 4);
        if (size > r.size - r.at) {
            fail(&r, "a part is longer than the packet");
            break;
        }
        const Reader part = {.bytes = r.bytes + r.at, .size = size};
        const char *why = read_packet(part, depth + 1, time, taking, context);
        r.at += size;
        if (why) fail(&r, why);
    }
    return r.why;
}

bool osc_read(const uint8_t *packet, size_t size, OscTaking *taking, void *context,
              const char **why) {
    const Reader r = {.bytes = packet, .size = size};
    *why = read_packet(r, 0, 1, NULL, NULL);
    if (!*why) read_packet(r, 0, 1, taking, context);
    return !*why;
}

/* ---- writing ----------------------------------------------------------------------------------------- */

typedef struct Writer {
    uint8_t *room;
    size_t most, at;
    bool full;
} Writer;

static void write_bytes(Writer *w, const void *bytes, size_t n, size_t whole) {
    if (w->full || whole > w->most - w->at) {
        w->full = true;
        return;
    }
    memset(w->room + w->at, 0, whole);
    memcpy(w->room + w->at, bytes, n);
    w->at += whole;
}

static void write_text(Writer *w, const char *text) {
    const size_t length = strlen(text);
    write_bytes(w, text, length, (length & ~(size_t)3) + 4);
}

static void write_word(Writer *w, uint32_t word) {
    const uint8_t bytes[] = {(uint8_t)(word >> 24), (uint8_t)(word >> 16), (uint8_t)(word >> 8),
                             (uint8_t)word};
    write_bytes(w, bytes, 4, 4);
}

static uint32_t float_bits(double x) {
    const float single = (float)x;
    uint32_t bits;
    memcpy(&bits, &single, sizeof bits);
    return bits;
}

size_t osc_write(uint8_t *room, size_t most, const char *address, const char *types, ...) {
    Writer w = {.room = room, .most = most};
    char tags[OSC_MOST_ARGUMENTS + 2];
    va_list args;
    snprintf(tags, sizeof tags, ",%s", types);
    write_text(&w, address);
    write_text(&w, tags);
    va_start(args, types);
    for (int i = 1; tags[i]; i++)
        if (tags[i] == 's')
            write_text(&w, va_arg(args, const char *));
        else if (tags[i] == 'f')
            write_word(&w, float_bits(va_arg(args, double)));
        else
            write_word(&w, (uint32_t)va_arg(args, int));
    va_end(args);
    return w.full ? 0 : w.at;
}

/* ---- patterns ------------------------------------------------------------------------------------------ */

/* `steps` bounds the work of patterns that are made to take long. */
typedef struct Match {
    int steps;
} Match;

/* Behind the `]` of a set that begins behind the `[`; NULL: there is none. */
static const char *read_set(const char *p, char byte, bool *is_in) {
    const bool other = *p == '!';
    bool found = false;
    for (p += other; *p && *p != ']'; p++) {
        if (p[1] == '-' && p[2] && p[2] != ']') {
            found = found || (byte >= p[0] && byte <= p[2]);
            p += 2;
        } else {
            found = found || byte == *p;
        }
    }
    *is_in = found != other;
    return *p ? p + 1 : NULL;
}

static bool matches(Match *m, const char *p, const char *name);

static bool matches_words(Match *m, const char *p, const char *name) {
    const char *end = strchr(p, '}');
    while (end && p <= end) {
        const size_t length = strcspn(p, ",}");
        if (strncmp(p, name, length) == 0 && matches(m, end + 1, name + length)) return true;
        p += length + 1;
    }
    return false;
}

static bool matches_any(Match *m, const char *p, const char *name) {
    for (;; name++) {
        if (matches(m, p, name)) return true;
        if (!*name) return false;
    }
}

static bool matches(Match *m, const char *p, const char *name) {
    bool is_in = false;
    for (; *p; name++) {
        if (--m->steps < 0) return false;
        if (*p == '*') return matches_any(m, p + 1 + strspn(p + 1, "*"), name);
        if (*p == '{') return matches_words(m, p + 1, name);
        if (!*name) return false;
        if (*p == '[') {
            p = read_set(p + 1, *name, &is_in);
            if (!p || !is_in) return false;
        } else if (*p++ != *name && p[-1] != '?') {
            return false;
        }
    }
    return !*name;
}

bool osc_matches(const char *pattern, const char *name) {
    Match m = {PATTERN_STEPS};
    return matches(&m, pattern, name);
}
