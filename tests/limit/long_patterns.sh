#!/bin/bash
# A pattern, a melody and running sums of thousands of elements compile in time and memory that grow with them.
. "$KANON_TESTS/limit/limit.bash"
echo 'out = hits(sine(440), map(1..20000, k => k % 2), 4) + accent(map(1..20000, k => k % 3 == 0), 4) * 0.1' >x.kn
within 0 "$KANON" check x.kn --limit memory=256MiB --limit time=3s
echo 'out = seq(scan(map(1..50000, k => k % 7 / 7)), 8)' >x.kn
within 0 "$KANON" check x.kn --limit memory=256MiB --limit time=3s
