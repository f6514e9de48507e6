#!/bin/bash
# Names as long as a folder can hold them: of programs, sounds, C and definitions.
fail() {
    echo "$*" | cut -c1-400
    exit 1
}
for n in 150 193 198 199 200 201 220 240 251; do
    for name in "$(printf 'n%.0s' $(seq $n))" "$(printf 'ö%.0s' $(seq $((n / 2))))"; do
        printf 'param p = 1 in 0..2\nout(t) = p * sin(tau * 440 * t)\n' >"$name.kn" || fail "no such file: $n"
        for again in first second; do # also where something stands already
            "$KANON" build "$name.kn" --main 2>err || fail "build $n, $again: $(cat err)"
            "$KANON" render "$name.kn" --for 1ms 2>err || fail "render $n, $again: $(cat err)"
            [ $n -gt 250 ] && continue
            "$KANON" graph "$name.kn" -o "$name.dot" 2>err || fail "graph $n, $again: $(cat err)"
        done
        gcc -w "$name.c" -lm -o a 2>err || fail "C $n: $(cat err)"
        rm -f "./$name".*
        [ -z "$(ls -A | grep kanon-)" ] || fail "left: $(ls -A)"
    done
    name=$(printf 'n%.0s' $(seq $n))
    printf "param $name = 1 in 0..2\n${name}_(t) = $name * sine(440)(t)\nout = ${name}_\n" >p.kn
    "$KANON" build p.kn --main -o p.c 2>err && gcc -w p.c -lm -o a 2>err || fail "definition $n: $(cat err)"
    "$KANON" render p.kn --for 1ms --set $name=0.5 2>err || fail "param $n: $(cat err)"
done
echo 'out = 1' >p.kn
"$KANON" render p.kn --for 1ms -o "$(printf 'n%.0s' $(seq 252)).wav" 2>err
[ $? = 3 ] || fail "too long a name: status $?, $(cat err)"
exit 0
