#!/bin/bash
# Wrong usage, programs without a picture, files that cannot be written: a status, a message with a way out, nothing left behind.
fail() {
    echo "$*"
    exit 1
}
refused() { # status, words of the message, arguments
    local status=$1 words=$2
    shift 2
    "$KANON" image "$@" 2>err
    local got=$?
    [ $got = "$status" ] || fail "$* ends with $got: $(cat err)"
    grep -qF -- "$words" err || fail "$*: $(cat err)"
}
refused 1 'define `image(x, y, t) = …`' "$KANON_TESTS/../examples/bell.kn"
refused 1 '--with-sound: the program has no `out`' -e '(x, y, t) => x' --frames 0..1 -o a.y4m --with-sound
refused 1 "a picture has 1, 3 or 4 channels" -e '[x, y]'
for size in 0x4 4 4x 4x4x4 -1x2 70000x1 4x4k 99999999999x1 +4x4; do
    refused 2 "--size takes points, such as 1280x720" -e x "--size=$size"
done
refused 2 "a row of 65536 points has more than 1000000 finer ones" -e x --size 65536x2 --samples 16
refused 2 "a frame of a .y4m has 67108864 points at most" -e x --size 65536x65536 -o a.y4m
for frames in 1 2..1 -1..4 a..b 0..1x; do
    refused 2 "--frames takes the numbers" -e x --frames=$frames -o f%d.png
done
refused 2 "frames need a name with their number" -e x --frames 0..1 -o f.png
refused 2 "the number of a frame is written %d" -e x --frames 0..1 -o f%s.png
refused 2 "the number of a frame is written %d" -e x --frames 0..1 -o f%d%d.png
refused 2 "--fps takes frames in a second" -e x --frames 0..1 --fps 0 -o f%d.png
refused 2 "--fps takes frames in a second" -e x --frames 0..1 --fps 0x10 -o f%d.png
for z in 1x '' inf 0x1 ' 1' 1dB 1e10; do
    refused 2 "--z takes a depth" -e x --z="$z"
done
refused 2 "the number of a frame is written" -e x --frames 0..1 -o f%1000d.png
refused 2 "--at is of one picture" -e x --frames 0..1 --at 1 -o f%d.png
refused 2 "a picture is a .png or a .pfm" -e x -o a.jpg
refused 2 "--bits 12: a png has 8 or 16" -e x --bits 12 -o a.png
refused 2 "--z is the depth of a field" -e x --z 1
refused 2 "--with-sound is of pictures that move" -e x --with-sound
refused 3 "no/such/a.png" -e x -o no/such/a.png
[ -z "$(ls | grep -v '^err$')" ] || fail "left behind: $(ls)"
echo old >old.png
refused 3 "/dev/full" -e x --size 3000x3000 --format png -o /dev/full
refused 2 "--format takes png, pfm or y4m" -e x --format jpg
ulimit -f 8
"$KANON" image -e 'hash(x * 1e6 + y * 1e9)' --size 900x900 -o old.png 2>err
[ $? = 3 ] && [ "$(cat old.png)" = old ] || fail "the old file is gone: $(cat err)"
