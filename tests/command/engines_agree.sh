#!/bin/bash
# cc is within -120 dB of the reference.
fail() {
    echo "$*"
    exit 1
}
command -v cc >/dev/null || exit 0
for engine in ref cc; do
    "$KANON" render -e '0.5 * sin(tau*441*t) + 0.1 * noise(3)(t)' --engine $engine --for 100ms -o $engine.f32 2>err || fail "$engine: $(cat err)"
    od -An -v -w4 -tf4 $engine.f32 >$engine
done
paste ref cc | awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > m) m = d } END { exit m > 1e-6 }' || fail "they differ"
