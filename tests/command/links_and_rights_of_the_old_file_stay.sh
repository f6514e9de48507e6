#!/bin/bash
# A symbolic link is followed, and the replaced file keeps its rights.
fail() {
    echo "$*"
    exit 1
}
mkdir real
echo old >real/x.wav
chmod 640 real/x.wav
ln -s real/x.wav link.wav
"$KANON" render -e 0.5 --engine ref --for 1ms -o link.wav 2>err || fail "$(cat err)"
[ -L link.wav ] || fail "the link was replaced"
[ "$(head -c 4 real/x.wav)" = RIFF ] || fail "the file behind the link was not written"
[ "$(stat -c %a real/x.wav)" = 640 ] || fail "rights are $(stat -c %a real/x.wav)"
