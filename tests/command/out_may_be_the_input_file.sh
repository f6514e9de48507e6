#!/bin/bash
# The input is replaced only when the render is complete.
fail() {
    echo "$*"
    exit 1
}
printf 'input x\nout = 0.5 * x\n' >x.kn
"$KANON" render -e 0.5 --engine ref --for 100ms -o a.wav 2>err || fail "$(cat err)"
"$KANON" render x.kn --engine ref --in a.wav --for 100ms --bits 16 -o a.wav 2>err || fail "$(cat err)"
[ "$(od -An -td2 -j44 -N2 a.wav | tr -d ' ')" = 8192 ] || fail "$(od -An -td2 -j44 -N2 a.wav)"
