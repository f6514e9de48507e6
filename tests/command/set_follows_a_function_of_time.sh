#!/bin/bash
# A function of time is evaluated at each sample, whatever the blocks.
fail() {
    echo "$*"
    exit 1
}
printf 'param f = 100Hz in 0Hz..1kHz\nout = f\n' >x.kn
"$KANON" print x.kn --at 0..100ms --set 'f=t => 200 + 50*t' >got 2>err || fail "$(cat err)"
"$KANON" print -e '200 + 50*t' --at 0..100ms >want 2>err || fail "$(cat err)"
cmp got want || fail "it is not the function"
for block in 1 7 64 4801; do
    "$KANON" render x.kn --engine ref --set 'f=t => 200 + floor(100 * t)' --for 200ms --block $block -o $block.f32 2>err || fail "$(cat err)"
    cmp 1.f32 $block.f32 || fail "block $block differs"
done
"$KANON" render x.kn --engine ref --set 'f=t => 200 + floor(100 * t)' --from 100ms --for 100ms -o tail.f32 2>err || fail "$(cat err)"
tail -c 19200 1.f32 | cmp - tail.f32 || fail "--from differs"
