#!/bin/bash
# What is played is what is rendered, from its first sample to its last: as recorded by --record, and as it arrives at a client of
# JACK. Lengths, --from, --set, --channels and blocks are those that are asked for.
. "$KANON_TESTS/command/jack.bash"
jack_start -m
cat >tone.kn <<'END'
param cutoff = 800Hz in 50Hz..8kHz log
length = 0.4s
echo(t) = noise(1)(t) * decay(0.1)(t % 0.2) + 0.5 * echo(t - 0.09)
out = 0.5 * echo |> lowpass(cutoff, 2)
END
echo 'out(t) = [sin(tau * 440 * t), noise(3)(t), 0.25 * t]' >three.kn
n=0
same() { # words of both, of play, of render; the ending of the recording, channels of the render, of the recording
    n=$((n + 1))
    "$KANON" $1 $2 --engine jit --record $n.$4 --bits 32 >said 2>&1 || fail "$1 $2: status $?"
    "$KANON" render $1 $3 --engine jit -o render$n.f32 2>said2 || fail "$1: it does not render"
    echo $n.$4 render$n.f32 $5 $6 >>pairs
}
same tone.kn "--block 100" "" wav 1 2
same "tone.kn --set cutoff=2kHz --for 0.2s" "--channels 1" "" f32 1 1
same "tone.kn --from 0.15 --for 0.1" "" "" wav 1 2
same "-e sine(330)(t)*noise(2)(t) --from 1h --for 0.1s" "" "" wav 1 2
same "three.kn --for 0.1s" "" "" wav 3 2
grep -q 'three.kn has 3 outputs, and 2 channels are played' said || fail "channels are lost in silence"
# a client of its own hears it
cc -O1 "$KANON_TESTS/command/jack_listener.c" -ljack -o listener || fail "no listener"
timeout 50 ./listener system:monitor_1 heard.f32 >listens 2>rec.log 8>&- &
listener=$!
for i in $(seq 1000); do [ -s listens ] && break; sleep 0.01; done
"$KANON" play tone.kn --engine jit >said 2>&1 || fail "status $?"
"$KANON" render tone.kn --engine jit -o render.f32 2>said2 || fail "it does not render"
touch stop
wait $listener || fail "the listener fails: $(cat rec.log)"
python3 - 2>said2 <<'END' || fail "another sound"
import struct

for line in open("pairs"):
    name, other, n, m = line.split()
    n, m = int(n), int(m)
    data = open(name, "rb").read()
    begin = data.find(b"data") + 8 if name.endswith(".wav") else 0
    left = list(struct.iter_unpack("<%df" % m, data[begin:]))
    right = list(struct.iter_unpack("<%df" % n, open(other, "rb").read()))
    assert len(left) == len(right) > 1000, (line, len(left), len(right))
    for i, (x, y) in enumerate(zip(left, right)):
        assert all(x[k] == y[k if n > 1 else 0] for k in range(m)), (line, i, x, y)
got = [v for (v,) in struct.iter_unpack("<f", open("heard.f32", "rb").read())]
made = [v for (v,) in struct.iter_unpack("<f", open("render.f32", "rb").read())]
first = next(i for i, v in enumerate(got) if v) - next(i for i, v in enumerate(made) if v)
assert got[first : first + len(made)] == made
assert not any(got[first + len(made) :])
END
