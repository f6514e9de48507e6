/* Constant data of a program in memory: tables, sound files, tables of kernels. In: numbers of the
 * graph. Out: names for the text and addresses for its symbols; nothing of it is parsed as C. */
#include "emit_kernels.h"

#include <stdlib.h>
#include <string.h>

void *kernel_own(KernelData *data, size_t bytes) {
    void *memory = alloc_zeroed(1, bytes);
    VEC_PUSH(data->owned, data->nowned, data->owned_cap, memory);
    return memory;
}

static const KernelSymbol *find(const KernelData *data, const char *name) {
    for (int i = 0; i < data->nsymbols; i++)
        if (strcmp(data->symbols[i].name, name) == 0) return &data->symbols[i];
    return NULL;
}

static const char *kept_name(KernelEmitter *k, const char *name) {
    return arena_strndup(k->e->c->arena, name, strlen(name));
}

const char *kernel_data(KernelEmitter *k, const char *format, int number, const char *type,
                        const void *address) {
    KernelSymbol symbol = {.type = type, .address = address};
    snprintf(symbol.name, sizeof symbol.name, format, number);
    if (!find(k->data, symbol.name))
        VEC_PUSH(k->data->symbols, k->data->nsymbols, k->data->symbol_cap, symbol);
    return kept_name(k, symbol.name);
}

const char *kernel_table(KernelEmitter *k, int number, bool wide) {
    const Table *t = &k->g->tables[number];
    if (wide) return kernel_data(k, "table%d", number, "double", t->data);
    char name[24];
    snprintf(name, sizeof name, "table%df", number);
    if (find(k->data, name)) return kept_name(k, name);
    float *points = kernel_own(k->data, sizeof *points * (size_t)(t->n + 1));
    for (int i = 0; i <= t->n; i++)
        points[i] = (float)t->data[i];
    return kernel_data(k, "table%df", number, "float", points);
}

void kernel_rotation(const KernelData *data, float *table, uint64_t step) {
    void (*make)(float *table, uint64_t s);
    const void *kernel = kernels_for(data->set)[KERNEL_osc_table];
    memcpy(&make, &kernel, sizeof make);
    make(table, step);
}

const char *kernel_osc_table(KernelEmitter *k, uint64_t step) {
    KernelData *data = k->data;
    for (int i = 0; i < data->nrotations; i++)
        if (data->rotations[i] == step) return kernel_data(k, "turn%d", i, "float", NULL);
    float *table = kernel_own(data, 32 * sizeof *table);
    kernel_rotation(data, table, step);
    VEC_PUSH(data->rotations, data->nrotations, data->rotation_cap, step);
    return kernel_data(k, "turn%d", data->nrotations - 1, "float", table);
}

const char *kernel_decay_table(KernelEmitter *k, double slope) {
    KernelData *data = k->data;
    for (int i = 0; i < data->nslopes; i++)
        if (data->slopes[i] == slope) return kernel_data(k, "decay%d", i, "double", NULL);
    void (*make)(double *table, double slope);
    const void *kernel = kernels_for(data->set)[KERNEL_decay_table];
    memcpy(&make, &kernel, sizeof make);
    double *table = kernel_own(data, 32 * sizeof *table);
    make(table, slope);
    VEC_PUSH(data->slopes, data->nslopes, data->slope_cap, slope);
    return kernel_data(k, "decay%d", data->nslopes - 1, "double", table);
}

void kernel_data_free(KernelData *data) {
    for (int i = 0; i < data->nowned; i++)
        free(data->owned[i]);
    free(data->owned);
    free(data->symbols);
    free(data->rotations);
    free(data->slopes);
}
