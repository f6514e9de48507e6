#!/bin/bash
# --block gives the same file.
fail() {
    echo "$*"
    exit 1
}
for program in '[sin(tau*440*t), noise(3)(t)]' '{ y(t) = noise(1)(t) + 0.9 * y(t - dt); y }'; do
    for engine in ref auto; do
        "$KANON" render -e "$program" --engine $engine --for 200ms -o one.f32 2>err || fail "$(cat err)"
        for block in 1 7 64 100000; do
            "$KANON" render -e "$program" --engine $engine --for 200ms --block $block -o other.f32 2>err || fail "$(cat err)"
            cmp one.f32 other.f32 || fail "$engine, blocks of $block: $program differs"
        done
    done
done
