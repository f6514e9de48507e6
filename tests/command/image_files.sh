#!/bin/bash
# PNG of 8 and 16 bits, PFM, Y4M, numbered frames and their sound: sizes, codes of sRGB, floats as they are.
fail() {
    echo "$*"
    exit 1
}
bytes() { od -An -tu1 -v "$@" | tr -s ' \n' ' '; }
"$KANON" image -e 'x' --size 4x2 -o x.pfm 2>err || fail "$(cat err)"
[ "$(head -n3 x.pfm | tr '\n' ' ')" = "Pf 4 2 -1.0 " ] || fail "$(head -n3 x.pfm)"
[ "$(tail -c 32 x.pfm | od -An -tf4 -v | tr -s ' \n' ' ')" = " 0.125 0.375 0.625 0.875 0.125 0.375 0.625 0.875 " ] || fail "x of a PFM"
"$KANON" image -e '(x, y, t) => [y, 2, -1]' --size 1x2 -o y.pfm 2>err || fail "$(cat err)"
[ "$(tail -c 24 y.pfm | od -An -tf4 -v | tr -s ' \n' ' ')" = " 0.75 2 -1 0.25 2 -1 " ] || fail "rows of a PFM rise, and are not clipped"
grep -q clipped err && fail "a PFM was clipped"
"$KANON" image -e '[x, 0.0031308, 1, 0.5]' --size 3x1 --bits 16 -o c.png 2>err || fail "$(cat err)"
[ "$(head -c 8 c.png | tail -c 7)" = "$(printf 'PNG\r\n\x1a\n')" ] || fail "no PNG"
[ "$(bytes -j 16 -N 10 c.png)" = " 0 0 0 3 0 0 0 1 16 6 " ] || fail "head of a PNG: $(bytes -j 16 -N 10 c.png)"
grep -qa sRGB c.png || fail "it does not say that it is sRGB"
"$KANON" image -e '[0.5, 2, -1]' --size 1x1 -o - 2>err | tail -c 3 >codes
[ "$(bytes codes)" = " 207 23 109 " ] || fail "Y4M: $(bytes codes)"
grep -q '66.7 % of the values' err || fail "$(cat err)"
"$KANON" image -e '(x, y, t) => t' --size 2x2 --frames 3..5 --fps 10 -o f%03d.png 2>err || fail "$(cat err)"
[ "$(echo f*.png)" = "f003.png f004.png f005.png" ] || fail "$(echo f*)"
cat >s.kn <<'K'
out = sine(440) * 0.5
length = 0.5s
image(x, y, t) = t
K
"$KANON" image s.kn --size 2x3 -o s.y4m --fps 30 --with-sound 2>err || fail "$(cat err)"
[ "$(head -n1 s.y4m)" = "YUV4MPEG2 W2 H3 F30:1 Ip A1:1 C444 XCOLORRANGE=LIMITED" ] || fail "$(head -n1 s.y4m)"
[ "$(grep -ac FRAME s.y4m)" = 15 ] || fail "$(grep -ac FRAME s.y4m) frames"
[ "$(stat -c %s s.wav)" = "$((24000 * 3 + 44))" ] || [ -s s.wav ] || fail "no sound"
"$KANON" image s.kn -o s --size 2x2 2>err && fail "an ending that says nothing passes"
"$KANON" image s.kn --size 4x4 2>err && [ -s s.png ] || fail "without -o it is s.png"
"$KANON" image -e '(x, y, t) => x / 0' --size 2x2 -o n.png 2>err || fail "$(cat err)"
grep -q "4 values are not finite" err || fail "$(cat err)"
for n in 1 3; do
    "$KANON" image -e '[sin(20 * x * y), x, t, y]' --size 70x301 --samples 2 --jobs $n -o j$n.png 2>err || fail "$(cat err)"
done
cmp j1.png j3.png || fail "threads change bits"
