#!/bin/bash
# On a terminal a long render shows its progress and erases it; the last line stays.
fail() {
    echo "$*"
    exit 1
}
command -v script >/dev/null || exit 0
script -qec "'$KANON' render -e 'noise(1)' --engine ref --for 5min -o x.wav" /dev/null >seen </dev/null || fail "it failed: $(cat seen)"
grep -q 'rendering.*times real time.*left' seen || fail "no progress: $(cat -v seen)"
tail -n 1 seen | grep -q "$(printf '\033')\[Kx.wav: 300 s" || fail "not erased before the last line: $(tail -n 1 seen | cat -v)"
"$KANON" render -e 0.5 --for 1s --format f32 -o - 2>err </dev/null | cat >/dev/null
