#!/bin/bash
# kanon-mpi --sweep: the rows of a table by ranks are what threads make of them, and a second run renders what is missing.
. "$KANON_TESTS/command/ranks.bash"
{
    echo f,seed
    for i in $(seq 60); do echo $((100 + i)),$i; done
} >values.csv
"$KANON" render p.kn --for 0.1s --sweep values.csv -o one 2>err || fail "$(cat err)"
ranks p.kn --for 0.1s --sweep values.csv -o many 2>err || fail "$(cat err)"
grep -q '^many: 60 files .* 0 were there' err || fail "$(cat err)"
diff -r one many || fail "the sets differ"
rm many/0[1-9].wav many/59.wav
ranks p.kn --for 0.1s --sweep values.csv -o many 2>err || fail "$(cat err)"
grep -q '^many: 60 files .* 50 were there' err || fail "$(cat err)"
diff -r one many || fail "the sets differ, again"
# what one began, the other goes on with
"$KANON" render p.kn --for 0.1s --sweep values.csv -o many 2>err || fail "$(cat err)"
grep -q '; 60 were there' err || fail "kanon begins again: $(cat err)"
