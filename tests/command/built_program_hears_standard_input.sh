#!/bin/bash
# A program built with --main hears raw floats on standard input, has --help, and refuses what is no length.
fail() {
    echo "$*"
    exit 1
}
"$KANON" render -e '[sine(440)(t), t]' --for 0.1s -o in.f32 2>err || fail "$(cat err)"
"$KANON" render -e '[sine(440)(t), t]' --for 0.1s --bits 32 -o in.wav 2>err || fail "$(cat err)"
printf 'input a, b\nout = [0.5 * a, b |> delay(_, 10ms), a + b]\n' >m.kn
printf 'input a, b\nout = [a, b]\nlength = 50ms\n' >l.kn
printf 'out(t) = t\n' >n.kn
for form in "" "--rate 48000"; do
    for name in m l n; do
        "$KANON" build $name.kn --main $form 2>err || fail "$(cat err)"
        for cc in gcc clang; do
            command -v $cc >/dev/null || continue
            $cc -std=c11 -O1 -Wall -Wextra -Werror -Wno-unused-function $name.c -lm -o $name 2>err || fail "$cc: $(cat err)"
        done
        ./$name --help >out 2>err && [ ! -s err ] || fail "$name --help"
        ./$name -h | cmp - out || fail "$name -h is something else"
        grep -q "^$name \[SECONDS\]" out || fail "$name --help: $(cat out)"
        for wrong in x -1 nan inf "" "1 2" 1x 1e10 " 1" --wrong; do
            if [ "$wrong" = "1 2" ]; then ./$name 1 2 </dev/null >got 2>err; else ./$name "$wrong" </dev/null >got 2>err; fi
            [ $? = 2 ] || fail "$name '$wrong': status is not 2"
            [ ! -s got ] && [ -s err ] || fail "$name '$wrong': it is not told"
        done
    done
    "$KANON" render m.kn --engine jit --in in.wav --for 0.1s --format f32 -o want 2>err || fail "$(cat err)"
    ./m <in.f32 >got || fail "m fails"
    [ "$(stat -c %s got)" = "$(stat -c %s want)" ] || fail "as long as the input: $(stat -c %s got)"
    python3 - <<'EOF' || fail "it does not hear what --in hears"
import struct, sys
a, b = (struct.unpack('<14400f', open(n, 'rb').read()) for n in ('got', 'want'))
sys.exit(max(abs(x - y) for x, y in zip(a, b)) > 1e-6)
EOF
    [ "$(./m 0.05 <in.f32 | wc -c)" = 28800 ] || fail "0.05 s"
    [ "$(./m 0.2 <in.f32 | wc -c)" = 115200 ] || fail "0.2 s: silence after the end"
    ./m 0.2 <in.f32 | cmp -n 57600 - got || fail "the beginning of 0.2 s"
    [ "$(./m </dev/null | wc -c)" = 0 ] || fail "nothing heard"
    [ "$(head -c 4001 in.f32 | ./m | wc -c)" = 6000 ] || fail "a piece of a frame"
    [ "$(./l <in.f32 | wc -c)" = 19200 ] || fail "length of the program"
    [ "$(./n 1 </dev/null | wc -c)" = 192000 ] || fail "no input"
done
exit 0
