#!/bin/bash
# What is wrong with the table of --sweep is told with its line, all of it at once, and nothing is rendered.
fail() {
    echo "$*"
    exit 1
}
cat >p.kn <<'END'
param f = 440Hz in 20Hz..5kHz
param level = 0dB in -60dB..0dB
out = sine(f) * level
END
refused() { # status, words, table, option …
    local status=$1 words=$2
    printf "$3" >t.csv
    shift 3
    timeout 20 "$KANON" render p.kn --sweep t.csv -o set --for 10ms "$@" >out 2>&1
    local got=$?
    [ $got = $status ] || fail "$words: status $got: $(cat out)"
    grep -qF -- "$words" out || fail "not '$words': $(cat out)"
    [ ! -e set ] || fail "$words: there is a folder"
}
refused 2 "t.csv:1: it is empty" ''
refused 2 "t.csv:1: it is empty" '\n\n'
refused 2 "t.csv:1: it has no rows" 'f\n'
refused 2 "t.csv:1: the program has no param 'freq'" 'freq\n1\n'
refused 2 "did you mean level?" 'f,levle\n1,2\n'
refused 2 "t.csv:1: the column 'f' is there twice" 'f,f\n100,100\n'
refused 2 "t.csv:1: the column 'name' is there twice" 'name,name\na,b\n'
refused 2 "t.csv:2: it has 1 values, and there are 2 columns" 'f,level\n100\n'
refused 2 "t.csv:3: it has 3 values, and there are 2 columns" 'f,level\n100,0\n100,0,0\n'
for value in x 1e999 0x10 nan inf -inf '1 2' 100Herz 2^3 '440*2' .5 -; do refused 2 "t.csv:2: f: '$value' is no number" "f\n$value\n"; done
refused 2 "t.csv:2: f has no value" 'f,level\n,0\n'
refused 2 "t.csv:3: f: 6kHz is outside its range, 20Hz to 5000Hz" 'f\n100\n6kHz\n'
refused 2 "t.csv:2: level: 3 is outside its range, -60dB to 0dB" 'level\n3\n'
refused 2 "t.csv:2: level: -61dB is outside its range" 'level\n-61dB\n'
refused 2 "'../up' names no file: it begins with a point" 'name,f\n../up,100\n'
refused 2 "'a/b' names no file: it has a slash" 'name,f\na/b,100\n'
refused 2 "'/etc/passwd' names no file: it has a slash" 'name,f\n/etc/passwd,100\n'
refused 2 "'..' names no file: it begins with a point" 'name,f\n..,100\n'
refused 2 "'' names no file: it is empty" 'name,f\n,100\n'
refused 2 "names no file: it has characters that are not seen" 'name,f\n"a\nb",100\n'
refused 2 "names no file: it has characters that are not seen" 'name,f\na\x1b[2J,100\n'
refused 2 "names no file: it is longer than 200 bytes" "name,f\n$(printf 'a%.0s' $(seq 201)),100\n"
refused 2 "t.csv:4: the file a.wav is that of line 2 too" 'name,f\na,100\nb,100\na.wav,200\n'
refused 2 "t.csv:2: a quote that does not end" 'name,f\n"a,100\n'
refused 2 "t.csv:3: text behind a quote" 'name,f\na,100\n"b"c,100\n'
refused 2 "it is no text: it holds a byte 0" 'f\n1\x0000\n'
refused 2 "'f' is a column, and --set sets it too" 'f\n100\n' --set f=200
refused 2 "do not go together" 'f\n100\n' --normalize
refused 2 "do not go together" 'f\n100\n' --resume
refused 2 "takes K/N" 'f\n100\n' --part 3/2
refused 2 "and 5 more" 'f\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n'
grep -q 't.csv:11: ' out || fail "not ten of them: $(cat out)"
grep -q 't.csv:12: ' out && fail "more than ten: $(cat out)"
"$KANON" render p.kn --sweep none.csv -o set >out 2>&1; [ $? = 3 ] || fail "no table: $(cat out)"
mkfifo pipe.csv
timeout 20 "$KANON" render p.kn --sweep pipe.csv -o set >out 2>&1; [ $? = 3 ] || fail "a pipe: $(cat out)"
printf 'f\n100\n' >t.csv
"$KANON" render p.kn --sweep t.csv -o - >out 2>&1; [ $? = 2 ] || fail "standard output: $(cat out)"
"$KANON" render p.kn --sweep t.csv -o t.csv >out 2>&1; [ $? = 2 ] || fail "a file for a folder: $(cat out)"
[ "$(cat t.csv)" = "$(printf 'f\n100')" ] || fail "the table was replaced"
"$KANON" render p.kn --sweep t.csv -o none/set >out 2>&1; [ $? = 3 ] || fail "no such folder: $(cat out)"
# what is read is never replaced
mkdir sounds
"$KANON" render -e 'sine(440)' --for 10ms -o sounds/1.wav 2>err
cp sounds/1.wav copy.wav
printf 'param g = 1 in 0..1\nout = sample("sounds/1.wav") * g\n' >s.kn
printf 'g\n0.5\n' >t.csv
"$KANON" render s.kn --sweep t.csv -o sounds >out 2>&1; [ $? = 2 ] || fail "a sound that is sampled: $(cat out)"
cmp copy.wav sounds/1.wav || fail "the sound was replaced"
