/* What a replacement meant, in a line. */
#ifndef KANON_PLAY_FATES_H
#define KANON_PLAY_FATES_H

#include "api/kanon.h"
#include "base/base.h"

/* "goes on: echo, fdn; crossfades: lead/lowpass; begins: pad", of the last replacement of a live run. `program` is the text that the
 * user wrote, of all files: what is not in it is not told by name. */
void fates_tell(KnLive *live, const char *program, Buf *out);

#endif
