#!/bin/bash
# /dev/full fails with status 3, as a file and behind standard output.
fail() {
    echo "$*"
    exit 1
}
[ -c /dev/full ] || exit 0
for format in wav flac f32; do
    "$KANON" render -e 0.5 --engine ref --for 1s --format $format -o /dev/full 2>err
    [ $? = 3 ] || fail "$format: status is not 3: $(cat err)"
    "$KANON" render -e 0.5 --engine ref --for 1s --format $format -o - >/dev/full 2>err
    [ $? = 3 ] || fail "$format to standard output: status is not 3: $(cat err)"
done
[ -c /dev/full ] || fail "/dev/full was replaced"
for command in "check -e 0.5" "print -e 0.5" --help "graph -e 0.5" "build -e 0.5 -o -"; do
    "$KANON" $command >/dev/full 2>err
    [ $? = 3 ] || fail "$command: status is not 3"
done
