#!/bin/bash
# Sound files whose header does not say how long they are, as programs write them into pipes, are heard to their end,
# by --in and by sample; files that end too early are refused by both; a FLAC of no length is a FLAC.
fail() {
    echo "$*"
    exit 1
}
r() { "$KANON" render --for 0.5s "$@" 2>err || fail "$*: $(cat err)"; }
r -e '[sine(440)(t), t]' -o a.wav
r -e '[sine(440)(t), t]' --bits 16 -o a16.wav
r -e '[sine(440)(t), t]' -o a.flac
"$KANON" render -e 0.5 --for 0 -o none.wav 2>err || fail "$(cat err)"
python3 - <<'EOF' || fail "python"
import struct
d = open('a.wav', 'rb').read()
at = d.index(b'data')
n = len(d) - at - 8
def wav(name, riff, size, behind=b'', from_=d):
    b = bytearray(from_ + behind)
    b[4:8], b[at + 4:at + 8] = struct.pack('<I', riff), struct.pack('<I', size)
    open(name, 'wb').write(b)
wav('zero.wav', 0, 0)
wav('zero36.wav', 36, 0)
wav('zeroriff.wav', 0, n)
wav('ones.wav', 0xffffffff, 0xffffffff)
wav('half.wav', 0x7fffffff, 0x7fffffff - 36)
wav('sox.wav', 0x7ffff024, 0x7ffff000)
wav('list.wav', n + 48, n, b'LIST\4\0\0\0INFO')
open('cut.wav', 'wb').write(d[:len(d) // 2])
e = open('none.wav', 'rb').read()
open('empty.wav', 'wb').write(e + b'LIST\4\0\0\0INFO') # empty indeed: chunks follow
f = bytearray(open('a.flac', 'rb').read())
open('cut.flac', 'wb').write(f[:len(f) // 2])
f[21] &= 0xf0
f[22:26] = bytes(4)
open('unknown.flac', 'wb').write(f)
f[26:42] = bytes(16)
open('nosum.flac', 'wb').write(f)
open('unknowncut.flac', 'wb').write(f[:len(f) // 2])
EOF
printf 'input l, r\nout = [l, r]\nlength = 0.6\n' >in.kn
"$KANON" render in.kn --in a.wav --format f32 -o want 2>err || fail "$(cat err)"
echo 'input l, r
out = [l, r]' >effect.kn
for file in zero zero36 zeroriff ones half sox list; do
    "$KANON" render in.kn --in $file.wav --format f32 -o got 2>err || fail "$file.wav: $(cat err)"
    cmp want got || fail "$file.wav is heard differently"
done
for file in unknown nosum; do
    "$KANON" render in.kn --in $file.flac --format f32 -o got 2>err || fail "$file.flac: $(cat err)"
    cmp want got || fail "$file.flac is heard differently"
    "$KANON" render effect.kn --in $file.flac --format f32 -o got 2>err || fail "$file.flac: $(cat err)"
    [ "$(stat -c %s got)" = $((48000 * 8 + 24000 * 8)) ] || fail "$file.flac: length $(stat -c %s got)"
done
for file in zero.wav ones.wav unknown.flac nosum.flac list.wav; do
    for engine in ref jit; do
        echo "s = sample(\"$file\")
length = 0.6
out = s" >s.kn
        "$KANON" render s.kn --engine $engine --format f32 -o got 2>err || fail "sample $file: $(cat err)"
        [ "$("$KANON" print -e "duration(sample(\"$file\"))" --at 0 2>&1)" = $'0\t0\t0.5' ] || fail "duration of $file"
        cmp -n 192000 want got || fail "sample $file, $engine"
    done
done
for file in cut.wav cut.flac unknowncut.flac; do
    "$KANON" render effect.kn --in $file -o got.wav >out 2>&1
    [ $? = 3 ] || fail "$file: status is not 3: $(cat out)"
    "$KANON" check -e "sample(\"$file\")(t)" >out 2>&1
    [ $? = 3 ] || fail "sample $file: status is not 3: $(cat out)"
    grep -q 'cut off\|lost sync\|ends before' out || fail "sample $file: $(cat out)"
done
printf 'input x\nout = x\n' >mono.kn
"$KANON" render mono.kn --in empty.wav -o got.wav 2>err || fail "an empty file: $(cat err)"
for bits in 16 24; do
    for out in 0.5 '[0.5, 0.25]'; do
        "$KANON" render -e "$out" --for 0 --bits $bits --rate 44100 -o none.flac 2>err || fail "$(cat err)"
        [ -s none.flac ] || fail "a FLAC of 0 bytes"
        printf "input x\nout = x\nlength = 10ms\n" >x.kn
        case $out in
        0.5) "$KANON" render x.kn --in none.flac -o got.wav 2>err || fail "an empty FLAC: $(cat err)"
            grep -q '44100 Hz' err || fail "rate: $(cat err)" ;;
        *) "$KANON" render effect.kn --in none.flac --for 1ms -o got.wav 2>err || fail "an empty FLAC: $(cat err)" ;;
        esac
        command -v flac >/dev/null && { flac -s -t none.flac 2>err || fail "flac: $(cat err)"; }
    done
done
exit 0
