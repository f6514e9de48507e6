#!/bin/bash
# On a terminal of 80 columns and 24 lines, and of 200 and 60: time, load, meters and params stand below the lines, keys turn params,
# pause and seek; an error stays to be read. In the end the terminal is as it was.
. "$KANON_TESTS/command/jack.bash"
jack_start
trap 'tmux -L kanon-$$ kill-server 2>/dev/null; jack_end' EXIT
program() { # gain
    cat <<END
param cutoff = 1kHz in 100Hz..10kHz log "Cutoff"
param gain = 0.5 in 0..1 step 0.1
param late = 20ms in 0..1s
out(t) = $1 * gain * (1 - 1e-9 * cutoff - 1e-9 * late) * sin(tau * 440 * t)
END
}
program 1 >tone.kn
screen() { tmux -L kanon-$$ capture-pane -p; }
shows() { # a pattern of a line of the screen
    for i in $(seq 500); do
        screen >shot
        grep -Eq -- "$1" shot && return
        sleep 0.02
    done
    fail "not shown: $1
$(cat shot)"
}
key() { tmux -L kanon-$$ send-keys "$@"; }
fits() { # once, in so many columns
    screen >shot
    [ $(grep -c ' load ' shot) = 1 ] && [ $(grep -c 'space pause' shot) = 1 ] || fail "drawn twice: $(cat shot)"
    [ $(awk '{ if (length > most) most = length } END { print most }' shot) -le $1 ] || fail "too wide: $(cat shot)"
}
TERM=xterm tmux -L kanon-$$ -f /dev/null new-session -d -x 80 -y 24 \
    "'$KANON' play tone.kn --engine jit 8>&-; echo status \$?; stty -a | grep -o ' icanon\| echo ' | tr -d '\n'; sleep 60" 8>&-
shows '^tone.kn plays on system'
shows '^plays  +0:0[0-9.]+ +load +[0-9]+ %, worst [0-9]+ % +xruns [0-9]+ +jit$'
shows '^  1 #+\.*\|?\.* +-6\.0 dB, held +-6\.0$'
shows '^  2 #+'
shows '^> Cutoff +\.+\|\.+ 1 kHz$'
shows '^  gain +\.+\|\.+ 0\.5$'
shows '^  late +\.*\|\.+ 20 ms$'
fits 80
key Right
shows '^> Cutoff .* 1.047 kHz$'
key Left Left Down Right
shows '^  Cutoff .* 0.955 kHz$'
shows '^> gain .* 0\.6$'
key r
shows '^> gain .* 0\.5$'
key Down Down Down Up Up Up Up r
shows '^> Cutoff .* 1 kHz$'
key Space
shows '^paused'
fits 80
key Space
shows '^plays'
echo 'out = lowpas(3)' >tone.kn
shows 'tone.kn:1:7: error: `lowpas` is not defined'
shows '^plays'
fits 80
program 3 >tone.kn
shows '^tone.kn: crossfades'
shows '^  1 #.* CLIP$'
program 1 >tone.kn
for i in $(seq 200); do
    key c
    screen >shot
    grep -q CLIP shot || break
    sleep 0.05
done
grep -q CLIP shot && fail "it clips for ever"
key ']'
shows '^plays  +0:(0[5-9]|[1-5])'
key 0
shows '^plays  +0:0[0-4]'
tmux -L kanon-$$ resize-window -x 200 -y 60
shows '^  1 [#.|]{150,} +-6\.0 dB, held'
fits 200
key m
shows '^\[tone\] muted'
shows '^  1 \.+ +-inf dB'
key m
shows '^  1 [#.|]+ +-6\.0 dB'
key v
shows '^wave, 42.7 ms, -0.5 to 0.5$'
fits 200
key v
shows ' 100 .* 1k .* 10k'
fits 200
key v +
shows 'there is no param `tempo`'
key q
shows '^status 0'
shows ' icanon echo'
screen >shot
grep -q ' load ' shot && fail "something is left: $(cat shot)"
exit 0
