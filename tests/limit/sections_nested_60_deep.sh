#!/bin/bash
# s(t) + s(t - d), 60 deep, whole and fractional distances: n sections cost n
. "$KANON_TESTS/limit/limit.bash"
sections() { awk -v n=60 -v from="$1" -v fraction="$2" 'BEGIN {
    print "section(s, d)(t) = 0.5 * (s(t) + s(t - d))"
    print from
    for (i = 1; i <= n; i++) printf "s%d = section(s%d, %d%s * dt)\n", i, i - 1, 1 + i % 7, i % 2 ? "" : fraction
    print "out = s" n }'; }
sections 's0(t) = sin(tau * 441 * t)' "" >x.kn
accepted
sections 's0(t) = sin(tau * 441 * t)' ".25" >x.kn
accepted
sections 's0(t) = noise(1)(t) + 0.5 * s0(t - dt)' "" >x.kn
accepted
sections 's0(t) = noise(1)(t) + 0.5 * s0(t - dt)' ".25" >x.kn
accepted
# and when the rate is not known
sections 's0(t) = sin(tau * 441 * t)' "" >x.kn
within 0 "$KANON" build x.kn -o x.c
sed 's/ \* dt)/ms)/' x.kn >y.kn
within 0 "$KANON" build y.kn -o y.c
