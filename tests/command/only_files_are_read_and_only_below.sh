#!/bin/bash
# Only regular files are opened, and nobody waits for them; lines of what is no program are never shown; --only-below
# keeps `use` and `sample` in a folder.
fail() {
    echo "$*"
    exit 1
}
mkdir sub other
"$KANON" render -e 0.5 --for 10ms -o sub/a.wav 2>err || fail "$(cat err)"
cp sub/a.wav other/b.wav
cp sub/a.wav ./-
mkfifo sub/f.kn sub/f.wav never
exec 9<>never # a standard input that says nothing and does not end
printf 'password = hunter2 oops\n' >secret.txt
ln -s ../secret.txt sub/link.kn
ln -s ../other/b.wav sub/link.wav
echo 'part(t) = 0.5' >other/part.kn
refused() { # status, words of the message, program
    printf '%s\n' "$3" >sub/p.kn
    for command in check "render -o x.wav" "build -o x.c" print graph; do
        timeout 20 "$KANON" $command $below sub/p.kn <&9 >out 2>&1
        local status=$?
        [ $status = $1 ] || fail "$command, $3: status $status: $(cat out)"
        grep -q "$2" out || fail "$command, $3: $(cat out)"
        grep -q 'hunter2\|root:\|nologin' out && fail "$command, $3: it shows lines: $(cat out)"
    done
}
reads() {
    printf '%s\n' "$1" >sub/p.kn
    "$KANON" check $below sub/p.kn >out 2>&1 || fail "$1: $(cat out)"
}
below=
refused 1 'ends in `.kn`' 'use "/etc/passwd"
out = 0'
refused 1 'ends in `.kn`' 'use "../secret.txt"
out = 0'
refused 3 'does not end in `.kn`' 'use "link.kn"
out = 0'
refused 3 'it is a pipe' 'use "f.kn"
out = 0'
refused 3 'it is a pipe' 'out = sample("f.wav")'
refused 3 'it is a device' 'out = sample("/dev/zero")'
refused 3 'it is a device' 'out = sample("/dev/tty")'
refused 3 'No such file' 'out = sample("-")'
refused 3 'it is a folder' 'out = sample("../other")'
timeout 20 "$KANON" check -e 'sample("-")(t)' <&9 >out 2>&1 || fail "a file called -: $(cat out)"
timeout 20 "$KANON" check sub/f.kn >out 2>&1; [ $? = 3 ] || fail "a program that is a pipe: $(cat out)"
printf 'input x\nout = x\n' >effect.kn
timeout 20 "$KANON" render effect.kn --in sub/f.wav -o x.wav >out 2>&1; [ $? = 3 ] || fail "--in is a pipe: $(cat out)"
"$KANON" check secret.txt >out 2>&1
grep -q 'hunter2 oops' out && fail "a line of a text: $(cat out)"
grep -q 'secret.txt:1:' out || fail "no place: $(cat out)"
"$KANON" check secret.txt --json >out 2>&1
grep -q 'hunter2 oops' out && fail "a line of a text: $(cat out)"
reads 'out = sample("../other/b.wav")'
reads 'use "../other/part.kn"
out = part'
below="--only-below sub"
reads 'out = sample("a.wav")'
refused 3 'it lies outside' 'out = sample("../other/b.wav")'
refused 3 'it lies outside' 'out = sample("link.wav")'
refused 3 'it lies outside' 'out = sample("../nowhere.wav")'
refused 3 'it lies outside' "out = sample(\"$PWD/other/b.wav\")"
refused 3 'it lies outside' 'use "../other/part.kn"
out = part'
below="--only-below=."
reads 'out = sample("../other/b.wav")'
refused 3 'it lies outside' 'out = sample("/dev/zero")'
below="--only-below other"
refused 3 'it lies outside' 'out = sample("a.wav")'
reads 'out = sample("../other/b.wav")'
"$KANON" check --only-below nowhere sub/p.kn >out 2>&1
[ $? = 2 ] || fail "a folder that is none: $(cat out)"
"$KANON" check --only-below sub -e 'sample("other/b.wav")(t)' >out 2>&1 && fail "-e reads outside"
"$KANON" render -e 'param p = 1 in 0..2
out(t) = p' --only-below sub --set 'p=sample("other/b.wav")(0)' -o x.wav >out 2>&1 && fail "--set reads outside"
exit 0
