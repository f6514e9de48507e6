#!/bin/bash
# By OSC, from this machine only: params turn in their unit, notes sound, a bundle with a time tag is heard at its time to the sample, and
# stays together; /eval replaces a definition until the file is saved; what is wrong is answered, and broken packets do no harm.
. "$KANON_TESTS/command/jack.bash"
jack_start
cat >keys.kn <<'E'
param level = 0 in 0..100
/// what is heard of a note
voice(f, gate, velocity)(t) = if t < gate then velocity else 0
shape(x) = x    // nothing yet
out = shape(voices) + level
E
echo 'out(t) = [t, 1]' >time.kn
port=$((20000 + RANDOM % 20000))
play keys.kn --engine jit --osc $port --record take.f32
says "^OSC: hears 127.0.0.1:$port$"
export PYTHONPATH=$KANON_TESTS/command
cat >talk.py <<'E'
import osc, random, sys, time

c = osc.Client(int(sys.argv[1]))
assert c.ask("/param/level") == ["/param/level", 0, ""], "level"
# levels a hundredth of a second apart
now = time.time() + 0.05
c.send_bytes(osc.bundle(None, *[osc.bundle(now + 0.01 * i, osc.message("/param/level", 1.0 + i)) for i in range(5)]))
time.sleep(0.3)
assert c.ask("/param/level")[1] == 5, "after the bundles"
c.send("/param/level", 0)
c.send("/note", "on", 60, 127)
c.send("/note", "on", 61.5, 0.5, 3)
time.sleep(0.1)
c.send("/note", "off", 60)
c.send("/note", "off", 61.5, 0.5, 3)
time.sleep(0.1)
later = time.time() + 0.4
c.send_bytes(osc.bundle(later, osc.message("/param/level", 7), osc.message("/eval", "shape(x) = 3 * x")))
assert c.hear() == ["/done", "/eval", "crossfades; nothing remembers"], "no eval"
assert 0 <= time.time() - later < 2, "too early"
c.send("/note", "on", 60, 1.0)
time.sleep(0.1)
assert c.ask("/eval", "shape(x) = lowpas(x)") == ["/error", "/eval", "`lowpas` is not defined", 1, 12], "an error"
assert c.ask("/eval", "shape = ")[0] == "/error"
assert c.ask("/eval", "out = [1,\n  2 + \"\"]")[3:] == [2, 3], "a place in the second line"
assert c.ask("/eval", "nothing here")[:2] == ["/error", "/eval"]
assert c.ask("/seek", 1.0)[0] == "/error", "it remembers"
c.send("/pause")
c.send("/param/level", 20)
time.sleep(0.1)
c.send("/play")
# broken packets
random.seed(4)
good = [osc.message("/param/level", 20.0), osc.bundle(None, osc.message("/note", "off", 60), osc.message("/x", 1, True, "a")), osc.message("/eval", "a = 1")]
for i in range(1500):
    b = bytearray(random.choice(good))
    for k in range(random.randrange(1, 5)):
        b[random.randrange(len(b))] = random.randrange(256)
    c.send_bytes(bytes(b[: random.randrange(len(b) + 1)]))
    if i % 50 == 0:
        time.sleep(0.005)
c.socket.close()
c = osc.Client(int(sys.argv[1]))
c.send("/param/level", 42)
time.sleep(0.1)
assert c.ask("/param/level")[1] == 42, "it does not answer any more"
E
python3 talk.py $port >said2 2>&1 || fail "it answers otherwise"
address=$(hostname -I 2>/dev/null | cut -d' ' -f1)
[ -n "$address" ] && python3 -c 'import osc, sys
c = osc.Client(int(sys.argv[1]), sys.argv[2])
c.socket.settimeout(0.3)
try:
    c.ask("/param/level")
except (TimeoutError, OSError):
    sys.exit(0)
sys.exit(1)' $port $address >said2 2>&1 || fail "another network is heard"
grep -q 'shape(x) = x' keys.kn || fail "the file was written"
touch keys.kn
for i in $(seq 500); do [ $(grep -c '^keys.kn: ' said) -ge 2 ] && break; sleep 0.01; done
ends INT 0
python3 - >said2 2>&1 <<'E' || fail "it sounds otherwise"
import struct

x = [v for (v, _) in struct.iter_unpack("<ff", open("take.f32", "rb").read())]
edges = [(i, x[i]) for i in range(1, len(x)) if x[i] != x[i - 1]]
steps = [i for i, v in edges if v in (1, 2, 3, 4, 5)][:5]
assert [v for _, v in edges[:5]] == [1, 2, 3, 4, 5], edges[:9]
punctual = "xrun" not in open("said").read().replace(" 0 xruns", "")  # else time is longer than its frames
assert all(abs(b - a - 480) <= (1 if punctual else 400) for a, b in zip(steps, steps[1:])), steps
values = [v for _, v in edges]
assert 1.5 in values, values[:20]
assert any(abs(v - 10) < 1e-6 for v in values), "the new shape is not heard"
E
play time.kn --engine jit --osc $port
python3 - $port >said2 2>&1 <<'E' || fail "transport"
import osc, sys, time

c = osc.Client(int(sys.argv[1]))
c.send("/pause")
c.send("/seek", 100.0)
c.send("/play")
assert c.ask("/eval", "out = [1, 2]")[0] == "/done"
E
ends INT 0
"$KANON" play time.kn --osc nowhere: >said2 2>&1
[ $? = 2 ] && grep -q -- "--osc takes a port, or HOST:PORT, such as 9000, not 'nowhere:'" said2 || fail "no port"
"$KANON" play time.kn --osc-any >said2 2>&1
[ $? = 2 ] && grep -q -- "--osc-any wants --osc PORT" said2 || fail "any of none"
exit 0
