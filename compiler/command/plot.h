/* What `kanon plot` is made of: signals of programs and sound files, and the panels that are made of them. */
#ifndef KANON_COMMAND_PLOT_H
#define KANON_COMMAND_PLOT_H

#include "command/command.h"
#include "measure/spectrum.h"
#include "plot/plot.h"

/* What is plotted of one program or sound file. */
typedef struct PlotSubject {
    Request request;    /* that of the command, with this file or expression alone */
    const char *name;   /* as it is shown */
    bool is_sound_file; /* else a program */
    Compile *c; /* of a program; of a sound file that of `out = 0`, by which times are read */
    double rate;
    SoundInput *sound, *in; /* of a sound file; of --in */
} PlotSubject;

/* One curve's worth of samples. */
typedef struct PlotSignal {
    const char *label; /* "out[1]", "bell.kn" */
    Channel channel;
    double from; /* seconds, of its first frame */
} PlotSignal;

typedef struct PlotSignals {
    PlotSignal *items;
    int n, cap;
    float **samples; /* all that they point into */
    int nsamples, samples_cap;
} PlotSignals;
void plot_signals_free(PlotSignals *all);

enum {
    MOST_PLOT_SIGNALS = 8,
    MOST_PLOT_SAMPLES = 1 << 26, /* that are held, of all signals together */
    MOST_CHANNELS = 1024,        /* that can be chosen of */
};

/* The figure at hand, and what the options say of it. */
typedef struct Plot {
    const Request *request;
    Figure *figure;
    int width;    /* pixels, or dots of a terminal */
    int window;   /* frames; 0: the usual ones */
    double floor; /* dB; NAN: the usual one */
    int subjects; /* programs and sound files */
    int samples;  /* that are held so far */
    FilesRead files;
    bool chosen[MOST_CHANNELS]; /* of any subject, by --channel */
    bool all;                   /* there was none */
} Plot;

/* ---- command/plot_signals.c ------------------------------------------------------------------- */

/* Is that channel plotted? */
bool plot_shows(const Plot *plot, int channel);
/* How many of so many are. */
int plot_shown(const Plot *plot, int channels);
/* What the subject sounds like, a signal for each channel. Returns the exit status, a message was printed. */
int plot_listen(Plot *plot, PlotSubject *subject, PlotSignals *all);
/* What it makes of an impulse that all of its inputs hear; a sound file is one already. */
int plot_listen_to_impulse(Plot *plot, PlotSubject *subject, PlotSignals *all);

/* ---- command/plot_panels.c --------------------------------------------------------------------- */

void plot_wave(Plot *plot, const PlotSignals *all);
void plot_spectrum(Plot *plot, const PlotSignals *all);
void plot_spectrogram(Plot *plot, const PlotSignals *all);
/* A panel each that is asked for: magnitude, phase, group delay. */
void plot_response(Plot *plot, const PlotSignals *all);

/* ---- command/plot_roots.c ----------------------------------------------------------------------- */

/* A panel with poles and zeros of all these programs. Returns the exit status, a message was printed. */
int plot_roots(Plot *plot, PlotSubject *subjects, int n);

#endif
