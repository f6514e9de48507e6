#!/bin/bash
# A header may say any rate: one that --rate would refuse is refused, and nothing is rendered.
fail() {
    echo "$*"
    exit 1
}
word() { # a number as four bytes, the least first
    printf "\\x$(printf %02x $(($1 & 255)))\\x$(printf %02x $((($1 >> 8) & 255)))"
    printf "\\x$(printf %02x $((($1 >> 16) & 255)))\\x$(printf %02x $((($1 >> 24) & 255)))"
}
wave() { # file, rate: a hundred silent frames
    {
        printf 'RIFF'; word 236; printf 'WAVEfmt '; word 16; printf '\1\0\1\0'; word "$2"; word $((2 * $2))
        printf '\2\0\20\0data'; word 200; head -c 200 /dev/zero
    } >"$1"
}
printf 'input a\nout(t) = delay(a, 600)(t)\n' >long.kn
printf 'input a\nout(t) = delay(a, 1)(t) + running_max(a, 1)(t)\n' >short.kn
for rate in 1000001 2000000 2147483647; do
    wave in.wav $rate
    for program in long short; do
        for engine in auto jit cc ref; do
            timeout 10 "$KANON" render $program.kn --in in.wav --for 1ms --engine $engine -o o.wav 2>err
            [ $? = 2 ] || fail "$rate Hz, engine $engine: $(cat err)"
            grep -q 'a program runs at 1000 kHz at most' err || fail "$rate Hz: $(cat err)"
            [ ! -e o.wav ] || fail "$rate Hz: something is rendered"
        done
    done
done
# and the highest that there may be works
wave in.wav 1000000
"$KANON" render short.kn --in in.wav --for 10us -o o.wav 2>err || fail "1 MHz: $(cat err)"
