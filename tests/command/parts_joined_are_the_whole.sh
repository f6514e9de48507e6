#!/bin/bash
# kanon render --part K/N for each K, joined in order, is the file that one render writes, to the byte.
fail() {
    echo "$*"
    exit 1
}
cat >piece.kn <<'END'
param f = 440Hz in 20Hz..2kHz
out = [score([[0, 1, 110], [0.7, 0.5, 220], [1.9, 0.2, f]], (f, length) => saw(f) * ad(5ms, length)), 0.9 * sine(f) + 0.2 * noise(1)]
END
for format in '--bits 16' '--bits 24' '--bits 32' '--format flac' '--format rf64' '--bits 32 --jobs 2' '--set f=100 --from 0.3s'; do
    rm -f *.wav *.flac *.rf64
    options="piece.kn --for 2.3s $format"
    for k in 1 2 3 4 5 6 7; do
        "$KANON" render $options --part $k/7 2>err || fail "$options, part $k: $(cat err)"
    done
    parts=(piece-*of7.*)
    [ ${#parts[@]} = 7 ] || fail "$format: parts are called ${parts[*]}"
    ending=${parts[0]##*.}
    "$KANON" join -o joined.$ending "${parts[@]}" 2>err || fail "$format: $(cat err)"
    "$KANON" render $options -o whole.$ending 2>err || fail "$format: $(cat err)"
    cmp joined.$ending whole.$ending || fail "$format: they differ"
    [ ${parts[6]} = piece-7of7.$ending ] || fail "the last is ${parts[6]}"
done
# raw float needs no header
for k in 1 2 3; do "$KANON" render piece.kn --for 1s --part $k/3 -o - --format f32 2>err || fail "$(cat err)"; done >joined.f32
"$KANON" render piece.kn --for 1s -o whole.f32 2>err
cmp joined.f32 whole.f32 || fail "f32 differs"
# more parts than frames: some hold nothing; names in alphabetical order are in that of the parts
for k in $(seq 11); do "$KANON" render -e 'noise(1)' --rate 1 --for 3 --part $k/11 2>err || fail "$(cat err)"; done
"$KANON" join -o joined.wav out-*of11.wav 2>err || fail "$(cat err)"
"$KANON" render -e 'noise(1)' --rate 1 --for 3 -o whole.wav 2>err
cmp joined.wav whole.wav || fail "short parts differ"

refused() { # words, command …
    local words=$1
    shift
    "$KANON" "$@" >out 2>&1
    local status=$?
    [ $status = 2 ] || fail "$*: status $status: $(cat out)"
    grep -qF -- "$words" out || fail "$*: $(cat out)"
}
for part in 0/3 4/3 1/0 x 1/ /2 1/2/3 -1/2 1/2000000 99999999999999999999/3; do refused 'takes K/N' render piece.kn --part $part; done
refused '`onepole` reads its own past' render -e 'onepole(noise(1), 300)' --part 1/2
refused 'do not go together' render -e 'noise(1)' --normalize --part 1/2
echo 'voice(f, gate, velocity) = sine(f) * velocity * gate' >voice.kn
refused 'this is an instrument' render voice.kn --part 1/2
refused 'this is an instrument' render voice.kn --resume
refused 'is not part 1 of 11' join -o x.wav out-02of11.wav out-01of11.wav
refused 'there are 11 parts, and 1 were given' join -o x.wav out-01of11.wav
refused 'the whole needs a name' join whole.wav
refused 'no parts given' join -o x.wav
refused 'would be destroyed' join -o whole.wav whole.wav
"$KANON" render -e 'noise(1)' --rate 2 --for 3 -o other.wav 2>err
refused 'has 1 channels, 2 Hz, 24 bits, and whole.wav 1 channels, 1 Hz' join -o x.wav whole.wav other.wav
[ ! -e x.wav ] || fail "there is a file"
head -c 50 whole.wav >cut.wav
"$KANON" join -o x.wav whole.wav cut.wav >out 2>&1 && fail "a part that is cut off is taken"
[ ! -e x.wav ] || fail "half a file is left"
