#!/bin/bash
# A sound file larger than the memory there is plays, from everywhere, in every engine that runs in memory, by several threads,
# and with each quality; C, which would hold it, refuses. The file is mostly a hole: it takes no room on the disk.
. "$(dirname "$0")/limit.bash"
little() { # little STATUS WORD…
    local wanted=$1
    shift
    "$DRIVER" --within 30 512 "$@" >out 2>err
    local got=$?
    [ $got = "$wanted" ] || fail "${*/#*\//}: status $got instead of $wanted: $(head -c 1500 err)"
}
bytes() { # little-endian, four of them
    printf "\\x$(printf %02x $(($1 & 255)))\\x$(printf %02x $(($1 >> 8 & 255)))\\x$(printf %02x $(($1 >> 16 & 255)))\\x$(printf %02x $(($1 >> 24 & 255)))"
}
frames=390000000
{
    printf RIFF
    bytes $((36 + 8 * frames))
    printf 'WAVEfmt \x10\0\0\0\x3\0\x2\0\x80\xbb\0\0\0\xdc\5\0\x8\0\x20\0data'
    bytes $((8 * frames))
} >big.wav
truncate -s $((44 + 8 * frames)) big.wav || fail "no file of 3 GB"
little 0 "$KANON" render -e '[sine(440), saw(220)]' --for 1s -o tone.f32
for place in 0 195000000 $((frames - 48000)); do
    # 44 bytes of header are no whole frames: shifted by 4 of them
    dd if=tone.f32 of=big.wav bs=65536 seek=$((44 + 8 * place)) oflag=seek_bytes conv=notrunc status=none || fail dd
done
echo 's = sample("big.wav")
out = [t => s(t)[0], t => s(t)[1], t => s(4062.5 + t)[0], t => s(duration(s) - 1 + t)[1]]' >x.kn
echo 't => [sine(440)(t), saw(220)(t), sine(440)(t), saw(220)(t)]' >want.txt
little 0 "$KANON" render -e "$(cat want.txt)" --for 900ms -o want.f32
for engine in jit tcc; do
    little 0 "$KANON" render x.kn --engine $engine --for 900ms -o x.f32
    cmp x.f32 want.f32 || fail "engine $engine"
done
little 0 "$KANON" render x.kn --jobs 3 --for 900ms -o x.f32
cmp x.f32 want.f32 || fail "three threads"
little 0 "$KANON" render x.kn --engine ref --for 5ms -o ref.f32
little 0 "$KANON" render x.kn --for 5ms -o x.f32
same ref.f32 x.f32
echo 's = sample("big.wav", quality: sinc)
out = [t => s(4063.4 - 1.7 * t)[0], t => s(t * 500)[1], t => s(hash(floor(t * 100)) * duration(s))[0]]' >x.kn
little 0 "$KANON" render x.kn --for 200ms -o x.f32
little 0 "$KANON" render x.kn --jobs 2 --for 200ms -o y.f32
cmp x.f32 y.f32 || fail "two threads at places that jump about"
little 1 "$KANON" render x.kn --engine cc --for 5ms -o cc.f32
grep -q 'need 2975.5 MiB in C, the limit is 16' err || fail "$(cat err)"
little 1 "$KANON" build x.kn -o x.c --rate 48000
[ ! -e x.c ] || fail "C is left"
