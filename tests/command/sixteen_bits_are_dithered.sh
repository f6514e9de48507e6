#!/bin/bash
# 16 bits have triangular dither, the same for each block, job and start; silence stays silence; none by option, and
# none in 24 bits.
fail() {
    echo "$*"
    exit 1
}
r() { "$KANON" render "$@" 2>err || fail "$*: $(cat err)"; }
echo 'out = [0.3 / 32768, -10.5 / 32768, 0]' >level.kn
r level.kn --bits 16 --for 4s -o a.wav
python3 - <<'EOF' || fail "the dither is not triangular"
import struct, sys
d = open('a.wav', 'rb').read()
v = struct.unpack('<%dh' % ((len(d) - 44) // 2), d[44:])
bad = []
for k, want in ((0, 0.3), (1, -10.5)):
    x = v[k::3]
    mean = sum(x) / len(x)
    power = sum((s - want) ** 2 for s in x) / len(x)
    ahead = sum((x[i] - want) * (x[i + 1] - want) for i in range(len(x) - 1)) / len(x)
    # mean and power of the error do not depend on the signal: 1/6 of the dither and 1/12 of rounding
    if abs(mean - want) > 0.006 or abs(power - 0.25) > 0.005 or abs(ahead) > 0.005: bad.append((k, mean, power, ahead))
    if max(abs(s - want) for s in x) > 1.5: bad.append(k)
if any(v[2::3]): bad.append('silence')
a, b = v[0::3], v[1::3]
both = sum((x - 0.3) * (y + 10.5) for x, y in zip(a, b)) / len(a)
if abs(both) > 0.005: bad.append(both)
sys.exit(repr(bad) if bad else 0)
EOF
echo 'out = [0.1 * sine(440), 0.2 * sine(330)]' >tones.kn
r tones.kn --bits 16 --for 2s -o want.wav
for words in "--block 1" "--block 333" "--jobs 4" "--jobs 3 --block 100"; do
    r tones.kn --bits 16 --for 2s $words -o got.wav
    cmp want.wav got.wav || fail "$words changes bits"
done
r tones.kn --bits 16 --from 0.5s --for 1.5s -o got.wav
cmp <(tail -c 288000 want.wav) <(tail -c 288000 got.wav) || fail "--from changes bits"
r tones.kn --bits 16 --for 2s -o want.flac
r tones.kn --bits 16 --for 2s --dither none -o plain.wav
cmp -s want.wav plain.wav && fail "--dither none changes nothing"
r tones.kn --bits 16 --for 2s --dither tpdf -o got.wav
cmp want.wav got.wav || fail "tpdf is what 16 bits have"
r -e 16384.4/32768 --bits 16 --dither none --for 10ms -o got.wav
[ "$(od -An -v -td2 -w2 -j44 got.wav | sort -u | tr -d ' ')" = 16384 ] || fail "rounding without dither"
r -e 0.3/8388608 --bits 24 --for 100ms -o got.wav
[ "$(od -An -v -tx1 -w3 -j44 got.wav | sort -u | tr -d ' ')" = 000000 ] || fail "24 bits are dithered"
r -e 0.3/8388608 --bits 24 --dither tpdf --for 100ms -o got.wav
[ "$(od -An -v -tx1 -w3 -j44 got.wav | sort -u | wc -l)" = 3 ] || fail "24 bits are not dithered when asked"
"$KANON" render -e 0 --dither loud -o x.wav 2>err; [ $? = 2 ] || fail "--dither loud"
"$KANON" render -e 0 --dither tpdf --bits 32 -o x.wav 2>err; [ $? = 2 ] || fail "--dither of float"
exit 0
