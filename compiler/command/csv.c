/* Comma-separated values (RFC 4180): quotes around fields, doubled within; lines that end in LF or CRLF; blanks around a
 * field, and a mark of UTF-8 in front, mean nothing. In: a text. Out: one row after the other. */
#include "command/csv.h"

#include <string.h>

Csv csv_begin(char *text, size_t size) {
    const size_t mark = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    return (Csv){.at = text + mark, .end = text + size, .line = 1};
}

void csv_row_free(CsvRow *row) {
    free(row->fields);
    *row = (CsvRow){0};
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool ends_line(const Csv *csv) {
    return csv->at == csv->end || *csv->at == '\n' || (*csv->at == '\r' && csv->at[1] == '\n');
}

/* What stands between quotes, moved together over those that are doubled. */
static char *quoted(Csv *csv, const char **wrong) {
    char *text = ++csv->at, *to = text;
    for (; csv->at < csv->end; csv->at++) {
        if (*csv->at == '"' && *++csv->at != '"') {
            while (is_blank(*csv->at))
                *csv->at++ = 0;
            if (!ends_line(csv) && *csv->at != ',')
                *wrong = "text behind a quote that ends a value";
            *to = 0; /* at the quote at the latest */
            return text;
        }
        if (*csv->at == '\n') csv->line++;
        *to++ = *csv->at;
    }
    *wrong = "a quote that does not end";
    return text;
}

static char *plain(Csv *csv) {
    char *text = csv->at;
    while (!ends_line(csv) && *csv->at != ',')
        csv->at++;
    return text;
}

/* Without the blanks at its end, which is not a 0 yet. */
static void trim(const char *text, char *end) {
    while (end > text && is_blank(end[-1]))
        *--end = 0;
}

/* *more: a comma follows, and with it another field. */
static char *next_field(Csv *csv, bool *more, const char **wrong) {
    while (is_blank(*csv->at))
        csv->at++;
    const bool quote = *csv->at == '"';
    char *text = quote ? quoted(csv, wrong) : plain(csv), *end = csv->at;
    if (*wrong) return text;
    *more = *csv->at == ',';
    if (*csv->at == '\r') *csv->at++ = 0;
    if (*csv->at == '\n') csv->line++;
    if (csv->at < csv->end) *csv->at++ = 0;
    if (!quote) trim(text, end);
    return text;
}

bool csv_next(Csv *csv, CsvRow *row, const char **wrong) {
    *wrong = NULL;
    for (;;) {
        row->n = 0;
        row->line = csv->line;
        if (csv->at >= csv->end) return false;
        for (bool more = true; more;) {
            char *field = next_field(csv, &more, wrong);
            if (*wrong) return false;
            VEC_PUSH(row->fields, row->n, row->cap, field);
        }
        if (row->n > 1 || row->fields[0][0]) return true;
    }
}
