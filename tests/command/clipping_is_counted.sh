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
exit 0
