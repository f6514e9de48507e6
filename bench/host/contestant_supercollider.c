/* A graph of unit generators in SuperCollider's server, which runs offline, as a process of its own, where it is
 * installed. In: FILE.graph (synth_definition.h says what is in one). No option. From the environment: TMPDIR. */
#include "contestant.h"
#include "channels.h"
#include "synth_definition.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Running {
    SynthDefinition definition;
    char folder[192];  /* of this contestant alone */
    double begin_cost; /* seconds that it takes to start and end the server */
} Running;

enum { NAME_SIZE = 256, FEW_FRAMES = 512 };

static void name_file(const Running *r, const char *name, char path[NAME_SIZE]) {
    snprintf(path, NAME_SIZE, "%s/%s", r->folder, name);
}

/* ---- what the server reads ----------------------------------------------------------------------- */

/* A bundle of Open Sound Control at that time, with one message. */
static void write_bundle(Bytes *score, double seconds, const Bytes *message) {
    bytes_int32(score, (int32_t)(16 + 4 + message->count));
    bytes_put(score, "#bundle", 8);
    bytes_int32(score, (int32_t)seconds);
    bytes_int32(score, (int32_t)(uint32_t)((seconds - floor(seconds)) * 0x1p32));
    bytes_int32(score, (int32_t)message->count);
    bytes_put(score, message->at, message->count);
}

static void write_text(Bytes *b, const char *text) {
    static const char zeros[4];
    size_t n = strlen(text) + 1;
    bytes_put(b, text, n);
    bytes_put(b, zeros, (4 - n % 4) % 4);
}

/* The definition; a synth of it; an end. */
static bool write_score(const Running *r, int64_t frames) {
    Bytes score = {0}, message = {0};
    const Bytes *definition = &r->definition.bytes;
    static const char zeros[4];
    write_text(&message, "/d_recv");
    write_text(&message, ",b");
    bytes_int32(&message, (int32_t)definition->count);
    bytes_put(&message, definition->at, definition->count);
    bytes_put(&message, zeros, (4 - definition->count % 4) % 4);
    write_bundle(&score, 0, &message);
    message.count = 0;
    write_text(&message, "/s_new");
    write_text(&message, ",siii");
    write_text(&message, "bench");
    bytes_int32(&message, 1000);
    bytes_int32(&message, 0);
    bytes_int32(&message, 0);
    write_bundle(&score, 0, &message);
    message.count = 0;
    write_text(&message, "/c_set");
    write_text(&message, ",if");
    bytes_int32(&message, 0);
    bytes_int32(&message, 0);
    write_bundle(&score, (double)frames / RATE, &message);
    char path[NAME_SIZE];
    name_file(r, "score", path);
    bool written = bytes_save(&score, path);
    bytes_free(&score);
    bytes_free(&message);
    return written;
}

/* WAV of 32-bit float; `loops`: the inputs are a block, again and again. A zero is put in front: units compute their
 * first sample twice, which changes their memory where it is none. */
static bool write_inputs(const Running *r, int64_t frames, float *const *inputs, bool loops) {
    int channels = r->definition.inputs;
    char path[NAME_SIZE];
    name_file(r, "in.wav", path);
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    uint32_t size = (uint32_t)(frames * channels * 4), riff = size + 36, form = 16, rate = RATE;
    uint32_t second = rate * (uint32_t)channels * 4;
    float zero = 0;
    uint16_t words[] = {3, (uint16_t)channels}, more[] = {(uint16_t)(channels * 4), 32};
    fwrite("RIFF", 4, 1, file);
    fwrite(&riff, 4, 1, file);
    fwrite("WAVEfmt ", 8, 1, file);
    fwrite(&form, 4, 1, file);
    fwrite(words, 2, 2, file);
    fwrite(&rate, 4, 1, file);
    fwrite(&second, 4, 1, file);
    fwrite(more, 2, 2, file);
    fwrite("data", 4, 1, file);
    fwrite(&size, 4, 1, file);
    for (int64_t i = 0; i < frames; i++)
        for (int k = 0; k < channels; k++)
            fwrite(i == 0 ? &zero : &inputs[k][loops ? i % BLOCK : i - 1], 4, 1, file);
    return fclose(file) == 0;
}

/* ---- running it ------------------------------------------------------------------------------------ */

static void become_server(const Running *r, bool kept) {
    char score[NAME_SIZE], in[NAME_SIZE], out[NAME_SIZE], inputs[16], outputs[16], block[16];
    name_file(r, "score", score);
    name_file(r, "in.wav", in);
    name_file(r, "out.raw", out);
    snprintf(inputs, sizeof inputs, "%d", r->definition.inputs);
    snprintf(outputs, sizeof outputs, "%d", r->definition.outputs);
    snprintf(block, sizeof block, "%d", r->definition.block);
    int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, STDIN_FILENO);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execlp("scsynth", "scsynth", "-i", inputs, "-o", outputs, "-z", block, "-m", "65536", "-N",
           score, r->definition.inputs ? in : "_", kept ? out : "/dev/null", "48000", "raw",
           "float", (char *)NULL);
    _exit(127);
}

/* Seconds of the processor's time; below 0: it failed. */
static double run_server(const Running *r, bool kept) {
    int status = -1;
    struct rusage used = {0};
    pid_t pid = fork();
    if (pid == 0) become_server(r, kept);
    if (pid < 0 || wait4(pid, &status, 0, &used) != pid || status != 0) return -1;
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static bool read_output(const Running *r, int64_t frames, float *heard) {
    int channels = r->definition.outputs;
    char path[NAME_SIZE];
    name_file(r, "out.raw", path);
    FILE *file = fopen(path, "rb");
    float frame[MOST_CHANNELS];
    int64_t i = 0;
    if (!file) return false;
    for (; i < frames && fread(frame, 4, (size_t)channels, file) == (size_t)channels; i++)
        for (int k = 0; k < channels; k++)
            heard[k * frames + i] = frame[k];
    fclose(file);
    return i == frames;
}

/* The server ends with a whole block: what is heard is a block longer than was asked for. */
static double run_offline(void *self, int64_t frames, float *const *inputs, float *heard) {
    Running *r = self;
    if (!write_score(r, frames + (heard ? 2 * r->definition.block : 0))) return -1;
    if (r->definition.inputs && !write_inputs(r, frames, inputs, !heard)) return -1;
    double took = run_server(r, heard != NULL);
    if (took < 0 || (heard && !read_output(r, frames, heard))) return -1;
    return took > r->begin_cost ? took - r->begin_cost : 0;
}

static void close_running(void *self) {
    static const char *const files[] = {"score", "in.wav", "out.raw"};
    Running *r = self;
    for (int i = 0; i < 3; i++) {
        char path[NAME_SIZE];
        name_file(r, files[i], path);
        unlink(path);
    }
    rmdir(r->folder);
    bytes_free(&r->definition.bytes);
    free(r);
}

bool open_supercollider(Contestant *c, const char *path, const char *option, char why[WHY_SIZE]) {
    (void)option;
    if (system("command -v scsynth > /dev/null") != 0)
        return refuse(why, "SuperCollider's server is not installed");
    Running *r = calloc(1, sizeof *r);
    if (!r) abort();
    const char *below = getenv("TMPDIR");
    int length =
        snprintf(r->folder, sizeof r->folder, "%s/supercollider-XXXXXX", below ? below : "/tmp");
    if (length >= (int)sizeof r->folder || !mkdtemp(r->folder)) {
        free(r);
        return refuse(why, "no folder can be made");
    }
    bool made = synth_definition_read(path, &r->definition, why);
    Channels silence;
    channels_create(&silence, made ? r->definition.inputs : 0);
    double least = INFINITY;
    for (int i = 0; made && i < 3; i++)
        least = fmin(least, run_offline(r, FEW_FRAMES, silence.at, NULL));
    channels_free(&silence);
    if (made && least < 0) made = refuse(why, "scsynth -N failed");
    if (!made) {
        close_running(r);
        return false;
    }
    r->begin_cost = least;
    *c = (Contestant){.self = r,
                      .inputs = r->definition.inputs,
                      .outputs = r->definition.outputs,
                      .close = close_running,
                      .offline = run_offline};
    return true;
}
