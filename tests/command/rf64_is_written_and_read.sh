#!/bin/bash
# RF64, which WAV becomes over 4 GB, holds the same samples behind a header with lengths of 64 bits; what is cut off is told.
fail() {
    echo "$*"
    exit 1
}
number() { od -An -tu$3 -j$2 -N$3 "$1" | tr -d ' '; } # file, offset, bytes
name() { dd if="$1" bs=1 skip="$2" count=4 2>err; }
for bits in 16 24 32; do
    render="render -e [noise(1),noise(2),noise(3)] --for 1001 --rate 1 --bits $bits"
    "$KANON" $render -o plain.wav 2>err || fail "$(cat err)"
    "$KANON" $render -o wide.rf64 2>err || fail "$(cat err)"
    "$KANON" $render --format rf64 -o - 2>err | cmp -s - wide.rf64 || fail "$bits: a pipe gets other bytes"
    size=$(stat -c %s wide.rf64)
    bytes=$((1001 * 3 * bits / 8))
    [ "$(name wide.rf64 0)$(name wide.rf64 8)$(name wide.rf64 12)" = RF64WAVEds64 ] || fail "$bits: no RF64"
    [ $(number wide.rf64 4 4) = 4294967295 ] || fail "$bits: its short length is told"
    [ $(number wide.rf64 20 8) = $((size - 8)) ] || fail "$bits: length $(number wide.rf64 20 8) of $size"
    [ $(number wide.rf64 28 8) = $bytes ] || fail "$bits: data $(number wide.rf64 28 8)"
    [ $(number wide.rf64 36 8) = 1001 ] || fail "$bits: samples $(number wide.rf64 36 8)"
    [ $((size % 2)) = 0 ] || fail "$bits: $size bytes"
    cmp -s <(tail -c $((bytes + bytes % 2)) plain.wav) <(tail -c $((bytes + bytes % 2)) wide.rf64) || fail "$bits: other samples"
    for file in plain.wav wide.rf64; do
        "$KANON" render -e "sample(\"$file\")" --for 1001 --rate 1 -o $file.f32 2>err || fail "$bits: $(cat err)"
    done
    cmp -s plain.wav.f32 wide.rf64.f32 || fail "$bits: other samples are read"
    head -c 3000 wide.rf64 >cut.wav
    "$KANON" check -e 'sample("cut.wav")' >out 2>&1 && fail "$bits: cut off, and read"
    grep -q "promises $bytes bytes of sound, $((3000 - (size - bytes - bytes % 2))) are there" out || fail "$bits: $(cat out)"
done
# where the end is not known at first, the lengths are put right
echo 'input x
out = [x, delay(x, 0.1)]' >effect.kn
"$KANON" render -e 'sine(440)' --for 0.1s --rate 8kHz -o in.wav 2>err
"$KANON" render effect.kn --in in.wav --bits 32 -o out.rf64 2>err || fail "$(cat err)"
[ $(($(number out.rf64 20 8) + 8)) = $(stat -c %s out.rf64) ] || fail "length"
[ $(number out.rf64 28 8) = $(($(number out.rf64 36 8) * 8)) ] || fail "data"
"$KANON" check -e 'sample("out.rf64")[1]' >out 2>&1 || fail "$(cat out)"
