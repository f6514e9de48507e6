#!/bin/bash
# {"engines":[{engine, compile_ms, ns_per_frame, realtime}, …]}.
fail() {
    echo "$*"
    exit 1
}
"$KANON" bench -e 'sin(tau*440*t)' --engine ref --json >out 2>err || fail "$(cat err)"
grep -Eq '^\{"engines":\[\{"engine":"ref","compile_ms":[0-9.e+-]+,"ns_per_frame":[0-9.e+-]+,"realtime":[0-9.e+-]+\}\]\}$' out || fail "$(cat out)"
"$KANON" bench -e 'sin(tau*440*t)' >out 2>err || fail "$(cat err)"
grep -q '^ref' out || fail "$(cat out)"
"$KANON" bench -e nope >out 2>err; [ $? = 1 ] || fail "an error: status is not 1"
