#!/bin/bash
# Emitted C against Faust's, in one run: nanoseconds a sample and the ratio, for each pair of programs
# bench/speed/NAME.kn and NAME.dsp. Both sides get their best of gcc and clang; Faust also its best of
# scalar and -vec, and -ffast-math. Needs: faust (Debian), gcc, clang.
set -u
cd "$(dirname "$0")/.."
kanon=${KANON:-build/kanon}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
flags="-O3 -march=native"

# best FILE… : the least number that the programs print
best() {
    local least=
    for program in "$@"; do
        [ -x "$program" ] || continue
        local ns
        ns=$("$program") || continue
        least=$(awk -v a="$ns" -v b="${least:-1e9}" 'BEGIN { print (a + 0 < b + 0) ? a : b }')
    done
    echo "${least:-none}"
}

printf '%-16s %10s %10s %8s\n' program 'kanon ns' 'faust ns' ratio
for kn in bench/speed/*.kn; do
    name=$(basename "$kn" .kn)
    "$kanon" build "$kn" --rate 48000 --name bench_program -o "$work/$name.c" || exit 1
    for cc in gcc clang; do
        $cc -std=gnu11 $flags -DPROGRAM_HEADER="\"$work/$name.h\"" bench/kanon_host.c "$work/$name.c" -lm -o "$work/$name.kanon.$cc" || exit 1
    done
    if command -v faust > /dev/null && [ -f "bench/speed/$name.dsp" ]; then
        faust -lang c -cn mydsp "bench/speed/$name.dsp" -o "$work/$name.scalar.c" || exit 1
        faust -lang c -cn mydsp -vec "bench/speed/$name.dsp" -o "$work/$name.vec.c" || exit 1
        for cc in gcc clang; do
            for form in scalar vec; do
                $cc -std=gnu11 -w $flags -ffast-math -DPROGRAM_SOURCE="\"$work/$name.$form.c\"" bench/faust_host.c -lm -o "$work/$name.faust.$form.$cc" || exit 1
            done
        done
    fi
    ours=$(best "$work/$name".kanon.*)
    theirs=$(best "$work/$name".faust.*)
    printf '%-16s %10s %10s %8s\n' "$name" "$ours" "$theirs" "$(awk -v a="$ours" -v b="$theirs" 'BEGIN { if (b == "none") print "-"; else printf "%.1f", b / a }')"
done
