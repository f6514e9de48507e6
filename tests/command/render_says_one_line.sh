#!/bin/bash
# A render ends with one line on standard error: length, channels, peak and where, times real time.
fail() {
    echo "$*"
    exit 1
}
"$KANON" render -e '[if t < 0.25 then 0 else 0.5, 0]' --engine ref --for 1s -o x.wav >out 2>err || fail "$(cat err)"
[ ! -s out ] || fail "something on standard output"
[ "$(wc -l <err)" = 1 ] || fail "not one line: $(cat err)"
for part in 'x.wav: 1 s' '2 channels' 'peak -6.02 dBFS at 0.25 s' 'times real time'; do
    grep -q -- "$part" err || fail "no '$part' in: $(cat err)"
done
grep -q "$(printf '\r')" err && fail "progress in a pipe"
exit 0
