#!/bin/bash
# --resume keeps what was rendered when it is ended by a signal, whatever that is, under another name than OUT; the same command then
# renders the rest, and the file is the one of a render in one go. It refuses to go on with what is another render.
fail() {
    echo "$*"
    exit 1
}
set -m # else a shell has its background children ignore SIGINT
render="render -e 0.9*noise(1) --engine ref --bits 16 --for 500s"
"$KANON" $render -o whole.wav 2>err || fail "$(cat err)"
notes() { stat -c %s x.wav.part.log 2>/dev/null || echo 0; }
for signal in INT KILL TERM; do
    before=$(notes)
    "$KANON" $render -o x.wav --resume 2>err &
    pid=$!
    for i in $(seq 1500); do [ $(notes) -gt $before ] && [ $(notes) -gt 4096 ] && break; sleep 0.02; done
    kill -$signal $pid || fail "$signal: it is over: $(cat err)"
    wait $pid 2>/dev/null
    status=$?
    [ $status = $((128 + $(kill -l $signal))) ] || fail "$signal: status is $status"
    [ ! -e x.wav ] || fail "$signal: half a file has the name"
    [ $(notes) -gt 4096 ] || fail "$signal: nothing is kept"
done
refused() { # words, option …
    local words=$1
    shift
    "$KANON" $render -o x.wav --resume "$@" >out 2>&1
    local status=$?
    [ $status = 2 ] || fail "$*: status $status: $(cat out)"
    grep -qF -- "$words" out || fail "$*: $(cat out)"
}
refused 'was begun by another engine' --engine jit
refused 'was begun at another rate' --rate 44100
refused 'was begun in another length' --for 501s
refused 'was begun at another time' --from 1s
refused 'was begun in another format' --bits 24
refused 'was begun in another precision' --double
refused 'was begun at another time' --part 2/2
"$KANON" ${render/noise(1)/noise(2)} -o x.wav --resume >out 2>&1 && fail "another program goes on"
grep -q 'was begun of another program' out || fail "$(cat out)"
(flock 9; "$KANON" $render -o x.wav --resume 9>&- >out 2>&1) 9>>x.wav.part.log && fail "two at a time"
grep -q 'another kanon is at work' out || fail "$(cat out)"
"$KANON" $render -o x.wav --resume 2>err || fail "$(cat err)"
grep -q 's of it were there' err || fail "it began again: $(cat err)"
cmp x.wav whole.wav || fail "other bits"
[ "$(head -1 err | sed 's/, [^,]* times real time//; s/^x/whole/')" = "$("$KANON" $render -o whole.wav 2>&1 | sed 's/, [^,]* times real time//')" ] ||
    fail "another report: $(cat err)"
[ -z "$(ls -A | grep part)" ] || fail "left behind: $(ls -A)"
# the log alone counts for nothing, what is no part of a render stays, and other formats and places have their words
"$KANON" render -e 'noise(1)' --for 1s -o y.f32 --resume 2>err || fail "$(cat err)"
"$KANON" render -e 'noise(1)' --for 1s -o z.f32 2>err
cmp y.f32 z.f32 || fail "f32 differs"
echo mine >y.f32.part
"$KANON" render -e 'noise(1)' --for 1s -o y.f32 --resume >out 2>&1 && fail "it writes over what is there"
[ "$(cat y.f32.part)" = mine ] || fail "it wrote over what was there"
rm y.f32.part y.f32.part.log
echo mine >y.f32.part.log
"$KANON" render -e 'noise(1)' --for 1s -o y.f32 --resume >out 2>&1 && fail "it takes another file for a log"
[ "$(cat y.f32.part.log)" = mine ] || fail "it wrote over another file"
render="render -e noise(1) --for 1s"
refused 'not flac' --format flac
refused 'do not go together' --normalize
refused 'needs a file, not a pipe or device' -o -
render="render -e onepole(noise(1),300) --for 1s"
refused '`onepole` reads its own past'
