#!/bin/bash
# What a terminal of 80 columns and 24 lines shows of silence, and one of 200 and 60, to the character: but for time, load and xruns.
. "$KANON_TESTS/command/jack.bash"
jack_start
trap 'tmux -L kanon-$$ kill-server 2>/dev/null; jack_end' EXIT
cat >tone.kn <<'END'
param cutoff = 800Hz in 50Hz..8kHz log "Cutoff"
param level = -6dB in -60dB..0dB "A label that is far too long"
param delay = 20ms in 0..1s
out(t) = [0 * t, 0 * t]
END
TERM=xterm tmux -L kanon-$$ -f /dev/null new-session -d -x 80 -y 24 "'$KANON' play tone.kn --engine jit 2>&1 8>&-" 8>&-
drawn() { # until the screen is that on standard input, time, load and xruns being words
    cat >expected
    for i in $(seq 250); do
        tmux -L kanon-$$ capture-pane -p | sed -E 's/[0-9]+:[0-9.]+ /TIME /; s/load +[0-9]+ %, worst [0-9]+ %/LOAD/; s/xruns [0-9]+/XRUNS/' |
            sed -n '/^plays /,/^space /p' >shot
        cmp -s shot expected && return
        sleep 0.02
    done
    diff expected shot
    fail "another picture"
}
drawn <<'END'
plays  TIME   LOAD   XRUNS   jit
  1 ..............................................  -inf dB, held  -inf
  2 ..............................................  -inf dB, held  -inf
> Cutoff           .........................|.................... 800 Hz
  A label that is  ........................................|..... -6 dB
  delay            .|............................................ 20 ms
space pause, [ ] seek, arrows turn, r reset, l learn, v wave, c clip, q end
END
tmux -L kanon-$$ send-keys Down Down
tmux -L kanon-$$ resize-window -x 200 -y 60
dots() { printf "%$1s" '' | tr ' ' .; }
drawn <<END
plays  TIME   LOAD   XRUNS   jit
  1 $(dots 166)  -inf dB, held  -inf
  2 $(dots 166)  -inf dB, held  -inf
  Cutoff           $(dots 90)|$(dots 75) 800 Hz
  A label that is  $(dots 148)|$(dots 17) -6 dB
> delay            $(dots 3)|$(dots 162) 20 ms
space pause, [ ] seek, arrows turn, r reset, l learn, v wave, c clip, q end
END
