#!/bin/bash
. "$KANON_TESTS/limit/limit.bash"
cat >x.kn <<'K'
bell(f)(t) = if t < 0 then 0 else sin(tau * f * t) * exp(-6 * t)
note_of(k) = bell(110 * 2 ^ ((k * 7 % 36) / 12))
out(t) = 0.1 * sum(0..9999, k => note_of(k)(t - 0.1 * k))
K
accepted
