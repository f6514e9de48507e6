/* Constant data of a program in memory: tables, sound files, tables of kernels. In: numbers of the
 * graph. Out: names for the text and addresses for its symbols; nothing of it is parsed as C. What the
 * text has no name for in the end, since a table holds its address, is no symbol. */
#include "emit_kernels.h"

#include <stdlib.h>
#include <string.h>

void *kernel_own(KernelData *data, size_t bytes) {
    void *memory = alloc_zeroed(1, bytes);
    VEC_PUSH(data->owned, data->nowned, data->owned_cap, memory);
    return memory;
}

static int find(const KernelData *data, const char *name) {
    for (int i = 0; i < data->nsymbols; i++)
        if (strcmp(data->symbols[i].name, name) == 0) return i;
    return -1;
}

static int add_new(KernelData *data, const char *name, const char *type, const void *address) {
    KernelSymbol symbol = {.type = type, .address = address};
    snprintf(symbol.name, sizeof symbol.name, "%s", name);
    VEC_PUSH(data->symbols, data->nsymbols, data->symbol_cap, symbol);
    return data->nsymbols - 1;
}

static int add(KernelData *data, const char *name, const char *type, const void *address) {
    int known = find(data, name);
    return known >= 0 ? known : add_new(data, name, type, address);
}

const char *kernel_data(KernelEmitter *k, const char *format, int number, const char *type,
                        const void *address) {
    char name[24];
    snprintf(name, sizeof name, format, number);
    int symbol = add(k->data, name, type, address); /* may move the symbols */
    k->data->symbols[symbol].named = true;
    return arena_strndup(k->e->c->arena, name, strlen(name));
}

static void add_argument(KernelEmitter *k, int symbol) {
    strip_add_data(&k->code, symbol, k->data->symbols[symbol].address);
}

void kernel_add_data(KernelEmitter *k, const char *format, int number, const char *type,
                     const void *address) {
    char name[24];
    snprintf(name, sizeof name, format, number);
    add_argument(k, add(k->data, name, type, address));
}

static int table_symbol(KernelEmitter *k, int number, bool wide) {
    const Table *t = &k->g->tables[number];
    char name[24];
    snprintf(name, sizeof name, wide ? "table%d" : "table%df", number);
    int known = find(k->data, name);
    if (known >= 0 || wide) return known >= 0 ? known : add(k->data, name, "double", t->data);
    float *points = kernel_own(k->data, sizeof *points * (size_t)(t->n + 1));
    for (int i = 0; i <= t->n; i++)
        points[i] = (float)t->data[i];
    return add(k->data, name, "float", points);
}

void kernel_name_table(KernelEmitter *k, int number, bool wide) {
    int symbol = table_symbol(k, number, wide);
    k->data->symbols[symbol].named = true;
}

void kernel_add_table(KernelEmitter *k, int number, bool wide) {
    add_argument(k, table_symbol(k, number, wide));
}

void kernel_name_data(KernelEmitter *k) {
    for (int i = 0; i < k->code.ncalls; i++)
        for (int j = 0; j < k->code.calls[i].narguments; j++) {
            StripArgument *a = &k->code.arguments[k->code.calls[i].first + j];
            if (a->kind != ARGUMENT_DATA || a->column >= 0) continue;
            KernelSymbol *symbol = &k->data->symbols[a->number];
            symbol->named = true;
            a->and.name = symbol->name;
        }
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
        char name[24];
        float *table = kernel_own(data, 32 * sizeof *table);
        kernel_rotation(data, table, step);
        snprintf(name, sizeof name, "turn%d", i);
        Rotation made = {step, add_new(data, name, "float", table)};
        VEC_PUSH(data->rotations, data->nrotations, data->rotation_cap, made);
    }
    add_argument(k, data->rotations[i].symbol);
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
        char name[24];
        double *table = kernel_own(data, 32 * sizeof *table);
        make_decay(data, table, slope);
        snprintf(name, sizeof name, "decay%d", i);
        Decay made = {slope, add(data, name, "double", table)};
        VEC_PUSH(data->decays, data->ndecays, data->decay_cap, made);
    }
    add_argument(k, data->decays[i].symbol);
}

void kernel_data_free(KernelData *data) {
    for (int i = 0; i < data->nowned; i++)
        free(data->owned[i]);
    free(data->owned);
    free(data->symbols);
    free(data->rotations);
    free(data->decays);
}
