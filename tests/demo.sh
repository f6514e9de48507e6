#!/bin/sh
# make demo: renders a piece and draws it.
# demo.sh BUILD
build=$1
program=examples/piece.kn
"$build/kanon" render "$program" -o "$build/demo.wav" || exit 1
"$build/kanon" plot "$program" --wave --spectrogram --window 8192 --size 1500x1200 -o "$build/demo.png" || exit 1
echo "Listen to $build/demo.wav; look at $build/demo.png: its waves, and which frequencies sound when ($program)."
