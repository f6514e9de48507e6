#!/bin/bash
# Automation is evaluated in the program's graph, which --for and the passes may make larger.
fail() {
    echo "$*"
    exit 1
}
cat >p.kn <<'K'
param p0 = 0.992 in 0..1
s0 = sine(55) |> notch(3000.7, 2)
s1 = s0 |> ladder(110.5, 0.4)
s2(t) = triangle(3000.7)(t)
out(t) = 0.1 * clamp(s2(t), -4, 4) + 0.1 * p0
K
for engine in ref jit cc; do
    "$KANON" render p.kn --engine $engine --for 0.15s --set 'p0=t => 0.5 + 0.45 * sin(60 * t)' -o $engine.f32 2>err ||
        fail "$engine: $(cat err)"
done
cmp -s jit.f32 cc.f32 || "$KANON" render p.kn --engine jit --for 0.15s --set 'p0=0.5' -o half.f32 || fail half
cmp -s jit.f32 half.f32 && fail "the param did not move"
exit 0
