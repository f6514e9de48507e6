/* Sound files, read from an open handle. */
#ifndef KANON_BASE_SOUND_READER_H
#define KANON_BASE_SOUND_READER_H

#include "base/base.h"

enum { MOST_LOOPS = 16, MOST_CUES = 100 }; /* that libsndfile gives */

typedef struct SoundReader {
    int channels;
    int bits; /* of a sample: 16, 24, 32 (float), else 0 */
    double rate;
    int64_t frames;
    int nloops, ncues; /* marks in the file, in frames, all within it */
    int64_t loops[MOST_LOOPS][2], cues[MOST_CUES];
    char why[160]; /* what went wrong, for the end of a sentence */
    /* its own */
    void *file;
    int format;
    int handle;
    int64_t bytes, at;
    int64_t mended; /* where these bytes stand in place of the file's; 0: nowhere */
    unsigned char length[4];
} SoundReader;

/* Reads the sound of an open file, from its beginning. It stays where it is, and the handle open, until it is
 * closed. False with a reason; then it is closed. */
bool sound_reader_open(SoundReader *r, int handle);
/* The next frames, channels interleaved; not beyond the end. False with a reason. */
bool sound_reader_read(SoundReader *r, float *to, int64_t frames);
/* What is read next is that frame. */
bool sound_reader_seek(SoundReader *r, int64_t frame);
void sound_reader_close(SoundReader *r);

#endif
