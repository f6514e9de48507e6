#!/bin/bash
# A misspelt option is status 2 and a proposal; nothing is rendered.
fail() {
    echo "$*"
    exit 1
}
"$KANON" render -e 0.5 --blok 1s >out 2>err
[ $? = 2 ] || fail "status is not 2"
grep -q 'did you mean --block' err || fail "no proposal: $(cat err)"
[ ! -e out.wav ] || fail "something was rendered"
"$KANON" render -e 0.5 --rate 2>err; [ $? = 2 ] || fail "--rate without a value passes"
"$KANON" render -e 0.5 --double=1 2>err; [ $? = 2 ] || fail "a flag takes a value"
