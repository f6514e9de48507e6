#!/bin/sh
# Are the programs and libraries here that `make demo`, `make check` or `make fuzz` need? What is missing is
# installed with apt where that is possible, and said aloud; else it is told what to install.
# packages.sh demo|check|fuzz BUILD
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
header soxr.h libsoxr-dev
header portaudio.h portaudio19-dev
header rtmidi/rtmidi_c.h librtmidi-dev
header png.h libpng-dev
header cairo/cairo.h libcairo2-dev
header libtcc.h libtcc-dev
if [ "$1" = fuzz ]; then
    program clang clang
    printf 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return 0; }' |
        clang -fsanitize=fuzzer -x c -o /dev/null - 2>/dev/null || missing="$missing libclang-rt-dev"
fi
if [ "$1" = check ]; then
    program g++ g++
    program clang clang
    program clang-format clang-format
    program dot graphviz
    program pkg-config pkg-config
    program jackd jackd2
    program tmux tmux
    header jack/jack.h libjack-jackd2-dev
    header lv2/core/lv2.h lv2-dev
    program lv2bench lilv-utils
    program sord_validate sordi
    program jalv jalv
    program awk mawk
    program script bsdutils
    program aarch64-linux-gnu-gcc-12 gcc-12-aarch64-linux-gnu
    [ -f /usr/aarch64-linux-gnu/include/stdio.h ] || missing="$missing libc6-dev-arm64-cross"
    program qemu-aarch64 qemu-user
    header mpfr.h libmpfr-dev
    program python3 python3
    program node nodejs
    program npm npm
    program faust faust
fi

# What the hosts of examples/hosts are run with, in BUILD/node_modules. Without the registry the rest can
# still be tested: then it is the test of the hosts that fails.
node_packages() {
    [ -x "$2/node_modules/.bin/bun" ] && [ -d "$2/node_modules/koffi" ] && return
    echo "Kanon installs the npm packages bun and koffi in $2"
    npm install --prefix "$2" --no-audit --no-fund --no-save --loglevel=error bun@1.4.5 koffi@3.3.4 ||
        echo "That did not work: tests/command/hosts_in_other_languages_run.sh will fail." >&2
}

# as: "", "sudo " or "none", where packages cannot be installed.
as=none
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        as=
    elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as="sudo "
    fi
fi
install() { # packages
    echo "Kanon installs what is missing here: ${as}apt-get install $*"
    export DEBIAN_FRONTEND=noninteractive
    ${as}apt-get update -q >/dev/null
    ${as}apt-get install -y -q --no-install-recommends "$@" && return
    echo "That did not work." >&2
    return 1
}

# Without these some tests have nothing to test, and pass.
optional_packages() {
    missing=
    program mpicc libopenmpi-dev
    program mpirun openmpi-bin
    program parallel parallel
    [ -z "$missing" ] && return
    [ "$as" != none ] && install $missing && return
    echo "kanon-mpi, or scripts of examples/cluster, are not tested without these packages:$missing" >&2
}
finish() {
    if [ "$1" = check ]; then
        optional_packages
        node_packages "$@"
    fi
    exit 0
}
[ -z "$missing" ] && finish "$@"

missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')
[ "$as" != none ] && install $missing && finish "$@"
echo "Kanon needs these packages (names of Debian and Ubuntu): $missing" >&2
exit 1
