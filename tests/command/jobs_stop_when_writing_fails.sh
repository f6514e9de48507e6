#!/bin/bash
# With several threads a full disk is status 3 and a closed pipe status 0, and neither hangs.
fail() {
    echo "$*"
    exit 1
}
[ -c /dev/full ] || exit 0
timeout 60 "$KANON" render -e 'noise(1)' --engine ref --for 20s --jobs 3 --format f32 -o /dev/full 2>err
[ $? = 3 ] || fail "full: $(cat err)"
{ timeout 60 "$KANON" render -e 'noise(1)' --engine ref --for 20s --jobs 3 --format f32 -o - 2>err; echo $? >status; } | head -c 10 >/dev/null
[ "$(cat status)" = 0 ] || fail "a closed pipe: status $(cat status)"
