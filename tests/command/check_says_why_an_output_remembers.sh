#!/bin/bash
# The signal that reads its own past is named, with its place.
fail() {
    echo "$*"
    exit 1
}
printf 'tick(t) = sin(tau*440*t)\necho(t) = tick(t) + 0.5 * echo(t - 0.25)\nout = [tick, echo]\n' >x.kn
"$KANON" check x.kn >out 2>err || fail "$(cat err)"
grep -q 'out\[1\] remembers: `echo` reads its own past (x.kn:2:' out || fail "$(cat out)"
grep -q 'out\[0\]' out && fail "tick does not remember: $(cat out)"
"$KANON" check x.kn --explain >out 2>err || fail "--explain: $(cat err)"
grep -q '0.25 s, 12001 frames' out || fail "no delay line: $(cat out)"
