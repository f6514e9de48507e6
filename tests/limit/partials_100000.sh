#!/bin/bash
. "$KANON_TESTS/limit/limit.bash"
echo 'out(t) = sum(1..100000, k => sin(tau * 0.2 * k * t) / k)' >x.kn
accepted
