/* A folder that appears whole or not at all. */
#ifndef KANON_COMMAND_BUNDLE_H
#define KANON_COMMAND_BUNDLE_H

#include "command/command.h"

typedef struct Bundle Bundle;

/* A folder to be put at `path`. What stands there must be one that was made so, as its `manifest` (the name of a file, of which the first line
 * is `mark`) and the `endings` of all its files tell: that is replaced. NULL with a reason. */
typedef struct BundlePlace {
    const char *path, *option; /* what names it on the command line: "-o" */
    const char *manifest, *mark;
    const char *const *endings; /* ".ttl"; NULL ends them */
} BundlePlace;
Bundle *bundle_open(const BundlePlace *place, Failure *why);
/* The path of a file to be made in it, which lives as long as the bundle does. It is removed where the bundle does not appear. */
const char *bundle_file(Bundle *bundle, const char *name);
/* All of those, and their folder. */
const char *const *bundle_files(const Bundle *bundle, int *n, const char **folder);
bool bundle_write(Bundle *bundle, const char *name, const Buf *text, Failure *why);
/* It is not to be there. */
void bundle_drop(Bundle *bundle, const char *name);
/* Puts it in place and frees. False with a reason: then nothing was changed. */
bool bundle_commit(Bundle *bundle, Failure *why);
void bundle_abandon(Bundle *bundle);

#endif
