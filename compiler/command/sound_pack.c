/* Float samples as the bytes of a sound file. In: interleaved samples. Out: bytes, and the facts about what they hold.
 *
 * Conversion to integers is done here, so that what is clipped is counted exactly. */
#include "command/command.h"

#include <math.h>
#include <string.h>

/* Two halves of a mixed number are two even chances (splitmix64, Steele, Lea and Flood 2014). */
double sound_dither(uint64_t number) {
    uint64_t x = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    return ((double)(uint32_t)x - (double)(uint32_t)(x >> 32)) * 0x1p-32;
}

int32_t sound_quantize(float sample, int bits, double dither) {
    const double to_even = 6755399441055744.0; /* 1.5 * 2^52: adding it rounds, ties to even */
    double full = (double)(1 << (bits - 1));
    double scaled = (double)sample * full + dither;
    if (!(scaled == scaled)) return 0;
    if (scaled > full - 1) return (int32_t)(full - 1);
    if (scaled < -full) return (int32_t)-full;
    return (int32_t)((scaled + to_even) - to_even);
}

/* The magnitude of a float as an integer of the same order; what is not finite is above all. */
static inline uint32_t magnitude(float sample) {
    uint32_t bits;
    memcpy(&bits, &sample, sizeof bits);
    return bits & 0x7FFFFFFFu;
}
static const uint32_t magnitude_of_one = 0x3F800000u, magnitude_of_infinity = 0x7F800000u;

static uint32_t largest_magnitude(const float *samples, size_t n) {
    uint32_t most[8] = {0}; /* independent of each other, so that the loop becomes vectors */
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (int k = 0; k < 8; k++) {
            uint32_t m = magnitude(samples[i + (size_t)k]);
            most[k] = m > most[k] ? m : most[k];
        }
    for (; i < n; i++)
        if (magnitude(samples[i]) > most[0]) most[0] = magnitude(samples[i]);
    for (int k = 1; k < 8; k++)
        if (most[k] > most[0]) most[0] = most[k];
    return most[0];
}

/* Above that a sample is clipped: half a step beyond full scale it is still written as full scale is. */
static double full_scale(int bits) {
    return 1 + 0.499 / (double)(1 << (bits - 1));
}

/* `most` is what the format holds. */
static void measure_sample(SoundFacts *facts, float sample, int frame, int channel, double most) {
    double size = fabs((double)sample);
    if (!isfinite(size)) {
        if (facts->not_finite++ == 0) {
            facts->first_bad_frame = facts->frames + frame;
            facts->first_bad_channel = channel;
        }
        return;
    }
    if (size > facts->peak) {
        facts->peak = size;
        facts->peak_frame = facts->frames + frame;
    }
    if (size > most && facts->clipped++ == 0) facts->first_clipped = facts->frames + frame;
}

/* Most blocks hold no new peak and nothing to count: those are looked at only once, fast. */
static void measure(SoundPacker *out, const float *samples, int frames) {
    SoundFacts *facts = &out->facts;
    bool whole = out->format.bits != 32;
    uint32_t most = largest_magnitude(samples, (size_t)frames * (size_t)out->channels);
    if (most >= magnitude_of_infinity || most > magnitude((float)facts->peak) ||
        (whole && most > magnitude_of_one))
        for (int i = 0; i < frames; i++)
            for (int k = 0; k < out->channels; k++)
                measure_sample(facts, *samples++, i, k,
                               whole ? full_scale(out->format.bits) : INFINITY);
    facts->frames += frames;
}

/* Samples as they stand in the file (FLAC: as libsndfile takes them, the upper bits of 32). */
static void pack(SoundPacker *out, const float *samples, size_t n, unsigned char *to) {
    int bits = out->format.bits;
    if (bits == 32) {
        memcpy(to, samples, n * sizeof(float));
        return;
    }
    bool flac = out->format.container == SOUND_FLAC;
    for (size_t i = 0; i < n; i++) {
        uint64_t number = out->number++;
        /* silence stays silence */
        double dither = out->format.dither && samples[i] != 0 ? sound_dither(number) : 0;
        int32_t value = magnitude(samples[i]) >= magnitude_of_infinity
                            ? 0
                            : sound_quantize(samples[i], bits, dither);
        if (flac) {
            value = (int32_t)((uint32_t)value << (32 - bits));
            memcpy(to, &value, sizeof value);
            to += sizeof value;
            continue;
        }
        *to++ = (unsigned char)value;
        *to++ = (unsigned char)(value >> 8);
        if (bits == 24) *to++ = (unsigned char)(value >> 16);
    }
}

SoundPacker sound_packer(SoundFormat format, int channels, int64_t from) {
    return (SoundPacker){
        .format = format, .channels = channels, .number = (uint64_t)from * (uint64_t)channels};
}

size_t sound_frame_bytes(SoundFormat format, int channels) {
    return (size_t)channels *
           (format.container == SOUND_FLAC ? sizeof(int32_t) : (size_t)format.bits / 8);
}

void sound_pack(SoundPacker *out, const float *samples, int frames, unsigned char *to) {
    measure(out, samples, frames);
    pack(out, samples, (size_t)frames * (size_t)out->channels, to);
}

/* Those of `more` come right behind. */
void sound_facts_add(SoundFacts *facts, const SoundFacts *more) {
    if (more->peak > facts->peak) {
        facts->peak = more->peak;
        facts->peak_frame = facts->frames + more->peak_frame;
    }
    if (more->clipped > 0 && facts->clipped == 0)
        facts->first_clipped = facts->frames + more->first_clipped;
    if (more->not_finite > 0 && facts->not_finite == 0) {
        facts->first_bad_frame = facts->frames + more->first_bad_frame;
        facts->first_bad_channel = more->first_bad_channel;
    }
    facts->clipped += more->clipped;
    facts->not_finite += more->not_finite;
    facts->frames += more->frames;
}
