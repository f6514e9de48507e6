#!/bin/bash
. "$KANON_TESTS/limit/limit.bash"
head -c 200000 /bin/sh >x.kn
refused "x.kn" "text"
head -c 5000000 /dev/zero >x.kn
refused "x.kn" "text"
