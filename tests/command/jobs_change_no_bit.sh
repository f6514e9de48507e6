#!/bin/bash
# --jobs gives the same file, for pure programs and for others.
fail() {
    echo "$*"
    exit 1
}
for program in '[sin(tau*440*t), noise(3)(t)]' '{ y(t) = noise(1)(t) + 0.9 * y(t - dt); y }'; do
    for engine in ref auto; do
        "$KANON" render -e "$program" --engine $engine --for 3s -o one.f32 2>err || fail "$(cat err)"
        for jobs in 2 5; do
            "$KANON" render -e "$program" --engine $engine --for 3s --jobs $jobs -o many.f32 2>err || fail "$(cat err)"
            cmp one.f32 many.f32 || fail "$engine, $jobs jobs: $program differs"
        done
        "$KANON" render -e "$program" --engine $engine --from 1s --for 2s --jobs 3 -o many.f32 2>err || fail "$(cat err)"
        tail -c $(wc -c <many.f32) one.f32 | cmp - many.f32 || fail "$engine, --from: $program differs"
    done
done
"$KANON" render -e 0.5 --jobs 0 -o x.wav 2>err; [ $? = 2 ] || fail "--jobs 0 passes"
