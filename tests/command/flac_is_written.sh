#!/bin/bash
# FLAC by ending and by --format; float FLAC is refused.
fail() {
    echo "$*"
    exit 1
}
"$KANON" render -e 0.5 --engine ref --for 10ms -o x.flac 2>err || fail "$(cat err)"
[ "$(head -c 4 x.flac)" = fLaC ] || fail "no FLAC"
"$KANON" render -e 0.5 --engine ref --for 10ms --format flac -o y.bin 2>err || fail "$(cat err)"
cmp x.flac y.bin || fail "--format flac differs"
"$KANON" render -e 0.5 --bits 32 -o z.flac 2>err; [ $? = 2 ] || fail "32 bits pass"
