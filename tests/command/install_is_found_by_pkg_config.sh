#!/bin/bash
# make install puts all below DESTDIR; a program finds the library through pkg-config, shared and
# static, and runs; make uninstall takes away what was installed.
fail() {
    echo "$*"
    exit 1
}
unset MAKEFLAGS MFLAGS MAKELEVEL
root=$PWD/root
prefix=/opt/sound
install() {
    make -C "$KANON_TESTS/.." BUILD="$(dirname "$KANON")" DESTDIR="$root" PREFIX=$prefix "$@" >log 2>&1 || fail "make $*: $(cat log)"
}
install install
[ "$("$root$prefix/bin/kanon" --version)" = "$("$KANON" --version)" ] || fail "kanon is not installed"
[ -s "$root$prefix/share/man/man1/kanon.1" ] || fail "no manual"
[ -s "$root$prefix/share/man/man3/kanon.3" ] || fail "no manual of the library"

# names of its own that the library has inside as well
cat >host.cc <<'CC'
#include <kanon.h>
#include <cstdio>
#include <vector>
extern "C" const char *arena_create() { return "mine"; }
extern "C" const char *diag_print() { return "mine"; }
extern "C" const char *buf_free() { return "mine"; }
int main() {
    KnCompiler *compiler = kn_compiler_create();
    KnProgram *program = kn_compile_expression(compiler, "0.5 * sin(tau * 440 * t)");
    if (!program) return std::puts(kn_compiler_messages(compiler)), 1;
    std::vector<float> samples(48000);
    float *const outputs[] = {samples.data()};
    kn_program_render(program, 0, 48000, outputs);
    std::printf("%s %s %s %.6f\n", arena_create(), diag_print(), buf_free(), samples[1]);
    kn_program_free(program);
    kn_compiler_free(compiler);
}
CC
export PKG_CONFIG_LIBDIR=$root$prefix/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root
[ "kanon $(pkg-config --modversion kanon)" = "$("$KANON" --version)" ] || fail "the version is $(pkg-config --modversion kanon)"
cflags="-Wall -Wextra -Werror -pedantic $(pkg-config --cflags kanon)"
shared=$(pkg-config --libs kanon)
static=$(pkg-config --static --libs kanon)
static=${static/-lkanon/-l:libkanon.a}
host=$KANON_TESTS/../examples/hosts/minimal.c
cc -std=c11 $cflags "$host" $shared -lm -o c_shared || fail "C, shared: it does not link"
cc -std=c11 $cflags "$host" $static -o c_static || fail "C, static: it does not link"
c++ $cflags host.cc $shared -o cc_shared || fail "C++, shared: it does not link"
c++ $cflags host.cc $static -o cc_static || fail "C++, static: it does not link"
for program in c_shared cc_shared; do
    readelf -d $program | grep -q 'NEEDED.*\[libkanon.so.0\]' || fail "$program does not ask for libkanon.so.0"
done
for program in c_static cc_static; do
    readelf -d $program | grep -q 'libkanon' && fail "$program asks for the shared library"
done
readelf -d "$root$prefix/lib/libkanon.so" | grep -q TEXTREL && fail "the library has text relocations"
export LD_LIBRARY_PATH=$root$prefix/lib
for program in c_shared c_static; do
    ./$program | grep -q '48000 frames, peak 0.500000, first 0.000000 0.014397' || fail "$program: $(./$program)"
done
for program in cc_shared cc_static; do
    [ "$(./$program)" = "mine mine mine 0.028782" ] || fail "$program: $(./$program)"
done

# nothing is seen but what kanon.h declares
declared=$(sed -n 's/^KN_API .*\(kn_[a-z_]*\)(.*/\1/p' "$root$prefix/include/kanon.h" | sort)
seen=$(nm -D --defined-only "$root$prefix/lib/libkanon.so" | awk '{print $3}' | sort)
[ "$declared" = "$seen" ] || fail "exported by libkanon.so: $(diff <(echo "$declared") <(echo "$seen"))"
seen=$(nm -g --defined-only "$root$prefix/lib/libkanon.a" | awk 'NF == 3 {print $3}' | sort)
[ "$declared" = "$seen" ] || fail "exported by libkanon.a: $(diff <(echo "$declared") <(echo "$seen"))"

install uninstall
[ -z "$(find "$root" -type f -o -type l)" ] || fail "left: $(find "$root" -type f -o -type l)"
