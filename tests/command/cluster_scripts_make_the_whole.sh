#!/bin/bash
# The scripts of examples/cluster, as Slurm and GNU parallel run them, give the file that one render writes.
fail() {
    echo "$*"
    exit 1
}
scripts=$KANON_TESTS/../examples/cluster
export KANON
echo 'out = [sine(440), noise(1)] * 0.5' >"a piece.kn"
"$KANON" render "a piece.kn" --for 10s -o whole.wav 2>err || fail "$(cat err)"
export PIECE="a piece.kn" OUT="the whole.wav"
for id in 1 2 3 4 5; do
    SLURM_ARRAY_TASK_ID=$id SLURM_ARRAY_TASK_COUNT=5 bash "$scripts/slurm.sh" 2>err || fail "slurm $id: $(cat err)"
done
PARTS=5 bash "$scripts/slurm.sh" 2>err || fail "slurm: $(cat err)"
cmp whole.wav "the whole.wav" || fail "slurm: other bytes"
[ ! -e "the whole.wav.parts" ] || fail "slurm: parts are left"
rm "the whole.wav"
if [ -x "$KANON-mpi" ] && command -v mpirun >/dev/null; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_btl_vader_single_copy_mechanism=none
    timeout 50 bash "$scripts/mpi.sh" "a piece.kn" --for 10s -o "the whole.wav" 2>err || fail "mpi: $(cat err)"
    cmp whole.wav "the whole.wav" || fail "mpi: other bytes"
    rm "the whole.wav"
fi
command -v parallel >/dev/null || exit 0
# GNU parallel asks those who use it to cite it
bash "$scripts/parallel.sh" "a piece.kn" "the whole.wav" 6 --for 10s 2>err </dev/null || fail "parallel: $(cat err)"
cmp whole.wav "the whole.wav" || fail "parallel: other bytes"
rm "the whole.wav"
mkdir "the whole.wav.parts"
"$KANON" render "a piece.kn" --for 10s --part 2/6 -o "the whole.wav.parts/2.wav" 2>err
before=$(stat -c %Y.%i "the whole.wav.parts/2.wav")
bash "$scripts/parallel.sh" "a piece.kn" "the whole.wav" 6 --for 10s --set nothing=1 2>err </dev/null && fail "parallel: a part fails, and all is well"
[ ! -e "the whole.wav" ] || fail "parallel: half a file"
[ "$before" = "$(stat -c %Y.%i "the whole.wav.parts/2.wav")" ] || fail "parallel: a part is rendered again"
bash "$scripts/parallel.sh" "a piece.kn" "the whole.wav" 6 --for 10s 2>err </dev/null || fail "parallel: $(cat err)"
cmp whole.wav "the whole.wav" || fail "parallel, again: other bytes"
