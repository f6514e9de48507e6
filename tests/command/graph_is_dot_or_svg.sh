#!/bin/bash
# DOT on standard output or as a file; SVG where dot is installed, else status 3 and its name.
fail() {
    echo "$*"
    exit 1
}
"$KANON" graph -e 'sin(tau*440*t)' >out 2>err || fail "$(cat err)"
grep -q digraph out || fail "no DOT: $(cat out)"
"$KANON" graph -e 'sin(tau*440*t)' -o x.dot 2>err || fail "$(cat err)"
cmp out x.dot || fail "the file differs"
"$KANON" graph -e 0.5 -o x.png 2>err; [ $? = 2 ] || fail ".png passes"
if command -v dot >/dev/null; then
    "$KANON" graph -e 'sin(tau*440*t)' -o x.svg 2>err || fail "$(cat err)"
    grep -q '<svg' x.svg || fail "no SVG"
fi
mkdir bin
PATH="$PWD/bin" "$KANON" graph -e 0.5 -o y.svg 2>err
[ $? = 3 ] || fail "without dot: status is not 3"
[ ! -e y.svg ] && grep -q graphviz err || fail "without dot: $(cat err)"
