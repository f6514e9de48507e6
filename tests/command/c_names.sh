#!/bin/bash
# Names that C, C++, their headers or Kanon have are taken: a program of a file with such a name gets another in
# C, which compiles with both compilers and, with every header of the library in front, as C++; --name refuses it.
fail() {
    echo "$*"
    exit 1
}
names="kn_sin kn_floor KnRunning STRIP KN_STRIP sinf nanf strtok float_t double_t intmax_t uint_fast8_t HUGE_VAL
FP_NAN INT8_MAX M_PI drem finite signgam j0f strdup argc argv EOF fpos_t ldiv uint putenv wait char8_t char16_t
table0f sample0 roll0 self inputs outputs frames n n0 i at p value param shortest strip state dt sample_rate
kn kn2 sem mtx cnd tm stat option linux unix min max near far small main int class co_await consteval
isnan fmaf cbrtl memccpy stpcpy aligned_alloc quick_exit thrd_create atomic_load INFINITY NULL I imaginary errno"
# those of the machine's headers too, some of them
for header in math string stdint stdio stdlib time unistd pthread semaphore threads wchar; do
    echo "#include <$header.h>"
done >all.h
declared=$({ gcc -D_GNU_SOURCE -E -P all.h; } | grep -oE '\b[a-z][a-z0-9_]* ?\(' | tr -d ' (' | grep -v '^_' |
    sort -u | awk 'NR % 40 == 0')
{ cat all.h; echo '#include <cmath>'; } >a.cpp
number=0
for name in $names $declared; do
    number=$((number + 1))
    echo 'out(t) = table(4, x => x)(sin(tau*440*t)) + 0.5 * sum(1..9, k => sin(k * t))' >"$name.kn"
    "$KANON" build "$name.kn" --main || fail "$name is not built"
    compiler=$([ $((number % 3)) = 0 ] && echo clang || echo gcc)
    "$compiler" -std=c11 -Wall -Wextra -Werror -fsyntax-only "$name.c" || fail "$compiler: $name.c"
    echo "#include \"$name.h\"" >>a.cpp
done
g++ -std=c++20 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only a.cpp || fail "as C++"
for name in sinf kn_sin wait char8_t M_PI float_t table0f; do
    "$KANON" build -e 0.5 -o x.c --name="$name" 2>err
    [ $? = 2 ] && grep -q 'nor Kanon have' err || fail "--name $name passes"
done
# ordinary names are as they were
for name in bell song drum echo my_bell knob table sample_player data key; do
    echo 'out = sine(440)' >"$name.kn"
    "$KANON" build "$name.kn"
    grep -q "^int ${name}_init($name \*self" "$name.h" || fail "$name has become another name"
done
