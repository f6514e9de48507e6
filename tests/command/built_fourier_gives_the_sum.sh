#!/bin/bash
# What kanon fourier writes needs no library and no other file: two compilers take it without a warning, and it is the sum that its
# first lines say, as its kind and its length want it.
fail() {
    echo "$*"
    exit 1
}
. "$KANON_TESTS/turns.sh"
cat >check.c <<'EOC'
/* N points, T numbers, IS_COMPLEX, IS_INVERSE, F the function: against the sum in long double. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#if IS_COMPLEX
void F(const T *re, const T *im, T *to_re, T *to_im, T *work);
#elif IS_INVERSE
void F(const T *re, const T *im, T *x, T *work);
#else
void F(const T *x, T *re, T *im, T *work);
#endif
enum { BINS = IS_COMPLEX ? N : N / 2 + 1 };
static T re[N + 1], im[N + 1], to_re[N + 1], to_im[N + 1], work[5 * N];

int main(void) {
    const long double unit = 2 * acosl(-1) / N;
    long double error = 0, power = 0;
    for (int j = 0; j < N; j++) {
        re[j] = (T)(rand() % 2001 - 1000) / 1000;
        im[j] = (T)(rand() % 2001 - 1000) / 1000;
    }
#if IS_COMPLEX
    F(re, im, to_re, to_im, work);
#elif IS_INVERSE
    im[0] = 0;
    if (N % 2 == 0) im[N / 2] = 0;
    for (int k = N / 2 + 1; k < N; k++) {
        re[k] = re[N - k];
        im[k] = -im[N - k];
    }
    F(re, im, to_re, work);
#else
    for (int j = 0; j < N; j++)
        im[j] = 0;
    F(re, to_re, to_im, work);
#endif
    for (int k = 0; k < (IS_INVERSE && !IS_COMPLEX ? N : BINS); k++) {
        long double a = 0, b = 0;
        for (int j = 0; j < N; j++) {
            const long double turn = (IS_INVERSE ? unit : -unit) * (int)((long long)j * k % N);
            a += re[j] * cosl(turn) - im[j] * sinl(turn);
            b += re[j] * sinl(turn) + im[j] * cosl(turn);
        }
        const long double e = to_re[k] - a, g = IS_INVERSE && !IS_COMPLEX ? 0 : to_im[k] - b;
        error += e * e + g * g;
        power += a * a + b * b;
    }
    const double relative = (double)sqrtl(error / power), bound = (sizeof(T) == 4 ? 1e-6 : 1e-15) * log2(N + 1);
    if (!(relative <= bound)) printf("error %g, bound %g\n", relative, bound);
    return !(relative <= bound);
}
EOC
strict="-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wmissing-prototypes -Werror"
native=-march=native
number=0
for points in 1 2 9 16 60 128 225 400 1024 1536; do
    for kind in "" "--complex" "--inverse" "--complex --inverse"; do
        number=$((number + 1))
        in_turn $number 8 || continue
        for type in float double; do
            double=
            [ $type = float ] || double=--double
            what="$points points $kind $double"
            "$KANON" fourier $points $kind $double --name turn_round -o f.c 2>err || fail "$what: $(cat err)"
            numbers="-DN=$points -DT=$type -DF=turn_round -DIS_COMPLEX=0"
            [[ $kind != *complex* ]] || numbers="$numbers -UIS_COMPLEX -DIS_COMPLEX=1"
            numbers="$numbers -DIS_INVERSE=$([[ $kind != *inverse* ]]; echo $?)"
            gcc $strict -O2 $native -c f.c -o gcc.o 2>err || fail "$what, gcc: $(head -5 err)"
            clang $strict -O1 -c f.c -o clang.o 2>err || fail "$what, clang: $(head -5 err)"
            gcc -std=c11 -O1 -D_GNU_SOURCE $numbers -c check.c -o check.o || fail "the test does not compile"
            for compiler in gcc clang; do
                gcc check.o $compiler.o -lm -o check && ./check >out || fail "$what, $compiler: $(cat out)"
            done
            ! nm gcc.o clang.o | grep ' U ' | grep -vE ' (memcpy|memset|memmove)$' || fail "$what: needs that"
            [ "$(nm gcc.o | grep -c ' [TDB] ')" = 1 ] || fail "$what has more than its function: $(nm gcc.o)"
        done
    done
done
