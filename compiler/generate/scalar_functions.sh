#!/bin/sh
# The scalar functions of the runtime headers as a table: what code in memory may call for one sample.
#   scalar_functions.sh numbers|table HEADER…
# In: lines "KN_FN type kn_name(arguments) {". Out: FUNCTION_kn_name, … as an enum; or scalar_functions[], in the same order.
set -eu
form=$1
shift
if [ "$form" = table ]; then
    echo '#include "runtime/scalar_functions.h"'
    for file in "$@"; do
        echo "#include \"../runtime/$(basename "$file")\""
    done
    echo "const ScalarFunction scalar_functions[SCALAR_FUNCTIONS] = {"
else
    echo "typedef enum {"
fi
awk -v form="$form" '
    function row(prototype,    name) {
        name = prototype
        sub(/\(.*/, "", name)
        sub(/.*[ *]/, "", name)
        if (seen[name]++) return # of #if and #else
        if (form == "table")
            printf "    {\"%s\", \"%s\", %s, (const void *)%s},\n", name, prototype,
                   prototype ~ /^void / ? "false" : "true", name
        else
            printf "    FUNCTION_%s,\n", name
    }
    BEGIN { # what is made of a macro for each type T
        made["KN_WRITE_LINE"] = "void NAME(TYPE *line, int size, int64_t at, const TYPE *from, int n)"
        made["KN_READ_LINE"] = "const TYPE *NAME(const TYPE *line, int size, int64_t at, int n, TYPE *scratch)"
        made["KN_LINE_AT"] = "TYPE NAME(const TYPE *line, int size, int64_t at)"
        made["KN_LINE_PUT"] = "void NAME(TYPE *line, int size, int64_t at, TYPE x)"
        made["KN_LINE_BETWEEN"] = "TYPE NAME(const TYPE *line, int size, int64_t now, double samples)"
        made["KN_LINE_SINCE"] = "TYPE NAME(const TYPE *line, int size, int64_t now, double samples, double age)"
    }
    /^KN_FN / { open = 1; text = "" }
    open {
        text = text " " $0
        if (text ~ /\{/) {
            open = 0
            sub(/^ *KN_FN +(KN_INTO_LOOP +)?/, "", text)
            sub(/ *\{.*/, "", text)
            gsub(/ +/, " ", text)
            if (text !~ /KnWords/) row(text)
        }
    }
    /^KN_(WRITE_LINE|READ_LINE|LINE_[A-Z]*)\(/ {
        split($0, part, /[(,) ]+/)
        prototype = made[part[1]]
        gsub(/TYPE/, part[3], prototype)
        sub(/NAME/, part[2], prototype)
        row(prototype)
    }' "$@"
if [ "$form" = table ]; then
    echo "};"
else
    echo "    SCALAR_FUNCTIONS"
    echo "} ScalarFunctionId;"
fi
