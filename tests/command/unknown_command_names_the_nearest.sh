#!/bin/bash
# A misspelt command is status 2 and a proposal.
fail() {
    echo "$*"
    exit 1
}
"$KANON" rendr x.wav >out 2>err
[ $? = 2 ] || fail "status is not 2"
grep -q 'did you mean render' err || fail "no proposal: $(cat err)"
