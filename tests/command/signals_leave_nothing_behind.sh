#!/bin/bash
# SIGINT, SIGTERM, SIGHUP and SIGKILL end the render by that signal, one of several threads too; nothing is left of it, the
# old file stays, and no compiler goes on.
fail() {
    echo "$*"
    exit 1
}
set -m # else a shell has its background children ignore SIGINT
mkdir tmp work
export TMPDIR="$PWD/tmp"
writes() { ls -l /proc/$pid/fd 2>/dev/null | grep -q "$PWD/work/"; } # a file without a name is seen here
for way in 'INT 1' 'INT 3' 'TERM 1' 'TERM 3' 'HUP 1' 'KILL 1' 'KILL 3'; do
    signal=${way% *}
    echo old >work/x.wav
    "$KANON" render -e 'noise(1)' --engine ref --jobs ${way#* } --for 40min -o work/x.wav 2>err &
    pid=$!
    for i in $(seq 200); do writes && break; sleep 0.02; done
    writes || fail "$signal: it does not write"
    kill -$signal $pid
    wait $pid
    status=$?
    [ $status = $((128 + $(kill -l $signal))) ] || fail "$signal: status is $status"
    [ "$(ls -A work)" = x.wav ] || fail "$signal: left behind: $(ls -A work)"
    [ "$(cat work/x.wav)" = old ] || fail "$signal: the old file did not survive"
    [ -z "$(ls -A tmp)" ] || fail "$signal: left in TMPDIR: $(ls -A tmp)"
done
# a compiler that has a child of its own and takes long
cat >slow <<'EOF'
#!/bin/bash
echo $$ >"$HERE/compiler"
sleep 100 &
echo $! >"$HERE/child"
wait
EOF
chmod +x slow
export HERE=$PWD
goes_on() { kill -0 "$(cat $1)" 2>/dev/null && ! grep -q '^State:.Z' /proc/"$(cat $1)"/status; }
for signal in INT TERM HUP KILL; do
    rm -f compiler child
    KANON_CC="$PWD/slow" "$KANON" render -e 0.5 --for 1ms --engine cc -o work/y.wav 2>err &
    pid=$!
    for i in $(seq 200); do [ -s child ] && break; sleep 0.02; done
    [ -s child ] || fail "$signal: no compiler: $(cat err)"
    kill -$signal $pid
    wait $pid 2>/dev/null
    for i in $(seq 200); do
        goes_on compiler || goes_on child || [ -n "$(ls -A tmp)" ] || break
        sleep 0.02
    done
    goes_on compiler && fail "$signal: the compiler goes on"
    goes_on child && fail "$signal: what the compiler started goes on"
    [ -z "$(ls -A tmp)" ] || fail "$signal: left in TMPDIR: $(ls -A tmp)"
    [ "$(ls -A work)" = x.wav ] || fail "$signal: left behind: $(ls -A work)"
done
exit 0
