/* A client of JACK that hears one port: jack_listener PORT OUT [TO IN], until a file `stop` is there. OUT: what it heard, as floats. It says
 * "listens" when it does. With TO it plays as well, from when it is connected on: raw floats of IN to an audio port, or, where IN ends in
 * `.midi`, lines of a frame and three bytes to a MIDI port. */
#include <jack/jack.h>
#include <jack/midiport.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 48000 * 60, EVENTS = 1000 };

static float heard[MOST], played[MOST];
static struct {
    int frame, bytes[3];
} events[EVENTS];
static int nevents, event, nplayed, at, plays_midi;
static volatile int frames, begun;
static jack_port_t *port, *from;

static void play_midi(void *buffer, int n) {
    jack_midi_clear_buffer(buffer);
    for (; begun && event < nevents && events[event].frame < at + n; event++) {
        jack_midi_data_t bytes[3];
        for (int i = 0; i < 3; i++)
            bytes[i] = (jack_midi_data_t)events[event].bytes[i];
        jack_midi_event_write(buffer, (jack_nframes_t)(events[event].frame - at), bytes, 3);
    }
}

static void play(float *to, int n) {
    for (int i = 0; i < n; i++)
        to[i] = begun && at + i < nplayed ? played[at + i] : 0;
}

static int hear(jack_nframes_t n, void *data) {
    const float *samples = jack_port_get_buffer(port, n);
    (void)data;
    for (jack_nframes_t i = 0; i < n && frames < MOST; i++)
        heard[frames++] = samples[i];
    if (!from) return 0;
    if (plays_midi)
        play_midi(jack_port_get_buffer(from, n), (int)n);
    else
        play(jack_port_get_buffer(from, n), (int)n);
    at += begun ? (int)n : 0;
    return 0;
}

static int read_played(const char *path) {
    FILE *file = fopen(path, "r");
    const size_t length = strlen(path);
    if (!file) return 0;
    plays_midi = length > 5 && strcmp(path + length - 5, ".midi") == 0;
    if (!plays_midi) nplayed = (int)fread(played, sizeof *played, MOST, file);
    while (plays_midi && nevents < EVENTS) {
        int *b = events[nevents].bytes;
        if (fscanf(file, "%d %d %d %d", &events[nevents].frame, &b[0], &b[1], &b[2]) != 4) break;
        nevents++;
    }
    return fclose(file) == 0;
}

int main(int argc, char **argv) {
    jack_client_t *client =
        argc == 3 || argc == 5 ? jack_client_open("listener", JackNoStartServer, NULL) : NULL;
    if (!client || (argc == 5 && !read_played(argv[4]))) return 1;
    port = jack_port_register(client, "in", JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0);
    if (argc == 5)
        from = jack_port_register(client, "out",
                                  plays_midi ? JACK_DEFAULT_MIDI_TYPE : JACK_DEFAULT_AUDIO_TYPE,
                                  JackPortIsOutput, 0);
    jack_set_process_callback(client, hear, NULL);
    if (!port || jack_activate(client) != 0 || jack_connect(client, argv[1], "listener:in") != 0)
        return 1;
    if (from && jack_connect(client, "listener:out", argv[3]) != 0) return 1;
    begun = 1;
    puts("listens");
    fflush(stdout);
    while (access("stop", F_OK) != 0)
        usleep(10000);
    jack_client_close(client);
    FILE *out = fopen(argv[2], "w");
    const size_t n = (size_t)frames;
    return out && fwrite(heard, sizeof *heard, n, out) == n && fclose(out) == 0 ? 0 : 1;
}
