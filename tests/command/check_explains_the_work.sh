#!/bin/bash
# --explain tells by which strategies a program is computed; what is left out by name is in no row of it.
program='v(f, len) = saw(f) * adsr(t => t < len, 5ms, 0.1, 0.6, 0.1) |> lowpass(1200, 2)
length = 4s
out = 0.2 * score(map(0..39, k => [k / 10, 0.02, 200 + 7 * k]), v)'
printf '%s\n' "$program" > song.kn
"$KANON" check song.kn --explain > told || exit 1
grep -q '^work  *about [0-9.]* ns a frame' told || { echo "no work"; cat told; exit 1; }
grep -q '^ *rounds .* 3[0-9] rows of [0-9]* calls, at most [2-4] at once' told || { echo "no rounds"; cat told; exit 1; }
grep -q '^ *span ' told || { echo "no span"; exit 1; }
grep -q "sample by sample, since \`select\` is in their feedback" told || { echo "nothing in the way"; exit 1; }
"$KANON" check song.kn --explain --no-strategy span --no-strategy rounds > told || exit 1
if grep -q '^ *\(rounds\|span\) ' told; then
    echo "left out, and there"
    exit 1
fi
"$KANON" check song.kn --explain --json | grep -q '"work":{"ns":[0-9.]*,"tables":\[{"strategy":"rounds","rows":3[0-9],' || { echo "no JSON"; exit 1; }
"$KANON" render song.kn --no-strategy vectors -o song.wav 2> said
[ $? -eq 2 ] || { echo "a strategy that there is none of: status $?"; exit 1; }
grep -q "takes roll, rounds, .* or .*, not 'vectors'" said || { cat said; exit 1; }
[ ! -e song.wav ] || exit 1
