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

const KernelSymbol *kernel_table(KernelEmitter *k, int number, bool wide) {
    const Table *t = &k->g->tables[number];
    char name[24];
    snprintf(name, sizeof name, wide ? "table%d" : "table%df", number);
    const KernelSymbol *known = find(k->data, name);
    if (known) return known;
    if (wide) {
        kernel_data(k, "table%d", number, "double", t->data);
        return find(k->data, name);
    }
    float *points = kernel_own(k->data, sizeof *points * (size_t)(t->n + 1));
    for (int i = 0; i <= t->n; i++)
        points[i] = (float)t->data[i];
    kernel_data(k, "table%df", number, "float", points);
    return find(k->data, name);
}

void kernel_add_table(KernelEmitter *k, int number, bool wide) {
    const KernelSymbol *table = kernel_table(k, number, wide);
    strip_add_data(&k->code, kept_name(k, table->name), table->address);
}

void kernel_rotation(const KernelData *data, float *table, uint64_t step) {
    void (*make)(float *table, uint64_t s);
    const void *kernel = kernels_for(data->set)[KERNEL_osc_table];
    memcpy(&make, &kernel, sizeof make);
    make(table, step);
}

void kernel_add_rotation(KernelEmitter *k, uint64_t step) {
    KernelData *data = k->data;
    int i = 0;
    while (i < data->nrotations && data->rotations[i].step != step)
        i++;
    if (i == data->nrotations) {
        Rotation made = {.step = step, .table = kernel_own(data, 32 * sizeof *made.table)};
        kernel_rotation(data, made.table, step);
        made.name = kernel_data(k, "turn%d", i, "float", made.table);
        VEC_PUSH(data->rotations, data->nrotations, data->rotation_cap, made);
    }
    strip_add_data(&k->code, data->rotations[i].name, data->rotations[i].table);
}

void kernel_add_sample_rate(KernelEmitter *k) {
    if (k->g->rate > 0)
        strip_add_number(&k->code, k->g->rate);
    else
        strip_add_text(&k->code, "self->sample_rate");
}

static void make_decay(const KernelData *data, double *table, double slope) {
    void (*make)(double *table, double slope);
    const void *kernel = kernels_for(data->set)[KERNEL_decay_table];
    memcpy(&make, &kernel, sizeof make);
    make(table, slope);
}

void kernel_add_decay(KernelEmitter *k, double slope) {
    KernelData *data = k->data;
    int i = 0;
    while (i < data->ndecays && data->decays[i].slope != slope)
        i++;
    if (i == data->ndecays) {
        Decay made = {.slope = slope, .table = kernel_own(data, 32 * sizeof *made.table)};
        make_decay(data, made.table, slope);
        made.name = kernel_data(k, "decay%d", i, "double", made.table);
        VEC_PUSH(data->decays, data->ndecays, data->decay_cap, made);
    }
    strip_add_data(&k->code, data->decays[i].name, data->decays[i].table);
}

void kernel_data_free(KernelData *data) {
    for (int i = 0; i < data->nowned; i++)
        free(data->owned[i]);
    free(data->owned);
    free(data->symbols);
    free(data->rotations);
    free(data->decays);
}
