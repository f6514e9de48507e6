#!/bin/bash
#SBATCH --job-name=kanon --cpus-per-task=1
# A pure piece as an array of jobs, whatever their number, and one more that joins them:
#   export PIECE=piece.kn OUT=piece.wav
#   job=$(sbatch --parsable --array=1-64 slurm.sh) && sbatch --dependency=afterok:$job --export=ALL,PARTS=64 slurm.sh
# A part that fails fails its job alone: `sbatch --array=17 --export=ALL,PARTS=64 slurm.sh` renders it again.
set -euo pipefail
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
    parts=${PARTS:-$SLURM_ARRAY_TASK_COUNT}
    mkdir -p "$OUT.parts"
    "${KANON:-kanon}" render "$PIECE" --part "$SLURM_ARRAY_TASK_ID/$parts" -o "$OUT.parts/$SLURM_ARRAY_TASK_ID.${OUT##*.}"
else
    names=()
    for ((k = 1; k <= PARTS; k++)); do names+=("$OUT.parts/$k.${OUT##*.}"); done
    "${KANON:-kanon}" join -o "$OUT" "${names[@]}"
    rm -r "$OUT.parts"
fi
