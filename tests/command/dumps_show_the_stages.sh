#!/bin/bash
# --dump prints tokens, tree, graph or C instead of working.
fail() {
    echo "$*"
    exit 1
}
for what in tokens ast graph c; do
    "$KANON" render -e 'sin(tau*440*t)' --dump=$what >out 2>err || fail "$what: $(cat err)"
    [ -s out ] || fail "$what prints nothing"
done
"$KANON" render -e 0.5 --dump=nope 2>err; [ $? = 2 ] || fail "nope passes"
"$KANON" render -e 0.5 --dump=graph:after-nope 2>err; [ $? = 2 ] || fail "graph:after-nope passes"
[ ! -e out.wav ] || fail "something was rendered"
"$KANON" render -e 0.5 --engine ref --for 1ms --keep-c kept.c -o x.wav 2>err || fail "--keep-c: $(cat err)"
grep -q kn_program_process kept.c || fail "--keep-c kept nothing"
