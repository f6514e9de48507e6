#!/bin/bash
# The same of names in programs that C and its headers know, of names of 4 KB, and of zeros.
. "$KANON_TESTS/command/hostile_text.bash"
# names of definitions, params and modules that C and its headers know
number=0
for name in int linux NULL printf main INFINITY unix errno x86 signed restrict asm typeof bool; do
    number=$((number + 1))
    in_turn $number 3 || continue
    printf 'g(t) = sine(440)(t)\n' >m.kn
    printf 'param %s = 1 in 0..2\nout(t) = %s * 0.5\n' $name $name >p.kn
    printf 'input %s\n%s2(t) = %s(t)\nout(t) = %s2(t)\n' $name $name $name $name >i.kn
    printf '%s(f)(t) = noise(1)(t) + f\ny(t) = %s(3)(t) + 0.5 * y(t - dt)\nout = y\n' $name $name >d.kn
    printf 'use "m.kn" as %s\nout(t) = %s.g(t)\n' $name $name >u.kn
    for form in p i d u; do
        "$KANON" check $form.kn >out 2>&1 || continue # a word of Kanon
        "$KANON" build $form.kn --main -o $form.c 2>err || fail "$form $name: $(cat err)"
        compiles $form.c "$form $name"
    done
done
# 4 KB in one name
long=$(printf 'n%.0s' $(seq 4096))
printf 'param %s = 1 in 0..2 "%s"\nout(t) = %s\n' $long $long $long >l.kn
"$KANON" build l.kn --main -o l.c 2>err || fail "4 KB: $(cat err | head -c 300)"
compiles l.c "4 KB"
for words in "check -e $long" "doc $long" "render -e 1 --in $long" "build -e 1 --name $long" "check -e sample(\"$long\")(t)" \
    "render -e 1 -o $long.wav" "$long" "render -e 1 --$long" "render l.kn --set $long=3 -o ok.wav"; do
    "$KANON" $words >out 2>&1
    [ $? -lt 124 ] || fail "4 KB: ${words:0:20} crashes"
    plain out "4 KB: ${words:0:20}"
done
# zeros cannot stand in a string, and a file that has one is no text
printf 'param p = 1 in 0..2 "\\u{0}"\nout(t) = p\n' >z.kn
"$KANON" check z.kn >out 2>&1 && fail "a zero in a string"
plain out "a zero"
printf 'out(t) = 1 // \0\n' >z.kn
"$KANON" check z.kn >out 2>&1 && fail "a zero in a file"
plain out "a zero in a file"
[ $((count * share)) -gt 50 ] || fail "only $count looks"
echo "$count looks"
