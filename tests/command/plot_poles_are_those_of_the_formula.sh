#!/bin/bash
# Poles and zeros of library filters are those of their formulas, with how many lie at one place; what is no linear filter is said, with
# its place.
fail() {
    echo "$*"
    exit 1
}
# of a program, a line each, sorted: pole or zero, real and imaginary part, how many
roots() {
    "$KANON" plot "$@" --pole-zero -o roots.tsv 2>err || fail "$* : $(cat err)"
    [ ! -s err ] || fail "$*: $(cat err)"
    awk -F '\t' '!/^#/ { print substr($2, 1, 4), $3, $4, $5 }' roots.tsv | LC_ALL=C sort
}
# the same, told on standard input; numbers within 1e-9
same() {
    LC_ALL=C sort >expected
    roots "$@" >got
    paste -d ' ' expected got | awk -v n="$(wc -l <expected)" 'function off(a, b) { return (a - b) ^ 2 > 1e-18 }
        $1 != $5 || off($2, $6) || off($3, $7) || $4 != $8 { bad = 1 } END { exit bad || NR != n }' ||
        fail "$*: $(diff expected got)"
}
# s = W e^(i pi (2 k + n - 1) / (2 n)) of Butterworth's filter, and z = (1 + s) / (1 - s) by the bilinear transform
butterworth() { # n, cutoff, where the zeros are
    awk -v n="$1" -v cutoff="$2" -v zero="$3" 'BEGIN {
        pi = atan2(0, -1); w = sin(pi * cutoff / 48000) / cos(pi * cutoff / 48000)
        for (k = 1; k <= n; k++) {
            a = pi * (2 * k + n - 1) / (2 * n); x = w * cos(a); y = w * sin(a); if (2 * k == n + 1) y = 0
            d = (1 - x) ^ 2 + y ^ 2
            printf "pole %.13g %.13g 1\n", (1 - x * x - y * y) / d, 2 * y / d
        }
        print "zero", zero, 0, n }'
}
butterworth 4 1000 -1 | same -e 'input x; out = butterworth(x, 4, 1kHz)'
butterworth 8 100 -1 | same -e 'input x; param f = 1kHz in 20..20000; out = butterworth(x, 8, f)' --set f=100
butterworth 5 3000 1 | same -e 'input x; out = butterworth_highpass(x, 5, 3kHz)'
# the average of a pole and its twin: two at one place
same -e 'input x; y(t) = x(t) + 0.5 * y(t - 1 / sr); z(t) = y(t) + 0.5 * z(t - 1 / sr); out = z' <<<"pole 0.5 0 2
zero 0 0 2"
# delays: x + 0.5 x(t - 3 samples) has its zeros at the cube roots of -0.5, and three poles at 0
awk 'BEGIN { r = 0.5 ^ (1 / 3); print "pole 0 0 3"; printf "zero %.13g 0 1\nzero %.13g %.13g 1\nzero %.13g %.13g 1\n", -r, r / 2, r * sqrt(3) / 2, r / 2, -r * sqrt(3) / 2 }' |
    same -e 'input x; out(t) = x(t) + 0.5 * x(t - 3 / sr)'
same -e 'input x; out(t) = 0.25 * x(t - 48 / sr)' <<<"pole 0 0 48"
same -e 'input x; out = 2 * x + 1' </dev/null
roots -e 'input x; out = comb(x, 1ms, 0.7)' | grep -q '^zero 0 0 48$' || fail "comb: $(grep zeros roots.tsv | head)"
# what is not heard, and what cancels, is not there
same -e 'input x; y(t) = x(t) + 0.9 * y(t - 1 / sr); out(t) = y(t) - 0.9 * y(t - 1 / sr)' </dev/null
# integrate adds up what came before: dt / (z - 1)
same -e 'input x; out = integrate(x)' <<<"pole 1 0 1"
# an allpass has its zeros where its poles are in the circle turned inside out
roots -e 'input x; out = x |> allpass(1kHz)' >got
awk '$1 == "pole" && $3 > 0 { r = $2 ^ 2 + $3 ^ 2; a = $2 / r; b = $3 / r } $1 == "zero" && $3 > 0 { good = (a - $2) ^ 2 + (b - $3) ^ 2 < 1e-18 && r < 1 } END { exit !good }' got ||
    fail "allpass: $(cat got)"
# taps of convolutions, means, biquads
same -e 'input x; out = fir(x, [1, 2, 1])' <<<"pole 0 0 2
zero -1 0 2"
same -e 'input x; out = x |> moving_average(2 / sr)' <<<"pole 0 0 1
zero -1 0 1"
same -e 'input x; out = biquad(x, 1, 0, -1, 0, 0.25)' <<<"pole 0 -0.5 1
pole 0 0.5 1
zero -1 0 1
zero 1 0 1"
# several outputs stand beside each other in the table
"$KANON" plot -e 'input x; out(t) = [x(t) + x(t - 1 / sr), x(t) - x(t - 1 / sr)]' --pole-zero -o two.tsv && [ "$(grep -vc '^#' two.tsv)" = 4 ] &&
    grep -q 'zeros of out\[1\]' two.tsv || fail "two outputs: $(cat two.tsv)"
"$KANON" plot -e 'input x; out = butterworth(x, 4, 1kHz)' --pole-zero >text && grep -q '×' text && grep -q '○ -1  4 times' text || fail "$(cat text)"
"$KANON" plot -e 'input x; y(t) = x(t) + 1.1 * y(t - 1 / sr); out = y' --pole-zero -o x.png 2>err && grep -q unstable err || fail "unstable: $(cat err)"
# magnitudes out of poles and zeros are those of the response, but for a gain
agree() {
    "$KANON" plot -e "input x; out = $1" --response --pole-zero --for 0.2s -o both.tsv 2>err || fail "$1: $(cat err)"
    awk -F '\t' 'BEGIN { m = roots = 0 }
        /^#/ { next }
        $1 == 1 && $3 > 30 && $3 < 20000 && $4 > -90 && n++ % 97 == 0 { f[m] = $3; level[m++] = $4 }
        $1 == 2 { re[roots] = $3; im[roots] = $4; power[roots++] = $2 == "poles" ? -$5 : $5 }
        END {
            pi = atan2(0, -1)
            for (i = 0; i < m; i++) {
                sum = level[i]
                for (k = 0; k < roots; k++)
                    sum -= power[k] * 10 * log((cos(2 * pi * f[i] / 48000) - re[k]) ^ 2 + (sin(2 * pi * f[i] / 48000) - im[k]) ^ 2) / log(10)
                if (i == 0) gain = sum
                if ((sum - gain) ^ 2 > 1e-4) { print f[i] " Hz is off by " sum - gain " dB"; exit 1 }
            }
            exit m < 10 || roots == 0 }' both.tsv || fail "$1: poles and zeros have another response"
}
for filter in 'bandpass(x, 1kHz, 5)' 'lowshelf(x, 200Hz, -9dB)' 'chebyshev(x, 5, 2kHz)' 'elliptic(x, 6, 4kHz)' 'comb(x, 0.5ms, 0.7)' \
    'feedforward_comb(x, 0.77ms, 0.9)' 'lowpass(highpass(peaking(x, 900Hz, 3dB), 60Hz), 8kHz, 3)' 'moving_average(x, 0.4ms)'; do
    agree "$filter"
done
refused() { # program, words
    "$KANON" plot -e "$1" --pole-zero -o none.png 2>err
    [ $? = 1 ] && grep -q -- "$2" err && [ ! -e none.png ] || fail "$1: $(cat err)"
}
refused 'input x; out = tanh(x)' '`tanh` of a signal is not linear'
refused 'input x; out = x * x' 'multiplies a signal by a signal'
refused 'input x; out(t) = x(t) * sin(t)' 'it changes with time'
refused 'input x; out(t) = x(t) / (2 + x(t))' 'divides by a signal'
refused 'input x; out(t) = x(t - 10ms)' 'looks back 480 samples'
refused 'input x; out(t) = x(t - (2 + sin(t)) / 1000)' 'varies'
refused 'input x; out = x + noise(1)' 'changes with time'
"$KANON" plot -e 'sine(440)' --pole-zero 2>err; [ $? = 2 ] && grep -q 'input' err || fail "no input: $(cat err)"
exit 0
