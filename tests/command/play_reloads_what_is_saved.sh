#!/bin/bash
# While it plays: files saved in all the ways of editors, used files and samples too, are heard without a step; what was not edited
# goes on bit for bit. A half-written file is not heard, an error and a deleted file leave the sound as it is.
. "$KANON_TESTS/command/jack.bash"
jack_start
cp "$KANON_TESTS/../examples/drum.wav" hit.wav
echo 'frequency = 200' >part.kn
program() { # frequency of a lowpass
    cat <<END
use "part.kn"
left(t) = 0.3 * noise(1)(t) * decay(0.1)(t % 0.25) + 0.6 * left(t - 177ms)
right = 0.3 * sine(frequency) + 0 * sample("hit.wav") |> lowpass($1)
out = [left, right]
END
}
program 2000Hz >tone.kn
cp tone.kn first.kn
"$KANON" render first.kn --for 60s --engine jit -o render.f32 2>said2 || fail "it does not render"
play tone.kn --engine jit --record take.f32
changes=0 errors=0
changed() { # what was done; a line for it, and no error
    changes=$((changes + 1))
    for i in $(seq 1000); do
        [ $(grep -c '^tone.kn: ' said) -ge $changes ] && break
        sleep 0.01
    done
    [ $(grep -c '^tone.kn: ' said) = $changes ] || fail "$1: $(grep -c '^tone.kn: ' said) changes, not $changes"
    [ $(grep -c ': error: ' said) = $errors ] || fail "$1: an error"
    sleep 0.05
}
program 2100Hz >beside && mv beside tone.kn
changed "renamed"
grep -q '^tone.kn: .*goes on: left' said && grep -q '^tone.kn: .*crossfades: right' said || fail "no fates"
program 2200Hz >tone.kn
changed "written anew"
rm tone.kn && program 2300Hz >tone.kn
changed "removed and written"
exec 3>tone.kn # in pieces, and what is there meanwhile is a program too: a silent one
{ program 2400Hz | sed '$d'; printf 'out = [left, right] * 0'; } >&3
sleep 0.3
echo ' + [left, right]' >&3
exec 3>&-
changed "written in pieces"
echo 'frequency = 230' >part.kn
changed "a used file"
echo 'frequency = 260' >beside && mv beside part.kn
changed "a used file by another"
cp "$KANON_TESTS/../examples/drum.wav" beside && mv beside hit.wav
changed "a sample"
echo 'out = lowpas(' >tone.kn
says '^tone.kn:1:.*error: '
errors=1
program 2500Hz >tone.kn
changed "mended"
rm tone.kn
says 'tone.kn is gone'
program 2600Hz >tone.kn
changed "there again"
ends INT 0
python3 - >said2 2>&1 <<'END' || fail "it does not sound as it should"
import struct

take = list(struct.iter_unpack("<ff", open("take.f32", "rb").read()))
made = list(struct.iter_unpack("<ff", open("render.f32", "rb").read()))
fade = 1600  # frames, at the end
n = len(take) - fade
assert 20000 < n < len(made), n
worst = max(abs(take[i][1] - take[i - 1][1]) for i in range(1, len(take)))
assert worst < 0.014, worst  # 0.0102 of the sine, 0.0013 of a fade of 10 ms, 0.0006 of the end
for i in range(n):
    assert take[i][0] == made[i][0], (i, take[i], made[i])
assert abs(take[-1][0]) < 1e-4 and abs(take[-1][1]) < 1e-4, take[-1]
END
