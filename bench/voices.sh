#!/bin/bash
# Nanoseconds a frame and voice of instruments: Kanon in memory and as C, beside the same voice in Faust's C, added up as its poly-dsp
# wrapper does. In: BUILD, the folder of kanon (build); VOICES, how many. Out: a table. Each is the least of three runs in turn.
set -eu
cd "$(dirname "$0")/voices"
build=$(realpath "${BUILD:-../../build}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
march=${MARCH:--march=native}

kanon() { # FILE VOICES ENGINE
    KANON_ISA=${ISA:-} "$build/kanon" bench "$1" --voices "$2" --engine "$3" --json | sed 's/.*"ns_per_frame":\([0-9.e+-]*\).*/\1/'
}
least() { sort -g | head -n 1; }
each() { awk -v n="$1" '{ printf "%8.2f", $1 / n }'; }

[ -n "${ISA:-}" ] || unset ISA
faust=
if command -v faust >/dev/null; then
    faust -lang c -cn mydsp saw.dsp -o "$work/saw.c"
    # shellcheck disable=SC2086
    gcc -O3 $march -ffast-math -DPROGRAM='"saw.c"' "-I$work" poly_faust.c -lm -o "$work/faust" && faust=1
fi
printf '%-8s %6s %8s %8s %8s   ns a voice and frame\n' program voices jit C "Faust C"
for program in saw player; do
    for n in ${VOICES:-8 16 32 64 128 1024 10000}; do
        : >"$work/jit"; : >"$work/cc"; : >"$work/peer"
        for _ in 1 2 3; do
            kanon $program.kn "$n" jit >>"$work/jit"
            kanon $program.kn "$n" cc >>"$work/cc"
            if [ -n "$faust" ] && [ $program = saw ]; then "$work/faust" "$n" 0.5 >>"$work/peer"; fi
        done
        printf '%-8s %6d %s %s %s\n' $program "$n" "$(least <"$work/jit" | each "$n")" "$(least <"$work/cc" | each "$n")" \
            "$([ -s "$work/peer" ] && least <"$work/peer" | each "$n")"
    done
done
