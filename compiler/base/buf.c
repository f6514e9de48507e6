/* In: pieces of text, items of an array. Out: one text, one array, in memory that doubles. */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

void buf_reserve(Buf *buf, size_t extra) {
    size_t needed = buf->length + extra + 1;
    if (needed <= buf->capacity) return;
    size_t capacity = buf->capacity ? buf->capacity : 128;
    while (capacity < needed)
        capacity *= 2;
    char *data = realloc(buf->data, capacity);
    if (!data) memory_failed(capacity);
    buf->data = data;
    buf->capacity = capacity;
}

void buf_add(Buf *buf, const char *text, size_t length) {
    buf_reserve(buf, length);
    if (length) memcpy(buf->data + buf->length, text, length);
    buf->length += length;
    buf->data[buf->length] = 0;
}

void buf_puts(Buf *buf, const char *text) {
    buf_add(buf, text, strlen(text));
}

void buf_printf(Buf *buf, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    buf_vprintf(buf, fmt, args);
    va_end(args);
}

void buf_vprintf(Buf *buf, const char *fmt, va_list args) {
    va_list again;
    va_copy(again, args);
    budget_spend(8);
    buf_reserve(buf, 0);
    size_t room = buf->capacity - buf->length;
    int length = vsnprintf(buf->data + buf->length, room, fmt, args);
    if (length > 0 && (size_t)length >= room) {
        buf_reserve(buf, (size_t)length);
        vsnprintf(buf->data + buf->length, (size_t)length + 1, fmt, again);
    }
    if (length > 0) buf->length += (size_t)length;
    buf->data[buf->length] = 0;
    va_end(again);
}

void buf_free(Buf *buf) {
    free(buf->data);
    *buf = (Buf){0};
}

void *vec_grow(void *items, int *capacity, int needed, size_t item_size) {
    size_t grown = *capacity ? (size_t)*capacity : 8;
    while (grown < (size_t)needed)
        grown *= 2;
    if (grown == (size_t)*capacity) grown *= 2;
    if (grown > INT32_MAX) grown = INT32_MAX;
    if (grown < (size_t)needed || grown > SIZE_MAX / item_size) memory_failed(grown);
    void *larger = realloc(items, grown * item_size);
    if (!larger) memory_failed(grown * item_size);
    *capacity = (int)grown;
    return larger;
}

void *alloc_room(size_t n, size_t size) {
    void *p = malloc(n ? n * size : 1);
    if (!p) memory_failed(size);
    return p;
}

void *alloc_zeroed(size_t n, size_t size) {
    void *p = calloc(n ? n : 1, size);
    if (!p) memory_failed(size);
    return p;
}
