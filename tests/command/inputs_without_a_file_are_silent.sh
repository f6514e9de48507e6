#!/bin/bash
# A program with inputs and no --in renders silence, with a warning.
fail() {
    echo "$*"
    exit 1
}
printf 'input x\nout = x + 0.5\n' >x.kn
"$KANON" render x.kn --engine ref --for 1ms -o x.f32 2>err || fail "$(cat err)"
grep -q 'no --in' err || fail "no warning: $(cat err)"
[ "$(od -An -tf4 -N4 x.f32 | tr -d ' ')" = 0.5 ] || fail "$(od -An -tf4 -N4 x.f32)"
