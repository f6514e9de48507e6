#!/bin/bash
# --midi: an instrument plays a file: the sum of its notes, at their samples, in every engine, however time is cut; wrong uses are told.
. "$KANON_TESTS/command/midi_file.bash"
fail() {
    echo "$*"
    exit 1
}
render() { "$KANON" render "$@" 2>err || fail "$*: $(cat err)"; }
near() { # two files of floats: no further apart than 1e-5
    [ "$(wc -c <"$1")" = "$(wc -c <"$2")" ] || fail "$3: of another length"
    paste <(od -An -v -w4 -tf4 "$1") <(od -An -v -w4 -tf4 "$2") |
        awk '{ off = $1 - $2; if (off > 1e-5 || off < -1e-5) exit 1; if ($1 > 0.01) heard = 1 } END { exit !heard }' ||
        fail "$3"
}
cat >keys.kn <<'END'
param bright = 2kHz in 200Hz..8kHz log cc 1
voice(f, gate, velocity) = saw(f) |> lowpass(bright, 2) |> _ * adsr(gate, 5ms, 0.1, 0.5, 50ms) * velocity * 0.3
out = voices |> _ + 0.3 * delay(_, 30ms)
END
# 120 a minute: 96 ticks are half a second. A3 and C4, the second from 0.25 s on, the first until 0.5 s; the wheel
midi_write two.mid '\0\x90\x39\x40\x30\x90\x3c\x7f\x18\xb0\1\x7f\x18\x80\x39\x40\0\x80\x3c\0'
render keys.kn --midi two.mid --for 700ms -o jit.f32
for engine in ref tcc cc; do
    [ $engine != cc ] || command -v cc >/dev/null || continue
    render keys.kn --midi two.mid --for 700ms --engine $engine -o other.f32
    near jit.f32 other.f32 "engine $engine differs"
done
for how in "--block 7" "--block 4000" "--jobs 2" "--jobs 5" "--voices 2" "--voices 128 --steal quietest"; do
    render keys.kn --midi two.mid --for 700ms $how -o other.f32
    cmp jit.f32 other.f32 || fail "$how differs"
done
# the same as a program that says when its gates are
cat >written.kn <<'END'
param bright = 2kHz in 200Hz..8kHz log
note(f, velocity, length) = saw(f) |> lowpass(bright, 2) |> _ * adsr(box(length), 5ms, 0.1, 0.5, 50ms) * velocity * 0.3
out = note(midi(57), 64 / 127, 0.5) + at(note(midi(60), 1, 0.25), 0.25) |> _ + 0.3 * delay(_, 30ms)
END
render written.kn --set 'bright=t => if t < 0.375 then 2000 else 8000' --for 700ms --engine ref -o written.f32
render keys.kn --midi two.mid --for 700ms --engine ref -o ref.f32
near written.f32 ref.f32 "it is not what is written"

# it ends a second after it has died away
render keys.kn --midi two.mid -o long.wav
grep -q 'long.wav: 1\.[56]' err || fail "$(cat err)"
# one note where there is no file
render keys.kn -o one.wav
grep -q 'there is no --midi: the instrument plays one note' err || fail "$(cat err)"

# a mono instrument
printf 'voice(f, gate, velocity) = t => f / 1000\n' >pitch.kn
midi_write slur.mid '\0\x90\x45\x40\x30\x90\x51\x40\x60\x80\x51\0\0\x80\x45\0'
render pitch.kn --midi slur.mid --mono last --legato --glide 0.1 --from 0 --for 300ms -o slur.f32
od -An -v -w4 -tf4 slur.f32 | awk 'NR == 12000 && ($1 < 0.4399 || $1 > 0.4401) { exit 1 }
    NR == 14400 && ($1 < 0.6 || $1 > 0.64) { exit 1 } { last = $1 }' || fail "it does not glide"

wrong() { # status, words, arguments
    local status=$1 words=$2
    shift 2
    "$KANON" "$@" 2>err && fail "$* passes"
    [ $? = "$status" ] || fail "$*: another status"
    grep -q -- "$words" err || fail "$*: $(cat err)"
}
: >empty.mid
wrong 2 'is no instrument' render -e 'sine(440)' --midi two.mid -o x.wav
wrong 3 'cannot read' render keys.kn --midi none.mid -o x.wav
wrong 3 'empty.mid' render keys.kn --midi empty.mid -o x.wav
wrong 2 'voices' render keys.kn --midi two.mid --voices 0 -o x.wav
wrong 2 'oldest, quietest or same' render keys.kn --midi two.mid --steal loudest -o x.wav
wrong 2 'last, low or high' render keys.kn --midi two.mid --mono first -o x.wav
[ ! -e x.wav ] || fail "a file appeared"
exit 0
