#!/bin/bash
# kanon plugin writes a bundle that LV2's own validators find right and that its tools load and run: six programs, an instrument, an
# effect, generators, and one with params of all units and a label that means something in Turtle.
. "$KANON_TESTS/command/lv2.bash"
examples=$KANON_TESTS/../examples
cat >units.kn <<'END2'
param gain = -6dB in -60dB..0dB "Ga\"in\\ <b>\n\u{202e}x @en^^<a:b> '''.\u{d}"
param mode = 1 in 0..1 step 1 cc 20 "Mode"
param n = 3 in 0..10 step 1
param cut = 1kHz in 20Hz..20kHz log
param hertz = 20Hz in 1Hz..100Hz
param tune = 0st in -12st..12st
param fine = 0cents in -100cents..100cents
param late = 20us in 1us..1ms
param time = 20ms in 1ms..1s
param long = 2s in 1s..3s
param minutes = 1min in 1min..3min
param tempo = 120bpm in 30bpm..300bpm
param turn = 90deg in 0deg..360deg
param out_1 = 0.5 in 0..1 step 0.1
input in_a, midi
latency = 5ms
knobs = n + hertz + fine + late + time + long + minutes + tempo + sin(turn)
out = [in_a * gain * mode + 1e-9 * knobs, lowpass(midi, cut * tune) * out_1]
END2
number=0
for program in units $examples/{echo,keys,granular,patterns,subtractive}; do
    number=$((number + 1))
    in_turn $number 2 || continue
    name=${program##*/}
    "$KANON" plugin $program.kn --lv2 --source >out 2>said || fail "$name: status $?: $(cat said)"
    [ ! -s out ] && grep -q "^$name.lv2: urn:kanon:$name, " said || fail "$name: it says $(cat out said)"
    [ "$(ls $name.lv2 | sort | xargs)" = "$(printf '%s\n' manifest.ttl $name.{c,so,ttl} | sort | xargs)" ] || fail "$name: it has $(ls $name.lv2)"
    # as a user of another machine compiles it, with all warnings
    for cc in gcc clang; do
        $cc -std=c11 -Wall -Wextra -Werror -fsyntax-only $name.lv2/$name.c 2>err || fail "$cc warns of $name"
    done
    lv2_validate $PWD/$name.lv2/*.ttl >err 2>&1 && grep -q 'Found 0 errors' err || fail "$name is not valid"
    nm -D --defined-only $name.lv2/$name.so | awk '{ print $3 }' >exported
    [ "$(cat exported)" = lv2_descriptor ] || fail "$name exports $(cat exported)"
    readelf -d $name.lv2/$name.so | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | grep -v '^libc\.so\|^libm\.so' && fail "$name needs more than the C library"
    mkdir -p path && ln -s $PWD/$name.lv2 path/
    LV2_PATH=$PWD/path:/usr/lib/lv2 lv2bench -b 64 -n 4096 urn:kanon:$name >out 2>err || fail "lv2bench of $name: $?"
    grep -q "urn:kanon:$name" out && [ ! -s err ] || fail "lv2bench of $name"
    LV2_PATH=$PWD/path:/usr/lib/lv2 lv2info urn:kanon:$name >info 2>err && [ ! -s err ] || fail "lv2info of $name"
    case $name in
    units)
        python3 - <<'PY' || fail "units"
import re, subprocess
info = open("info", encoding="utf-8").read()
ports = {re.search(r"Symbol: +(\S+)", p).group(1): p for p in info.split("\tPort ")[1:]}
def has(symbol, *texts):
    for text in texts:
        assert text in ports[symbol], (symbol, text, ports[symbol])
has("gain", "Minimum:     -60.000000", "Maximum:     0.000000", "Default:     -6.000000")
has("mode", "lv2core#toggled")
has("n", "lv2core#integer", "Maximum:     10.0")
has("cut", "port-props#logarithmic", "Minimum:     0.020000", "Default:     1.000000")
has("out_1", "ControlPort")
has("out_1_2", "AudioPort", "OutputPort")
has("midi", "AudioPort")
has("midi_2", "AtomPort")
has("latency", "reportsLatency")
assert "Has latency:       yes" in info and len(ports) == 20, ports.keys()
text = subprocess.run(["sordi", "units.lv2/units.ttl"], capture_output=True, text=True).stdout
for port, unit in dict(gain="db", cut="khz", hertz="hz", tune="semitone12TET", fine="cent", time="ms", long="s", minutes="min",
                       tempo="bpm", turn="degree").items():
    node = re.search(r'(\S+) <\S+#symbol> "%s"' % port, text).group(1)
    assert re.search(r"%s <\S+units#unit> <\S+units#%s>" % (node, unit), text), port
node = re.search(r'(\S+) <\S+#symbol> "midi_2"', text).group(1)
assert re.search(r"%s <\S+atom#supports> <\S+midi#MidiEvent>" % node, text), "midi_2 takes no MIDI"
node = re.search(r'(\S+) <\S+#symbol> "gain"', text).group(1)
name = re.search(r'%s <\S+lv2core#name> "(.*)" \.' % node, text).group(1)
label = eval('"' + name + '"')
assert label == "Ga\"in\\ <b>\n\u202ex @en^^<a:b> '''.\r", repr(label)
PY
        ;;
    echo) grep -q 'Required' info && grep -A1 'Required' info | grep -q urid && fail "an effect without MIDI needs urid:map" ;;
    keys) grep -q 'Class: *Instrument' info && sordi keys.lv2/keys.ttl | grep -q 'atom#supports> .*midi#MidiEvent' || fail "keys is no instrument: $(cat info)" ;;
    subtractive) grep -q 'Class: *Generator' info || fail "subtractive is no generator" ;;
    esac
done
exit 0
