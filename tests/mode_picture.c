/* Pictures: every engine against the reference, and the reference of rows against the program as it is evaluated.
 *
 * Comments in the program that mean something here:
 *   // expect: 3 4 at 0.5: 0.1 0.2 0.3   the channels of point 3 of row 4 at that time, within 1e-6
 *   // … tolerance: 1e-4                    between engines, instead of 1e-6
 * A program without `out` is also compiled with one that is its picture at a point: what the reference makes of that must be what
 * the row has there. */
#include "mode_picture.h"
#include "../compiler/engine/picture.h"
#include "../runtime/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const double picture_moments[MOMENTS] = {0, 0.2, 1.37};

static double number_after(const char *text, const char *key, double otherwise) {
    const char *at = strstr(text, key);
    return at ? strtod(at + strlen(key), NULL) : otherwise;
}

static Compile *compile_picture(const Picturing *p, const char *isa) {
    Compile *c = compile_create(&(CompileOptions){
        .rate = PICTURE_RATE, .picture_width = WIDTH, .isa = isa, .verify = true});
    if (compile_front(c, p->test->path, p->text, strlen(p->text), false)) return c;
    Buf text = {0};
    diag_print(&c->session, &text);
    wrong("%s", text.data);
    buf_free(&text);
    compile_free(c);
    return NULL;
}

/* ---- painting -------------------------------------------------------------------------------------- */

static bool hear(Compile *c, double time, float *levels) {
    EngineError error;
    const Graph *heard = c->program.picture.heard;
    Engine *e = engine_create_heard(c, ENGINE_REF, &error);
    Instance *i = e ? instance_create(e, 0) : NULL;
    float **outputs = calloc((size_t)heard->noutputs + 1, sizeof *outputs);
    for (int k = 0; k < heard->noutputs; k++)
        outputs[k] = levels + k;
    for (int64_t frame = 0; i && frame <= (int64_t)llround(time * PICTURE_RATE); frame++)
        instance_process(i, NULL, outputs, 1);
    free(outputs);
    instance_free(i);
    engine_free(e);
    return i || wrong("the program cannot be heard: %s", error.message);
}

/* All moments. */
static bool paint(const Picturing *p, EngineKind kind, const char *isa, Pixels to[MOMENTS]) {
    Compile *c = compile_picture(p, isa);
    EngineError error;
    Engine *e = c ? engine_create_picture(c, kind, &error) : NULL;
    if (!e) {
        if (c) wrong("%s", error.message);
        compile_free(c);
        return false;
    }
    const Picture *facts = &c->program.picture;
    float *levels = calloc(facts->heard ? (size_t)facts->heard->noutputs : 1, sizeof *levels);
    Painter *painter = painter_create(e, facts, WIDTH);
    bool good = true;
    for (int m = 0; good && m < MOMENTS; m++) {
        good = !facts->heard || hear(c, picture_moments[m], levels);
        painter_moment(painter, picture_moments[m], PICTURE_DEPTH, levels);
        for (int row = 0; row < HEIGHT; row++) {
            float *const *values = painter_row(painter, (row + 0.5) / HEIGHT);
            for (int k = 0; k < facts->channels; k++)
                memcpy(to[m][row][k], values[k], sizeof(float) * WIDTH);
        }
    }
    painter_free(painter);
    free(levels);
    engine_free(e);
    compile_free(c);
    return good;
}

bool same_pixels(const Picturing *p, const char *what, int moment, const Pixels got) {
    for (int row = 0; row < HEIGHT; row++)
        for (int k = 0; k < CHANNELS; k++)
            for (int x = 0; x < WIDTH; x++) {
                const double e = (double)p->reference[moment][row][k][x],
                             v = (double)got[row][k][x];
                const double full = fabs(e) > 1 ? fabs(e) : 1;
                if (fabs(e - v) <= p->tolerance * full || (isnan(e) && isnan(v)) || e == v)
                    continue;
                return wrong(
                    "%s, %g s: channel %d of point %d of row %d is %.9g, the reference %.9g", what,
                    picture_moments[moment], k, x, row, v, e);
            }
    return true;
}

static bool engine_paints(Picturing *p, const char *what, EngineKind kind, const char *isa) {
    memset(p->got, 0, sizeof p->got);
    bool good = paint(p, kind, isa, p->got);
    for (int m = 0; good && m < MOMENTS; m++)
        good = same_pixels(p, what, m, (const float(*)[CHANNELS][ROW])p->got[m]);
    return good;
}

static bool engines_paint(Picturing *p) {
    bool good = true;
    for (int set = 0; set < KERNEL_SETS; set++)
        if (kernels_usable((KernelSet)set)) {
            const char *name = kernels_set_name((KernelSet)set);
            good = engine_paints(p, name, ENGINE_JIT, name) && good;
        }
    good = engine_paints(p, "tcc", ENGINE_TCC, NULL) && good;
    if (settings.reference || !engine_available(ENGINE_CC)) return good;
    good = engine_paints(p, "cc", ENGINE_CC, NULL) && good;
    return c_paints(p) && good;
}

/* ---- what is right --------------------------------------------------------------------------------- */

/* The program as one that is heard: its picture at a point, all the time. */
static bool point_is(const Picturing *p, int moment, int row, int x) {
    const char *name = strstr(p->text, "field(") && !strstr(p->text, "image(") ? "field" : "image";
    char *text =
        text_format("%s\nout(t) = %s(%.17g, %.17g, %st)\n", p->text, name, (x + 0.5) / WIDTH,
                    (row + 0.5) / HEIGHT, name[0] == 'f' ? "0.25, " : "");
    Compile *c = compile_create(&(CompileOptions){.rate = PICTURE_RATE});
    bool good =
        compile_front(c, p->test->path, text, strlen(text), false) || wrong("no program: %s", text);
    double values[CHANNELS], *to[CHANNELS];
    for (int k = 0; k < CHANNELS; k++)
        to[k] = &values[k];
    Interp *interp = good ? interp_create(c->program.graph) : NULL;
    if (good && !interp_seek(interp, (int64_t)llround(picture_moments[moment] * PICTURE_RATE)))
        good = wrong("a picture that remembers needs an `out`");
    if (good) interp_process(interp, NULL, to, 1);
    for (int k = 0; good && k < c->program.graph->noutputs; k++) {
        const double v = (double)p->reference[moment][row][k][x], full = fabs(v) > 1 ? fabs(v) : 1;
        if (!(fabs(values[k] - v) <= p->tolerance * full))
            good = wrong("%g s: channel %d of point %d of row %d is %.9g, and as a program %.9g",
                         picture_moments[moment], k, x, row, v, values[k]);
    }
    interp_free(interp);
    compile_free(c);
    free(text);
    return good;
}

static bool points_are(const Picturing *p) {
    bool good = true;
    for (int m = 0; m < MOMENTS; m++)
        for (int i = 0; good && i < 12; i++)
            good = point_is(p, m, (i * 7 + m) % HEIGHT, (i * 23 + 5 * m) % WIDTH);
    return good;
}

static bool expectations_hold(const Picturing *p) {
    bool good = true;
    for (const char *at = strstr(p->text, "// expect:"); at; at = strstr(at + 1, "// expect:")) {
        int x, row, used = 0, moment = -1;
        double time;
        if (sscanf(at + 10, " %d %d at %lf:%n", &x, &row, &time, &used) < 3 || !used)
            return wrong("not understood: %.60s", at);
        for (int m = 0; m < MOMENTS; m++)
            if (picture_moments[m] == time) moment = m;
        if (moment < 0 || x >= WIDTH || row >= HEIGHT)
            return wrong("there is no such point: %.60s", at);
        char *next;
        const char *end = at + strcspn(at, "\n");
        at += 10 + used;
        for (int k = 0; at < end; k++, at = next) {
            const double value = strtod(at, &next);
            const double got = (double)p->reference[moment][row][k][x];
            if (next == at) break;
            if (!(fabs(got - value) <= 1e-6))
                good = wrong("channel %d of point %d of row %d at %g s is %.9g, not %.9g", k, x,
                             row, time, got, value);
        }
    }
    return good;
}

bool run_picture(const Test *test) {
    Picturing *p = calloc(1, sizeof *p);
    *p = (Picturing){.test = test, .text = file_read(test->path, NULL)};
    p->tolerance = number_after(p->text, "tolerance:", 1e-6);
    bool good = paint(p, ENGINE_REF, NULL, p->reference) && expectations_hold(p) &&
                (strstr(p->text, "out") || points_are(p)) && engines_paint(p);
    free(p->text);
    free(p);
    return good;
}
