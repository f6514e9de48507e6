#!/bin/bash
# --for and --from know the program's definitions.
fail() {
    echo "$*"
    exit 1
}
printf 'bar = 0.25\nout = 0.5\n' >x.kn
"$KANON" render x.kn --engine ref --for '2 * bar' --from bar -o x.f32 2>err || fail "$(cat err)"
[ "$(wc -c <x.f32)" = 96000 ] || fail "$(wc -c <x.f32) bytes"
