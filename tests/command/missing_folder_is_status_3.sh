#!/bin/bash
# A folder that is not there, or cannot hold a file, is status 3.
fail() {
    echo "$*"
    exit 1
}
for out in nothere/x.wav /proc/nothere/x.wav . ./ nothere/; do
    "$KANON" render -e 0.5 --engine ref --for 1ms --format wav -o $out 2>err
    [ $? = 3 ] || fail "$out: status is not 3: $(cat err)"
    grep -q "$out" err || fail "$out is not named: $(cat err)"
done
[ "$(ls -A)" = err ] || fail "left behind: $(ls -A)"
