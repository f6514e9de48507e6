#!/bin/bash
# check --explain counts the terms that are computed only while they sound, and says why others are computed to the end; C leaves
# them out by their frames.
fail() {
    echo "$*"
    exit 1
}
explains() { # FILE WORDS…
    "$KANON" check "$1" --explain >out 2>err || fail "$1: $(cat err)"
    grep '^spans' out | grep -q "$2" || fail "no '$2' in: $(grep -A3 '^spans' out)"
}
cat >notes.kn <<'END'
length = 4s
v(f, len) = blep_saw(f) * adsr(box(len), 5ms, 0.1, 0.6, 0.1) |> lowpass(1200, 2)
out = 0.2 * score(map(0..19, k => [k / 10, 0.02, midi(48 + 7 * k % 24)]), v, 60bpm)
END
explains notes.kn '20 terms that begin and end, at most 2 of them at once'
"$KANON" build notes.kn --rate 48000 -o notes.c >out 2>err || fail "$(cat err)"
grep -q '} rolled0\[19\] = {' notes.c && grep -q 'if (n0 + n > r->c0 && n0 < r->c1) {' notes.c || fail "19 of the notes are no rows: $(grep rolled0 notes.c)"
cat >rows.kn <<'END'
length = 4s
out = 0.2 * sum(1..40, k => at(sine(100 * k) * ad(5ms, 0.2), 0.1 * k))
END
explains rows.kn '[34][0-9] terms that begin and end, at most 3 of them at once'
cat >endless.kn <<'END'
grows(t) = 2 * grows(t - dt) + 1
v(f) = triangle(f) * ad(5ms, 0.1)
out = at(v(440), 1s) + at(sine(330), 2s) + at(grows * box(1s), 3s)
END
explains endless.kn '1 terms that begin and end'
grep -q '1 begin and never end, since nothing says that they end' out || fail "the sine ends: $(cat out)"
grep -q '1 begin and never end, since what is multiplied by silence' out || fail "what grows ends: $(cat out)"
"$KANON" check notes.kn --explain --json >out 2>err || fail "$(cat err)"
grep -q '"spans":{"terms":20,"at_once":2,"endless":0}' out || fail "no spans in: $(cat out)"
