#!/bin/bash
# Channels keep their order in every format.
fail() {
    echo "$*"
    exit 1
}
printf 'input a, b, c\nout = [a, b, c]\n' >x.kn
for format in wav flac; do
    "$KANON" render -e '[0.125, 0.25, 0.5]' --engine ref --for 100ms -o in.$format 2>err || fail "$(cat err)"
    "$KANON" render x.kn --engine ref --in in.$format --for 100ms -o out.f32 2>err || fail "$(cat err)"
    [ "$(od -An -tf4 -N12 out.f32 | tr -s ' ')" = " 0.125 0.25 0.5" ] || fail "$format: $(od -An -tf4 -N12 out.f32)"
done
"$KANON" render -e 'zeros(9)' --engine ref --for 1ms -o x.flac 2>err; [ $? = 2 ] || fail "flac with 9 channels: $(cat err)"
