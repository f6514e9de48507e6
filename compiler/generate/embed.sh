#!/bin/sh
# Texts to C: the files named become NAME_files[], each an EmbeddedText, and NAME_nfiles, which HEADER declares.
#   embed.sh HEADER NAME FILE…
set -eu
header=$1 name=$2
shift 2
echo "#include \"$header\""
n=0
for file in "$@"; do
    n=$((n + 1))
    echo "static const unsigned char text_$n[] = {"
    od -An -v -tu1 "$file" | sed 's/  *\([0-9]\)/\1/;s/  */,/g;s/$/,/'
    echo "0};"
done
echo "const EmbeddedText ${name}_files[] = {"
n=0
for file in "$@"; do
    n=$((n + 1))
    echo "    {\"$(basename "$file")\", (const char *)text_$n, sizeof text_$n - 1},"
done
echo "    {0, 0, 0}};"
echo "const int ${name}_nfiles = $n;"
