#!/bin/bash
# midi_file: which notes a file holds, when they end, and that score plays them as it plays a list that is written down.
. "$KANON_TESTS/command/midi_file.bash"
fail() {
    echo "$*"
    exit 1
}
# The events of midi_file with these arguments, one a line: start, length, number of the key, velocity times 127
events() {
    local n i
    n=$("$KANON" print --at 0 -e "len(midi_file($1))" 2>err) || fail "$1: $(cat err)"
    n=${n##*	}
    for ((i = 0; i < n; i++)); do
        "$KANON" print --at 0 -e "{ e = midi_file($1)[$i]; [e[0], e[1], 69 + 12 * log2(e[2] / 440), 127 * e[3]] }" 2>err ||
            fail "$1: $(cat err)"
    done | awk '{ printf "%.6g %.6g %.6g %.6g\n", $3, $4, $5, $6 }'
}
holds() { # arguments, what is expected
    local got
    got=$(events "$1") || fail "$got"
    [ "$got" = "$2" ] || fail "midi_file($1):
$got
and not
$2"
}
# 120 a minute: 0x60 ticks are half a second, 0x30 a quarter of one
midi_write plain.mid '\0\x90\x3c\x40\x30\x80\x3c\x40\0\x90\x45\x7f\x60\x80\x45\x40'
holds '"plain.mid"' '0 0.25 60 64
0.25 0.5 69 127'
# the tempo in one track, 60 a minute from the second quarter note on
midi_write tempo.mid '\x60\xff\x51\3\x0f\x42\x40' '\0\x90\x3c\x40\x81\x40\x80\x3c\x40'
holds '"tempo.mid"' '0 1.5 60 64'
# the same key twice: who came first ends first
midi_write twice.mid '\0\x90\x3c\x10\x30\x90\x3c\x20\x30\x80\x3c\0\x30\x80\x3c\0'
holds '"twice.mid"' '0 0.5 60 16
0.25 0.5 60 32'
# never released: the end of the file; released before it was struck: nothing
midi_write hanging.mid '\0\x80\x3c\0\0\x90\x3c\x40\x60\xb0\7\x64'
holds '"hanging.mid"' '0 0.5 60 64'
# no longer than nothing
midi_write pad.mid '\0\x99\x24\x40\0\x89\x24\0\x60\xb9\7\x64'
holds '"pad.mid"' '0 0.001 36 64'
# the pedal goes down while the first sounds, up at 1 s; the second is struck again meanwhile, the third is still down then
midi_write pedal.mid '\0\x90\x3c\1\0\x90\x3d\2\0\xb0\x40\x7f\x18\x80\x3c\0\x18\x80\x3d\0\x30\x90\x3d\3\0\x90\x3e\4\x60\xb0\x40\0\x60\x80\x3d\0\0\x80\x3e\0'
holds '"pedal.mid"' '0 1 60 1
0 0.5 61 2
0.5 1 61 3
0.5 1 62 4'
# the pedal of another channel does nothing; one in another track does; at the end all of it is over
midi_write pedals.mid '\0\xb1\x40\x7f\0\xb2\x40\x7f\x81\x40\xff\1\0' '\0\x90\x3c\1\0\x91\x3d\2\0\x92\x3e\3\x60\x80\x3c\0\0\x81\x3d\0\0\x82\x3e\0'
holds '"pedals.mid"' '0 0.5 60 1
0 1 61 2
0 1 62 3'
# 121 lifts the pedal, 123 the keys that the pedal then holds, 120 ends all
midi_write off.mid '\0\x90\x3c\1\0\xb0\x40\x7f\x18\xb0\x7b\0\x18\xb0\x79\0\0\x90\x3d\2\x30\xb0\x7b\0\0\x90\x3e\3\0\xb0\x40\x7f\x30\xb0\x78\0\x30\xff\1\0'
holds '"off.mid"' '0 0.25 60 1
0.25 0.25 61 2
0.5 0.25 62 3'
midi_write choice.mid '\0\x90\x3c\1\0\x91\x3d\2\x60\x80\x3c\0\0\x81\x3d\0' '\0\x90\x3e\3\x60\x80\x3e\0'
holds '"choice.mid", channel: 1' '0 0.5 60 1
0 0.5 62 3'
holds '"choice.mid", channel: 2' '0 0.5 61 2'
holds '"choice.mid", track: 2' '0 0.5 62 3'
holds '"choice.mid", track: 1, channel: 1' '0 0.5 60 1'
holds '"choice.mid", channel: 16' ''

# score plays it, from every engine, at any rate, from anywhere
instrument='(f, length, velocity) => velocity * sine(f) * ad(5ms, length)'
echo "out = score([[0, 1, midi(60), 1 / 127], [0, 0.5, midi(61), 2 / 127], [0.5, 1, midi(61), 3 / 127], [0.5, 1, midi(62), 4 / 127]], $instrument)" >written.kn
mkdir folder
mv pedal.mid folder
echo "out = score(midi_file(\"pedal.mid\"), $instrument)" >folder/read.kn
for options in --double '--double --engine ref' '--double --rate 44100 --jobs 2' '--double --from 0.7s'; do
    "$KANON" render written.kn $options --for 1.6s -o written.f32 2>err || fail "$options: $(cat err)"
    "$KANON" render folder/read.kn $options --for 1.6s -o read.f32 2>err || fail "$options: $(cat err)"
    cmp -s written.f32 read.f32 || fail "$options: they differ"
done
"$KANON" check folder/read.kn | grep -q 'pure' || fail "it is not pure: $("$KANON" check folder/read.kn)"
"$KANON" build folder/read.kn -o read.c 2>err || fail "C: $(cat err)"
