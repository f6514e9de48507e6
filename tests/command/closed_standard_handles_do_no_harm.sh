#!/bin/bash
# With standard input, output or error closed, no message ends up in a file.
fail() {
    echo "$*"
    exit 1
}
"$KANON" render -e nope -o x.wav 2>&- ; [ $? = 1 ] || fail "status is not 1"
"$KANON" render -e 2 --engine ref --for 1ms --bits 16 -o x.wav 0<&- 1>&- 2>&- || fail "status $?"
[ "$(wc -c <x.wav)" = 140 ] || fail "$(wc -c <x.wav) bytes"
"$KANON" print -e 0.5 1>&- 2>err; [ $? = 3 ] || fail "print into nothing: status is not 3"
