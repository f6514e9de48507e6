/* One definition of a program that runs is another one from now on. */
#ifndef KANON_COMMAND_DEFINITION_H
#define KANON_COMMAND_DEFINITION_H

#include "base/base.h"

/* `out` becomes the text with the definition in the place of that of the same name, or behind all when there is none; an expression is
 * that of `out`. Returns the byte at which what was given stands there; -1 with a reason: it is no single definition, or its name is defined
 * together with others. */
long definition_replace(const char *text, const char *definition, Buf *out, char *why, size_t room);
/* Does the text define what the definition does? */
bool definition_is_of(const char *text, const char *definition);
/* The text of -e as a file would have it: an expression is that of `out`. */
void definition_file_of(const char *expression, Buf *out);

#endif
