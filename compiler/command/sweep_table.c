/* The table of --sweep. In: values.csv and the program's params. Out: rows with a file name and the value of each column's
 * param; or everything that is wrong with it, each with its line, before anything is rendered.
 *
 * A column is a param, or `name`, which names the file; without it files are numbered. A value is a number in the unit of
 * the param's initial value, or one with a unit. What is outside the range of its param is refused and not held inside, so
 * that a data set says what it holds. */
#include "command/sweep.h"
#include "base/foreign_text.h"
#include "command/csv.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

enum { MOST_SHOWN = 10, MOST_NAME = 200, MOST_BYTES = 1 << 28, NAME_COLUMN = -1 };

typedef struct Reader {
    Job *job;
    SweepTable *table;
    const char *path, *ending;
    int *columns; /* params, or NAME_COLUMN */
    int ncolumns;
    int wrong; /* how much */
    int wrong_columns;
} Reader;

static void KN_PRINTF(3, 4) complain(Reader *r, int line, const char *fmt, ...) {
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (r->wrong++ < MOST_SHOWN) command_fail(STATUS_USAGE, "%s:%d: %s", r->path, line, text);
}

/* ---- the columns -------------------------------------------------------------------------------- */

static void unknown_column(Reader *r, int line, const char *name) {
    const Graph *g = r->job->c->program.graph;
    const char **names = alloc_room((size_t)g->nparams + 1, sizeof *names);
    for (int i = 0; i < g->nparams; i++)
        names[i] = g->params[i].name;
    const char *near = nearest_name(name, names, g->nparams);
    if (near)
        complain(r, line, "the program has no param '%.64s'; did you mean %s?", name, near);
    else
        complain(r, line, "the program has no param '%.64s'", name);
    free(names);
}

static int column_of(Reader *r, int line, const char *name) {
    const Graph *g = r->job->c->program.graph;
    for (int i = 0; i < g->nparams; i++) {
        if (strcmp(g->params[i].name, name) != 0) continue;
        for (int k = 0; k < r->job->settings.n; k++)
            if (r->job->settings.items[k].param == i)
                complain(r, line, "'%.64s' is a column, and --set sets it too", name);
        return i;
    }
    if (strcmp(name, "name") != 0) unknown_column(r, line, name);
    return NAME_COLUMN;
}

static void read_columns(Reader *r, const CsvRow *row) {
    SweepTable *t = r->table;
    r->columns = ARENA_ARRAY(t->arena, int, row->n);
    t->params = ARENA_ARRAY(t->arena, int, row->n);
    r->ncolumns = row->n;
    for (int i = 0; i < row->n; i++) {
        for (int k = 0; k < i; k++)
            if (strcmp(row->fields[k], row->fields[i]) == 0)
                complain(r, row->line, "the column '%.64s' is there twice", row->fields[i]);
        r->columns[i] = column_of(r, row->line, row->fields[i]);
        if (r->columns[i] != NAME_COLUMN) t->params[t->nparams++] = r->columns[i];
    }
    r->wrong_columns = r->wrong;
}

/* ---- values --------------------------------------------------------------------------------------- */

static bool unit_named(const char *name, Unit *unit) {
    for (int u = UNIT_HZ; u <= UNIT_DEG; u++)
        if (strcmp(unit_name((Unit)u), name) == 0) {
            *unit = (Unit)u;
            return true;
        }
    return false;
}

/* Digits in front; strtod would also take words and hexadecimals. */
static bool read_value(const char *text, Unit unit, double *value) {
    char *end;
    const char *digits = text + (*text == '-' || *text == '+');
    if (!isdigit((unsigned char)*digits) || digits[1] == 'x' || digits[1] == 'X') return false;
    const double number = strtod(text, &end);
    if (*end && !unit_named(end, &unit)) return false;
    *value = unit_value(number, unit);
    return isfinite(*value);
}

static void take_value(Reader *r, int line, const char *text, int param, double *value) {
    const ParamInfo *info = &r->job->c->program.graph->params[param];
    if (!*text)
        complain(r, line, "%s has no value", info->name);
    else if (!read_value(text, info->unit, value))
        complain(r, line, "%s: '%.64s' is no number, such as 0.5, -3 or 2kHz", info->name, text);
    else if (!(*value >= info->min && *value <= info->max))
        complain(r, line, "%s: %.64s is outside its range, %.9g%s to %.9g%s", info->name, text,
                 unit_number(info->min, info->unit), unit_name(info->unit),
                 unit_number(info->max, info->unit), unit_name(info->unit));
}

/* ---- names ---------------------------------------------------------------------------------------- */

static const char *why_no_name(const char *name) {
    if (!*name) return "it is empty";
    if (*name == '.') return "it begins with a point";
    if (strchr(name, '/')) return "it has a slash: all files lie in one folder";
    if (strlen(name) > MOST_NAME) return "it is longer than 200 bytes";
    for (const char *at = name; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 127) return "it has characters that are not seen";
    return NULL;
}

static const char *file_of(Reader *r, int line, const char *name) {
    const char *why = why_no_name(name);
    Buf shown = {0};
    if (why) {
        text_to_terminal(&shown, name);
        complain(r, line, "'%.64s' names no file: %s", shown.data ? shown.data : "", why);
        buf_free(&shown);
        return "";
    }
    const size_t n = strlen(name), ending = strlen(r->ending);
    const bool whole = n > ending && strcmp(name + n - ending, r->ending) == 0;
    return arena_printf(r->table->arena, "%s%s", name, whole ? "" : r->ending);
}

typedef struct Named {
    const char *file;
    int line;
} Named;

static int by_file(const void *a, const void *b) {
    const Named *x = a, *y = b;
    const int order = strcmp(x->file, y->file);
    return order ? order : x->line - y->line;
}

/* Rows without a name get their number, of one width. */
static void name_rows(Reader *r) {
    SweepTable *t = r->table;
    char digits[16];
    const int width = snprintf(digits, sizeof digits, "%d", t->n);
    Named *all = alloc_room((size_t)t->n + 1, sizeof *all);
    for (int i = 0; i < t->n; i++) {
        SweepRow *row = &t->rows[i];
        if (!row->file) row->file = arena_printf(t->arena, "%0*d%s", width, i + 1, r->ending);
        all[i] = (Named){row->file, row->line};
    }
    qsort(all, (size_t)t->n, sizeof *all, by_file);
    for (int i = 1; i < t->n; i++)
        if (*all[i].file && strcmp(all[i - 1].file, all[i].file) == 0)
            complain(r, all[i].line, "the file %.64s is that of line %d too", all[i].file,
                     all[i - 1].line);
    free(all);
}

/* ---- the table ------------------------------------------------------------------------------------ */

static void read_row(Reader *r, const CsvRow *csv) {
    SweepTable *t = r->table;
    SweepRow row = {.line = csv->line, .values = ARENA_ARRAY(t->arena, double, t->nparams + 1)};
    if (csv->n != r->ncolumns) {
        complain(r, csv->line, "it has %d values, and there are %d columns", csv->n, r->ncolumns);
        return;
    }
    for (int i = 0, k = 0; i < csv->n; i++) {
        if (r->columns[i] == NAME_COLUMN)
            row.file = file_of(r, csv->line, csv->fields[i]);
        else
            take_value(r, csv->line, csv->fields[i], r->columns[i], &row.values[k++]);
    }
    VEC_PUSH(t->rows, t->n, t->cap, row);
}

static void read_text(Reader *r, char *text, size_t size) {
    CsvRow row = {0};
    const char *wrong;
    Csv csv = csv_begin(text, size);
    if (memchr(text, 0, size)) {
        complain(r, 1, "it is no text: it holds a byte 0");
        return;
    }
    if (csv_next(&csv, &row, &wrong))
        read_columns(r, &row);
    else if (!wrong)
        complain(r, 1, "it is empty: its first line names the columns");
    while (r->ncolumns > 0 && r->wrong_columns == 0 && csv_next(&csv, &row, &wrong))
        read_row(r, &row);
    if (wrong) complain(r, row.line, "%s", wrong);
    if (r->wrong == 0) name_rows(r);
    if (r->wrong == 0 && r->table->n == 0) complain(r, 1, "it has no rows behind its columns");
    csv_row_free(&row);
}

/* The whole file with a 0 behind it; NULL: a message was printed. */
static char *read_file(Job *job, const char *path, size_t *size) {
    struct stat info;
    const char *why = NULL;
    const int handle = input_file_open(path, &info, &why);
    char *text = NULL;
    if (handle >= 0) {
        files_read_note(&job->c->session.files, &info, "the table of --sweep");
        if (info.st_size > MOST_BYTES) why = "it is too large";
        *size = (size_t)info.st_size;
        text = why ? NULL : malloc(*size + 1);
        const ssize_t n = text ? pread(handle, text, *size, 0) : -1;
        if (!why && n != (ssize_t)*size) why = n < 0 ? strerror(errno) : "it became shorter";
        if (text) text[*size] = 0;
        close(handle);
    }
    if (!why) return text;
    command_fail(STATUS_FILE, "cannot read %s: %s", path, why);
    free(text);
    return NULL;
}

int sweep_table_read(Job *job, SweepTable *table) {
    *table = (SweepTable){.arena = arena_create()};
    Reader r = {.job = job,
                .table = table,
                .path = job->request->sweep,
                .ending = sound_format_ending(job->format.container)};
    size_t size;
    char *text = read_file(job, r.path, &size);
    if (!text) return STATUS_FILE;
    read_text(&r, text, size);
    free(text);
    if (r.wrong > MOST_SHOWN) command_say("and %d more", r.wrong - MOST_SHOWN);
    return r.wrong ? STATUS_USAGE : STATUS_DONE;
}

void sweep_table_free(SweepTable *table) {
    free(table->rows);
    if (table->arena) arena_free(table->arena);
    *table = (SweepTable){0};
}
