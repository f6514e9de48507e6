/* Constant data of a program in memory: its tables and sound files, and the tables that kernels want. In: numbers of the
 * graph. Out: names for the text, and their addresses, so that libtcc parses none of the data. Data that the text does
 * not name in the end, since a table holds its address, is no symbol. */
#include "lower/lower.h"

#include <stdlib.h>
#include <string.h>

void *kernel_own(KernelData *data, size_t bytes) {
    void *memory = alloc_zeroed(1, bytes);
    VEC_PUSH(data->owned, data->nowned, data->owned_cap, memory);
    return memory;
}

/* How many numbers osc_table and decay_table make. */
enum { TABLE_OF_KERNEL = 32 };

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
    k->data->symbols[symbol].named = k->data->symbols[symbol].read = true;
    return arena_strndup(k->e->arena, name, strlen(name));
}

static void add_argument(KernelEmitter *k, int symbol) {
    strip_add_data(&k->code, symbol, k->data->symbols[symbol].address);
}

StripArgument kernel_data_argument(KernelEmitter *k, const char *format, int number,
                                   const char *type, const void *address, int count) {
    char name[24];
    snprintf(name, sizeof name, format, number);
    int symbol = add(k->data, name, type, address);
    k->data->symbols[symbol].count = count;
    return (StripArgument){
        .kind = ARGUMENT_DATA, .column = -1, .number = symbol, .of.address = address};
}

void kernel_add_data(KernelEmitter *k, const char *format, int number, const char *type,
                     const void *address, int count) {
    strip_add(&k->code, kernel_data_argument(k, format, number, type, address, count));
}

void kernel_add_distances(KernelEmitter *k, int n) {
    int *distances = kernel_own(k->data, sizeof *distances * (size_t)n);
    char name[24];
    snprintf(name, sizeof name, "far%d", k->data->ndistances++);
    strip_add_distances(&k->code, add_new(k->data, name, "int", distances), distances);
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
    k->data->symbols[symbol].named = k->data->symbols[symbol].read = true;
}

void kernel_add_table(KernelEmitter *k, int number, bool wide) {
    k->e->table_used[2 * number + wide] |= k->standalone;
    add_argument(k, table_symbol(k, number, wide));
}

void kernel_name_data(KernelEmitter *k) {
    for (int i = 0; i < k->code.ncalls; i++)
        for (int j = 0; j < k->code.calls[i].narguments; j++) {
            StripArgument *a = &k->code.arguments[k->code.calls[i].first + j];
            if ((a->kind != ARGUMENT_DATA && a->kind != ARGUMENT_DISTANCES) || a->column >= 0)
                continue;
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

static void make_decay(const KernelData *data, double *table, double slope) {
    void (*make)(double *table, double slope);
    const void *kernel = kernels_for(data->set)[KERNEL_decay_table];
    memcpy(&make, &kernel, sizeof make);
    make(table, slope);
}

/* The place where the table for a kernel and a number is, or may be put. */
static int place_of(const KernelData *data, KernelId made_for, uint64_t number) {
    uint64_t h = (number ^ (uint64_t)made_for) * UINT64_C(0x9e3779b97f4a7c15);
    int i = (int)(h >> 32) & (data->made_size - 1);
    while (data->made[i].symbol >= 0 &&
           (data->made[i].made_for != made_for || data->made[i].number != number))
        i = (i + 1) & (data->made_size - 1);
    return i;
}

/* Makes room for one more table: at most half of the places are taken. */
static void grow_made(KernelData *data) {
    if (2 * data->nmade < data->made_size) return;
    MadeTable *old = data->made;
    int size = data->made_size;
    data->made_size = size ? 2 * size : 64;
    data->made = alloc_zeroed((size_t)data->made_size, sizeof *data->made);
    for (int i = 0; i < data->made_size; i++)
        data->made[i].symbol = -1;
    for (int i = 0; i < size; i++)
        if (old[i].symbol >= 0) data->made[place_of(data, old[i].made_for, old[i].number)] = old[i];
    free(old);
}

/* Notes a table that was made, and returns its symbol. */
static int keep_made(KernelData *data, MadeTable made, const char *format, const char *type,
                     const void *table) {
    char name[24];
    snprintf(name, sizeof name, format, data->nmade++);
    made.symbol = add_new(data, name, type, table);
    data->symbols[made.symbol].count = TABLE_OF_KERNEL;
    data->made[place_of(data, made.made_for, made.number)] = made;
    return made.symbol;
}

void kernel_add_rotation(KernelEmitter *k, uint64_t step) {
    KernelData *data = k->data;
    const MadeTable wanted = {KERNEL_osc_table, step, -1};
    grow_made(data);
    int symbol = data->made[place_of(data, wanted.made_for, step)].symbol;
    if (symbol < 0) {
        float *table = kernel_own(data, TABLE_OF_KERNEL * sizeof *table);
        kernel_rotation(data, table, step);
        symbol = keep_made(data, wanted, "turn%d", "float", table);
    }
    add_argument(k, symbol);
}

void kernel_add_decay(KernelEmitter *k, double slope) {
    KernelData *data = k->data;
    MadeTable wanted = {KERNEL_decay_table, 0, -1};
    memcpy(&wanted.number, &slope, sizeof slope);
    grow_made(data);
    int symbol = data->made[place_of(data, wanted.made_for, wanted.number)].symbol;
    if (symbol < 0) {
        double *table = kernel_own(data, TABLE_OF_KERNEL * sizeof *table);
        make_decay(data, table, slope);
        symbol = keep_made(data, wanted, "decay%d", "double", table);
    }
    add_argument(k, symbol);
}

void kernel_add_sample_rate(KernelEmitter *k) {
    if (k->g->rate > 0)
        strip_add_number(&k->code, k->g->rate);
    else
        strip_add_text(&k->code, "self->sample_rate");
}

void kernel_add_sample_time(KernelEmitter *k) {
    if (k->g->rate > 0)
        strip_add_number(&k->code, 1 / k->g->rate);
    else
        strip_add_text(&k->code, "self->dt");
}

void kernel_data_free(KernelData *data) {
    for (int i = 0; i < data->nowned; i++)
        free(data->owned[i]);
    free(data->owned);
    for (int i = 0; i < data->nrolled; i++)
        free(data->rolled[i].kinds);
    free(data->rolled);
    free(data->symbols);
    free(data->made);
}
