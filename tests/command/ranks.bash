# What the tests of kanon-mpi share, which source it: they have passed where there is no MPI.
mpi=${KANON%/*}/kanon-mpi
[ -x "$mpi" ] && command -v mpirun >/dev/null || exit 0
fail() {
    echo "$*"
    exit 1
}
export OMPI_MCA_btl_vader_single_copy_mechanism=none # it asks for rights that containers do not give
mpirun="timeout 50 mpirun -n 4 --oversubscribe --allow-run-as-root"
ranks() { $mpirun "$mpi" "$@"; }
cat >p.kn <<'END'
param f = 440Hz in 20Hz..5kHz
param seed = 1 in 0..1000
out = [sine(f), noise(seed)] * 0.6
length = 60
END
