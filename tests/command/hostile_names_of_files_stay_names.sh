#!/bin/bash
# The same of names of files, folders, outputs and TMPDIR.
. "$KANON_TESTS/command/hostile_text.bash"
number=0
for text in "${hostile[@]}"; do
    number=$((number + 1))
    in_turn $number 3 || continue
    what="text $number"
    [ "${text:0:1}" = / ] && near=. || near= # that is no path from the root
    mkdir -p work && cd work && mkdir -p -- "./$text.d" || fail "mkdir $what"
    echo 'out(t) = 0.5' >a.kn
    # the name of the file, of its folder, of what is built
    printf 'param p = 1 in 0..2\nx(t) = p * sin(tau * 440 * t)\nout(t) = x(t)\n' >"./$text.kn"
    cp "./$text.kn" "./$text.d/p.kn"
    if "$KANON" build "./$text.kn" --main 2>err; then
        c=$(find . -maxdepth 1 -name '*.c' | head -1)
        if [ -z "$c" ]; then c=$(ls -t ./*.c | head -1); fi
        compiles "$c" "file $what"
    else
        fail "build of file $what: $(cat -v err)"
    fi
    "$KANON" build "./$text.d/p.kn" --main -o p.c 2>err || fail "folder $what: $(cat -v err)"
    compiles p.c "folder $what"
    rm -f ./*.c ./*.h
    if "$KANON" build "./$text.kn" --main -o "./$text.c" 2>err; then
        compiles "./$text.c" "-o $what"
    else
        [ $? = 2 ] || fail "-o $what: $(cat -v err)"
        plain err "-o $what"
        [ ! -e "./$text.c" ] && [ ! -e "./$text.h" ] || fail "-o $what is refused, and half of it is there"
    fi
    if "$KANON" build a.kn --main --name "$text" -o named.c 2>err; then
        compiles named.c "--name $what"
    fi
    plain err "--name $what"
    for program in "./$text.kn" "./$text.d/p.kn"; do
        "$KANON" render "$program" --for 1ms -o "./$text.wav" >out 2>&1 || fail "render $what: $(cat -v out)"
        plain out "render $what"
        "$KANON" check "$program" >out 2>&1
        plain out "check of file $what"
        "$KANON" graph "$program" >g.dot 2>out || fail "graph $what"
        plain g.dot "graph $what"
        printf 'out(t) = nothing + x\n' >>"$program"
        "$KANON" check "$program" >out 2>&1
        plain out "messages of file $what"
        [ "$(grep -c 'error:' out)" -le 3 ] || fail "messages of file $what: $(cat -v out)"
    done
    case $text in
    [-@%$/]* | *\"* | *\\* | *$'\n'*)
        # a temporary folder of that name
        rm -rf -- "./$text"; mkdir -p -- "./$text"
        rm -f pwned
        TMPDIR="${near:+./}$text" timeout 60 "$KANON" render -e 'sine(440)' --engine cc --for 1ms -o z.wav >out 2>&1 ||
            fail "TMPDIR $what: $(cat -v out)"
        plain out "TMPDIR $what"
        [ -z "$(ls -A -- "./$text")" ] || fail "TMPDIR $what: left $(ls -A -- "./$text")"
        [ ! -e pwned ] && [ ! -e ../pwned ] || fail "$what was run by a shell"
        ;;
    esac
    cd .. && rm -rf work
done
[ $((count * share)) -gt 270 ] || fail "only $count looks"
echo "$count looks"
