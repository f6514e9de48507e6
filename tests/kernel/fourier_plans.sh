#!/bin/sh
# Plans of Fourier transforms as constants of emitted C, with the runtime's text that they name: gcc and clang take it without a warning, and
# kn_rfft and its like of that text give what the library's give, there and back.
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
build=$(cd "$(dirname "${DRIVER:-$root/build/driver}")" && pwd)
lengths="2 12 60 128 400 1024"
cat >print.c <<'EOC'
#include "print_c/fourier.h"
#include "print_c/runtime_text.h"
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
    Buf plans = {0}, text = {0};
    for (int i = 1; i < argc; i++)
        for (int kind = 0; kind < 4; kind++) {
            KnFourier plan;
            char name[40];
            snprintf(name, sizeof name, "plan_%s_%d", argv[i], kind);
            if (!fourier_plan(&plan, atoi(argv[i]), kind)) return 1;
            print_fourier_plan(name, &plan, &plans);
            buf_printf(&plans, "const KnFourier *const get_%s;\nconst KnFourier *const get_%s = &%s;\n", name, name, name);
        }
#define FOURIER(name, arguments) \
    if (strcmp(#name, "mel_frame") != 0) \
        buf_puts(&plans, "void text_" #name #arguments ";\nvoid text_" #name #arguments " {\n    kn_" #name "(f, " \
                         "ARGUMENTS_" #name ");\n}\n");
    buf_puts(&plans, "#define ARGUMENTS_rfft x, re, im, work\n#define ARGUMENTS_irfft re, im, x, work\n"
                     "#define ARGUMENTS_fft re, im, to_re, to_im, work\n#define ARGUMENTS_ifft ARGUMENTS_fft\n"
                     "#define ARGUMENTS_rfft_d ARGUMENTS_rfft\n#define ARGUMENTS_irfft_d ARGUMENTS_irfft\n"
                     "#define ARGUMENTS_fft_d ARGUMENTS_fft\n#define ARGUMENTS_ifft_d ARGUMENTS_fft\n");
#include "runtime/fourier.def"
    emit_runtime(&plans, &text);
    fwrite(text.data, 1, text.length, stdout);
    fwrite(plans.data, 1, plans.length, stdout);
    return 0;
}
EOC
cat >compare.c <<'EOC'
#include "runtime/fourier_plan.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#define FOURIER(name, arguments) void text_##name arguments;
#include "runtime/fourier.def"
#undef FOURIER
#define LENGTH(n) extern const KnFourier *const get_plan_##n##_0, *const get_plan_##n##_1, *const get_plan_##n##_2, *const get_plan_##n##_3;
LENGTHS
#undef LENGTH
enum { ROOM = 5200 };
static float f[2][5][ROOM];
static double d[2][5][ROOM];
static int bad;
static void near(const char *what, int n, double a, double b, double by) {
    if (fabs(a - b) <= by) return;
    if (bad++ < 5) printf("%s of %d points: %g, not %g\n", what, n, a, b);
}
/* Through the plan as text and through one of the library; arrays 0, 1 to 2, 3, and back to 0, 1. */
static void compare(int n, const KnFourier *text, int kind) {
    KnFourier plan;
    fourier_plan(&plan, n, kind);
    void *turns = malloc(8 * fourier_turns(&plan) + 8);
    fourier_fill(&plan, turns);
    plan.turns = turns;
    plan.wide_turns = turns;
    const FourierTransforms *t = fourier_for(kernels_best());
    for (int j = 0; j < n; j++)
        for (int part = 0; part < 2; part++)
            f[0][part][j] = f[1][part][j] = (float)(d[0][part][j] = d[1][part][j] = rand() % 2001 / 1000.0 - 1);
#define BOTH(name, x, ...) text_##name(text, x[0][0], __VA_ARGS__(x[0])), t->name(&plan, x[1][0], __VA_ARGS__(x[1]))
#define REAL(x)    x[2], x[3], x[4]
#define COMPLEX(x) x[1], x[2], x[3], x[4]
    switch (kind) {
    case 0: BOTH(rfft, f, REAL); break;
    case 1: BOTH(fft, f, COMPLEX); break;
    case 2: BOTH(rfft_d, d, REAL); break;
    case 3: BOTH(fft_d, d, COMPLEX); break;
    }
    for (int k = 0; k < (kind % 2 ? n : n / 2 + 1); k++)
        for (int part = 2; part < 4; part++)
            near("a spectrum", n, kind < 2 ? f[0][part][k] : d[0][part][k], kind < 2 ? f[1][part][k] : d[1][part][k],
                 (kind < 2 ? 3e-6 : 1e-14) * sqrt(n) * 3);
    switch (kind) {
    case 0: text_irfft(text, f[0][2], f[0][3], f[0][0], f[0][4]); break;
    case 1: text_ifft(text, f[0][2], f[0][3], f[0][0], f[0][1], f[0][4]); break;
    case 2: text_irfft_d(text, d[0][2], d[0][3], d[0][0], d[0][4]); break;
    case 3: text_ifft_d(text, d[0][2], d[0][3], d[0][0], d[0][1], d[0][4]); break;
    }
    for (int j = 0; j < n; j++)
        for (int part = 0; part < (kind % 2 ? 2 : 1); part++)
            near("there and back", n, (kind < 2 ? f[0][part][j] : d[0][part][j]) / n, kind < 2 ? f[1][part][j] : d[1][part][j],
                 kind < 2 ? 5e-6 : 1e-14);
    free(turns);
}
int main(void) {
#define LENGTH(n) compare(n, get_plan_##n##_0, 0), compare(n, get_plan_##n##_1, 1), compare(n, get_plan_##n##_2, 2), compare(n, get_plan_##n##_3, 3);
    LENGTHS
    return bad != 0;
}
EOC
fail() {
    echo "FAIL $*"
    echo "0 passed, 1 failed"
    exit 1
}
declared=
for n in $lengths; do declared="$declared LENGTH($n)"; done
include="-D_GNU_SOURCE -I$root/compiler -I$root -I$build/gen"
gcc -std=c11 $include print.c "$build/obj/print_c/fourier.o" "$build/obj/print_c/runtime_text.o" "$build/obj/gen_runtime_items.o" "$build"/obj/base/*.o \
    "$build/libkernels.a" -lsndfile -lpthread -lm -o print >log 2>&1 || fail "print: $(head -5 log)"
./print $lengths >plans.c || fail "print"
gcc -std=c11 -O1 $include "-DLENGTHS=$declared" -c compare.c -o compare.o >log 2>&1 || fail "compare: $(head -5 log)"
for compiler in "gcc -O2" "gcc -O1 -march=native" "clang -O1 -march=native"; do
    $compiler -std=c11 -Wall -Wextra -Wpedantic -Wmissing-prototypes -Werror -c plans.c -o plans.o >log 2>&1 || fail "$compiler: $(head -5 log)"
    gcc compare.o plans.o "$build/libkernels.a" -lm -o compare >log 2>&1 && ./compare >log || fail "$compiler: $(head -5 log)"
done
echo "1 passed, 0 failed"
