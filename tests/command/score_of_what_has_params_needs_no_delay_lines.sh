#!/bin/bash
# Each note of a score is a run of its own that plays with the params of now: no past of a minute is kept.
cat > koto.kn <<'K'
param sustain = 5s in 1s..10s
out = 0.2 * sum(0..19, k => at(pluck(110 + 10 * k, sustain), 3 * k))
K
state=$("$KANON" check koto.kn | sed -n 's/^state *\([0-9]*\) bytes/\1/p')
[ "$state" -gt 10000 ] && [ "$state" -lt 700000 ] || { echo "state: $state bytes"; exit 1; }
