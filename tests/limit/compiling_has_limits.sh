#!/bin/bash
# --limit says how much time and memory compiling may take, and how much the program may remember: every command keeps
# it, tells it with status 1, and leaves nothing behind; without --limit it is 10 s, 1 GiB and 1 GiB.
fail() {
    echo "$*"
    exit 1
}
mkdir tmp
export TMPDIR=$PWD/tmp
refused() { # words of the message, what is done
    local words=$1
    shift
    timeout 60 "$KANON" "$@" >out 2>err
    local status=$?
    [ $status = 1 ] || fail "$*: status $status: $(head -c 500 err)"
    cat out err | grep -q "$words" || fail "$*: $(head -c 500 out err)"
    [ -z "$(ls tmp)" ] && [ -z "$(ls | grep '^x\.')" ] || fail "$* left $(ls tmp x.*)"
}
echo 'out = convolve(saw(100), t => sum(1..50, k => sin(300 * k * t) * exp(-t)), 20)' >long.kn
echo 'out = sum(1..60000, k => noise(k) |> lowpass(k))' >wide.kn
printf 'input x\nout = delay(x, 50s) + delay(x, 51s) + delay(x, 52s)\n' >tape.kn
for command in check "check --json" "render -o x.wav" "build -o x.c" "build --rate 48000 -o x.c" print "graph -o x.dot"; do
    refused 'takes more than 0.1 s to compile' $command --rate 48000 long.kn --limit time=100ms
    refused 'takes more than 8 MiB of memory' $command wide.kn --limit memory=8MiB
done
refused 'takes more than 0.1 s to compile' bench long.kn --limit time=100ms
# zeros in front of what the strips hold, so no time is spent on what would be refused anyway
refused 'takes more than 1 GiB of memory' render -e 'zeros(4000000)' --for 1ms -o x.f32
for command in check "check --json" "render -o x.wav" "build -o x.c" print; do
    refused 'for what it remembers, and the limit is 4 MiB' $command tape.kn --limit state=4MiB
done
refused 'needs [0-9.]* GiB of memory for what it remembers, and the limit is 1 GiB' \
    build -o x.c -e 'sum(1..20, k => delay(noise(k) |> lowpass(100), (t => 100 - k + sine(1)(t))))'
# what is enough is enough, in whatever unit
for limit in time=1min time=60 time=0.5h memory=512MiB memory=1e9 memory=1GB state=400MB; do
    "$KANON" check tape.kn --limit $limit >out 2>err || fail "$limit: $(cat err)"
done
for limit in "" time time= time=x time=-1 time=0 time=1GiB memory=1s memory=0x10 memory=1e400 frames=1 =1 state=1min; do
    "$KANON" check tape.kn --limit "$limit" >out 2>err
    [ $? = 2 ] || fail "--limit $limit: $(cat out err)"
    grep -q -- '--limit' err || fail "--limit $limit: $(cat err)"
done
exit 0
