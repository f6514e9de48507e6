#!/bin/bash
# kanon fourier: what is no length, no name and no file is told, with a way out, and nothing is left behind; what is written goes where it should.
fail() {
    echo "$*"
    exit 1
}
refused() { # status, words of the message, arguments
    local status=$1 words=$2
    shift 2
    "$KANON" fourier "$@" 2>err
    local got=$?
    [ $got = "$status" ] || fail "$* ends with $got: $(cat err)"
    grep -qF -- "$words" err || fail "$*: $(cat err)"
}
refused 2 "A length is a whole number from 1 to 1048576"
for length in 0 -4 x 8x "" 4.5 0x10 " 8"; do
    refused 2 "a length is a whole number from 1 to 1048576, not '$length'" -- "$length"
done
refused 2 "7 is no product of 2, 3 and 5, and so no length of a transform; the next that is one is 8" 7
refused 2 "the next that is one is 1080" 1025
refused 2 "2097152 points are too many" 2097152
refused 2 "99999999999999999999 points are too many" 99999999999999999999
refused 2 "--name must be a C identifier" 8 --name int
refused 2 "--name must be a C identifier" 8 --name 'a;b'
refused 2 "-o takes a name that ends in .c, not 'fft.h'" 8 -o fft.h
refused 3 "no/such/fft.c" 8 -o no/such/fft.c
refused 2 "9" 8 9
[ -z "$(ls | grep -v '^err$')" ] || fail "left behind: $(ls)"
"$KANON" fourier 8 && [ -s fft8.c ] || fail "no fft8.c"
"$KANON" fourier 8 --inverse --complex && grep -q '^void ifft8(const float \*re, const float \*im, float \*to_re' ifft8.c || fail "no ifft8.c"
"$KANON" fourier 8 -o - | cmp - fft8.c || fail "standard output has another file"
LC_ALL=de_DE.UTF-8 "$KANON" fourier 8 -o - | cmp - fft8.c || fail "a locale changes numbers"
