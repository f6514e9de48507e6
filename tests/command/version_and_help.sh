#!/bin/bash
# kanon --version, --help and COMMAND --help answer on standard output with status 0.
fail() {
    echo "$*"
    exit 1
}
"$KANON" --version >out || fail "--version: status $?"
grep -q '^kanon [0-9]' out || fail "--version says: $(cat out)"
"$KANON" --help >out || fail "--help: status $?"
for command in play render build check graph bench print doc; do
    grep -q "kanon $command" out || fail "--help does not name $command"
    "$KANON" $command --help >help || fail "$command --help: status $?"
    grep -q "^kanon $command" help || fail "$command --help says: $(cat help)"
done
"$KANON" >out 2>err
[ $? = 2 ] && [ -s err ] || fail "kanon alone: status $?, not 2 with a message"
