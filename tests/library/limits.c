/* What definitions are where a knob stands at an end at which their formula divides by 0: the limit. In: `end`, a param that
 * stands at 0. That nothing worse comes out on the way there and back is held by edges.c. */
#include "library.h"

#include <math.h>

#define END "param end = 0 in -1..1\nx = sine(100)\n"
#define X   sin(2 * M_PI * 100 * t)

FORM(softclip, 0.1, END "out = softclip(x, end)", X)
FORM(arctan, 0.1, END "out = arctan(x, end)", X)
FORM(adaa_softclip, 0.1, END "out(t) = adaa_softclip(x, end)(t) - 0.5 * (x(t) + x(t - dt))", 0 * t)
FORM(bandpass, 0.1, END "out = bandpass(x, 1kHz, end)", X)
FORM(notch, 0.1, END "out = notch(x, 1kHz, end)", 0 * t)
FORM(allpass, 0.1, END "out = allpass(x, 1kHz, end)", -X)
FORM(lowpass, 0.1, END "out = lowpass(x, 1kHz, end)", 0 * t)
FORM(highpass, 0.1, END "out = highpass(x, 1kHz, end)", 0 * t)
FORM(peaking, 0.1, END "out = peaking(x, 1kHz, end)", 0 * t)
FORM(lowshelf, 0.1, END "out = lowshelf(x, 1kHz, end)", 0 * t)
FORM(highshelf, 0.1, END "out = highshelf(x, 1kHz, end)", 0 * t)
FORM(onepole, 0.1, END "out = onepole(1 + x, end - 5)", 0 * t)
FORM(comb, 0.1, END "out = comb(x, 200ms, end + 5)", X)
FORM(decay, 0.1, END "out = decay(end)", 0 * t)
FORM(decay_below, 0.1, END "out = decay(end - 1)", 0 * t)
FORM(perc, 0.1, END "out = perc(5ms, end)", t < 0.005 - 1e-9 ? t / 0.005 : 0)
FORM(perc_bent, 0.004, END "out = perc(5ms, 0.1, 100 + end)",
     exp(100 * (t / 0.005 - 1)) * (1 - exp(-100 * t / 0.005)))
FORM(hihat, 0.1, END "out = hihat(end)", 0 * t)
FORM(clap, 0.1, END "out(t) = if t < 30ms then 0 else clap(end)(t)", 0 * t)
FORM(ad, 0.1, END "out = ad(5ms, end - 1)", t < 0.005 - 1e-9 ? t / 0.005 : 0)
FORM(reverse_delay, 0.1, END "out(t) = reverse_delay(x, end)(t) - x(t - dt)", 0 * t)
FORM(limiter, 0.1, END "out = limiter(x, end)", 0 * t)
FORM(loop, 0.1, END "out = loop(cosine(100), end)", 1 + 0 * t)
FORM(since, 0.1, END "out = since(pattern(\"x.\"), end)", t)
FORM(chirp, 0.1, END "out = chirp(100 + end, 100, 1)", X)
FORM(kick, 0.1, END "out = kick(100, 1, 4, end)", X *pow(10, -3 * t))
FORM(freeverb, 0.1, END "out = freeverb(x, end - 3)[0] - freeverb(x, end)[0]", 0 * t)

#define LIMIT(NAME, DEFINITION, AGAINST, BOUND)                                                    \
    { DEFINITION, CLOSED_FORM, AGAINST, NAME##_error, BOUND, "" }
const Proof limits_proofs[] = {
    LIMIT(softclip, "softclip", "x, with drive 0", 1e-9),
    LIMIT(arctan, "arctan", "x, with drive 0", 1e-9),
    LIMIT(adaa_softclip, "adaa_softclip", "the mean of two samples of x, with drive 0", 1e-9),
    LIMIT(bandpass, "bandpass", "x, with q 0", 1e-4),
    LIMIT(notch, "notch", "0, with q 0", 1e-4),
    LIMIT(allpass, "allpass", "-x, with q 0", 1e-4),
    LIMIT(lowpass, "lowpass", "0, with q 0", 1e-4),
    LIMIT(highpass, "highpass", "0, with q 0", 1e-4),
    LIMIT(peaking, "peaking", "0, with gain 0", 1e-4),
    LIMIT(lowshelf, "lowshelf", "0, with gain 0", 1e-4),
    LIMIT(highshelf, "highshelf", "0, with gain 0", 1e-4),
    LIMIT(onepole, "onepole", "0, with a cutoff below 0", 0),
    LIMIT(comb, "comb", "x before its first echo, with g above 1", 1e-9),
    LIMIT(decay, "decay", "0, with t60 0", 0),
    LIMIT(decay_below, "decay", "0, with t60 below 0", 0),
    LIMIT(perc, "perc", "its attack alone, with t60 0", 1e-9),
    LIMIT(perc_bent, "perc", "e^(100 (x - 1)) (1 - e^(-100 x)), x = t / attack, with curve 100",
          1e-9),
    LIMIT(hihat, "hihat", "0, with t60 0", 0),
    LIMIT(clap, "clap", "0 after its bursts, with t60 0", 0),
    LIMIT(ad, "ad", "its attack alone, with a decay below 0", 1e-9),
    LIMIT(reverse_delay, "reverse_delay", "x a sample ago, with pieces of 0 s", 1e-9),
    LIMIT(limiter, "limiter", "0, with a ceiling of 0", 1e-9),
    LIMIT(loop, "loop", "what it begins with, with a period of 0", 1e-9),
    LIMIT(since, "since", "t, at a stop", 1e-6),
    LIMIT(chirp, "chirp", "sin(2 pi f t), with from and to equal", 1e-9),
    LIMIT(kick, "kick", "sin(2 pi f t) 10^(-3 t), with a fall of 0 s", 5e-6),
    LIMIT(freeverb, "freeverb", "itself with room 0, with one below", 0),
    {0}};
const Stress limits_stresses[] = {{0}};
