#!/bin/bash
# A pure piece by all cores, or several machines, with GNU parallel:
#   parallel.sh PIECE.kn OUT.wav PARTS [option of kanon render]…
# PARALLEL holds options for parallel, such as --sshloginfile nodes --workdir . where the folder is shared.
# Parts appear whole or not at all, so a second run renders those that are missing.
set -euo pipefail
piece=$1 out=$2 parts=$3
shift 3
folder=$out.parts
mkdir -p "$folder"
names=()
for ((k = 1; k <= parts; k++)); do names+=("$folder/$k.${out##*.}"); done
for ((k = 1; k <= parts; k++)); do
    [ -e "${names[k - 1]}" ] || printf '%s\t%s\n' "$k/$parts" "${names[k - 1]}"
done | parallel --colsep '\t' --halt now,fail=1 "${KANON:-kanon}" render "$(printf %q "$piece")" --part {1} -o {2} "${@@Q}"
"${KANON:-kanon}" join -o "$out" "${names[@]}"
rm -r "$folder"
