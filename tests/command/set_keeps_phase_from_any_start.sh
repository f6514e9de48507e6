#!/bin/bash
# The phase of an oscillator whose frequency a param sets does not depend on --from.
fail() {
    echo "$*"
    exit 1
}
printf 'param f = 100Hz in 0Hz..1kHz\nout = phase(f)\n' >x.kn
for set in f=300 'f=t => 200 + 50 * floor(100 * t)'; do
    for engine in ref auto; do
        "$KANON" render x.kn --engine $engine --set "$set" --for 200ms -o all.f32 2>err || fail "$(cat err)"
        "$KANON" render x.kn --engine $engine --set "$set" --from 150ms --for 50ms -o tail.f32 2>err || fail "$(cat err)"
        tail -c 9600 all.f32 | cmp - tail.f32 || fail "$engine, --set $set: the tail differs"
    done
done
