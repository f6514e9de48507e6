#!/bin/bash
# Compile time of the patterns that make other compilers slow, each at three sizes, every one twice the
# one before: the time should double too. Source text to C, stdlib included; seconds and megabytes.
# With PATTERN SIZE it only prints that program.
set -u
cd "$(dirname "$0")/.."
kanon=${KANON:-build/kanon}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# Each pattern writes a program of size n.
nested_calls() { # d(x) = x + x, n deep
    echo 'd(x) = x + x'
    awk -v n="$1" 'BEGIN { s = "sin(t)"; for (i = 0; i < n; i++) s = "d(" s ")"; print "out(t) = " s " * 1e-30" }'
}
nested_delays() { # n sections s(t) + s(t - d) of a pure signal, whole and fractional distances
    awk -v n="$1" 'BEGIN { print "s0(t) = sin(tau * 440 * t)"
        for (i = 1; i <= n; i++) printf "s%d(t) = s%d(t) + s%d(t - %.6f)\n", i, i - 1, i - 1, 0.00101 * (i % 60 + 1)
        printf "out = s%d * 1e-30\n", n }'
}
mutual_recursion() { # n signals, each of which reads the past of the next
    awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "m%d(t) = 0.5 * m%d(t - 1ms) + %d\n", i, (i + 1) % n, i == 0
        print "out = m0" }'
}
partials() { echo "out(t) = 0.1 * sum(1..$1, k => sin(tau * k * 0.2 * t) / k)"; }
notes() {
    echo 'tone(f)(t) = if t < 0 then 0 else sin(tau * f * t) * exp(-5 * t)'
    echo "out(t) = 0.1 * sum(0..$1 - 1, k => tone(100 + 37 * k % 900)(t - 0.1 * k))"
}
nodes() { # about five nodes of the graph a term
    awk -v n="$1" 'BEGIN { printf "out(t) = 0"; for (i = 0; i < n / 5; i++) printf " + sin(%d * t) * cos(%d + t * t)", i + 1, i; print "" }'
}
long_sum() { awk -v n="$1" 'BEGIN { printf "out(t) = t"; for (i = 0; i < n; i++) printf " + %d", i; print "" }'; }
voices() { # n strings with feedback of their own
    echo 'string(f)(t) = (if t < 1/f then noise(f)(t) else 0) + 0.49 * (string(f)(t - 1/f) + string(f)(t - 1/f - dt))'
    echo "out(t) = sum(1..$1, k => string(50 + k)(t))"
}

if [ $# = 2 ]; then
    "$1" "$2"
    exit
fi
printf '%-18s %9s %9s %9s %9s\n' pattern size seconds MB result
for line in nested_calls:10 nested_delays:15 mutual_recursion:250 partials:25000 notes:2500 nodes:25000 long_sum:25000 voices:250; do
    pattern=${line%%:*}
    for factor in 1 2 4; do
        size=$((${line##*:} * factor))
        $pattern "$size" > "$work/program.kn"
        if /usr/bin/time -o "$work/time" -f '%e %M' timeout 60 "$kanon" build "$work/program.kn" --rate 48000 -o "$work/program.c" 2> "$work/messages"; then
            result=done
        else
            result=$(head -n 1 "$work/messages" | sed 's/.*error: //')
        fi
        read -r seconds kilobytes < <(tail -n 1 "$work/time")
        printf '%-18s %9d %9s %9d %s\n' "$pattern" "$size" "$seconds" "$((kilobytes / 1024))" "$result"
    done
done
