#!/bin/bash
# A bundle appears whole or not at all; what stood there survives every failure, and is replaced only where Kanon made it. Names and labels
# of any text stay text. Wrong usage is told.
. "$KANON_TESTS/command/lv2.bash"
only() { # names: nothing else is here, hidden or not
    rm -f err out said
    local found=$(ls -A | grep -v '^quick_cc$\|\.kn$' | tr '\n' ' ')
    [ "$found" = "$*" ] || fail "here is $found, not $*"
}
echo 'out = 0.5' >half.kn
echo 'out = nope' >wrong.kn
"$KANON" plugin half.kn 2>err || fail "status $?"
only "half.lv2 "
old=$(stat -c %i half.lv2/half.so)
# failures of all kinds
KANON_CC=false "$KANON" plugin half.kn 2>err
[ $? = 3 ] || fail "a compiler that fails"
KANON_CC=/nothing/there "$KANON" plugin half.kn 2>err
[ $? = 3 ] && grep -q 'plugin needs a C compiler' err || fail "no compiler"
"$KANON" plugin wrong.kn -o half.lv2 2>err
[ $? = 1 ] || fail "a wrong program: $?"
"$KANON" plugin half.kn --set y=1 2>err
[ $? = 2 ] || fail "no param"
"$KANON" plugin half.kn -o nothere/x.lv2 2>err
[ $? = 3 ] || fail "a missing folder"
only "half.lv2 "
[ "$(stat -c %i half.lv2/half.so)" = $old ] || fail "it did not survive"
# a signal while the compiler works
printf '%s\n' '#!/bin/bash' 'touch begun; sleep 30' >slow_cc
chmod +x slow_cc
KANON_CC=$PWD/slow_cc "$KANON" plugin half.kn -o slow.lv2 2>err &
for i in $(seq 500); do [ -e begun ] && break; sleep 0.01; done
kill -TERM $!
wait $! 2>/dev/null
rm -f begun slow_cc
only "half.lv2 "
# its like is replaced, also through a link; with --source and without
"$KANON" plugin half.kn --source 2>err || fail "status $?"
[ "$(stat -c %i half.lv2/half.so)" != $old ] && [ -e half.lv2/half.c ] || fail "it is not replaced"
ln -s half.lv2 link.lv2
"$KANON" plugin half.kn -o link.lv2/ 2>err || fail "status $?"
[ -L link.lv2 ] && [ ! -e half.lv2/half.c ] || fail "the link"
rm link.lv2
only "half.lv2 "
# others are not
mkdir mine.lv2 && echo mine >mine.lv2/song.txt
"$KANON" plugin half.kn -o mine.lv2 2>err
[ $? = 2 ] && grep -q 'mine.lv2 is a folder that Kanon did not make: it has song.txt' err && [ -e mine.lv2/song.txt ] || fail "mine"
echo '@prefix a: <b:c> .' >mine.lv2/manifest.ttl; rm mine.lv2/song.txt
"$KANON" plugin half.kn -o mine.lv2 2>err
[ $? = 2 ] && [ "$(ls mine.lv2)" = manifest.ttl ] || fail "a bundle of others"
rm -r mine.lv2 && echo mine >mine.lv2
"$KANON" plugin half.kn -o mine.lv2 2>err
[ $? = 3 ] && [ "$(cat mine.lv2)" = mine ] || fail "a file"
rm mine.lv2
# usage
for words in '-o x.so' '-o .lv2' '--uri nothing' '--uri a:b>c' '--uri a:%zz' '--class Dely' '--rate 0' '--max-rate x' '--rate 96kHz --max-rate 48kHz' \
    '--install -o x.lv2' '--voices 0' '--mono all'; do
    "$KANON" plugin half.kn $words >out 2>err
    [ $? = 2 ] && [ -s err ] || fail "$words: status $?"
done
"$KANON" plugin half.kn --class Dely 2>&1 | grep -q 'did you mean DelayPlugin' || fail "no class is near"
# for this machine, or for all of its kind
printf '%s\n' '#!/bin/bash' 'printf "%s\n" "$@" >words' 'exec gcc "$@"' >telling_cc
chmod +x telling_cc
KANON_CC=$PWD/telling_cc "$KANON" plugin half.kn 2>err && grep -qx -- -march=native words || fail "not for this machine"
KANON_CC=$PWD/telling_cc "$KANON" plugin half.kn --portable 2>err && grep -qx -- -shared words && ! grep -q march words || fail "--portable"
rm telling_cc words
# where hosts look
HOME=$PWD/home
mkdir home
HOME=$HOME "$KANON" plugin half.kn --install --class delay --name 'Halb & "halb"' --uri 'https://example.org/half?a=b#c' 2>err || fail "--install"
[ "$(ls home/.lv2/half.lv2 | tr '\n' ' ')" = "half.so half.ttl manifest.ttl " ] || fail "--install: $(ls home/.lv2/*)"
lv2info https://example.org/half?a=b#c >info 2>err || fail "lv2info"
grep -q 'Name: *Halb & "halb"$' info && grep -q 'Class: *Delay' info || fail "name and class: $(cat info)"
rm -r home info
# names of files and labels
number=0
for text in 'a"b' $'two\nlines' 'back\slash' "q'uote" '日本 größe ♯' $'\xff\xfe\xc3' '<x> .' '%41%' 'int' '-o' '@prefix'; do
    number=$((number + 1))
    in_turn $number 3 || continue
    string=$(printf '%s' "$text" | iconv -c -f utf-8 -t utf-8 2>/dev/null | sed 's/\\/\\\\/g; s/"/\\"/g' | sed ':a;N;$!ba;s/\n/\\n/g')
    mkdir -p work/lv2 && cd work || fail mkdir
    printf 'param p = 1 in 0..2 cc 3 "%s"\ninput i\nout = p * i\n' "$string" >"./$text.kn"
    "$KANON" plugin "./$text.kn" --name "$text" 2>err || fail "a file $text"
    "$KANON" plugin "./$text.kn" --source -o lv2/x.lv2 --name "$text" 2>err || fail "a file $text"
    lv2_validate lv2/x.lv2/*.ttl >err 2>&1 || fail "Turtle of $text"
    [ "$(LV2_PATH=$PWD/lv2 lv2ls -n 2>err | wc -l)" -ge 1 ] && [ "$(LV2_PATH=$PWD/lv2 lv2ls 2>err | wc -l)" = 1 ] || fail "plug-ins of $text: $(LV2_PATH=$PWD/lv2 lv2ls)"
    gcc -std=c11 -Wall -Wextra -Werror -fsyntax-only lv2/x.lv2/*.c 2>err || fail "C of $text"
    cd .. && rm -r work
done
[ $number = 11 ] || fail "names"
exit 0
