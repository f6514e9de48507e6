/* What plays a program, without a device: the recorder's ring, times of blocks, the audio thread's part, files that change.
 * Blocks are called as a device would call them; clocks are numbers, so that no test waits. */
#include "mode_play.h"

#include "../compiler/play/fates.h"
#include "../compiler/play/midi_input.h"
#include "../compiler/play/player.h"
#include "../compiler/play/watcher.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the recorder -------------------------------------------------------------------------------- */

typedef struct Heap {
    float *samples;
    int64_t frames, most;
    int channels;
    atomic_bool held; /* its disk does not answer */
    int64_t fails_at; /* frames; -1: never */
} Heap;

static bool heap_write(void *heap, const float *samples, int frames, EngineError *why) {
    Heap *h = heap;
    while (atomic_load(&h->held))
        usleep(100);
    if (h->fails_at >= 0 && h->frames >= h->fails_at) {
        snprintf(why->message, sizeof why->message, "the heap is full");
        return false;
    }
    if (h->frames + frames > h->most) exit(1);
    memcpy(h->samples + h->frames * h->channels, samples,
           sizeof(float) * (size_t)frames * (size_t)h->channels);
    h->frames += frames;
    return true;
}

static Heap *heap_create(int channels, int64_t most) {
    Heap *h = calloc(1, sizeof *h);
    *h = (Heap){.most = most, .channels = channels, .fails_at = -1};
    h->samples = calloc((size_t)most * (size_t)channels, sizeof(float));
    return h;
}

static void heap_free(Heap *h) {
    free(h->samples);
    free(h);
}

/* Of channel k at a frame: exact in float, and never 0. */
static float mark(int64_t frame, int k) {
    return (float)(1 + frame * 4 + k);
}

/* Blocks of all sizes, 0 too, as fast as they come. */
static void take_marks(Recorder *r, int channels, int64_t from, int64_t to) {
    enum { MOST = 700 };
    float room[4][MOST], *blocks[4] = {room[0], room[1], room[2], room[3]};
    unsigned chance = (unsigned)from;
    for (int64_t at = from, n; at < to; at += n) {
        chance = chance * 1664525u + 1013904223u;
        n = chance >> 16 & 511;
        if (n > to - at) n = to - at;
        for (int k = 0; k < channels; k++)
            for (int i = 0; i < n; i++)
                room[k][i] = mark(at + i, k);
        recorder_take(r, blocks, (int)n);
    }
}

/* Each frame is there or silent, and as many are silent as were told to be lost. */
static bool is_marked(const Heap *h, int64_t frames, int64_t lost) {
    int64_t silent = 0;
    if (h->frames != frames)
        return wrong("%lld frames, not %lld", (long long)h->frames, (long long)frames);
    for (int64_t i = 0; i < frames; i++) {
        const float *at = h->samples + i * h->channels;
        silent += at[0] == 0;
        for (int k = 0; k < h->channels; k++)
            if (at[k] != (at[0] == 0 ? 0 : mark(i, k)))
                return wrong("frame %lld, channel %d is %g", (long long)i, k, (double)at[k]);
    }
    return silent == lost || wrong("%lld silent, %lld lost", (long long)silent, (long long)lost);
}

/* The ring has room for all, or waits for nobody: what is lost is silence of that length, where it was. */
static bool recorder_keeps_time(void) {
    bool good = true;
    for (int channels = 1; channels <= 3; channels++) {
        enum { FRAMES = 300000, HELD = 40000 };
        Heap *h = heap_create(channels, FRAMES);
        Recorder *r = recorder_create(channels, 5000, (RecorderSink){heap_write, h});
        atomic_store(&h->held, true);
        api_watch(true);
        take_marks(r, channels, 0, HELD);
        api_watch(false);
        CLAIM(good, recorder_lost(r) > HELD / 2);
        atomic_store(&h->held, false);
        for (int64_t at = HELD; at < FRAMES; at += 1000) {
            take_marks(r, channels, at, at + 1000);
            if (at % 16000 == 0) usleep(500);
        }
        CLAIM(good, !recorder_failure(r));
        const int64_t lost = recorder_lost(r);
        recorder_end(r, false);
        good = is_marked(h, FRAMES, lost) && good;
        heap_free(h);
    }
    CLAIM(good, api_offences() == 0);
    return good;
}

/* A full disk is told, with its reason, and holds nobody up. */
static bool recorder_tells_of_a_full_disk(void) {
    bool good = true;
    Heap *h = heap_create(2, 20000);
    h->fails_at = 5000;
    Recorder *r = recorder_create(2, 100000, (RecorderSink){heap_write, h});
    take_marks(r, 2, 0, 90000);
    for (int i = 0; i < 5000 && !recorder_failure(r); i++)
        usleep(1000);
    CLAIM(good, recorder_failure(r) && api_text_is("the heap is full", recorder_failure(r)));
    take_marks(r, 2, 90000, 180000);
    recorder_end(r, false);
    CLAIM(good, h->frames >= 5000 && h->frames < 15000);
    heap_free(h);
    CLAIM(good, recorder_lost(NULL) == 0 && !recorder_failure(NULL));
    recorder_end(NULL, false);
    return good;
}

/* ---- times of blocks ---------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b) {
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Against the sorted times: at most a sixteenth too long. */
static bool times_of_blocks_are_told(void) {
    enum { N = 20000 };
    static const double parts[] = {0.001, 0.5, 0.9, 0.999, 1};
    static BlockTimes t;
    static uint64_t all[N];
    bool good = true;
    CLAIM(good, block_times_within(&t, 0.5) == 0 && block_times_worst(&t) == 0);
    uint64_t late = 0;
    for (int i = 0; i < N; i++) {
        all[i] = (uint64_t)exp(0.001 * (double)((unsigned)i * 2654435761u % 24000));
        block_times_add(&t, all[i], 1000000);
        late += all[i] > 1000000;
    }
    qsort(all, N, sizeof *all, by_number);
    for (int i = 0; i < 5; i++) {
        const double exact = 1e-9 * (double)all[(int)ceil(parts[i] * N) - 1],
                     told = block_times_within(&t, parts[i]);
        if (!(told >= exact && told <= exact * (1 + 1.0 / 16) + 1.01e-9))
            good = wrong("%g: %g s, not %g s", parts[i], told, exact);
    }
    CLAIM(good, block_times_worst(&t) == 1e-9 * (double)all[N - 1]);
    CLAIM(good, atomic_load(&t.late) == late && atomic_load(&t.blocks) == N);
    block_times_add(&t, UINT64_MAX, 1); /* a clock that went mad */
    CLAIM(good, block_times_within(&t, 0.5) < 1);
    return good;
}

/* ---- the audio thread's part ----------------------------------------------------------------------------- */

KnLive *live_on(KnProgram *p, int outputs) {
    KnLive *l = kn_live_create_channels(p, 32, 1, 0, outputs);
    kn_live_set_optimize(l, 0);
    return l;
}

void play_begin(Player *p, Layer *layer, KnLive *l) {
    layer_begin(layer, "it", l);
    player_begin(p, (Layers){layer, 1}, 0, 2, RATE);
}

/* Blocks of these sizes in turn. */
static void play(Player *p, float *left, float *right, int from, int to) {
    static const int sizes[] = {64, 1, 37, 512, 128};
    for (int at = from, n, i = 0; at < to; at += n, i++) {
        n = sizes[i % 5] < to - at ? sizes[i % 5] : to - at;
        player_process(p, NULL, (float *[]){left + at, right + at}, n, false);
    }
}

static bool is_silent(const float *x, int from, int to) {
    for (int i = from; i < to; i++)
        if (x[i] != 0) return wrong("frame %d is %g", i, (double)x[i]);
    return true;
}

/* Bit for bit from its first sample to its last, then silence. */
static bool plays_what_is_rendered(void) {
    enum { N = 9000, END = 7003 };
    bool good = true;
    KnProgram *p = live_compile("out = noise(1) |> lowpass(900Hz, 2)");
    float *x = calloc(N, sizeof *x), *y = calloc(N, sizeof *y), *z = calloc(N, sizeof *z);
    static Player player;
    static Layer layer;
    KnLive *l = live_on(p, 2);
    play_begin(&player, &layer, l);
    Heap *h = heap_create(2, N);
    player.recorder = recorder_create(2, N, (RecorderSink){heap_write, h});
    atomic_store(&player.layers.items[0].end, END);
    play(&player, x, y, 0, N);
    recorder_end(player.recorder, false);
    kn_program_render(p, 0, END, (float *[]){z});
    CLAIM(good, memcmp(x, z, END * sizeof *x) == 0 && memcmp(y, z, END * sizeof *x) == 0);
    CLAIM(good, is_silent(x, END, N) && is_silent(y, END, N));
    CLAIM(good, atomic_load(&player.silent) && atomic_load(&player.ended));
    CLAIM(good, kn_live_frame(l) == END && atomic_load(&player.heard) == END);
    float peak = 0;
    for (int i = 0; i < END; i++)
        peak = fmaxf(peak, fabsf(z[i]));
    CLAIM(good, atomic_load(&player.peaks[0]) == peak && atomic_load(&player.peaks[1]) == peak);
    CLAIM(good, h->frames == END);
    for (int i = 0; i < END && good; i++)
        CLAIM(good, h->samples[2 * i] == z[i] && h->samples[2 * i + 1] == z[i]);
    CLAIM(good, (uint64_t)atomic_load(&player.blocks) == atomic_load(&player.times.blocks));
    heap_free(h);
    kn_live_free(l);
    kn_program_free(p);
    free(x);
    free(y);
    free(z);
    return good;
}

static float largest_step(const float *x, int from, int to) {
    float most = 0;
    for (int i = from + 1; i < to; i++)
        most = fmaxf(most, fabsf(x[i] - x[i - 1]));
    return most;
}

/* It fades to nothing, time stands still, and it swells again from that frame; an end that was moved into the past is no click. */
static bool fades_and_goes_on(void) {
    enum { N = 20000, LEAVES = 3001, STANDS = 9000 };
    bool good = true;
    KnProgram *p = live_compile("out = 0.5"); /* a step would be seen */
    float *x = calloc(N, sizeof *x), *y = calloc(N, sizeof *y);
    static Player player;
    static Layer layer;
    for (int ends = 0; ends < 2; ends++) {
        KnLive *l = live_on(p, 2);
        play_begin(&player, &layer, l);
        play(&player, x, y, 0, LEAVES);
        CLAIM(good, x[0] == 0.5f && y[LEAVES - 1] == 0.5f);
        if (ends)
            atomic_store(&player.layers.items[0].end, 1000);
        else
            atomic_store(&player.leaving, true);
        play(&player, x, y, LEAVES, STANDS);
        const int64_t stood = kn_live_frame(l);
        CLAIM(good, atomic_load(&player.silent) && stood < LEAVES + 3000);
        CLAIM(good, is_silent(x, LEAVES + 2000, STANDS));
        atomic_store(&player.layers.items[0].end, INT64_MAX);
        atomic_store(&player.leaving, false);
        play(&player, x, y, STANDS, N);
        CLAIM(good, kn_live_frame(l) == stood + N - STANDS);
        CLAIM(good, x[N - 1] == 0.5f && x[STANDS] < 0.001f && !atomic_load(&player.silent));
        CLAIM(good, largest_step(x, 0, N) < 0.0006f); /* 0.5 * 1.5 / 1441 */
        kn_live_free(l);
    }
    kn_program_free(p);
    free(x);
    free(y);
    return good;
}

/* What has ended is silent, and may be sought: then it swells from there. */
static bool is_sought_while_silent(void) {
    enum { N = 6000, END = 2000, TO = 500 };
    bool good = true;
    KnProgram *p = live_compile("out = 0.5");
    float *x = calloc(N, sizeof *x), *y = calloc(N, sizeof *y);
    static Player player;
    static Layer layer;
    KnLive *l = live_on(p, 2);
    play_begin(&player, &layer, l);
    atomic_store(&player.layers.items[0].end, END);
    play(&player, x, y, 0, 3000);
    CLAIM(good, atomic_load(&player.ended) && kn_live_seek(l, TO));
    play(&player, x, y, 3000, 3100);
    CLAIM(good, !atomic_load(&player.ended) && !atomic_load(&player.silent));
    play(&player, x, y, 3100, N);
    CLAIM(good, x[3000] < 0.001f && x[2999 + END - TO] == 0.5f && x[3000 + END - TO] == 0);
    CLAIM(good, largest_step(x, 2500, 2999 + END - TO) < 0.0006f && atomic_load(&player.ended));
    kn_live_free(l);
    kn_program_free(p);
    free(x);
    free(y);
    return good;
}

/* What is no number reaches no device, and is counted. */
static bool no_number_is_silence(void) {
    bool good = true;
    float x[256], y[256];
    KnProgram *p = live_compile("out(t) = if t < 100.5 / 48000 then 0.25 else 1 / 0");
    static Player player;
    static Layer layer;
    KnLive *l = live_on(p, 2);
    play_begin(&player, &layer, l);
    player_process(&player, NULL, (float *[]){x, y}, 256, true);
    player_process(&player, NULL, (float *[]){x, y}, 0, true);
    CLAIM(good, x[100] == 0.25f && is_silent(x, 101, 256) && is_silent(y, 101, 256));
    CLAIM(good, atomic_load(&player.not_finite) == 2 * 155);
    CLAIM(good, atomic_load(&player.xruns) ==
                    1); /* there is nothing that the first block could be late for */
    kn_live_free(l);
    kn_program_free(p);
    return good;
}

/* ---- several at once --------------------------------------------------------------------------------------- */

/* The sum, where one ends at its frame and the others go on; what is muted fades and is none the less where it would be; what is no
 * number in one is nothing in the sum. */
static bool layers_add_up(void) {
    enum { N = 24000, END = 3001, MUTED = 6000, HEARD = 12000, LAYERS = 3 };
    static const char *const texts[LAYERS] = {"out(t) = 0.25 + t / 10", "out = [0.125, 0.5]",
                                              "out(t) = if t < 0.4 then 0 else 1 / 0"};
    static Player player;
    static Layer layers[LAYERS];
    KnProgram *programs[LAYERS];
    float *x = calloc(N, sizeof *x), *y = calloc(N, sizeof *y);
    bool good = true;
    for (int i = 0; i < LAYERS; i++) {
        programs[i] = live_compile(texts[i]);
        layer_begin(&layers[i], texts[i], live_on(programs[i], 2));
    }
    atomic_store(&layers[1].end, END);
    player_begin(&player, (Layers){layers, LAYERS}, 0, 2, RATE);
    play(&player, x, y, 0, MUTED);
    atomic_store(&layers[0].muted, true);
    play(&player, x, y, MUTED, HEARD);
    atomic_store(&layers[2].soloed, true); /* muted and soloed: nothing of the first is heard */
    play(&player, x, y, HEARD, HEARD + 2000);
    atomic_store(&layers[0].muted, false);
    atomic_store(&layers[2].soloed, false);
    play(&player, x, y, HEARD + 2000, N);
    for (int i = 0; i < N && good; i++) {
        const float ramp = (float)(0.25 + i / (10.0 * RATE)), left = ramp + (i < END ? 0.125f : 0),
                    right = ramp + (i < END ? 0.5f : 0);
        const bool is_fading = i >= MUTED && i < HEARD + 4000;
        if (!is_fading && (fabsf(x[i] - left) > 1e-6f || fabsf(y[i] - right) > 1e-6f))
            good = wrong("frame %d is %g %g", i, (double)x[i], (double)y[i]);
    }
    CLAIM(good, is_silent(x, MUTED + 1500, HEARD + 2000));
    CLAIM(good, largest_step(x, END + 1, N) < 0.0006f);
    CLAIM(good, atomic_load(&player.not_finite) == 2 * (N - 19200));
    for (int i = 0; i < LAYERS; i++) {
        CLAIM(good, kn_live_frame(layers[i].live) == N);
        kn_live_free(layers[i].live);
        kn_program_free(programs[i]);
    }
    free(x);
    free(y);
    return good;
}

/* The column that is highest, of those that reach the top row that anything reaches. */
static int peak_column(const char *picture, int columns, int rows) {
    for (int row = 0; row < rows; row++)
        for (int c = 0; c < columns; c++)
            if (picture[row * (columns + 1) + c] == '#') return c;
    return -1;
}

/* A wave begins where it rises, as high as it is; a sine is a peak at its place in octaves, a tenth of the height for each 9 dB. */
static bool scope_shows_what_is_heard(void) {
    enum { N = SCOPE_FRAMES + 1000, COLUMNS = 90, ROWS = 10 };
    static Scope scope;
    Buf picture = {0};
    float *x = calloc(N, sizeof *x);
    bool good = true;
    for (int i = 0; i < N; i++)
        x[i] = (float)(0.0316 * sin(6.283185307179586 * 1000 * i / RATE)); /* -30 dB */
    for (int at = 0; at < N; at += 100)
        scope_take(&scope, (float *[]){x + at, x + at}, 2, N - at < 100 ? N - at : 100);
    scope_draw_spectrum(&scope, RATE, COLUMNS, ROWS, &picture);
    const int column = peak_column(picture.data, COLUMNS, ROWS);
    CLAIM(good, column == (int)(COLUMNS * log(1000 / 20.0) / log(1000)));
    CLAIM(good, picture.data[3 * (COLUMNS + 1) + column] == ':'); /* 2/3 of ten rows */
    CLAIM(good, strstr(picture.data, "100") && strstr(picture.data, "1k"));
    buf_free(&picture);
    scope_draw_wave(&scope, RATE, COLUMNS, ROWS, &picture);
    CLAIM(good, strstr(picture.data, "wave, 42.7 ms, -0.0625 to 0.0625\n"));
    CLAIM(good, picture.data[4 * (COLUMNS + 1)] == '#' || picture.data[5 * (COLUMNS + 1)] == '#');
    buf_free(&picture);
    for (int columns = 0; columns < 1000; columns += 37) { /* whatever the terminal is */
        scope_draw_wave(&scope, RATE, columns, 3, &picture);
        scope_draw_spectrum(&scope, 8000, columns, 3, &picture);
    }
    buf_free(&picture);
    free(x);
    return good;
}

/* ---- it calls nothing ---------------------------------------------------------------------------------------- */

typedef struct Audio {
    Player player;
    Layer layer;
    MidiInput input;
    int port; /* of OSC */
    float *left, *right;
    atomic_int at;
    atomic_bool ended, confined;
} Audio;

enum { PLAYED = 2 * RATE, BLOCK = 64 };

/* A thread that is confined can never end. */
static void *be_audio(void *data) {
    Audio *a = data;
    const bool confined = !settings.sanitized && api_confine();
    atomic_store(&a->confined, confined);
    for (int at = 0; at + BLOCK <= PLAYED; at += BLOCK) {
        float *outputs[] = {a->left + at, a->right + at};
        api_watch(true);
        player_process(&a->player, NULL, outputs, BLOCK, at % 4096 == 0);
        api_watch(false);
        atomic_store(&a->at, at + BLOCK);
        for (int i = 0; i < 20; i++) /* others are to have a turn */
            sched_yield();
    }
    atomic_store(&a->ended, true);
    while (confined)
        sched_yield();
    return NULL;
}

static void send_by_chance(const Sender *s, unsigned chance) {
    static const char *const addresses[] = {"/param/knob", "/note", "/param/*", "/seek"};
    uint8_t room[128];
    const char *address = addresses[chance >> 28 & 3];
    const double number = (chance >> 16 & 127) / 128.0;
    sender_send(s, room,
                strcmp(address, "/note") == 0
                    ? osc_write(room, sizeof room, address, "sff", chance & 1 << 15 ? "on" : "off",
                                128 * number, number)
                    : osc_write(room, sizeof room, address, "f", number));
}

/* Keys, knobs and bends by chance, by MIDI and OSC, until all is over. */
static void *be_keyboard(void *data) {
    Audio *a = data;
    MidiHand hand;
    unsigned chance = 1;
    const Sender sender = sender_begin(a->port);
    midi_hand_begin(&hand, &a->input);
    while (!atomic_load(&a->ended)) {
        static const uint8_t kinds[] = {0x90, 0x90, 0x80, 0xb0, 0xe0};
        chance = chance * 1664525u + 1013904223u;
        const uint8_t message[] = {kinds[(chance >> 24) % 5], (uint8_t)(chance >> 16 & 127),
                                   (uint8_t)(chance >> 8 & 127)};
        midi_hand_hear(&hand, message, 3);
        send_by_chance(&sender, chance);
        usleep(200);
    }
    close(sender.socket);
    return NULL;
}

static KnProgram *variant(int i) {
    char *text =
        text_format("param knob = 0 in 0..1 cc 20\n"
                    "voice(f, gate, velocity) = 1e-4 * sine(f) * velocity * adsr(gate)\n"
                    "l(t) = 0.3 * noise(1)(t) * decay(0.1)(t %% 0.25) + 0.6 * l(t - 177ms)\n"
                    "right = 0.3 * sine(%d) |> lowpass(%dHz)\n"
                    "out = [l, right + voices + 1e-4 * knob]\n",
                    200 + 10 * i, 2000 + 100 * i);
    KnProgram *p = live_compile(text);
    free(text);
    return p;
}

/* Plays, records, hears MIDI and OSC and is replaced all the time: nothing is allocated or locked, no system call made; what was not edited is
 * recorded bit for bit, and what was has no step. */
static bool audio_thread_calls_nothing(void) {
    enum { VARIANTS = 4 };
    bool good = true;
    KnProgram *programs[VARIANTS];
    for (int i = 0; i < VARIANTS; i++)
        programs[i] = variant(i);
    Audio *a = calloc(1, sizeof *a);
    a->left = calloc(PLAYED, sizeof *a->left);
    a->right = calloc(PLAYED, sizeof *a->right);
    KnLive *l = live_on(programs[0], 2);
    play_begin(&a->player, &a->layer, l);
    Heap *h = heap_create(2, PLAYED);
    a->player.recorder = recorder_create(2, PLAYED, (RecorderSink){heap_write, h});
    pthread_t thread, keyboard;
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    midi_input_begin(&a->input, &a->player, -1);
    Remote *remote = remote_on(&a->player, &lock, &a->port);
    if (pthread_create(&keyboard, NULL, be_keyboard, a) != 0) exit(1);
    if (pthread_create(&thread, NULL, be_audio, a) != 0) exit(1);
    int replaced = 0;
    while (!atomic_load(&a->ended)) {
        pthread_mutex_lock(&lock);
        if (!kn_live_replace(l, programs[++replaced % VARIANTS], 0.002))
            good = wrong("%d", replaced);
        pthread_mutex_unlock(&lock);
        while (kn_live_is_replacing(l) && !atomic_load(&a->ended))
            usleep(100);
    }
    pthread_join(keyboard, NULL);
    const long packets = remote_heard(remote);
    remote_end(remote);
    recorder_end(a->player.recorder, false);
    printf("%d replacements, %ld messages, %ld packets; %s\n", replaced,
           atomic_load(&a->input.messages), packets,
           atomic_load(&a->confined) ? "a system call would have ended it"
                                     : "system calls are not watched");
    CLAIM(good, packets > 100 && atomic_load(&a->input.messages) > 100);
    CLAIM(good, replaced > 3 && api_offences() == 0 && recorder_lost(NULL) == 0);
    const int n = atomic_load(&a->at);
    float *left = calloc((size_t)n, sizeof *left);
    kn_program_render(programs[0], 0, n, (float *[]){left, NULL});
    CLAIM(good, h->frames == n && memcmp(left, a->left, sizeof *left * (size_t)n) == 0);
    for (int i = 0; i < n && good; i++)
        CLAIM(good, h->samples[2 * i] == left[i] && h->samples[2 * i + 1] == a->right[i]);
    CLAIM(good,
          largest_step(a->right, 0, n) < 0.03f); /* 0.009 of the sine, 0.0063 of a fade, notes */
    free(left);
    heap_free(h);
    if (atomic_load(&a->confined)) return good; /* its thread looks at the rest for ever */
    pthread_join(thread, NULL);
    kn_live_free(l);
    for (int i = 0; i < VARIANTS; i++)
        kn_program_free(programs[i]);
    free(a->left);
    free(a->right);
    free(a);
    return good;
}

/* ---- files that change ------------------------------------------------------------------------------------------- */

static bool put(const char *path, const char *text) {
    return file_write(path, text, strlen(text));
}

/* Long after all that has happened, and yet before it looks by itself. */
static double later;
static bool settles(Watcher *w, double after) {
    return watcher_settled(w, later += after);
}

static Watcher *watching(const char *const *paths, int n) {
    Watcher *w = watcher_create();
    struct timespec never = {INT64_C(1) << 40, 0};
    watcher_follow(w, paths, n, never);
    settles(w, 1);
    settles(w, 1);
    return w;
}

/* Written at once, beside and renamed, removed and written anew, by a link: each is one save, some milliseconds later. */
static bool saves_are_seen(void) {
    static const char *const ways[] = {
        "echo b > f.kn",
        "echo c > x; mv x f.kn",
        "rm f.kn; echo d > f.kn",
        "mv f.kn f.kn~; echo e > f.kn; rm f.kn~",
        "cp f.kn x; echo f > f.kn; sed -i s/f/g/ f.kn",
        "echo h > other; ln -sf other f.kn",
        "echo i > other",
        "echo j > x; mv x other",
        "mkdir -p sounds; : > sounds/kick.wav",
        "echo k > later.kn",
        "rm later.kn sounds/kick.wav; sleep 0",
    };
    static const char *const files[] = {"f.kn", "sounds", "later.kn"};
    bool good = true;
    if (!put("f.kn", "a") || mkdir("sounds", 0700) != 0) return wrong("no files");
    Watcher *w = watching(files, 3);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const bool was = watcher_is_quiet(w, later);
        if (system(ways[i]) != 0 || !was) good = wrong("%s: before", ways[i]);
        if (watcher_is_quiet(w, later)) good = wrong("%s: nothing is seen", ways[i]);
        if (settles(w, 0.002)) good = wrong("%s: too early", ways[i]);
        if (!settles(w, i == 10 ? 0.21 : 0.003)) good = wrong("%s: not seen to be over", ways[i]);
        if (settles(w, 0.01)) good = wrong("%s: twice", ways[i]);
    }
    if (system("echo x > unknown; rm unknown; touch sounds2") != 0) good = false;
    CLAIM(good, watcher_is_quiet(w, later));
    watcher_free(w);
    return good;
}

/* A writer that pauses has not saved yet. */
static bool half_a_save_is_none(void) {
    static const char *const files[] = {"f.kn"};
    bool good = true;
    put("f.kn", "out = 1");
    Watcher *w = watching(files, 1);
    FILE *f = fopen("f.kn", "w");
    CLAIM(good, !settles(w, 0.1) && !watcher_is_quiet(w, later));
    for (int i = 0; i < 5; i++) {
        fputs("out = ", f);
        fflush(f);
        CLAIM(good, !settles(w, 0.4));
    }
    fclose(f);
    CLAIM(good, !settles(w, 0) && !settles(w, 0.003) && settles(w, 0.002));
    /* one that never closes is over when it has been left alone */
    f = fopen("f.kn", "a");
    fputs("2", f);
    fflush(f);
    CLAIM(good, !settles(w, 0) && !settles(w, 0.9) && settles(w, 0.2));
    fclose(f);
    settles(w, 1);
    /* what is emptied and closed is filled soon */
    put("f.kn", "");
    CLAIM(good, !settles(w, 0) && !settles(w, 0.9));
    put("f.kn", "out = 3");
    CLAIM(good, !settles(w, 0) && settles(w, 0.005));
    put("f.kn", "");
    CLAIM(good, !settles(w, 0) && !settles(w, 0.9) && settles(w, 0.2));
    put("f.kn", "out = 4");
    CLAIM(good, !settles(w, 0) && settles(w, 0.005));
    f = fopen("f.kn", "w");
    CLAIM(good, !settles(w, 0) && !settles(w, 4.9) && settles(w, 0.2));
    fclose(f);
    watcher_free(w);
    return good;
}

/* What is removed is told after a while, and what comes again at once. */
static bool removals_are_seen(void) {
    static const char *const files[] = {"in/f.kn"};
    bool good = true;
    mkdir("in", 0700);
    put("in/f.kn", "1");
    Watcher *w = watching(files, 1);
    unlink("in/f.kn");
    CLAIM(good, !settles(w, 0.01) && !settles(w, 0.15) && settles(w, 0.06));
    put("in/f.kn", "2");
    CLAIM(good, !settles(w, 0) && settles(w, 0.005));
    /* the folder too: then it looks by itself */
    if (system("rm -r in") != 0) good = false;
    CLAIM(good, !settles(w, 0.1) && settles(w, 0.25));
    CLAIM(good, !settles(w, 1));
    mkdir("in", 0700);
    put("in/f.kn", "3");
    settles(w, 0.3);
    CLAIM(good, settles(w, 0.3) || settles(w, 0.3));
    watcher_free(w);
    return good;
}

/* ---- what a replacement meant -------------------------------------------------------------------------------------- */

static bool fates_are_told(void) {
    static const char before[] =
        "echo(t) = noise(1)(t) + 0.5 * echo(t - 0.3)\n"
        "a = 0.3 * echo |> lowpass(900Hz, 2)\nb = noise(2) |> highpass(2kHz)\n"
        "out = a + b",
                      after[] =
                          "echo(t) = noise(1)(t) + 0.5 * echo(t - 0.3)\n"
                          "a = 0.3 * echo |> lowpass(800Hz, 2)\nc = noise(3) |> comb(9ms, 0.5)\n"
                          "out = a + c";
    bool good = true;
    Buf told = {0};
    char *both = text_format("%s\n%s", before, after);
    KnLive *l = live_begin(before);
    CLAIM(good, live_replace(l, after, 0));
    fates_tell(l, both, &told);
    CLAIM(good, api_text_is("goes on: a/lowpass/echo; crossfades: a/lowpass; begins: c/comb; ends: "
                            "b/highpass",
                            told.data));
    told.length = 0;
    CLAIM(good, live_replace(l, "out = sine(440)", 0));
    fates_tell(l, "out = sine(440)", &told);
    CLAIM(good, strstr(told.data, "ends: "));
    float heard[4096];
    live_run(l, heard, NULL, 0, 4096); /* the fade is over */
    told.length = 0;
    CLAIM(good, live_replace(l, "out = sine(441)", 0));
    fates_tell(l, "out = sine(441)", &told);
    CLAIM(good, api_text_is("crossfades; nothing remembers", told.data));
    buf_free(&told);
    free(both);
    kn_live_free(l);
    return good;
}

static const struct {
    const char *name;
    bool (*run)(void);
} tests[] = {{"recorder_keeps_time", recorder_keeps_time},
             {"recorder_tells_of_a_full_disk", recorder_tells_of_a_full_disk},
             {"times_of_blocks_are_told", times_of_blocks_are_told},
             {"plays_what_is_rendered", plays_what_is_rendered},
             {"fades_and_goes_on", fades_and_goes_on},
             {"is_sought_while_silent", is_sought_while_silent},
             {"no_number_is_silence", no_number_is_silence},
             {"layers_add_up", layers_add_up},
             {"scope_shows_what_is_heard", scope_shows_what_is_heard},
             {"midi_keeps_its_time", midi_keeps_its_time},
             {"nothing_hangs", nothing_hangs},
             {"a_port_that_goes_lets_go", a_port_that_goes_lets_go},
             {"broken_midi_does_no_harm", broken_midi_does_no_harm},
             {"what_waits_goes_along", what_waits_goes_along},
             {"clocks_tell_a_tempo", clocks_tell_a_tempo},
             {"clock_goes_with_what_plays", clock_goes_with_what_plays},
             {"bindings_are_kept", bindings_are_kept},
             {"osc_packets_are_read", osc_packets_are_read},
             {"broken_osc_does_no_harm", broken_osc_does_no_harm},
             {"osc_patterns_match", osc_patterns_match},
             {"osc_is_answered", osc_is_answered},
             {"audio_thread_calls_nothing", audio_thread_calls_nothing},
             {"saves_are_seen", saves_are_seen},
             {"half_a_save_is_none", half_a_save_is_none},
             {"removals_are_seen", removals_are_seen},
             {"fates_are_told", fates_are_told}};
enum { TESTS = sizeof tests / sizeof *tests };

const char *play_name(int i) {
    return i < TESTS ? tests[i].name : NULL;
}

bool run_play(const Test *test) {
    for (int i = 0; i < TESTS; i++)
        if (strcmp(tests[i].name, test->name) == 0) return tests[i].run();
    return wrong("there is no such test");
}
