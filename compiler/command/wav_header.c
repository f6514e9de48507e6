/* What stands in front of the samples of a WAV file: RIFF, and RF64 where the lengths need more than 32 bits (EBU Tech
 * 3306). In: what the file holds. Out: the bytes of the header, always as many for the same choice of `room`.
 *
 * Where a file may become so long, room is kept for the lengths of 64 bits: a chunk ds64, or JUNK, which readers pass over,
 * when it stayed short. */
#include "command/command.h"

#include <string.h>

enum { RIFF_HEAD = 12, CHUNK_HEAD = 8, FMT = 16, FACT = 4, DS64 = 28, PCM = 1, IEEE_FLOAT = 3 };
static const uint32_t unknown = 0xffffffff; /* RF64: the length is in ds64 */

static unsigned char *put(unsigned char *to, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++)
        *to++ = (unsigned char)(value >> (8 * i));
    return to;
}

static unsigned char *put_name(unsigned char *to, const char *name) {
    memcpy(to, name, 4);
    return to + 4;
}

static int header_size(SoundFormat format, bool room) {
    return RIFF_HEAD + (room ? CHUNK_HEAD + DS64 : 0) + CHUNK_HEAD + FMT +
           (format.bits == 32 ? CHUNK_HEAD + FACT : 0) + CHUNK_HEAD;
}

/* Lengths: of the data with its padding, and of all behind the first eight bytes. */
static uint64_t data_size(const SoundPacker *p, int64_t frames) {
    return (uint64_t)frames * sound_frame_bytes(p->format, p->channels);
}
static uint64_t riff_size(const SoundPacker *p, int64_t frames, bool room) {
    const uint64_t data = data_size(p, frames);
    return data + data % 2 + (uint64_t)header_size(p->format, room) - CHUNK_HEAD;
}

bool wav_needs_room(const SoundPacker *p, int64_t frames) {
    return p->format.container == SOUND_RF64 || riff_size(p, frames, true) >= unknown;
}

static unsigned char *put_format(unsigned char *to, const SoundPacker *p, double rate) {
    const uint32_t frame = (uint32_t)sound_frame_bytes(p->format, p->channels);
    to = put(put_name(to, "fmt "), FMT, 4);
    to = put(put(to, p->format.bits == 32 ? IEEE_FLOAT : PCM, 2), (uint32_t)p->channels, 2);
    to = put(put(to, (uint32_t)rate, 4), (uint64_t)rate * frame, 4);
    return put(put(to, frame, 2), (uint32_t)p->format.bits, 2);
}

int wav_header(const SoundPacker *p, double rate, int64_t frames, bool room,
               unsigned char to[WAV_HEADER]) {
    const bool wide = room && wav_needs_room(p, frames);
    const uint64_t data = data_size(p, frames), riff = riff_size(p, frames, room);
    unsigned char *at = to;
    at = put(put_name(at, wide ? "RF64" : "RIFF"), wide ? unknown : riff, 4);
    at = put_name(at, "WAVE");
    if (room) {
        at = put(put_name(at, wide ? "ds64" : "JUNK"), DS64, 4);
        at = put(put(at, wide ? riff : 0, 8), wide ? data : 0, 8);
        at = put(put(at, wide ? (uint64_t)frames : 0, 8), 0, 4);
    }
    at = put_format(at, p, rate);
    if (p->format.bits == 32) /* wanted of all formats but PCM */
        at = put(put(put_name(at, "fact"), FACT, 4), wide ? unknown : (uint64_t)frames, 4);
    at = put(put_name(at, "data"), wide ? unknown : data, 4);
    return (int)(at - to);
}
