#!/bin/bash
# Samples that are no numbers are counted, with the first place, and are 0 in integer formats.
fail() {
    echo "$*"
    exit 1
}
"$KANON" render -e 'if t < 0.005 then 0.5 else log(0 * t - 1)' --engine ref --for 10ms --bits 16 -o x.wav 2>err || fail "$(cat err)"
grep -q '240 samples are not finite.*0.005 s' err || fail "$(cat err)"
[ "$(od -An -td2 -j$((44 + 2 * 300)) -N2 x.wav | tr -d ' ')" = 0 ] || fail "not written as 0"
