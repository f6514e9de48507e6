#!/bin/bash
# If one of the two cannot be written, neither appears, and old ones survive.
fail() {
    echo "$*"
    exit 1
}
mkdir x.h
"$KANON" build -e 0.5 -o x.c 2>err
[ $? = 3 ] || fail "status is not 3"
[ ! -e x.c ] || fail "x.c appeared alone"
"$KANON" build -e 0.5 -o nothere/x.c 2>err
[ $? = 3 ] || fail "a missing folder: status is not 3"
echo old >y.c; echo old >y.h
"$KANON" build -e 'nope' -o y.c 2>err
[ $? = 1 ] && [ "$(cat y.c y.h)" = "old
old" ] || fail "old files did not survive"
