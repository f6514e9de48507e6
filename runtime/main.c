/* A program in C as a command: what `kanon build --main` adds behind its interface. compiler/print_c/interface.c writes this
 * text with the words of a program, and says which they are. */

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    static const char help[] =
#if HAS_INPUTS
        "NAME [SECONDS] < IN.f32 > OUT.f32\n\n"
#else
        "NAME [SECONDS] > OUT.f32\n\n"
#endif
        "Writes raw 32-bit floats to standard output, WRITTEN_CHANNELS, at HERTZ Hz.\n"
#if HAS_INPUTS
        "Hears the same from standard input, HEARD_CHANNELS, and silence after its end.\n"
#endif
#if LASTS_AS_INPUT
        "Without SECONDS it is as long as what it hears.\n";
#else
        "Without SECONDS it is LENGTH s long.\n";
#endif
    static struct NAME self;
    static float channel[UPPER_OUTPUTS][512], frame[512 * UPPER_OUTPUTS];
    static float *outputs[UPPER_OUTPUTS];
#if HAS_INPUTS
    static float heard[UPPER_INPUTS][512], taken[512 * UPPER_INPUTS];
    static const float *inputs[UPPER_INPUTS];
    for (int k = 0; k < UPPER_INPUTS; k++)
        inputs[k] = heard[k];
#endif
#if LASTS_AS_INPUT
    double seconds = -1.0;
#else
    double seconds = INITIAL_SECONDS;
#endif
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return fputs(help, stdout) >= 0 && fflush(stdout) == 0 ? 0 : 3;
    if (argc > 1) {
        char *end;
        seconds = strtod(argv[1], &end);
        int digit = (*argv[1] >= '0' && *argv[1] <= '9') || *argv[1] == '.';
        if (argc > 2 || !digit || *end || !(seconds >= 0.0 && seconds <= 1e9)) {
            fputs(help, stderr);
            return 2;
        }
    }
    if (!NAME_init(&self, MAIN_RATE)) return 2;
#if IS_INSTRUMENT
    /* one note, A4 for a second */
    NAME_note_on(&self, 0, 0, 69.0, 0.8);
    NAME_note_off(&self, (int)MAIN_RATE, 0, 69.0, 0.5);
#endif
    for (int k = 0; k < UPPER_OUTPUTS; k++)
        outputs[k] = channel[k];
    int64_t left = seconds < 0.0 ? INT64_MAX : (int64_t)(seconds * MAIN_RATE + 0.5);
    while (left > 0) {
        int n = left < 512 ? (int)left : 512;
#if HAS_INPUTS
        int got = (int)fread(taken, sizeof(float) * UPPER_INPUTS, (size_t)n, stdin);
        if (ferror(stdin)) return 3;
        for (int k = 0; k < UPPER_INPUTS; k++)
            for (int i = 0; i < n; i++)
                heard[k][i] = i < got ? taken[i * UPPER_INPUTS + k] : 0.0f;
        if (seconds < 0.0 && got < n) left = n = got;
        NAME_process(&self, inputs, outputs, n);
#else
        NAME_process(&self, NULL, outputs, n);
#endif
        for (int i = 0; i < n; i++)
            for (int k = 0; k < UPPER_OUTPUTS; k++)
                frame[i * UPPER_OUTPUTS + k] = channel[k][i];
        if (fwrite(frame, sizeof(float) * UPPER_OUTPUTS, (size_t)n, stdout) != (size_t)n) return 3;
        left -= n;
    }
    return fflush(stdout) == 0 ? 0 : 3;
}
