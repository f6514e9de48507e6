/* The manifest of a data set: a line of JSON for each file. In: rows that were rendered. Out: manifest.jsonl, of which each line
 * is written once its file is in place, in one piece, so that it can be read at any time; and which files are there already.
 *
 * A line begins with "file" and ends with "id", a number for all that the file's bits hang on: that is what is read of it. */
#include "command/sweep.h"
#include "base/foreign_text.h"
#include "command/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

typedef struct Line {
    uint64_t file, id; /* hashes: of the name as JSON has it, and what stands at the end */
    size_t at, length; /* in the text */
} Line;

struct Manifest {
    char *path;
    int handle;
    Buf text; /* of the file, and what was added */
    Line *lines;
    int n, cap;
    int sorted; /* so many of them are in order: those that were there at the beginning */
};

static const char before_file[] = "{\"file\":", before_id[] = ",\"id\":\"";
enum { ID_DIGITS = 16 };

/* ---- reading ---------------------------------------------------------------------------------------- */

static uint64_t hash_of_name(const char *file) {
    Buf json = {0};
    text_to_json(&json, file);
    const uint64_t hash = identity_hash(IDENTITY_SEED, json.data, json.length);
    buf_free(&json);
    return hash;
}

/* Behind a string of JSON. */
static const char *string_end(const char *at, const char *end) {
    for (at++; at < end && *at != '"'; at++)
        if (*at == '\\') at++;
    return at < end ? at + 1 : NULL;
}

/* Lines that are no lines of ours, such as one that was cut off, count for nothing. */
static void note_line(Manifest *m, size_t at, size_t length) {
    const size_t head = sizeof before_file - 1, tail = sizeof before_id - 1 + ID_DIGITS + 2;
    const char *line = m->text.data + at, *end = line + length;
    if (length < head + tail || memcmp(line, before_file, head) != 0) return;
    if (memcmp(end - tail, before_id, sizeof before_id - 1) != 0 || memcmp(end - 2, "\"}", 2) != 0)
        return;
    const char *name_end = string_end(line + head, end);
    if (!name_end) return;
    char digits[ID_DIGITS + 1] = {0};
    memcpy(digits, end - 2 - ID_DIGITS, ID_DIGITS);
    Line noted = {.file =
                      identity_hash(IDENTITY_SEED, line + head, (size_t)(name_end - line) - head),
                  .id = strtoull(digits, NULL, 16),
                  .at = at,
                  .length = length};
    VEC_PUSH(m->lines, m->n, m->cap, noted);
}

static void note_lines(Manifest *m) {
    for (size_t at = 0; at < m->text.length;) {
        const char *line = m->text.data + at;
        const char *end = memchr(line, '\n', m->text.length - at);
        const size_t length = end ? (size_t)(end - line) : m->text.length - at;
        note_line(m, at, length);
        at += length + 1;
    }
}

static int by_file(const void *a, const void *b) {
    const Line *x = a, *y = b;
    if (x->file != y->file) return x->file < y->file ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at; /* the later one holds */
}

static void sort(Manifest *m) {
    if (m->n > 0) qsort(m->lines, (size_t)m->n, sizeof *m->lines, by_file);
    m->sorted = m->n;
}

/* The last line of a file; NULL: it has none. What was added since the lines were sorted is not looked for. */
static const Line *find(const Manifest *m, const char *file) {
    const uint64_t hash = hash_of_name(file);
    int low = 0, high = m->sorted; /* the first that is above lies in [low, high] */
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (m->lines[middle].file <= hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && m->lines[low - 1].file == hash ? &m->lines[low - 1] : NULL;
}

bool manifest_has(const Manifest *m, const char *folder, const SweepRow *row) {
    const Line *line = find(m, row->file);
    if (!line || line->id != row->id) return false;
    struct stat info;
    Buf path = {0};
    buf_printf(&path, "%s/%s", folder, row->file);
    const bool there = stat(path.data, &info) == 0 && S_ISREG(info.st_mode);
    buf_free(&path);
    return there;
}

/* ---- the file ----------------------------------------------------------------------------------------- */

static bool broken(const Manifest *m, Failure *why) {
    return failure(why, "cannot write %s: %s", m->path, strerror(errno));
}

static bool read_all(Manifest *m, Failure *why) {
    char block[1 << 14];
    ssize_t n;
    while ((n = pread(m->handle, block, sizeof block, (off_t)m->text.length)) != 0) {
        if (n > 0) buf_add(&m->text, block, (size_t)n);
        if (n < 0 && errno != EINTR)
            return failure(why, "cannot read %s: %s", m->path, strerror(errno));
    }
    return true;
}

/* Whoever waited for it may hold a file that was replaced meanwhile. */
static bool lock(Manifest *m, Failure *why) {
    struct stat open_one, there;
    if (flock(m->handle, LOCK_EX | LOCK_NB) == 0 && fstat(m->handle, &open_one) == 0 &&
        stat(m->path, &there) == 0 && open_one.st_ino == there.st_ino)
        return true;
    return failure(why, "another kanon is at work on %s", m->path);
}

static bool append(Manifest *m, const char *text, size_t length, Failure *why) {
    for (size_t done = 0; done < length;) {
        const ssize_t n = write(m->handle, text + done, length - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return broken(m, why);
        done += (size_t)n;
    }
    buf_add(&m->text, text, length);
    return true;
}

static bool begin(Manifest *m, Failure *why) {
    struct stat info;
    m->handle = open(m->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
    if (m->handle < 0 || fstat(m->handle, &info) != 0) return broken(m, why);
    if (!S_ISREG(info.st_mode)) return failure(why, "%s is no regular file", m->path);
    if (!lock(m, why) || !read_all(m, why)) return false;
    if (m->text.length > 0 && m->text.data[m->text.length - 1] != '\n') /* it was cut off */
        return append(m, "\n", 1, why);
    return true;
}

Manifest *manifest_open(const char *folder, const char *part, Failure *why) {
    Manifest *m = calloc(1, sizeof *m);
    if (!m) abort();
    Buf path = {0};
    char *name = part ? part_name(part, "manifest", ".jsonl") : strdup("manifest.jsonl");
    m->handle = -1;
    buf_printf(&path, "%s/%s", folder, name ? name : "");
    m->path = path.data;
    free(name);
    if (!begin(m, why)) {
        manifest_close(m);
        return NULL;
    }
    note_lines(m);
    sort(m);
    return m;
}

void manifest_close(Manifest *m) {
    if (!m) return;
    if (m->handle >= 0) close(m->handle);
    buf_free(&m->text);
    free(m->lines);
    free(m->path);
    free(m);
}

/* ---- lines --------------------------------------------------------------------------------------------- */

/* What a param is in a row; NaN where a function of time moves it. */
static double value_of(const Job *job, const SweepTable *table, const SweepRow *row, int param) {
    for (int i = 0; i < table->nparams; i++)
        if (table->params[i] == param) return row->values[i];
    for (int i = 0; i < job->settings.n; i++)
        if (job->settings.items[i].param == param)
            return job->settings.items[i].varies ? NAN : job->settings.items[i].value;
    return job->c->program.graph->params[param].initial;
}

static void add_params(const Job *job, const SweepTable *table, const SweepRow *row, Buf *out) {
    const Graph *g = job->c->program.graph;
    buf_puts(out, "{");
    for (int i = 0; i < g->nparams; i++) {
        if (i > 0) buf_puts(out, ",");
        text_to_json(out, g->params[i].name);
        buf_puts(out, ":");
        json_number(out, value_of(job, table, row, i));
    }
    buf_puts(out, "}");
}

bool manifest_add(Manifest *m, const Job *job, const SweepTable *table, const SweepRow *row,
                  const SoundFacts *facts, Failure *why) {
    Buf line = {0};
    buf_puts(&line, before_file);
    text_to_json(&line, row->file);
    buf_puts(&line, ",\"params\":");
    add_params(job, table, row, &line);
    buf_puts(&line, ",\"length\":");
    json_number(&line, (double)facts->frames / job->rate);
    buf_printf(&line, ",\"frames\":%lld,\"channels\":%d,\"rate\":", (long long)facts->frames,
               job->c->program.graph->noutputs);
    json_number(&line, job->rate);
    buf_puts(&line, ",\"peak\":");
    json_number(&line, facts->peak);
    buf_printf(&line, ",\"clipped\":%lld,\"not_finite\":%lld%s%0*llx\"}\n",
               (long long)facts->clipped, (long long)facts->not_finite, before_id, ID_DIGITS,
               (unsigned long long)row->id);
    const size_t at = m->text.length;
    const bool ok = append(m, line.data, line.length, why);
    if (ok) note_line(m, at, line.length - 1);
    buf_free(&line);
    return ok;
}

bool manifest_put_in_order(Manifest *m, const SweepTable *table, Failure *why) {
    FilesRead none = {0};
    Buf text = {0};
    sort(m);
    for (int i = 0; i < table->n; i++) {
        const Line *line = find(m, table->rows[i].file);
        if (line) buf_add(&text, m->text.data + line->at, line->length + 1);
    }
    const bool same = text.length == m->text.length &&
                      (text.length == 0 || memcmp(text.data, m->text.data, text.length) == 0);
    OutputPlace place = {.path = m->path, .option = "-o", .spared = &none};
    OutputFile *file = same ? NULL : output_file_open(&place, why);
    bool ok = same || file;
    if (file && !output_file_write(file, text.data, text.length)) {
        ok = output_file_reason(file, why);
        output_file_abandon(file);
    } else if (file) {
        ok = output_file_commit(file, NULL, why);
    }
    buf_free(&text);
    return ok;
}
