/* Fields and maps beside plain C and memcpy. In: perlin.kn; REPEAT, how often each is done. Out: a table: nanoseconds of the least of these
 * times, those of both sides in turn. */
#include "compiler/api/kanon.h"
#include "perlin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SIDE = 4096, SIDES = 4 };
void plain_perlin(float *values, int width, int height);

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

typedef struct Work {
    const char *name;
    void (*run)(void *data);
    void *data;
    double least;
} Work;

/* `often` times in a row, since a short one cannot be timed alone. */
static void take_turns(Work *works, int n, int repeat, int often) {
    for (int i = 0; i < n; i++)
        works[i].least = INFINITY;
    for (int r = 0; r < repeat; r++)
        for (int i = 0; i < n; i++) {
            const double begin = seconds();
            for (int k = 0; k < often; k++)
                works[i].run(works[i].data);
            works[i].least = fmin(works[i].least, (seconds() - begin) / often);
        }
}

/* ---- a picture ------------------------------------------------------------------------------------- */

typedef struct Picture {
    KnPicture *engine;
    float *values;
} Picture;

static void by_engine(void *data) {
    const Picture *p = data;
    kn_picture_render(p->engine, 0, SIDE, p->values);
}

static void by_c(void *data) {
    perlin_image(((const Picture *)data)->values, SIDE, SIDE, 0);
}

static void by_hand(void *data) {
    plain_perlin(((const Picture *)data)->values, SIDE, SIDE);
}

static int measure_perlin(KnCompiler *compiler, const char *file, int repeat) {
    kn_compiler_set_picture_width(compiler, SIDE);
    KnProgram *program = kn_compile_file(compiler, file);
    Picture pictures[3];
    for (int i = 0; i < 3; i++)
        pictures[i] = (Picture){i == 1 ? kn_picture_create(program) : NULL,
                                malloc(sizeof(float) * SIDE * SIDE)};
    if (!pictures[1].engine) return puts(kn_compiler_messages(compiler)), 1;
    Work works[] = {{"plain C", by_hand, &pictures[0], 0},
                    {"Kanon, engine", by_engine, &pictures[1], 0},
                    {"Kanon, C", by_c, &pictures[2], 0}};
    take_turns(works, 3, repeat, 1);
    printf("2-D Perlin, %d x %d, one core             ns a point   times plain C\n", SIDE, SIDE);
    for (int i = 0; i < 3; i++) {
        double off = 0;
        for (long k = 0; k < (long)SIDE * SIDE; k++)
            off = fmax(off, (double)fabsf(pictures[i].values[k] - pictures[0].values[k]));
        printf("  %-38s %10.3f %12.2f   differs by %.1g\n", works[i].name,
               works[i].least * 1e9 / SIDE / SIDE, works[0].least / works[i].least, off);
    }
    for (int i = 0; i < 3; i++)
        free(pictures[i].values);
    kn_picture_free(pictures[1].engine);
    kn_program_free(program);
    return 0;
}

/* ---- maps ------------------------------------------------------------------------------------------ */

typedef struct Buffers {
    KnMap *map;
    const float *from;
    float *to;
    size_t n;
} Buffers;

static void copy(void *data) {
    const Buffers *b = data;
    memcpy(b->to, b->from, sizeof(float) * b->n);
    __asm__ volatile("" : : "r"(b->to) : "memory");
}

static void apply(void *data) {
    const Buffers *b = data;
    kn_map_apply(b->map, &b->from, (float *const *)&b->to, b->n);
}

static int measure_maps(KnCompiler *compiler, int repeat) {
    static const struct {
        const char *text;
        size_t n;
    } rows[] = {{"x * 0.5 + 0.25", 512},
                {"x * 0.5 + 0.25", 44100},
                {"x * 0.5 + 0.25", 10000000},
                {"x * x * 0.5 + x", 44100},
                {"exp(-x * x)", 44100}};
    printf("maps                                                 ns   of memcpy's speed\n");
    for (int i = 0; i < (int)(sizeof rows / sizeof *rows); i++) {
        const size_t n = rows[i].n;
        KnProgram *program = kn_compile_map(compiler, "x", rows[i].text);
        float *from = aligned_alloc(64, (sizeof(float) * n + 63) / 64 * 64),
              *to = malloc(sizeof(float) * n);
        Buffers buffers = {kn_map_create(program), from, to, n};
        if (!buffers.map || !from || !to) return puts(kn_compiler_messages(compiler)), 1;
        for (size_t k = 0; k < n; k++)
            from[k] = to[k] = (float)(k % 1000) * 0.001f;
        Work works[] = {{"memcpy", copy, &buffers, 0}, {"Kanon", apply, &buffers, 0}};
        const int often = n > 1000000 ? 1 : (int)(400000 / n);
        take_turns(works, 2, n > 1000000 ? 3 * repeat : 100 * repeat, often);
        printf("  %-20s %9zu floats      %13.1f %16.2f\n", rows[i].text, n, works[1].least * 1e9,
               works[0].least / works[1].least);
        free(from);
        free(to);
        kn_map_free(buffers.map);
        kn_program_free(program);
    }
    return 0;
}

int main(int argc, char **argv) {
    const char *repeat = getenv("REPEAT");
    KnCompiler *compiler = kn_compiler_create();
    const int times = repeat ? atoi(repeat) : 7;
    if (argc != 2 || times < 1) return 2;
    const int status = measure_perlin(compiler, argv[1], times);
    return status ? status : measure_maps(compiler, times);
}
