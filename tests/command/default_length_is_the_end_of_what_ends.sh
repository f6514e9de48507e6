#!/bin/bash
# Without --for and `length`, a signal that is known to end is rendered to its end.
fail() {
    echo "$*"
    exit 1
}
frames() { # expression, frames
    "$KANON" render -e "$1" --engine ref -o x.f32 2>err || fail "$(cat err)"
    [ "$(wc -c <x.f32)" = $((4 * $2)) ] || fail "$1: $(wc -c <x.f32) bytes, not $((4 * $2))"
}
frames 'if t < 2.5 then sin(tau * 440 * t) else 0' 120000
frames 'sine(440) * curve([[0, 0], [1, 1], [3, 0]])' 144000
frames 'during(noise(1), 0.5, 1.25) + 0.5 * during(sine(3), 0.25, 0.75)' 60000
frames 'at(during(noise(1), 0, 1), 0.25) * 0.5' 60000
# what only dies away, what feeds back and what is silent have the usual ten seconds
frames 'sine(440) * decay(1)' 480000
frames '0' 480000
