/* What must not stay behind when a signal ends the process. */
#ifndef KANON_BASE_CLEANUP_H
#define KANON_BASE_CLEANUP_H

#include "base/base.h"

typedef enum { CLEANUP_FILE, CLEANUP_FOLDER, CLEANUP_CHILD } CleanupKind;
/* Where files go that nobody is to keep: TMPDIR, else /tmp. */
const char *temporary_folder(void);
/* Registers a path to remove, or a process group to end (`path` NULL). Returns a ticket, -1 when
 * the table is full: then it is just not cleaned up. Any thread. */
int cleanup_add(CleanupKind kind, const char *path, int process);
/* It is gone, or is to stay. */
void cleanup_drop(int ticket);
/* Whether cleanup_on_signals was called: the process is kanon and no host. */
bool cleanup_is_on(void);
/* SIGINT, SIGTERM and SIGHUP remove what is registered, then end the process as they would. For
 * programs; a library leaves signals alone. */
void cleanup_on_signals(void);

#endif
