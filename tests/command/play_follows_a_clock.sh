#!/bin/bash
# A clock of MIDI turns the param `tempo`; start plays from the beginning, stop pauses, and continue goes on at the song position. The clock
# that goes out has 24 messages in a beat of what is heard, with start and stop.
. "$KANON_TESTS/command/jack.bash"
jack_start
cc -O1 "$KANON_TESTS/command/jack_keyboard.c" -ljack -o keyboard || fail "no keyboard"
cat >beat.kn <<'E'
param tempo = 120bpm in 30bpm..300bpm
out(t) = [tempo, t + 1]
E
python3 - <<'E'
script = [(round(2000 + i * 48000 * 60 / 90 / 24), [0xF8]) for i in range(50)]  # 90 bpm, two beats
end = script[-1][0]
script += [(end + 12000, [0xFC]), (end + 24000, [0xFA]), (end + 48000, [0xFC])]
script += [(end + 60000, [0xF2, 24, 0]), (end + 60100, [0xFB])]  # six beats: 4 s
with open("script", "w") as f:
    for at, m in script:
        print(at, " ".join("%02x" % b for b in m), file=f)
    print(end + 84000, file=f)
E
play beat.kn --engine jit --midi own --midi-out own --record take.f32
says '^MIDI: hears kanon-midi; its clock goes to kanon-clock$'
KANON_TAKES=kanon-clock:out timeout 60 ./keyboard kanon-midi:in kanon:out_1 script heard.f32 >block 2>said2 8>&- || fail "the keyboard fails"
ends INT 0
python3 - >said2 2>&1 <<'E' || fail "the clock is another one"
import struct

take = list(struct.iter_unpack("<ff", open("take.f32", "rb").read()))
assert take[0][0] == 2, take[0]
punctual = "xrun" not in open("said").read().replace(" 0 xruns", "")  # else time is longer than its frames
at = [i for i, x in enumerate(take) if x[1] > 1 and x[0] < 1.9 and abs(x[0] / 1.5 - 1) < (0.01 if punctual else 0.5)]
assert len(at) > 24000, len(at)
# time as it was heard: on, a pause, from 0, a pause, from 4 s; only where it does not fade
heard = [v for (v,) in struct.iter_unpack("<f", open("heard.f32", "rb").read())]
full = [
    (i, heard[i] - 1)
    for i in range(100, len(heard), 100)
    if heard[i] >= 1 and abs((heard[i] - heard[i - 100]) * 480 - 1) < 0.01
]
parts, last = [], None
for i, t in full:
    if last is None or i - last > 1000 or abs(t - parts[-1][-1][1]) > 0.1:
        parts.append([])
    parts[-1].append((i, t))
    last = i
assert len(parts) == 3, [(p[0], p[-1]) for p in parts]
assert parts[1][0][1] < 0.1 and abs(parts[2][0][1] - 4) < (0.1 if punctual else 4), [p[0] for p in parts]
for p in parts:
    assert abs((p[-1][1] - p[0][1]) - (p[-1][0] - p[0][0]) / 48000) < 1e-3, p[-1]
# the clock that goes out: beats of what is heard
sent = [line.split() for line in open("heard.f32.midi")]
orders = [m[1] for m in sent if m[1] != "f8"]
assert orders == ["fc", "fa", "fc", "f2", "fb"], orders
assert [m for m in sent if m[1] == "f2"][0][2:] == ["18", "00"] or [m for m in sent if m[1] == "f2"][0][2:] == ["19", "00"], sent
begin = next(i for i, m in enumerate(sent) if m[1] == "fa")
ticks = []
for m in sent[begin + 1 :]:
    if m[1] != "f8":
        break
    ticks.append(int(m[0]))
distance = (ticks[-1] - ticks[0]) / (len(ticks) - 1)
assert abs(distance / (48000 / 1.5 / 24) - 1) < (0.05 if punctual else 0.5), distance
E
