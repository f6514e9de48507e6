#!/bin/sh
# The scalar functions of the runtime headers as a table: what code in memory may call for one sample.
#   scalar_functions.sh HEADER…   in: lines "KN_FN type kn_name(arguments) {". Out: scalar_functions[].
set -eu
echo '#include "lower/lower.h"'
for file in "$@"; do
    echo "#include \"../runtime/$(basename "$file")\""
done
echo "const ScalarFunction scalar_functions[] = {"
awk '
    function row(prototype,    name) {
        name = prototype
        sub(/\(.*/, "", name)
        sub(/.*[ *]/, "", name)
        printf "    {\"%s\", \"%s\", (const void *)%s},\n", name, prototype, name
    }
    /^KN_FN / { open = 1; text = "" }
    open {
        text = text " " $0
        if (text ~ /\{/) {
            open = 0
            sub(/^ *KN_FN +/, "", text)
            sub(/ *\{.*/, "", text)
            gsub(/ +/, " ", text)
            if (text !~ /KnWords/) row(text)
        }
    }
    # the delay lines of prologue.h are made for each type
    /^KN_(WRITE|READ)_LINE\(/ {
        match($0, /\(.*,/)
        name = substr($0, RSTART + 1, RLENGTH - 2)
        type = $2
        sub(/\)/, "", type)
        if (/^KN_WRITE/)
            row("void " name "(" type " *line, int size, int64_t at, const " type " *from, int n)")
        else
            row("const " type " *" name "(const " type " *line, int size, int64_t at, int n, " type " *scratch)")
    }' "$@"
echo "};"
echo "const int scalar_nfunctions = sizeof scalar_functions / sizeof *scalar_functions;"
