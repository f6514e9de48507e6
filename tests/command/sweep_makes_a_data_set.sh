#!/bin/bash
# --sweep: a file for each row, which is the one that --set gives, for any number of threads and parts; a manifest of them; and a
# second run renders what is missing or changed, and nothing else.
fail() {
    echo "$*"
    exit 1
}
cat >kick.kn <<'END'
param f = 440Hz in 20Hz..5kHz
param level = 0dB in -60dB..0dB
param seed = 1 in 0..1000000
out = [sine(f) * ad(5ms, 0.05), onepole(noise(seed), 2kHz)] * level
length = 0.1
END
printf '\xef\xbb\xbfname, f ,"level",seed\r\nlow,55,-6,7\r\n"with, ""quotes"" and ö",2kHz,0dB , 999999\n\n   \nhigh.wav,5e3,-12.5,0' >values.csv
"$KANON" render kick.kn --sweep values.csv -o set 2>err || fail "$(cat err)"
grep -q '^set: 3 files of 0.1 s, 2 channels, 48000 Hz; 0 were there' err || fail "$(cat err)"
[ "$(ls -A set)" = "$(printf 'high.wav\nlow.wav\nmanifest.jsonl\nwith, "quotes" and ö.wav')" ] || fail "$(ls -A set)"
"$KANON" render kick.kn --set f=55 --set level=-6 --set seed=7 -o low.wav 2>err
cmp low.wav set/low.wav || fail "other bits than those of --set"
"$KANON" render kick.kn --set f=2kHz --set level=0dB --set seed=999999 -o q.wav 2>err
cmp q.wav 'set/with, "quotes" and ö.wav' || fail "other bits than those of --set"
python3 - <<'END' || fail "the manifest: $(cat set/manifest.jsonl)"
import json
lines = [json.loads(line) for line in open("set/manifest.jsonl", encoding="utf-8")]
assert [line["file"] for line in lines] == ["low.wav", 'with, "quotes" and ö.wav', "high.wav"]
assert [line["params"]["f"] for line in lines] == [55, 2000, 5000]
assert abs(lines[0]["params"]["level"] - 10 ** (-6 / 20)) < 1e-15 and lines[1]["params"]["level"] == 1
assert [line["params"]["seed"] for line in lines] == [7, 999999, 0]
for line in lines:
    assert line["length"] == 0.1 and line["frames"] == 4800 and line["channels"] == 2 and line["rate"] == 48000
    assert 0 < line["peak"] <= 1 and line["clipped"] == 0 and line["not_finite"] == 0 and len(line["id"]) == 16
END
stamps() { (cd set && stat -c '%n %i %Y' * | grep -v manifest); }
again() { # what should be there, what is asked for …
    local there=$1
    shift
    "$KANON" render kick.kn --sweep values.csv -o set "$@" 2>err || fail "$(cat err)"
    grep -q "; $there were there" err || fail "$*: $(cat err)"
}
before=$(stamps)
cp set/manifest.jsonl first
again 3
[ "$before" = "$(stamps)" ] || fail "files are rendered again"
cmp first set/manifest.jsonl || fail "another manifest"
rm set/low.wav
again 2
cmp low.wav set/low.wav || fail "what was missing has other bits"
cmp first set/manifest.jsonl || fail "another manifest"
sed -i 's/,7\r/,8\r/' values.csv
again 2
cmp -s low.wav set/low.wav && fail "another value, the same file"
again 0 --rate 44100
again 0
# a line that was cut off counts for nothing, rows that are gone have no line
head -c -20 set/manifest.jsonl >cut && cp cut set/manifest.jsonl
again 2
sed -i '$d' values.csv
again 2
[ $(wc -l <set/manifest.jsonl) = 2 ] || fail "the manifest: $(cat set/manifest.jsonl)"

{
    echo f,seed
    for i in $(seq 60); do echo $((100 + i)),$i; done
} >many.csv
for jobs in 1 2 5; do "$KANON" render kick.kn --sweep many.csv -o set$jobs --jobs $jobs --bits 16 2>err || fail "$(cat err)"; done
diff -r set1 set2 && diff -r set1 set5 || fail "threads change the set"
[ -e set1/01.wav ] && [ -e set1/60.wav ] || fail "names: $(ls set1)"
for part in 2 1 3; do "$KANON" render kick.kn --sweep many.csv -o parts --part $part/3 --bits 16 2>err || fail "$(cat err)"; done
cat parts/manifest-?of3.jsonl >parts/manifest.jsonl
rm parts/manifest-*
diff -r set1 parts || fail "parts change the set"

# killed in the middle: only whole files, and the rest by a second run
"$KANON" render kick.kn --sweep many.csv -o killed --engine ref --for 20s --bits 16 2>err &
pid=$!
for i in $(seq 1500); do [ "$(ls killed 2>/dev/null | wc -l)" -gt 3 ] && break; sleep 0.02; done
kill -KILL $pid || fail "it is over: $(cat err)"
wait $pid 2>/dev/null
[ -z "$(find killed -name '*.wav' ! -size 3840044c)" ] || fail "half a file: $(ls -l killed)"
[ -z "$(ls -A killed | grep -v '^[0-9]*.wav$\|^manifest.jsonl$')" ] || fail "left behind: $(ls -A killed)"
"$KANON" render kick.kn --sweep <(head -4 many.csv) -o killed --engine ref --for 20s --bits 16 2>err && fail "a pipe is read"
head -5 many.csv | sed 's/$/,/; 1s/$/level/; 2,$s/$/-3/' >few.csv
"$KANON" render kick.kn --sweep few.csv -o killed --engine ref --for 1s --bits 16 2>err || fail "$(cat err)"
grep -q '4 files .* 0 were there' err || fail "$(cat err)"

# an instrument plays the same notes in each row, and other notes are other files
. "$KANON_TESTS/command/midi_file.bash"
midi_write a.mid '\0\x90\x3c\x40\x30\x90\x40\x40\x30\x80\x3c\0\0\x80\x40\0'
echo 'param f0 = 1kHz in 100Hz..5kHz
voice(f, gate, velocity) = saw(f) * velocity * adsr(gate, 5ms, 50ms, 0.5, 50ms) |> lowpass(f0)' >voice.kn
printf 'f0\n0.3\n2kHz\n3\n' >voice.csv
"$KANON" render voice.kn --midi a.mid --sweep voice.csv -o voices --jobs 2 --for 1s 2>err || fail "$(cat err)"
"$KANON" render voice.kn --midi a.mid --set f0=2 -o two.wav --for 1s 2>err || fail "$(cat err)"
cmp two.wav voices/2.wav || fail "an instrument: other bits than those of --set"
midi_write a.mid '\0\x90\x3c\x40\x30\x90\x41\x40\x30\x80\x3c\0\0\x80\x41\0'
"$KANON" render voice.kn --midi a.mid --sweep voice.csv -o voices --for 1s 2>err || fail "$(cat err)"
grep -q '; 0 were there' err || fail "other notes: $(cat err)"
