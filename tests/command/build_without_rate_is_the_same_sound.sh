#!/bin/bash
# C that learns its sample rate when it runs gives the sound of C that was made for that rate.
fail() {
    echo "$*"
    exit 1
}
cat >rolled.kn <<'K'
param f = 110Hz in 50Hz..200Hz
place(k, t) = (k + t / 12) % 10
rising(t) = sum(0..9, k => sin(tau * 20 * 2 ^ place(k, t) * t) * sin(pi * place(k, t) / 10))
noisy = sum(1..10, k => noise(k) |> bandpass(200 * k, 9))
out = [t => 0.1 * rising(t), noisy, t => sum(1..12, k => sin(tau * k * f * t)) / 12]
K
cat >past.kn <<'K'
echo(t) = (if t < 2ms then noise(1)(t) else 0) + 0.6 * echo(t - 3.3ms)
short(t) = echo(t) + 0.5 * short(t - (0.5ms + 0.49ms * sin(tau * 5 * t)))
out = [echo, short, t => echo(t % 20ms), smooth(square(50), 5ms), running_max(sine(100), 3ms)]
K
for program in rolled past; do
    for rate in 44100 48000; do
        "$KANON" build $program.kn --name program -o any.c --main 2>err || fail "$(cat err)"
        "$KANON" build $program.kn --name program -o one.c --main --rate $rate 2>err || fail "$(cat err)"
        # --main runs C of an unknown rate at 48000
        [ $rate = 48000 ] || sed -i 's/program_init(&self, 48000.0)/program_init(\&self, 44100.0)/; s/seconds \* 48000.0/seconds * 44100.0/' any.c
        for c in any one; do
            gcc -O1 $c.c -lm -o $c || fail "$c.c does not compile"
            ./$c 0.1 >$c.f32
            od -An -v -tf4 -w4 $c.f32 >$c.txt
        done
        paste any.txt one.txt | awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > 2e-6) { print NR, $0; exit 1 } }' \
            || fail "$program at $rate: they differ"
    done
done
