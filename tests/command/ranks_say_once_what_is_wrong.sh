#!/bin/bash
# What is wrong with a job of kanon-mpi is said by one rank, and all of them end; so is what only one of them has.
. "$KANON_TESTS/command/ranks.bash"
refused() { # words, option …
    local words=$1
    shift
    ranks "$@" >out 2>&1 && fail "$*: it goes"
    [ "$(grep -cF -- "$words" out)" = 1 ] || fail "$*: $(cat out)"
}
refused 'this `(` is not closed' -e 'sin('
refused '`onepole` reads its own past' -e 'onepole(noise(1), 300)'
refused 'cannot write none/x.wav' p.kn -o none/x.wav
printf 'f\n1\n' >wrong.csv
refused 'wrong.csv:2: f: 1 is outside its range' p.kn --sweep wrong.csv -o many
cat >rank.sh <<'END'
[ $OMPI_COMM_WORLD_RANK = 2 ] && exec "$@" --set seed=3
exec "$@"
END
$mpirun bash rank.sh "$mpi" p.kn -o y.wav >out 2>&1 && fail "ranks render different things"
grep -q 'rank 2 on .* cannot begin: it would render with other params' out || fail "$(cat out)"
[ -z "$(ls | grep '^y')" ] || fail "left behind: $(ls)"
