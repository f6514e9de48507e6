#!/bin/bash
# Without -o a plot is text, to the character; as wide as the terminal, 80 columns where there is none.
fail() {
    echo "$*"
    exit 1
}
drawn() { # the words of plot; the picture is on standard input
    cat >expected
    "$KANON" plot "$@" >got 2>err || fail "$(cat err)"
    diff expected got || fail "another picture of $*"
}
drawn -e 't => [sine(100)(t), 0.5]' --for 20ms --size 60x13 <<'END'
t => [sine(100)(t), 0.5]
wave: amplitude over time (ms)
  1 out[0]  2 out[1]
 1 ┤   ⢀1⠋⠉⠉⠙⢦⡀                    ⢀⡴⠋⠉⠉1⢦⡀
   │⣀⣀⣠⣋⣀⣀⣀⣀⣀2⣙⣄⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀2⣀⣀⣀⣀⣠⣋⣀⣀⣀⣀⣀⣀⣙⣄⣀2⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
   │ ⡴⠁        ⠈⢦                ⡴⠁        ⠈⢦
 0 ┤⡼⠁          ⠈⢧⡀             ⡼⠁          ⠈⢧⡀
   │              ⢳⡀          ⢀⡞              ⢳⡀          ⢀⡞
   │               ⠳⡀        ⢀⠞                ⠳⡀        ⢀⠞
   │                ⠙⣄      ⣠⠋                  ⠙⣄      ⣠⠋
-1 ┤                 ⠈⠳⣄1⣀⣠⠞⠁                    ⠈⠳⣄⣀⣀⣠⠞1
   └┴─────────────┴─────────────┴─────────────┴────────────┴
    0             5            10            15           20
END
drawn -e 'input x; out = x |> highpass(1kHz)' --size 60x13 <<'END'
input x; out = x |> highpass(1kHz)
response: magnitude (dB) over frequency (Hz)
    │
  0 ┤                           ⣀⣠⠤⠖⠒⠚⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉
    │                      ⢀⣠⠤⠖⠋⠁
-20 ┤                  ⢀⣠⠴⠚⠉
    │              ⢀⣠⠴⠚⠉
-40 ┤           ⣀⠤⠒⠉
    │       ⣀⠤⠒⠉
-60 ┤   ⣀⡤⠒⠋⠁
    │⡤⠒⠋⠁
    └────────────┴─────────────────┴─────────────────┴──────
                100               1k                10k
END
drawn -e 'input x; y(t) = x(t) + y(t - 1 / sr); out(t) = 0 * t' --wave --size 40x10 2>/dev/null <<'END'
input x; y(t) = x(t) + y(t - 1 / sr); out(t) = 0 * t
wave: amplitude over time (s)
 1 ┤
   │
 0 ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
   │
   │
-1 ┤
   └┴─────────────────┴────────────────┴
    0                 5               10
END
widest() { wc -L; }
export LC_ALL=C.UTF-8
"$KANON" plot -e 'noise(1)' --for 1s --spectrum | widest >width
[ "$(cat width)" = 80 ] || fail "$(cat width) columns without a terminal"
command -v script >/dev/null || exit 0
script -qec "stty cols 101 rows 40; '$KANON' plot -e 'noise(1)' --for 1s --spectrum" /dev/null </dev/null | tr -d '\r' |
    sed 's/\x1b\[[0-9]*m//g' | widest >width
[ "$(cat width)" = 101 ] || fail "$(cat width) columns on a terminal of 101"
script -qec "NO_COLOR=1 '$KANON' plot -e 't => [sine(100)(t), 0]' --for 20ms" /dev/null </dev/null >plain
grep -q $'\x1b' plain && fail "colours although there is NO_COLOR"
script -qec "TERM=xterm '$KANON' plot -e 't => [sine(100)(t), 0]' --for 20ms" /dev/null </dev/null | grep -q $'\x1b\[34m' ||
    fail "no colours on a terminal"
exit 0
