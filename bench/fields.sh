#!/bin/bash
# A picture of Perlin noise by Kanon, in memory and as C, beside plain C of the same function; maps of buffers beside memcpy. All on one core, in
# turn, the least of REPEAT times each (7). In: BUILD, the folder of kanon (build). Out: a table.
set -eu
root=$(realpath "$(dirname "$0")/..")
build=$(realpath "${BUILD:-$root/build}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
march=${MARCH:--march=native}
"$build/kanon" build "$root/bench/fields/perlin.kn" -o "$work/perlin.c"
# shellcheck disable=SC2086
gcc -O3 $march "-I$root" "-I$work" "$root/bench/fields/fields.c" "$root/bench/fields/plain_perlin.c" "$work/perlin.c" \
    "$build/libkanon.a" -lm -ldl -lpthread -lsndfile -o "$work/fields"
"$work/fields" "$root/bench/fields/perlin.kn"
