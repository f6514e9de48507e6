#!/bin/bash
# --normalize: the peak of all channels becomes 1, whatever the format; nothing is clipped; silence stays silence.
fail() {
    echo "$*"
    exit 1
}
mkdir tmp
export TMPDIR=$PWD/tmp
for words in "--format f32" "--bits 32" "--bits 24" "--bits 16" "--format flac"; do
    for level in 0.001 1 37; do
        "$KANON" render -e "[$level * sine(441)(t), $level * 0.5]" --rate 44100 --for 1s --normalize $words -o x.wav 2>err ||
            fail "$level $words: $(cat err)"
        grep -q 'peak [-]\?0.00 dBFS' err || fail "$level $words: $(cat err)"
        grep -q clipped err && fail "$level $words: $(cat err)"
    done
done
"$KANON" render -e '[sine(441)(t) * 0.25, 0.125]' --rate 44100 --for 1s --normalize --format f32 -o x 2>err
"$KANON" render -e '[sine(441)(t) * 0.25, 0.125]' --rate 44100 --for 1s --format f32 -o y 2>err
python3 - <<'EOF' || fail "it is not the same sound, louder"
import struct, sys
a, b = (struct.unpack('<88200f', open(n, 'rb').read()) for n in 'xy')
g = max(map(abs, b))
sys.exit(max(abs(p - q / g) for p, q in zip(a, b)) > 1e-7)
EOF
for words in "--block 7" "--jobs 3"; do
    "$KANON" render -e '[sine(441)(t) * 0.25, 0.125]' --rate 44100 --for 1s --normalize --format f32 $words -o z 2>err
    cmp x z || fail "$words changes bits"
done
"$KANON" render -e 0 --for 1s --normalize -o x.wav 2>err || fail "silence: $(cat err)"
grep -q 'silence' err || fail "silence: $(cat err)"
"$KANON" render -e 'if t < 0.1 then 0.5 else 1/0' --for 1s --normalize -o x.wav 2>err || fail "infinity: $(cat err)"
grep -q 'peak 0.00 dBFS' err || fail "infinity: $(cat err)"
[ -z "$(ls -A tmp)" ] || fail "left: $(ls tmp)"
exit 0
