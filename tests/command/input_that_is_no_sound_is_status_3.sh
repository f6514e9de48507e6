#!/bin/bash
# Missing, broken, cut-off inputs and folders are status 3, and OUT does not appear.
fail() {
    echo "$*"
    exit 1
}
printf 'input x\nout = x\n' >x.kn
"$KANON" render -e 'sin(tau*440*t)' --engine ref --for 100ms -o good.wav 2>err || fail "$(cat err)"
head -c 5000 good.wav >cut.wav
head -c 20 good.wav >head.wav
echo 'this is no sound' >text.wav
: >empty.wav
"$KANON" render -e 'noise(1)' --engine ref --for 100ms -o good.flac 2>err || fail "$(cat err)"
head -c 5000 good.flac >cut.flac
for in in nothere.wav cut.wav head.wav text.wav empty.wav cut.flac .; do
    "$KANON" render x.kn --engine ref --in $in -o out.wav 2>err
    [ $? = 3 ] || fail "$in: status is not 3: $(cat err)"
    grep -q "$in" err || fail "$in is not named: $(cat err)"
    [ ! -e out.wav ] || fail "$in: OUT appeared"
done
