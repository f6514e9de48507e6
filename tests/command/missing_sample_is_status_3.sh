#!/bin/bash
# A sound file that a program names and that is not there is a failed file.
fail() {
    echo "$*"
    exit 1
}
"$KANON" render -e 'sample("nothere.wav")' -o x.wav 2>err
[ $? = 3 ] || fail "status is not 3: $(cat err)"
[ ! -e x.wav ] || fail "there is a file"
