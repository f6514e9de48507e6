#!/bin/bash
# -o - gives a pipe what a file gets, for each format.
fail() {
    echo "$*"
    exit 1
}
for format in wav flac f32; do
    "$KANON" render -e 'sin(tau*440*t)' --engine ref --for 50ms --format $format -o x 2>err || fail "$(cat err)"
    "$KANON" render -e 'sin(tau*440*t)' --engine ref --for 50ms --format $format -o - 2>err | cat >y
    cmp x y || fail "$format differs"
done
