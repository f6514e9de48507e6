#!/bin/bash
# What would need more memory than a program may have is told at once, by every engine alike; nothing is left behind,
# and no other engine is tried for minutes. So is what would be too much C for libtcc, on machines where that is needed.
fail() {
    echo "$*"
    exit 1
}
mkdir tmp
export TMPDIR=$PWD/tmp
printf 'param p = 1 in 0..2\nout(t) = sum(0..19, k => delay(noise(k)*p|>lowpass(100), 600-k/10))' >state.kn
printf 'param p = 1 in 0..2\nout(t) = fold(1..150000, p, (a, k) => tanh(a * 1.1 + k))' >text.kn
for engine in auto jit cc; do
    timeout 30 "$KANON" render state.kn --engine $engine --for 1ms -o x.wav 2>err
    [ $? = 1 ] || fail "state, engine $engine: $(cat err)"
    grep -q 'needs [0-9.]* GiB of memory for what it remembers, and the limit is 1 GiB' err || fail "$(cat err)"
done
# sanitizers take minutes for so much text
[ -n "$KANON_SANITIZED" ] && engines= || engines="auto jit"
for engine in $engines; do
    KANON_ISA=baseline timeout 60 "$KANON" render text.kn --engine $engine --for 1ms -o x.wav 2>err
    [ $? = 1 ] || fail "text, engine $engine: $(cat err)"
    grep -q 'MiB of C, and the limit is 8' err || fail "$(cat err)"
done
[ -z "$(ls tmp)" ] && [ ! -e x.wav ] || fail "left: $(ls tmp)"
[ -n "$KANON_SANITIZED" ] && exit 0
KANON_ISA=avx2 timeout 60 "$KANON" render text.kn --engine jit --for 1ms -o x.wav 2>err ||
    grep -q 'does not have the instruction set' err || fail "machine code: $(cat err)"
