#!/bin/bash
. "$KANON_TESTS/limit/limit.bash"
nest() { head -c "$1" /dev/zero | tr '\0' "$2"; }
{ printf 'out = '; nest 10000 '('; printf 1; nest 10000 ')'; echo; } >x.kn
refused "nested"
{ printf 'out = '; nest 10000 '['; echo; } >x.kn
refused "nested"
{ printf 'out = '; nest 10000 '-'; echo 1; } >x.kn
"$DRIVER" --within 10 1024 "$KANON" check x.kn >out 2>err
[ $? -le 1 ] || fail "10000 signs: $(cat err)"
{ printf 'out = '; nest 3000 '{'; printf 1; nest 3000 '}'; echo; } >x.kn
"$DRIVER" --within 10 1024 "$KANON" check x.kn >out 2>err
[ $? -le 1 ] || fail "3000 blocks: $(cat err)"
