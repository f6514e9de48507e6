#!/bin/bash
# An unknown param proposes the nearest; no value, no constant, an error: status 2.
fail() {
    echo "$*"
    exit 1
}
printf 'param cutoff = 800Hz in 20Hz..20kHz\ninput x\nout = cutoff\n' >x.kn
s() { "$KANON" render x.kn --for 1ms -o x.wav --set "$1" 2>err; [ $? = 2 ] || fail "--set $1: status is not 2: $(cat err)"; }
s cutof=3; grep -q 'did you mean cutoff' err || fail "no proposal: $(cat err)"
s cutoff; s cutoff=; s =3; s 'cutoff=('; s 'cutoff=nope'; s 'cutoff=[1, 2]'; s 'cutoff=1/0'; s 'cutoff=x'
[ ! -e x.wav ] || fail "something was rendered"
