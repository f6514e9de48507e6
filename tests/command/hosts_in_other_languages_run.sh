#!/bin/bash
# The hosts of examples/hosts for Python, Node and Bun find the shared library, and hear the sine they
# ask for: sample n is 0.5 sin(2 pi 220 n / 48000).
fail() {
    echo "$*"
    exit 1
}
unset MAKEFLAGS MFLAGS MAKELEVEL
build=$(dirname "$KANON")
packages=$build/node_modules
[ -x "$packages/.bin/bun" ] && [ -d "$packages/koffi" ] ||
    fail "no bun or koffi in $packages: rm $build/packages-check; make check"
make -C "$KANON_TESTS/.." BUILD="$build" "$build/libkanon.so" >log 2>&1 || fail "$(cat log)"
export KANON_LIBRARY=$build/libkanon.so
cp "$KANON_TESTS"/../examples/hosts/host.* .
ln -s "$packages" node_modules
run() {
    "$@" >out 2>err || fail "$*: $(cat err)"
    grep -Eqx 'engine (jit|cc|ref), 51200 frames, peak 0.500000, first 0.000000 0.014397' out || fail "$*: $(cat out)"
}
run python3 host.py
run node host.mjs
run node_modules/.bin/bun host.ts

# what is wrong with a program comes as kanon tells it
for host in host.py host.mjs host.ts; do
    sed 's/phase(pitch)/phase(pich)/' $host >wrong.${host##*.}
done
refuse() {
    "$@" >out 2>err && fail "$*: no error"
    grep -q 'host.kn:3:32: error: `pich` is not defined' err || fail "$*: $(cat err)"
    grep -q 'did you mean `pitch`' err || fail "$*: no help: $(cat err)"
}
refuse python3 wrong.py
refuse node wrong.mjs
refuse node_modules/.bin/bun wrong.ts
