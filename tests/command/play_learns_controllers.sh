#!/bin/bash
# On a terminal: `l` and a knob that is turned bind it to the chosen param; its slider follows, the text beside the program says so, and the
# next start reads it. A program that binds controllers itself shows them; who plays is shown, and how many voices sound.
. "$KANON_TESTS/command/jack.bash"
jack_start
session=kanon-$$
trap 'tmux -L $session kill-server 2>/dev/null; kill ${keyboard:-} 2>/dev/null; jack_end' EXIT
cc -O1 "$KANON_TESTS/command/jack_keyboard.c" -ljack -o keyboard || fail "no keyboard"
cat >keys.kn <<'END_OF_KEYS'
param cutoff = 100 in 100..10000 log "Cutoff"
param gain = -6dB in -60dB..0dB cc 7
voice(f, gate, velocity)(t) = if t < gate then 0.001 * velocity else 0
out = voices * gain + 1e-9 * cutoff
END_OF_KEYS
begin() {
    session=kanon-$$-$1
    TERM=xterm tmux -L $session -f /dev/null new-session -d -x 80 -y 24 "'$KANON' play keys.kn --engine jit 2>&1 8>&-; sleep 60" 8>&-
}
screen() { tmux -L $session capture-pane -p; }
shows() { # a pattern of a line of the screen
    for i in $(seq 500); do
        screen >shot
        grep -Eq -- "$1" shot && return
        sleep 0.02
    done
    fail "not shown: $1
$(cat shot)"
}
key() { tmux -L $session send-keys "$@"; }
begin 1
shows '^in \[ \] 0 voices   kanon-midi$'
shows '^> Cutoff +\|\.+ 100$'
shows '^  gain +\.+\|\.+ -6 dB cc 7$'
[ -e keys.kn.midi ] && fail "it learned by itself"
key l
shows '^turn a controller: it will turn cutoff$'
key l
shows '^space pause, \[ \] seek, arrows turn, r reset, l learn, v wave, c clip, q end$'
key l
shows '^turn a controller'
printf '%s\n' '100 90 45 7f' '2000 90 46 7f' '30000 b0 15 00' '60000 b0 15 40' '60100 b0 07 00' '2000000' >script
timeout 60 ./keyboard kanon-midi:in - script none.f32 >block 2>said2 8>&- &
keyboard=$!
shows '^in \[\*\] [12] voices?   kanon-midi$'
shows '^cutoff is turned by controller 21$'
shows '^> Cutoff .* 1018 cc 21$'
shows '^  gain +\|\.+ -60 dB cc 7$'
shows '^in \[ \] 2 voices   kanon-midi$'
printf '# Controllers of MIDI that turn params, as kanon play has learned them.\ncutoff cc 21\n' >wanted
cmp keys.kn.midi wanted || fail "another text: $(cat keys.kn.midi)"
key Space
shows '^in \[ \] 0 voices   kanon-midi$'
key q
touch stop && wait $keyboard && rm stop
tmux -L $session kill-server
printf 'gain cc 5\nnobody cc 3\ngain cc\n' >>keys.kn.midi
printf '%s\n' '2000 b0 05 7f' '2100 b0 15 7f' '4000' >script
begin 2
shows '^keys.kn.midi:5: a line is a param and its controller: cutoff cc 74$'
shows '^> Cutoff .* 100 cc 21$'
timeout 60 ./keyboard kanon-midi:in - script none.f32 >block 2>said2 8>&- || fail "the keyboard fails"
shows '^> Cutoff .* 1e\+04 cc 21$'
shows '^  gain +\.+\| 0 dB cc 5$'
key L
shows '^> Cutoff .* 1e\+04$'
for i in $(seq 200); do grep -q cutoff keys.kn.midi || break; sleep 0.02; done
grep -v '^#' keys.kn.midi | sort | tr '\n' ' ' >now
[ "$(cat now)" = 'gain cc 5 nobody cc 3 ' ] || fail "forgotten otherwise: $(cat keys.kn.midi)"
[ "$(ls keys.kn*)" = "$(printf 'keys.kn\nkeys.kn.midi')" ] || fail "something is left: $(ls)"
exit 0
