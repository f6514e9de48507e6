/* What frequencies are in a sound. Levels are in dB of a sine at full scale, which is 0. */
#ifndef KANON_MEASURE_SPECTRUM_H
#define KANON_MEASURE_SPECTRUM_H

#include "base/base.h"

/* One channel of interleaved frames. */
typedef struct Channel {
    const float *samples; /* its first */
    int stride;           /* channels of a frame */
    int64_t frames;
    double rate; /* Hz */
} Channel;

/* ---- measure/spectrum.c ------------------------------------------------------------------------ */

typedef struct Spectrum {
    int bins;       /* 0 Hz to rate / 2, both counted */
    double spacing; /* Hz between bins */
    double *level;  /* dB; -INFINITY is silence */
    double width;   /* Hz from a sine's bin to where its window is 0 */
    int64_t windows,
        left_out; /* windows that were averaged, and that had numbers that are not finite */
} Spectrum;

/* Welch's average (1967) of the power of windows of so many frames that overlap by two thirds, or of the one that the sound is
 * long. Each is weighed by the Blackman-Harris window of four terms, whose side lobes are 92 dB down, and seen at four times as
 * many bins, so that a sine between two is at most 0.06 dB too low. */
Spectrum *spectrum_measure(const Channel *c, int window);
void spectrum_free(Spectrum *s);

typedef struct Peak {
    double frequency, level; /* Hz, dB */
} Peak;
/* The highest peaks above `floor` dB, the highest first; returns how many. A peak is higher than all within its width, and
 * the spectrum falls by 6 dB on both sides before it rises above it. */
int spectrum_peaks(const Spectrum *s, double floor, Peak *peaks, int most);
/* "A4", "A4 +12 cents"; empty below C-1 and above B12. Tuned to 440 Hz. */
void note_name(double frequency, char text[24]);

/* ---- measure/spectrogram.c ------------------------------------------------------------------------ */

typedef struct Spectrogram {
    int columns, bins;
    double
        seconds; /* of a column: the first is centred half of that behind the sound's beginning */
    double spacing; /* Hz between bins; the first is 0 Hz */
    float *level;   /* dB, column by column; NAN where the sound has numbers that are not finite */
} Spectrogram;

/* The loudest of what Hann windows of so many frames hear in each of at most `columns` columns. Windows begin at most half a
 * window behind each other, and before the sound too: there it is silent. */
Spectrogram *spectrogram_measure(const Channel *c, int window, int columns);
void spectrogram_free(Spectrogram *s);

#endif
