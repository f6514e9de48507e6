#!/bin/bash
# Inputs, outputs, params, pure, bytes, as text and as JSON.
fail() {
    echo "$*"
    exit 1
}
printf 'input left, right\nparam cutoff = 800Hz in 20Hz..20kHz log "Cut \\"off"\nout = [left, cutoff]\n' >x.kn
"$KANON" check x.kn >out 2>err || fail "$(cat err)"
for part in left right 'cutoff = 800Hz in 20Hz..20000Hz log' remembers 'the input `left`'; do
    grep -q "$part" out || fail "no '$part' in: $(cat out)"
done
"$KANON" check x.kn --json >out 2>err || fail "$(cat err)"
for part in '"inputs":\["left","right"\]' '"outputs":2' '"name":"cutoff"' '"min":20,' '"max":20000' '"initial":800' '"log":true' '"pure":false' '"state_bytes":[0-9]' '"label":"Cut \\"off"'; do
    grep -q -- "$part" out || fail "no $part in: $(cat out)"
done
if command -v python3 >/dev/null; then python3 -m json.tool <out >/dev/null || fail "no JSON: $(cat out)"; fi
"$KANON" check -e 'sin(tau*440*t)' --json >out 2>err || fail "$(cat err)"
grep -q '"pure":true,"remembers":\[\]' out || fail "a sine is not pure: $(cat out)"
"$KANON" check x.kn --explain >out 2>err || fail "--explain: $(cat err)"
