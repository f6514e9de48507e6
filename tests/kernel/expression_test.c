/* Does the text of an elementwise kernel's expression, with its letters and types, mean what the kernel does? Each is
 * printed as a loop in C, as one who only reads kernels[] would do it, compiled without fused multiply-adds, and compared
 * with the kernel of the baseline: the same bits, NaN as one value; of whole turns, either zero. */
#include "../../runtime/kernels.h"

#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = KERNEL_STRIP, ROUNDS = 100 };

typedef void Printed(void *y, const void *const *strips, const double *numbers, int n);

static _Alignas(KERNEL_ALIGNMENT) unsigned char inputs[3][8 * N], want[8 * N], got[8 * N];

/* ---- as C -------------------------------------------------------------------------------------- */

static char type_of(KernelId id, char operand) {
    if (operand == 'c') return 'b';
    return id == KERNEL_add_float_d_vv && operand == 'b' ? 'f' : kernels[id].type;
}

static const char *c_type(char letter) {
    return letter == 'f' ? "float" : letter == 'd' ? "double" : "int32_t";
}

static int is_number(char operand) {
    return operand == 'k' || operand == 'l';
}

static void print_kernel(FILE *out, KernelId id) {
    int strips = 0, numbers = 0;
    fprintf(out,
            "void %s(void *y, const void *const *strips, const double *numbers, int n) {\n"
            "    (void)strips, (void)numbers;\n    for (int i = 0; i < n; i++) {\n",
            kernels[id].name);
    for (const char *at = kernels[id].operands; *at; at++) {
        const char *type = c_type(type_of(id, *at));
        if (is_number(*at))
            fprintf(out, "        %s %c = (%s)numbers[%d];\n", type, *at, type, numbers++);
        else
            fprintf(out, "        %s %c = ((const %s *)strips[%d])[i];\n", type, *at, type,
                    strips++);
    }
    fprintf(out, "        ((%s *)y)[i] = %s;\n    }\n}\n", c_type(kernels[id].result),
            kernels[id].expression);
}

static void *compile(void) {
    const char *tests = getenv("KANON_TESTS");
    FILE *out = fopen("expressions.c", "w");
    if (!tests || !out) return NULL;
    fprintf(out,
            "#include \"%s/../runtime/math.h\"\n#include \"%s/../runtime/noise.h\"\n"
            "#include \"%s/../runtime/prologue.h\"\n",
            tests, tests, tests);
    for (int id = 0; id < KERNELS; id++)
        if (kernels[id].expression) print_kernel(out, (KernelId)id);
    fclose(out);
    /* of an operand that is not used, the compiler says so */
    return system("gcc -std=c11 -O1 -ffp-contract=off -Wall -Wextra -Werror -shared -fPIC "
                  "expressions.c -o expressions.so -lm") == 0
               ? dlopen("./expressions.so", RTLD_NOW)
               : NULL;
}

/* ---- the kernel ---------------------------------------------------------------------------------- */

static int run_kernel(const void *f, const char *operands, const double *k) {
    const void *p = inputs[0], *q = inputs[1], *r = inputs[2];
    static const char forms[][4] = {"a", "k", "ab", "ak", "ka", "cab", "cak", "cka", "ckl"};
    int form = 0, count = sizeof forms / sizeof *forms;
    while (form < count && strcmp(forms[form], operands) != 0)
        form++;
    switch (form) {
    case 0: ((void (*)(void *, const void *, int))f)(got, p, N); break;
    case 1: ((void (*)(void *, double, int))f)(got, k[0], N); break;
    case 2: ((void (*)(void *, const void *, const void *, int))f)(got, p, q, N); break;
    case 3: ((void (*)(void *, const void *, double, int))f)(got, p, k[0], N); break;
    case 4: ((void (*)(void *, double, const void *, int))f)(got, k[0], p, N); break;
    case 5:
        ((void (*)(void *, const void *, const void *, const void *, int))f)(got, p, q, r, N);
        break;
    case 6:
        ((void (*)(void *, const void *, const void *, double, int))f)(got, p, q, k[0], N);
        break;
    case 7:
        ((void (*)(void *, const void *, double, const void *, int))f)(got, p, k[0], q, N);
        break;
    case 8: ((void (*)(void *, const void *, double, double, int))f)(got, p, k[0], k[1], N); break;
    default: return 0;
    }
    return 1;
}

/* ---- what it is given ---------------------------------------------------------------------------- */

static uint64_t next_random(void) {
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state >> 11 ^ state << 53;
}

/* Special values, whole numbers, what is next to them, any bits; half of all are of usual size. */
static double any(char type) {
    static const double special[] = {0,         INFINITY, NAN,    1,    0.5,   1e-30,
                                     1e300,     1e-45,    1e-310, 2.5,  88.7,  709.5,
                                     8388607.5, 0x1p52,   0x1p63, 1e-9, 0x1p31};
    const uint64_t u = next_random(), kind = u & 15;
    const double unit = (double)(next_random() & 0xffffff) * 0x1p-23 - 1, sign = u & 16 ? -1 : 1;
    float narrow;
    double wide;
    if (type == 'b') return (double)(u & 1);
    if (kind < 2) return sign * special[u / 32 % (sizeof special / sizeof *special)];
    if (kind < 4) return floor(unit * 20);
    if (kind < 6) return floor(unit * 20) + sign * 1e-9 * (double)(u / 32 % 4);
    if (kind < 8) {
        const uint64_t bits = next_random() << 32 ^ next_random();
        const uint32_t half = (uint32_t)(bits >> 7);
        memcpy(&narrow, &half, sizeof narrow);
        memcpy(&wide, &bits, sizeof wide);
        return type == 'f' ? (double)narrow : wide;
    }
    return unit * (u & 32 ? 3 : 1000);
}

static void store(void *strip, int i, char type, double x) {
    if (type == 'f')
        ((float *)strip)[i] = (float)x;
    else if (type == 'd')
        ((double *)strip)[i] = x;
    else
        ((int32_t *)strip)[i] = (int32_t)x;
}

static double load(const void *strip, int i, char type) {
    return type == 'f'   ? (double)((const float *)strip)[i]
           : type == 'd' ? ((const double *)strip)[i]
                         : (double)((const int32_t *)strip)[i];
}

/* Of turns, little is left beyond 2^44 (math.h). */
static double draw(KernelId id, char type) {
    const double x = any(type);
    return strstr(kernels[id].name, "turn") && isfinite(x) ? fmod(x, 0x1p44) : x;
}

static int alike(KernelId id, double x, double y) {
    if (isnan(x) && isnan(y)) return 1;
    return x == y && (signbit(x) == signbit(y) || strstr(kernels[id].name, "turn") != NULL);
}

static int holds(KernelId id, Printed *printed) {
    const Kernel *kernel = &kernels[id];
    const char result = kernel->result;
    for (int round = 0; round < ROUNDS; round++) {
        const double numbers[2] = {draw(id, kernel->type), draw(id, kernel->type)};
        int strips = 0;
        for (const char *at = kernel->operands; *at; at++) {
            if (is_number(*at)) continue;
            for (int i = 0; i < N; i++)
                store(inputs[strips], i, type_of(id, *at), draw(id, type_of(id, *at)));
            strips++;
        }
        printed(want, (const void *const[]){inputs[0], inputs[1], inputs[2]}, numbers, N);
        if (!run_kernel(kernels_for(KERNELS_BASELINE)[id], kernel->operands, numbers)) return 0;
        for (int i = 0; i < N; i++) {
            const double x = load(want, i, result), y = load(got, i, result);
            if (alike(id, x, y)) continue;
            printf("  %.17g, its expression %.17g; numbers %.17g %.17g, strips", y, x, numbers[0],
                   numbers[1]);
            strips = 0;
            for (const char *at = kernel->operands; *at; at++)
                if (!is_number(*at)) printf(" %.17g", load(inputs[strips++], i, type_of(id, *at)));
            return printf("\n"), 0;
        }
    }
    return 1;
}

int main(void) {
    int passed = 0, failed = 0;
#ifndef __x86_64__
    printf("skip: the baseline of this machine fuses multiply-adds\n0 passed, 0 failed\n");
    return 0;
#endif
    void *library = compile();
    if (!library) return printf("FAIL the expressions do not compile\n0 passed, 1 failed\n"), 1;
    for (int id = 0; id < KERNELS; id++) {
        if (!kernels[id].expression) continue;
        Printed *printed = (Printed *)(uintptr_t)dlsym(library, kernels[id].name);
        const int good = printed && holds((KernelId)id, printed);
        if (!good) printf("FAIL %s: %s\n", kernels[id].name, kernels[id].expression);
        passed += good;
        failed += !good;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
