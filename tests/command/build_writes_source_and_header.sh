#!/bin/bash
# OUT.c and OUT.h, by default FILE.c and FILE.h in the current folder, with their names.
fail() {
    echo "$*"
    exit 1
}
mkdir songs
printf 'param gain = 0.5 in 0..1\nout = gain\n' >songs/my-bell.kn
"$KANON" build songs/my-bell.kn 2>err || fail "$(cat err)"
[ -s my-bell.c ] && [ -s my-bell.h ] || fail "no files: $(ls)"
grep -q 'my_bell_process' my-bell.h || fail "not named my_bell"
grep -q '#include "my-bell.h"' my-bell.c || fail "the header is not included"
"$KANON" build songs/my-bell.kn -o songs/x.c --name bell 2>err || fail "$(cat err)"
grep -q 'bell_process' songs/x.h || fail "not named bell"
"$KANON" build -e 0.5 -o - 2>err | grep -q kanon_program_process || fail "-e is not kanon_program"
printf 'out = 0.5\n' >sin.kn
"$KANON" build sin.kn 2>err || fail "$(cat err)"
grep -q 'sin_program_process' sin.h || fail "sin is a name of the C library"
