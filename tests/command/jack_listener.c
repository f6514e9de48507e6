/* A client of JACK that hears one port: jack_listener PORT OUT, until a file `stop` is there. OUT: what it heard, as floats. It says
 * "listens" when it does. */
#include <jack/jack.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST = 48000 * 60 };

static float heard[MOST];
static volatile int frames;
static jack_port_t *port;

static int hear(jack_nframes_t n, void *data) {
    const float *from = jack_port_get_buffer(port, n);
    (void)data;
    for (jack_nframes_t i = 0; i < n && frames < MOST; i++)
        heard[frames++] = from[i];
    return 0;
}

int main(int argc, char **argv) {
    jack_client_t *client =
        argc == 3 ? jack_client_open("listener", JackNoStartServer, NULL) : NULL;
    if (!client) return 1;
    port = jack_port_register(client, "in", JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0);
    jack_set_process_callback(client, hear, NULL);
    if (!port || jack_activate(client) != 0 || jack_connect(client, argv[1], "listener:in") != 0)
        return 1;
    puts("listens");
    fflush(stdout);
    while (access("stop", F_OK) != 0)
        usleep(10000);
    jack_client_close(client);
    FILE *out = fopen(argv[2], "w");
    const size_t n = (size_t)frames;
    return out && fwrite(heard, sizeof *heard, n, out) == n && fclose(out) == 0 ? 0 : 1;
}
