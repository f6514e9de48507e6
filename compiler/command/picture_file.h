/* Pictures as files: PNG, PFM, and Y4M for those that move. */
#ifndef KANON_COMMAND_PICTURE_FILE_H
#define KANON_COMMAND_PICTURE_FILE_H

#include "command/command.h"

typedef enum { IMAGE_PNG, IMAGE_PFM, IMAGE_Y4M } PictureContainer;

typedef struct PictureFormat {
    PictureContainer container;
    int bits; /* of a value: 8, 16; of PFM 32, a float */
    int width, height, channels;
    double fps; /* of Y4M */
} PictureFormat;

/* By --format, else the ending of `out`, and --bits, each of which may be NULL; the rest of *f is the caller's. False: a message was
 * printed. */
bool picture_format_choose(const char *out, const char *format, const char *bits, PictureFormat *f);
const char *picture_format_ending(PictureContainer container); /* ".png" */

/* Of linear light as sRGB codes it, IEC 61966-2-1: 0 to 1 each. */
double srgb_encode(double linear);

/* What came out of range, over all rows. */
typedef struct PictureFacts {
    int64_t values, clipped, not_finite;
} PictureFacts;
/* A row of linear values, a pixel's channels beside each other, as bytes of the file: any thread. Values below 0 and above 1 are
 * clipped, but in PFM, and counted. */
size_t picture_row_bytes(const PictureFormat *f);
void picture_encode_row(const PictureFormat *f, const float *row, unsigned char *to,
                        PictureFacts *facts);

typedef struct PictureOutput PictureOutput;
/* Begins a file. NULL with a reason. */
PictureOutput *picture_output_open(OutputFile *file, const PictureFormat *f, Failure *why);
/* Is the row that is written i-th the one that stands at the bottom then, not at the top? */
bool picture_rows_rise(const PictureFormat *f);
/* Encoded rows, so many, in the order of the file; Y4M takes whole frames, and any number of them. False: the file failed. */
bool picture_output_write(PictureOutput *out, const unsigned char *rows, int n);
/* Completes the picture; does not close the file. False with a reason. Frees. */
bool picture_output_close(PictureOutput *out, Failure *why);

#endif
