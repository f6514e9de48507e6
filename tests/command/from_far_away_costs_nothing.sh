#!/bin/bash
# A pure program starts a day later at once.
fail() {
    echo "$*"
    exit 1
}
SECONDS=0
"$KANON" render -e 'sin(tau*440*t)' --engine ref --from 86400s --for 10ms -o x.f32 2>err || fail "$(cat err)"
[ $SECONDS -lt 5 ] || fail "it took $SECONDS s"
[ "$(wc -c <x.f32)" = 1920 ] || fail "$(wc -c <x.f32) bytes"
