#!/bin/bash
# kanon-live.lv2 plays a file of a state or of a message, in place, to the bit what `kanon render` does; goes on while the file is edited, without
# a step, tells errors and plays on; its knobs are the params, and those that were turned are part of its state. Its audio thread
# allocates and locks nothing.
. "$KANON_TESTS/command/lv2.bash"
live=$(dirname "$KANON")/lv2/kanon-live.lv2
[ -e $live/kanon-live.so ] || exit 0 # builds with sanitizers make none, nor does a machine without headers of LV2
lv2_validate $live/*.ttl >err 2>&1 && grep -q 'Found 0 errors' err || fail "it is not valid"
nm -D --defined-only $live/kanon-live.so | awk '{ print $3 }' >exported
[ "$(cat exported)" = lv2_descriptor ] || fail "it exports $(cat exported)"
LV2_PATH=$(dirname $live):/usr/lib/lv2 lv2bench -n 4096 urn:kanon:live >out 2>err && grep -q urn:kanon:live out && [ ! -s err ] || fail lv2bench
gcc -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -rdynamic "$KANON_TESTS/command/lv2_live_host.c" -ldl -lpthread -o host 2>err || fail "the host"
here=$PWD
cat >tone.kn <<'END2'
param cutoff = 800Hz in 50Hz..8kHz log
param level = 0.5 in 0..1
input x
latency = 1ms
echo(t) = x(t) * noise(1)(t) + 0.5 * echo(t - 9ms)
out = lowpass(echo, cutoff) * level
END2
cat >keys.kn <<'END2'
param bright = 2kHz in 200Hz..8kHz log cc 1
voice(f, gate, velocity) = [saw(f), 0.5 * sine(f)] |> lowpass(bright, 2) |> _ * adsr(gate, 5ms, 0.1, 0.5, 50ms) * velocity
out = voices |> _ + 0.3 * delay(_, 30ms)
END2
"$KANON" render -e 'out(t) = 0.25' --for 0.5s --bits 32 -o in.wav 2>err || fail in
"$KANON" render tone.kn --in in.wav --for 0.5s -o tone.f32 2>err || fail render
"$KANON" render tone.kn --in in.wav --for 0.5s -o turned.f32 --set "cutoff=$(python3 -c 'print(50 * 160 ** 0.25)')" --set level=1 2>err || fail render

# a state; once more behind activate; one with knobs that were turned
./host $live/kanon-live.so 48000 >out 2>err <<END2 || fail "a state"
restore $here/tone.kn 0
activate
run 24000 a.f32
latency
deactivate
activate
run 24000 b.f32
save
deactivate
restore $here/tone.kn 3
knob 1 0.25
knob 2 1
activate
run 24000 c.f32
save
END2
same a.f32 tone.f32 "a state"
same b.f32 tone.f32 "behind activate"
same c.f32 turned.f32 "knobs of a state"
printf '%s\n' 'latency 48' "file host:$here/tone.kn" "turned 0" "file host:$here/tone.kn" "turned 3" | sort | diff - <(sort out) || fail "it keeps and tells something else"
grep -q "log Note: $here/tone.kn plays; knobs: 1 cutoff, 2 level" err || fail "nothing is logged"

# notes
. "$KANON_TESTS/command/midi_file.bash"
midi_write song.mid '\0\x90\74\100\1\xb0\1\12\1\xe0\0\177\2\x90\100\120\2\x80\74\100\7\x80\100\100'
"$KANON" render keys.kn --midi song.mid --for 0.25s -o keys.f32 2>err || fail render
./host $live/kanon-live.so 48000 >out 2>err <<END2 || fail "notes"
restore $here/keys.kn 0
activate
midi 0 144 60 64
midi 250 176 1 10
midi 500 224 0 127
midi 1000 144 64 80
midi 1500 128 60 64
midi 3250 128 64 64
run 12000 a.f32
END2
python3 -c '
import array
a = array.array("f", open("keys.f32", "rb").read())[::2]
open("left.f32", "wb").write(a.tobytes())'
same a.f32 left.f32 "notes"

# edits, errors, messages; a knob is heard soon, and at once where the host takes its time
cat >edited.kn <<'END2'
param level = 0.5 in 0..1
out = level * sine(100)
END2
cp edited.kn first.kn
sed 's/level \* sine(100)/level * sine(100) + 0.2/' first.kn >second.kn
sed 's/sine/sinus/' first.kn >wrong.kn
./host $live/kanon-live.so 48000 >out 2>err <<END2 || fail "edits"
activate
open $here/edited.kn
until plays
run 4800 begun.f32
sh cp second.kn next && mv next edited.kn
until plays
run 4800 second.f32
sh cat wrong.kn >edited.kn
until error
run 4800 wrong.f32
sh cat first.kn >edited.kn
until plays
get
until plays
save
knob 1 1
run 1 x.f32
sh sleep 0.1
run 4800 knob.f32
freewheel 1
knob 1 0.25
run 4800 freewheel.f32
save
open /nothing/there.kn
until there.kn
run 4800 missing.f32
END2
[ "$(grep -c "^$here/edited.kn: .*plays" out)" = 4 ] && grep -q '`sinus` is not defined' out && grep -q '^turned 1$' out && grep -q '^turned 0$' out || fail "it tells $(cat out)"
grep -q 'log Error: .*edited.kn.*sinus' err || fail "an error is not logged"
python3 - <<'PY' || fail "edits are not heard as they should be"
import array
def read(name):
    return array.array("f", open(name + ".f32", "rb").read())
steepest = 0.5 * 2 * 3.15 * 100 / 48000
def level(name, low, high):
    a = read(name)[-4000:]
    assert abs(min(a) - low) < 2e-3 and abs(max(a) - high) < 2e-3, (name, min(a), max(a))
    return a
for name, more in ("begun", 0.5), ("second", 0.2), ("wrong", 0), ("knob", 0.3):
    a = read(name)
    # a fade of 10 ms at most is on the way
    step = max(abs(x - y) for x, y in zip(a, a[1:]))
    assert step < steepest * 2 + more / 400 or name == "knob", (name, step)
level("begun", -0.5, 0.5)
level("second", -0.3, 0.7)
level("wrong", -0.3, 0.7)
level("knob", -1, 1)
level("missing", -0.25, 0.25)
a = read("freewheel")
assert max(map(abs, a)) < 0.2502, max(map(abs, a))
PY
exit 0
