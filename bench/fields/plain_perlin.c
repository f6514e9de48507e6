/* Gradient noise of two coordinates as most people write it: point by point, the corners of its cell each time. The function is perlin.kn, bit
 * for bit but for rounding: the same hash, gradients and fade. In: a size. Out: a picture of [0, 64) by [0, 64). */
#include <math.h>
#include <stdint.h>

void plain_perlin(float *values, int width, int height);

static uint32_t mix(uint32_t h) {
    h ^= h >> 16;
    h *= 0x7feb352du;
    h ^= h >> 15;
    h *= 0x846ca68bu;
    return h ^ h >> 16;
}

static float corner(uint32_t seed, int32_t i, int32_t j, float x, float y) {
    static const float s = 0.707106781f;
    static const float gradients[16][2] = {{0, 1}, {0, 1},  {0, -1}, {0, -1}, {1, 0},  {-1, 0},
                                           {1, 0}, {-1, 0}, {s, s},  {-s, s}, {s, -s}, {-s, -s},
                                           {s, s}, {-s, s}, {s, -s}, {-s, -s}};
    const uint32_t row = mix(seed + (uint32_t)j * 0x9e3779b1u),
                   h = mix(row + (uint32_t)i * 0x9e3779b1u);
    const float *g = gradients[(h >> 31) << 3 | (h & 1) << 2 | (h >> 29 & 3)];
    return g[0] * x + g[1] * y;
}

static float fade(float t) {
    return t * t * t * (t * (t * 6 - 15) + 10);
}

static float lerp(float a, float b, float t) {
    return a + t * (b - a);
}

static float perlin(uint32_t seed, double x, double y) {
    const double i = floor(x), j = floor(y);
    const float u = (float)(x - i), v = (float)(y - j);
    const int32_t a = (int32_t)i, b = (int32_t)j;
    const float top = lerp(corner(seed, a, b, u, v), corner(seed, a + 1, b, u - 1, v), fade(u));
    const float bottom =
        lerp(corner(seed, a, b + 1, u, v - 1), corner(seed, a + 1, b + 1, u - 1, v - 1), fade(u));
    return 1.414213562f * lerp(top, bottom, fade(v));
}

void plain_perlin(float *values, int width, int height) {
    const uint32_t seed = mix(mix(0x9e3779b9u) ^ 0);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            values[(long)y * width + x] =
                perlin(seed, 64 * ((x + 0.5) / width), 64 * ((y + 0.5) / height));
}
