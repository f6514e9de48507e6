#!/bin/sh
# strip_test.c for aarch64, whose baseline is NEON with fused multiply-adds: built with a cross
# compiler and run by qemu. long double is wider there, and its functions slow: fewer rounds.
here=$(cd "$(dirname "$0")" && pwd)
gcc=aarch64-linux-gnu-gcc-12
for program in $gcc qemu-aarch64; do
    if ! command -v $program >/dev/null; then
        echo "skip: $program is not installed"
        echo "0 passed, 0 failed"
        exit 0
    fi
done
build=$(mktemp -d) || exit 1
trap 'rm -rf "$build"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL
if ! make -s -C "$here/../.." CC=$gcc BUILD="$build" "$build/libkernels.a" ||
    ! $gcc -std=c11 -O2 -Wall -Wextra -static "$here/strip_test.c" "$build/libkernels.a" -lm \
        -o "$build/test"; then
    echo "FAIL it does not compile"
    echo "0 passed, 1 failed"
    exit 1
fi
qemu-aarch64 "$build/test" "" 20
