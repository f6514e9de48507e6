#!/bin/bash
# --name must be a C identifier, and no keyword.
fail() {
    echo "$*"
    exit 1
}
for name in '' 1a a-b int sin class _x 'a b' ä; do
    "$KANON" build -e 0.5 -o x.c --name="$name" 2>err
    [ $? = 2 ] || fail "'$name': status is not 2"
done
"$KANON" build -e 0.5 -o x.txt 2>err; [ $? = 2 ] || fail "x.txt passes"
[ "$(ls)" = err ] || fail "left: $(ls)"
