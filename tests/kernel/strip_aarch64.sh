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
if ! library=$(sh "$here/../aarch64.sh") ||
    ! $gcc -std=c11 -O2 -Wall -Wextra -static "$here/strip_test.c" "$library" -lm -o test; then
    echo "FAIL it does not compile"
    echo "0 passed, 1 failed"
    exit 1
fi
qemu-aarch64 ./test "" 20
