#!/bin/bash
. "$KANON_TESTS/limit/limit.bash"
{ printf 'out = '; head -c 100000000 /dev/zero | tr '\0' x; } >x.kn
refused "x.kn"
{ printf 'out = 1'; yes ' + 1' | tr -d '\n' | head -c 100000000; } >x.kn
refused "x.kn"
