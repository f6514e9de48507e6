#!/bin/bash
# A bare number has the unit of the initial value; a number with a unit its own.
fail() {
    echo "$*"
    exit 1
}
printf 'param d = 250ms in 0s..1s\nparam g = -6dB in -60dB..0dB\nout = [d, g]\n' >x.kn
p() { "$KANON" print x.kn --at 0 "$@" 2>err || fail "$*: $(cat err)"; }
[ "$(p | cut -f3)" = 0.25 ] || fail "initial: $(p)"
[ "$(p --set d=300 | cut -f3)" = 0.300000012 ] || fail "300: $(p --set d=300)"
[ "$(p --set d=0.5s | cut -f3)" = 0.5 ] || fail "0.5s: $(p --set d=0.5s)"
[ "$(p --set d=300/600 | cut -f3)" = 0.5 ] || fail "an expression: $(p --set d=300/600)"
[ "$(p --set g=-20 | cut -f4)" = 0.100000001 ] || fail "-20: $(p --set g=-20)"
[ "$(p --set g=-20dB | cut -f4)" = 0.100000001 ] || fail "-20dB: $(p --set g=-20dB)"
[ "$(p --set d=100 --set d=200 --set g=0 | cut -f3,4)" = "0.200000003	1" ] || fail "several"
