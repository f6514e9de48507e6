/* Proofs of the standard library: each definition against something that is not itself. A family of
 * definitions (a file of stdlib/) has its file of proofs beside this one, which ends in a table; library.c
 * lists the families and hears programs, faust.c hears those of Faust, response.c measures filters, rates.c what
 * is to be the same at each sample rate, tone.c pitches and spectra, stress.c turns every param of every definition about.
 *
 * Programs are run by the reference interpreter, in double: that the engines agree with it is held
 * elsewhere (mode_run.c), for the same definitions. */
#ifndef KANON_LIBRARY_TESTS_H
#define KANON_LIBRARY_TESTS_H

#include "../driver.h"

#include <complex.h>

typedef enum {
    CLOSED_FORM, /* a formula of time */
    RESPONSE,    /* an analytic frequency response */
    PUBLISHED,   /* a table or figures that were published */
    LAW,         /* of energy, reciprocity, symmetry, statistics */
    FAUST,       /* Faust's function of the same kind; no test where `faust` is not installed */
    SCIPY,       /* figures of SciPy's filter design */
    BEHAVIOUR    /* times and levels that the text promises */
} ProofKind;

typedef struct Proof {
    const char *definition; /* its name in stdlib/ */
    ProofKind kind;
    const char *against;   /* what it is compared with: "sin(2 pi f t)" */
    double (*error)(void); /* the worst error; NAN or infinite when it cannot be told */
    double bound;          /* the greatest error that passes */
    const char *unit;      /* of both: "dB", "cents", "samples", "" for plain numbers */
} Proof;

typedef struct Stress {
    const char *definition;
    const char *program; /* `input x` or nothing to hear, params over their ranges, and `out` */
} Stress;

typedef struct
    Family { /* the proofs of one file of stdlib/; each table ends with a row without a name */
    const Proof *proofs;
    const Stress *stresses;
} Family;

extern const Family proof_families[]; /* ends with a row without proofs */
const char *proof_kind_name(ProofKind kind);

/* ---- stress.c: every param turned about ------------------------------------------------------------ */

bool stress_run(const Stress *s);

/* ---- messages.c: what is said of wrong arguments ------------------------------------------------------ */

/* c has the library, with its texts. */
bool messages_run(Compile *c, const char *definition);

/* ---- edges.c: every argument at and beyond the ends of its range ------------------------------------- */

/* The place of an argument in the example of its definition. */
typedef struct Place {
    const char *before, *after; /* the text around it; NULL where the example has no call */
    const char *usual;          /* what stands there */
    bool given;                 /* is it written in the example? */
} Place;

/* Of parameter `index` of a function; false when there are no more, or it is none. */
bool place_of(Compile *c, const char *definition, int index, Place *place);
/* Is it a function whose arguments are heard? c has the library, with its texts. */
bool edges_are_heard(Compile *c, const char *definition);
bool edges_run(Compile *c, const char *definition);
/* Each argument that may vary is tried so; prints how many there are. */
bool edges_are_all_tried(Compile *c, const char *const *definitions, int n);

/* ---- latency.c: by how much what is late says that it is ------------------------------------------------ */

/* c has the library, with its texts. */
bool latencies_are_told(Compile *c, const char *const *definitions, int n);

/* ---- library.c: programs heard ------------------------------------------------------------------- */

typedef struct Heard {
    double rate;
    int channels, frames; /* 0 channels: the program has errors, which were printed */
    double **channel;
} Heard;

/* Runs a program for so many frames from time 0. The text is as for printf. In front of it stand, for all
 * programs: `impulse` (1 at time 0, then 0), `step` (1 from time 0 on) and `input x` when `heard_input`
 * gives one. */
Heard hear(double rate, int frames, const char *format, ...) KN_PRINTF(3, 4);
Heard hear_input(double rate, int frames, const double *input, const char *format, ...)
    KN_PRINTF(4, 5);
/* The same as `hear` by machine code, in single precision: for minutes of noise. */
Heard hear_fast(double rate, int frames, const char *format, ...) KN_PRINTF(3, 4);
void heard_free(Heard h);
/* Is `out` of this program found to be pure? Its errors are printed, and are no. */
bool is_pure(const char *format, ...) KN_PRINTF(1, 2);

/* The worst |out - f(t)| over channel 0 of so many seconds, at 44.1, 48, 96 and 192 kHz. */
double error_of_form(const char *program, double seconds, double (*f)(double t));
/* Defines `double NAME_error(void)`: that of a program against FORMULA, an expression of t. */
#define FORM(NAME, SECONDS, PROGRAM, FORMULA)                                                      \
    static double NAME##_form(double t) {                                                          \
        return FORMULA;                                                                            \
    }                                                                                              \
    static double NAME##_error(void) {                                                             \
        return error_of_form(PROGRAM, SECONDS, NAME##_form);                                       \
    }
/* The phase of an oscillator in turns, in [0, 1): f * t, and what is within 1e-9 of a turn is one. */
double turns(double f, double t);
/* The same of each channel: f tells which. */
double error_of_forms(const char *program, double seconds, double (*f)(int channel, double t));
/* The worst error of the numbers of a list, an expression. */
double error_of_numbers(const char *list, int n, const double *expected);
/* Defines `double NAME_error(void)`: that of the numbers of a list against those that follow. */
#define NUMBERS(NAME, LIST, ...)                                                                   \
    static double NAME##_error(void) {                                                             \
        static const double expected[] = {__VA_ARGS__};                                            \
        return error_of_numbers(LIST, (int)(sizeof expected / sizeof *expected), expected);        \
    }
/* How many of these programs, up to NULL, remember. They may use `param a = 1 in 0.1..2`. */
double remembering(const char *const *signals);
/* 20 log10 of an error against a peak. */
double decibels(double error, double peak);

/* ---- faust.c: programs of Faust heard --------------------------------------------------------------- */

/* Is the program `faust` installed? Looked for once. */
bool faust_is_here(void);
/* Runs `process` (text of Faust, after `import("stdfaust.lib")`) for so many frames at a rate, in double
 * precision. Every input of it hears the frames of `input`, which stays the caller's; NULL is silence. 0 channels:
 * it does not compile or run, which was printed. Freed by heard_free. Writes into the current folder. */
Heard hear_faust(double rate, int frames, const double *input, const char *process);

typedef enum {
    IMPULSE, /* 1, then 0 */
    NOISE,   /* white, -1 to 1 */
    STEPS    /* the same at levels from 0.01 to 1, 30 ms each */
} FaustInput;

/* So many frames of it, malloc'd. */
double *faust_input(FaustInput kind, double rate, int frames);

typedef struct FaustPair {
    FaustInput input;
    double seconds;
    double rate;         /* in Hz; 0: 44.1 and 96 kHz */
    const char *program; /* of Kanon, which hears the input as x */
    const char *process; /* of Faust, with as many channels */
} FaustPair;

/* The worst difference between the two, of any sample of any channel, against the peak of that channel of
 * Faust's; infinite where that is silent. */
double error_of_faust(const FaustPair *pair);

/* ---- response.c: filters --------------------------------------------------------------------------- */

/* What a filter does to e^(2 pi i f t). */
typedef double complex (*FrequencyResponse)(double f, double rate, const void *data);

/* The response of a program to an impulse, against an analytic one at 30 frequencies from 20 Hz to 0.45 of
 * the rate, at 44.1, 48, 96 and 192 kHz. The impulse response must be over after `seconds`. The worst
 * error in dB, 10 degrees counting as one dB: 0.05 means 0.05 dB and 0.5 degrees. Where the response is
 * below -100 dB only that is compared, below -60 dB only the gain. */
double error_of_response(const char *program, double seconds, FrequencyResponse expected,
                         const void *data);
/* Of channel k. */
double error_of_channel_response(const char *program, int k, double seconds,
                                 FrequencyResponse expected, const void *data);
/* Of channel k of a program that hears the impulse as its input `x`: a signal that has a past, and nothing
 * between its samples. */
double error_of_heard_response(const char *program, int k, double seconds,
                               FrequencyResponse expected, const void *data);
/* A delay of d seconds of what has a past: interpolated linearly, as the language has it. */
double complex delay_response(double f, double rate, double d);
/* The same in a loop, where it takes nothing: by Thiran's all-pass of first order (1971). */
double complex allpass_delay_response(double f, double rate, double d);
/* The same by Lagrange's polynomial of odd order through the samples around, as of lagrange_delay (Laakso and others
 * 1996). */
double complex lagrange_response(double f, double rate, double d, int order);
/* The filter onepole(x, cutoff): (1 - a) / (1 - a z^-1), a = exp(-2 pi cutoff / rate). */
double complex pole_response(double f, double rate, double cutoff);
/* The response of frames of an impulse response at a frequency. */
double complex response_at(const double *impulse, int frames, double f, double rate);
/* What a loop loses: power gain 1 / (1 + (2 pi f time)^2), the same at each rate; a zero that bends the scale of
 * frequencies and the pole that goes with it. */
double complex loss_response(double f, double rate, double time);
/* s = (z - 1)/(z + 1) / tan(pi cutoff / rate): the bilinear transform with its cutoff prewarped to 1. */
double complex bilinear(double f, double cutoff, double rate);
/* The response of a delay of d seconds that is interpolated linearly between samples, as that of what
 * remembers; of a pure signal such as `impulse` the value at that very time is read instead. */
double complex delay_at(double d, double f, double rate);

/* ---- rates.c: the same at each sample rate ------------------------------------------------------------- */

enum { OCTAVES = 7 }; /* 125 Hz to 8 kHz */

/* T60 of energies `step` seconds apart, by a straight line through Schroeder's integral (1965) from -5 to -35 dB. */
double decay_time(const double *energy, int n, double step);
/* The most that T60 of an octave of channel 0 is apart between rates from 44.1 to 192 kHz, in percent; and the mean level, in dB, of
 * octaves that are less than 40 dB below the loudest. In front of the program stands `impulse`. */
double decays_apart(const char *program, double seconds);
double levels_apart(const char *program, double seconds);
/* Define `double NAME_decays(void)`, `NAME_levels`: those of an expression. */
#define DECAYS_APART(NAME, SECONDS, SOUND)                                                         \
    static double NAME##_decays(void) {                                                            \
        return decays_apart("out = " SOUND, SECONDS);                                              \
    }
#define LEVELS_APART(NAME, SECONDS, SOUND)                                                         \
    static double NAME##_levels(void) {                                                            \
        return levels_apart("out = " SOUND, SECONDS);                                              \
    }

/* ---- tone.c: pitches and spectra -------------------------------------------------------------------- */

/* The frequency of the partial that is nearest to `about` in x, within a twentieth of it, to about 1e-6. */
double partial_frequency(const double *x, int frames, double rate, double about);
/* The amplitude of a partial at a known frequency (Blackman-Harris window). */
double partial_amplitude(const double *x, int frames, double rate, double f);
double cents(double f, double reference);
/* The worst error in dB of the partials k f, k from 1 to so many, of channel 0 of a program at 48 kHz against
 * what `amplitude` says; those expected below 1e-4 are not looked at. f should be no simple part of the rate, so that
 * aliases lie between the partials. */
double error_of_partials(const char *program, double f, int partials, double (*amplitude)(int k));
/* By how many dB the peak of what sounds by itself is outside of 0.7 to 1, within these seconds: the worst of
 * pitches a third of an octave apart from `low` to `high`, given to the program as its %g, at 44.1, 48, 96 and
 * 192 kHz up to `highest_rate`. */
double error_of_level(const char *program, double low, double high, double from, double seconds,
                      double highest_rate);
/* `aliasing` of 0.2 s of a program at 48 kHz. */
double aliasing_of(const char *program, double f, double limit);
/* Power density of a noise at a frequency, over a band of a third of an octave (Welch), in dB. */
double noise_density(const double *x, int frames, double rate, double f);
/* How far a noise is from a density that grows by `slope` dB an octave, in dB: half-octave bands between two
 * frequencies, four million frames, at a rate. */
double error_of_slope(const char *program, double rate, double slope, double low, double high);
/* The greatest amplitude below `limit` Hz that is no multiple of f, against that of f, in dB. */
double aliasing(const double *x, int frames, double rate, double f, double limit);

#endif
