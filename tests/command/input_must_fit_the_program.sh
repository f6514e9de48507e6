#!/bin/bash
# Other numbers of channels are refused with both numbers; mono feeds all.
fail() {
    echo "$*"
    exit 1
}
printf 'input l, r\nout = [l, r]\n' >two.kn
printf 'input x\nout = x\n' >one.kn
r() { "$KANON" render --engine ref "$@" 2>err; }
r -e '[0.5, 0.25]' --for 100ms --rate 44100 -o in.wav || fail "$(cat err)"
r one.kn --in in.wav -o x.wav; [ $? = 2 ] || fail "stereo into one input passes"
grep -q '2 channels.*1 input' err || fail "numbers are missing: $(cat err)"
printf 'input a, b, c\nout = a\n' >three.kn
r three.kn --in in.wav -o x.wav; [ $? = 2 ] || fail "stereo into three inputs passes"
grep -q '2 channels.*3 inputs' err || fail "numbers are missing: $(cat err)"
r -e 0.5 --in in.wav -o x.wav; [ $? = 2 ] || fail "--in without inputs passes"
r two.kn --in in.wav --for 100ms -o x.f32 || fail "$(cat err)"
[ "$(wc -c <x.f32)" = $((4410 * 8)) ] || fail "the input's rate is not taken"
r -e 0.5 --for 100ms -o mono.wav || fail "$(cat err)"
r two.kn --in mono.wav --for 1ms -o x.f32 || fail "mono: $(cat err)"
[ "$(od -An -tf4 -N8 x.f32 | tr -s ' ')" = " 0.5 0.5" ] || fail "mono: $(od -An -tf4 -N8 x.f32)"
