/* The runtime's texts in emitted C: only what a program uses stands there. generate/runtime_items.awk cuts
 * them into items while building. */
#ifndef KANON_PRINT_C_RUNTIME_TEXT_H
#define KANON_PRINT_C_RUNTIME_TEXT_H

#include "base/base.h"

typedef struct RuntimeItem {
    const char *text;
    short need, nneeds; /* in runtime_needs: the items without which it cannot stand */
    bool always;
} RuntimeItem;

/* A name may have several items: those of one condition of the preprocessor and of its opposite. */
typedef struct RuntimeName {
    const char *name;
    short item;
} RuntimeName;

extern const RuntimeItem runtime_items[];
extern const int runtime_nitems;
extern const short runtime_needs[];
extern const RuntimeName runtime_names[]; /* in the order of strcmp */
extern const int runtime_nnames;

/* The items that the C text `program` names, with all that they need, in the order in which they can stand. */
void emit_runtime(const Buf *program, Buf *out);

#endif
