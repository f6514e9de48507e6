/* Programs that are heard while their files are edited. */
#ifndef KANON_PLAY_PERFORMANCE_H
#define KANON_PLAY_PERFORMANCE_H

#include "api/kanon.h"
#include "play/device.h"
#include "play/midi.h"
#include "play/player.h"
#include "play/recorder.h"
#include "play/remote.h"

typedef struct Performance Performance;

/* One of those that sound together. */
typedef struct LayerSettings {
    const char *path;       /* the file; NULL: */
    const char *expression; /* a program in one expression */
    const char *file;       /* what it is called in lines: drums.kn */
    const char *name;       /* by which it is muted: drums */
    bool muted, soloed;
} LayerSettings;

/* Of all layers that have the param. */
typedef struct ParamValue {
    const char *name;
    double value;
} ParamValue;

/* Replacements wait for the next multiple of it; 0: they do not. */
typedef struct Quantum {
    double size;
    bool in_beats; /* else in seconds */
} Quantum;

/* Whoever shows what happens. Texts are for a terminal and live for the call only. */
typedef struct Audience {
    void (*say)(void *context, const char *line);      /* one line, without its end */
    void (*show)(void *context, const char *messages); /* of the compiler, lines with their ends */
    void *context;
} Audience;

/* What is played, and how. All of it outlives the performance. */
typedef struct PerformanceSettings {
    KnCompiler *compiler; /* with its settings; the rate is the device's */
    const LayerSettings *layers;
    int nlayers;
    const char *title; /* what they are called in lines */
    Quantum quantum;
    /* reads what inputs hear instead of a device, at its rate, which outlives the performance; NULL: they do not */
    bool (*read_sound)(void *context, double rate, HeardSound *sound, EngineError *why);
    void *sound_context;
    const ParamValue *params; /* that have another value from the beginning on */
    int nparams;
    int voices, threads;      /* of notes, see kn_live_create_threads */
    const char *steal, *mono; /* see kn_live_set_mono */
    bool legato;
    double glide;
    bool optimize;       /* see kn_live_set_optimize */
    double from, length; /* seconds; a length below 0: the program says, or it has no end */
    bool view;           /* meters, params and keys, where there is a terminal */
    double fade;         /* seconds from an old program to a new one; below 0: as usual */
    DeviceWish wish;
    RemoteWish remote;
    MidiWish midi; /* `own` is as the program wants it */
    /* `out` becomes the text with the definition in the place of the one of its name. The byte at which it stands there; -1 with a
     * reason */
    long (*define)(const char *text, const char *definition, Buf *out, char *why, size_t room);
    /* an expression as the text of a file */
    void (*file_of)(const char *expression, Buf *out);
    /* does the text have a definition of that name? */
    bool (*defines)(const char *text, const char *definition);
    const char *
        socket; /* the path at which the session is told orders; NULL: a usual one, where that can be; "none" */
    Audience audience;
} PerformanceSettings;

/* Compiles, finds the device, runs up to where it begins. NULL, with an exit status: the reason was shown, or is in `why`. */
Performance *performance_create(const PerformanceSettings *settings, EngineError *why);
const DeviceFacts *performance_device(const Performance *performance);
/* What is played goes there too. False: no memory. */
bool performance_record(Performance *performance, RecorderSink sink);
/* Plays until it ends, is interrupted, or the device goes. The exit status, with a reason when it is not 0. */
int performance_run(Performance *performance, EngineError *why);
/* Says how long it played, what was late, and with `all` how long blocks took. */
void performance_sum_up(Performance *performance, bool all);
/* The recording is complete then. */
void performance_free(Performance *performance);

#endif
