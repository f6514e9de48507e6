#!/bin/sh
# Do the functions of runtime/math.h and runtime/noise.h give the same bits whatever compiles them?
# One program evaluates each in loops (which vectorise at -O3, tails included) over fixed arguments
# and prints the bits, NaN as one value; what each compiler's build prints is compared.
here=$(cd "$(dirname "$0")" && pwd)
gcc=${GCC:-gcc} clang=${CLANG:-clang}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

cat >"$work/bits.c" <<EOF
#include "$here/../../runtime/math.h"
#include "$here/../../runtime/noise.h"
#include "$here/../../runtime/lattice.h"
#include <stdio.h>

enum { N = 4003 };
static float xf[N], yf[N], rf[N];
static double xd[N], yd[N], rd[N];

static uint64_t next(void) {
    static uint64_t state = 1;
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double argument(int i) {
    static const double special[] = {0.0,   1.0,   0.5,   2.0,       3.0,  INFINITY,
                                     NAN,   1e-40, 1e300, 88.7,      0.25, 1.5707963267948966,
                                     710.0, 1e9,   0.75,  8388607.5, 1e-20, 1e-310};
    int n = (int)(sizeof special / sizeof *special);
    uint64_t u = next();
    double unit = (double)(u >> 11) * 0x1p-53;
    if (i < 40 * n) return i & 1 ? -special[(i / 2) % n] : special[(i / 2 + i / 80) % n];
    if (i % 4 == 0) return kn_from_bits(u);
    if (i % 4 == 1) return (double)kn_from_bitsf((uint32_t)u);
    return i % 4 == 2 ? unit * 2 - 1 : unit * 200 - 100;
}

static void show(const char *name) {
    for (int i = 0; i < N; i++) {
        uint64_t bits = rd[i] == rd[i] ? kn_bits(rd[i]) : 0x7ff8000000000000u;
        printf("%s %a %a: %016llx\n", name, xd[i], yd[i], (unsigned long long)bits);
    }
}

static void showf(const char *name) {
    for (int i = 0; i < N; i++)
        rd[i] = (double)rf[i]; /* exact */
    show(name);
}

#define LOOP(n, out, call, print) \\
    for (int i = 0; i < N; i++)   \\
        out[i] = call;            \\
    print(#n);
#define UNARY(n) LOOP(n##f, rf, kn_##n##f(xf[i]), showf) LOOP(n, rd, kn_##n(xd[i]), show)
#define BINARY(n)                                \\
    LOOP(n##f, rf, kn_##n##f(xf[i], yf[i]), showf) \\
    LOOP(n, rd, kn_##n(xd[i], yd[i]), show)
#define WIDE(n) LOOP(n, rf, kn_##n(xd[i]), showf)
#define LATTICE(n)                                                            \\
    LOOP(n##1, rf, kn_##n##1(xd[i], 3, i % 3 ? 0 : 5, i % 2), showf)              \\
    LOOP(n##2, rf, kn_##n##2(xd[i], yd[i], 3, i % 3 ? 0 : 5, i % 3), showf)       \\
    LOOP(n##3, rf, kn_##n##3(xd[i], yd[i], 0.5, 3, i % 3 ? 0 : 5, i % 3), showf)  \\
    LOOP(n##4, rf, kn_##n##4(xd[i], yd[i], 0.5, 1.3, 3, i % 3 ? 0 : 5, i % 3), showf)

int main(void) {
    for (int i = 0; i < N; i++) {
        xd[i] = argument(i);
        yd[i] = argument((i * 7 + 3) % N);
        xf[i] = (float)xd[i];
        yf[i] = (float)yd[i];
    }
    UNARY(sin) UNARY(cos) UNARY(tan) UNARY(sinturn) UNARY(costurn)
    WIDE(sin_wide) WIDE(cos_wide) WIDE(tan_wide) WIDE(sinturn_wide) WIDE(costurn_wide)
    LOOP(sinturn_near, rf, kn_sinturn_near(kn_fracf(xf[i]) - 0.5f), showf)
    LOOP(costurn_near, rf, kn_costurn_near(kn_fracf(xf[i]) - 0.5f), showf)
    UNARY(asin) UNARY(acos) UNARY(atan) BINARY(atan2)
    UNARY(sinh) UNARY(cosh) UNARY(tanh) UNARY(exp) UNARY(exp2) UNARY(log) UNARY(log2) UNARY(log10)
    BINARY(pow) UNARY(sqrt) UNARY(cbrt) BINARY(hypot)
    UNARY(floor) UNARY(ceil) UNARY(round) UNARY(trunc) UNARY(frac) BINARY(mod)
    UNARY(sign) UNARY(abs) BINARY(min) BINARY(max)
    WIDE(hashf) LOOP(hash, rd, kn_hash(xd[i]), show) LOOP(noise, rd, kn_noise(yd[i], xd[i]), show)
    LATTICE(value_noise) LATTICE(perlin) LATTICE(simplex) LATTICE(worley)
    LOOP(noise_at, rf, kn_noise_at(kn_seed(3), i), showf)
    return 0;
}
EOF

passed=0 failed=0
build() { # compiler and flags; the first is what the others are compared with
    if ! command -v "$1" >/dev/null; then
        echo "skip $*: not installed"
        return
    fi
    if ! "$@" -o "$work/bits" "$work/bits.c" -lm || ! "$work/bits" >"$work/new"; then
        echo "FAIL $*: no output"
        failed=$((failed + 1))
        return
    fi
    if [ ! -f "$work/first" ]; then
        mv "$work/new" "$work/first"
        echo "ok $*: $(wc -l <"$work/first") values"
        passed=$((passed + 1))
    elif cmp -s "$work/first" "$work/new"; then
        echo "ok $*"
        passed=$((passed + 1))
    else
        echo "FAIL $*: $(diff "$work/first" "$work/new" | grep -c '^>') values differ, such as"
        diff "$work/first" "$work/new" | grep '^[<>]' | head -4
        failed=$((failed + 1))
    fi
}
build "$gcc" -std=c11 -O0
build "$gcc" -std=gnu11 -O2
build "$gcc" -std=gnu11 -O3
build "$gcc" -std=gnu11 -O3 -march=native
build "$clang" -std=c11 -O0
build "$clang" -std=gnu11 -O3
build "$clang" -std=gnu11 -O3 -march=native
echo "$passed passed, $failed failed"
[ $failed = 0 ]
