#!/bin/bash
# `length` is the default, --for overrides it, --from leaves the rest of the piece.
fail() {
    echo "$*"
    exit 1
}
printf 'out = 0.25\nlength = 0.5s\n' >x.kn
size() { "$KANON" render x.kn --engine ref -o x.f32 "$@" 2>err || fail "$*: $(cat err)"; wc -c <x.f32; }
[ "$(size)" = 96000 ] || fail "length: $(size)"
[ "$(size --for 250ms)" = 48000 ] || fail "--for"
[ "$(size --for 0.25)" = 48000 ] || fail "--for without a unit"
[ "$(size --from 400ms)" = 19200 ] || fail "--from"
[ "$(size --from 1s --for 100ms)" = 19200 ] || fail "--from behind the end, with --for"
"$KANON" render x.kn --from 1s -o y.f32 2>err; [ $? = 2 ] || fail "--from behind the end passes"
