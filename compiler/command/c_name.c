/* The names that a program has in C: NAME, NAME_init and so on (docs/kanon.1). In: a name that somebody chose, or
 * that of a file. Out: whether C, C++, their headers and what Kanon itself writes leave it free. */
#include "command/command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const taken[] = {
#include "command/c_names.def"
};
enum { TAKEN = sizeof taken / sizeof *taken };

/* What is made of a name by print_c/file.c. */
static const char *const endings[] = {"",       "_init",   "_process", "_set",    "_get",   "_seek",
                                      "_param", "_params", "_strip",   "_refill", "_update"};
enum { ENDINGS = sizeof endings / sizeof *endings };

static int by_bytes(const void *a, const void *b) {
    return strcmp(a, *(const char *const *)b);
}

static bool is_in_capitals(const char *name) {
    for (; *name; name++)
        if (islower((unsigned char)*name)) return false;
    return true;
}

/* kn_sin, KnRunning, KN_STRIP, and data: table0f, sample1. A knob is none. */
static bool is_like_our_own(const char *name) {
    static const char *const data[] = {"table", "sample", "roll"};
    for (size_t i = 0; i < sizeof data / sizeof *data; i++) {
        size_t n = strlen(data[i]);
        if (strncmp(name, data[i], n) == 0 && isdigit((unsigned char)name[n])) return true;
    }
    bool kn = tolower((unsigned char)name[0]) == 'k' && tolower((unsigned char)name[1]) == 'n';
    return kn && !islower((unsigned char)name[2]);
}

/* Macros are in capitals, types of headers end in _t. */
static bool is_of_a_taken_kind(const char *name) {
    size_t n = strlen(name);
    bool type = n > 2 && strcmp(name + n - 2, "_t") == 0;
    return type || is_like_our_own(name) || is_in_capitals(name);
}

bool c_name_is_taken(const char *name) {
    bool is_taken = is_of_a_taken_kind(name);
    for (int i = 0; i < ENDINGS && !is_taken; i++) {
        Buf whole = {0};
        buf_printf(&whole, "%s%s", name, endings[i]);
        is_taken = bsearch(whole.data, taken, TAKEN, sizeof *taken, by_bytes) != NULL;
        buf_free(&whole);
    }
    return is_taken;
}

bool c_name_is_identifier(const char *name) {
    if (!isalpha((unsigned char)name[0])) return false; /* `_` belongs to the compiler */
    for (const char *p = name; *p; p++)
        if ((!isalnum((unsigned char)*p) && *p != '_') || (unsigned char)*p >= 0x80) return false;
    return true;
}

bool c_name_is_good(const char *name) {
    if (c_name_is_identifier(name) && strlen(name) <= 200 && !c_name_is_taken(name)) return true;
    command_fail(
        STATUS_USAGE,
        "--name must be a C identifier that is not in capitals and that neither C, C++ and "
        "their headers nor Kanon have, not '%s'",
        name);
    return false;
}

/* No header has such an ending. */
char *c_name_of_file(const char *stem) {
    Buf name = {0};
    if (!isalpha((unsigned char)stem[0])) buf_puts(&name, "kanon_");
    for (const char *p = stem; *p; p++)
        buf_printf(&name, "%c", (unsigned char)*p < 0x80 && isalnum((unsigned char)*p) ? *p : '_');
    if (!c_name_is_taken(name.data)) return name.data;
    Buf free_name = {0};
    buf_printf(&free_name, "%s%s_program", is_like_our_own(name.data) ? "kanon_" : "", name.data);
    buf_free(&name);
    return free_name.data;
}
