#!/bin/bash
# -o - on a terminal is refused.
fail() {
    echo "$*"
    exit 1
}
command -v script >/dev/null || exit 0
script -qec "'$KANON' render -e 0.5 --for 1ms -o -" /dev/null >seen </dev/null
[ $? = 2 ] || fail "status is not 2: $(cat -v seen)"
grep -q terminal seen || fail "it does not say why: $(cat -v seen)"
