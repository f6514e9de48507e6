#!/bin/bash
# What engine jit gives to libtcc does not grow with the number of voices of one shape.
fail() {
    echo "$*"
    exit 1
}
lines() { # voices, text of voice k
    printf '%s\n' "voice(k) = $2" "out = sum(1..$1, k => voice(k) |> at(0.0013 * k) |> pan(0.01 * k - 0.5))" >voices.kn
    "$KANON" render voices.kn --dump=strips 2>err | awk '/void kn_strip/ { inside = 1 } /^}/ { inside = 0 } inside' | wc -l
}
check() { # name, text
    few=$(lines 30 "$2") many=$(lines 100 "$2")
    [ "${few:-0}" -gt 10 ] || fail "$1: no text: $(cat err)"
    [ "$many" -le $((few + 4)) ] || fail "$1: $few lines for 30 voices, $many for 100"
    [ "$many" -le 120 ] || fail "$1: $many lines"
}
check tones '(t => sin(tau * (200 + k) * t + sin(tau * 3 * k * t)) * decay(0.5)(t))'
check noises '(t => noise(k)(t) * perc(1ms, 0.2)(t))'
check strings '{ y(t) = noise(k)(t) * decay(0.01)(t) + 0.49 * (y(t - (k + 130.5) / sr) + y(t - (k + 131.5) / sr)); y }'
