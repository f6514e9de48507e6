#!/bin/bash
# kanon build of a program with a picture: NAME_image paints what kanon image does, noises bit for bit; params, the sound it shows, an
# instrument. A picture alone has no sound; what runs by itself, and -e, need one.
fail() {
    echo "$*"
    exit 1
}
# host.c NAME UPPER: a PFM of the moment that `prepare` makes
host() {
    cat <<C
#include "$1.h"
#include <stdio.h>
enum { W = 67, H = 31, SIZE = W * H * $2_IMAGE_CHANNELS };
static float values[SIZE];
int main(void) {
    static $1_moment m;
    $1_moment_init(&m);
    $3
    $1_image_rows(values, W, H, 0, H, &m);
    printf("P%c\n%d %d\n-1.0\n", $2_IMAGE_CHANNELS == 1 ? 'f' : 'F', W, H);
    for (int row = H - 1; row >= 0; row--)
        if (fwrite(values + row * (SIZE / H), sizeof(float), SIZE / H, stdout) != SIZE / H) return 1;
    return 0;
}
C
}
paint() { # NAME UPPER what-prepares
    host "$@" >host.c
    gcc -std=c11 -O2 -march=native -Wall -Wextra -Wpedantic -Werror host.c "$1.c" -lm -o host 2>err || fail "$(cat err)"
    ./host >"$1.c.pfm" || fail "$1 does not paint"
}
near() { # two PFM, within 2e-6
    cmp -s <(head -c 14 "$1") <(head -c 14 "$2") || fail "heads of $1 and $2"
    paste <(tail -c +15 "$1" | od -An -v -tf4 -w4) <(tail -c +15 "$2" | od -An -v -tf4 -w4) |
        awk '{ d = $1 - $2; if (d > 2e-6 || d < -2e-6) { print "value " NR ": " $0; exit 1 } }' || fail "$2"
}

cat >noise.kn <<'K'
image(x, y, t) = perlin(20 * x, 30 * y) + 0.5 * simplex(9 * x, 7 * y, t) - worley(5 * x + y, 6 * y)
K
"$KANON" build noise.kn || fail "no picture alone"
grep -q noise_process noise.h && fail "a picture alone has sound"
"$KANON" image noise.kn --size 67x31 --at 0.5 -o noise.pfm 2>err || fail "$(cat err)"
paint noise NOISE 'm.time = 0.5;'
cmp noise.pfm noise.c.pfm || fail "noises differ"

cat >a.kn <<'K'
param gain = 1 in 0..4
param hue = 0.2 in 0..1
level = peak(t => gain * decay(0.3)(t), 1s)
out = [sine(220) * gain * 0.1, level]
length = 2s
image(x, y, t) = [level(t) * x, sin(tau * (3 * x + y * t)) * hue, noise(1)(t + x * 0.001)]
K
for rate in "" "--rate 44100"; do
    "$KANON" build a.kn $rate || fail "it is not built"
    "$KANON" image a.kn --rate 44100 --size 67x31 --at 0.5 --set gain=2.5 --set hue=0.7 -o a.pfm 2>err || fail "$(cat err)"
    paint a A '
    static a sound;
    static float left[22051], right[22051], *outputs[] = {left, right};
    if (A_OUTPUTS != 2 || A_IMAGE_SHOWN != 1 || !a_init(&sound, 44100)) return 1;
    a_set(&sound, 0, 2.5), a_set(&sound, 1, 0.7);
    for (int i = 0; i < 3; i++) {
        float *at[] = {left + 7350 * i, right + 7350 * i};
        a_process(&sound, 0, at, i < 2 ? 7350 : 7351);
    }
    a_moment_hear(&m, &sound);
    if (m.time != 0.5 || m.shown[0] != right[22050] || outputs[0] != left) return 1;'
    near a.pfm a.c.pfm
done

cat >v.kn <<'K'
voice(f, gate, velocity) = gate * sine(f) * 0.1
level = rms(voices, 50ms)
image(x, y, t) = level(t) + x
K
"$KANON" build v.kn --voices 4 || fail "no instrument"
"$KANON" image v.kn --size 67x31 --at 0.5 -o v.pfm 2>err || fail "$(cat err)"
paint v V '
    static v sound;
    static float heard[24001], *outputs[] = {heard};
    if (!v_init(&sound, 48000) || !v_note_on(&sound, 0, 0, 69.0, 0.8)) return 1;
    v_process(&sound, 0, outputs, 24001);
    v_moment_hear(&m, &sound);
    if (!(m.shown[0] > 0.01f)) return 1;'
near v.pfm v.c.pfm

"$KANON" build noise.kn --main -o m.c 2>err && fail "a command without a sound"
grep -q -- "--main: the program has no \`out\`" err || fail "$(cat err)"
echo 'x = 1' >n.kn
"$KANON" build n.kn 2>err && fail "neither sound nor picture"
"$KANON" build -e 'sine(440) * 0.1' -o e.c 2>err || fail "$(cat err)"
grep -q image e.h && fail "-e has a picture"
"$KANON" build a.kn --jack --name j -o j.c 2>err || fail "$(cat err)"
grep -q image j.h && fail "a client of JACK has a picture"
exit 0
