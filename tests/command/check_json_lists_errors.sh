#!/bin/bash
# With errors, --json prints them with file, line, column and message, and status 1.
fail() {
    echo "$*"
    exit 1
}
printf 'x = nope\nout = alsonot\n' >x.kn
"$KANON" check x.kn --json >out 2>err
[ $? = 1 ] || fail "status is not 1"
[ ! -s err ] || fail "messages outside the JSON: $(cat err)"
grep -q '^{"errors":\[{"file":"x.kn","line":[0-9]*,"column":[0-9]*,"message":"' out || fail "$(cat out)"
if command -v python3 >/dev/null; then python3 -m json.tool <out >/dev/null || fail "no JSON: $(cat out)"; fi
"$KANON" check nothere.kn --json >out 2>err; [ $? = 3 ] || fail "a missing file: status is not 3"
