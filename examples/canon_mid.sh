#!/bin/sh
# Makes canon.mid, which examples/keys.kn plays: Frère Jacques in four voices, each two bars later and on a channel of its own.
# Standard MIDI File of type 1, 96 ticks a quarter note.
set -eu
out=${1:-canon.mid}
tune='60.96 62.96 64.96 60.96 60.96 62.96 64.96 60.96 64.96 65.96 67.192 64.96 65.96 67.192
67.48 69.48 67.48 65.48 64.96 60.96 67.48 69.48 67.48 65.48 64.96 60.96 60.96 55.96 60.192 60.96 55.96 60.192'

byte() { printf "\\$(printf %03o "$1")"; }
number() { # big-endian: value, bytes
    i=$2
    while [ "$i" -gt 0 ]; do
        i=$((i - 1))
        byte $(($1 >> 8 * i & 255))
    done
}
ticks() { # seven bits a byte, the last without the eighth
    [ "$1" -lt 128 ] || byte $(($1 >> 7 | 128))
    byte $(($1 & 127))
}
chunk() { # name, file of its content
    printf %s "$1"
    number "$(wc -c <"$2")" 4
    cat "$2"
}
voice() { # channel, ticks to wait, semitones up
    wait=$2
    for round in 1 2; do
        for note in $tune; do
            key=$((${note%.*} + $3)) length=${note#*.}
            ticks $wait; byte $((0x90 + $1)); byte $key; byte $((70 + key % 5 * 8))
            ticks $((length - 12)); byte $((0x80 + $1)); byte $key; byte 64
            wait=12
        done
    done
    printf '\0\377\057\0'
}

part=$(mktemp)
trap 'rm -f "$part"' EXIT
{
    { number 1 2; number 5 2; number 96 2; } >"$part"; chunk MThd "$part"
    { printf '\0\377\121\003'; number 545454 3; printf '\0\377\057\0'; } >"$part"; chunk MTrk "$part" # 110 a minute
    for n in 0 1 2 3; do
        voice $n $((n * 768)) $((n % 2 * 12 - n / 2 * 12)) >"$part"
        chunk MTrk "$part"
    done
} >"$out"
