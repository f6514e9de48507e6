/* What libFuzzer calls: `make fuzz-notation`. In: bytes, which become the text of a pattern in a program; those behind a byte 1 of a
 * melody. Out: nothing; it ends the process where a refusal says nothing or calls itself a bug, where the events of a span
 * are not those of its halves, or where a pattern that is turned back twice is another. The sanitizers find the rest. */
#include "../../compiler/api/kanon.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FRAMES = 256 };

static void must_be(bool good, const char *what, const char *text) {
    if (good) return;
    fprintf(stderr, "%s\n%s\n", what, text);
    abort();
}

/* The program; the text stands in its first line. Times are counted in whole cycles and in halves of them. */
static char *program_of(const uint8_t *text, size_t size, bool melody) {
    static const char rest[] =
        "\")\n"
        "lengths(list) = sum(list, e => e[3] - e[2])\n"
        "whole = query(p, 0, 3)\n"
        "halves = query(p, 0, 1.5) ++ query(p, 1.5, 3)\n"
        "back = query(rev(rev(p)), 0, 3)\n"
        "alike = min([1] ++ map(whole, e => e[0] <= e[2] and e[2] < e[3] and e[3] <= e[1]))\n"
        "few = mask(fast(p, 2), pattern(\"x(3,8)\"))\n"
        "out = [lengths(whole) - lengths(halves), lengths(whole) - lengths(back), alike, "
        "len(query(few, 0, 1))]\n";
    char *program = malloc(6 * size + sizeof rest + 40), *at = program;
    at += sprintf(at, "p = %s(\"", melody ? "melody" : "_pattern");
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"' || text[i] == '\\')
            at += sprintf(at, "\\%c", text[i]);
        else if (text[i] == '\n')
            at += sprintf(at, "\\n");
        else
            *at++ = (char)text[i];
    }
    memcpy(at, rest, sizeof rest);
    return program;
}

static void hear(KnProgram *program, const char *text) {
    static float out[4][FRAMES];
    float *to[4] = {out[0], out[1], out[2], out[3]};
    KnInstance *instance = kn_instance_create(program);
    if (!instance) return;
    kn_instance_process(instance, NULL, to, FRAMES);
    must_be(fabsf(out[0][0]) < 1e-5f, "halves of a span have other events than it", text);
    must_be(fabsf(out[1][0]) < 1e-5f, "turned back twice it is another", text);
    must_be(out[2][0] == 1, "a part is not within its whole", text);
    kn_instance_free(instance);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bool melody = size > 0 && data[0] == 1;
    char *text = program_of(data + melody, size - melody, melody);
    KnCompiler *compiler = kn_compiler_create();
    if (!compiler) abort();
    kn_compiler_set_engine(compiler, "ref");
    kn_compiler_set_limit(compiler, "time", 5);
    kn_compiler_set_limit(compiler, "memory", 512 << 20);
    KnProgram *program = kn_compile_text(compiler, NULL, text, strlen(text));
    const char *messages = kn_compiler_messages(compiler);
    must_be(program || *messages, "refused without a message", text);
    for (int i = 0; i < kn_diag_count(compiler); i++) /* what quotes the text has a place */
        must_be(kn_diag_line(compiler, i) > 0 ||
                    !strstr(kn_diag_message(compiler, i), "a bug of Kanon"),
                messages, text);
    if (program) hear(program, text);
    kn_program_free(program);
    kn_compiler_free(compiler);
    free(text);
    return 0;
}
