#!/bin/bash
# examples/hosts/live.c links, runs, reports, and writes six seconds that change at each edit and have no
# steps beyond those of their sounds.
fail() {
    echo "$*"
    exit 1
}
unset MAKEFLAGS MFLAGS MAKELEVEL
build=$(dirname "$KANON")
root=$KANON_TESTS/..
make -C "$root" BUILD="$build" "$build/libkanon.a" >log 2>&1 || fail "$(cat log)"
cc -std=c11 -pedantic -Wall -Wextra -Werror -I"$root/compiler/api" "$root/examples/hosts/live.c" "$build/libkanon.a" \
    -lsndfile -lm -ldl -lpthread -o live || fail "it does not link"
./live >out 2>err || fail "it fails: $(cat err)"
[ -s err ] && fail "$(cat err)"
sed -E 's/by (jit|cc)$/by an engine/' out >said
diff said - <<'END' || fail "another report"
echo: edited
echo: edited
6 seconds, at the end by an engine
END
python3 - <<'END'
import sys, wave

file = wave.open("live.wav")
n = file.getnframes()
data = file.readframes(n)
x = [int.from_bytes(data[3 * i : 3 * i + 3], "little", signed=True) / 2**23 for i in range(n)]
edits = [1801 * 64, 3301 * 64]


def step(first, last):
    return max(abs(x[i] - x[i - 1]) for i in range(first + 1, last))


def power(first, last):
    return sum(v * v for v in x[first:last]) / (last - first)


def high(first, last):
    return sum((x[i] - x[i - 1]) ** 2 for i in range(first + 1, last)) / (last - first) / power(first, last)


assert n == 288000, n
assert max(map(abs, x)) < 1
sounds = [step(0, edits[0]), step(edits[0] + 4800, edits[1]), step(edits[1] + 4800, n)]
for edit in edits:
    assert step(edit - 480, edit + 2400) <= 1.1 * max(sounds[:2]), (edit, step(edit - 480, edit + 2400), sounds)
assert high(edits[0], edits[0] + 48000) > 2 * high(edits[0] - 48000, edits[0])  # brighter
assert power(n - 24000, n) < 0.5 * power(edits[1] - 24000, edits[1])  # dies away
assert power(edits[1] + 2400, edits[1] + 12000) > 1e-4  # the echo is still there
END
