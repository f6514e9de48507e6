#!/bin/bash
# Measures Kanon beside its peers: makes every program in all the ways of peers.txt, compares what they sound like,
# times them in turns. In: BUILD OUT. Out: the table on standard output, and OUT/table.txt, bench.json, bench.svg;
# what is being done on standard error. 0: there is a table, whoever is left out in it.
# From the environment:
#   QUICK=1     a minute instead of a quarter of an hour: limits, works and curves, with few peers, to small sizes
#   ONLY=NAME   that program, curve or group (limits works small examples curves), or GROUP/NAME
#   ISA=avx2    as on a machine that has no more: kernels, -march and libfaust
set -u
BUILD=$(realpath "$1") out=$(realpath -m "$2")
cd "$(dirname "$0")/.." || exit 1
export BUILD QUICK=${QUICK:-} MARCH=-march=native PATIENCE=60
only=${ONLY:-}
if [ "${ISA:-}" = avx2 ]; then
    export KANON_ISA=avx2 BENCH_LLVM_TARGET=x86_64-pc-linux-gnu:haswell
    MARCH=-march=x86-64-v3
elif [ -n "${ISA:-}" ]; then
    echo "bench: ISA is avx2 or not set" >&2
    exit 2
fi
[ -z "$QUICK" ] || PATIENCE=10
work=$(mktemp -d) || exit 1
export TMPDIR=$work
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2046
trap 'kill $(jobs -p) 2> /dev/null; exit 130' INT TERM
mkdir -p "$out" "$work/curves" || exit 1

say() { printf '%s\n' "$*" >&2; }
# On a terminal one line that changes; "" takes it away.
progress() {
    if [ -t 2 ]; then printf '\r\033[K%s' "$*" >&2; elif [ -n "$*" ]; then say "$*"; fi
}

# ---- the programs: group, name, size, source, words for build.sh, with tabs between --------------------------

rows() { grep -v '^#' "bench/$1"; }

# Size is 0 but for curves. In a quick run the groups small and examples are only there when they are asked for.
program() { # GROUP NAME SIZE SOURCE [WORDS]
    case $only in
    '') [[ -z $QUICK || $1 != small && $1 != examples ]] || return 0 ;;
    "$1" | "$2" | "$1/$2" | "${2%_"$3"}") ;;
    *) return 0 ;;
    esac
    printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "${5:-}"
}

programs() {
    local name quick size sizes file
    program limits copy_L1 0 bench/limits/copy.c -DBYTES=0
    program limits copy_L2 0 bench/limits/copy.c -DBYTES=262144
    program limits copy_memory 0 bench/limits/copy.c -DBYTES=268435456
    program limits madd_float 0 bench/limits/multiply_add.c -DREAL=float
    program limits madd_double 0 bench/limits/multiply_add.c -DREAL=double
    while read -r name _; do program works "$name" 0 "bench/works/$name.kn"; done < <(rows works.txt)
    for file in bench/small/*.kn; do program small "$(basename "$file" .kn)" 0 "$file"; done
    for file in examples/*.kn examples/pieces/*.kn; do program examples "$(basename "$file" .kn)" 0 "$file"; done
    while read -r name quick sizes; do
        for size in $sizes; do
            [[ -n $QUICK && $size -gt $quick ]] || program curves "${name}_$size" "$size" "$work/curves/${name}_$size.kn"
        done
    done < <(rows curves.txt)
}
programs > "$work/programs"
count=$(wc -l < "$work/programs")
[ "$count" -gt 0 ] || { say "bench: there is no program, curve or group $only"; exit 2; }

# ---- making them, as many at once as there are cores -------------------------------------------------------------

cores=$(getconf _NPROCESSORS_ONLN)
patience() { # GROUP
    if [ "$1" = curves ]; then echo $((PATIENCE / 3)); else echo "$PATIENCE"; fi
}
make_program() { # GROUP NAME SIZE SOURCE WORDS
    # shellcheck disable=SC2086
    [ "$1" != curves ] || bash bench/curves.sh "${2%_"$3"}" "$3" "${4%.kn}"
    PATIENCE=$(patience "$1")
    bash bench/build.sh "$1" "$4" "$work/$1/$2" $5 < /dev/null
}
done=0
while IFS=$'\t' read -r group name size source words <&3; do
    [ "$done" -lt "$cores" ] || wait -n
    done=$((done + 1))
    progress "making $done of $count: $name"
    make_program "$group" "$name" "$size" "$source" "$words" &
done 3< "$work/programs"
wait

# ---- measuring them, nothing else going on -------------------------------------------------------------------------

# What a group has: seconds for the rounds of a program, and in a quick run; frames that are heard.
settings() { # GROUP
    case $1 in
    limits) echo 0.5 0.2 0 ;;
    works) echo 2 0.4 24000 ;;
    small) echo 0.5 0.2 12000 ;;
    examples) echo 3 1 24000 ;;
    curves) echo 0.4 0.15 6000 ;;
    esac
}
measured() { # GROUP NAME SIZE: lines of results
    local folder=$work/$1/$2 budget quick frames
    read -r budget quick frames < <(settings "$1")
    [ -z "$QUICK" ] || budget=$quick
    if [ -s "$folder/list" ]; then
        timeout 600 "$BUILD/bench_host" "$(cat "$folder/reference")" "$folder/list" \
            --frames "$frames" --budget "$budget" --patience "$(patience "$1")" > "$folder/figures" 2> "$folder/says" ||
            cut -f1 "$folder/list" | awk -v why="$(head -n 1 "$folder/says" | tr '\t' ' ')" -v OFS='\t' \
                '{ print $1, (why ? why : "the host failed"), "-", "-", "-", 0, "-", "-", "-", "-", 0, "-" }' > "$folder/figures"
        cat "$folder/figures"
    fi
    awk -F'\t' -v OFS='\t' '{ print $1, $2, "-", "-", "-", 0, "-", "-", "-", "-", 0, "-" }' "$folder/failed"
}
done=0
while IFS=$'\t' read -r group name size _ <&3; do
    done=$((done + 1))
    progress "measuring $done of $count: $name"
    measured "$group" "$name" "$size" | awk -v OFS='\t' -v group="$group" -v name="$name" -v size="$size" '{ print group, name, size, $0 }'
done 3< "$work/programs" > "$work/results"

# ---- telling it ------------------------------------------------------------------------------------------------------

progress ''
bash bench/machine.sh > "$work/machine"
report() { # FORM
    LC_ALL=C awk -f bench/report/results.awk -f "bench/report/$1.awk" \
        table=machine "$work/machine" table=works bench/works.txt table=results "$work/results"
}
report json > "$out/bench.json" && report svg > "$out/bench.svg" && report table | tee "$out/table.txt"
say "$out: table.txt, bench.json, bench.svg"
