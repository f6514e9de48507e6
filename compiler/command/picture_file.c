/* Pictures as files. In: rows of linear light. Out: bytes of PNG, by libpng, of PFM or of Y4M.
 *
 * PNG holds sRGB, so light is coded as sRGB says (IEC 61966-2-1) and the file says so; how much a point covers is no light, and is not coded.
 * libpng is opened when a PNG is written: linked, it would make each start of kanon a tenth longer.
 *
 * PFM holds the values as they are. Y4M holds what television makes of sRGB's codes: Y'CbCr of ITU-R BT.709, limited range,
 * no samples of colour left out. */
#include "command/picture_file.h"

#include <dlfcn.h>
#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PNG_FUNCTIONS(X)                                                                           \
    X(png_create_write_struct)                                                                     \
    X(png_create_info_struct)                                                                      \
    X(png_destroy_write_struct)                                                                    \
    X(png_set_write_fn)                                                                            \
    X(png_set_IHDR)                                                                                \
    X(png_set_sRGB_gAMA_and_cHRM)                                                                  \
    X(png_write_info)                                                                              \
    X(png_write_row)                                                                               \
    X(png_write_end)                                                                               \
    X(png_get_error_ptr)                                                                           \
    X(png_get_io_ptr)                                                                              \
    X(png_error)

/* Pictures are written by the thread that runs the command. */
static struct {
#define MEMBER(function) __typeof__(&function) function;
    PNG_FUNCTIONS(MEMBER)
#undef MEMBER
} lib;

struct PictureOutput {
    OutputFile *file;
    PictureFormat format;
    png_structp png;
    png_infop info;
    unsigned char *planes; /* Y4M: a frame, colour by colour */
    bool failed;
    jmp_buf back; /* out of libpng */
    char message[128];
};

/* ---- formats -------------------------------------------------------------------------------------- */

enum { MOST_BITS = 2 };
static const struct {
    const char *ending;
    int bits[MOST_BITS]; /* the first is usual, 0 is none */
} containers[] = {
    [IMAGE_PNG] = {".png", {8, 16}}, [IMAGE_PFM] = {".pfm", {32}}, [IMAGE_Y4M] = {".y4m", {8}}};
enum { CONTAINERS = sizeof containers / sizeof *containers };

const char *picture_format_ending(PictureContainer container) {
    return containers[container].ending;
}

static bool choose_container(const char *out, const char *format, PictureContainer *container) {
    const char *dot = out ? strrchr(out, '.') : NULL;
    *container = out && strcmp(out, "-") == 0 ? IMAGE_Y4M : IMAGE_PNG;
    for (int i = 0; i < CONTAINERS; i++)
        if (format ? strcasecmp(format, containers[i].ending + 1) == 0
                   : dot && strcasecmp(dot, containers[i].ending) == 0) {
            *container = (PictureContainer)i;
            return true;
        }
    if (!format && (!out || strcmp(out, "-") == 0)) return true;
    if (format)
        command_fail(STATUS_USAGE, "--format takes png, pfm or y4m, not '%s'", format);
    else
        command_fail(
            STATUS_USAGE,
            "-o %s: a picture is a .png or a .pfm, one that moves a .y4m or .png with the "
            "number of the frame in its name, f%%04d.png; --format says it for other names",
            out);
    return false;
}

bool picture_format_choose(const char *out, const char *format, const char *bits,
                           PictureFormat *f) {
    if (!choose_container(out, format, &f->container)) return false;
    const int *may = containers[f->container].bits;
    char *end, allowed[16];
    f->bits = may[0];
    if (!bits) return true;
    const long wanted = strtol(bits, &end, 10);
    for (int i = 0; i < MOST_BITS && may[i] && !*end; i++)
        if (may[i] == wanted) {
            f->bits = may[i];
            return true;
        }
    snprintf(allowed, sizeof allowed, may[1] ? "%d or %d" : "%d", may[0], may[1]);
    command_fail(STATUS_USAGE, "--bits %s: a %s has %s", bits, containers[f->container].ending + 1,
                 allowed);
    return false;
}

bool picture_rows_rise(const PictureFormat *f) {
    return f->container == IMAGE_PFM;
}

/* ---- light to bytes -------------------------------------------------------------------------------- */

double srgb_encode(double linear) {
    return linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055;
}

/* In [0, 1]; a NaN is 0. */
static float within(float value, PictureFacts *facts) {
    facts->values++;
    if (value >= 0 && value <= 1) return value;
    if (!isfinite(value)) facts->not_finite++;
    facts->clipped++;
    return value > 1 ? 1 : 0;
}

static float encoded(float value) {
    return value <= 0.0031308f ? 12.92f * value : 1.055f * powf(value, 1 / 2.4f) - 0.055f;
}

/* What is no light: the last of four channels. */
static bool covers(const PictureFormat *f, int channel) {
    return f->channels == 4 && channel == 3;
}

static void encode_png(const PictureFormat *f, const float *row, unsigned char *to,
                       PictureFacts *facts) {
    const float most = f->bits == 16 ? 65535 : 255;
    for (int i = 0; i < f->width * f->channels; i++) {
        const float value = within(row[i], facts);
        const float code = covers(f, i % f->channels) ? value : encoded(value);
        const int number = (int)(code * most + 0.5f);
        if (f->bits == 16) *to++ = (unsigned char)(number >> 8);
        *to++ = (unsigned char)number;
    }
}

/* Floats as this machine has them: the header tells in what order their bytes are. PFM has one channel or three. */
static void encode_pfm(const PictureFormat *f, const float *row, unsigned char *to,
                       PictureFacts *facts) {
    const int kept = f->channels == 1 ? 1 : 3;
    for (int i = 0; i < f->width; i++)
        for (int k = 0; k < kept; k++) {
            const float value = row[i * f->channels + k];
            facts->values++;
            facts->not_finite += !isfinite(value);
            memcpy(to, &value, sizeof value);
            to += sizeof value;
        }
}

/* What a point does not cover is black. */
static void encode_y4m(const PictureFormat *f, const float *row, unsigned char *to,
                       PictureFacts *facts) {
    for (int i = 0; i < f->width; i++, row += f->channels, to += 3) {
        float rgb[3];
        const float cover = f->channels == 4 ? within(row[3], facts) : 1;
        for (int k = 0; k < 3; k++)
            rgb[k] = encoded(cover * within(row[f->channels == 1 ? 0 : k], facts));
        const float y = 0.2126f * rgb[0] + 0.7152f * rgb[1] + 0.0722f * rgb[2];
        to[0] = (unsigned char)(16 + 219 * y + 0.5f);
        to[1] = (unsigned char)(128 + 224 * (rgb[2] - y) / 1.8556f + 0.5f);
        to[2] = (unsigned char)(128 + 224 * (rgb[0] - y) / 1.5748f + 0.5f);
    }
}

size_t picture_row_bytes(const PictureFormat *f) {
    const size_t width = (size_t)f->width;
    switch (f->container) {
    case IMAGE_PNG: return width * (size_t)f->channels * (size_t)f->bits / 8;
    case IMAGE_PFM: return width * (f->channels == 1 ? 1 : 3) * sizeof(float);
    default: return width * 3;
    }
}

void picture_encode_row(const PictureFormat *f, const float *row, unsigned char *to,
                        PictureFacts *facts) {
    switch (f->container) {
    case IMAGE_PNG: encode_png(f, row, to, facts); break;
    case IMAGE_PFM: encode_pfm(f, row, to, facts); break;
    default: encode_y4m(f, row, to, facts);
    }
}

/* ---- PNG ------------------------------------------------------------------------------------------- */

/* Stays open: a process writes few pictures, or many. */
static bool open_library(PictureOutput *out) {
    char name[32];
    snprintf(name, sizeof name, "libpng%d.so.%d", PNG_LIBPNG_VER_SONUM, PNG_LIBPNG_VER_SONUM);
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    bool found = library != NULL;
#define FIND(function)                                                                             \
    if (found) *(void **)&lib.function = dlsym(library, #function);                                \
    found = found && lib.function;
    PNG_FUNCTIONS(FIND)
#undef FIND
    if (!found)
        snprintf(out->message, sizeof out->message,
                 "%s is not there; install the package libpng16-16, or write a .pfm", name);
    return found;
}

static void png_failed(png_structp png, png_const_charp message) {
    PictureOutput *out = lib.png_get_error_ptr(png);
    snprintf(out->message, sizeof out->message, "%s", message);
    longjmp(out->back, 1);
}

static void png_warned(png_structp png, png_const_charp message) {
    (void)png, (void)message;
}

static void png_put(png_structp png, png_bytep bytes, size_t size) {
    PictureOutput *out = lib.png_get_io_ptr(png);
    if (!output_file_write(out->file, bytes, size)) lib.png_error(png, "");
}

static void png_flush_nothing(png_structp png) {
    (void)png;
}

static void png_begin(PictureOutput *out) {
    static const int kinds[] = {
        [1] = PNG_COLOR_TYPE_GRAY, [3] = PNG_COLOR_TYPE_RGB, [4] = PNG_COLOR_TYPE_RGB_ALPHA};
    const PictureFormat *f = &out->format;
    if (!open_library(out)) {
        out->failed = true;
        return;
    }
    out->png = lib.png_create_write_struct(PNG_LIBPNG_VER_STRING, out, png_failed, png_warned);
    out->info = out->png ? lib.png_create_info_struct(out->png) : NULL;
    if (!out->info) {
        out->failed = true;
        return;
    }
    lib.png_set_write_fn(out->png, out, png_put, png_flush_nothing);
    lib.png_set_IHDR(out->png, out->info, (png_uint_32)f->width, (png_uint_32)f->height, f->bits,
                     kinds[f->channels], PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                     PNG_FILTER_TYPE_DEFAULT);
    lib.png_set_sRGB_gAMA_and_cHRM(out->png, out->info, PNG_sRGB_INTENT_PERCEPTUAL);
    lib.png_write_info(out->png, out->info);
}

/* ---- the others ------------------------------------------------------------------------------------ */

static bool put_text(PictureOutput *out, const Buf *text) {
    return output_file_write(out->file, text->data, text->length);
}

/* A rate as a fraction: 30, 29.97, 23.976 as television means them. */
static void fraction_of(double fps, int *above, int *below) {
    const double nearest = rint(fps * 1.001);
    if (fabs(fps - rint(fps)) < 1e-9) {
        *above = (int)rint(fps);
        *below = 1;
    } else if (fabs(fps * 1.001 - nearest) < 2e-3) {
        *above = (int)nearest * 1000;
        *below = 1001;
    } else {
        *above = (int)rint(fps * 10000);
        *below = 10000;
    }
}

static bool begin_text(PictureOutput *out) {
    const PictureFormat *f = &out->format;
    const uint16_t one = 1;
    Buf text = {0};
    if (f->container == IMAGE_PFM) {
        buf_printf(&text, "%s\n%d %d\n%s\n", f->channels == 1 ? "Pf" : "PF", f->width, f->height,
                   *(const unsigned char *)&one ? "-1.0" : "1.0");
    } else {
        int above, below;
        fraction_of(f->fps, &above, &below);
        buf_printf(&text, "YUV4MPEG2 W%d H%d F%d:%d Ip A1:1 C444 XCOLORRANGE=LIMITED\n", f->width,
                   f->height, above, below);
        out->planes = malloc(3 * (size_t)f->width * (size_t)f->height);
        if (!out->planes) abort();
    }
    bool good = put_text(out, &text);
    buf_free(&text);
    return good;
}

static bool write_frame(PictureOutput *out, const unsigned char *rows) {
    const size_t points = (size_t)out->format.width * (size_t)out->format.height;
    for (int k = 0; k < 3; k++)
        for (size_t i = 0; i < points; i++)
            out->planes[(size_t)k * points + i] = rows[3 * i + (size_t)k];
    return output_file_write(out->file, "FRAME\n", 6) &&
           output_file_write(out->file, out->planes, 3 * points);
}

/* ---- files ----------------------------------------------------------------------------------------- */

/* Where libpng has nothing to say, the file has. */
static bool say_why(PictureOutput *out, Failure *why) {
    if (!out->message[0]) return output_file_reason(out->file, why);
    return failure(why, "the picture cannot be written: %s", out->message);
}

static void output_free(PictureOutput *out) {
    if (out->png) lib.png_destroy_write_struct(&out->png, &out->info);
    free(out->planes);
    free(out);
}

PictureOutput *picture_output_open(OutputFile *file, const PictureFormat *f, Failure *why) {
    PictureOutput *out = calloc(1, sizeof *out);
    if (!out) abort();
    *out = (PictureOutput){.file = file, .format = *f};
    if (f->container != IMAGE_PNG)
        out->failed = !begin_text(out);
    else if (setjmp(out->back) == 0)
        png_begin(out);
    else
        out->failed = true;
    if (!out->failed) return out;
    say_why(out, why);
    output_free(out);
    return NULL;
}

static bool write_png(PictureOutput *out, const unsigned char *rows, int n) {
    if (setjmp(out->back) != 0) return false;
    for (int i = 0; i < n; i++)
        lib.png_write_row(out->png, rows + (size_t)i * picture_row_bytes(&out->format));
    return true;
}

bool picture_output_write(PictureOutput *out, const unsigned char *rows, int n) {
    const PictureFormat *f = &out->format;
    const size_t bytes = picture_row_bytes(f);
    bool good = !out->failed;
    switch (f->container) {
    case IMAGE_PNG: good = good && write_png(out, rows, n); break;
    case IMAGE_PFM: good = good && output_file_write(out->file, rows, bytes * (size_t)n); break;
    default:
        for (int i = 0; good && i + f->height <= n; i += f->height)
            good = write_frame(out, rows + bytes * (size_t)i);
    }
    out->failed = !good;
    return good;
}

static bool end_png(PictureOutput *out) {
    if (setjmp(out->back) != 0) return false;
    lib.png_write_end(out->png, out->info);
    return true;
}

bool picture_output_close(PictureOutput *out, Failure *why) {
    bool good = !out->failed && (out->format.container != IMAGE_PNG || end_png(out));
    if (!good) say_why(out, why);
    output_free(out);
    return good;
}
