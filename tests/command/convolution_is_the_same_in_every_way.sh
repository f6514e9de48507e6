#!/bin/bash
# A long response, in lists and sums: renders by several threads, in parts, at other rates, as C, and with all taps summed as they
# stand; and --explain tells how it is computed.
cat > hall.kn <<'TEXT'
input x
h(seed) = t => noise(seed)(t) * decay(0.4)(t) * 0.1
s = sine(330) * box(0.2) + x
out = [convolve(s, h(1), 0.6s) + convolve(x, h(2), 0.3s), convolve([s, x], [h(3), h(4)], 0.6s) |> sum]
TEXT
"$KANON" check hall.kn --explain > told || exit 1
grep -q '^ *28800 taps: 64 as they stand, 15 times 64, 55 times 512, with spectra shared' told ||
    { echo "not told how"; cat told; exit 1; }
"$KANON" check hall.kn --explain --json | grep -q '"convolutions":\[{"taps":28800,"direct":64,"levels":\[{"points":64,"partitions":15},' ||
    { echo "no JSON"; exit 1; }
"$KANON" render -e 'noise(9) * box(0.5)' --for 1 -o in.wav --rate 48000 || exit 1
render() { # NAME OPTIONS…
    local name=$1
    shift
    "$KANON" render hall.kn --in in.wav --for 1.1 --format f32 -o "$name.f32" "$@" || { echo "$name: status $?"; exit 1; }
}
render whole
render jobs --jobs 3
cmp whole.f32 jobs.f32 || { echo "other bits with --jobs"; exit 1; }
render late --from 0.3337 --for 0.5
tail -c +$((0x8 * 16018 + 1)) whole.f32 | head -c $((0x8 * 24000)) > tail.f32
cmp tail.f32 late.f32 || { echo "other bits when it is heard later"; exit 1; }
render direct --no-strategy partition
# NAME OF: the greatest difference over the peak, in millionths
differ() {
    od -An -v -tf4 -w4 "$1" > a.txt
    od -An -v -tf4 -w4 "$2" > b.txt
    paste a.txt b.txt | awk '{ d = $1 - $2; d = d < 0 ? -d : d; p = $2 < 0 ? -$2 : $2; if (d > most) most = d; if (p > peak) peak = p }
        END { if (!(peak > 0.01) || !(most <= 1e-6 * peak)) { print "off by " most " of " peak; exit 1 } }'
}
differ whole.f32 direct.f32 || { echo "not the sum of all taps"; exit 1; }
sed 's/0\.[36]s/0.05s/' hall.kn > room.kn
for rate in 8000 192000; do
    for strategy in window partition; do
        "$KANON" render room.kn --rate "$rate" --for 0.3 --format f32 -o "$rate$strategy.f32" --no-strategy "$strategy" || exit 1
    done
    differ "${rate}window.f32" "${rate}partition.f32" || { echo "at $rate Hz not the sum of all taps"; exit 1; }
done
