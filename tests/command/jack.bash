# A JACK server without a sound card, of this test alone, for `kanon play`: sourced. It waits for its clients (-S), so that what
# they play arrives whole however busy the machine is; no more is heard of it when the test ends.
fail() {
    echo "$*"
    for log in said said2 jackd.log; do [ -s $log ] && sed "s/^/$log: /" $log; done
    exit 1
}
# a client's name is its own on all servers of a user
exec 8>/tmp/kanon-jack-$(id -u).lock
flock 8
set -m # else a shell has its background children ignore SIGINT
export JACK_DEFAULT_SERVER=kanon-$$ JACK_NO_START_SERVER=1
unset PIPEWIRE_REMOTE
jack_server() { # options of the dummy driver
    jackd --no-realtime --sync --timeout 20000 --name $JACK_DEFAULT_SERVER -d dummy -r 48000 -p 512 -C 2 -P 2 "$@" >jackd.log 2>&1 8>&- &
    jackd=$!
    for i in $(seq 200); do
        timeout 5 jack_lsp 2>/dev/null | grep -q playback_1 && return
        kill -0 $jackd 2>/dev/null || return 1
        sleep 0.05
    done
    return 1
}
jack_start() {
    jack_server "$@" && return
    # eight servers that were killed, and could not say that they are gone, leave no room for others
    grep -q 'Too many servers' jackd.log && ! pgrep -x 'jackd|jackdbus' >/dev/null && rm -f /dev/shm/jack-shm-registry &&
        jack_server "$@" || fail "jackd does not start"
}
jack_end() {
    kill ${jackd:-} 2>/dev/null
    for i in $(seq 30); do kill -0 ${jackd:-} 2>/dev/null || break; sleep 0.1; done
    kill -9 ${jackd:-} 2>/dev/null
    wait ${jackd:-} 2>/dev/null
    rm -f /dev/shm/jack_sem.*_${JACK_DEFAULT_SERVER}_* /dev/shm/jack_${JACK_DEFAULT_SERVER}_*
}
trap 'kill -9 ${kanon:-} 2>/dev/null; jack_end' EXIT
# kanon play with these words in the background, its lines in the file `said`, until it plays
play() {
    : >said
    "$KANON" "$@" >said 2>&1 8>&- &
    kanon=$!
    says ' plays\? on '
}
says() { # until a line says that
    for i in $(seq 1500); do
        grep -q -- "$1" said && return
        kill -0 $kanon 2>/dev/null || break
        sleep 0.01
    done
    grep -q -- "$1" said || fail "nothing says: $1"
}
# Ends it by a signal; its status must be the second word
ends() {
    [ -n "$1" ] && kill -"$1" $kanon
    wait $kanon
    status=$?
    kanon=
    [ $status = "$2" ] || fail "${1:-it} ended with status $status, not $2"
}
