#!/bin/bash
# Renders stream: an hour takes the memory of a second, by one thread or three, in pieces or not; so does what hears a file.
. "$KANON_TESTS/limit/limit.bash"
[ -n "$KANON_SANITIZED" ] && exit 0 # its memory is its own
memory() { # megabytes that the words take, at most
    "$DRIVER" --within 60 2000 "$@" >out 2>err || fail "${*/#*\//}: $(cat err)"
    sed -n 's/^within: .* s, \([0-9]*\) MB$/\1/p' err
}
for options in '-o x.wav' '-o x.wav --jobs 3' '-o x.wav --resume' '-o - --format f32'; do
    short=$(memory "$KANON" render -e 'noise(1)' --for 1s $options) || fail "$short"
    long=$(memory "$KANON" render -e 'noise(1)' --for 1h $options) || fail "$long"
    [ $long -le $((short + 8)) ] || fail "$options: $long MB for an hour, $short for a second"
done
echo 'input x
out = delay(x, 0.1)' >effect.kn
short=$(memory "$KANON" render effect.kn --in x.wav --for 1s -o y.wav) || fail "$short"
long=$(memory "$KANON" render effect.kn --in x.wav --for 1h -o y.wav) || fail "$long"
[ $long -le $((short + 8)) ] || fail "with an input: $long MB for an hour, $short for a second"
# midi files of a million messages, all on one key, are read within the time
{
    printf 'MThd\0\0\0\6\0\0\0\1\0\x60MTrk'
    printf '\0\x5b\x8d\x84'
    printf '\0\x90\x3c\x40%.0s' $(seq 500000)
    printf '\0\x80\x3c\x40%.0s' $(seq 500000)
    printf '\1\xb0\x40\x7f%.0s' $(seq 500000)
    printf '\0\xff\x2f\0'
} >x.mid
within 0 "$KANON" check -e 'len(midi_file("x.mid"))'
