#!/bin/bash
# make check: builds everything and runs all tests, those for sanitizers too; the last line is the sum.
# check.sh BUILD --seed N|--full
build=$1
shift
KANON_TURN=
[ "$1" = --seed ] && KANON_TURN=$2
. tests/turns.sh
unset MAKEFLAGS MFLAGS MAKELEVEL # a make of its own, with its own jobs
counts=$build/counts
: >"$counts" || exit 2

# a build that fails is one failed test
part() { # what, target of make, words…
    local what=$1 target=$2
    shift 2
    echo "== $what"
    if ! make "$target"; then
        echo "FAILED build of $target"
        echo "0 1" >>"$counts"
        return
    fi
    "$@" --counts "$counts" || [ -s "$counts" ] || echo "0 1" >>"$counts"
}

make all driver || {
    echo "FAILED build"
    echo "0 passed, 1 failed"
    exit 1
}
part "the compiler" driver "$build/driver" "$@"
# one of the builds with sanitizers: half of the time goes to making them (tests/turns.c)
in_turn 0 2 && part "with AddressSanitizer and UBSan" "$build/asan/driver" \
    "$build/asan/driver" "$@" syntax error warning pass text run piece limit api jit midi play plot
in_turn 1 2 && part "with ThreadSanitizer" "$build/tsan/driver" "$build/tsan/driver" "$@" api jit play command
"$build/driver" --total "$counts"
