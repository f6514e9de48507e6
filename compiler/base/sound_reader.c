/* Sound files as libsndfile reads them, and what it does not take: WAV whose header was written before the sound was
 * known (a length of 0), FLAC that does not tell its length.
 * In: the handle of a file. Out: frames of floats, and how many there are. */
#include "base/sound_reader.h"

#include <errno.h>
#include <sndfile.h>
#include <string.h>
#include <unistd.h>

/* ---- the bytes, with a header that is right ----------------------------------------------------------- */

static uint32_t little32(const unsigned char *p) {
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put_little32(unsigned char *p, int64_t value) {
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(value >> (8 * i));
}

static sf_count_t io_length(void *user) {
    return ((SoundReader *)user)->bytes;
}

static sf_count_t io_tell(void *user) {
    return ((SoundReader *)user)->at;
}

static sf_count_t io_seek(sf_count_t offset, int whence, void *user) {
    SoundReader *r = user;
    int64_t from = whence == SEEK_CUR ? r->at : whence == SEEK_END ? r->bytes : 0;
    if (from + offset < 0) return -1;
    return r->at = from + offset;
}

static sf_count_t io_read(void *data, sf_count_t size, void *user) {
    SoundReader *r = user;
    ssize_t n;
    while ((n = pread(r->handle, data, (size_t)size, r->at)) < 0 && errno == EINTR) {
    }
    if (n <= 0) return 0;
    for (int i = 0; i < 4; i++) { /* see mend_length */
        int64_t place = r->mended + i - r->at;
        if (r->mended > 0 && place >= 0 && place < n) ((unsigned char *)data)[place] = r->length[i];
    }
    r->at += n;
    return n;
}

static sf_count_t io_write(const void *data, sf_count_t size, void *user) {
    (void)data, (void)size, (void)user;
    return 0;
}

/* ---- WAV ------------------------------------------------------------------------------------------------ */

/* The place behind "data" and its length, in a RIFF file, or in one of RF64, whose chunk ds64 tells the length where data
 * says that it has all 32 bits (EBU Tech 3306); 0 when there is none. */
static int64_t find_data(const SoundReader *r, uint64_t *length) {
    unsigned char head[24];
    uint64_t told = UINT32_MAX;
    int64_t at = 12;
    if (pread(r->handle, head, 12, 0) != 12) return 0;
    const bool wide = memcmp(head, "RF64", 4) == 0;
    if ((!wide && memcmp(head, "RIFF", 4) != 0) || memcmp(head + 8, "WAVE", 4) != 0) return 0;
    while (pread(r->handle, head, 8, at) == 8) {
        at += 8;
        *length = little32(head + 4);
        if (memcmp(head, "data", 4) == 0) {
            if (wide && *length == UINT32_MAX) *length = told;
            return at;
        }
        if (wide && memcmp(head, "ds64", 4) == 0 && pread(r->handle, head + 8, 16, at) == 16)
            told = little32(head + 16) | (uint64_t)little32(head + 20) << 32;
        at += (int64_t)*length + (*length & 1);
    }
    return 0;
}

/* Whether chunks go from there to the very end: then what is in front of them is really empty. */
static bool are_chunks(const SoundReader *r, int64_t at) {
    unsigned char head[8];
    while (at < r->bytes) {
        if (pread(r->handle, head, 8, at) != 8) return false;
        uint32_t length = little32(head + 4);
        at += 8 + (int64_t)length + (length & 1);
    }
    return at <= r->bytes + 1; /* the padding of the last may be missing */
}

/* Programs that write into a pipe cannot come back to say how long the sound became. Lengths near 2 or 4 GB are
 * understood by libsndfile; where there is 0, the rest of the file is the sound. False when there is less than was
 * promised: libsndfile would take the file for a shorter one. */
static bool mend_length(SoundReader *r) {
    uint64_t length;
    int64_t data = find_data(r, &length), there = r->bytes - data;
    if (!data) return true;
    if (length == 0 && there > 0 && !are_chunks(r, data)) {
        put_little32(r->length, there < 0xffffffff ? there : 0xffffffff);
        r->mended = data - 4;
    }
    const bool untold = length >= 0x7ffff000u && length <= UINT32_MAX;
    if (untold || length <= (uint64_t)there) return true;
    snprintf(r->why, sizeof r->why,
             "it is cut off: its header promises %llu bytes of sound, %lld are there",
             (unsigned long long)length, (long long)there);
    return false;
}

/* ---- opening, and counting what is not told --------------------------------------------------------------- */

static bool complain(SoundReader *r, const char *why) {
    static const char system_error[] = "System error : ", error[] = "Error : ";
    if (strncmp(why, system_error, sizeof system_error - 1) == 0) why += sizeof system_error - 1;
    if (strncmp(why, error, sizeof error - 1) == 0) why += sizeof error - 1;
    size_t length = strlen(why);
    while (length > 0 && (why[length - 1] == '.' || why[length - 1] == '\n'))
        length--;
    snprintf(r->why, sizeof r->why, "%.*s", (int)length, why);
    return false;
}

static bool begin(SoundReader *r) {
    static SF_VIRTUAL_IO io = {io_length, io_seek, io_read, io_write, io_tell};
    SF_INFO info = {0};
    r->at = 0;
    r->file = sf_open_virtual(&io, SFM_READ, &info, r);
    if (!r->file) return complain(r, sf_strerror(NULL));
    const int form = info.format & SF_FORMAT_SUBMASK;
    r->bits = form == SF_FORMAT_PCM_16   ? 16
              : form == SF_FORMAT_PCM_24 ? 24
              : form == SF_FORMAT_FLOAT  ? 32
                                         : 0;
    r->channels = info.channels;
    r->rate = info.samplerate;
    r->frames = info.frames;
    r->format = info.format;
    return true;
}

/* Where the loops of an instrument begin and end (behind their last frame), and cues; what is not within the file is none. */
static void read_marks(SoundReader *r) {
    SF_INSTRUMENT instrument;
    SF_CUES cues;
    memset(&instrument, 0, sizeof instrument);
    memset(&cues, 0, sizeof cues);
    if (sf_command(r->file, SFC_GET_INSTRUMENT, &instrument, sizeof instrument) == SF_TRUE)
        for (int i = 0; i < instrument.loop_count && i < MOST_LOOPS; i++) {
            const int64_t from = instrument.loops[i].start, to = instrument.loops[i].end;
            if (from >= to || to > r->frames) continue;
            r->loops[r->nloops][0] = from;
            r->loops[r->nloops++][1] = to;
        }
    if (sf_command(r->file, SFC_GET_CUE, &cues, sizeof cues) == SF_TRUE)
        for (uint32_t i = 0; i < cues.cue_count && i < MOST_CUES; i++)
            if (cues.cue_points[i].sample_offset < r->frames)
                r->cues[r->ncues++] = cues.cue_points[i].sample_offset;
}

/* libsndfile says SF_COUNT_MAX of what it does not know. There is nothing for it but to read it all once. */
static bool count_frames(SoundReader *r) {
    float some[4096];
    int64_t frames = 0, got;
    int most = r->channels < 4096 ? 4096 / r->channels : 0;
    if (most == 0) return complain(r, "it has too many channels");
    while ((got = sf_readf_float(r->file, some, most)) > 0)
        frames += got;
    bool broken = sf_error(r->file) != SF_ERR_NO_ERROR;
    if (broken) complain(r, sf_strerror(r->file));
    sound_reader_close(r);
    if (broken || !begin(r)) return false;
    r->frames = frames;
    return true;
}

bool sound_reader_open(SoundReader *r, int handle) {
    struct stat info;
    *r = (SoundReader){.handle = handle};
    if (fstat(handle, &info) != 0) return complain(r, strerror(errno));
    r->bytes = info.st_size;
    if (!mend_length(r) || !begin(r)) return false;
    if (r->channels < 1 || r->frames < 0 || !(r->rate >= 1)) {
        sound_reader_close(r);
        return complain(r, "it holds no sound that can be used");
    }
    if (r->frames >= (int64_t)1 << 56 && !count_frames(r)) return false;
    read_marks(r);
    return true;
}

bool sound_reader_read(SoundReader *r, float *to, int64_t frames) {
    int64_t got = frames > 0 ? sf_readf_float(r->file, to, frames) : 0;
    if (sf_error(r->file) != SF_ERR_NO_ERROR) return complain(r, sf_strerror(r->file));
    return got == frames || complain(r, "it ends before its header says");
}

/* What overlaps the sound before is decoded a little otherwise right after a jump: so it begins earlier. */
static int64_t run_up(const SoundReader *r) {
    const int kind = r->format & SF_FORMAT_SUBMASK;
    return kind == SF_FORMAT_VORBIS || kind == SF_FORMAT_OPUS || (kind >= 0x80 && kind <= 0x82)
               ? 16384
               : 0;
}

bool sound_reader_seek(SoundReader *r, int64_t frame) {
    float some[4096];
    int64_t at = frame - run_up(r);
    const int most = r->channels <= 4096 ? 4096 / r->channels : 0;
    if (most == 0) return complain(r, "it has too many channels");
    if (at < 0) at = 0;
    if (sf_seek(r->file, at, SEEK_SET) != at) return complain(r, sf_strerror(r->file));
    while (at < frame) {
        const int64_t left = frame - at, count = left < most ? left : most;
        if (!sound_reader_read(r, some, count)) return false;
        at += count;
    }
    return true;
}

void sound_reader_close(SoundReader *r) {
    if (r->file) sf_close(r->file);
    r->file = NULL;
}
