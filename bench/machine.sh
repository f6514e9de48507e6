#!/bin/bash
# What the figures hang on: lines of name, tab and value. From the environment: BUILD, MARCH, QUICK, ONLY, KANON_ISA.
set -u
say() { printf '%s\t%s\n' "$1" "$(tr '\t\n' '  ' <<< "$2" | sed 's/ *$//')"; }
cpu() { sed -n "s/^$1[[:space:]]*: //p" /proc/cpuinfo 2> /dev/null | head -n 1; }
first_line() { # WORD…: what a program says of itself
    if command -v "$1" > /dev/null; then "$@" 2>&1 | head -n 1; else echo 'not installed'; fi
}
cache() { # of the first core
    local c
    for c in /sys/devices/system/cpu/cpu0/cache/index*; do
        [ -r "$c/size" ] || continue
        [ "$(cat "$c/type")" = Instruction ] || printf 'L%s %s, ' "$(cat "$c/level")" "$(cat "$c/size")"
    done
}
model=$(cpu 'model name')
say processor "${model:-$(uname -m)}, family $(cpu 'cpu family'), model $(cpu model)"
say cores "$(getconf _NPROCESSORS_ONLN)"
caches=$(cache)
say caches "${caches%, }"
flags=" $(cpu flags) $(cpu Features) "
has=
for set in sse4_2 avx fma avx2 avx512f avx512dq avx512bw avx512vl asimd sve; do [[ $flags != *" $set "* ]] || has="$has $set"; done
say instructions "${has# }"
sets=$("$BUILD/bench_host" --sets)
say 'engine jit uses' "${KANON_ISA:-${sets%% *}} of $sets"
say 'compilers get' "$MARCH"
say system "$(uname -srm)"
say load "$(cut -d' ' -f1-3 /proc/loadavg 2> /dev/null)"
say run "${QUICK:+quick, }${ONLY:-all}"
say date "$(date -u '+%Y-%m-%d %H:%M UTC')"
say kanon "$("$BUILD/kanon" --version) $(git log -1 --format=%h 2> /dev/null)"
say gcc "$(first_line gcc --version)"
say clang "$(first_line clang --version)"
say faust "$(first_line faust --version)"
