#!/bin/bash
# The list of names, a definition with signature and file, what is built in, and the nearest name.
fail() {
    echo "$*"
    exit 1
}
"$KANON" doc >out 2>err || fail "$(cat err)"
name=$(head -n 1 out | cut -d ' ' -f 1)
grep -q '^sin  *[a-z]' out || fail "the list has no sin with its text"
"$KANON" doc "$name" >out 2>err || fail "$(cat err)"
head -n 1 out | grep -q "^$name" || fail "no signature of $name: $(cat out)"
grep -q '<library>/' out || fail "no file: $(cat out)"
"$KANON" doc atan2 >out 2>err || fail "$(cat err)"
grep -q '^atan2(' out || fail "no signature of atan2: $(cat out)"
"$KANON" doc "${name}x" >out 2>err
[ $? = 2 ] || fail "an unknown name: status is not 2"
grep -q "did you mean $name" err || fail "no proposal: $(cat err)"
