#!/bin/sh
# Texts to C: the files named become library_files[], an array of {name, text, length}, library_nfiles, and the index of
# their definitions.
#   embed.sh FILE…
set -eu
echo '#include "evaluate/program.h"'
n=0
for file in "$@"; do
    n=$((n + 1))
    echo "static const unsigned char text_$n[] = {"
    od -An -v -tu1 "$file" | sed 's/  *\([0-9]\)/\1/;s/  */,/g;s/$/,/'
    echo "0};"
done
echo "const EmbeddedText library_files[] = {"
n=0
for file in "$@"; do
    n=$((n + 1))
    echo "    {\"$(basename "$file")\", (const char *)text_$n, sizeof text_$n - 1},"
done
echo "    {0, 0, 0}};"
echo "const int library_nfiles = $n;"
LC_ALL=C awk -f "$(dirname "$0")/index_library.awk" "$@"
