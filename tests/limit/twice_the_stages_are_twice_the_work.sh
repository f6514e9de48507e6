#!/bin/bash
# Work that is shared is done once: twice as many stages make about twice the nodes, never four times, and of delay lines
# that grow with them four times the state, never the square of that.
fail() {
    echo "$*"
    exit 1
}
families=(
    'phaser([saw(110), saw(111)], stages: %d)'
    'fold(1..%d, [noise(1), noise(2)], (y, k) => highpass(y, 100 + k))'
    'fold(1..%d, [noise(1), noise(2)], (y, k) => echo(y, 0.01 * k, 0.2))'
    'fold(1..%d, noise(1), (y, k) => echo(y, 1.2 + 0.001 * k, 0.2))'
    'fold(1..%d, noise(1) |> lowpass(800), (y, k) => loop(y, 1 + 0.1 * k))'
    'fold(1..%d, noise(1) |> lowpass(800), (y, k) => at(y, 0.01 * k))'
    'fold(1..%d, noise(1) |> lowpass(800), (y, k) => y * 0.9 + 0.1 * (t => y(t - 0.001 * k)))'
    'fold(1..%d, [sine(440), sine(441)], (y, k) => [y[0] + 0.5 * y[1], y[1] - 0.5 * y[0]])'
    'fold(1..%d, saw(110), (y, k) => restart(y, square(k + 1)))'
)
count() { # what, text
    sed -n "s/^$1 *\([0-9]*\).*/\1/p" check.txt
}
for family in "${families[@]}"; do
    nodes=() state=()
    for n in 12 24; do
        printf "$family\n" $n >x.txt
        timeout 10 "$KANON" check -e "$(cat x.txt)" --explain >check.txt 2>&1 || fail "$(cat x.txt): $(cat check.txt)"
        nodes+=("$(count nodes)") state+=("$(count state)")
    done
    [ $((nodes[1])) -le $((nodes[0] * 27 / 10)) ] || fail "$family: ${nodes[0]} nodes of 12 stages, ${nodes[1]} of 24"
    [ $((state[1])) -le $((state[0] * 45 / 10 + 65536)) ] || fail "$family: ${state[0]} bytes of state for 12 stages, ${state[1]} for 24"
done
