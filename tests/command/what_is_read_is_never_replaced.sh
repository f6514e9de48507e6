#!/bin/bash
# No output of any command replaces the program, a file it uses or samples, or --in: by whatever name it is called.
fail() {
    echo "$*"
    exit 1
}
"$KANON" render -e 0.5 --for 10ms -o hit.wav 2>err || fail "$(cat err)"
mkdir parts
cp hit.wav in.wav
cp hit.wav parts/other.wav
echo 'shape(x) = x' >parts/shapes.kn
printf 'use "parts/shapes.kn"\nhit = sample("hit.wav")\nout = t => shape(hit(t)) + sample("parts/other.wav")(t)\n' >hit.kn
printf 'input x\nout = x\n' >effect.kn
echo 'out = 0.5' >song.c
echo 'out = 0.5' >head.h
echo 'out = 0.5' >sound.wav
echo 'out = 0.5' >picture.dot
echo 'out = 0.5' >"my song.kn"
ln -s hit.wav soft.wav
ln hit.wav hard.wav
ln -s parts folder
here=$PWD
sums() { find . -type f ! -name err ! -name sums | sort | xargs -d '\n' md5sum; }
sums >sums
refused() { # pattern, words
    local pattern=$1 status
    shift
    "$KANON" "$@" >/dev/null 2>err
    status=$?
    [ $status = 2 ] || fail "$*: status $status, $(cat err)"
    grep -q "$pattern" err || fail "$*: $(cat err)"
    grep -q 'another file with' err || fail "$*: no way out: $(cat err)"
    sums | cmp -s - sums || fail "$*: files changed: $(sums | diff sums -)"
    count=$((count + 1))
}
count=0
itself='is the program itself' used='is a file that the program uses' sampled='is a sound file that the program samples'
refused "hit.wav $sampled" render hit.kn
for out in hit.wav ./hit.wav "$here/hit.wav" parts/../hit.wav soft.wav hard.wav folder/other.wav parts//other.wav; do
    for format in wav flac f32; do refused "$sampled" render hit.kn --for 1ms -o "$out" --format $format; done
    refused "$sampled" render hit.kn --for 1ms -o ok.wav --keep-c "$out"
    refused "$sampled" build hit.kn -o ok.c --keep-c "$out"
done
for kn in hit.kn "$here/hit.kn"; do
    refused "$itself" render hit.kn --for 1ms -o "$kn" --format wav
    refused "$itself" render "$kn" --for 1ms -o ok.wav --keep-c hit.kn
done
refused "$used" render hit.kn --for 1ms -o parts/shapes.kn --format f32
refused "$used" render hit.kn --for 1ms -o ok.wav --keep-c folder/shapes.kn
refused "is the file of --in" render effect.kn --in in.wav -o in.wav
refused "is the file of --in" render effect.kn --in in.wav -o ok.wav --keep-c ./in.wav
for engine in jit cc ref; do refused "$sampled" render hit.kn --engine $engine --for 1ms -o soft.wav; done
refused "song.c $itself" build song.c
refused "song.c $itself" build song.c -o song.c
refused "head.h $itself" build head.h
refused "head.h $itself" build head.h -o head.c
refused "sound.wav $itself" render sound.wav
refused "picture.dot $itself" graph picture.dot -o picture.dot
[ $count -gt 45 ] || fail "only $count cases"
# nor does one output of a command replace another
"$KANON" render hit.kn --for 1ms -o twice.wav --keep-c ./twice.wav 2>err && fail "two outputs in one file"
grep -q 'what --keep-c writes' err || fail "$(cat err)"
# what standard output leads to is a file as well
cp in.wav before.wav
"$KANON" render effect.kn --in in.wav -o - >>in.wav 2>err && fail "it was appended to what is read"
cmp in.wav before.wav || fail "in.wav changed"
cp hit.kn before.kn
"$KANON" graph hit.kn >>hit.kn 2>err && fail "the graph was appended to the program"
cmp hit.kn before.kn || fail "hit.kn changed"
# and all else is replaced as ever
"$KANON" render hit.kn --for 1ms -o ok.wav 2>err || fail "$(cat err)"
"$KANON" render hit.kn --for 1ms -o ok.wav 2>err || fail "$(cat err)"
"$KANON" build song.c -o other.c 2>err || fail "$(cat err)"
"$KANON" render "my song.kn" --for 1ms 2>err && [ -f "my song.wav" ] || fail "$(cat err)"
