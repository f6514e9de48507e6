#!/bin/bash
# Without a device playing fails with status 3 and one line, which says what to do. What is wrong with the program or the words is
# said before.
fail() {
    echo "$*"
    cat err
    exit 1
}
export JACK_DEFAULT_SERVER=kanon-none-$$ JACK_NO_START_SERVER=1
echo 'out = sine(440)' >tone.kn
echo 'out = lowpas(3)' >bad.kn
refuses() { # status, words of the message, words of kanon
    "$KANON" "${@:3}" >out 2>err
    status=$?
    [ $status = $1 ] || fail "${*:3}: status $status, not $1"
    grep -q -- "$2" err || fail "${*:3}: it does not say: $2"
    [ -s out ] && fail "${*:3}: something on standard output"
}
if ! "$KANON" play --list-devices >devices 2>err; then # there is none here
    for words in tone.kn 'play tone.kn' '-e sine(440)' 'play tone.kn --device nowhere'; do
        "$KANON" $words >out 2>err
        [ $? = 3 ] || fail "$words: another status"
        [ $(wc -l <err) = 1 ] || fail "$words: more than a line"
        grep -q 'render' err || fail "$words: no advice"
    done
    refuses 3 'there is no sound device here' tone.kn
    refuses 3 'there is no sound device here' play --list-devices
fi

refuses 1 '`lowpas` is not defined' bad.kn
refuses 2 'no inputs' tone.kn --in default
refuses 2 '--channels takes a whole number from 1 to 64' tone.kn --channels 0
echo 'param x = 1 in 0..2' >>tone.kn
refuses 2 'a function of time is for kanon render' tone.kn --set 'x=t => t'
refuses 2 "there is no param 'y'" tone.kn --set y=1
refuses 2 'are of the file of --record' tone.kn --bits 16
refuses 2 'play has no option -o; kanon render has it' tone.kn -o x.wav
refuses 2 '--mono is last, low or high' tone.kn --mono middle
refuses 2 'did you mean --record' tone.kn --recod x.wav
exit 0
