#!/bin/sh
# Are the programs and libraries here that `make demo` or `make check` need? What is missing is
# installed with apt where that is possible, and said aloud; else it is told what to install.
# packages.sh demo|check
missing=
program() { # name, package
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
header() { # name, package
    printf '#include <stdio.h>\n#include <%s>\n' "$1" | cc -E - >/dev/null 2>&1 || missing="$missing $2"
}

program gcc gcc
program cc gcc
program make make
program re2c re2c
program lemon lemon
[ -f /usr/share/lemon/lempar.c ] || missing="$missing lemon"
header stdlib.h libc6-dev
header sndfile.h libsndfile1-dev
header libtcc.h libtcc-dev
program gnuplot gnuplot-nox
if [ "$1" = check ]; then
    program g++ g++
    program clang clang
    program clang-format clang-format
    program dot graphviz
    program pkg-config pkg-config
    program awk mawk
    program script bsdutils
    program aarch64-linux-gnu-gcc-12 gcc-12-aarch64-linux-gnu
    [ -f /usr/aarch64-linux-gnu/include/stdio.h ] || missing="$missing libc6-dev-arm64-cross"
    program qemu-aarch64 qemu-user
    header mpfr.h libmpfr-dev
fi
[ -z "$missing" ] && exit 0

missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        as=
    elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as="sudo "
    else
        as=none
    fi
    if [ "$as" != none ]; then
        echo "Kanon installs what is missing here: ${as}apt-get install $missing"
        export DEBIAN_FRONTEND=noninteractive
        ${as}apt-get update -q >/dev/null
        ${as}apt-get install -y -q --no-install-recommends $missing && exit 0
        echo "That did not work." >&2
    fi
fi
echo "Kanon needs these packages (names of Debian and Ubuntu): $missing" >&2
exit 1
