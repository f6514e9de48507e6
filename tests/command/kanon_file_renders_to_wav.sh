#!/bin/bash
# `kanon FILE.kn` makes FILE.wav in the current folder and says so.
fail() {
    echo "$*"
    exit 1
}
mkdir songs
printf 'out = 0.5\nlength = 10ms\n' >songs/bell.kn
"$KANON" songs/bell.kn 2>err || fail "$(cat err)"
[ "$(head -c 4 bell.wav)" = RIFF ] || fail "no bell.wav: $(ls)"
grep -q 'bell.wav' err || fail "it does not say so: $(cat err)"
