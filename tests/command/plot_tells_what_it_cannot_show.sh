#!/bin/bash
# Silence is a picture; numbers that are none are gaps, and said; peaks have names; names of files do no harm.
fail() {
    echo "$*"
    exit 1
}
"$KANON" plot -e 't => if t < 0.2 then sine(440)(t) else if t < 0.3 then 1 / 0 * t else sine(440)(t)' --for 1s --rate 8000 --wave --spectrum --spectrogram --window 1024 \
    -o gap.tsv 2>err || fail "$(cat err)"
grep -q '800 samples are not finite numbers, the first at 0.2 s' err || fail "$(cat err)"
grep -q 'windows have samples that are not finite' err || fail "$(cat err)"
[ "$(awk -F '\t' '$1 == 1 && $4 == "nan"' gap.tsv | wc -l)" = 800 ] || fail "the gap is not as long"
awk -F '\t' '$1 == 2 && $3 > 439 && $3 < 441 && $4 > -0.1 { good = 1 } END { exit !good }' gap.tsv || fail "the tone beside the gap is lost"
awk -F '\t' '$1 == 3 && $5 == "nan" { n++ } $1 == 3 && $5 != "nan" { m++ } END { exit !(n > 0 && m > n) }' gap.tsv || fail "the spectrogram has no gap"
"$KANON" plot -e 'out(t) = 0 * t' --wave --spectrum --spectrogram --for 0.1s -o silence.png 2>err && [ ! -s err ] || fail "silence: $(cat err)"
"$KANON" plot -e 'out(t) = 1 / 0 * t' --spectrum --for 0.1s >out 2>err || fail "no number at all: $(cat err)"
"$KANON" plot -e 'sine(440)' --spectrum --for 2s >out || fail "no spectrum"
grep -q '1  440.00 Hz  A4  0.0 dB$' out || fail "A4 is not named: $(cat out)"
"$KANON" plot -e '0.5 * sine(442) + 0.05 * sine(3000)' --spectrum --for 2s >out || fail "no spectrum"
grep -q '1  442.00 Hz  A4 +8 cents  -6.0 dB$' out && grep -q '2  3000.0 Hz  F#7 +23 cents  -26.0 dB$' out || fail "peaks: $(cat out)"
"$KANON" render -e 'sine(440)' --for 0s -o empty.wav 2>/dev/null
"$KANON" plot empty.wav 2>err; [ $? = 2 ] && grep -q 'no frames' err || fail "an empty file: $(cat err)"
echo text >text.wav
"$KANON" plot text.wav 2>err; [ $? = 3 ] || fail "no sound: $(cat err)"
"$KANON" plot -e 'outer = 1' 2>err; [ $? = 1 ] || fail "no out: $(cat err)"
name=$'evil\x1b[31m\xe2\x80\xae <b>&.kn'
echo 'out = sine(440)' >"$name"
"$KANON" plot "$name" --for 10ms >out || fail "a hostile name"
grep -q $'\x1b\|\xe2\x80\xae' out && fail "a name moves the terminal"
"$KANON" plot "$name" --for 10ms -o "$name.svg" && tail -n 1 "$name.svg" | grep -q '</svg>' || fail "a hostile name in a picture"
"$KANON" plot "$name" tone.kn --for 10ms -o x.tsv 2>/dev/null
name=$(printf 'long%.0s' $(seq 60)).kn
echo 'out = [sine(440), sine(441), sine(442), sine(443)]' >"$name"
"$KANON" plot "$name" "$name" --for 10ms -o long.png --size 300x200 || fail "a long name"
"$KANON" plot "$name" --for 1ms --size 160x120 -o small.png --spectrum --wave --spectrogram || fail "a small picture"
