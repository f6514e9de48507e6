/* The terminal that a performance is watched and steered from. */
#ifndef KANON_PLAY_TERMINAL_H
#define KANON_PLAY_TERMINAL_H

#include "base/base.h"

/* Keys that are no character. */
enum { KEY_NONE = 0, KEY_UP = 256, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_HOME };

/* Keys are read one by one from now on, and not shown. False: standard input or standard error is no terminal, or one that cannot move
 * its cursor, or we are in the background. */
bool terminal_begin(void);
/* As it was. Also in signal handlers, and without terminal_begin. */
void terminal_end(void);
/* The next key, KEY_NONE when there is none; never waits. */
int terminal_key(void);
void terminal_size(int *columns, int *rows);
void terminal_write(const Buf *text);

#endif
