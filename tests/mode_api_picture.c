/* kanon.h: pictures. */
#include "mode_api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 40, HEIGHT = 10 };

static bool nearly(float x, double y) {
    return fabs((double)x - y) <= 1e-6;
}

/* Rows, params, moments, and a program that is seen and not heard. */
bool api_pictures_are_rows(void) {
    KnCompiler *k = api_compiler();
    bool good = true;
    CLAIM(good, !kn_compiler_set_picture_width(k, -1) && !kn_compiler_set_picture_width(k, 65537));
    CLAIM(good, kn_compiler_set_picture_width(k, WIDTH) == 1);
    KnProgram *p = api_compile(k, "param red = 0.5 in 0..1\nimage(x, y, t) = [red, x, y + t]\n");
    KnPicture *a = kn_picture_create(p), *b = kn_picture_create(p);
    float values[WIDTH * HEIGHT * 3];
    CLAIM(good, kn_program_picture_channels(p) == 3 && kn_program_picture_width(p) == WIDTH);
    CLAIM(good, kn_program_outputs(p) == 0 && kn_program_params(p) == 1 && !kn_instance_create(p));
    CLAIM(good, kn_instance_bytes(p) == 0 && !kn_live_create(p) && kn_program_engine(p) != NULL);
    kn_picture_set(a, 0, 0.75);
    CLAIM(good, kn_picture_render(a, 0.25, HEIGHT, values) == 1);
    CLAIM(good, values[0] == 0.75f && nearly(values[1], 0.5 / WIDTH) &&
                    nearly(values[2], 0.5 / HEIGHT + 0.25));
    const float *last = values + sizeof values / sizeof *values - 3;
    CLAIM(good, nearly(last[1], (WIDTH - 0.5) / WIDTH) &&
                    nearly(last[2], (HEIGHT - 0.5) / HEIGHT + 0.25));
    CLAIM(good, kn_picture_moment(b, 2, 0) && kn_picture_row(b, 1, values));
    CLAIM(good, values[0] == 0.5f && nearly(values[2], 3));
    CLAIM(good, !kn_picture_moment(b, -1, 0) && !kn_picture_moment(b, NAN, 0) &&
                    !kn_picture_moment(b, 1e15, 0) && !kn_picture_moment(b, 0, INFINITY));
    CLAIM(good, !kn_picture_row(b, 1.5, values) && !kn_picture_row(b, 0, NULL) &&
                    !kn_picture_render(b, 0, 0, values) && !kn_picture_render(NULL, 0, 1, values));
    kn_program_free(p);
    kn_picture_set(b, 7, 1);
    CLAIM(good, kn_picture_row(b, 0, values) && nearly(values[2], 2));
    kn_picture_free(a);
    kn_picture_free(b);
    kn_picture_free(NULL);
    kn_compiler_free(k);
    return good;
}

/* What remembers runs to the moment, forwards and back; without a width there is no picture. */
bool api_pictures_show_the_sound(void) {
    static const char text[] = "param to = 1 in 0..2\n"
                               "level(t) = 0.001 * to + 0.999 * level(t - dt)\n"
                               "out = level\nimage(x, y, t) = level(t) + x\nlength = 1s\n";
    KnCompiler *k = api_compiler();
    bool good = true;
    KnProgram *heard = api_compile(k, text);
    CLAIM(good, kn_program_picture_channels(heard) == 1 && kn_program_picture_width(heard) == 0);
    CLAIM(good, !kn_picture_create(heard));
    kn_compiler_set_picture_width(k, 1);
    KnProgram *p = api_compile(k, text);
    KnPicture *a = kn_picture_create(p);
    kn_picture_set(a, 0, 2);
    static const int frames[] = {0, 480, 481, 2000, 2000, 100, 99, 3000};
    for (int i = 0; i < 8; i++) {
        float value;
        CLAIM(good, kn_picture_render(a, frames[i] / 48000.0, 1, &value));
        CLAIM(good, nearly(value, 2 * (1 - pow(0.999, frames[i] + 1)) + 0.5));
    }
    KnInstance *sound = kn_instance_create(p);
    CLAIM(good, sound && kn_program_outputs(p) == 1);
    kn_instance_free(sound);
    kn_picture_free(a);
    kn_program_free(p);
    kn_program_free(heard);
    kn_compiler_free(k);
    return good;
}
