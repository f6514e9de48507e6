/* Sound devices, by PortAudio: the only file that sees portaudio.h.
 * In: wishes. Out: a stream that calls for blocks.
 *
 * The library is opened when something is to be played: it brings those of ALSA, JACK and C++ with it, which would cost each start of
 * kanon more than compiling. */
#include "play/device.h"
#include "play/quiet.h"

#include <dlfcn.h>
#include <math.h>
#include <portaudio.h>
#include <pthread.h>
#include <signal.h>
#include <strings.h>
#include <time.h>

#define PORTAUDIO_FUNCTIONS(X)                                                                     \
    X(Pa_Initialize)                                                                               \
    X(Pa_Terminate)                                                                                \
    X(Pa_GetErrorText)                                                                             \
    X(Pa_GetDeviceCount)                                                                           \
    X(Pa_GetDeviceInfo)                                                                            \
    X(Pa_GetHostApiInfo)                                                                           \
    X(Pa_HostApiTypeIdToHostApiIndex)                                                              \
    X(Pa_GetDefaultOutputDevice)                                                                   \
    X(Pa_IsFormatSupported)                                                                        \
    X(Pa_OpenStream)                                                                               \
    X(Pa_StartStream)                                                                              \
    X(Pa_StopStream)                                                                               \
    X(Pa_CloseStream)                                                                              \
    X(Pa_IsStreamActive)                                                                           \
    X(Pa_GetStreamInfo)

typedef struct PortAudio {
    void *library;
#define MEMBER(function) __typeof__(&function) function;
    PORTAUDIO_FUNCTIONS(MEMBER)
#undef MEMBER
} PortAudio;

struct Device {
    PortAudio pa;
    DeviceFacts facts;
    PaStreamParameters output, input;
    int block;
    PaStream *stream;
    DeviceCallback *callback;
    void *context;
    DeviceWish wish;
    EngineError why;
    bool good; /* what was asked of it last */
};

enum { USAGE = 2, FAILED = 3 };

/* ---- the library --------------------------------------------------------------------------------- */

static bool name_us(void *library) {
    PaError (*name)(const char *) = NULL;
    *(void **)&name = dlsym(library, "PaJack_SetClientName");
    return name && name("kanon") == paNoError;
}

static bool library_open(PortAudio *pa, EngineError *why) {
    *pa = (PortAudio){.library = dlopen("libportaudio.so.2", RTLD_NOW | RTLD_LOCAL)};
    if (!pa->library)
        return engine_fails(why, FAILED,
                            "there is no PortAudio here to play with: install the package "
                            "libportaudio2");
#define LOAD(function) *(void **)&pa->function = dlsym(pa->library, #function);
    PORTAUDIO_FUNCTIONS(LOAD)
#undef LOAD
#define LACKS(function) || !pa->function
    if (false PORTAUDIO_FUNCTIONS(LACKS))
#undef LACKS
        return engine_fails(why, FAILED,
                            "the PortAudio that is here lacks functions: install the package "
                            "libportaudio2");
    library_quiet(pa->library);
    name_us(pa->library);
    const PaError error = pa->Pa_Initialize();
    return error == paNoError ||
           engine_fails(why, FAILED, "PortAudio does not begin: %s", pa->Pa_GetErrorText(error));
}

/* ---- which there are -------------------------------------------------------------------------------- */

static bool there_is_none(EngineError *why) {
    return engine_fails(
        why, FAILED,
        "there is no sound device here: connect one, or start a sound server (package "
        "pipewire; or jackd2, then jackd -d alsa)");
}

static const char *system_of(const PortAudio *pa, int device) {
    return pa->Pa_GetHostApiInfo(pa->Pa_GetDeviceInfo(device)->hostApi)->name;
}

/* Whoever has started a JACK server wants it to be used. */
static int usual_output(const PortAudio *pa) {
    const int jack = pa->Pa_HostApiTypeIdToHostApiIndex(paJACK);
    const PaHostApiInfo *info = jack >= 0 ? pa->Pa_GetHostApiInfo(jack) : NULL;
    if (info && info->defaultOutputDevice >= 0) return info->defaultOutputDevice;
    return pa->Pa_GetDefaultOutputDevice();
}

static int channels_of(const PortAudio *pa, int device, bool input) {
    const PaDeviceInfo *info = pa->Pa_GetDeviceInfo(device);
    return input ? info->maxInputChannels : info->maxOutputChannels;
}

/* 2: exactly this name; 1: the words are in it, or in that of its system. */
static int fits(const PortAudio *pa, int device, const char *words) {
    const char *name = pa->Pa_GetDeviceInfo(device)->name;
    if (strcasecmp(name, words) == 0) return 2;
    return strcasestr(name, words) || strcasestr(system_of(pa, device), words) ? 1 : 0;
}

/* The device of that name, that fits best and comes first; -1 with a reason. */
static int named(const PortAudio *pa, const char *option, const char *words, bool input,
                 EngineError *why) {
    const int n = pa->Pa_GetDeviceCount();
    int best = -1, how = 0;
    char *end;
    const long number = strtol(words, &end, 10);
    if (*words && !*end && number >= 0 && number < n && channels_of(pa, (int)number, input) > 0)
        return (int)number;
    for (int i = 0; i < n; i++)
        if (channels_of(pa, i, input) > 0 && fits(pa, i, words) > how) {
            how = fits(pa, i, words);
            best = i;
        }
    if (best < 0)
        engine_fails(why, FAILED,
                     "%s: there is no device '%s' with %s; see kanon play --list-devices", option,
                     words, input ? "inputs" : "outputs");
    return best;
}

static int find_output(const PortAudio *pa, const char *words, EngineError *why) {
    if (words) return named(pa, "--device", words, false, why);
    const int usual = usual_output(pa);
    if (usual < 0) there_is_none(why);
    return usual;
}

static int find_input(const PortAudio *pa, const char *words, int output, EngineError *why) {
    if (strcmp(words, "default") != 0) return named(pa, "--in", words, true, why);
    const int usual =
        pa->Pa_GetHostApiInfo(pa->Pa_GetDeviceInfo(output)->hostApi)->defaultInputDevice;
    if (usual < 0)
        engine_fails(why, FAILED,
                     "--in: %s has no input that is the default; see kanon play "
                     "--list-devices",
                     system_of(pa, output));
    return usual;
}

bool device_list(Buf *out, EngineError *why) {
    PortAudio pa;
    if (!library_open(&pa, why)) return false;
    const int n = pa.Pa_GetDeviceCount(), usual = usual_output(&pa);
    for (int i = 0; i < n; i++) {
        const PaDeviceInfo *info = pa.Pa_GetDeviceInfo(i);
        buf_printf(out, "%3d  %s (%s): %d in, %d out, %g Hz, %.3g ms%s\n", i, info->name,
                   system_of(&pa, i), info->maxInputChannels, info->maxOutputChannels,
                   info->defaultSampleRate, 1e3 * info->defaultLowOutputLatency,
                   i == usual ? ", the default" : "");
    }
    pa.Pa_Terminate();
    return n > 0 || there_is_none(why);
}

/* ---- one of them --------------------------------------------------------------------------------------- */

static bool choose_outputs(Device *d, const DeviceWish *wish, int most, EngineError *why) {
    int n = wish->outputs;
    if (n > most || n > 64)
        return engine_fails(why, USAGE, "--channels: %s has %d outputs", d->facts.name, most);
    if (n == 0) n = wish->program == 1 ? 2 : wish->program;
    d->facts.outputs = n > most ? most : n;
    return true;
}

static const PaStreamParameters *input_of(const Device *d) {
    return d->facts.input ? &d->input : NULL;
}

static bool plays_at(const Device *d, double rate) {
    return d->pa.Pa_IsFormatSupported(input_of(d), &d->output, rate) == paFormatIsSupported;
}

static bool choose_rate(Device *d, double wanted, double usual, EngineError *why) {
    const double rates[] = {wanted > 0 ? wanted : 48000, usual};
    for (int i = 0; i < (wanted > 0 ? 1 : 2); i++)
        if (plays_at(d, rates[i])) {
            d->facts.rate = rates[i];
            return true;
        }
    return engine_fails(why, FAILED, "%s does not play %d channels at %g Hz%s; it has %g Hz",
                        d->facts.name, d->facts.outputs, rates[0],
                        d->facts.input ? " with that input" : "", usual);
}

static PaStreamParameters parameters(int device, int channels, double latency) {
    return (PaStreamParameters){.device = device,
                                .channelCount = channels,
                                .sampleFormat = paFloat32 | paNonInterleaved,
                                .suggestedLatency = latency};
}

static bool find_parts(Device *d, const DeviceWish *wish, EngineError *why) {
    const PortAudio *pa = &d->pa;
    const int out = find_output(pa, wish->output, why);
    if (out < 0) return false;
    const PaDeviceInfo *info = pa->Pa_GetDeviceInfo(out);
    d->facts.name = info->name;
    d->facts.system = system_of(pa, out);
    if (!choose_outputs(d, wish, info->maxOutputChannels, why)) return false;
    d->output = parameters(out, d->facts.outputs, info->defaultLowOutputLatency);
    if (wish->input) {
        const int in = find_input(pa, wish->input, out, why);
        if (in < 0) return false;
        const PaDeviceInfo *from = pa->Pa_GetDeviceInfo(in);
        d->facts.input = from->name;
        d->facts.inputs =
            wish->inputs < from->maxInputChannels ? wish->inputs : from->maxInputChannels;
        d->input = parameters(in, d->facts.inputs, from->defaultLowInputLatency);
    }
    d->block = wish->block;
    return choose_rate(d, wish->rate, info->defaultSampleRate, why);
}

/* ---- what may take long, or for ever ------------------------------------------------------------------- */

/* PortAudio may wait for a server that hangs, end with it or not. So it is asked on a thread, of which its own are born: they take no
 * signals then, which are for the thread that waits here. False: there is no answer in time, and the device is left as it is. */
static bool ask(Device *d, void *(*work)(void *device), int seconds) {
    sigset_t all, before;
    pthread_t thread;
    struct timespec until;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const bool begun = pthread_create(&thread, NULL, work, d) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    return begun && pthread_timedjoin_np(thread, NULL, &until) == 0;
}

enum { TO_BEGIN = 20, TO_END = 3 }; /* seconds */

static void *find(void *device) {
    Device *d = device;
    d->good = library_open(&d->pa, &d->why) && find_parts(d, &d->wish, &d->why);
    return NULL;
}

Device *device_find(const DeviceWish *wish, EngineError *why) {
    Device *d = alloc_zeroed(1, sizeof *d);
    d->wish = *wish;
    if (!ask(d, find, TO_BEGIN)) {
        engine_fails(why, FAILED, "the sound devices, or their server, do not answer");
        return NULL;
    }
    if (d->good) return d;
    *why = d->why;
    device_end(d);
    return NULL;
}

const DeviceFacts *device_facts(const Device *d) {
    return &d->facts;
}

static int call(const void *inputs, void *outputs, unsigned long frames,
                const PaStreamCallbackTimeInfo *time, PaStreamCallbackFlags flags, void *device) {
    Device *d = device;
    (void)time;
    const bool xrun = flags & (paOutputUnderflow | paInputOverflow);
    d->callback(d->context, (const float *const *)inputs, (float *const *)outputs, (int)frames,
                xrun);
    return paContinue;
}

static void *start(void *device) {
    Device *d = device;
    PaError error = d->pa.Pa_OpenStream(&d->stream, input_of(d), &d->output, d->facts.rate,
                                        (unsigned long)d->block, paNoFlag, call, d);
    if (error == paNoError) error = d->pa.Pa_StartStream(d->stream);
    d->good = error == paNoError;
    if (!d->good) {
        engine_fails(&d->why, FAILED, "%s does not begin to play: %s", d->facts.name,
                     d->pa.Pa_GetErrorText(error));
        return NULL;
    }
    const PaStreamInfo *info = d->pa.Pa_GetStreamInfo(d->stream);
    d->facts.output_latency = info->outputLatency;
    d->facts.input_latency = info->inputLatency;
    return NULL;
}

bool device_start(Device *d, DeviceCallback *callback, void *context, EngineError *why) {
    d->callback = callback;
    d->context = context;
    if (!ask(d, start, TO_BEGIN))
        return engine_fails(why, FAILED, "%s does not answer", d->facts.name);
    if (!d->good) *why = d->why;
    return d->good;
}

bool device_is_there(const Device *d) {
    return d->stream && d->pa.Pa_IsStreamActive(d->stream) == 1;
}

static void *end(void *device) {
    Device *d = device;
    if (d->stream) {
        d->pa.Pa_StopStream(d->stream);
        d->pa.Pa_CloseStream(d->stream);
    }
    if (d->pa.Pa_Terminate) d->pa.Pa_Terminate();
    return NULL;
}

bool device_end(Device *d) {
    if (d && !ask(d, end, TO_END)) return false;
    free(d);
    return true;
}
