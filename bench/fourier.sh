#!/bin/bash
# Nanoseconds of a real Fourier transform in float: the library's, and the C of kanon fourier, beside FFTW (planned with
# FFTW_PATIENT), KISS FFT and ffmpeg's av_tx, those of them that are installed (packages libfftw3-dev, libkissfft-dev, libavutil-dev).
# In: BUILD, the folder of kanon (build); LENGTHS; ISA, whose kernels the library takes (the best), with MARCH, for which the C is
# compiled (-march=native; ISA=avx2 wants MARCH=-march=x86-64-v3). Out: a table. Each is the least of eighty rounds in turn.
set -eu
cd "$(dirname "$0")/fourier"
build=$(realpath "${BUILD:-../../build}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
lengths=${LENGTHS:-256 400 512 1024 2048 4096}
march=${MARCH:--march=native}
peers=
libraries=
peer() { # NAME HEADER LIBRARY
    echo "#include <$2>" | gcc -E - >/dev/null 2>&1 || { echo "without $2: $1 is left out" >&2; return 0; }
    peers="$peers -DHAS_$1=1"
    libraries="$libraries -l$3"
}
peer FFTW fftw3.h fftw3f
peer KISS kissfft/kiss_fftr.h kissfft-float
peer AV libavutil/tx.h avutil
declared=
for n in $lengths; do
    "$build/kanon" fourier "$n" -o "$work/fft$n.c"
    # shellcheck disable=SC2086
    gcc -std=c11 -O3 $march -c "$work/fft$n.c" -o "$work/fft$n.o"
    declared="$declared STANDALONE($n)"
done
# shellcheck disable=SC2086
gcc -std=gnu11 -O2 $peers "-DLENGTHS=$declared" times.c "$work"/fft*.o "$build/libkernels.a" $libraries -lm -o "$work/times"
# shellcheck disable=SC2086
"$work/times" $lengths | awk -F'\t' '
    function ratio(x, y) { return x == "-" || y == "-" ? sprintf("%7s", "-") : sprintf("%7.2f", x / y) }
    BEGIN { printf "%6s %9s %9s %9s %9s %9s %9s   ns; how many times as fast is the slower of the first two as FFTW, KISS, av_tx\n",
                   "points", "library", "C", "FFTW", "(split)", "KISS", "av_tx" }
    { slower = $2 > $3 ? $2 : $3
      printf "%6d %9s %9s %9s %9s %9s %9s   %s %s %s\n", $1, $2, $3, $4, $5, $6, $7, ratio($4, slower), ratio($6, slower), ratio($7, slower) }'
