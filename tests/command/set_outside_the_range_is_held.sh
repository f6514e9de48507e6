#!/bin/bash
# A --set value outside the range is held inside it, with a warning.
fail() {
    echo "$*"
    exit 1
}
printf 'param g = 0.5 in 0..1\nout = g\n' >x.kn
"$KANON" print x.kn --at 0 --set g=7 >out 2>err || fail "$(cat err)"
[ "$(cut -f3 out)" = 1 ] || fail "$(cat out)"
grep -q 'outside its range' err || fail "no warning: $(cat err)"
