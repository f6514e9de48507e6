#!/bin/bash
# /dev/null as OUT stays a device.
fail() {
    echo "$*"
    exit 1
}
"$KANON" render -e 0.5 --engine ref --for 1ms -o /dev/null 2>err || fail "$(cat err)"
[ -c /dev/null ] || fail "/dev/null was replaced"
mkfifo pipe
cat pipe >got &
"$KANON" render -e 0.5 --engine ref --for 1ms -o pipe 2>err || fail "$(cat err)"
wait
[ -p pipe ] && [ "$(head -c 4 got)" = RIFF ] || fail "the named pipe got: $(head -c 4 got)"
