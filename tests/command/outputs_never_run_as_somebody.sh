#!/bin/bash
# What is replaced keeps who may read and write it, and nothing else: no set-user-ID, set-group-ID or sticky bit.
fail() {
    echo "$*"
    exit 1
}
echo 'out = 0.5' >p.kn
for mode in 4755 2755 6777 1777 7640 640 600; do
    for out in x.wav x.c x.h x.dot x.svg k.c; do
        [ $out = x.svg ] && ! command -v dot >/dev/null && continue
        rm -f $out
        echo old >$out
        chmod $mode $out
        case $out in
        x.wav) words="render -o x.wav --for 1ms" ;;
        k.c) words="render -o y.wav --for 1ms --keep-c k.c" ;;
        x.c | x.h) words="build -o x.c" ;;
        *) words="graph -o $out" ;;
        esac
        "$KANON" $words p.kn 2>err || fail "$out: $(cat err)"
        [ "$(head -c 3 $out)" != old ] || fail "$out was not written"
        [ "$(stat -c %a $out)" = "${mode: -3}" ] || fail "$out: $mode became $(stat -c %a $out)"
    done
done
exit 0
