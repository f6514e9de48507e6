#!/bin/bash
# Text from outside in labels, strings, paths, errors, arguments and names never becomes code, and never reaches a
# terminal as more than text: C is compiled by gcc and clang and run, JSON is read, all else looked at byte by byte.
. "$KANON_TESTS/command/hostile_text.bash"
"$KANON" render -e 0.5 --for 1ms --bits 16 -o plain.wav 2>err || fail "$(cat err)"
number=0
for text in "${hostile[@]}"; do
    number=$((number + 1))
    in_turn $number 3 || continue
    what="text $number"
    [ "${text:0:1}" = / ] && near=. || near= # that is no path from the root
    mkdir -p work && cd work && mkdir -p -- "./$text.d" || fail "mkdir $what"
    # as a string of Kanon: what cannot stand in one is written as an escape there

    string=$(printf '%s' "$text" | sed 's/\\/\\\\/g; s/"/\\"/g' | sed ':a;N;$!ba;s/\n/\\n/g' | sed 's/\r/\\u{d}/g; s/\x1b/\\u{1b}/g; s/\x07/\\u{7}/g; s/\x7f/\\u{7f}/g')
    if printf '%s' "$text" | iconv -f utf-8 -t utf-16 >/dev/null 2>&1; then
        cp ../plain.wav "./$text.d/s.wav"
        # a label, a sample's path, a comment and an error of the program
        printf '// %s\nparam p = 1 in 0..2 "%s"\ns = sample("%s%s.d/s.wav")\nout(t) = p * s(t)\n' \
            "$(printf '%s' "$text" | tr -d '\n\r')" "$string" "$near" "$string" >a.kn
        "$KANON" build a.kn --main -o a.c 2>err || fail "build $what: $(cat err)"
        compiles a.c "label and sample $what"
        "$KANON" check a.kn --explain >out 2>&1 || fail "check $what: $(cat out)"
        plain out "check $what"
        "$KANON" check a.kn --json >out 2>err || fail "check --json $what: $(cat err)"
        python3 -c '
import json, sys
label = json.load(open("out", encoding="utf-8"))["params"][0]["label"]
wanted = open("a.kn", encoding="utf-8").read().split("\n")[1].split(" ", 6)[6][1:-1]
sys.exit(0 if label == sys.argv[1].replace("\r", "\r") else repr(label))' "$text" 2>err || fail "JSON of $what: $(cat err)"
        "$KANON" print a.kn --set "p=$string" >out 2>&1
        plain out "--set $what"
        printf 'out(t) = error("%s")\n' "$string" >e.kn
        "$KANON" check e.kn >out 2>&1 && fail "error() is no error"
        plain out "error $what"
        [ "$(wc -l <out)" -le 4 ] || fail "error $what: lines of its own: $(cat -v out)"
        "$KANON" check e.kn --json >out 2>&1
        python3 -c 'import json; json.load(open("out"))' 2>err || fail "JSON of error $what: $(cat err)"
        printf 'use "%s.kn"\nout = 1\n' "$string" >u.kn
        "$KANON" check u.kn >out 2>&1
        plain out "use $what"
        for dump in tokens ast c; do
            "$KANON" check a.kn --dump $dump >out 2>&1 || fail "--dump $dump $what: $(cat out)"
            plain out "--dump $dump $what"
        done
    fi
    # -e, names and options
    for words in "check -e" "render -o x.wav -e" "doc" "graph -o" "render -e 1 -o" "build -e 1 --name" \
        "render -e 1 --in" "print -e 1 --at" "render -e 1 --set" "render -e 1 --engine" "" \
        "render -e 1 --format" "render -e 1 --bits" "check -e 1 --dump" "render -e 1 --rate"; do
        timeout 20 "$KANON" $words "$text" >out 2>err </dev/null
        [ $? -lt 124 ] || fail "$words $what: it crashes"
        plain err "$words $what"
    done
    rm -rf ./*.wav
    cd .. && rm -rf work
done
[ $((count * share)) -gt 495 ] || fail "only $count looks"
echo "$count looks"
