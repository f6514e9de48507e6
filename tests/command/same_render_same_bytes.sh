#!/bin/bash
# Nothing in a file depends on the time of day.
fail() {
    echo "$*"
    exit 1
}
for bits in 16 32; do
    "$KANON" render -e 'sin(tau*440*t)' --engine ref --for 10ms --bits $bits -o a.wav 2>err || fail "$(cat err)"
    sleep 1.1
    "$KANON" render -e 'sin(tau*440*t)' --engine ref --for 10ms --bits $bits -o b.wav 2>err || fail "$(cat err)"
    cmp a.wav b.wav || fail "$bits bits differ"
done
