/* Kernels: polynomials, and sums of many strips with a gain each. In: strips, and arrays of numbers. Out: a
 * strip. Sums stay in registers; four vectors at once, since each sum is a chain. */
#include "strip.h"

/* As wide as the machine's: wider ones go through memory. */
#if defined(__AVX512F__)
enum { VECTOR_BYTES = 64 };
#elif defined(__AVX2__)
enum { VECTOR_BYTES = 32 };
#else
enum { VECTOR_BYTES = 16 };
#endif
typedef float Floats __attribute__((vector_size(VECTOR_BYTES), may_alias));
typedef double Doubles __attribute__((vector_size(VECTOR_BYTES), may_alias));
typedef float HalfFloats __attribute__((vector_size(VECTOR_BYTES / 2), may_alias));

enum { MOST_VECTORS = 4 };
#define LENGTH(V)  ((int)(sizeof(V) / sizeof((V){0}[0])))
#define AT(V, p)   (*(const V *)(p))
#define VECTORS(v) for (int v = 0; v < vectors; v++)
#define INLINED    static inline __attribute__((always_inline)) void
#define WIDENED(x) __builtin_convertvector(AT(HalfFloats, x), Doubles)
#define PLAIN_F(x) AT(Floats, x)
#define PLAIN_D(x) AT(Doubles, x)

/* Whole groups of 16 samples in pieces of four vectors, then what is left, which may be fewer. */
#define PIECES(V, n, call)                                                                         \
    do {                                                                                           \
        const int end = WHOLE_GROUPS(n), most = MOST_VECTORS * LENGTH(V),                          \
                  least = most < KERNEL_GROUP ? most : KERNEL_GROUP;                               \
        int i = 0;                                                                                 \
        for (int vectors = MOST_VECTORS; i + most <= end; i += most)                               \
            call;                                                                                  \
        for (int vectors = least / LENGTH(V); i < end; i += least)                                 \
            call;                                                                                  \
    } while (0)

#define POLY(t, T, V)                                                                              \
    INLINED poly_piece_##t(T *y, const T *x, const double *c, int count, int vectors) {            \
        V in[MOST_VECTORS], sum[MOST_VECTORS];                                                     \
        VECTORS(v) {                                                                               \
            in[v] = AT(V, x + v * LENGTH(V));                                                      \
            sum[v] = (T)c[0] - (V){0}; /* of -0 too */                                             \
        }                                                                                          \
        for (int j = 1; j < count; j++)                                                            \
            VECTORS(v) sum[v] = sum[v] * in[v] + (T)c[j];                                          \
        VECTORS(v) * (V *)(y + v * LENGTH(V)) = sum[v];                                            \
    }                                                                                              \
    DEFINE(poly_##t)(T * y, const T *x, const double *c, int count, int n) {                       \
        PIECES(V, n, poly_piece_##t(y + i, x + i, c, count, vectors));                             \
    }
POLY(f, float, Floats)
POLY(d, double, Doubles)

/* T out, X in; `get` makes a vector of T of an address of X. */
#define WEIGH(t, T, X, V, get)                                                                     \
    INLINED weigh_piece_##t(T *y, const X *x, const int *far, const double *k, int count,          \
                            int vectors) {                                                         \
        V sum[MOST_VECTORS];                                                                       \
        VECTORS(v) sum[v] = get(x + far[0] + v * LENGTH(V)) * (T)k[0];                             \
        for (int j = 1; j < count; j++)                                                            \
            VECTORS(v) sum[v] = get(x + far[j] + v * LENGTH(V)) * (T)k[j] + sum[v];                \
        VECTORS(v) * (V *)(y + v * LENGTH(V)) = sum[v];                                            \
    }                                                                                              \
    DEFINE(weigh_##t)(T * y, const X *x, const int *far, const double *k, int count, int n) {      \
        PIECES(V, n, weigh_piece_##t(y + i, x + i, far, k, count, vectors));                       \
    }
WEIGH(f, float, float, Floats, PLAIN_F)
WEIGH(d, double, double, Doubles, PLAIN_D)
WEIGH(d_f, double, float, Doubles, WIDENED)
