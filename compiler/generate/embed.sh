#!/bin/sh
# Texts to C: the files named become an array of {name, text, length}.
#   embed.sh library  FILE…   library_files, library_nfiles, and the index of their definitions
#   embed.sh prologue FILE…   prologue_files, prologue_nfiles
set -eu
what=$1
shift
echo '#include "evaluate/program.h"'
n=0
for file in "$@"; do
    n=$((n + 1))
    echo "static const unsigned char text_$n[] = {"
    od -An -v -tu1 "$file" | sed 's/  *\([0-9]\)/\1/;s/  */,/g;s/$/,/'
    echo "0};"
done
echo "const EmbeddedText ${what}_files[] = {"
n=0
for file in "$@"; do
    n=$((n + 1))
    echo "    {\"$(basename "$file")\", (const char *)text_$n, sizeof text_$n - 1},"
done
echo "    {0, 0, 0}};"
echo "const int ${what}_nfiles = $n;"
[ "$what" != library ] || LC_ALL=C awk -f "$(dirname "$0")/index_library.awk" "$@"
