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
[ -s "$root$prefix/include/kanon.h" ] || [ ! -e "$KANON_TESTS/../compiler/kanon.h" ] || fail "no header"

# what an embedding program needs most of what is inside: machine code in memory, and so libtcc
cat >host.c <<'C'
#include "jit.h"
#include <string.h>
int main(void) {
    EngineError error;
    JitCode *code = jit_compile("int answer(void) { return 42; }", 0, 0, &error);
    if (!code) return puts(error.message), 1;
    int (*answer)(void);
    void *address = jit_find(code, "answer");
    memcpy(&answer, &address, sizeof address);
    printf("%d\n", answer());
    jit_free(code);
    return 0;
}
C
export PKG_CONFIG_LIBDIR=$root$prefix/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root
[ "kanon $(pkg-config --modversion kanon)" = "$("$KANON" --version)" ] || fail "the version is $(pkg-config --modversion kanon)"
cflags="-I$KANON_TESTS/../compiler $(pkg-config --cflags kanon)"
cc $cflags host.c $(pkg-config --libs kanon) -o shared || fail "shared: it does not link"
libraries=$(pkg-config --static --libs kanon)
cc $cflags host.c ${libraries/-lkanon/-l:libkanon.a} -o static || fail "static: it does not link"
readelf -d shared | grep -q 'NEEDED.*\[libkanon.so.0\]' || fail "it does not ask for libkanon.so.0"
readelf -d static | grep -q 'libkanon' && fail "the static program asks for the shared library"
readelf -d "$root$prefix/lib/libkanon.so" | grep -q TEXTREL && fail "the library has text relocations"
[ "$(LD_LIBRARY_PATH=$root$prefix/lib ./shared)" = 42 ] || fail "shared: it does not run"
[ "$(./static)" = 42 ] || fail "static: it does not run"

install uninstall
[ -z "$(find "$root" -type f -o -type l)" ] || fail "left: $(find "$root" -type f -o -type l)"
