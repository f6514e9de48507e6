#!/bin/bash
# 16 and 24 bits are PCM, 32 is float, 24 is the default; sizes and headers agree.
fail() {
    echo "$*"
    exit 1
}
r() { "$KANON" render -e '[0.5, -0.25]' --engine ref --for 10ms -o x.wav "$@" 2>err || fail "$*: $(cat err)"; }
bytes() { od -An -tu1 -j"$1" -N"$2" x.wav | tr -s ' '; }
r --bits 16; [ "$(bytes 34 2)" = " 16 0" ] || fail "16 bits: $(bytes 34 2)"
[ "$(od -An -td2 -j44 -N4 x.wav | tr -s ' ')" = " 16384 -8192" ] || fail "16 bits: $(od -An -td2 -j44 -N4 x.wav)"
[ "$(wc -c <x.wav)" = $((44 + 480 * 4)) ] || fail "16 bits: $(wc -c <x.wav) bytes"
r; [ "$(bytes 34 2)" = " 24 0" ] || fail "default: $(bytes 34 2)"
[ "$(bytes 44 6)" = " 0 0 64 0 0 224" ] || fail "24 bits: $(bytes 44 6)"
r --bits 32; [ "$(bytes 20 2)" = " 3 0" ] || fail "32 bits is not float: $(bytes 20 2)"
"$KANON" render -e 0 --bits 20 -o y.wav 2>err; [ $? = 2 ] || fail "--bits 20 passes"
