#!/bin/bash
# `kanon doc WORD` answers for all names, built-ins, keywords and units; other words are looked for in names, first
# lines and families; names of other languages lead to ours; --source shows the definition.
fail() {
    echo "$*"
    exit 1
}
d() { "$KANON" doc "$@" >out 2>err || fail "doc $*: $(cat err)"; }
d
for word in lowpass sin ms kHz if param '|>' st noise tau; do
    grep -q "^$word  *[^ ]" out || fail "the list has no $word with its line"
done
[ "$(grep -c ':$' out)" = 3 ] || fail "titles: $(grep ':$' out)"
# each row of the list can be asked for, and says what the list says
n=0
while read -r word line; do
    case "$word $line" in " " | *:) continue ;; esac # an empty line, a title
    n=$((n + 1))
    [ $((n % 7)) = 0 ] || continue
    "$KANON" doc "$word" >one 2>err || fail "doc $word: $(cat err)"
    grep -qF -- "$line" one || fail "doc $word does not say: $line"
done <out
[ $n -gt 300 ] || fail "only $n rows"
d ms; grep -q '^ms$' out && grep -q 'thousandths' out || fail "ms: $(cat out)"
d if; grep -q 'keyword' out || fail "if: $(cat out)"
d min; grep -q 'unit' out && grep -q '^min(' out || fail "min is both: $(cat out)"
d reverbs; grep -q '^freeverb ' out && grep -q '^zita ' out || fail "a family: $(cat out)"
grep -q '^lowpass ' out && fail "another family"
d FILTER; : # in capitals, too
grep -q '^butterworth ' out || fail "capitals: $(cat out)"
d koto; [ "$(cut -d' ' -f1 out)" = hirajoshi ] || fail "a word of a first line: $(cat out)"
d echo; head -1 out | grep -q '^echo(' || fail "a name comes first: $(cat out)"
d lpf; grep -q 'There is no `lpf` here: `lowpass' out || fail "lpf: $(cat out)"
d LPF; grep -q 'lowpass' out || fail "LPF: $(cat out)"
d reverb; head -1 out | grep -q 'freeverb' && grep -q '^dattorro ' out || fail "reverb: $(cat out)"
d lowpass --source
grep -q '^lowpass(x, cutoff, q = 0.707)(t) = ' out || fail "no source: $(cat out)"
[ "$(grep -c '_svf' out)" = 1 ] || fail "the source is not whole: $(cat out)"
d --source zita; grep -q '^zita(' out || fail "source in front: $(cat out)"
d sin --source; grep -q 'no source' out || fail "sin --source: $(cat out)"
for word in _svf zzzz qqqq '$x'; do
    "$KANON" doc "$word" >out 2>err
    [ $? = 2 ] && [ ! -s out ] && [ -s err ] || fail "$word: $(cat out err)"
done
exit 0
