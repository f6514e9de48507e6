#!/bin/bash
# A .kn file that cannot be read is status 3 with its name, for each command.
fail() {
    echo "$*"
    exit 1
}
for command in render build check graph bench print; do
    "$KANON" $command nothere.kn >out 2>err
    [ $? = 3 ] || fail "$command: status is not 3"
    grep -q 'nothere.kn' err || fail "$command does not name the file: $(cat err)"
done
[ "$(ls)" = "err
out" ] || fail "left behind: $(ls)"
