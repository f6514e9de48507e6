/* Signals, for a loop that waits for several things: Ctrl-C and its like end it, Ctrl-Z suspends it. */
#ifndef KANON_PLAY_INTERRUPTS_H
#define KANON_PLAY_INTERRUPTS_H

#include "base/base.h"

typedef enum { INTERRUPT_NONE, INTERRUPT_END, INTERRUPT_SUSPEND } Interrupt;

/* From now on they are told here; the second that ends does so at once, as it would without us, and so
 * does the first that nobody takes for some seconds. Returns a handle that is readable
 * when one came; -1: none is told. */
int interrupts_begin(void);
/* The next one. */
Interrupt interrupts_take(void);
/* Stops the process as Ctrl-Z does; returns when it goes on. */
void interrupts_suspend(void);
/* Threads that are begun until interrupts_unblock take no signals. */
void interrupts_block(void);
void interrupts_unblock(void);

#endif
