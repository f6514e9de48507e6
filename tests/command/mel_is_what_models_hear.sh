#!/bin/bash
# kanon mel against the definitions of Whisper (log_mel_spectrogram) and of librosa's and HTK's mel spectra, computed in double by the
# sums as they are written down; the array's form; what is refused.
fail() {
    echo "$*"
    exit 1
}
cat >reference.c <<'EOC'
/* reference SOUND.f32 ARRAY.npy RATE SIZE HOP MELS slaney|htk whisper|db|none: 0 where the array is right. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static double to_mel(int htk, double f) {
    if (htk) return 2595.0 * log10(1.0 + f / 700.0);
    double mels = (f - 0.0) / (200.0 / 3);
    if (f >= 1000.0) mels = (1000.0 - 0.0) / (200.0 / 3) + log(f / 1000.0) / (log(6.4) / 27.0);
    return mels;
}
static double to_hertz(int htk, double m) {
    if (htk) return 700.0 * (pow(10.0, m / 2595.0) - 1.0);
    double freqs = 0.0 + (200.0 / 3) * m;
    if (m >= 15.0) freqs = 1000.0 * exp((log(6.4) / 27.0) * (m - 15.0));
    return freqs;
}
int main(int argc, char **argv) {
    static float x[1 << 20];
    (void)argc;
    const double rate = atof(argv[3]);
    const int size = atoi(argv[4]), hop = atoi(argv[5]), mels = atoi(argv[6]), htk = argv[7][0] == 'h';
    FILE *f = fopen(argv[1], "rb");
    const long n = (long)fread(x, sizeof *x, 1 << 20, f), frames = n / hop;
    fclose(f);
    f = fopen(argv[2], "rb");
    char head[256] = {0}, form[200];
    float *got = malloc(sizeof *got * (size_t)(mels * frames));
    if (fread(head, 1, 10, f) != 10 || memcmp(head, "\x93NUMPY\1\0", 8)) return puts("no npy"), 1;
    const int length = (unsigned char)head[8] + 256 * (unsigned char)head[9];
    if ((10 + length) % 64 || fread(head, 1, (size_t)length, f) != (size_t)length || head[length - 1] != '\n') return puts("header"), 1;
    snprintf(form, sizeof form, "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %ld), }", mels, frames);
    if (strncmp(head, form, strlen(form))) return printf("%s, not %s\n", head, form), 1;
    if (fread(got, sizeof *got, (size_t)(mels * frames), f) != (size_t)(mels * frames) || fgetc(f) != EOF) return puts("length"), 1;
    double *want = calloc((size_t)(mels * frames), sizeof *want), most = -1e300, worst = 0;
    double *c = malloc(sizeof *c * (size_t)size), *s = malloc(sizeof *s * (size_t)size), *power = malloc(sizeof *power * (size_t)size);
    for (int k = 0; k < size; k++)
        c[k] = cos(2 * M_PI * k / size), s[k] = sin(2 * M_PI * k / size);
    for (long t = 0; t < frames; t++) {
        for (int k = 0; k <= size / 2; k++) {
            double re = 0, im = 0;
            for (int j = 0; j < size; j++) {
                long at = t * hop - size / 2 + j; /* center, pad_mode="reflect" */
                if (at < 0) at = -at;
                if (at >= n) at = 2 * (n - 1) - at;
                const double v = (0.5 - 0.5 * c[j]) * x[at];
                re += v * c[(long)j * k % size];
                im -= v * s[(long)j * k % size];
            }
            power[k] = re * re + im * im;
        }
        for (int i = 0; i < mels; i++) {
            double p[3], sum = 0;
            for (int e = 0; e < 3; e++)
                p[e] = to_hertz(htk, to_mel(htk, 0) + (i + e) * (to_mel(htk, rate / 2) - to_mel(htk, 0)) / (mels + 1));
            for (int k = 0; k <= size / 2; k++) {
                const double at = k * rate / size, lower = -(p[0] - at) / (p[1] - p[0]), upper = (p[2] - at) / (p[2] - p[1]);
                const double weight = fmax(0, fmin(lower, upper));
                sum += weight * power[k] * (htk ? 1 : 2.0 / (p[2] - p[0]));
            }
            if (argv[8][0] != 'n') sum = log10(fmax(sum, 1e-10));
            want[i * frames + t] = sum;
            most = fmax(most, sum);
        }
    }
    for (long i = 0; i < mels * frames; i++) {
        double w = want[i], by = 1e-4;
        if (argv[8][0] == 'w') w = (fmax(w, most - 8) + 4) / 4;
        if (argv[8][0] == 'd') w = 10 * fmax(w, most - 8), by = 1e-3;
        if (argv[8][0] == 'n') by = 1e-5 * most;
        const double error = fabs(got[i] - w) / by;
        if (!(error <= worst)) worst = error;
    }
    if (!(worst <= 1)) printf("%g times the bound\n", worst);
    return !(worst <= 1);
}
EOC
gcc -std=gnu11 -O2 -Wall -Wextra reference.c -lm -o reference || fail "the test does not compile"
voice='0.4 * saw(130 + 30 * sine(3)) * (0.5 + 0.5 * sine(2)) + 0.01 * noise'
"$KANON" render -e "$voice" --rate 16000 --for 0.7003s --bits 32 -o a.wav 2>err || fail "$(cat err)"
"$KANON" render -e "$voice" --rate 16000 --for 0.7003s -o a.f32 2>err || fail "$(cat err)"
agree() { # arguments of reference behind the files; options of kanon
    local what="$1 $2 $3 $4 $5 $6"
    "$KANON" mel a.wav --rate $1 --n-fft $2 --hop $3 --mels $4 --scale $5 --log $6 -o a.npy 2>err || fail "$what: $(cat err)"
    ./reference a.f32 a.npy $1 $2 $3 $4 $5 $6 >out || fail "$what: $(cat out)"
}
"$KANON" mel a.wav 2>err || fail "$(cat err)"
grep -q 'a.npy: 80 mels, 70 frames of 400 samples, 160 apart, at 16000 Hz' err || fail "$(cat err)"
./reference a.f32 a.npy 16000 400 160 80 slaney whisper >out || fail "what Whisper hears: $(cat out)"
agree 16000 400 160 128 slaney whisper
agree 16000 512 200 40 htk db
agree 16000 675 100 30 slaney none
agree 16000 400 160 23 htk whisper
"$KANON" mel a.wav -o - | cmp - <("$KANON" mel a.wav -o b.npy 2>err; cat b.npy) || fail "standard output has another array"
# channels are their mean; other rates are resampled
"$KANON" render -e "[2 * ($voice), 0 * time]" --rate 16000 --for 0.7003s --bits 32 -o two.wav 2>err ||
    "$KANON" render -e "[2 * ($voice), 0]" --rate 16000 --for 0.7003s --bits 32 -o two.wav 2>err || fail "$(cat err)"
"$KANON" mel two.wav -o two.npy 2>err && ./reference a.f32 two.npy 16000 400 160 80 slaney whisper >out || fail "two channels: $(cat err out)"
"$KANON" render -e 'sine(440)' --rate 48000 --for 1s --bits 32 -o fine.wav 2>err || fail "$(cat err)"
"$KANON" mel fine.wav 2>err && grep -q '80 mels, 100 frames' err || fail "resampled: $(cat err)"
refused() { # status, words, arguments
    local status=$1 words=$2
    shift 2
    "$KANON" mel "$@" 2>err
    local got=$?
    [ $got = "$status" ] || fail "$* ends with $got: $(cat err)"
    grep -qF -- "$words" err || fail "$*: $(cat err)"
}
refused 2 "kanon mel wants a sound file"
refused 3 "cannot read no.wav" no.wav
refused 3 "cannot read reference.c" reference.c
refused 2 "--n-fft takes a product of 2, 3 and 5, such as 405, not 401" a.wav --n-fft 401
refused 2 "--n-fft takes a whole number from 2 to 65536, not '1'" a.wav --n-fft 1
refused 2 "--hop takes a whole number" a.wav --hop 0
refused 2 "--mels takes a whole number" a.wav --mels 80x
refused 2 "--scale takes slaney or htk, not 'bark'" a.wav --scale bark
refused 2 "--log takes none, db or whisper, not 'ln'" a.wav --log ln
refused 1 "more than half of one is needed" a.wav --n-fft 32768
refused 3 "no/such/a.npy" a.wav -o no/such/a.npy
refused 2 "would be destroyed" a.wav -o a.wav
"$KANON" mel a.wav --mels 300 -o c.npy 2>err && grep -q 'filters are narrower than the bins' err || fail "no warning: $(cat err)"
