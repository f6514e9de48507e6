#!/bin/bash
# An instrument in C plays its notes as engine cc does, to the bit, made for a rate or not; hosts tell it events.
fail() {
    echo "$*"
    exit 1
}
command -v cc >/dev/null || exit 0
cat >keys.kn <<'END'
param bright = 2kHz in 200Hz..8kHz log cc 1
voice(f, gate, velocity, bend, pressure) =
    [saw(f), sum(1..12, k => sine(k * f) / k)] |> lowpass(bright, 2) |> _ * adsr(gate, 5ms, 0.1, 0.5, 50ms) * velocity * (0.3 + pressure)
out = voices |> _ + 0.3 * delay(_, 30ms) + sum(1..10, k => sine(50 * k)) * 0.001
END
"$KANON" render keys.kn --engine cc --for 1500ms -o rendered.f32 2>err || fail "$(cat err)"
for rate in "--rate 48000" ""; do
    "$KANON" build keys.kn --main $rate --voices 3 2>err || fail "$(cat err)"
    cc -std=c11 -O3 -march=native -Wall -Wextra -Werror keys.c -lm -o keys 2>err || fail "$(cat err)"
    ./keys 1.5 >built.f32 || fail "it ends with $?"
    [ -z "$rate" ] || cmp built.f32 rendered.f32 || fail "they differ"
done
[ "$(wc -c <built.f32)" = "$(wc -c <rendered.f32)" ] || fail "without a rate it is of another length"
paste <(od -An -v -w4 -tf4 built.f32) <(od -An -v -w4 -tf4 rendered.f32) |
    awk '{ off = $1 - $2; if (off > 1e-6 || off < -1e-6) exit 1 }' || fail "without a rate it sounds different"

# A host: cut into blocks of any size, the same bits; and it ends silent.
"$KANON" build keys.kn --rate 48000 --voices 3 2>err || fail "$(cat err)"
cat >host.c <<'END'
#include "keys.h"
#include <stdio.h>
#include <string.h>
static keys one, other;
static float a[2][30000], b[2][30000];
static void play(keys *k, float (*to)[30000], int step) {
    const uint8_t struck[] = {0x90, 60, 100}, wheel[] = {0xb0, 1, 10}, bent[] = {0xe0, 0, 127};
    keys_init(k, 48000);
    keys_midi(k, 0, struck, 3);
    keys_midi(k, 5000, wheel, 3);
    keys_midi(k, 7000, bent, 3);
    for (int i = 0; i < 20; i++)
        keys_note_on(k, 300 * i, i % 2, 50 + i, 0.5);
    for (int i = 0; i < 20; i++)
        keys_note_off(k, 8000 + 100 * i, i % 2, 50 + i, 0.5);
    keys_note_off(k, 9000, 0, 60, 0.5);
    for (int at = 0, n; at < 30000; at += n) {
        n = 30000 - at < step ? 30000 - at : step;
        float *out[] = {to[0] + at, to[1] + at};
        keys_process(k, 0, out, n);
    }
}
int main(void) {
    play(&one, a, 30000);
    play(&other, b, 77);
    if (memcmp(a, b, sizeof a)) return puts("cuts differ");
    if (keys_params[0].controller != 1 || KEYS_VOICES != 3) return puts("facts");
    if (keys_note_on(&one, 0, 16, 60, 1) || keys_note_on(&one, -1, 0, 60, 1)) return puts("wrong events pass");
    if (keys_get(&one, 0) > 300 || keys_get(&one, 0) < 200) return puts("the wheel does nothing");
    return 0;
}
END
cc -std=c11 -O1 -Wall -Wextra -Werror host.c keys.c -lm -o host 2>err || fail "$(cat err)"
./host || fail "the host fails"
exit 0
