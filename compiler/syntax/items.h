/* Items at the top of a text, as pieces of it: for whoever changes one definition of a program that runs. */
#ifndef KANON_SYNTAX_ITEMS_H
#define KANON_SYNTAX_ITEMS_H

#include "base/session.h"

/* Bytes of a text, and how many names the item defines; `name` is the first. */
typedef struct TextItem {
    int start, end;
    const char *name; /* interned; NULL: it is a `use`, or none */
    int names;
    bool defines; /* it is a definition or a declaration, and no mere expression */
} TextItem;

/* The item of a source that defines or declares that name. False: none does. */
bool text_item_find(Session *session, int source, const char *name, TextItem *item);
/* The only item of a source. False: there is none, or several. */
bool text_item_only(Session *session, int source, TextItem *item);
/* Has a source a definition or a declaration? Else it is an expression. */
bool text_defines(Session *session, int source);

#endif
