/* A program in C as a client of JACK: what `kanon build --jack` adds behind runtime/hosted.c. compiler/print_c/hosts.c writes this text
 * with the words of a program. */

#include <jack/jack.h>
#if HEARS_MIDI
#include <jack/midiport.h>
#endif
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct NAME_client {
    jack_client_t *jack;
    jack_port_t *inputs[UPPER_INPUTS + 1], *outputs[UPPER_OUTPUTS];
#if HEARS_MIDI
    jack_port_t *midi;
#endif
    volatile sig_atomic_t gone; /* the server ended */
    NAME program;
} NAME_client;

static NAME_client client;

static int NAME_play(jack_nframes_t frames, void *data) {
    NAME_block block = {.program = &client.program, .frames = (int)frames};
    (void)data;
    for (int i = 0; i < UPPER_INPUTS; i++)
        block.inputs[i] = jack_port_get_buffer(client.inputs[i], frames);
    for (int k = 0; k < UPPER_OUTPUTS; k++)
        block.outputs[k] = jack_port_get_buffer(client.outputs[k], frames);
#if HEARS_MIDI
    void *heard = jack_port_get_buffer(client.midi, frames);
    const uint32_t events = jack_midi_get_event_count(heard);
    for (uint32_t i = 0; i < events; i++) {
        jack_midi_event_t event;
        if (jack_midi_event_get(&event, heard, i) == 0 && event.size <= 3)
            NAME_tell(&block, event.time, event.buffer, (int)event.size);
    }
#endif
    NAME_run_to(&block, block.frames);
    return 0;
}

/* On a thread of JACK. */
static void NAME_server_ended(void *data) {
    (void)data;
    client.gone = 1;
    kill(getpid(), SIGTERM);
}
#if HAS_LATENCY

static void NAME_tell_latency(jack_latency_callback_mode_t mode, void *data) {
    const jack_nframes_t own =
        (jack_nframes_t)(LATENCY_SECONDS * (double)jack_get_sample_rate(client.jack) + 0.5);
    const int captures = mode == JackCaptureLatency;
    jack_latency_range_t most = {0, 0}, one;
    (void)data;
    for (int i = 0; i < (captures ? UPPER_INPUTS : UPPER_OUTPUTS); i++) {
        jack_port_get_latency_range(captures ? client.inputs[i] : client.outputs[i], mode, &one);
        if (i == 0 || one.min < most.min) most.min = one.min;
        if (one.max > most.max) most.max = one.max;
    }
    most.min += own;
    most.max += own;
    for (int i = 0; i < (captures ? UPPER_OUTPUTS : UPPER_INPUTS); i++)
        jack_port_set_latency_range(captures ? client.outputs[i] : client.inputs[i], mode, &most);
}
#endif

static const char *const NAME_input_names[UPPER_INPUTS + 1] = {INPUT_NAMES};
static const char *const NAME_output_names[UPPER_OUTPUTS] = {OUTPUT_NAMES};

static int NAME_register_ports(void) {
    int good = 1;
    for (int i = 0; i < UPPER_INPUTS; i++) {
        client.inputs[i] = jack_port_register(client.jack, NAME_input_names[i],
                                              JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0);
        good &= client.inputs[i] != NULL;
    }
    for (int k = 0; k < UPPER_OUTPUTS; k++) {
        client.outputs[k] = jack_port_register(client.jack, NAME_output_names[k],
                                               JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0);
        good &= client.outputs[k] != NULL;
    }
#if HEARS_MIDI
    client.midi =
        jack_port_register(client.jack, "midi", JACK_DEFAULT_MIDI_TYPE, JackPortIsInput, 0);
    good &= client.midi != NULL;
#endif
    return good;
}

/* To what is heard. A program of one output is heard left and right. */
static void NAME_connect(void) {
    const char **to = jack_get_ports(client.jack, NULL, JACK_DEFAULT_AUDIO_TYPE,
                                     JackPortIsPhysical | JackPortIsInput);
    for (int k = 0; to && to[k] && k < (UPPER_OUTPUTS > 1 ? UPPER_OUTPUTS : 2); k++)
        jack_connect(client.jack, jack_port_name(client.outputs[UPPER_OUTPUTS > 1 ? k : 0]), to[k]);
    jack_free(to);
}

static int NAME_wrong(const char *what, const char *which) {
    fprintf(stderr, "%s%s; --help tells more\n", what, which);
    return 2;
}
#if HAS_PARAMS

/* PARAM=VALUE, of which the value may have the unit behind it. */
static int NAME_take_param(const char *word, double value[UPPER_PARAMS]) {
    const size_t length = strcspn(word, "=");
    if (word[length]) {
        char *end;
        const double x = strtod(word + length + 1, &end);
        for (int i = 0; i < UPPER_PARAMS; i++) {
            const NAME_param *p = &NAME_params[i];
            if (strlen(p->name) != length || memcmp(p->name, word, length) != 0) continue;
            const int all = *end == 0 || strcmp(end, p->unit) == 0;
            if (end == word + length + 1 || !all || x - x != 0.0)
                return NAME_wrong("no number: ", word);
            value[i] = NAME_knob_value(i, x);
            return 0;
        }
    }
    return NAME_wrong("no param: ", word);
}
#endif

static int NAME_help(void) {
    puts("NAME [PARAM=VALUE]... [--client TITLE] [--unconnected]\n\n"
         "Plays as a client of JACK, connected to what is heard unless it is told not to be.\n"
         "Ctrl-C ends.");
    fputs(KNOBS_IN_WORDS, stdout);
    return fflush(stdout) == 0 ? 0 : 3;
}

static int NAME_run(const char *name, int connected, const double *value) {
    sigset_t ends;
    int number;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, NULL); /* threads of JACK begin with it */
    client.jack = jack_client_open(name, JackNoStartServer, NULL);
    if (!client.jack) return fprintf(stderr, "there is no JACK server; start one\n"), 3;
    const double rate = (double)jack_get_sample_rate(client.jack);
    if (!NAME_init(&client.program, rate))
        return fprintf(stderr, "it cannot run at %g Hz; %s %g Hz\n", rate, WHAT_RATE,
                       UPPER_MAX_RATE),
               3;
#if IS_INSTRUMENT
    NAME_voice_as_told(&client.program);
#endif
    for (int i = 0; i < UPPER_PARAMS; i++)
        NAME_set(&client.program, i, value[i]);
    jack_set_process_callback(client.jack, NAME_play, NULL);
    jack_on_shutdown(client.jack, NAME_server_ended, NULL);
#if HAS_LATENCY
    jack_set_latency_callback(client.jack, NAME_tell_latency, NULL);
#endif
    if (!NAME_register_ports() || jack_activate(client.jack) != 0)
        return fprintf(stderr, "JACK takes no more ports\n"), 3;
    if (connected) NAME_connect();
    fprintf(stderr, "%s plays at %g Hz; Ctrl-C ends\n", jack_get_client_name(client.jack), rate);
    sigwait(&ends, &number);
    if (client.gone) return fprintf(stderr, "the JACK server ended\n"), 3;
    jack_client_close(client.jack);
    return 0;
}

int main(int argc, char **argv) {
    const char *name = "NAME";
    double value[UPPER_PARAMS + 1];
    int connected = 1;
    for (int i = 0; i < UPPER_PARAMS; i++)
        value[i] = NAME_params[i].initial;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return NAME_help();
        if (strcmp(argv[i], "--unconnected") == 0)
            connected = 0;
        else if (strcmp(argv[i], "--client") == 0 && i + 1 < argc)
            name = argv[++i];
#if HAS_PARAMS
        else if (argv[i][0] != '-') {
            const int wrong = NAME_take_param(argv[i], value);
            if (wrong) return wrong;
        }
#endif
        else
            return NAME_wrong("what is this: ", argv[i]);
    }
    return NAME_run(name, connected, value);
}
