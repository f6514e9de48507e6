#!/bin/bash
# signals that read each other in the past, in a ring
. "$KANON_TESTS/limit/limit.bash"
awk 'BEGIN { for (i = 0; i < 1000; i++)
    printf "s%d(t) = 0.4 * s%d(t - dt) + 0.4 * s%d(t - %d * dt)%s\n", i, (i + 1) % 1000, (i + 17) % 1000, 1 + i % 5,
        i % 100 ? "" : " + noise(" i ")(t)"
    print "out = s0" }' >x.kn
accepted
