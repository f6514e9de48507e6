#!/bin/bash
# Times that are negative, not finite, no times, or no Kanon are status 2.
fail() {
    echo "$*"
    exit 1
}
for time in -1s 1/0 440Hz 'sin' '(' '"a"' 1e300; do
    "$KANON" render -e 0.5 --for="$time" -o x.wav 2>err
    [ $? = 2 ] || fail "--for=$time: status is not 2: $(cat err)"
    [ -s err ] || fail "--for=$time: no message"
done
for rate in 0 -1 x 48k nan 1e9; do
    "$KANON" render -e 0.5 --rate="$rate" -o x.wav 2>err
    [ $? = 2 ] || fail "--rate=$rate: status is not 2"
done
[ ! -e x.wav ] || fail "something was rendered"
