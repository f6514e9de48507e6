/* One definition of a program that runs is another one from now on. */
#ifndef KANON_COMMAND_DEFINITION_H
#define KANON_COMMAND_DEFINITION_H

#include "base/base.h"

/* `out` becomes the text with the definition in the place of that of the same name, or behind all when there is none. Returns the byte at
 * which it stands there; -1 with a reason: it is no single definition, or its name is defined together with others. */
long definition_replace(const char *text, const char *definition, Buf *out, char *why, size_t room);

#endif
