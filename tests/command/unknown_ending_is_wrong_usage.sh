#!/bin/bash
# An ending that is no format is status 2, unless --format says what it is.
fail() {
    echo "$*"
    exit 1
}
"$KANON" render -e 0.5 --for 1ms -o x.mp3 2>err
[ $? = 2 ] || fail "status is not 2"
grep -q '\.wav' err || fail "it does not say what there is: $(cat err)"
"$KANON" render -e 0.5 --engine ref --for 1ms -o x.mp3 --format wav 2>err || fail "--format: $(cat err)"
