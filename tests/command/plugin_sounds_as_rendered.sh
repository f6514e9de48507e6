#!/bin/bash
# A plug-in of LV2 sounds as `kanon render` does, in blocks of any size, with inputs and outputs in one memory, at every rate; its
# knobs count in the units of params, MIDI comes at its frame, and it says how late it is.
. "$KANON_TESTS/command/lv2.bash"
. "$KANON_TESTS/command/midi_file.bash"
gcc -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror "$KANON_TESTS/command/lv2_host.c" -ldl -o host 2>err || fail "the host"

cat >effect.kn <<'END2'
param gain = -6dB in -60dB..12dB
param tone = 1.5kHz in 200Hz..12kHz log cc 20
param wet  = 0.4 in 0..1
param flip = 0 in 0..1 step 1
input left, right
latency = 5ms
heard(t) = left(t) + 0.5 * wet * heard(t - 11ms)
out = [lowpass(if flip > 0.5 then right else heard, tone) * gain, gain * right * phase(440.1)(_) |> _ + 0.1 * sine(440.1)]
END2
sed -i 's/gain \* right \* phase(440.1)(_) |> _ + 0.1 \* sine(440.1)/gain * right + 0.1 * sine(440.1)/' effect.kn
"$KANON" plugin effect.kn 2>err || fail "plugin: $?"
for rate in 44100 48000 96000 192000; do
    "$KANON" render -e '[noise(1) * 0.5, sine(300) + 0.3 * noise(2)]' --rate $rate --for 0.25s -o in.f32 2>err || fail in
    "$KANON" render -e '[noise(1) * 0.5, sine(300) + 0.3 * noise(2)]' --rate $rate --for 0.25s --bits 32 -o in.wav 2>err || fail in
    frames=$((rate / 4))
    "$KANON" render effect.kn --in in.wav --rate $rate --for 0.25s -o plain.f32 2>err || fail render
    late=$(./host effect.lv2/effect.so $rate $frames in.f32 out.f32 audio=2,2 knob=-6 knob=1.5 knob=0.4 knob=0 midi=/dev/null latency twice 2>err) || fail "host at $rate"
    [ "$late" = $(((rate * 5 + 500) / 1000)) ] || fail "at $rate it says that it is $late frames late"
    same out.f32 plain.f32 "at $rate"
    ./host effect.lv2/effect.so $rate $frames in.f32 out2.f32 audio=2,2 knob=-6 knob=1.5 knob=0.4 knob=0 midi=/dev/null latency in-place >late 2>err || fail "host at $rate"
    cmp out.f32 out2.f32 || fail "in place, at $rate"
    ./host effect.lv2/effect.so $rate $frames in.f32 out2.f32 audio=2,2 knob=-6 knob=1.5 knob=0.4 knob=0 midi=/dev/null latency in-place block=4096 >late 2>err || fail "host at $rate"
    cmp out.f32 out2.f32 || fail "blocks are heard, at $rate"
done
rate=48000 frames=12000
"$KANON" render -e '[noise(1) * 0.5, sine(300) + 0.3 * noise(2)]' --for 0.25s -o in.f32 2>err || fail in
"$KANON" render -e '[noise(1) * 0.5, sine(300) + 0.3 * noise(2)]' --for 0.25s --bits 32 -o in.wav 2>err || fail in
play() { # OUT, words
    local out=$1
    shift
    ./host effect.lv2/effect.so 48000 12000 in.f32 $out audio=2,2 "$@" latency >late 2>err || fail "host $*"
}
# in the units of the params, at their ends and beyond; no number moves nothing
"$KANON" render effect.kn --in in.wav --for 0.25s --set gain=3.5 --set tone=4kHz --set wet=1 --set flip=1 -o plain.f32 2>err || fail render
play out.f32 knob=3.5 knob=4 knob=7 knob=1 midi=/dev/null twice
same out.f32 plain.f32 "with knobs turned"
"$KANON" render effect.kn --in in.wav --for 0.25s -o plain.f32 2>err || fail render
play out.f32 knob=nan knob=nan knob=nan knob=nan midi=/dev/null
same out.f32 plain.f32 "with knobs that are no number"
# a controller moves its param at its frame, and the knob holds it when it moves again; other MIDI does nothing
printf '%s\n' '0 144 60 100' '3000 176 20 127' '4000 176 21 0' '5000 192 3' '6000 176' '7001 176 20 0' >midi
"$KANON" render effect.kn --in in.wav --for 0.25s -o plain.f32 \
    --set 'tone=t => if t * 48000 < 2999.5 then 1500 else if t * 48000 < 7000.5 then 12000 else 200' 2>err || fail render
play out.f32 knob=-6 knob=1.5 knob=0.4 knob=0 midi=midi
same out.f32 plain.f32 "with a controller"
play out2.f32 knob=-6 knob=1.5 knob=0.4 knob=0 midi=midi block=1
cmp out.f32 out2.f32 || fail "the controller hangs on blocks"
"$KANON" render effect.kn --in in.wav --for 0.25s -o plain.f32 --set 'tone=t => if t * 48000 < 2999.5 then 1500 else if t * 48000 < 4999.5 then 12000 else 800' 2>err || fail render
printf '%s\n' '3000 176 20 127' >midi
play out.f32 knob=-6 knob=1.5 knob=0.4 knob=0 midi=midi block=100 turn=1,5000,0.8
same out.f32 plain.f32 "a knob behind a controller"
# it begins where --set says, and what one instance is told no other hears
"$KANON" plugin effect.kn --set gain=0 --set tone=300Hz --max-rate 48kHz -o other.lv2 2>err || fail "plugin --set"
grep -A3 '"gain"' other.lv2/effect.ttl | grep -q 'lv2:default 0.0' || fail "--set is in no default"
"$KANON" plugin effect.kn --set 'gain=t => t' -o none.lv2 2>err && fail "a function of time begins"
./host other.lv2/effect.so 96000 100 - out.f32 audio=2,2 2>err && fail "it runs at any rate"
grep -q 'log Error: effect cannot run at 96000 Hz; its limit is 48000 Hz' err || fail "it does not say why"

# a tempo follows the host's at its frame, whatever number it is written as, and its knob when that moves; what is no number moves nothing
cat >beat.kn <<'END2'
param level = 1 in 0..2
param tempo = 120bpm in 30bpm..300bpm
out(t) = level * beats(tempo)(t)
END2
"$KANON" plugin beat.kn 2>err && grep -q "the host's tempo" err || fail "plugin beat"
printf '%s\n' '1000 tempo 90' '2001 tempo 150' '3000 tempo 60' '3500 tempo 60' '4000 tempo 240' '4500 tempo 30' '6000 tempo 33' >midi
for block in 0 1 64; do
    ./host beat.lv2/beat.so 48000 8000 - out.f32 audio=0,1 knob=1 knob=120 midi=midi block=$block turn=1,5000,180 2>err || fail "host beat"
    python3 - $block <<'PY' || fail "beats do not follow the host"
import array, sys
x = array.array("f", open("out.f32", "rb").read())
edges = [(0, 120), (1000, 90), (2001, 150), (3000, 60), (4500, 30)]
beats, at, tempo = 0.0, 0, 120
for i in range(5000):
    for begin, bpm in edges:
        if begin == i:
            beats, at, tempo = beats + (i - at) * tempo / 60 / 48000, i, bpm
    want = beats + (i - at) * tempo / 60 / 48000
    assert abs(x[i] - want) < 2e-6, (i, x[i], want)
slope = (x[5999] - x[5500]) * 48000 * 60 / 499 # the knob
assert abs(slope - 180) < 0.1 or sys.argv[1] == "0", slope
slope = (x[7999] - x[6001]) * 48000 * 60 / 1998
assert abs(slope - 33) < 0.1 or sys.argv[1] == "0", slope
PY
done
# an instrument plays MIDI to the sample
cat >keys.kn <<'END2'
param bright = 2kHz in 200Hz..8kHz log cc 1
voice(f, gate, velocity, bend, pressure) =
    [saw(f), sum(1..5, k => sine(k * f) / k)] |> lowpass(bright, 2) |> _ * adsr(gate, 5ms, 0.1, 0.5, 50ms) * velocity * (0.3 + pressure)
out = voices |> _ + 0.3 * delay(_, 30ms)
END2
# 250 frames a tick
midi_write song.mid '\0\x90\74\100\1\xb0\1\12\1\xe0\0\177\2\x90\100\120\3\xd0\144\2\x80\74\100\7\x80\100\100'
printf '%s\n' '0 144 60 64' '250 176 1 10' '500 224 0 127' '1000 144 64 80' '1750 208 100' '2250 128 60 64' '4000 128 64 64' >midi
"$KANON" render keys.kn --midi song.mid --for 0.25s -o plain.f32 2>err || fail render
"$KANON" plugin keys.kn 2>err || fail "plugin keys"
./host keys.lv2/keys.so 48000 12000 - out.f32 audio=0,2 knob=2 midi=midi twice 2>err || fail "host keys"
same out.f32 plain.f32 "an instrument"
./host keys.lv2/keys.so 48000 12000 - out2.f32 audio=0,2 knob=2 midi=midi block=4096 2>err || fail "host keys"
cmp out.f32 out2.f32 || fail "notes hang on blocks"
"$KANON" render keys.kn --midi song.mid --for 0.25s --mono last --legato --glide 20ms -o plain.f32 2>err || fail render
"$KANON" plugin keys.kn --mono last --legato --glide 20ms --voices 4 -o mono.lv2 2>err || fail "plugin --mono"
./host mono.lv2/keys.so 48000 12000 - out.f32 audio=0,2 knob=2 midi=midi twice 2>err || fail "host keys"
same out.f32 plain.f32 "one voice"
# all controllers of all channels at once, as hosts send them before they play: a note behind them is not lost
for i in $(seq 0 1919); do echo "0 $((176 + i / 120)) $((i % 120 / 60 * 65 + i % 60)) 0"; done | grep -v ' 1 0$\| 64 0$\| 6 0$' >many
{ cat many; echo '0 144 60 64'; } >midi
./host keys.lv2/keys.so 48000 12000 - out.f32 audio=0,2 knob=2 midi=midi block=512 2>err || fail "host keys"
python3 -c '
import array
a = array.array("f", open("out.f32", "rb").read())
assert max(map(abs, a)) > 0.05' || fail "a note is lost behind many controllers"
exit 0
