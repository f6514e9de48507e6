#!/bin/sh
# The kernels for aarch64, by a cross compiler, made once for all tests beside the build that is tested: prints where they lie.
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$(dirname "${DRIVER:-$root/build/driver}")" && pwd)/aarch64
mkdir -p "$build"
unset MAKEFLAGS MFLAGS MAKELEVEL
flock "$build" make -s -C "$root" CC=aarch64-linux-gnu-gcc-12 BUILD="$build" "$build/libkernels.a" >&2 && echo "$build/libkernels.a"
