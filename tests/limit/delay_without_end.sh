#!/bin/bash
# a delay line that no machine has
. "$KANON_TESTS/limit/limit.bash"
printf 'y(t) = noise(1)(t) + 0.5 * y(t - 1e9)\nout = y\n' >x.kn
refused "x.kn:1:"
printf 'input x\nout(t) = x(t - 1e300)\n' >x.kn
refused "x.kn:2:"
