#!/bin/sh
# Do loops over the functions of runtime/math.h and runtime/noise.h vectorise, at -O3, without
# -ffast-math, at the x86-64 baseline as well as for this machine?  One loop a line, and the
# compilers' reports of the lines they vectorised.
here=$(cd "$(dirname "$0")" && pwd)
gcc=${GCC:-gcc} clang=${CLANG:-clang}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

unary="sin cos tan sinturn costurn asin acos atan sinh cosh tanh exp exp2 log log2 log10 sqrt cbrt
    floor ceil round trunc frac sign abs"
binary="atan2 pow hypot mod min max"
wide="sin_wide cos_wide tan_wide sinturn_wide costurn_wide hashf"

loop() { # name, result type, argument type, call
    echo "$1" >>"$work/names"
    printf 'void v_%s(%s *restrict r, const %s *x, const %s *y, int n) { ' "$1" "$2" "$3" "$3"
    printf '(void)y; for (int i = 0; i < n; i++) r[i] = %s; }\n' "$4"
}
{
    echo "#include \"$here/../../runtime/math.h\""
    echo "#include \"$here/../../runtime/noise.h\""
    for f in $unary; do
        loop "${f}f" float float "kn_${f}f(x[i])"
        loop "$f" double double "kn_$f(x[i])"
    done
    for f in $binary; do
        loop "${f}f" float float "kn_${f}f(x[i], y[i])"
        loop "$f" double double "kn_$f(x[i], y[i])"
    done
    for f in $wide; do
        loop "$f" float double "kn_$f(x[i])"
    done
    for f in sinturn costurn; do
        loop "${f}_near" float float "kn_${f}_near(x[i])"
    done
    loop hash double double "kn_hash(x[i])"
    loop noise double double "kn_noise(3.0, x[i])"
    loop noise_at float float "kn_noise_at(7u, n + (int64_t)i)"
} >"$work/loops.c"
ln -s "$work/loops.c" "$work/l.c"

passed=0 failed=0
check() { # text that marks a vectorised loop; compiler and flags
    mark=$1
    shift
    if ! command -v "$1" >/dev/null; then
        echo "skip $*: not installed"
        return
    fi
    if ! "$@" -c "$work/l.c" -o "$work/l.o" 2>"$work/report"; then
        echo "FAIL $*"
        cat "$work/report"
        failed=$((failed + 1))
        return
    fi
    grep "$mark" "$work/report" | sed -n 's/^[^:]*l\.c:\([0-9]*\):.*/\1/p' | sort -u >"$work/lines"
    line=2 missing=
    while read -r name; do
        line=$((line + 1))
        if grep -qx $line "$work/lines"; then
            passed=$((passed + 1))
        else
            missing="$missing $name"
            failed=$((failed + 1))
        fi
    done <"$work/names"
    if [ -z "$missing" ]; then
        echo "ok $*: $(wc -l <"$work/names") loops"
    else
        echo "FAIL $*: not vectorised:$missing"
    fi
}
for arch in "" -march=native; do
    check 'optimized: loop vectorized' "$gcc" -std=c11 -O3 $arch -fopt-info-vec
    check 'remark: vectorized loop' "$clang" -std=c11 -O3 $arch -Rpass=loop-vectorize
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
