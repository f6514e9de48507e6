#!/bin/bash
# The compiled program leaves nothing in TMPDIR; a refusal keeps the C and names it.
fail() {
    echo "$*"
    exit 1
}
command -v cc >/dev/null || exit 0
mkdir tmp
export TMPDIR="$PWD/tmp"
"$KANON" render -e 'sin(tau*440*t)' --for 1ms --engine cc -o x.wav 2>err || fail "$(cat err)"
[ -z "$(ls -A tmp)" ] || fail "left: $(ls -A tmp)"
printf '#!/bin/sh\necho "x.c:1: error: no"\nexit 1\n' >refuses; chmod +x refuses
KANON_CC="$PWD/refuses" "$KANON" render -e 0.5 --for 1ms --engine cc -o y.wav 2>err
[ $? = 3 ] || fail "a refusal: status is not 3"
grep -q 'bug of Kanon' err || fail "a refusal: $(cat err)"
[ -s tmp/kanon-*/kn_program.c ] || fail "the C was not kept: $(ls -R tmp)"
export TMPDIR="$PWD/nothere"
"$KANON" render -e 0.5 --for 1ms --engine cc -o y.wav 2>err; [ $? = 3 ] || fail "no TMPDIR: status is not 3"
