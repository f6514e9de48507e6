#!/bin/bash
# Without --for an effect has the input's length and then its tail: a second of quiet, 30 s at most.
fail() {
    echo "$*"
    exit 1
}
r() { "$KANON" render --engine ref "$@" 2>err || fail "$*: $(cat err)"; }
r -e 0.5 --for 500ms --rate 1000 -o in.wav
printf 'input x\nout = x\n' >dry.kn
printf 'input x\necho(t) = x(t) + 0.1 * echo(t - 0.25)\nout = echo\n' >echo.kn
printf 'input x\nout(t) = x(t) + 0.5 + 0 * t\n' >loud.kn
for block in 1 512; do
    r dry.kn --in in.wav --block $block -o x.f32
    [ "$(wc -c <x.f32)" = 6000 ] || fail "dry: $(wc -c <x.f32) bytes"
    # 0.5 * 0.1^n falls below -90 dBFS (3.2e-5) at n = 5: the last loud frame is 0.5 + 4 * 0.25 s
    r echo.kn --in in.wav --block $block -o x.f32
    [ "$(wc -c <x.f32)" = $((2500 * 4)) ] || fail "echo: $(wc -c <x.f32) bytes"
    r loud.kn --in in.wav --block $block -o x.f32
    [ "$(wc -c <x.f32)" = $((30500 * 4)) ] || fail "never quiet: $(wc -c <x.f32) bytes"
done
