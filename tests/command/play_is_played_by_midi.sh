#!/bin/bash
# A keyboard on a virtual port of JACK plays an instrument: whatever happens in a block is heard in the next one, and when all keys are let
# go nothing sounds. A port that --midi names is heard too; when it goes, its notes end, and when it comes again, it is heard again.
. "$KANON_TESTS/command/jack.bash"
jack_start
cc -O1 "$KANON_TESTS/command/jack_keyboard.c" -ljack -o keyboard || fail "no keyboard"
cat >keys.kn <<'E'
param level = 0 in 0..64 cc 20
voice(f, gate, velocity)(t) = if t < gate then velocity else 0
out = voices + level
E
python3 - <<'E'
import random
random.seed(14)
held, pedal, level, frame = {}, False, 0, 4000
script, levels = [], []  # what is heard after each message
def sum_of():
    return sum(held.values()) + 64 * level / 127
for i in range(300):
    frame += random.choice([0, 1, 17, 300, 700])
    pick = random.random()
    down = [k for k in held if k < 128]
    free = [k for k in range(30, 100) if k not in held and k + 128 not in held]
    if pick < 0.5 and len(held) < 30 or not down:
        key, velocity = random.choice(free), random.randrange(1, 128)
        held[key] = velocity / 127
        message = [0x90, key, velocity]
    elif pick < 0.85:
        key = random.choice(down)
        loud = held.pop(key)
        if pedal:
            held[key + 128] = loud
        message = random.choice([[0x80, key, 64], [0x90, key, 0]])
    elif pick < 0.95:
        level = random.randrange(128)
        message = [0xB0, 20, level]
    else:
        pedal = not pedal
        message = [0xB0, 64, 127 if pedal else 0]
        if not pedal:
            for k in [k for k in held if k >= 128]:
                del held[k]
    script.append((frame, message))
    levels.append((frame, sum_of()))
for message in [[0x90, k, 0] for k in held if k < 128] + [[0xB0, 64, 0], [0xB0, 20, 0]]:
    frame += 40
    script.append((frame, message))
levels.append((frame, 0))
with open("script", "w") as f:
    for at, m in script:
        print(at, " ".join("%02x" % b for b in m), file=f)
    print(frame + 6000, file=f)
with open("levels", "w") as f:
    for at, x in levels:
        print(at, x, file=f)
E
play keys.kn --engine jit
says '^MIDI: hears kanon-midi$'
timeout 60 ./keyboard kanon-midi:in kanon:out_0 script heard.f32 >block 2>said2 8>&- || fail "the keyboard fails"
ends INT 0
python3 - >said2 2>&1 <<'E' || fail "something else is heard"
import struct

block = int(open("block").read())
heard = [v for (v,) in struct.iter_unpack("<f", open("heard.f32", "rb").read())]
levels = [tuple(map(float, line.split())) for line in open("levels")]
checked = 0
for i, (frame, level) in enumerate(levels):
    begin = int(frame) // block * block
    if i + 1 < len(levels) and levels[i + 1][0] < begin + block:
        continue  # another one follows in its block
    at = begin + 2 * block - 1
    assert abs(heard[at] - level) < 1e-4, (i, frame, heard[at], level)
    checked += 1
assert checked > 80, checked
assert not any(heard[-2000:]), "a note hangs"
assert not any(heard[:4000]), "a note before all"
E
# a port by its name, which goes while a key is held, and comes again
printf '%s\n' '2000 90 45 7f' '4000 b0 40 7f' '2000000' >held
printf '%s\n' '2000 90 45 7f' '4000 90 45 00' '20000' >again
timeout 60 ./keyboard out - held none.f32 >block 2>said2 8>&- &
keyboard=$!
for i in $(seq 500); do timeout 5 jack_lsp | grep -q keyboard:plays && break; sleep 0.01; done
play keys.kn --engine jit --midi KEYBOARD --record take.f32
says '^MIDI: hears kanon-midi, keyboard:plays$'
sleep 0.3
"$KANON" play --list-midi >ports 2>said2 || fail "no list of ports"
grep -q '^  0  keyboard:plays (JACK), for --midi$' ports || fail "the port is not listed: $(cat ports)"
touch stop && wait $keyboard && rm stop block
says 'keyboard:plays has gone; its notes are let go'
timeout 60 ./keyboard out - again none.f32 >block 2>said2 8>&- || fail "the keyboard fails"
grep -q 'keyboard:plays is there again' said || fail "it does not come again"
ends INT 0
"$KANON" keys.kn --midi nobody >said2 2>&1
[ $? = 3 ] && grep -q -- "--midi: there is no MIDI port 'nobody'; see kanon play --list-midi" said2 || fail "a port that is not there"
python3 - >said2 2>&1 <<'E' || fail "the port that goes is heard otherwise"
import struct

x = [v for (v, _) in struct.iter_unpack("<ff", open("take.f32", "rb").read())]
edges = [i for i in range(1, len(x)) if x[i] != x[i - 1]]
assert [x[i] for i in edges] == [1, 0, 1, 0], [x[i] for i in edges]
E
