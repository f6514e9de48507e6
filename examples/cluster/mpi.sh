#!/bin/bash
#SBATCH --job-name=kanon --ntasks=65
# A pure piece, or a data set, by the ranks of an MPI job; one of them hands out the work, and does none itself:
#   mpi.sh piece.kn -o piece.wav                        # here: one rank for each core, and one more
#   sbatch mpi.sh piece.kn --sweep values.csv -o set    # a job of Slurm: as many ranks as it has tasks
# A job that ended too early is just begun again: what is there stays.
set -euo pipefail
if [ -n "${SLURM_NTASKS:-}" ]; then
    exec srun --mpi=pmix "${KANON:-kanon}-mpi" "$@"
fi
exec mpirun -n $(($(nproc) + 1)) --oversubscribe ${MPIRUN_OPTIONS:-} "${KANON:-kanon}-mpi" "$@"
