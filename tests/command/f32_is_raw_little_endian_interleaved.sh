#!/bin/bash
# f32 is nothing but the samples.
fail() {
    echo "$*"
    exit 1
}
"$KANON" render -e '[0.5, -2]' --engine ref --for 1ms -o x.f32 2>err || fail "$(cat err)"
[ "$(od -An -tx1 -N16 x.f32)" = " 00 00 00 3f 00 00 00 c0 00 00 00 3f 00 00 00 c0" ] || fail "$(od -An -tx1 -N16 x.f32)"
[ "$(wc -c <x.f32)" = 384 ] || fail "$(wc -c <x.f32) bytes"
"$KANON" render -e 0.5 --engine ref --for 1ms -o x.raw 2>err || fail ".raw: $(cat err)"
[ "$(wc -c <x.raw)" = 192 ] || fail ".raw: $(wc -c <x.raw) bytes"
