#!/bin/bash
# However playing ends, it says so, its status tells, and the recording is whole: by SIGINT and SIGTERM with a fade, when the disk is
# full with what it holds, when the server goes. A suspended one is silent, and goes on.
. "$KANON_TESTS/command/jack.bash"
jack_start
for signal in INT TERM; do
    play play -e 0.5 --record $signal.wav --bits 32
    sleep 0.1
    [ -e $signal.wav ] && fail "$signal: the file is there before it is whole"
    ends $signal 0
    says '^-e played for .* xrun'
done
# suspended, its client is gone; then it goes on
play play -e 0.5 --record again.wav --bits 32
sleep 0.3
kill -TSTP $kanon
says 'is silent until'
for i in $(seq 500); do grep -q 'State:.T' /proc/$kanon/status && break; sleep 0.01; done
grep -q 'State:.T' /proc/$kanon/status || fail "it does not stop"
timeout 5 jack_lsp | grep -q kanon && fail "a suspended client stays"
kill -CONT $kanon
says 'goes on'
sleep 0.3
ends INT 0
# a full disk: what it holds is kept
: >said
(
    ulimit -f 64
    trap '' XFSZ
    exec "$KANON" play -e 0.5 --record full.wav --bits 32 >said 2>&1
) &
kanon=$!
says 'the recording ends here: .*File too large'
ends INT 3
says '^full.wav: .*cut short'
play play -e 0.5 --record /dev/full --format f32
says 'the recording ends here: .*No space left'
ends TERM 3
# the server goes
play play -e 0.5 --record gone.wav --bits 32
sleep 0.3
jack_end
says 'the device has gone'
ends '' 3
python3 - >said2 2>&1 <<'END' || fail "a recording is not as it should be"
import struct

for name in ["INT", "TERM", "again", "full", "gone"]:
    data = open(name + ".wav", "rb").read()
    assert data[:4] == b"RIFF" and struct.unpack("<I", data[4:8])[0] == len(data) - 8, name
    begin = data.find(b"data") + 8
    n = struct.unpack("<I", data[begin - 4 : begin])[0]
    assert n == len(data) - begin and n % 8 == 0, (name, n, len(data) - begin)
    x = list(struct.iter_unpack("<ff", data[begin:]))
    most = max(abs(x[i][0] - x[i - 1][0]) for i in range(1, len(x)))
    assert len(x) >= 512 and x[0] == (0.5, 0.5) and most < 0.0006, (name, len(x), most)
    assert all(a == b for a, b in x)
    if name in ["full", "gone"]:
        assert all(a == 0.5 for a, _ in x), name
    else:
        assert x[-1][0] < 0.0001, (name, x[-1])
    if name == "again":  # out, in, out
        low = next(i for i, v in enumerate(x) if v[0] < 0.001)
        assert any(v[0] > 0.1 for v in x[low:]), (low, len(x))
END
exit 0
