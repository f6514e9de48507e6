#!/bin/bash
# PNG and SVG of every kind have the size that is asked for; they appear whole or not at all.
fail() {
    echo "$*"
    exit 1
}
size_of_png() { # width x height out of the header
    [ "$(head -c 8 "$1" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ] || fail "$1 is no PNG"
    od -An -j16 -N8 --endian=big -tu4 "$1" | awk '{ print $1 "x" $2 }'
}
cat >effect.kn <<'END'
input x
param cutoff = 800Hz in 50Hz..8kHz log
out = [x |> lowpass(cutoff, 2), x |> highpass(cutoff)]
END
echo 'out(t) = [0.5 * sine(440)(t), sine(660)(t) * exp(-4 * t)]; length = 0.3s' >tone.kn
"$KANON" plot tone.kn --wave --spectrum --spectrogram -o sound.png || fail "no picture of a sound"
[ "$(size_of_png sound.png | cut -d x -f 1)" = 1000 ] || fail "1000 pixels are the usual width"
"$KANON" plot effect.kn --response --phase --group-delay --set cutoff=2kHz --size 640x480 -o effect.PNG || fail "no picture of an effect"
[ "$(size_of_png effect.PNG)" = 640x480 ] || fail "the size is $(size_of_png effect.PNG)"
"$KANON" plot effect.kn --size 640x480 --dark -o dark.png || fail "no dark picture"
cmp -s effect.PNG dark.png && fail "a dark picture is as a light one"
"$KANON" plot tone.kn --spectrogram --linear --size 300x200 -o sound.svg || fail "no SVG"
head -n 5 sound.svg | grep -q '<svg .*width="300\(px\)\?" height="200\(px\)\?"' || fail "$(head -n 3 sound.svg)"
tail -n 1 sound.svg | grep -q '</svg>' || fail "the SVG is cut"
"$KANON" plot tone.kn --format png -o - >piped && [ "$(size_of_png piped)" = 1000x574 ] || fail "none through a pipe"
# many files over each other, and what is no program
"$KANON" render tone.kn -o tone.wav 2>/dev/null || fail "no WAV"
"$KANON" plot tone.wav tone.kn -e 'sine(1000)' --for 50ms -o several.png || fail "no picture of several"
"$KANON" plot -e 't => map(0..11, k => 0.1 * k)' --channel 3 --channel 7 --for 1ms -o two.tsv || fail "two channels"
[ "$(grep -v '^#' two.tsv | cut -f 2,4 | sort -u | tr '\t\n' '  ')" = "out[3] 0.300000011921 out[7] 0.699999988079 " ] || fail "$(head two.tsv)"
# nothing half-written, and what was there stays
echo before >kept.png
mkdir folder.png
for words in "tone.kn -o folder.png:3" "tone.kn -o none/x.png:3" "missing.kn -o kept.png:3" "missing.wav -o kept.png:3" \
    "tone.wav -o tone.wav:2" "tone.kn -o tone.kn:2" "tone.kn -o x.gif:2" "tone.kn --size 10x10 -o x.png:2" "tone.kn --size 1000 -o x.png:2" \
    "tone.kn --size 20000x100 -o x.png:2" "tone.kn --window 1000:2" "tone.kn --floor 10:2" "tone.kn --at 2..1:2" "tone.kn --at 1:2" \
    "tone.kn --at 0..1 --for 1:2" "tone.kn --response:2" "effect.kn --response --in tone.wav:2" "effect.kn --wave --phase --from 1:2" \
    "tone.wav --set x=1:2" "tone.wav --from 10:2" "tone.kn --from 10:2" "effect.kn --response --for 0:2" "effect.kn --decibels --response:2" \
    "tone.kn tone.kn tone.kn tone.kn tone.kn:2" "-e 0 --rate 1MHz:2" "tone.kn --for 2h:2" "tone.kn --channel 2:2" "tone.kn --channel x:2" ":2"; do
    "$KANON" plot ${words%:*} >out 2>err
    [ $? = "${words##*:}" ] || fail "plot $words: $(cat err)"
    [ -s err ] && [ ! -s out ] || fail "plot $words says nothing"
done
[ "$(cat kept.png)" = before ] && [ ! -e x.png ] && [ ! -e x.gif ] || fail "something was written"
ls -a | grep -q kanon- && fail "something was left: $(ls -a)"
grep -q '^out(t)' tone.kn || fail "the program was replaced"
"$KANON" plot tone.kn >/dev/full 2>err
[ $? = 3 ] || fail "a full device is no failure"
"$KANON" plot tone.kn -o /dev/full --format png 2>err
[ $? = 3 ] || fail "a full device is no failure of a picture"
exit 0
