/* A client of JACK that plays on one port of MIDI and hears one port of sound: jack_keyboard MIDI SOUND SCRIPT OUT. SCRIPT has a line for
 * each message: the frame, from its begin on, and bytes in hexadecimal; the last frame is that at which it ends. OUT: what it heard from
 * its begin on, as floats. It prints the size of JACK's blocks; its begin is that of one of them. MIDI "-" and SOUND "-": none; MIDI
 * "out": it waits until somebody has connected to its port, and begins then. With
 * KANON_TAKES it also keeps what one port of MIDI sends: lines of the same form in OUT.midi. */
#include <jack/jack.h>
#include <jack/midiport.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 48000 * 60, EVENTS = 20000 };

typedef struct Event {
    int frame, bytes;
    unsigned char data[4];
} Event;

static float heard[MOST];
static Event script[EVENTS], taken[EVENTS];
static int nscript, ntaken, last;
static volatile int frames, begun;
static jack_port_t *plays, *hears, *takes;

static void take_midi(jack_nframes_t n) {
    void *from = jack_port_get_buffer(takes, n);
    jack_midi_event_t e;
    for (unsigned i = 0; i < jack_midi_get_event_count(from) && ntaken < EVENTS; i++) {
        if (jack_midi_event_get(&e, from, i) != 0 || e.size > 4) continue;
        taken[ntaken].frame = frames + (int)e.time;
        taken[ntaken].bytes = (int)e.size;
        memcpy(taken[ntaken++].data, e.buffer, e.size);
    }
}

static int play(jack_nframes_t n, void *data) {
    static int next;
    void *to = plays ? jack_port_get_buffer(plays, n) : NULL;
    (void)data;
    if (to) jack_midi_clear_buffer(to);
    if (!begun || frames + (int)n > MOST) return 0;
    for (; next < nscript && script[next].frame < frames + (int)n; next++)
        if (to)
            jack_midi_event_write(to, (jack_nframes_t)(script[next].frame - frames),
                                  script[next].data, (size_t)script[next].bytes);
    if (hears) memcpy(heard + frames, jack_port_get_buffer(hears, n), n * sizeof *heard);
    if (takes) take_midi(n);
    frames += (int)n;
    return 0;
}

static int read_script(const char *path) {
    char line[200];
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f) && nscript < EVENTS) {
        Event *e = &script[nscript];
        unsigned b[3];
        e->bytes = sscanf(line, "%d %x %x %x", &e->frame, &b[0], &b[1], &b[2]) - 1;
        last = e->frame;
        for (int i = 0; i < e->bytes; i++)
            e->data[i] = (unsigned char)b[i];
        if (e->bytes > 0) nscript++;
    }
    return f && fclose(f) == 0;
}

static jack_port_t *port(jack_client_t *client, const char *name, const char *type, int flags,
                         const char *other) {
    if (!other || strcmp(other, "-") == 0) return NULL;
    jack_port_t *p = jack_port_register(client, name, type, (unsigned long)flags, 0);
    if (!p) exit(1);
    return p;
}

static void connect_ports(jack_client_t *client, const char *from, const char *to) {
    for (int i = 0; i < 500; i++) {
        if (jack_connect(client, from, to) == 0) return;
        usleep(10000);
    }
    exit(1);
}

int main(int argc, char **argv) {
    if (argc != 5 || !read_script(argv[3])) return 1;
    const char *sends = getenv("KANON_TAKES");
    jack_client_t *client = jack_client_open("keyboard", JackNoStartServer, NULL);
    if (!client) return 1;
    plays = port(client, "plays", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, argv[1]);
    hears = port(client, "hears", JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, argv[2]);
    takes = port(client, "takes", JACK_DEFAULT_MIDI_TYPE, JackPortIsInput, sends);
    jack_set_process_callback(client, play, NULL);
    if (jack_activate(client) != 0) return 1;
    if (plays && strcmp(argv[1], "out") != 0) connect_ports(client, "keyboard:plays", argv[1]);
    if (hears) connect_ports(client, argv[2], "keyboard:hears");
    if (takes) connect_ports(client, sends, "keyboard:takes");
    while (plays && !jack_port_connected(plays) && access("stop", F_OK) != 0)
        usleep(5000);
    printf("%u\n", jack_get_buffer_size(client));
    begun = 1;
    fflush(stdout);
    while (frames < last && access("stop", F_OK) != 0)
        usleep(5000);
    jack_client_close(client);
    FILE *out = fopen(argv[4], "w");
    if (!out || fwrite(heard, sizeof *heard, (size_t)frames, out) != (size_t)frames ||
        fclose(out) != 0)
        return 1;
    if (!takes) return 0;
    char name[200];
    snprintf(name, sizeof name, "%s.midi", argv[4]);
    out = fopen(name, "w");
    for (int i = 0; out && i < ntaken; i++) {
        fprintf(out, "%d", taken[i].frame);
        for (int k = 0; k < taken[i].bytes; k++)
            fprintf(out, " %02x", taken[i].data[k]);
        fputs("\n", out);
    }
    return out && fclose(out) == 0 ? 0 : 1;
}
