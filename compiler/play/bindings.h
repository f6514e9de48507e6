/* Which controllers of MIDI turn which params, as they were learned: a text beside the program, for people too. */
#ifndef KANON_PLAY_BINDINGS_H
#define KANON_PLAY_BINDINGS_H

#include "base/base.h"

typedef struct BoundParam {
    char *param;
    int controller;
} BoundParam;

/* Begins as zeros. A param is in it once. */
typedef struct Bindings {
    BoundParam *items;
    int n, cap;
} Bindings;

/* -1: takes it out. */
void bindings_set(Bindings *bindings, const char *param, int controller);
void bindings_free(Bindings *bindings);
/* A file that is not there has none. False with what is wrong first; the lines that are right hold. */
bool bindings_read(Bindings *bindings, const char *path, char *why, size_t room);
/* The whole file, or as it was before: then false with a reason. Without bindings there is no file. */
bool bindings_write(const Bindings *bindings, const char *path, char *why, size_t room);

#endif
