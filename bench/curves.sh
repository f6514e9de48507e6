#!/bin/bash
# Writes the program of a curve of that size. In: NAME SIZE BASE. Out: BASE.kn and, where Faust has it too, BASE.dsp.
set -u
name=$1 n=$2 base=$3

kn() { # AWK: a program that prints the text, n being the size
    awk -v n="$n" "BEGIN { $1 }" > "$base.kn"
}
dsp() { # the text
    printf 'import("stdfaust.lib");\n%s\n' "$1" > "$base.dsp"
}

case $name in
partials)
    kn 'printf "out(t) = sum(1..%d, k => sin(tau * 11 * k * t) / k) / 4\n", n'
    dsp "process = sum(i, $n, sin(2 * ma.PI * (i + 1) * os.phasor(1, 11)) / (i + 1)) / 4;"
    ;;
notes) # of 0.8 s, ten a second, wherever they begin: eight sound at any time
    kn 'print "tone(f)(t) = if t < 0 or t > 0.8 then 0 else sin(tau * f * t) * exp(-5 * t)"
        printf "out(t) = 0.1 * sum(0..%d, k => tone(100 + 37 * k %% 900)(t - 0.1 * (k - %d) - 1))\nlength = 2s\n", n - 1, n / 2'
    ;;
score) # filtered saws one after the other, 40 a second
    kn 'print "voice(f, box) = blep_saw(f) * adsr(box, 5ms, 0.1, 0.6, 0.1) |> lowpass(1200, 2)"
        printf "out = 0.2 * score(map(0..%d, k => [k / 40, 0.02, midi(48 + 7 * k %% 24)]), (f, len) => voice(f, box(len)))\nlength = 2s\n", n - 1'
    ;;
series) # filters of second order
    kn 'print "input x\nstage(x) = { y(t) = 0.2 * x(t) + 0.3 * x(t - dt) + 0.2 * x(t - 2*dt) + 0.5 * y(t - dt) - 0.3 * y(t - 2*dt); y }"
        printf "out = x"; for (i = 0; i < n; i++) printf " |> stage"; print ""'
    dsp "process = seq(i, $n, fi.iir((0.2, 0.3, 0.2), (-0.5, 0.3)));"
    ;;
parallel) # resonators, from 40 Hz to 12 kHz
    kn 'printf "input x\nband(w)(t) = 0.01 * x(t) + 1.98 * cos(w) * band(w)(t - dt) - 0.9801 * band(w)(t - 2*dt)\nout(t) = sum(1..%d, k => band(0.005 * 300 ^ (k / %d))(t)) / %d\n", n, n, n'
    dsp "band(k) = *(0.01) : fi.iir((1), (0 - 1.98 * cos(w), 0.9801)) with { w = 0.005 * pow(300, (k + 1.0) / $n); };
process = _ <: par(k, $n, band(k)) :> /($n);"
    ;;
delays) # echoes of an input, from 10 ms on
    kn 'printf "input x\nout(t) = sum(1..%d, k => x(t - (480 + 61 * k) * dt) / k)\n", n'
    dsp "process = _ <: par(k, $n, @(480 + 61 * (k + 1)) / (k + 1)) :> _;"
    ;;
channels) # a ring modulator each
    kn 'printf "input x\nout(t) = map(1..%d, k => x(t) * sin(tau * 100 * k * t))\n", n'
    # os.phasor is a frame ahead
    dsp "phase(f) = step ~ _ : mem with { step(p) = ma.frac(p + f / ma.SR); };
process = _ <: par(k, $n, *(sin(2 * ma.PI * phase(100 * (k + 1)))));"
    ;;
tanh)
    kn 'printf "input x\nout(t) = sum(1..%d, k => tanh(x(t) * k / 10 + k / %d)) / %d\n", n, n, n'
    dsp "process = _ <: par(k, $n, *((k + 1) / 10) + (k + 1.0) / $n : ma.tanh) :> /($n);"
    ;;
voices) # strings with feedback of their own
    kn 'print "string(f)(t) = (if t < 1/f then noise(f)(t) else 0) + 0.49 * (string(f)(t - 1/f) + string(f)(t - 1/f - dt))"
        printf "out(t) = sum(1..%d, k => string(50 + k)(t))\n", n'
    ;;
nodes) # about five nodes of the graph a term
    kn 'printf "out(t) = 0"; for (i = 0; i < n / 5; i++) printf " + sin(tau * %d * t) * cos(%.9g + t * t)", i + 1, 6 * i / n; print ""'
    ;;
nested_calls) # d(d(d(…)))
    kn 's = "sin(t)"; for (i = 0; i < n; i++) s = "d(" s ")"; print "d(x) = x + x\nout(t) = " s " * 1e-12"'
    ;;
nested_delays) # sections s(t) + s(t - d) / 10 of a pure signal, whole and fractional distances
    kn 'print "s0(t) = sin(tau * 440 * t)"
        for (i = 1; i <= n; i++) printf "s%d(t) = s%d(t) + 0.1 * s%d(t - %.6f)\n", i, i - 1, i - 1, 0.00101 * (i % 60 + 1)
        printf "out = s%d\n", n'
    ;;
mutual_recursion) # signals, each of which reads the past of the next
    kn 'for (i = 0; i < n; i++) printf "m%d(t) = 0.5 * m%d(t - 1ms) + %d\n", i, (i + 1) % n, i == 0
        print "out = m0"'
    ;;
long_sum)
    kn 'printf "out(t) = t"; for (i = 0; i < n; i++) printf " + %d", i % 7; print ""'
    ;;
*) exit 2 ;;
esac
