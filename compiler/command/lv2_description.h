/* What a bundle of LV2 says of its plug-in, in Turtle. */
#ifndef KANON_COMMAND_LV2_DESCRIPTION_H
#define KANON_COMMAND_LV2_DESCRIPTION_H

#include "command/command.h"

typedef struct Lv2Plugin {
    const char *uri, *title;
    const char *class;  /* a word of LV2: "DelayPlugin" */
    const char *binary; /* the name of its files, without their endings */
    const Graph *graph;
    bool instrument;
} Lv2Plugin;

/* Begins the first line of a manifest. */
extern const char lv2_mark[];
void lv2_manifest(const Lv2Plugin *plugin, Buf *out);
/* Ports in the order of runtime/lv2.c. */
void lv2_describe(const Lv2Plugin *plugin, Buf *out);

/* "DelayPlugin" of "Delay", "DelayPlugin" or "delay"; NULL: there is no such class, *near (may be NULL) is a word like it. */
const char *lv2_class_named(const char *name, const char **near);
/* A whole URI, of characters that may stand in one. */
bool lv2_is_uri(const char *text);

#endif
