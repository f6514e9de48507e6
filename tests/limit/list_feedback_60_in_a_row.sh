#!/bin/bash
# feedback of lists, each around the one before: finding the shape of one takes nothing back of the others
. "$KANON_TESTS/limit/limit.bash"
awk 'BEGIN {
    print "pole(x)(t) = { y(t) = x(t) + 0.5 * y(t - dt); y(t) }"
    print "s0(t) = [sin(100 * t), cos(90 * t)]"
    for (i = 1; i <= 60; i++) print "s" i " = 0.5 * pole(s" i - 1 ")"
    print "out = s60" }' >x.kn
accepted
