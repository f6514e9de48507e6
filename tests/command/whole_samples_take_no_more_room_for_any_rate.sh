#!/bin/bash
# A time rounded to whole samples is that time but for half a sample, whatever the rate: C for any rate up to 192 kHz has
# the lines of C for 192 kHz. (Both rates of round(d * sr) / sr taken apart would be 768 times as much.)
fail() {
    echo "$*"
    exit 1
}
cat >times.kn <<'K'
input x
param d = 10ms in 1ms..20ms
param f = 2Hz in 1Hz..3Hz
rounded = delay(x, t => whole(d * (2 + sine(f)(t)) / 3))
cut = delay(x, t => floor(d * sr) * dt + ceil(clamp(sine(f)(t), 0, 1) * 0.01 * sr) / sr)
bent = delay(x, t => max(round(d * sr) - floor(d * f / 10 * sr), 0) / sr)
out = [rounded, cut, bent]
K
echo 'input x
out = pitch_shifter(x, 1.5)' >shifter.kn
# the samples of the longest line
longest() {
    "$KANON" build $1.kn -o $1.c "${@:2}" 2>err || fail "$(cat err)"
    sed -n 's/.* line[0-9]*\[\([0-9]*\)\];/\1/p' $1.h | sort -n | tail -1
}
for program in times shifter; do
    any=$(longest $program) one=$(longest $program --rate 192000)
    [ -n "$any" ] && [ -n "$one" ] && [ "$any" -le $((2 * one)) ] ||
        fail "$program: $any samples for any rate, $one for 192 kHz"
done
