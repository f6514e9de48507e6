#!/bin/bash
# --from changes no bit, neither of pure programs nor of remembering ones.
fail() {
    echo "$*"
    exit 1
}
for engine in ref auto; do
    for program in 'sin(tau*440*t) * noise(3)(t)' '{ y(t) = noise(1)(t) + 0.9 * y(t - dt); y }'; do
        "$KANON" render -e "$program" --engine $engine --for 300ms -o all.f32 2>err || fail "$(cat err)"
        "$KANON" render -e "$program" --engine $engine --from 123ms --for 177ms -o tail.f32 2>err || fail "$(cat err)"
        tail -c $((8496 * 4)) all.f32 | cmp - tail.f32 || fail "$engine: $program: the tail differs"
    done
done
