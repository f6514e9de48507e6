#!/bin/bash
# Stages of one shape, each of which hears the one before, are the calls of one stage in a loop over a table: in memory and in C.
# What is cheap enough to stay in registers is no such loop.
stages() { # STAGES EXPRESSION PATTERN: how often the pattern stands in the calls, and in the C
    echo "input x
stage(a) = { y(t) = 0.2 * a(t) + 0.3 * a(t - dt) + 0.2 * a(t - 2*dt) + 0.5 * y(t - dt) - 0.3 * y(t - 2*dt); y }
out = fold(1..$1, x, (a, k) => $2)" >p.kn
    "$KANON" render p.kn --dump=strips | grep -cE "^ .*\b($3)\(" >calls
    "$KANON" build p.kn -o p.c >/dev/null || exit 1
    sed -n '/_strip(/,/^}/p' p.c | grep -cE "^ .*kn_strip_($3)\(" >c
    cat calls c | tr '\n' ' '
}
for n in 20 200; do
    [ "$(stages $n 'tanh(a * (1 + k / 100))' tanh_f_v)" = "1 1 " ] || { cat p.c; exit 1; }
done
[ "$(stages 40 'stage(a)' poles2)" = "2 2 " ] || { stages 40 'stage(a)' poles2; exit 1; }
[ "$(stages 40 '0.9 * a + k / 100' copy_f_v)" = "0 0 " ] || exit 1
