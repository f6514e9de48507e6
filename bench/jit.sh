#!/bin/bash
# Programs compiled in memory, all measured in one run: Kanon's engine jit, its engine cc, and Faust's
# LLVM JIT (libfaust; packages libfaust2, libfaust-dev and faust of Debian).
#
# speed: nanoseconds a sample in blocks of 512, the least and the median of 299 runs that take turns.
#   jit, cc    Kanon's engines
#   faust      libfaust with its default options, the peer;  vec: with -vec -lv 1
#   f/jit      how many times faster than libfaust (default) jit is, by the least of each
#   jit/cc     how much longer jit takes than cc, by the least of each
#   ~cc ~faust the greatest difference of the sound from that of cc and of libfaust, in dB of the peak;
#              noise is replaced by an input for this. libfaust counts phases in float.
# compiling: milliseconds from source text to the end of the first block, with Faust's beside it.
#
# With `speed`, `vector` or `compile` only that table, with FILE.kn… the speed of those.
# bench/speed holds programs that Faust has too, bench/vector small ones of the kinds that users write.
set -u
cd "$(dirname "$0")/.."
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
build=${BUILD:-build}

g++ -std=c++17 -O2 -Wall -Wextra -Werror bench/llvm_host.cpp "$build/libkanon.a" -lfaust -lsndfile -lm -ldl -lpthread -o "$work/host" || exit 1
speed() {
    printf '%-16s %17s %17s %17s %17s %8s %8s %6s %6s\n' "$1" jit cc faust vec f/jit jit/cc '~cc' '~faust'
    "$work/host" speed "${@:2}" || exit 1
    echo
}
what=${1:-all}
case $what in all | speed) speed speed bench/speed/*.kn ;; esac
case $what in all | vector) speed vectorisable bench/vector/*.kn ;; esac
case $what in all | compile)
    bash bench/compile_time.sh nodes 10000 > "$work/ten_thousand_nodes.kn"
    printf '%-18s %19s %19s %8s\n' 'compiling, ms' jit faust f/jit
    "$work/host" compile bench/speed/*.kn examples/*.kn "$work/ten_thousand_nodes.kn" || exit 1
    ;;
esac
case $what in all | speed | vector | compile) ;; *) "$work/host" speed "$@" ;; esac
