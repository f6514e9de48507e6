#!/bin/bash
# d(x) = x + x, 40 deep: what is shared is done once
. "$KANON_TESTS/limit/limit.bash"
for n in 40 80 160; do
    awk -v n=$n 'BEGIN { print "d(x) = x + x"; printf "out(t) = "; for (i = 0; i < n; i++) printf "d("
        printf "t * sr * 2^-" n; for (i = 0; i < n; i++) printf ")"; print "" }' >x.kn
    accepted
    od -An -v -w4 -tf4 ref.f32 | awk '$1 != NR - 1 { exit 1 }' || fail "$n: wrong values: $(od -tf4 ref.f32 | head -3)"
done
# the same as a function of functions
awk 'BEGIN { print "d(s)(t) = s(t) + s(t)"; printf "out = "; for (i = 0; i < 40; i++) printf "d("
    printf "t => t * sr * 2^-40"; for (i = 0; i < 40; i++) printf ")"; print "" }' >x.kn
accepted
