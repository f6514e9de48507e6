# For the scripts of this folder: a program that is refused or done, in 10 s and 1 GB, without a crash.
fail() {
    echo "$*"
    exit 1
}
# within STATUS WORD…: the words end with that status in time; what they print is in out and err
seconds=10
within() {
    local wanted=$1
    shift
    "$DRIVER" --within $seconds 1024 "$@" >out 2>err
    local got=$?
    [ $got = "$wanted" ] || fail "${*/#*\//}: status $got instead of $wanted: $(head -c 1500 err)"
}
# refused WORD…: `kanon check x.kn` ends with 1 and says all the words
refused() {
    within 1 "$KANON" check x.kn
    [ "$(wc -c <err)" -lt 20000 ] || fail "a message of $(wc -c <err) bytes"
    for word; do grep -q -e "$word" err || fail "the message does not say '$word': $(head -c 1500 err)"; done
}
# accepted: it compiles, sounds in the reference, in memory, and in a third of the runs through C. The compiler is told
# less optimization, by the last of its words: what is large is large for it at any level.
number=$(($(basename "$0" | cksum | cut -d ' ' -f 1) % 3))
. "$KANON_TESTS/turns.sh"
printf '#!/bin/sh\nexec cc "$@" -O1\n' >cc_1
chmod +x cc_1
accepted() {
    within 0 "$KANON" check x.kn
    within 0 "$KANON" render x.kn --engine ref --for 1ms -o ref.f32
    within 0 "$KANON" render x.kn --engine jit --for 1ms -o jit.f32
    same ref.f32 jit.f32
    [ -n "$KANON_SANITIZED" ] && return
    in_turn $number 3 || return 0
    seconds=60 KANON_CC=./cc_1 within 0 "$KANON" render x.kn --engine cc --for 1ms -o cc.f32
    same ref.f32 cc.f32
}
# two f32 files are within 1e-6 of the largest value, at least 1
same() {
    od -An -v -w4 -tf4 "$1" >"$1.txt"
    od -An -v -w4 -tf4 "$2" >"$2.txt"
    paste "$1.txt" "$2.txt" | awk 'BEGIN { p = 1 } { d = $1 - $2; if (d < 0) d = -d; if (d > m) m = d
        a = $1 < 0 ? -$1 : $1; if (a > p) p = a } END { exit m > 1e-6 * p }' || fail "$1 and $2 differ"
}
