#!/bin/bash
# 16 and 24 bits are clipped with a count, float is not; full scale itself is no clipping.
fail() {
    echo "$*"
    exit 1
}
r() { "$KANON" render --engine ref --for 10ms -o x.wav "$@" 2>err || fail "$*: $(cat err)"; }
r -e 'if t < 0.001 then 2 else -1.5' --bits 16
grep -q '480 samples were clipped' err || fail "count: $(cat err)"
grep -q '+6.02 dBFS' err || fail "peak: $(cat err)"
[ "$(od -An -td2 -j44 -N2 x.wav | tr -d ' ')" = 32767 ] || fail "not held at the top"
[ "$(od -An -td2 -j1002 -N2 x.wav | tr -d ' ')" = -32768 ] || fail "not held at the bottom"
r -e '[1, -1]' --bits 24; grep -q clipped err && fail "full scale is counted: $(cat err)"
r -e 2 --bits 32; grep -q clipped err && fail "float is clipped: $(cat err)"
# a sine of 1 is within full scale with every engine, and less than half a step beyond it is written as it
for f in 500 440 437.5 2650 2700 3500 1000/3 7777; do
    for form in "sine($f)" "-sine($f)" "cos(tau*$f*t)" "sin(tau*$f*t + 0.7)" "sine($f + 0*noise(1))" "[sine($f), triangle($f)]"; do
        for engine in jit ref; do
            "$KANON" render --engine $engine --for 200ms -o x.wav -e "$form" 2>err || fail "$form: $(cat err)"
            grep -q clipped err && fail "$form, $engine: $(cat err)"
        done
    done
done
r -e 1.00001 --bits 16; grep -q clipped err && fail "less than half a step: $(cat err)"
r -e 1.00001 --bits 24; grep -q '480 samples were clipped' err || fail "84 steps: $(cat err)"
r -e 1.00002 --bits 16; grep -q '480 samples were clipped' err || fail "more than half a step: $(cat err)"
exit 0
