#!/bin/bash
# With --from the input still begins at program time 0.
fail() {
    echo "$*"
    exit 1
}
r() { "$KANON" render --engine ref "$@" 2>err || fail "$*: $(cat err)"; }
r -e 'if t < 0.5 then 0 else 0.5' --for 1s --rate 1000 -o in.wav
printf 'input x\nout = x\n' >x.kn
r x.kn --in in.wav --from 499ms --for 2ms -o x.f32
[ "$(od -An -tf4 x.f32 | tr -s ' ')" = " 0 0.5" ] || fail "$(od -An -tf4 x.f32)"
