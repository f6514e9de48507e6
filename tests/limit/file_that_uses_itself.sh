#!/bin/bash
. "$KANON_TESTS/limit/limit.bash"
printf 'use "x.kn"\nout = 1\n' >x.kn
refused "x.kn"
printf 'use "y.kn"\nout = a\na = 1\n' >x.kn
printf 'use "x.kn"\nb = 1\n' >y.kn
refused "y.kn"
