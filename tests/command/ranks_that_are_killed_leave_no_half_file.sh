#!/bin/bash
# A rank that is killed ends the job of kanon-mpi with a message, and leaves nothing under the name that was asked for; the same command
# then renders what is missing.
. "$KANON_TESTS/command/ranks.bash"
cat >rank.sh <<'END'
echo $$ >pid.$OMPI_COMM_WORLD_RANK
exec "$@"
END
"$KANON" render p.kn --engine ref --for 300s -o one.wav 2>err || fail "$(cat err)"
notes() { stat -c %s x.wav.part.log 2>/dev/null || echo 0; }
$mpirun bash rank.sh "$mpi" p.kn --engine ref --for 300s -o x.wav >out 2>&1 &
job=$!
for i in $(seq 1500); do [ $(notes) -gt 4096 ] && break; sleep 0.02; done
kill -KILL $(cat pid.2) || fail "it is over: $(cat out)"
wait $job && fail "a rank is killed, and all is well"
grep -qi 'signal 9\|killed' out || fail "nobody says so: $(cat out)"
[ ! -e x.wav ] || fail "half a file has the name"
[ $(notes) -gt 4096 ] || fail "nothing is kept"
for k in 0 1 3; do
    for i in $(seq 250); do kill -0 $(cat pid.$k) 2>/dev/null || break; sleep 0.02; done
    kill -0 $(cat pid.$k) 2>/dev/null && fail "rank $k goes on"
done
ranks p.kn --engine ref --for 300s -o x.wav 2>err || fail "again: $(cat err)"
grep -q 's of it were there' err || fail "it began anew: $(cat err)"
cmp one.wav x.wav || fail "again: other bytes"
[ -z "$(ls | grep part)" ] || fail "left behind: $(ls)"
