/* kanon fourier: a Fourier transform of a length as C.
 * In: a length. Out: a C file with a function, and all that it needs. */
#include "command/command.h"
#include "print_c/fourier.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The length that the command line has. False: a message was printed. */
static bool read_length(const char *text, int64_t *n) {
    char *end;
    const long long number = text && isdigit((unsigned char)*text) ? strtoll(text, &end, 10) : -1;
    if (number < 1 || *end) {
        command_fail(STATUS_USAGE,
                     text ? "a length is a whole number from 1 to %d, not '%s'"
                          : "how many points? A length is a whole number from 1 to %d",
                     FOURIER_MOST_IN_C, text);
        return false;
    }
    if (number > FOURIER_MOST_IN_C) {
        command_fail(STATUS_USAGE,
                     "%s points are too many for constants in C: %d is the most; kn_fourier_create "
                     "of libkanon goes up to %d",
                     text, FOURIER_MOST_IN_C, FOURIER_MOST);
        return false;
    }
    *n = number;
    if (fourier_next(number) == number) return true;
    command_fail(STATUS_USAGE,
                 "%lld is no product of 2, 3 and 5, and so no length of a transform; the next that "
                 "is one is %lld",
                 number, (long long)fourier_next(number));
    return false;
}

/* malloc'd; NULL with a message. */
static char *choose_name(const Request *request, int64_t n) {
    if (!request->name) {
        Buf name = {0};
        buf_printf(&name, "%sfft%lld", request->inverse ? "i" : "", (long long)n);
        return name.data;
    }
    return c_name_is_good(request->name) ? strdup(request->name) : NULL;
}

static int write_file(const Request *request, const char *name, const Buf *text) {
    Buf path = {0};
    buf_printf(&path, "%s.c", name);
    const char *out = request->out ? request->out : path.data;
    const size_t n = strlen(out);
    FilesRead none = {0}; /* was read */
    int status = STATUS_DONE;
    Failure why;
    if (strcmp(out, "-") != 0 && (n < 3 || strcmp(out + n - 2, ".c") != 0)) {
        status = command_fail(
            STATUS_USAGE, "a transform is written as C: -o takes a name that ends in .c, not '%s'",
            out);
    } else {
        OutputFile *file = output_file_open(&(OutputPlace){out, "-o", &none, NULL, false}, &why);
        if (!file || (output_file_write(file, text->data, text->length),
                      !output_file_commit(file, NULL, &why)))
            status = command_fail_with(&why);
    }
    free(none.items);
    buf_free(&path);
    return status;
}

static int run(const Request *request) {
    int64_t n;
    KnFourier plan;
    if (!read_length(request->file, &n)) return STATUS_USAGE;
    char *name = choose_name(request, n);
    if (!name) return STATUS_USAGE;
    fourier_plan(&plan, n,
                 (request->is_complex ? FOURIER_COMPLEX : 0) |
                     (request->double_precision ? FOURIER_DOUBLE : 0));
    Buf text = {0};
    const PlainLocale held = plain_locale_begin();
    print_fourier_file(name, &plan, request->inverse, &text);
    plain_locale_end(held);
    const int status = write_file(request, name, &text);
    buf_free(&text);
    free(name);
    return status;
}

static const Option options[] = {
    {"output", 'o', OPTION_TEXT, "OUT.c", REQUEST_FIELD(out),
     "the C file (NAME.c); - is standard output"},
    {"complex", 0, OPTION_FLAG, NULL, REQUEST_FIELD(is_complex),
     "of complex points, not real ones"},
    {"inverse", 0, OPTION_FLAG, NULL, REQUEST_FIELD(inverse), "back from a spectrum"},
    {"double", 0, OPTION_FLAG, NULL, REQUEST_FIELD(double_precision),
     "in 64-bit floating point, not 32"},
    {"name", 0, OPTION_TEXT, "NAME", REQUEST_FIELD(name),
     "what the function is called (fftN, or ifftN)"},
};

const Command command_fourier = {
    .name = "fourier",
    .run = run,
    .summary = "a Fourier transform as C",
    .usage = "N [-o OUT.c] [options]",
    .text =
        "Writes the discrete Fourier transform of N points, a product of 2, 3 and 5, as a C file "
        "that\n"
        "needs no library: its passes as straight code, and all factors as constants. Its first\n"
        "lines say how it is called. What Kanon emits is yours.",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "N",
};
