#!/bin/bash
# --opt value and --opt=value, -o OUT and -oOUT, and -- before a name that begins with a dash.
fail() {
    echo "$*"
    exit 1
}
r() { "$KANON" render --engine=ref "$@" 2>err || fail "$*: status $?: $(cat err)"; }
r -e 0.5 --for 1ms -o a.f32
r -e0.5 --for=1ms -ob.f32
cmp a.f32 b.f32 || fail "the forms differ"
echo 'out = 0.5' >-x.kn
r --for 1ms -o c.f32 -- -x.kn
cmp a.f32 c.f32 || fail "-- does not end the options"
