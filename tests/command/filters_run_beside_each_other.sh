#!/bin/bash
# Eight filters, or four, that need nothing of each other are one call; fewer, and those one behind the other, are not.
fail() {
    echo "$*"
    exit 1
}
calls() { # kernel, text of out
    printf '%s\n' 'input x' "$2" >filters.kn
    "$KANON" render filters.kn --isa baseline --dump=strips 2>err | awk '/void kn_strip/ { inside = 1 } /^}/ { inside = 0 } inside' |
        grep -c "^ *$1("
}
want() { # number, kernel, text of out
    got=$(calls "$2" "$3")
    [ "$got" = "$1" ] || fail "$got calls of $2, not $1, of $3: $(cat err)"
}
lines='soft(t) = 0.7 * map(1..N, k => delay(x, k * 5ms)(t) * k) + 0.3 * soft(t - dt)
out(t) = sum(0..N - 1, k => abs(soft(t)[k]))'
of() {
    echo "${lines//N/$1}"
}
want 0 lti1 "$(of 16)"
want 1 poles1_eight "$(of 13)"
want 1 poles1_four "$(of 13)"
want 1 lti1 "$(of 13)"
want 0 poles1_four "$(of 3)"
want 0 poles1_eight 'out = fold(1..9, x, (y, k) => { z(t) = y(t) + cos(k) * z(t - dt); t => abs(z(t)) })'
want 1 poles2_eight 'out = sum(1..8, k => { z(t) = delay(x, k * 5ms)(t) + cos(k) * z(t - dt) - 0.3 * z(t - 2*dt); abs(z) })'
damped='{ line(t) = x(t) + 0.5 * damped(t)
damped(t) = 0.4 * (line(t - k * 5ms) + 0.5 * line(t - k * 5ms - dt)) + 0.3 * damped(t - dt)
t => abs(damped(t)) }'
want 1 pole_zero_eight "out = sum(1..8, k => $damped)"
want 0 past_d 'out = sum(1..4, k => { s(t) = tanh(x(t) * k); y(t) = s(t) - 0.5 * s(t - dt) + 0.3 * y(t - dt); abs(y) })'
