#!/bin/bash
# Draws the pictures of the README: for each example the whole wave, and a piece of it close by; those of examples/pictures as they
# are; without words also those that kanon plot makes. Needs gnuplot and a built kanon. Usage: docs/pictures.sh [example …]
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The whole wave, and 30 ms around its loudest place.
draw() {
    local name=$1 input=()
    if grep -q '^input' "examples/$name.kn"; then
        build/kanon render examples/drum_sound.kn --for 0.5s -o "$work/in.wav" 2> /dev/null
        input=(--in "$work/in.wav")
    fi
    if grep -q '^voice(f, gate, velocity' "examples/$name.kn"; then
        input=(--midi examples/canon.mid)
    fi
    build/kanon render "examples/$name.kn" "${input[@]}" -o "$work/$name.f32" 2> "$work/log"
    local channels
    channels=$(build/kanon check "examples/$name.kn" --json | sed 's/.*"outputs":\([0-9]*\).*/\1/')
    peak=$(sed -n 's/.*dBFS at \([0-9.e+-]*\) s.*/\1/p' "$work/log")
    gnuplot << PLOT
set terminal pngcairo size 640,150 font "Helvetica,9" background "#ffffff"
set output "docs/pictures/$name.png"
set multiplot layout 1,2
unset key
unset ytics
set border 1
set tics nomirror
set yrange [-1:1]
set lmargin 1
set rmargin 2
fields = "$(printf '%%float%.0s' $(seq "$channels"))"
set xtics auto
plot "$work/$name.f32" binary format=fields using (\$0 / 48000.0):1 with lines lc rgb "#20639b" lw 0.6
where = $peak * 48000 - 480 > 0 ? int($peak * 48000) - 480 : 0
set format x "%.3f"
set xtics 0.01
plot "$work/$name.f32" binary format=fields every ::where::(where + 1440) using (\$0 / 48000.0):1 with lines lc rgb "#ed553b" lw 1
unset multiplot
PLOT
}

plot() { # its words
    build/kanon plot "$@"
    echo "${!#}"
}
if [ $# -eq 0 ]; then
    plot examples/piece.kn --channel 0 --wave --spectrogram --window 8192 --size 900x560 -o docs/pictures/piece_spectrogram.png
    printf 'input x\nout = [butterworth(x, 4, 2kHz), elliptic(x, 4, 2kHz)]\n' > "$work/filters.kn"
    plot "$work/filters.kn" --response --pole-zero --size 900x760 -o docs/pictures/filters.png
fi
paint() {
    local size=256x256
    case $1 in hills | clouds) size=384x256 ;; esac
    build/kanon image "examples/pictures/$1.kn" --at 4.1s --size $size --samples 3 -o "docs/pictures/$1.png" 2> /dev/null
}

if [ $# -eq 0 ]; then set -- $(cd examples && ls *.kn pictures/*.kn | sed 's/\.kn$//'); fi
for name in "$@"; do
    case $name in pictures/*) name=${name#pictures/} && paint "$name" ;; *) draw "$name" ;; esac
    echo "docs/pictures/$name.png"
done
