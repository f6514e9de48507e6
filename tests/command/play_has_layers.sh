#!/bin/bash
# Several files sound together: each may be muted, be alone, be edited while the others go on; params and orders reach them by kanon eval; an
# edit waits for its bar, to the frame; a session file starts it all; what is told wrongly is refused, and changes nothing.
. "$KANON_TESTS/command/jack.bash"
jack_start
export XDG_RUNTIME_DIR=$PWD/run
mkdir run
"$KANON" eval 'a = 1' >out 2>err
[ $? = 3 ] && grep -q 'nothing plays' err || fail "nothing plays, and it says $(cat out err)"
mkdir jam
cat >jam/low.kn <<'E'
param level = 0.25 in 0..1
param tempo = 8 in 1..20    // a bar lasts 0.5 s
out(t) = level
E
echo 'out(t) = 0.5 * shape(t)
shape(t) = 1' >jam/high.kn
cat >jam/all.session <<'E'
# everything, with one word
low.kn 'high.kn'   # beside this file
--quantize "1bar" --mute high
E
play jam/all.session --engine jit --record take.f32
says '^low.kn, high.kn play on'
eval() { "$KANON" eval "$@" >out 2>err; }
answers() { # what is answered, in whole
    [ "$(cat out)" = "$1" ] || fail "it answers $(cat out err), not $1"
}
refuses() { # status, what is said; then the words
    local status=$1 text=$2
    shift 2
    eval "$@"
    [ $? = "$status" ] && grep -qF -- "$text" err || fail "$*: $(cat out err), not $text"
}
eval --order list || fail "no list"
grep -q '^low, high (muted); plays at [0-9.]* s$' out || fail "the list is $(cat out)"
sleep 0.3
eval --order 'set level 0.125' && answers 'level is 0.125'
eval --order 'unmute high' && answers 'high is not muted'
sleep 0.3
eval 'shape(t) = 2' || fail "$(cat err)"
answers 'crossfades; nothing remembers'
says '^high.kn: crossfades; nothing remembers .* in 0\.[0-9]* s$'
sleep 0.8
eval --order 'solo low' && answers 'low is alone'
sleep 0.3
echo 'param tempo = 8 in 1..20
out(t) = 0.75' >jam/low.kn
says '^low.kn: '
sleep 0.8
echo '0.0625' | eval - --layer high && answers 'crossfades; nothing remembers'
sleep 0.8
eval --order 'unsolo low' && answers 'low is not alone'
sleep 0.8
refuses 1 'eval:2:3: error: `foo` is not defined' 'shape(t) =
  foo(t)'
refuses 1 'eval:1:7: error: `foo` is not defined' '0.1 + foo'
refuses 1 'there is no layer `bass`: there are low, high' --order 'mute bass'
refuses 1 'there is no param `cutoff`' --order 'set cutoff 3'
refuses 1 'an order is eval, mute' --order 'dance'
refuses 1 '`seek` has other words' --order 'seek here'
refuses 1 'there is no layer `bass`' --layer bass 'a = 1'
refuses 1 'one definition is wanted' 'a = 1
b = 2'
refuses 2 'give a definition, or --order' 'a = 1' --order list
refuses 2 'no definition given' --layer low
refuses 2 'no session is `drums`' --to drums 'a = 1'
refuses 3 'nowhere' --to ./nowhere 'a = 1'
eval --to high --order 'seek 0.25' && answers '0.25 s'
eval --to $kanon --order pause && answers 'paused'
eval --to run/kanon/$kanon.sock --order play && answers 'plays'
[ "$(stat -c %a run/kanon)" = 700 ] && [ "$(stat -c %a run/kanon/$kanon.sock)" = 600 ] || fail "others may tell it"
python3 - run/kanon/$kanon.sock <<'P' >said2 2>&1 || fail "what is no order does harm"
import os, random, socket, sys
random.seed(3)
for i in range(60):
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
    s.sendall(random.choice([b"", b"eval\n", b"mute", b"eval low x y\nout = 1", b"seek nan", b"seek inf", b"set level nan", b"x" + os.urandom(50), b"\n" * 9]))
    if i % 3:
        s.shutdown(socket.SHUT_WR)
        answer = s.recv(100)
        assert answer.startswith(b"error ") , answer
    s.close()
P
eval --order list || fail "it does not answer any more"
ends INT 0
[ -z "$(ls run/kanon)" ] || fail "its socket is left"
python3 - <<'P' >said2 2>&1 || fail "it sounds otherwise"
import array
x = array.array("f", open("take.f32", "rb").read())
assert x[0::2] == x[1::2]
x = x[0::2]
# levels that stay for a while, and where each begins
steady = [(x[0], 0)]
for i in range(200, len(x)):
    if x[i] == x[i - 199] and x[i] == x[i - 100] and x[i] != steady[-1][0]:
        steady.append((x[i], i - 199))
levels = [round(level, 6) for level, at in steady]
wanted = [0.25, 0.125, 0.625, 1.125, 0.125, 0.75, 0.8125]
assert levels[: len(wanted)] == wanted, steady
fade = 480
for level, at in steady:
    if round(level, 6) in (1.125, 0.75):  # an edit: it began to fade at a bar
        begin = next(i for i in range(at - 2 * fade, at) if x[i] != x[i - 1]) - 1
        assert begin % 24000 == 0, (level, begin, at)
P
# the example
for i in $KANON_TESTS/../examples/layers/*.kn; do "$KANON" check $i >out 2>err && [ ! -s err ] || fail "$i does not compile"; done
play $KANON_TESTS/../examples/layers/jam.session --for 0.5s
ends '' 0
# no recording replaces what any of them reads
cp jam/high.kn before.kn
"$KANON" jam/low.kn jam/high.kn --record jam/high.kn --format wav --for 0.1s >out 2>err
[ $? = 2 ] && grep -q 'jam/high.kn' err && cmp -s jam/high.kn before.kn || fail "a layer is recorded over: $(cat err)"
# -e, as an expression and as a program
for e in '0.5' 'a = 0.25
out(t) = 2 * a'; do
    play -e "$e" --engine jit
    eval 'b = 3' || fail "-e $e: $(cat err)"
    ends INT 0
done
# words that are wrong, before there is any sound
for bad in '--mute bass' '--quantize 0bar' '--quantize soon' '--quantize -1bar'; do
    "$KANON" jam/low.kn jam/high.kn $bad >out 2>err
    [ $? = 2 ] || fail "$bad: $(cat err)"
done
printf 'low.kn\n "high.kn' >jam/open.session
"$KANON" jam/open.session >out 2>err
[ $? = 2 ] && grep -q 'jam/open.session:2: the " has no end' err || fail "an open quote: $(cat err)"
echo all.session >jam/twice.session
"$KANON" jam/twice.session >out 2>err
[ $? = 2 ] && grep -q 'holds no other session' err || fail "sessions in sessions: $(cat err)"
"$KANON" jam/gone.session >out 2>err
[ $? = 2 ] && grep -q 'cannot read jam/gone.session: No such file' err || fail "a session that is not there: $(cat err)"
exit 0
