#!/bin/bash
# On a full disk: status 3, the old file as it was, nothing half-written.
fail() {
    echo "$*"
    exit 1
}
mkdir disk
mount -t tmpfs -o size=64k tmpfs disk 2>/dev/null || exit 0 # needs rights
trap 'umount disk' EXIT
echo old >disk/x.wav
for format in wav flac f32; do
    # noise: what does not compress
    "$KANON" render -e 'noise(1)' --engine ref --for 5s --format $format -o disk/x.wav 2>err
    [ $? = 3 ] || fail "$format: status is not 3: $(cat err)"
    grep -qi 'space' err || fail "$format: no reason: $(cat err)"
    [ "$(cat disk/x.wav)" = old ] || fail "$format: the old file did not survive"
    [ "$(ls -A disk)" = x.wav ] || fail "$format: left behind: $(ls -A disk)"
done
head -c 64k /dev/zero >disk/fill 2>/dev/null
"$KANON" build -e 0.5 -o disk/y.c 2>err; [ $? = 3 ] || fail "build: status is not 3"
[ ! -e disk/y.c ] && [ ! -e disk/y.h ] || fail "build left one file"
