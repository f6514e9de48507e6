/* Calls of elementwise kernels as one loop of machine code (compiler/lower/loops.c): each kernel that may be
 * part of one gives in it what it gives alone. The same calls are compiled both ways, and run over the same
 * strips, with what is special among the numbers. */
#include "driver.h"
#include "../compiler/lower/lower.h"
#include "../compiler/machine/libtcc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STRIP = 128, MOST_BUFFERS = 48, WORK = MOST_BUFFERS * STRIP * 8 };

static const double given[] = {0.75, -1.25, 0.5, 2, -0.3, 1.5};

/* The same calls twice: with what is kept for each. */
typedef struct Both {
    KernelEmitter k;
    KernelData data;
    StripCode *s;
    int buffers[MOST_BUFFERS], nbuffers;
    bool fused;
} Both;

static int add_buffer(Both *b, BufferType type) {
    b->buffers[b->nbuffers++] = strip_buffer(b->s, type);
    return b->buffers[b->nbuffers - 1];
}

/* All are there before the first call and after the last. */
static void name_buffers(Both *b) {
    strip_text(b->s, ";");
    for (int i = 0; i < b->nbuffers; i++)
        strip_name_buffer(b->s, i, b->buffers[i]);
}

static char *text_of(Both *b) {
    Buf text = {0};
    if (b->fused) strip_fuse(&b->k);
    for (int i = 0; i < b->s->ncalls; i++)
        if (b->s->calls[i].id < KERNELS)
            buf_printf(&text, "void %s();\n", kernels[b->s->calls[i].id].name);
    kernel_name_data(&b->k);
    for (int i = 0; i < b->data.nsymbols; i++)
        if (b->data.symbols[i].named)
            buf_printf(&text, "extern const char %s[];\n", b->data.symbols[i].name);
    strip_place_buffers(b->s);
    strip_find_distances(b->s, STRIP);
    strip_print_loops(&b->k, STRIP, &text);
    buf_puts(&text, "void run(char *w, const double *q, int n) {\n    const char *const s = (const "
                    "char *)q;\n");
    strip_print(b->s, STRIP, &text);
    buf_puts(&text, "}\n");
    return text.data;
}

/* False when it cannot be compiled. */
static bool run_over(const Both *b, const char *text, char *work) {
    const void *const *functions = kernels_for(b->data.set);
    JitSymbol symbols[8];
    EngineError error = {0};
    int n = 0;
    void (*run)(char *w, const double *q, int n);
    for (int i = 0; i < b->s->ncalls; i++) {
        const StripCall *call = &b->s->calls[i];
        bool known = call->id >= KERNELS;
        for (int j = 0; j < n; j++)
            known = known || symbols[j].name == kernels[call->id].name;
        if (!known) symbols[n++] = (JitSymbol){kernels[call->id].name, functions[call->id]};
    }
    for (int i = 0; i < b->data.nsymbols; i++)
        if (b->data.symbols[i].named)
            symbols[n++] = (JitSymbol){b->data.symbols[i].name, b->data.symbols[i].address};
    JitCode *code = jit_compile(text, symbols, n, &error);
    if (!code) return wrong("%s in\n%s", error.message, text);
    void *address = jit_find(code, "run");
    memcpy(&run, &address, sizeof run);
    run(work, given, STRIP);
    jit_free(code);
    return true;
}

static void begin(Both *b, KernelSet set, bool fused) {
    memset(b, 0, sizeof *b);
    b->s = &b->k.code;
    b->k.data = &b->data;
    b->data.set = set;
    b->data.loops = vector_usable(set);
    b->fused = fused;
}

static void end(Both *b) {
    strip_free_loops(&b->k);
    strip_code_free(b->s);
    kernel_data_free(&b->data);
}

/* ---- values ------------------------------------------------------------------------------------------ */

static double value_at(int buffer, int i) {
    static const double special[] = {0.0, -0.0, NAN, INFINITY, -INFINITY, 1e-39, 0.5, 1, -1};
    unsigned random = (unsigned)(buffer * 7919 + i * 104729 + 13) * 2654435761u;
    if (random % 5 == 0) return special[random / 5 % (sizeof special / sizeof *special)];
    return ((double)(random >> 8) / (1 << 24) - 0.5) * 6.1; /* products of such are rounded */
}

static void fill(const Both *b, char *work) {
    for (int j = 0; j < b->nbuffers; j++) {
        char *at = work + strip_place(b->s, b->buffers[j], STRIP);
        char type = b->s->buffers[b->buffers[j]].type;
        for (int i = 0; i < STRIP; i++) {
            double x = value_at(j, i);
            if (type == OF_DOUBLE) ((double *)(void *)at)[i] = x;
            if (type == OF_FLOAT) ((float *)(void *)at)[i] = (float)x;
            if (type == OF_BOOL) ((int32_t *)(void *)at)[i] = x > 0;
        }
    }
}

static double read_value(const Both *b, const char *work, int buffer, int i) {
    const char *at = work + strip_place(b->s, buffer, STRIP);
    char type = b->s->buffers[buffer].type;
    return type == OF_DOUBLE  ? ((const double *)(const void *)at)[i]
           : type == OF_FLOAT ? (double)((const float *)(const void *)at)[i]
                              : ((const int32_t *)(const void *)at)[i];
}

/* Products that are added to may be rounded or not. */
static bool alike(double a, double b, bool rounded) {
    if (isnan(a) || isnan(b)) return isnan(a) && isnan(b);
    if (memcmp(&a, &b, sizeof a) == 0) return true;
    return rounded && fabs(a - b) <= 1e-5 * (1 + fabs(a));
}

/* Values of which the bits were not the same both ways. */
static int differences;

/* Both ways over the same values: what `check` buffers hold after. */
static bool same_both_ways(void (*make)(Both *b, KernelId id, bool known), KernelId id, bool known,
                           KernelSet set, bool rounded) {
    static _Alignas(64) char work[2][WORK];
    Both both[2];
    bool same = true;
    for (int i = 0; i < 2; i++) {
        begin(&both[i], set, i > 0);
        make(&both[i], id, known);
        char *text = text_of(&both[i]); /* buffers have their places */
        fill(&both[i], work[i]);
        bool ran = run_over(&both[i], text, work[i]);
        free(text);
        if (!ran) return false;
    }
    if (both[1].data.nfused != 1) same = wrong("%s is in no loop", kernels[id].name);
    for (int j = 0; j < both[0].nbuffers && same; j++)
        for (int i = 0; i < STRIP && same; i++) {
            double a = read_value(&both[0], work[0], both[0].buffers[j], i),
                   c = read_value(&both[1], work[1], both[1].buffers[j], i);
            differences += memcmp(&a, &c, sizeof a) != 0;
            if (!alike(a, c, rounded))
                same = wrong("%s (%s): %.17g in a loop, %.17g alone; buffer %d, sample %d",
                             kernels[id].name, kernels_set_name(set), c, a, j, i);
        }
    end(&both[0]);
    end(&both[1]);
    return same;
}

/* ---- each kernel -------------------------------------------------------------------------------------- */

static bool is_number(char operand) {
    return operand == 'k' || operand == 'l';
}

/* A call of an elementwise kernel; the second has what the first filled in the place of its first operand
 * of that type. */
static void add_call(Both *b, KernelId id, bool known, const int *operands, int y, int first_y) {
    int nbuffers = 0, nnumbers = 0;
    strip_call(b->s, id);
    strip_add_buffer(b->s, y);
    for (const char *at = kernels[id].operands; *at; at++) {
        if (!is_number(*at)) {
            int x = operands[nbuffers++];
            if (first_y >= 0 && b->s->buffers[x].type == b->s->buffers[first_y].type) {
                x = first_y;
                first_y = -1;
            }
            strip_add_buffer(b->s, x);
        } else if (known) {
            strip_add_number(b->s, given[nnumbers++]);
        } else {
            strip_argument(b->s, ARGUMENT_VALUE, NUMBER_IN_STATE)->of.word =
                sizeof(double) * (size_t)nnumbers++;
        }
    }
    strip_add_count(b->s);
}

static BufferType type_of(KernelId id, char operand) {
    bool narrow = id == KERNEL_add_float_d_vv && operand == 'b';
    return operand == 'c' ? OF_BOOL : narrow ? OF_FLOAT : (BufferType)kernels[id].type;
}

static void call_twice(Both *b, KernelId id, bool known) {
    int operands[8], n = 0;
    const BufferType result = (BufferType)kernels[id].result;
    int y = add_buffer(b, result), z = add_buffer(b, result);
    for (const char *at = kernels[id].operands; *at; at++)
        if (!is_number(*at)) operands[n++] = add_buffer(b, type_of(id, *at));
    name_buffers(b);
    add_call(b, id, known, operands, y, -1);
    add_call(b, id, known, operands, z, y);
    name_buffers(b);
}

/* Products, each read by one sum, on either side of it; they have no place outside. */
static void call_products(Both *b, KernelId sum, bool known) {
    bool wide = strstr(kernels[sum].name, "_d_") != NULL,
         pair = strstr(kernels[sum].name, "_vv") != NULL;
    BufferType type = wide ? OF_DOUBLE : OF_FLOAT;
    const KernelId products[2] = {wide ? KERNEL_mul_d_vv : KERNEL_mul_f_vv,
                                  wide ? KERNEL_mul_d_vk : KERNEL_mul_f_vk};
    int x[3], y[4];
    for (int i = 0; i < 3; i++)
        x[i] = add_buffer(b, type);
    for (int i = 0; i < 4; i++)
        y[i] = add_buffer(b, type);
    name_buffers(b);
    for (int i = 0; i < 4; i++) {
        int product = strip_buffer(b->s, type), first = pair && i > 1;
        add_call(b, products[i % 2], known, x, product, -1);
        add_call(b, sum, known, first ? (int[]){x[2], product} : (int[]){product, x[2]}, y[i], -1);
    }
    name_buffers(b);
}

/* A product is rounded together with the sum that alone reads it: then bits are others. */
static bool products_go_with_sums(KernelSet set) {
    static const KernelId sums[] = {
        KERNEL_add_f_vv, KERNEL_add_d_vv, KERNEL_add_f_vk, KERNEL_add_d_vk, KERNEL_sub_f_vv,
        KERNEL_sub_d_vv, KERNEL_sub_f_vk, KERNEL_sub_d_vk, KERNEL_sub_f_kv, KERNEL_sub_d_kv};
    bool all = true;
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        for (int known = 0; known < 2; known++) {
            differences = 0;
            all &= same_both_ways(call_products, sums[i], known, set, true);
            if (differences == 0)
                all = wrong("%s rounds its product by itself", kernels[sums[i]].name);
        }
    return all;
}

/* More values at once than there are registers. */
static void call_many(Both *b, KernelId id, bool known) {
    enum { MANY = 20 }; /* with as many sums, what a loop takes */
    int y[MANY], sum;
    for (int i = 0; i < MANY; i++)
        y[i] = add_buffer(b, OF_DOUBLE);
    sum = add_buffer(b, OF_DOUBLE);
    name_buffers(b);
    for (int i = 0; i < MANY; i++)
        add_call(b, KERNEL_mul_d_vk, known, &y[(i + 1) % MANY], y[i], -1);
    for (int i = MANY - 1; i > 0; i--)
        add_call(b, id, known, (int[]){i == MANY - 1 ? y[0] : sum, y[i]}, sum, -1);
    name_buffers(b);
}

bool loops_give_what_their_kernels_give(void) {
    bool all = true;
    int fused = 0;
    for (int set = 0; set < KERNEL_SETS; set++) {
        if (!kernels_usable((KernelSet)set) || !vector_usable((KernelSet)set)) continue;
        for (int id = 0; id < KERNELS; id++) {
            if (!loop_knows((KernelId)id)) continue;
            for (int known = 0; known < 2; known++)
                all &= same_both_ways(call_twice, (KernelId)id, known, (KernelSet)set, false);
            fused++;
        }
        all &= products_go_with_sums((KernelSet)set);
        all &= same_both_ways(call_many, KERNEL_add_d_vv, true, (KernelSet)set, true);
    }
    return all && (fused > 0 || !vector_usable(kernels_best()));
}
