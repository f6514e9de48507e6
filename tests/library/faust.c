/* Programs of Faust heard. In: a `process` as text. Out: its samples, by the C that `faust` writes of it
 * (double precision), compiled with a small host by `cc` and run; and how far a program of Kanon is from
 * it. All files lie in the current folder, which is an empty one of the test's own. */
#include "library.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool faust_is_here(void) {
    static int here = -1; /* not looked for yet */
    if (here < 0) here = system("command -v faust >/dev/null 2>&1") == 0;
    return here == 1;
}

/* Reads x from stdin, which every input of the program hears; writes how many outputs there are, and
 * their samples one after the other. */
static const char host[] =
    "#define FAUSTFLOAT double\n"
    "#include <stdint.h>\n"
    "#include <stdio.h>\n"
    "#include <stdlib.h>\n"
    "#include \"faust/gui/CInterface.h\"\n"
    "#define max(a, b) ((a) > (b) ? (a) : (b))\n"
    "#define min(a, b) ((a) < (b) ? (a) : (b))\n"
    "#include \"program.c\"\n"
    "int main(int argc, char **argv) {\n"
    "    int rate = atoi(argv[argc - 2]), frames = atoi(argv[argc - 1]);\n"
    "    mydsp *dsp = newmydsp();\n"
    "    initmydsp(dsp, rate);\n"
    "    int ins = getNumInputsmydsp(dsp), outs = getNumOutputsmydsp(dsp);\n"
    "    double *x = calloc(frames, sizeof *x), *in[64], *out[64];\n"
    "    if (ins > 64 || outs > 64 || fread(x, sizeof *x, frames, stdin) != frames) return 1;\n"
    "    for (int k = 0; k < ins; k++) in[k] = x;\n"
    "    for (int k = 0; k < outs; k++) out[k] = calloc(frames, sizeof *x);\n"
    "    computemydsp(dsp, frames, in, out);\n"
    "    fwrite(&outs, sizeof outs, 1, stdout);\n"
    "    for (int k = 0; k < outs; k++) fwrite(out[k], sizeof *x, frames, stdout);\n"
    "    return fflush(stdout) != 0;\n"
    "}\n";

/* Makes ./program of a process, unless it is that of the last time; false: no program, which was said. */
static bool built(const char *process) {
    static char *last;
    if (last && strcmp(last, process) == 0) return true;
    free(last);
    last = NULL;
    char *text = text_format("import(\"stdfaust.lib\");\nprocess = %s;\n", process);
    bool good = file_write("program.dsp", text, strlen(text)) &&
                file_write("host.c", host, strlen(host)) &&
                system("faust -double -lang c -cn mydsp -o program.c program.dsp &&"
                       " cc -w -O1 -ffp-contract=off -o program host.c -lm") == 0;
    free(text);
    if (!good) return wrong("Faust does not compile: process = %s", process);
    last = strdup(process);
    return true;
}

static Heard read_answer(double rate, int frames) {
    Heard h = {.rate = rate};
    FILE *file = fopen("answer", "rbe");
    int channels = 0;
    if (!file || fread(&channels, sizeof channels, 1, file) != 1) channels = 0;
    h.channel = calloc((size_t)channels + 1, sizeof *h.channel);
    h.frames = frames;
    h.channels = channels;
    for (int k = 0; k < channels; k++) {
        h.channel[k] = calloc((size_t)frames + 1, sizeof **h.channel);
        if (fread(h.channel[k], sizeof **h.channel, (size_t)frames, file) != (size_t)frames)
            h.channels = 0;
    }
    if (file) fclose(file);
    return h;
}

Heard hear_faust(double rate, int frames, const double *input, const char *process) {
    Heard h = {.rate = rate};
    double *x = calloc((size_t)frames + 1, sizeof *x);
    if (input) memcpy(x, input, sizeof *x * (size_t)frames);
    char *command = text_format("./program %d %d <input >answer", (int)rate, frames);
    if (built(process) && file_write("input", (const char *)x, sizeof *x * (size_t)frames) &&
        system(command) == 0)
        h = read_answer(rate, frames);
    free(command);
    free(x);
    return h;
}

/* ---- the same sound of two languages --------------------------------------------------------------- */

double *faust_input(FaustInput kind, double rate, int frames) {
    static const double levels[] = {0.02, 1, 0.1, 0.4, 0.01, 0.7};
    double *x = calloc((size_t)frames + 1, sizeof *x);
    uint64_t state = 1;
    x[0] = 1;
    if (kind == IMPULSE) return x;
    for (int n = 0; n < frames; n++) {
        state = state * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
        double white = (double)(state >> 11) * 0x1p-52 - 1;
        x[n] = kind == NOISE ? white : white * levels[(int)(n / (0.03 * rate)) % 6];
    }
    return x;
}

/* The worst difference against the peak of what it should be. */
static double difference(const double *got, const double *wanted, int frames) {
    double worst = 0, peak = 0;
    for (int n = 0; n < frames; n++) {
        double error = fabs(got[n] - wanted[n]);
        peak = fmax(peak, fabs(wanted[n]));
        if (!(error <= worst)) worst = isnan(error) ? INFINITY : error;
    }
    return peak > 0 ? worst / peak : INFINITY;
}

static double error_at_rate(const FaustPair *pair, double rate) {
    int frames = (int)ceil(pair->seconds * rate);
    double *x = faust_input(pair->input, rate, frames), worst = 0;
    Heard wanted = hear_faust(rate, frames, x, pair->process);
    Heard got = hear_input(rate, frames, x, "%s", pair->program);
    if (got.channels == 0 || got.channels != wanted.channels) worst = INFINITY;
    for (int k = 0; k < got.channels && k < wanted.channels; k++)
        worst = fmax(worst, difference(got.channel[k], wanted.channel[k], frames));
    heard_free(got);
    heard_free(wanted);
    free(x);
    return worst;
}

double error_of_faust(const FaustPair *pair) {
    if (pair->rate > 0) return error_at_rate(pair, pair->rate);
    return fmax(error_at_rate(pair, 44100), error_at_rate(pair, 96000));
}
