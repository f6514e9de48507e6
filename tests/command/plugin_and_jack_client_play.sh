#!/bin/bash
# In JACK: a plug-in in jalv, and a program that is a client of JACK, sound as they are rendered, an effect and an instrument, with params as
# they were told. The client says what is wrong, and ends well.
. "$KANON_TESTS/command/lv2.bash"
. "$KANON_TESTS/command/midi_file.bash"
cc -O1 "$KANON_TESTS/command/jack_listener.c" -ljack -o listener || fail "no listener"
mkdir path
cat >effect.kn <<'END2'
param gain = -6dB in -60dB..0dB
param tone = 1.5kHz in 200Hz..12kHz log
input x
echo(t) = x(t) + 0.5 * echo(t - 30ms)
latency = 10ms
out = lowpass(echo, tone) * gain
END2
cat >keys.kn <<'END2'
param bright = 2kHz in 200Hz..8kHz log cc 1
voice(f, gate, velocity) = [saw(f), 0.5 * sine(f)] |> lowpass(bright, 2) |> _ * adsr(gate, 5ms, 0.1, 0.5, 50ms) * velocity
out = voices |> _ + 0.3 * delay(_, 30ms)
END2
"$KANON" render -e 'noise(1) * decay(50ms)' --for 0.2s --bits 32 -o in.wav 2>said || fail in
"$KANON" render -e 'noise(1) * decay(50ms)' --for 0.2s -o in.f32 2>said || fail in
midi_write song.mid '\0\x90\74\100\1\xb0\1\12\2\x90\100\120\5\x80\74\100\7\x80\100\100'
printf '%s\n' '0 144 60 64' '250 176 1 10' '750 144 64 80' '2000 128 60 64' '3750 128 64 64' >song.midi
"$KANON" render effect.kn --in in.wav --set gain=-12 --set tone=3kHz --for 0.4s -o effect.f32 2>said || fail render
"$KANON" render keys.kn --midi song.mid --set bright=0.5 --for 0.3s -o keys.f32 2>said || fail render
"$KANON" build effect.kn --jack -o client.c 2>said || fail "build --jack"
gcc -std=c11 -Wall -Wextra -Werror -O1 client.c -ljack -lm -o client 2>said || fail "the client"
"$KANON" build keys.kn --jack --main -o keys.c 2>said || fail "build --jack"
gcc -std=gnu11 -Wall -Wextra -Werror -O1 keys.c -ljack -lm -o keys 2>said || fail "the client"
cp effect.kn jack.kn
"$KANON" build jack.kn --jack 2>said && gcc -Wall -Wextra -Werror -fsyntax-only jack.c 2>said || fail "a program called jack"
"$KANON" build effect.kn --jack --name jack_port -o x.c 2>said && fail "a name of JACK"
for name in effect keys; do
    "$KANON" plugin $name.kn -o path/$name.lv2 2>said || fail "plugin"
done
. "$KANON_TESTS/command/jack.bash" # its fail, too
trap 'kill -9 ${kanon:-} 2>/dev/null; exec 7>&-; jack_end' EXIT
jack_start
heard() { # PORT TO IN rendered.f32 CHANNELS FRAMES: what comes is what was rendered
    rm -f stop listens
    timeout 50 ./listener $1 heard.f32 $2 $3 >listens 2>rec.log 8>&- 7>&- &
    listener=$!
    for i in $(seq 1000); do [ -s listens ] && break; sleep 0.01; done
    sleep 0.5 # seconds of the server, which waits for its clients
    touch stop
    wait $listener || fail "the listener fails: $(cat rec.log)"
    python3 - $4 $5 <<'PY' 2>said2 || fail "another sound from $1"
import array, sys
made = array.array("f", open(sys.argv[1], "rb").read())[:: int(sys.argv[2])]
got = array.array("f", open("heard.f32", "rb").read())
first = next(i for i, v in enumerate(got) if v) - next(i for i, v in enumerate(made) if v)
assert first >= 0 and len(got) >= first + len(made), (first, len(got), len(made))
off = max(abs(x - y) for x, y in zip(got[first:], made))
assert off <= 1e-6 and max(map(abs, made)) > 0.05, off
PY
}
port_is() { # until the port is there
    for i in $(seq 500); do
        jack_lsp 2>/dev/null | grep -qx "$1" && return
        sleep 0.02
    done
    cat said
    fail "no port $1 among $(jack_lsp | xargs)"
}
./client --help >said 2>&1 || fail "--help"
grep -q '^  gain=-6dB, -60 to 0: gain$' said && grep -q '^  tone=1.5kHz, 0.2 to 12: tone$' said || fail "--help"
for words in gian=3 gain gain= gain=x gain=3Hz --nothing gain=nan; do
    ./client $words >said 2>&1
    [ $? = 2 ] || fail "$words: wrong usage"
done
JACK_DEFAULT_SERVER=none-$$ ./client 2>said
[ $? = 3 ] && grep -q 'there is no JACK server' said || fail "no server"
./client gain=-12dB tone=3 --client wash --unconnected 2>said 8>&- 7>&- &
kanon=$!
port_is wash:out
jack_lsp -c wash:out | grep -q playback && fail "it is connected"
jack_lsp -l wash:out | grep -q 480 || fail "it does not say how late it is: $(jack_lsp -l wash:out)"
heard wash:out wash:x in.f32 effect.f32 1
kill -INT $kanon
wait $kanon || fail "it ends with $?"
kanon=
./keys bright=0.5 2>said 8>&- 7>&- &
kanon=$!
port_is keys:out_2
for i in $(seq 200); do jack_lsp -c keys:out_2 | grep -q system:playback_2 && break; sleep 0.02; done
[ $i -lt 200 ] || fail "it is not connected to what is heard"
heard keys:out_1 keys:midi song.midi keys.f32 2
kill -TERM $kanon
wait $kanon || fail "it ends with $?"
kanon=
# plug-ins
mkfifo words
export LV2_PATH=$PWD/path:/usr/lib/lv2
for name in effect keys; do
    set -- -c gain=-12 -c tone=3
    [ $name = keys ] && set -- -c bright=0.5
    jalv -n $name -x "$@" urn:kanon:$name <words >said 2>&1 8>&- 7>&- &
    kanon=$!
    exec 7>words
    [ $name = effect ] && port_is effect:out && heard effect:out effect:x in.f32 effect.f32 1
    [ $name = keys ] && port_is keys:out_1 && heard keys:out_1 keys:midi song.midi keys.f32 2
    exec 7>&- # it ends with its input
    for i in $(seq 100); do kill -0 $kanon 2>/dev/null || break; sleep 0.02; done
    kill -9 $kanon 2>/dev/null && echo "jalv did not end by itself"
    wait $kanon
    kanon=
done
# a server that ends
./keys --client last 2>said 8>&- 7>&- &
kanon=$!
port_is last:midi
jack_end
wait $kanon
[ $? = 3 ] && grep -q 'the JACK server ended' said || fail "it outlives its server: $(cat said)"
kanon=
exit 0
