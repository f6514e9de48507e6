#!/bin/bash
# A file over the limit of the process is a failure, not a crash.
fail() {
    echo "$*"
    exit 1
}
(ulimit -f 16; "$KANON" render -e 0.5 --engine ref --for 5s -o x.wav 2>err.pipe; echo $? >status)
[ "$(cat status)" = 3 ] || fail "status is $(cat status), not 3"
[ ! -e x.wav ] || fail "a part is there"
[ -z "$(ls -A | grep kanon)" ] || fail "left behind: $(ls -A)"
