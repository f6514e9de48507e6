#!/bin/bash
# When the reader has seen enough, every command ends quietly with status 0.
fail() {
    echo "$*"
    exit 1
}
quiet() {
    { "$KANON" "$@" 2>err; echo $? >status; } | head -c 10 >/dev/null
    [ "$(cat status)" = 0 ] || fail "$*: status $(cat status): $(cat err)"
    [ ! -s err ] || fail "$*: says $(cat err)"
}
quiet render -e 0.5 --engine ref --for 1min --format f32 -o -
quiet render -e 0.5 --engine ref --for 20s -o -
quiet print -e 0.5 --at 0..5
quiet render --help
