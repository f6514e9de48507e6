/* Reads a graph of unit generators and writes it as SuperCollider's server wants it. */
#include "synth_definition.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_UNITS = 4096, WORDS = 512 };

/* ---- bytes --------------------------------------------------------------------------------------- */

void bytes_put(Bytes *bytes, const void *from, size_t count) {
    if (!count) return;
    bytes->at = realloc(bytes->at, bytes->count + count);
    if (!bytes->at) abort();
    memcpy(bytes->at + bytes->count, from, count);
    bytes->count += count;
}

void bytes_int32(Bytes *bytes, int32_t value) {
    uint32_t network = htonl((uint32_t)value);
    bytes_put(bytes, &network, 4);
}

static void bytes_int16(Bytes *bytes, int value) {
    uint16_t network = htons((uint16_t)value);
    bytes_put(bytes, &network, 2);
}

static void bytes_int8(Bytes *bytes, int value) {
    char byte = (char)value;
    bytes_put(bytes, &byte, 1);
}

static void bytes_float(Bytes *bytes, double value) {
    float single = (float)value;
    int32_t bits;
    memcpy(&bits, &single, 4);
    bytes_int32(bytes, bits);
}

static void bytes_name(Bytes *bytes, const char *name) {
    bytes_int8(bytes, (int)strlen(name));
    bytes_put(bytes, name, strlen(name));
}

bool bytes_save(const Bytes *bytes, const char *path) {
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    bool written = fwrite(bytes->at, 1, bytes->count, file) == bytes->count;
    return fclose(file) == 0 && written;
}

void bytes_free(Bytes *bytes) {
    free(bytes->at);
    *bytes = (Bytes){0};
}

/* ---- the graph ------------------------------------------------------------------------------------- */

typedef struct Reading {
    char *names[MOST_UNITS]; /* of units, in their order; NULL where one has none */
    int units, constants;
    Bytes unit_bytes, constant_bytes;
    char *why;
} Reading;

typedef struct Operator {
    const char *sign;
    int number; /* among the server's binary operators */
} Operator;

static const Operator operators[] = {{"+", 0}, {"-", 1},    {"*", 2},   {"/", 4},
                                     {"<", 8}, {"max", 13}, {"pow", 25}};

static int operator_find(const char *sign) {
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strcmp(operators[i].sign, sign) == 0) return operators[i].number;
    return -1;
}

/* One input: a constant of its own, or a unit and its output. */
static bool read_input(Reading *r, char *word) {
    char *end;
    double number = strtod(word, &end);
    if (!*end) {
        bytes_int32(&r->unit_bytes, -1);
        bytes_int32(&r->unit_bytes, r->constants++);
        bytes_float(&r->constant_bytes, number);
        return true;
    }
    char *colon = strchr(word, ':');
    if (colon) *colon = 0;
    for (int i = r->units - 1; i >= 0; i--) {
        if (!r->names[i] || strcmp(r->names[i], word) != 0) continue;
        bytes_int32(&r->unit_bytes, i);
        bytes_int32(&r->unit_bytes, colon ? atoi(colon + 1) : 0);
        return true;
    }
    return refuse(r->why, "its graph has no unit %s", word);
}

/* Unit.rate/outputs inputs…, or an operator and two inputs. */
static bool read_unit(Reading *r, char *name, char **words, int count) {
    int rate = 2, outputs = 1, special = operator_find(words[0]);
    const char *unit = "BinaryOpUGen";
    if (special < 0) {
        char *slash = strchr(words[0], '/'), *dot = strchr(words[0], '.');
        if (!dot) return refuse(r->why, "%s is no unit with a rate", words[0]);
        if (slash) outputs = atoi(slash + 1);
        rate = strncmp(dot, ".ar", 3) == 0 ? 2 : strncmp(dot, ".kr", 3) == 0 ? 1 : 0;
        *dot = 0;
        unit = words[0];
        special = 0;
    }
    bytes_name(&r->unit_bytes, unit);
    bytes_int8(&r->unit_bytes, rate);
    bytes_int32(&r->unit_bytes, count - 1);
    bytes_int32(&r->unit_bytes, outputs);
    bytes_int16(&r->unit_bytes, special);
    for (int i = 1; i < count; i++)
        if (!read_input(r, words[i])) return false;
    for (int i = 0; i < outputs; i++)
        bytes_int8(&r->unit_bytes, rate);
    r->names[r->units++] = name ? strdup(name) : NULL;
    return true;
}

static bool read_line(Reading *r, SynthDefinition *d, char *line) {
    char *words[WORDS];
    int count = 0;
    line[strcspn(line, "#\n")] = 0;
    for (char *word = strtok(line, " "); word && count < WORDS; word = strtok(NULL, " "))
        words[count++] = word;
    if (count == 0) return true;
    if (r->units == MOST_UNITS) return refuse(r->why, "its graph has too many units");
    if (count == 2 && strcmp(words[0], "inputs") == 0)
        d->inputs = atoi(words[1]);
    else if (count == 2 && strcmp(words[0], "outputs") == 0)
        d->outputs = atoi(words[1]);
    else if (count == 2 && strcmp(words[0], "block") == 0)
        d->block = atoi(words[1]);
    else if (count > 2 && strcmp(words[1], "=") == 0)
        return read_unit(r, words[0], words + 2, count - 2);
    else
        return read_unit(r, NULL, words, count);
    return true;
}

static void write_definition(const Reading *r, Bytes *b) {
    bytes_put(b, "SCgf", 4);
    bytes_int32(b, 2);
    bytes_int16(b, 1);
    bytes_name(b, "bench");
    bytes_int32(b, r->constants);
    bytes_put(b, r->constant_bytes.at, r->constant_bytes.count);
    bytes_int32(b, 0); /* parameters */
    bytes_int32(b, 0); /* and their names */
    bytes_int32(b, r->units);
    bytes_put(b, r->unit_bytes.at, r->unit_bytes.count);
    bytes_int16(b, 0); /* variants */
}

bool synth_definition_read(const char *path, SynthDefinition *definition, char why[WHY_SIZE]) {
    FILE *file = fopen(path, "r");
    Reading *r = calloc(1, sizeof *r);
    char *line = NULL;
    size_t size = 0;
    bool good = true;
    *definition = (SynthDefinition){.outputs = 1, .block = 64};
    if (!r) abort();
    if (!file) return refuse(why, "%s cannot be read", path);
    r->why = why;
    while (good && getline(&line, &size, file) >= 0)
        good = read_line(r, definition, line);
    if (good) write_definition(r, &definition->bytes);
    for (int i = 0; i < r->units; i++)
        free(r->names[i]);
    bytes_free(&r->unit_bytes);
    bytes_free(&r->constant_bytes);
    free(line);
    free(r);
    fclose(file);
    return good;
}
