#!/bin/bash
# --in of another rate than --rate is resampled: pitch, level, length and place stay, blocks change no bit; the program
# takes the rate of the file when nothing is said.
fail() {
    echo "$*"
    exit 1
}
printf 'input x\nout = x\n' >effect.kn
for pair in "44100 48000" "48000 44100" "96000 48000" "8000 48000" "48000 11025" "44100 192000"; do
    set -- $pair
    "$KANON" render -e 'sine(1000)(t) * 0.5 * (if t > 0.1 then 1 else 0)' --engine ref --rate $1 --for 0.5s --bits 32 -o in.wav 2>err || fail "$(cat err)"
    "$KANON" render effect.kn --in in.wav --rate $2 --for 0.5s --format f32 -o got 2>err || fail "$pair: $(cat err)"
    grep -q "$2 Hz" err || fail "$pair: $(cat err)"
    python3 - $2 <<'EOF' || fail "$pair is heard differently"
import math, struct, sys
rate = int(sys.argv[1])
d = open('got', 'rb').read()
v = struct.unpack('<%df' % (len(d) // 4), d)
if len(v) != rate // 2: sys.exit('length %d' % len(v))
worst = max(abs(v[i] - 0.5 * math.sin(2 * math.pi * 1000 * i / rate)) for i in range(int(0.15 * rate), int(0.45 * rate)))
early = max(abs(x) for x in v[:int(0.05 * rate)])
sys.exit('%g %g' % (worst, early) if worst > 2e-5 or early > 2e-5 else 0)
EOF
    for block in 1 77 5000; do
        "$KANON" render effect.kn --in in.wav --rate $2 --for 0.5s --format f32 --block $block -o other 2>err
        cmp got other || fail "$pair: --block $block changes bits"
    done
    "$KANON" print effect.kn --in in.wav --rate $2 --at 0.2 >out 2>err || fail "print: $(cat err)"
done
"$KANON" render effect.kn --in in.wav -o out.wav 2>err || fail "$(cat err)"
grep -q '44100 Hz' err || fail "the rate of the file: $(cat err)"
# stereo, and what to write when it does not fit
"$KANON" render -e '[sine(1000)(t), 0.25]' --rate 44100 --for 0.2s --bits 32 -o st.wav 2>err
printf 'input l, r\nout = [r, l]\n' >swap.kn
"$KANON" render swap.kn --in st.wav --rate 48000 --for 0.2s --format f32 -o got 2>err || fail "$(cat err)"
python3 - <<'EOF' || fail "channels change places"
import struct, sys
r, l = struct.unpack('<2f', open('got', 'rb').read()[38400:38408])
sys.exit(abs(r - 0.25) > 1e-4 or abs(l) > 1e-4)
EOF
for command in "render -o x.wav" print; do
    "$KANON" $command effect.kn --in st.wav >out 2>err
    [ $? = 2 ] || fail "$command: two channels into one input"
    grep -q 'input left, right' err || fail "$command does not say what to write: $(cat err)"
done
python3 - <<'EOF'
import struct
for rate in (2000000, 0x7fffffff):
    d = b'\0' * 200
    open('%d.wav' % rate, 'wb').write(b'RIFF' + struct.pack('<I', 36 + len(d)) + b'WAVEfmt ' + struct.pack('<IHHIIHH', 16, 1, 1, rate, rate * 2 & 0xffffffff, 2, 16) + b'data' + struct.pack('<I', len(d)) + d)
EOF
printf 'input x\nout = delay(x, 1)\n' >delay.kn
for rate in 2000000 2147483647; do
    timeout 20 "$KANON" render delay.kn --in $rate.wav --for 1ms -o x.wav >out 2>err
    [ $? = 2 ] || fail "$rate Hz: $(cat err)"
    timeout 20 "$KANON" print delay.kn --in $rate.wav >out 2>err
    [ $? = 2 ] || fail "print, $rate Hz: $(cat err)"
done
exit 0
