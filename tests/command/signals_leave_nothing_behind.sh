#!/bin/bash
# SIGTERM and SIGHUP end the render by that signal, remove its files, and keep the old one.
# (SIGINT takes the same way, but a shell ignores it for its background children.)
fail() {
    echo "$*"
    exit 1
}
mkdir tmp work
export TMPDIR="$PWD/tmp"
for signal in TERM HUP; do
    echo old >work/x.wav
    "$KANON" render -e 'noise(1)' --engine ref --for 20min -o work/x.wav 2>err &
    pid=$!
    for i in $(seq 100); do [ "$(ls -A work)" != x.wav ] && break; sleep 0.02; done
    [ "$(ls -A work)" != x.wav ] || fail "$signal: it does not write beside"
    kill -$signal $pid
    wait $pid
    status=$?
    [ $status = $((128 + $(kill -l $signal))) ] || fail "$signal: status is $status"
    [ "$(ls -A work)" = x.wav ] || fail "$signal: left behind: $(ls -A work)"
    [ "$(cat work/x.wav)" = old ] || fail "$signal: the old file did not survive"
    [ -z "$(ls -A tmp)" ] || fail "$signal: left in TMPDIR: $(ls -A tmp)"
done
