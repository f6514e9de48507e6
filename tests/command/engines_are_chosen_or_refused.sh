#!/bin/bash
# Every engine and instruction set by name; unknown ones are status 2; auto does without a compiler.
fail() {
    echo "$*"
    exit 1
}
for engine in auto jit tcc cc ref; do
    "$KANON" render -e 0.5 --for 1ms --engine $engine -o $engine.wav 2>err || fail "$engine: $(cat err)"
    cmp -s $engine.wav auto.wav || fail "$engine: another sound"
done
"$KANON" render -e 0.5 --for 1ms --engine fast -o x.wav 2>err; [ $? = 2 ] || fail "fast passes"
grep -q 'auto, jit, tcc, cc or ref' err || fail "it does not say what there is: $(cat err)"
for engine in jit auto; do
    "$KANON" render -e 0.5 --for 1ms --engine $engine --isa baseline -o x.wav 2>err || fail "baseline: $(cat err)"
    "$KANON" render -e 0.5 --for 1ms --engine $engine --isa mmx -o y.wav 2>err; [ $? = 2 ] || fail "mmx passes ($engine)"
    grep -q 'baseline' err || fail "it does not say which there are: $(cat err)"
    KANON_ISA=mmx "$KANON" render -e 0.5 --for 1ms --engine $engine -o y.wav 2>err; [ $? = 2 ] || fail "KANON_ISA passes"
done
[ ! -e y.wav ] || fail "a file appeared"
"$KANON" render -e 'sine(440)' --for 1ms --engine jit --keep-c kept.c -o x.wav || fail "--keep-c"
grep -q 'osc_f(' kept.c || fail "--keep-c did not keep what jit compiles"
"$KANON" render -e 'sine(440)' --dump=strips >strips.c && cmp -s strips.c kept.c || fail "--dump=strips is another text"
export KANON_CC=nothere
"$KANON" render -e 0.5 --for 1ms -o x.wav 2>err || fail "auto without a compiler: $(cat err)"
"$KANON" render -e 0.5 --for 1ms --engine cc -o y.wav 2>err; [ $? = 3 ] || fail "cc without a compiler: status is not 3"
[ ! -e y.wav ] || fail "a file appeared"
