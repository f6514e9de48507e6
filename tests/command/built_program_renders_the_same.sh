#!/bin/bash
# The emitted C compiles by itself, and its main writes what render writes.
fail() {
    echo "$*"
    exit 1
}
command -v cc >/dev/null || exit 0
printf 'out(t) = [0.5 * sin(tau*441*t), noise(1)(t)]\nlength = 50ms\n' >x.kn
"$KANON" build x.kn --main 2>err || fail "$(cat err)"
cc -std=c11 -O3 -march=native x.c -lm -o x 2>err || fail "$(cat err)"
./x 0.05 >built.f32 || fail "it ends with $?"
"$KANON" render x.kn --engine cc -o rendered.f32 2>err || fail "$(cat err)"
cmp built.f32 rendered.f32 || fail "they differ"
