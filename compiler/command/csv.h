/* Comma-separated values (RFC 4180), read from a text in memory. */
#ifndef KANON_COMMAND_CSV_H
#define KANON_COMMAND_CSV_H

#include "command/command.h"

typedef struct CsvRow {
    int line; /* in which it begins, from 1 */
    char **fields;
    int n, cap;
} CsvRow;

typedef struct Csv {
    char *at, *end; /* of the text, which is changed; *end is 0 */
    int line;
} Csv;
/* `text` has a 0 behind it. */
Csv csv_begin(char *text, size_t size);
/* The next row that is not empty: its fields lie in the text, without blanks around them where they are not quoted. False at
 * the end, and where it is no CSV: then *wrong says why, and row->line where. */
bool csv_next(Csv *csv, CsvRow *row, const char **wrong);
void csv_row_free(CsvRow *row);

#endif
