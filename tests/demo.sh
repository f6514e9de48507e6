#!/bin/sh
# make demo: renders a piece and draws it.
# demo.sh BUILD
build=$1
for program in examples/piece.kn examples/drum.kn examples/*.kn; do
    [ -f "$program" ] && "$build/kanon" check "$program" >/dev/null 2>&1 && break
done
[ -f "$program" ] || {
    program=$build/demo.kn
    cat >"$program" <<'K'
notes       = [57, 61, 64, 69, 68, 64]
pluck(f)(t) = sum(1..9, k => sin(tau * k * f * t) / k * exp(-(2 + k) * t))
melody(t)   = pluck(440 * 2 ^ ((notes[5 * t % 6] - 69) / 12))(t % 0.2)
echo(t)     = melody(t) + 0.5 * echo(t - 0.3)
out         = 0.25 * [echo, t => echo(t - 12ms)]
length      = 8s
K
}
"$build/kanon" render "$program" -o "$build/demo.wav" || exit 1
"$build/kanon" render "$program" -o "$build/demo.f32" --format f32 >/dev/null 2>&1 || exit 1
channels=$("$build/kanon" check "$program" --json | sed 's/.*"outputs":\([0-9]*\).*/\1/')
"$build/spectrogram" "$channels" "$build" <"$build/demo.f32" || exit 1
seconds=$(tail -n 1 "$build/demo.wave" | cut -d ' ' -f 1)
gnuplot <<G || exit 1
set terminal pngcairo size 1500,900 font "sans,11" background "#ffffff"
set output "$build/demo.png"
set multiplot title "$program" noenhanced
set lmargin at screen 0.07
set rmargin at screen 0.92
set tmargin at screen 0.93
set bmargin at screen 0.72
set tics out nomirror
set title "waveform, left or only channel"
set xlabel ""
set ylabel "amplitude"
set yrange [-1:1]
set xrange [0:$seconds] noextend
plot "$build/demo.wave" using 1:2:3 with filledcurves lc rgb "#2060a0" notitle
set tmargin at screen 0.62
set bmargin at screen 0.08
set title "spectrogram: level in dB of each third of a semitone"
set xlabel "seconds"
set ylabel "Hz"
set logscale y
set yrange [30:16000] noextend
set ytics (32, 64, 125, 250, 500, "1k" 1000, "2k" 2000, "4k" 4000, "8k" 8000, "16k" 16000)
set colorbox user origin 0.935,0.08 size 0.015,0.54
set cbrange [-90:0]
set palette defined (0 "#000004", 1 "#2c105c", 2 "#711f81", 3 "#b63679", 4 "#ee605e", 5 "#fdae78", 6 "#fcfdbf")
set pm3d map corners2color c1
splot "$build/demo.spectrum" using 1:2:3 with pm3d notitle
G
rm -f "$build/demo.f32" "$build/demo.wave" "$build/demo.spectrum"
echo "Listen to $build/demo.wav; look at $build/demo.png: its waveform, and which frequencies sound when ($program)."
