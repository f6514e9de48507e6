#!/bin/bash
# With --in a program hears a device; here that is another kanon, which JACK shows as one. Without it its inputs are silent, and that is said.
. "$KANON_TESTS/command/jack.bash"
jack_start
printf 'input x\nout = x + 0.5\n' >effect.kn
play play -e 0.25
"$KANON" effect.kn --in kanon --for 0.5s --record with.f32 >said2 2>&1 || fail "status $?"
grep -q '; hears kanon, latency ' said2 || fail "it does not say what it hears"
"$KANON" effect.kn --for 0.1s --record without.f32 >said2 2>&1 || fail "status $?"
grep -q 'effect.kn hears 1 inputs, and there is no --in: they are silent' said2 || fail "silence is not told"
"$KANON" effect.kn --in nowhere >said2 2>&1
[ $? = 3 ] && grep -q -- "--in: there is no device 'nowhere' with inputs" said2 || fail "an input that is not there"
"$KANON" effect.kn --device default --channels 3 >said2 2>&1
[ $? = 3 ] && grep -q -- "--device: there is no device 'default'" said2 || fail "an output that is not there"
"$KANON" effect.kn --device JACK --channels 3 >said2 2>&1
[ $? = 2 ] && grep -q -- "--channels: system has 2 outputs" said2 || fail "channels that are not there"
"$KANON" effect.kn --rate 44100 >said2 2>&1
[ $? = 3 ] && grep -q 'system does not play 2 channels at 44100 Hz; it has 48000 Hz' said2 || fail "a rate that is not there"
# a file, at another rate, from its begin and from within; one channel is heard by all inputs
"$KANON" render -e 'out(t) = if t < 0.4 then 0.25 else 0.125' --rate 24000 --for 0.5s -o steps.wav 2>said2 || fail "status $?"
"$KANON" effect.kn --in steps.wav --engine jit --for 0.6s --record file.f32 >said2 2>&1 || fail "status $?"
"$KANON" effect.kn -e 'input left, right
out(t) = 4 * right(t - 0.3) - 3 * right(t)' --in steps.wav --engine jit --from 0.3s --for 0.1s --record within.f32 >said2 2>&1 || fail "status $?"
"$KANON" effect.kn --in effect.kn >said2 2>&1
[ $? = 3 ] && grep -q 'effect.kn' said2 || fail "a file that is no sound: $(cat said2)"
"$KANON" -e 0 --in steps.wav >said2 2>&1
[ $? = 2 ] && grep -q 'no inputs' said2 || fail "nobody hears it"
"$KANON" play --list-devices >devices 2>said2 || fail "status $?"
grep -Eq '^ +[0-9]+  system \(JACK.*\): 2 in, 2 out, 48000 Hz, .* ms, the default$' devices || fail "$(cat devices)"
ends INT 0
python3 - >said2 2>&1 <<'END' || fail "something else is heard"
import struct

for name, last in [("with", 0.75), ("without", 0.5)]:
    x = list(struct.iter_unpack("<ff", open(name + ".f32", "rb").read()))
    assert len(x) == (24000 if name == "with" else 4800), (name, len(x))
    assert all(v in (0.5, last) for frame in x for v in frame) and x[-1] == (last, last), (name, x[-1])
x = [frame[0] for frame in struct.iter_unpack("<ff", open("file.f32", "rb").read())]
assert len(x) == 28800
for at, level in [(100, 0.75), (19000, 0.75), (19400, 0.625), (23900, 0.625), (24100, 0.5), (28799, 0.5)]:
    assert abs(x[at] - level) < 2e-3, (at, x[at])
x = [frame[0] for frame in struct.iter_unpack("<ff", open("within.f32", "rb").read())]
assert len(x) == 4800
for at in (100, 4700):
    assert abs(x[at] - 1) < 2e-3, (at, x[at])
END
