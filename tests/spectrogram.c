/* For the picture of `make demo`: reads raw f32 frames from standard input and writes two tables
 * for gnuplot, demo.wave (time, least, greatest of the first channel) and demo.spectrum (time,
 * frequency, dB, of all channels mixed, over bands a third of a semitone wide). spectrogram
 * CHANNELS FOLDER, at 48000 Hz. */
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 8192, HALF = SIZE / 2, COLUMNS = 700, BANDS = 330, RATE = 48000 };

static float *frames;
static long n, channels;

static void read_frames(void) {
    long have = 0, room = 1 << 16;
    frames = malloc(sizeof *frames * (size_t)room);
    for (size_t got; frames && (got = fread(frames + have, sizeof *frames, (size_t)(room - have),
                                            stdin)) > 0;) {
        have += (long)got;
        if (have == room) frames = realloc(frames, sizeof *frames * (size_t)(room *= 2));
    }
    if (!frames) exit(1);
    n = have / channels;
}

static double mixed(long at) {
    double sum = 0;
    for (long k = 0; k < channels && at >= 0 && at < n; k++)
        sum += (double)frames[at * channels + k];
    return sum / (double)channels;
}

static void transform(double complex *x, int size) {
    if (size == 1) return;
    double complex *scratch = malloc(sizeof *scratch * (size_t)size), *odd = scratch + size / 2;
    if (!scratch) exit(1);
    for (int i = 0; i < size / 2; i++) {
        scratch[i] = x[2 * i];
        odd[i] = x[2 * i + 1];
    }
    transform(scratch, size / 2);
    transform(odd, size / 2);
    for (int i = 0; i < size / 2; i++) {
        double complex turned = cexp(-2 * 3.14159265358979323846 * I * i / size) * odd[i];
        x[i] = scratch[i] + turned;
        x[i + size / 2] = scratch[i] - turned;
    }
    free(scratch);
}

static void column(double seconds, FILE *out) {
    static double complex x[SIZE];
    double window = 0;
    for (int i = 0; i < SIZE; i++) {
        double w = 0.5 - 0.5 * cos(2 * 3.14159265358979323846 * i / SIZE);
        window += w / 2;
        x[i] = w * mixed((long)(seconds * RATE) - HALF + i);
    }
    transform(x, SIZE);
    for (int b = 0; b < BANDS; b++) {
        double low = 30 * exp2(b / 36.0), high = 30 * exp2((b + 1) / 36.0), most = 0;
        double at = low * SIZE / RATE, end = high * SIZE / RATE;
        for (long k = (long)floor(at); k <= (long)ceil(end) && k < HALF; k++)
            most = fmax(most, cabs(x[k]));
        fprintf(out, "%g %g %.1f\n", seconds, low, fmax(-120, 20 * log10(most / window + 1e-9)));
    }
    fputc('\n', out);
}

static void wave(FILE *out) {
    long columns = 1400;
    for (long c = 0; c < columns; c++) {
        double low = 0, high = 0;
        for (long i = c * n / columns; i < (c + 1) * n / columns; i++) {
            low = fmin(low, (double)frames[i * channels]);
            high = fmax(high, (double)frames[i * channels]);
        }
        fprintf(out, "%g %g %g\n", (double)(c * n / columns) / RATE, low, high);
    }
}

static FILE *create(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (!file) {
        perror(path);
        exit(1);
    }
    return file;
}

int main(int argc, char **argv) {
    if (argc != 3 || (channels = atol(argv[1])) < 1) return 2;
    read_frames();
    FILE *waves = create(argv[2], "demo.wave"), *spectrum = create(argv[2], "demo.spectrum");
    wave(waves);
    for (int c = 0; c < COLUMNS; c++)
        column((double)n / RATE * c / COLUMNS, spectrum);
    return fclose(waves) || fclose(spectrum) ? 1 : 0;
}
