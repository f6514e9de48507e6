#!/bin/bash
# An error in the program is status 1 with its place, and an existing file survives.
fail() {
    echo "$*"
    exit 1
}
printf 'x = 1\nout = nope\n' >bad.kn
echo old >bad.wav
"$KANON" render bad.kn 2>err
[ $? = 1 ] || fail "status is not 1"
grep -q 'bad.kn:2:7' err || fail "no place: $(cat err)"
[ "$(cat bad.wav)" = old ] || fail "the existing file did not survive"
