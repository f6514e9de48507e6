#!/bin/bash
. "$KANON_TESTS/limit/limit.bash"
echo 'out = sum(1..1000000000000)' >x.kn
refused "x.kn:"
echo 'out = len(0..1 by 1e-12)' >x.kn
refused "x.kn:"
printf 'f(n) = [n] ++ f(n + 1)\nout = sum(f(0))\n' >x.kn
refused "x.kn:"
printf 'f(xs) = f(xs ++ xs)\nout = sum(f([1]))\n' >x.kn
refused "x.kn:"
echo 'out = sum(zeros(1e15))' >x.kn
refused "x.kn:"
echo 'out = sum(map(1..100000, a => sum(map(1..100000, b => a * b))))' >x.kn
refused "x.kn:"
echo 'out(t) = table(1e12, x => x)(t)' >x.kn
refused "x.kn:"
