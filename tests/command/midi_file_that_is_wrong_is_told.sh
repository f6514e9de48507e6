#!/bin/bash
# What cannot be read of midi_file is a failed file with the place in it, what is asked wrongly an error; nothing replaces what was read.
. "$KANON_TESTS/command/midi_file.bash"
fail() {
    echo "$*"
    exit 1
}
refused() { # status, words, arguments
    "$KANON" check -e "len(midi_file($3))" >out 2>&1
    local status=$?
    [ $status = $1 ] || fail "midi_file($3): status $status: $(cat out)"
    grep -qF "$2" out || fail "midi_file($3): $(cat out)"
}
midi_write a.mid '\0\x90\x3c\x40\x30\x80\x3c\x40'
head -c 20 a.mid >cut.mid
head -c 30 a.mid >short.mid
echo 'la la la' >song.txt
mkdir folder
mkfifo pipe.mid
refused 3 '"none.mid" cannot be read: No such file' '"none.mid"'
refused 3 'it is cut off: of 1 tracks 0 are there (byte 20)' '"cut.mid"'
refused 3 'it is cut off: 12 bytes are promised, 8 are there (byte 30)' '"short.mid"'
refused 3 'it is no MIDI file: it does not begin with MThd (byte 0)' '"song.txt"'
refused 3 'it is a folder' '"folder"'
timeout 20 "$KANON" check -e 'len(midi_file("pipe.mid"))' >out 2>&1
[ $? = 3 ] || fail "a pipe: $(cat out)"
refused 1 'a whole number from 1 to 16, or 0 for all, and this is 17' '"a.mid", channel: 17'
refused 1 'a whole number from 1 to 16, or 0 for all, and this is -1' '"a.mid", channel: -1'
refused 1 'a whole number from 1 to 16, or 0 for all, and this is 1.5' '"a.mid", channel: 1.5'
refused 1 'a whole number from 1 to 1, or 0 for all, and this is 2' '"a.mid", track: 2'
refused 1 'must be known while compiling' '"a.mid", track: noise(1)'
refused 1 'takes the name of a MIDI file, a string, and this is a number' '440'
refused 1 'did you mean `channel`?' '"a.mid", chanel: 1'
cp a.mid folder/a.mid
echo 'out = score(midi_file("../a.mid"), (f, length, velocity) => velocity * sine(f))' >folder/p.kn
"$KANON" check folder/p.kn >out 2>&1 || fail "$(cat out)"
"$KANON" check folder/p.kn --only-below folder >out 2>&1
[ $? = 3 ] || fail "it reads outside: $(cat out)"
"$KANON" render folder/p.kn -o a.mid --format f32 >out 2>&1
[ $? = 2 ] || fail "status $? where the file would be destroyed: $(cat out)"
grep -q 'a MIDI file that the program plays' out || fail "$(cat out)"
cmp -s a.mid folder/a.mid || fail "it was replaced"
