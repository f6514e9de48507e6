#!/bin/bash
# jit is refused, auto falls back to ref without a compiler, unknown ones are status 2.
fail() {
    echo "$*"
    exit 1
}
"$KANON" render -e 0.5 --for 1ms --engine jit -o x.wav 2>err; [ $? = 2 ] || fail "jit passes"
grep -q 'cc' err && grep -q 'ref' err || fail "it does not say what there is: $(cat err)"
"$KANON" render -e 0.5 --for 1ms --engine fast -o x.wav 2>err; [ $? = 2 ] || fail "fast passes"
export KANON_CC=nothere
"$KANON" render -e 0.5 --for 1ms -o x.wav 2>err || fail "auto without a compiler: $(cat err)"
"$KANON" render -e 0.5 --for 1ms --engine cc -o y.wav 2>err; [ $? = 3 ] || fail "cc without a compiler: status is not 3"
[ ! -e y.wav ] || fail "a file appeared"
