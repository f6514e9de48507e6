#!/bin/bash
# kanon-mpi: one file by several ranks is, to the byte, what kanon render writes, and so is the line about it.
. "$KANON_TESTS/command/ranks.bash"
same() { # ranks, options
    "$KANON" render p.kn $2 -o one.wav 2>told || fail "$(cat told)"
    timeout 50 mpirun -n $1 --oversubscribe --allow-run-as-root "$mpi" p.kn $2 -o many.wav 2>err || fail "$1, $2: $(cat err)"
    cmp one.wav many.wav || fail "$1, $2: other bytes"
    [ "$(sed 's/^many/one/; s/, [^,]* times real time$//' err)" = "$(sed 's/, [^,]* times real time$//' told)" ] ||
        fail "$1, $2: it says $(cat err)"
}
same 4 '--bits 16'
same 3 '--bits 32 --from 3.3s --set f=300 --jobs 2'
same 2 '--format rf64 --for 61s'
same 1 '--format f32'
[ -z "$(ls | grep part)" ] || fail "left behind: $(ls)"
