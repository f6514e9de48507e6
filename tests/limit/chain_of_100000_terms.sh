#!/bin/bash
. "$KANON_TESTS/limit/limit.bash"
awk 'BEGIN { print "a(t) = t"; print "b = 0.5"; printf "out(t) = a(t)"
    for (i = 0; i < 50000; i++) printf " + b + a(t)"; print "" }' >x.kn
"$DRIVER" --within 10 1024 "$KANON" check x.kn >out 2>err
case $? in
0) accepted ;;
1) grep -q "x.kn:" err || fail "no place: $(cat err)" ;;
*) fail "$(head -c 1500 err)" ;;
esac
