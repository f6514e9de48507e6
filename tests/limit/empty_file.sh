#!/bin/bash
. "$KANON_TESTS/limit/limit.bash"
: >x.kn
refused "out"
