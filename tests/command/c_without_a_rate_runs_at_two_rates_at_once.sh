#!/bin/bash
# Tables that hang on the rate are in the state: two instances of C that is told its rate run at two rates, block after
# block, each with the sound of C that was made for that rate. At a rate too low for a table decays are numbers still.
fail() {
    echo "$*"
    exit 1
}
cat >program.kn <<'K'
voice(k, t) = sine(300 + 70 * k)(t) * decay(0.1 + 0.03 * k)(t)
click = (t => exp(-50000 * t) + 0.1 * sine(1000)(t)) |> at(20ms)
out = [sum(0..5, k => (t => voice(k, t)) |> at(10ms * k)), sum(1..20, k => 0.05 * sine(110 * k)), click, 0.3 * sine(440) * perc(3ms, 0.2)]
K
cat >host.c <<'C'
#include <math.h>
#include <stdio.h>
enum { OUTPUTS = 4, BLOCK = 50, BLOCKS = 200 };
#include "any.h"
#include "at_44100.h"
#include "at_96000.h"
static any two[2], low;
static at_44100 slow;
static at_96000 fast;
static float got[2][OUTPUTS][BLOCK], expected[2][OUTPUTS][BLOCK], *to[2][OUTPUTS], *from[2][OUTPUTS];
int main(void) {
    for (int i = 0; i < 2 * OUTPUTS; i++) {
        to[i / OUTPUTS][i % OUTPUTS] = got[i / OUTPUTS][i % OUTPUTS];
        from[i / OUTPUTS][i % OUTPUTS] = expected[i / OUTPUTS][i % OUTPUTS];
    }
    if (!any_init(&two[0], 44100) || !any_init(&two[1], 96000) || !any_init(&low, 3)) return 1;
    if (!at_44100_init(&slow, 44100) || !at_96000_init(&fast, 96000)) return 1;
    for (int block = 0; block < BLOCKS; block++) {
        any_process(&two[0], 0, to[0], BLOCK);
        any_process(&two[1], 0, to[1], BLOCK);
        at_44100_process(&slow, 0, from[0], BLOCK);
        at_96000_process(&fast, 0, from[1], BLOCK);
        for (int i = 0; i < 2 * OUTPUTS * BLOCK; i++) {
            const float x = (&got[0][0][0])[i], y = (&expected[0][0][0])[i];
            if (!(fabsf(x - y) <= 2e-6f)) return printf("block %d: %g, not %g\n", block, (double)x, (double)y), 1;
        }
        any_process(&low, 0, to[0], BLOCK);
        for (int i = 0; i < OUTPUTS * BLOCK; i++)
            if (!(fabsf((&got[0][0][0])[i]) <= 8)) return printf("at 3 Hz: %g\n", (double)(&got[0][0][0])[i]), 1;
    }
    return 0;
}
C
"$KANON" build program.kn --name any -o any.c || fail "it is not built"
for rate in 44100 96000; do
    "$KANON" build program.kn --name at_$rate -o at_$rate.c --rate $rate || fail "it is not built for $rate"
done
grep -q kn_strip_osc_table any.c && grep -q kn_strip_decay_table any.c && grep -q kn_strip_partials_f any.c ||
    fail "it has no tables of its rate"
gcc -std=c11 -Wall -Wextra -Werror -O2 host.c any.c at_44100.c at_96000.c -lm -o host || fail "it does not compile"
./host || fail "they differ"
gcc -std=c11 -O2 -fno-pie -c any.c && nm any.o | grep -i ' [bdc] ' && fail "something static can be written"
exit 0
