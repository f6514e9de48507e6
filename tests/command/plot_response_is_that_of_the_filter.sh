#!/bin/bash
# Magnitude, phase and group delay of library filters are those of their formulas: with W = tan(pi f / sr) / tan(pi fc / sr), as the bilinear
# transform has it, H = 1 / (1 - W^2 + i W / Q) for lowpass; params are set; several outputs are told apart.
fail() {
    echo "$*"
    exit 1
}
cat >filters.kn <<'END'
input x
param cutoff = 100Hz in 20Hz..20kHz
param q = 0.7 in 0.1..10
out = [x |> lowpass(cutoff, q), x |> highpass(cutoff, q)]
END
"$KANON" plot filters.kn --response --phase --group-delay --set cutoff=1kHz --set q=3 -o filters.tsv || fail "no table"
awk -F '\t' -v cutoff=1000 -v q=3 '
function tan(x) { return sin(x) / cos(x) }
function db(x) { return 10 * log(x) / log(10) }
/^#/ || $3 < 20 || $3 > 15000 || ($3 > 500 && NR % 13) { next }
{
    pi = atan2(0, -1); w = tan(pi * $3 / 48000) / tan(pi * cutoff / 48000)
    re = 1 - w * w; im = w / q; power = re * re + im * im
    high = $2 == "out[1]"
    seen[$1 $2]++
}
$1 == 1 { wanted = db((high ? w ^ 4 : 1) / power); by = 0.01 }
$1 == 2 { wanted = (high ? 180 : 0) - atan2(im, re) * 180 / pi; by = 0.05 }
# the phase is that of 1 / (re + i im): its derivative by f, times that of W
$1 == 3 { slope = (re / q + im * 2 * w) / power; by = 0.002
    wanted = 1000 * slope * (1 + (w * tan(pi * cutoff / 48000)) ^ 2) / tan(pi * cutoff / 48000) * pi / 48000 / (2 * pi) }
{ off = $4 - wanted; if (off < 0) off = -off; if (!(off <= by)) { print "at " $3 " Hz, panel " $1 " " $2 ": " $4 " and not " wanted; bad = 1; exit } }
END { for (key in seen) { n++; if (seen[key] < 1000) bad = 1 }; exit bad || n != 6 }' filters.tsv || fail "another response"
# a file is taken for an impulse response
"$KANON" render -e 't => if t < 0.5 / sr then 0.5 else 0' --for 10ms -o half.wav --bits 32 2>/dev/null
"$KANON" plot half.wav --response -o half.tsv || fail "no response of a file"
awk -F '\t' '!/^#/ && ($4 + 6.0206) ^ 2 > 1e-6 { bad = 1 } END { exit bad || NR < 1000 }' half.tsv || fail "half is not -6.02 dB"
# what is not linear, what changes with time, what sounds by itself and what never ends is said
"$KANON" plot -e 'input x; out = tanh(3 * x)' --response -o x.tsv 2>err && grep -q 'not linear' err || fail "tanh: $(cat err)"
"$KANON" plot -e 'input x; out(t) = x(t) * sine(1000)(t + 0.1ms)' --response -o x.tsv 2>err && grep -q 'changes with time' err || fail "a ring modulator: $(cat err)"
"$KANON" plot -e 'input x; out = x + sine(440)' --response -o x.tsv 2>err && grep -q 'by itself' err || fail "a tone: $(cat err)"
awk -F '\t' '!/^#/ && $4 ^ 2 > 1e-4 { bad = 1 } END { exit bad }' x.tsv || fail "the tone was not taken off"
"$KANON" plot -e 'input x; y(t) = x(t) + y(t - 1 / sr); out = y' --response >x.txt 2>err && grep -q 'still sounds' err || fail "an integrator: $(cat err)"
"$KANON" plot -e 'input x; out = x |> lowpass(1kHz)' --response -o x.tsv 2>err && [ ! -s err ] || fail "a filter: $(cat err)"
"$KANON" plot -e 'input x; out = 0.1 * x' --response -o x.tsv 2>err && [ ! -s err ] || fail "a gain: $(cat err)"
awk -F '\t' '!/^#/ && ($4 + 20) ^ 2 > 1e-8 { bad = 1 } END { exit bad }' x.tsv || fail "a tenth is not -20 dB"
