#!/bin/bash
# A knob at 0 makes a frequency infinite: then there is no phase, in any engine, and afterwards it goes on.
cat > knob.kn <<'K'
param p = 1 in 0..4
out = [sine(100 / p), phase(1 / p), t => sin(tau * 100 * t / p), t => (t / p) % 1, beats(1 / p), loop(phase(100 / p), 10ms)]
K
for engine in ref jit cc; do
    "$KANON" print knob.kn --engine $engine --set 'p=t => if t < 1ms then 1 else if t < 2ms then 0 else 2' --at '0..3ms by 0.4ms' |
        awk '{ for (i = 3; i <= NF; i++) printf "%s ", $i == "nan" ? "nan" : sprintf("%.5f", $i + 0 == 0 ? 0 : $i); print "" }' > $engine.txt || exit 1
done
cmp ref.txt jit.txt && cmp ref.txt cc.txt || { paste ref.txt jit.txt; exit 1; }
[ "$(grep -c nan ref.txt)" = 2 ] && [ "$(sed -n '5p;6p' ref.txt | grep -c nan)" = 1 ] || { cat ref.txt; exit 1; }
