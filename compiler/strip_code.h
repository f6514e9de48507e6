/* A strip as calls of kernels over buffers: what is said in any order of need, with as many buffers as
 * one likes, becomes text that uses few. Knows nothing of graphs. */
#ifndef KANON_STRIP_CODE_H
#define KANON_STRIP_CODE_H

#include "internal.h"

/* What a buffer holds: one letter, as in the names of kernels. */
typedef enum { OF_FLOAT = 'f', OF_DOUBLE = 'd', OF_BOOL = 'b' } BufferType;

typedef struct StripCall {
    const char *kernel; /* NULL: a piece of C */
    size_t begin, end;  /* of its text in StripCode.text */
    int narguments;
    struct StripName { /* of a piece of C: the buffer it calls b<name> */
        int name, buffer;
    } * names;
    int nnames, name_cap;
    int depth; /* of loops around it */
} StripCall;

typedef struct StripBuffer {
    char type;
    int first, last; /* call that fills it, last call that needs it; -1: never */
    int slot;
} StripBuffer;

typedef struct StripCode {
    Buf text; /* of all calls; a buffer is BUFFER_MARK and four digits to the base 64 */
    StripCall *calls;
    int ncalls, call_cap;
    StripBuffer *buffers;
    int nbuffers, buffer_cap;
    int depth;
    int nslots[2]; /* of 32 bits a sample, of 64 */
} StripCode;

void strip_code_free(StripCode *s);
int strip_buffer(StripCode *s, BufferType type);
/* A call of a kernel; its arguments follow in order. The first buffers are those it fills. */
void strip_call(StripCode *s, const char *kernel);
void strip_add_buffer(StripCode *s, int buffer);
/* The last call needs this buffer too, by way of something else. */
void strip_use(StripCode *s, int buffer);
void strip_add_text(StripCode *s, const char *fmt, ...) KN_PRINTF(2, 3);
/* A piece of C in braces; in it b<name> is a buffer that strip_name_buffer gives it. */
void strip_text(StripCode *s, const char *text);
void strip_name_buffer(StripCode *s, int name, int buffer);
/* What comes between is run many times: `head` is text such as "for (…) {". */
void strip_open_loop(StripCode *s, const char *head);
void strip_close_loop(StripCode *s);

/* Gives each buffer a place that no other needs at the time. */
void strip_place_buffers(StripCode *s);
/* Bytes of all places, for strips of so many samples (a multiple of 16). */
size_t strip_place_bytes(const StripCode *s, int strip);
/* The lines of C; the places begin at the 64-byte aligned `char *w`. */
void strip_print(const StripCode *s, int strip, Buf *out);

#endif
