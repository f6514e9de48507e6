#!/bin/bash
# Frame, time and values; 16 frames, a time, a range, a range with steps.
fail() {
    echo "$*"
    exit 1
}
"$KANON" print -e '[t, 0.1]' >out 2>err || fail "$(cat err)"
[ "$(wc -l <out)" = 16 ] || fail "$(wc -l <out) lines"
[ "$(sed -n 2p out)" = "1	2.08333333e-05	2.08333331e-05	0.100000001" ] || fail "$(sed -n 2p out)"
[ "$("$KANON" print -e t --at 0..1ms | wc -l)" = 49 ] || fail "both ends of 0..1ms"
[ "$("$KANON" print -e t --at 1s | cut -f1)" = 48000 ] || fail "at 1s"
[ "$("$KANON" print -e t --at '0..1 by 0.5' | cut -f1 | tr '\n' ' ')" = "0 24000 48000 " ] || fail "by 0.5"
[ "$("$KANON" print -e t --at 1s --rate 1000 | cut -f1)" = 1000 ] || fail "--rate"
"$KANON" print -e t --at 1..0 2>err; [ $? = 2 ] || fail "an empty range passes"
