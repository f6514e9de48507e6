#!/bin/bash
# DUR and TIME: Kanon's own, 1min30s, 10h, 0:30, 1:02:03; ranges of them; and `by` needs no quotes.
fail() {
    echo "$*"
    exit 1
}
is() { # words, seconds
    local got=$("$KANON" print -e t --rate 10 --at $1 2>err | head -1 | cut -f2)
    [ "$got" = "$2" ] || fail "--at $1 is $got, not $2: $(cat err)"
}
is 1min30s 90
is 10h 36000
is 1.5h 5400
is 1h30min 5400
is 1h0.5s 3600.5
is 2min0.5s 120.5
is 1s500ms 1.5
is 0:30 30
is 1:02:03 3723
is 0:00.5 0.5
is 90s 90
is 250ms 0.2
is 2min 120
is 12 12
is '2*3s' 6
is '1min30s-1' 89
for wrong in 0:75 1:5 1:2:3:4 30s1min 1min1min 1m 5x 0: :30 10h5 1min30 '"0:30"' -5 -0:30; do
    "$KANON" print -e t --rate 10 --at=$wrong >out 2>err && fail "--at $wrong is taken: $(cat out)"
    "$KANON" render -e 0 --for=$wrong -o x.wav 2>err && fail "--for $wrong is taken"
done
[ "$("$KANON" print -e t --rate 10 --at 0..1 by 0.5 | cut -f2 | tr '\n' ' ')" = "0 0.5 1 " ] || fail "by without quotes"
[ "$("$KANON" print --at 0..1 by 0.5 -e t --rate 10 | cut -f2 | tr '\n' ' ')" = "0 0.5 1 " ] || fail "by in front of -e"
[ "$("$KANON" print -e t --rate 10 --at=0:01..0:02 by 500ms | cut -f2 | tr '\n' ' ')" = "1 1.5 2 " ] || fail "a range of clock times"
[ "$("$KANON" print -e t --rate 10 --at "0:59..1min1s by 0:01" | cut -f2 | tr '\n' ' ')" = "59 60 61 " ] || fail "in one word"
"$KANON" render -e 0.5 --for 1min0.5s --rate 1000 -o x.f32 2>err || fail "$(cat err)"
[ "$(stat -c %s x.f32)" = 242000 ] || fail "1min0.5s: $(stat -c %s x.f32) bytes"
"$KANON" render -e t --from 0:30 --for 0:01 --rate 1000 -o x.f32 2>err || fail "$(cat err)"
[ "$(od -An -tf4 -N4 x.f32 | tr -d ' ')" = 30 ] || fail "--from 0:30"
"$KANON" render -e 0 --for 9999999999999h -o x.f32 2>err && fail "a time without end"
exit 0
