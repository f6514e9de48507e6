#!/bin/bash
. "$KANON_TESTS/limit/limit.bash"
printf 'f(n) = f(n + 1)\nout = f(0)\n' >x.kn
refused "x.kn:1:8" "without end"
printf 'f(n) = 1 + f(n + 1)\nout = f(0)\n' >x.kn
refused "x.kn:"
printf 'f(n)(t) = f(n + 1)(t - dt) + t\nout = f(0)\n' >x.kn
refused "x.kn:"
printf 'a(n) = b(n) * 2\nb(n) = a(n + 1)\nout = a(0)\n' >x.kn
refused "x.kn:"
printf 'f(n) = f(n + 1) + f(n + 2)\nout = f(0)\n' >x.kn
refused "x.kn:"
printf 'y = x => x(x)\nout = y(y)\n' >x.kn
refused "x.kn:"
