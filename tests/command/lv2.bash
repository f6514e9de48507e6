# For the tests of plug-ins, sourced.
fail() {
    echo "$*"
    [ -s err ] && sed 's/^/err: /' err
    exit 1
}
. "$KANON_TESTS/turns.sh"
# What is tested here is not how well C compilers do: they are told to be quick.
printf '%s\n' '#!/bin/bash' 'words=()' 'for word; do [ "$word" = -O3 ] && word=-O1; words+=("$word"); done' \
    'exec gcc "${words[@]}"' >quick_cc
chmod +x quick_cc
export KANON_CC=$PWD/quick_cc
# Two files of raw floats are the same sound, but for -120 dB of full scale
same() {
    python3 - "$1" "$2" <<'PY' || fail "$1 is not $2: $3"
import array, sys
a, b = (array.array("f", open(name, "rb").read()) for name in sys.argv[1:])
assert len(a) == len(b) > 1000, (len(a), len(b))
peak = max(map(abs, b))
off = max((abs(x - y), i) for i, (x, y) in enumerate(zip(a, b)))
assert peak > 1e-3, "silence"
assert off[0] <= 1e-6 * max(1, peak), ("off, where, peak", off, peak)
PY
}
