#!/bin/bash
# A file named by use that cannot be read is status 3.
fail() {
    echo "$*"
    exit 1
}
printf 'use "nothere.kn"\nout = 0.5\n' >x.kn
"$KANON" check x.kn >out 2>err
[ $? = 3 ] || fail "status is not 3: $(cat err)"
grep -q 'x.kn:1' err || fail "no place: $(cat err)"
