#!/bin/bash
# --jobs gives the same file, for programs that remember nothing and for others, which threads share by stages.
fail() {
    echo "$*"
    exit 1
}
render() { "$KANON" render "$@" 2>err || fail "$(cat err)"; }
# the reference of what remembers takes a sanitizer long, and its pieces are those of the others
[ -n "$KANON_SANITIZED" ] && short=200ms || short=600ms
for program in '[sin(tau*440*t), noise(3)(t)]' '{ y(t) = noise(1)(t) + 0.9 * y(t - dt); y }' \
    '(t => sum(1..9, k => tanh(sin(tau*110*k*t)) / k)) |> freeverb |> lowpass(_, 3000)'; do
    for engine in ref auto; do
        [[ $engine$program == ref*freeverb* ]] && length=$short || length=600ms
        render -e "$program" --engine $engine --for $length -o one.f32
        for jobs in 2 5; do
            render -e "$program" --engine $engine --for $length --jobs $jobs -o many.f32
            cmp one.f32 many.f32 || fail "$engine, $jobs jobs: $program differs"
        done
        render -e "$program" --engine $engine --from 100ms --for $((${length%ms} - 100))ms --jobs 3 --block 100 -o many.f32
        tail -c $(wc -c <many.f32) one.f32 | cmp - many.f32 || fail "$engine, --from: $program differs"
    done
done
"$KANON" render -e 0.5 --jobs 0 -o x.wav 2>err; [ $? = 2 ] || fail "--jobs 0 passes"

# an effect with its tail, and params that move
cat >effect.kn <<'END'
input x
param wet = 0.3 in 0..1
param cutoff = 900Hz in 100Hz..5kHz
drive(t) = tanh(3 * x(t) * (1 + 0.3 * sin(tau * 5 * t)))
out = drive |> lowpass(_, cutoff) |> _ + wet * freeverb(_, room: 0.6)
END
render -e 'noise(2)(t) * exp(-9 * t)' --for 500ms -o in.wav
for more in '' '--from 0.25s --block 77' '--set cutoff=t=>300+900*t --for 0.6s' '--set wet=0.9 --for 0.7s'; do
    render effect.kn --in in.wav $more --jobs 1 -o one.wav
    for jobs in 2 3; do
        render effect.kn --in in.wav $more --jobs $jobs -o many.wav
        cmp one.wav many.wav || fail "an effect, $jobs jobs $more: another file"
    done
done
