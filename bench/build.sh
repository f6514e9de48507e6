#!/bin/bash
# Makes one program in all the ways of peers.txt that its group has.
# In: GROUP FILE.kn FOLDER; FILE.dsp, FILE.c … beside it are what peers make it of. Group limits: limits FILE.c FOLDER DEFINE….
# Out in FOLDER: `list`, the contestants for the host (host/main.c says what is in a line), `failed`, label, tab and reason,
# and `reference`, the name of the file that is the reference.
# From the environment: BUILD; MARCH, flags for the machine; QUICK, not empty: the peers of a quick run only; PATIENCE, the
# seconds of the processor's time that a compiler may take.
set -u
group=$1 source=$(realpath "$2") folder=$(realpath -m "$3")
base=${source%.*}
here=$(dirname "$(realpath "$0")")
mkdir -p "$folder" || exit 1
: > "$folder/list"
: > "$folder/failed"
TIMEFORMAT='%U %S'

failed() { # label, file whose first line is the reason, but for what the shell says of signals
    printf '%s\t%s\n' "$1" "$(grep -v '^[^ ]*build\.sh: line' "$2" | head -n 1 | tr '\t' ' ')" >> "$folder/failed"
}

# Peers make noise of their own. What is heard, instead of timed, has an input in its place, the same for all.
heard() { # FILE: the name of the file to be heard
    local other=$folder/heard.${1##*.}
    [[ $group = works ]] && grep -q 'noise(1)' "$base.kn" || { echo "$1"; return; }
    sed 's/noise(1)/hiss/; s/no\.noise/_/; s/NOISE/(inputs[0][i])/; s/rand:a(1)/inch:a(1)/; s/WhiteNoise\.ar/In.ar 1/' "$1" > "$other"
    case $1 in *.kn) echo 'input hiss' ;; *.graph) echo 'inputs 1' ;; esac >> "$other"
    echo "$other"
}

# A compiler that is past its time gets a signal; one that wants more memory than this (KiB) says so.
limited() { # WORD…
    (ulimit -S -t "$PATIENCE" -v 6000000 -c 0 && exec "$@")
}
milliseconds() { awk 'NF == 2 { sum = $1 + $2 } END { printf "%.0f", sum * 1000 }' "$1"; }

# write_c FILE OPTIONS PREFIX: what is to be compiled, in `units`
write_c() {
    case $1 in
    *.kn)
        "$BUILD/kanon" build "$1" --rate 48000 --name bench_program -o "$3.c" || return
        units=("-DPROGRAM=\"$3.h\"" "$here/host/object_kanon.c" "$3.c")
        ;;
    *.dsp)
        command -v faust > /dev/null || { echo "faust is not installed" >&2; return 1; }
        # shellcheck disable=SC2086
        limited faust -lang c -cn mydsp ${2//,/ } "$1" -o "$3.c" || { echo "faust fails, or takes more than $PATIENCE s" >&2; return 1; }
        units=("-DPROGRAM=\"$3.c\"" "$here/host/object_faust.c")
        ;;
    "$here"/limits/*) units=("$1") ;;
    *) units=("-DPROGRAM=\"$1\"" "-DNOISE=noise(&s->seed)" "$here/host/object_hand.c") ;;
    esac
}

# make_object FILE OPTIONS FLAGS PREFIX: PREFIX.so, and in `took` the milliseconds of the processor's time that the
# compiler had; when there is none, PREFIX.says has the reason.
make_object() {
    local units compiler=${3%% *}
    command -v "$compiler" > /dev/null || { echo "$compiler is not installed" > "$4.says"; return 1; }
    write_c "$1" "$2" "$4" 2> "$4.says" || return
    # shellcheck disable=SC2086
    { time limited ${3/MARCH/$MARCH} -fPIC -shared "${units[@]}" -lm -o "$4.so" 2> "$4.says"; } 2> "$4.time" || {
        took=$(milliseconds "$4.time")
        [ "$took" -lt "${PATIENCE}000" ] || echo "the compiler takes more than $PATIENCE s" > "$4.says"
        return 1
    }
    took=$(milliseconds "$4.time")
}

# contestant LABEL KIND OPTION FLAGS FILE: its line of the list
contestant() {
    local label=$1 kind=$2 option=$3 flags=$4 file=$5 took=- prefix=$folder/${1/\//.} sound
    if [ "$kind" = supercollider ]; then
        awk -f "$file" > "$prefix.graph"
        file=$prefix.graph
    fi
    sound=$(heard "$file")
    if [ "$kind" = object ]; then
        if [ "$sound" != "$file" ]; then
            make_object "$sound" "$option" "$flags" "$prefix.heard" || { failed "$label" "$prefix.heard.says"; return; }
            sound=$prefix.heard.so
        else
            sound=$prefix.so
        fi
        make_object "$file" "$option" "$flags" "$prefix" || { failed "$label" "$prefix.says"; return; }
        file=$prefix.so
    fi
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$label" "$kind" "$file" "$sound" "$option" "$took" >> "$folder/list"
}

limit() { # FILE.c COMPILER DEFINE…
    local took prefix=$folder/limit.$2
    make_object "$1" "" "$2 -std=gnu11 -O3 MARCH ${*:3}" "$prefix" || { failed "limit/$2" "$prefix.says"; return; }
    printf 'limit/%s\tobject\t%s.so\t-\t-\t-\n' "$2" "$prefix" >> "$folder/list"
}

if [ "$group" = limits ]; then
    echo - > "$folder/reference"
    limit "$source" gcc "${@:4}"
    limit "$source" clang "${@:4}"
    exit
fi
heard "$source" > "$folder/reference"
while read -r family variant extension kind option groups flags <&3; do
    case $family in '#'* | '') continue ;; esac
    [[ ,$groups, == *,$group,* && (-z $QUICK || ,$groups, == *,quick,*) ]] || continue
    [ -f "$base.$extension" ] || continue
    [ "$option" != - ] || option=
    contestant "$family/$variant" "$kind" "$option" "$flags" "$base.$extension"
done 3< "$here/peers.txt"
[ "$group" != works ] || limit "$here/limits/copy.c" gcc -DBYTES=0
