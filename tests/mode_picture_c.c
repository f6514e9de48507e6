/* Pictures that emitted C paints: no warning, the reference, and the same bits from both compilers; by rows that are asked for apart, and
 * beside the sound that they show. The C is told the width, and in turn the rate of the sound. */
#include "mode_picture.h"
#include "../compiler/pipeline.h"

#include <stdlib.h>
#include <string.h>

/* In: the flags that say what the program has. Out: all moments, rows of points, as floats. */
static const char host[] =
    "#include \"program.h\"\n"
    "#include <stdio.h>\n"
    "enum { WIDTH = 61, HEIGHT = 23, CUT = 9, SIZE = WIDTH * HEIGHT * PROGRAM_IMAGE_CHANNELS };\n"
    "static float got[SIZE], whole[SIZE], rest[8];\n"
    "static void paint(double time) {\n"
    "    program_moment m;\n"
    "    program_moment_init(&m);\n"
    "#ifdef SOUNDS\n"
    "    static program sound;\n"
    "    static float block[PROGRAM_OUTPUTS + 1][100], *outputs[PROGRAM_OUTPUTS + 1];\n"
    "    for (int k = 0; k < PROGRAM_OUTPUTS; k++) outputs[k] = block[k];\n"
    "    if (!program_init(&sound, 48000)) return;\n"
    "    for (int left = (int)(time * 48000 + 0.5) + 1, n; left > 0; left -= n)\n"
    "        program_process(&sound, NULL, outputs, n = left < 100 ? left : 100);\n"
    "    program_moment_hear(&m, &sound);\n"
    "    if (!(m.time > time - 1e-4 && m.time < time + 1e-4)) return;\n"
    "#endif\n"
    "    m.time = time;\n"
    "#ifdef FIELD\n"
    "    m.depth = 0.25;\n"
    "#endif\n"
    "    program_image_rows(got, WIDTH, HEIGHT, 0, CUT, &m);\n"
    "    program_image_rows(got + CUT * (SIZE / HEIGHT), WIDTH, HEIGHT, CUT, HEIGHT - CUT, &m);\n"
    "#ifdef FIELD\n"
    "    program_image(whole, WIDTH, HEIGHT, 0.25, time);\n"
    "#else\n"
    "    program_image(whole, WIDTH, HEIGHT, time);\n"
    "#endif\n"
    "    for (int i = 0; i < SIZE && PROGRAM_IMAGE_SHOWN == 0; i++)\n"
    "        if (whole[i] < got[i] || whole[i] > got[i]) got[i] = 1e9f;\n"
    "}\n"
    "int main(void) {\n"
    "    static const double times[] = {0, 0.2, 1.37};\n"
    "    program_moment m;\n"
    "    program_moment_init(&m);\n"
    "    program_image_rows(rest, 0, 1, 0, 1, &m);\n"
    "    program_image_rows(rest, 1000001, 1, 0, 1, &m);\n"
    "    program_image_rows(rest, 1, 0, 0, 1, &m);\n"
    "    for (int i = 0; i < 8; i++)\n"
    "        if (rest[i] > 0 || rest[i] < 0) return 1;\n"
    "    for (int i = 0; i < 3; i++) {\n"
    "        for (int k = 0; k < SIZE; k++) got[k] = -1e9f;\n"
    "        paint(times[i]);\n"
    "        if (fwrite(got, sizeof(float), SIZE, stdout) != SIZE) return 1;\n"
    "    }\n"
    "    return 0;\n"
    "}\n";

/* *flags say what the program has; there are so many channels. */
static bool write_program(const Picturing *p, double rate, int *channels, const char **flags) {
    Compile *c = compile_create(
        &(CompileOptions){.rate = rate, .picture_width = PICTURE_ANY_WIDTH, .verify = true});
    const EmitOptions options = {
        .name = "program", .default_length = 10, .header_name = "program.h"};
    EmitResult result = {0};
    bool good = compile_front(c, p->test->path, p->text, strlen(p->text), false) &&
                compile_lower(c, NULL) && compile_emit_whole(c, options, 4, &result);
    if (!good) {
        Buf text = {0};
        diag_print(&c->session, &text);
        wrong("it cannot be emitted: %s", text.data ? text.data : "");
        buf_free(&text);
    }
    const Picture *facts = &c->program.picture;
    const bool sounds = c->program.graph->noutputs > 0;
    *channels = facts->channels;
    *flags = facts->field ? sounds ? "-DFIELD -DSOUNDS" : "-DFIELD" : sounds ? "-DSOUNDS" : "";
    good = good && file_write("program.c", result.source.data, result.source.length) &&
           file_write("program.h", result.header.data, result.header.length) &&
           file_write("host.c", host, sizeof host - 1);
    buf_free(&result.source);
    buf_free(&result.header);
    compile_free(c);
    return good;
}

static bool compile_and_run(const char *compiler, const char *flags) {
    char *command =
        text_format("%s -c program.c -o program.o >log 2>&1 && gcc -O1 -w %s host.c program.o "
                    "-lm -o host >log 2>&1 && ./host >floats",
                    compiler, flags);
    const bool good = system(command) == 0;
    char *log = good ? NULL : file_read("log", NULL);
    if (!good) wrong("%s: %.1500s", command, log ? log : "");
    free(log);
    free(command);
    return good;
}

static bool painted(Picturing *p, const char *what, int channels) {
    size_t size = 0;
    float *floats = (float *)(void *)file_read("floats", &size);
    bool good = floats && size == sizeof(float) * MOMENTS * WIDTH * HEIGHT * (size_t)channels;
    if (!good) wrong("%s paints %zu bytes", what, size);
    memset(p->got, 0, sizeof p->got);
    const float *at = floats;
    for (int m = 0; good && m < MOMENTS; m++)
        for (int row = 0; row < HEIGHT; row++)
            for (int x = 0; x < WIDTH; x++)
                for (int k = 0; k < channels; k++)
                    p->got[m][row][k][x] = *at++;
    for (int m = 0; good && m < MOMENTS; m++)
        good = same_pixels(p, what, m, (const float(*)[CHANNELS][ROW])p->got[m]);
    free(floats);
    return good;
}

bool c_paints(Picturing *p) {
    static const struct {
        const char *name, *command;
    } compilers[] = {
        {"C by gcc", "gcc -std=c11 -O2 -march=native -Wall -Wextra -Wpedantic -Werror"},
        {"C by clang", "clang -std=c11 -O1 -march=native -Weverything -Werror" CLANG_STYLE},
    };
    int channels;
    const char *flags;
    if (!write_program(p, in_turn(0, 2) ? PICTURE_RATE : 0, &channels, &flags)) return false;
    bool good = true;
    for (int i = 0; good && i < 2; i++)
        good = compile_and_run(compilers[i].command, flags) &&
               painted(p, compilers[i].name, channels) &&
               system(i == 0 ? "mv floats first" : "cmp -s floats first") == 0;
    return good || wrong("emitted C: the compilers, or C and the reference, differ");
}
