#!/bin/bash
# Without --for and `length`, ten seconds at 48000 Hz.
fail() {
    echo "$*"
    exit 1
}
"$KANON" render -e 0.5 --engine ref -o x.f32 2>err || fail "$(cat err)"
[ "$(wc -c <x.f32)" = 1920000 ] || fail "$(wc -c <x.f32) bytes"
