#!/bin/sh
# Kernels as text of emitted C, all in one file: does it compile without a warning, and are its bits those of its
# instruction set whatever compiles it, and within the errors that the rows state? strip_test.c runs them.
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
build=$(dirname "${DRIVER:-$root/build/driver}")
passed=0
failed=0
strict="-std=c11 -Wall -Wextra -Wpedantic -Werror"
clang="clang -Weverything -Wno-padded -Wno-unused-macros -Wno-float-equal -Wno-unknown-warning-option
       -Wno-declaration-after-statement -Wno-unsafe-buffer-usage"
avx2="-mavx2 -mfma"
avx512="-mavx512f -mavx512dq -mavx512bw -mavx512vl -mfma"

# check WHAT COMMAND…
check() {
    what=$1
    shift
    if "$@" >log 2>&1; then
        echo "ok $what"
        passed=$((passed + 1))
    else
        echo "FAIL $what"
        head -40 log
        failed=$((failed + 1))
    fi
}

# kernels.c, and table.c, which ends with a table of its functions for strip_test.c.
write_text() {
    cat >print.c <<'EOF'
#include <stdio.h>
int main(void) {
    puts("enum { KN_STRIP = 128 };");
    for (int i = 0; i < runtime_nitems; i++)
        puts(runtime_items[i].text);
    return 0;
}
EOF
    gcc -std=c11 -I "$root/compiler" -include "$build/gen/runtime_items.c" print.c -o print && ./print >kernels.c &&
        cat >table.c <<EOF
#include "kernels.c"
#include "$root/runtime/kernels.h"
extern const void *const TABLE[KERNELS];
const void *const TABLE[KERNELS] = {
#define KERNEL(name, arguments, cost, text) [KERNEL_##name] = (const void *)kn_strip_##name,
#define ELEMENTWISE(...)
#define EXACT(...)
#include "$root/runtime/kernels.def"
};
EOF
}

# calls.c: the text, and for each kernel a function that calls it with buffers of its own, of which n elements are known.
write_calls() {
    grep -o '"kn_strip_[a-z0-9_]*"' "$build/gen/runtime_items.c" | sed 's/"kn_strip_\(.*\)"/\1/' >names
    awk '
    NR == FNR { text[$1] = 1; next }
    $1 in text {
        n = split($0, argument, /[(,)]/) - 1
        buffers = fills = call = others = ""
        for (k = 2; k <= n; k++) {
            sub(/^ */, "", argument[k])
            name = type = argument[k]
            sub(/.*[ *]/, "", name)
            sub(/^const /, "", type)
            sub(/[ *]*[a-z0-9_]+$/, "", type)
            call = call (k > 2 ? ", " : "") name
            if (argument[k] !~ /\*/ || name !~ /^(y|x|seconds|age|index|seed|m|e[123]?|old[123]|new[123])$/) {
                others = others ", " argument[k]
                continue
            }
            buffers = buffers "    KN_ALIGNED " type " " name "[KN_STRIP];\n"
            if (name !~ /^(y|old.|new.)$/ || $1 ~ /^pick_._.$/)
                fills = fills "    for (int i = 0; i < n; i++)\n        " name "[i] = (" type ")from[i];\n"
        }
        head = "double call_" $1 "(const double *from" others (others ~ /int n$/ ? ")" : ", int n)")
        print head ";\n" head " {\n" buffers fills "    kn_strip_" $1 "(" call ");\n    double sum = 0.0 * from[0];"
        split("y old1 new1", result, " ")
        for (k = 1; k <= 3; k++)
            if (buffers ~ " " result[k] "\\[") print "    for (int i = 0; i < n; i++)\n        sum += (double)" result[k] "[i];"
        print "    (void)n;\n    return sum;\n}\n"
    }' names "$build/gen/kernels.txt" | cat kernels.c - >calls.c
    [ "$(grep -c '^double call_.*{' calls.c)" = "$(wc -l <names)" ]
}

. "$here/../turns.sh"
# compiles FLAG…: of all calls together two levels a run
number=0
compiles() {
    for level in -O0 -O2 -O3; do
        number=$((number + 1))
        in_turn $number 6 || continue
        check "gcc $level $*: no warning" gcc $strict $level "$@" -c kernels.c -o kernels.o
        check "clang $level $*: no warning" $clang $strict $level "$@" -c kernels.c -o kernels.o
    done
}

# What same_bits compiles with, and runs. Words, not one word each.
gnu=gcc
llvm=clang
library=$build/libkernels.a
run=./test
compiled=

# same_bits NAME FLAGS [OPTIONS_OF_STRIP_TEST TABLE…]: tables beside those of the compilers.
same_bits() {
    name=$1
    flags=$2
    options=${3-}
    shift $(($# < 3 ? $# : 3))
    objects=
    texts=
    for table in "$@"; do
        objects="$objects $table.o"
        texts="$texts TEXT($table)"
    done
    for level in O0 O3; do
        $gnu -std=c11 -$level $flags -DTABLE=gcc_$level -c table.c -o gcc_$level.o || return 1
        $llvm -std=c11 -$level $flags -DTABLE=clang_$level -c table.c -o clang_$level.o || return 1
        objects="$objects gcc_$level.o clang_$level.o"
        texts="$texts TEXT(gcc_$level) TEXT(clang_$level)"
    done
    # the same program for sets whose tables have the same names
    program="$gnu $options $texts"
    if [ "$program" != "$compiled" ]; then
        $gnu -std=c11 -O2 -Wall -Wextra "-DTEXTS=$texts" $options -c "$here/strip_test.c" -o strip_test.o || return 1
        compiled=$program
    fi
    $gnu $options strip_test.o $objects "$library" -lm -o test || return 1
    $run >result
    sed "s/^ok /ok $name: /; s/^FAIL /FAIL $name: /; /passed, .* failed/d" result
    set -- $(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed/\1 \2/p' result)
    passed=$((passed + ${1:-0}))
    failed=$((failed + ${2:-1}))
}

by_qemu() {
    qemu-aarch64 ./test "" 20
}

# NEON, where products of kernels are fused in the library, and not in text. Slow: fewer rounds.
same_bits_aarch64() {
    for program in aarch64-linux-gnu-gcc-12 qemu-aarch64; do
        command -v $program >/dev/null || { echo "skip: $program is not installed"; return 0; }
    done
    gnu=aarch64-linux-gnu-gcc-12
    llvm="clang --target=aarch64-linux-gnu -I/usr/aarch64-linux-gnu/include"
    library=$(sh "$here/../aarch64.sh" 2>log) || return 1
    run=by_qemu
    same_bits aarch64 "" -static
}

# As a compiler reads it that knows C11 and nothing else.
plain() {
    sed 's/^#include <string.h>$/&\n#undef __GNUC__/' kernels.c >plain.c &&
        sed 's/kernels\.c/plain.c/' table.c >plain_table.c &&
        gcc $strict -O2 -c plain.c -o kernels.o && gcc -std=c11 -O2 -DTABLE=plain -c plain_table.c -o plain.o
}

# Does the machine have all these?
has() {
    for flag in "$@"; do
        grep -q "^flags.* $flag\b" /proc/cpuinfo || return 1
    done
}

write_text && write_calls || exit 1
compiles -march=native
# by one compiler a run
called() { # number, command
    in_turn $1 3 || return 0
    shift
    check "$*, called: no warning" "$@" $strict -c calls.c -o calls.o
}
called 0 gcc -O2
called 1 gcc -O3 -march=native
called 2 clang -O2 -march=native
if [ "$(uname -m)" = x86_64 ]; then
    compiles -march=x86-64
    compiles $avx2
    compiles $avx512
fi
check "a compiler without extensions: no warning" plain
# one of the sets a run
set_in_turn() { # number, words of same_bits
    in_turn $1 4 || return 0
    shift
    "$@" || failed=$((failed + 1))
}
set_in_turn 0 same_bits baseline "" -DLIBRARY plain
! has avx2 fma || set_in_turn 1 same_bits avx2 "$avx2"
! has avx512f avx512dq avx512bw avx512vl fma || set_in_turn 2 same_bits avx512 "$avx512"
set_in_turn 3 same_bits_aarch64
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
