#!/bin/bash
# What remembers runs to the moment; a picture hears a file, an instrument and params that move.
fail() {
    echo "$*"
    exit 1
}
value() { tail -c 4 "$1" | od -An -tf4 | tr -d ' '; }
near() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a - b < 1e-5 && b - a < 1e-5) }' || fail "$3: $1, not $2"; }
cat >a.kn <<'K'
input x
param gain = 1 in 0..10
level = peak(x, 1s)
out = x * gain
image(a, b, t) = level(t) * gain
K
"$KANON" render -e 'if t < 0.5 then 0 else 0.25' --for 1s --bits 32 -o in.wav 2>err || fail "$(cat err)"
"$KANON" image a.kn --in in.wav --at 0.4 --size 1x1 -o a.pfm 2>err || fail "$(cat err)"
near "$(value a.pfm)" 0 "before"
"$KANON" image a.kn --in in.wav --at 0.6 --size 1x1 --set 'gain=t => 5 * t' -o a.pfm 2>err || fail "$(cat err)"
near "$(value a.pfm)" 0.75 "0.25 * 3"
cat >v.kn <<'K'
voice(f, gate, velocity) = gate
level = onepole(voices, 1kHz)
image(x, y, t) = level(t)
K
"$KANON" image v.kn --at 0.5 --size 1x1 -o v.pfm 2>err || fail "$(cat err)"
near "$(value v.pfm)" 1 "a key is down"
"$KANON" image v.kn --at 1.5 --size 1x1 -o v.pfm 2>err || fail "$(cat err)"
near "$(value v.pfm)" 0 "and up again"
"$KANON" render a.kn --in in.wav -o a.wav 2>err || fail "the same program sounds: $(cat err)"
