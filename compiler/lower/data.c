/* Constant data of a program in memory: its tables and sound files, and the tables that kernels want. In: numbers of the
 * graph. Out: names for the text, and their addresses, so that libtcc parses none of the data. Data that the text does
 * not name in the end, since a table holds its address, is no symbol. */
#include "lower/lower.h"
#include "base/sound_stream.h"
#include "runtime/math.h"
#include "runtime/noise.h"
#include "runtime/prologue.h"

#include <stdlib.h>
#include <string.h>

/* Vectors are read from tables: none of them lies across two lines of the cache. */
void *kernel_own(KernelData *data, size_t bytes) {
    enum { LINE = KERNEL_ALIGNMENT };
    const size_t size = (bytes / LINE + 1) * LINE;
    void *memory = aligned_alloc(LINE, size);
    if (!memory) memory_failed(size);
    memset(memory, 0, size);
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

bool kernel_add_known_data(KernelEmitter *k, const char *format, int number) {
    char name[24];
    snprintf(name, sizeof name, format, number);
    const int symbol = find(k->data, name);
    if (symbol >= 0) add_argument(k, symbol);
    return symbol >= 0;
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

void kernel_add_table(KernelEmitter *k, int number, bool wide) {
    k->e->table_used[2 * number + wide] |= k->standalone;
    add_argument(k, table_symbol(k, number, wide));
}

static void name_arguments(KernelEmitter *k, const StripCall *call) {
    for (int j = 0; j < call->narguments; j++) {
        StripArgument *a = &k->code.arguments[call->first + j];
        if ((a->kind != ARGUMENT_DATA && a->kind != ARGUMENT_DISTANCES) || a->column >= 0) continue;
        KernelSymbol *symbol = &k->data->symbols[a->number];
        symbol->named = true;
        a->and.name = symbol->name;
    }
}

void kernel_name_data(KernelEmitter *k) {
    for (int i = 0; i < k->code.ncalls; i++)
        name_arguments(k, &k->code.calls[i]);
    for (int i = 0; i < k->code.ninner && k->standalone; i++)
        name_arguments(k, &k->code.inner[i].call);
}

void kernel_name_read(KernelEmitter *k, const StripCall *call) {
    for (int j = 0; j < call->narguments; j++) {
        StripArgument *a = &k->code.arguments[call->first + j];
        if (a->kind != ARGUMENT_DATA) continue;
        KernelSymbol *symbol = &k->data->symbols[a->number];
        symbol->named = symbol->read = true;
        a->and.name = arena_strndup(k->e->arena, symbol->name, strlen(symbol->name));
    }
}

void kernel_turns(const KernelData *data, KernelId id, void *table, uint64_t step) {
    void (*make)(void *table, uint64_t s);
    const void *kernel = kernels_for(data->set)[id];
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

/* ---- tables that hang on the rate ------------------------------------------------------------------- */

static int add_of_state(KernelEmitter *k, const char *name, const char *type, int count) {
    /* columns of rounds tell data by their addresses */
    int symbol = add_new(k->data, name, type, kernel_own(k->data, 1));
    k->data->symbols[symbol].count = count;
    k->data->symbols[symbol].of_state = true;
    emit_field(k->e, type, count, 0, "%s", name);
    return symbol;
}

bool kernel_add_state_data(KernelEmitter *k, const char *format, int number, const char *type,
                           int count) {
    char name[24];
    snprintf(name, sizeof name, format, number);
    const int known = find(k->data, name);
    add_argument(k, known >= 0 ? known : add_of_state(k, name, type, count));
    return known < 0;
}

/* A kind of table. Where the rate is not known, `number` is what is told by the second or in hertz. */
typedef struct TableKind {
    KernelId make;
    const char *format, *type;
    int count;
    const char *begin, *end; /* of what the kernel is given when the rate is told */
} TableKind;

/* The symbol of the table for a number; `table` gets the memory that is to be filled, NULL: nothing is. */
static int made_table(KernelEmitter *k, const TableKind *kind, uint64_t number, void **table) {
    KernelData *data = k->data;
    MadeTable wanted = {kind->make, number, -1};
    char name[24];
    grow_made(data);
    MadeTable *place = &data->made[place_of(data, wanted.made_for, number)];
    *table = NULL;
    if (place->symbol >= 0) return place->symbol;
    snprintf(name, sizeof name, kind->format, data->nmade++);
    if (k->g->rate > 0) {
        *table = kernel_own(data, sizeof(double) * (size_t)kind->count);
        wanted.symbol = add_new(data, name, kind->type, *table);
        data->symbols[wanted.symbol].count = kind->count;
    } else {
        double second;
        memcpy(&second, &number, sizeof second);
        wanted.symbol = add_of_state(k, name, kind->type, kind->count);
        buf_printf(&k->own->tables, "    kn_strip_%s(self->%s, %s%.17g / self->sample_rate%s);\n",
                   kernels[kind->make].name, name, kind->begin, second, kind->end);
    }
    *place = wanted;
    return wanted.symbol;
}

static uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

void kernel_add_rotation(KernelEmitter *k, double frequency, bool wide) {
    static const TableKind kinds[] = {
        {KERNEL_osc_table, "turn%d", "float", 32, "kn_fixed(", ")"},
        {KERNEL_osc_table_d, "wide_turn%d", "double", 64, "kn_fixed(", ")"}};
    const uint64_t step =
        k->g->rate > 0 ? kernel_fixed_point((long double)frequency / (long double)k->g->rate) : 0;
    void *table;
    int symbol = made_table(k, &kinds[wide], k->g->rate > 0 ? step : bits_of(frequency), &table);
    if (table) kernel_turns(k->data, kinds[wide].make, table, step);
    add_argument(k, symbol);
}

void kernel_add_sinc_table(KernelEmitter *k) {
    enum { POINTS = 4 * 32 * 32 };
    int symbol = find(k->data, "sinc_table");
    if (symbol < 0) {
        float *table = kernel_own(k->data, sizeof *table * POINTS);
        void (*make)(float *table);
        const void *kernel = kernels_for(k->data->set)[KERNEL_sinc_table];
        memcpy(&make, &kernel, sizeof make);
        make(table);
        symbol = add_new(k->data, "sinc_table", "float", table);
        k->data->symbols[symbol].count = POINTS;
    }
    add_argument(k, symbol);
}

static void read_frames(void *stream, float *to, int64_t first, int n, int channel) {
    sound_stream_read(stream, to, first, n, channel);
}

void kernel_add_stream(KernelEmitter *k, int number) {
    char name[24];
    snprintf(name, sizeof name, "stream%d", number);
    int symbol = find(k->data, name);
    if (symbol < 0) {
        KnSoundFile *file = kernel_own(k->data, sizeof *file);
        const Sample *s = &k->g->samples[number];
        *file = (KnSoundFile){read_frames, s->stream, s->frames};
        symbol = add_new(k->data, name, "char", file);
    }
    add_argument(k, symbol);
}

void kernel_add_decay(KernelEmitter *k, double slope) {
    static const TableKind kind = {KERNEL_decay_table, "decay%d", "double", 33, "", ""};
    const double step = k->g->rate > 0 ? slope / k->g->rate : slope;
    void *table;
    int symbol = made_table(k, &kind, bits_of(step), &table);
    if (table) make_decay(k->data, table, step);
    add_argument(k, symbol);
}

static Operand at_head(size_t place) {
    return (Operand){.buffer = -1, .number = kernel_number_at(place)};
}

Operand kernel_sample_rate(KernelEmitter *k) {
    return k->g->rate > 0 ? kernel_constant(k->g->rate) : at_head(HEAD_SAMPLE_RATE);
}

Operand kernel_sample_time(KernelEmitter *k) {
    return k->g->rate > 0 ? kernel_constant(1 / k->g->rate) : at_head(HEAD_DT);
}

void kernel_add_sample_rate(KernelEmitter *k) {
    strip_add(&k->code, kernel_sample_rate(k).number);
}

void kernel_add_sample_time(KernelEmitter *k) {
    strip_add(&k->code, kernel_sample_time(k).number);
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
