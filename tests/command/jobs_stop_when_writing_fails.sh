#!/bin/bash
# With several threads a full disk is status 3 and a closed pipe status 0, and neither hangs.
fail() {
    echo "$*"
    exit 1
}
[ -c /dev/full ] || exit 0
for program in 'noise(1)' '(t => sum(1..9, k => tanh(sin(tau*110*k*t)) / k)) |> freeverb |> lowpass(_, 3000)'; do
    for engine in ref auto; do
        timeout 60 "$KANON" render -e "$program" --engine $engine --for 20s --jobs 3 --format f32 -o /dev/full 2>err
        [ $? = 3 ] || fail "full: $(cat err)"
        { timeout 60 "$KANON" render -e "$program" --engine $engine --for 20s --jobs 3 --format f32 -o - 2>err; echo $? >status; } | head -c 10 >/dev/null
        [ "$(cat status)" = 0 ] || fail "a closed pipe: status $(cat status)"
    done
done
