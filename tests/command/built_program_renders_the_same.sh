#!/bin/bash
# The emitted C compiles by itself, and its main writes what render writes: the same bits where it is made for the rate.
fail() {
    echo "$*"
    exit 1
}
command -v cc >/dev/null || exit 0
printf 'out(t) = [0.5 * sin(tau*441*t), noise(1)(t)]\nlength = 50ms\n' >x.kn
"$KANON" render x.kn --engine cc -o rendered.f32 2>err || fail "$(cat err)"
for rate in "--rate 48000" ""; do
    "$KANON" build x.kn --main $rate 2>err || fail "$(cat err)"
    cc -std=c11 -O3 -march=native x.c -lm -o x 2>err || fail "$(cat err)"
    ./x 0.05 >built.f32 || fail "it ends with $?"
    [ -z "$rate" ] || cmp built.f32 rendered.f32 || fail "they differ"
done
[ "$(wc -c <built.f32)" = "$(wc -c <rendered.f32)" ] || fail "without a rate it is of another length"
paste <(od -An -v -w4 -tf4 built.f32) <(od -An -v -w4 -tf4 rendered.f32) |
    awk '{ off = $1 - $2; if (off > 1e-6 || off < -1e-6) exit 1 }' || fail "without a rate it sounds different"
