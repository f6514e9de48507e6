/* What a render hangs on, as text: equal texts are equal bits. */
#ifndef KANON_COMMAND_IDENTITY_H
#define KANON_COMMAND_IDENTITY_H

#include "command/job.h"

/* Lines "WORD VALUE\twords", as pieces_open takes them, of a job with its engine; without those of the params, which a sweep
 * changes from row to row. */
void identity_of_program(const Job *job, Buf *out);
void identity_of_render(const Job *job, Buf *out);
/* FNV-1a, of 64 bits; begins with IDENTITY_SEED. */
#define IDENTITY_SEED UINT64_C(0xcbf29ce484222325)
uint64_t identity_hash(uint64_t hash, const void *data, size_t size);

#endif
