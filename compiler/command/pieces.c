/* A sound file that is filled piece by piece. In: bytes of pieces. Out: the file and its log, see command/pieces.h.
 *
 * A piece is noted once its bytes are on the disk, and that is asked for once a second: what was rendered in the last
 * second is lost when the machine stops, and when the process is killed. The log is locked, so that only one process at a
 * time works on it. */
#include "command/pieces.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { HEAD = 4096, NOTES = 64 };
/* Those who meet the log read that. */
static const char magic[] = "kanon: a render that is not complete; see kanon render --resume\n";
static const int64_t most_pieces = (int64_t)1 << 26;

typedef struct Record {
    uint64_t there; /* PRESENT, or 0 */
    SoundFacts facts;
} Record;
enum { PRESENT = 1 };

struct Pieces {
    PieceLayout layout;
    char *path, *log_path;
    int data, log;
    Record *records;
    int64_t noted[NOTES]; /* pieces whose records are not written yet */
    int nnoted;
    double written; /* when that was done last */
};

/* ---- where pieces lie --------------------------------------------------------------------------- */

PieceLayout piece_layout(SoundFormat format, int channels, double rate, int64_t from,
                         int64_t frames) {
    PieceLayout l = {.format = format,
                     .channels = channels,
                     .rate = rate,
                     .from = from,
                     .frames = frames,
                     .n = (frames + PIECE - 1) / PIECE,
                     .frame_bytes = sound_frame_bytes(format, channels)};
    SoundPacker packer = sound_packer(format, channels, from);
    if (format.container != SOUND_F32)
        l.header_bytes =
            wav_header(&packer, rate, frames, wav_needs_room(&packer, frames), l.header);
    return l;
}

int64_t piece_begin(const PieceLayout *l, int64_t piece) {
    return l->from + piece * PIECE;
}

int piece_frames(const PieceLayout *l, int64_t piece) {
    const int64_t left = l->frames - piece * PIECE;
    return left < PIECE ? (int)left : PIECE;
}

int64_t piece_offset(const PieceLayout *l, int64_t piece) {
    return l->header_bytes + piece * PIECE * (int64_t)l->frame_bytes;
}

int64_t piece_all_bytes(const PieceLayout *l) {
    const int64_t data = l->frames * (int64_t)l->frame_bytes;
    return l->header_bytes + data + (l->header_bytes > 0 ? data % 2 : 0);
}

/* ---- files --------------------------------------------------------------------------------------- */

static bool broken(const char *path, Failure *why) {
    return failure(why, "cannot write %s: %s", path, strerror(errno));
}

static bool write_at(int handle, const void *data, size_t size, int64_t at) {
    for (const char *from = data; size > 0;) {
        const ssize_t n = pwrite(handle, from, size, at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        from += n;
        at += n;
        size -= (size_t)n;
    }
    return true;
}

/* As much as is there. */
static size_t read_at(int handle, void *data, size_t size, int64_t at) {
    size_t got = 0;
    while (got < size) {
        const ssize_t n = pread(handle, (char *)data + got, size - got, at + (int64_t)got);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        got += (size_t)n;
    }
    return got;
}

static int open_file(const char *path, Failure *why) {
    struct stat info;
    const int handle = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
    if (handle < 0) return broken(path, why), -1;
    if (fstat(handle, &info) == 0 && S_ISREG(info.st_mode)) return handle;
    close(handle);
    failure(why, "cannot write %s: it is no regular file", path);
    return -1;
}

/* ---- what they are made of ------------------------------------------------------------------------ */

/* The line of a text that begins with this word; NULL: there is none. */
static const char *line_of(const char *text, const char *word, size_t length) {
    for (const char *at = text; *at;) {
        if (strncmp(at, word, length) == 0) return at;
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    return NULL;
}

static bool same_line(const char *line, const char *other, size_t length) {
    return other && strncmp(line, other, length) == 0 && strchr("\t\n", other[length]);
}

static bool is_same(const Pieces *p, const char *there, const char *identity, Failure *why) {
    for (const char *at = identity; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        const size_t length = strcspn(at, "\t\n"), word = strcspn(at, " ") + 1;
        if (same_line(at, line_of(there, at, word), length)) continue;
        const char *words = at + length + (at[length] == '\t');
        failure(why,
                "%s was begun %.*s, so it cannot go on with this; remove it and %s to begin again, "
                "or name another file",
                p->path, (int)strcspn(words, "\n"), words, p->log_path);
        why->status = STATUS_USAGE;
        return false;
    }
    return true;
}

static bool refuse(Failure *why, const char *path, const char *what) {
    failure(why, "%s is there, and %s; it stays", path, what);
    why->status = STATUS_USAGE;
    return false;
}

static bool begin_log(Pieces *p, const char *identity, int64_t bytes, Failure *why) {
    char head[HEAD] = {0};
    if (bytes > 0) return refuse(why, p->path, "nothing tells that it is part of a render");
    if (snprintf(head, sizeof head, "%s%s", magic, identity) >= HEAD)
        return failure(why, "%s: what it is made of is too long to be told", p->log_path);
    return write_at(p->log, head, HEAD, 0) || broken(p->log_path, why);
}

/* What is noted there counts as long as the file itself is. */
static bool read_log(Pieces *p, const char *head, const char *identity, int64_t bytes,
                     Failure *why) {
    const size_t most = sizeof(Record) * (size_t)p->layout.n;
    if (strncmp(head, magic, sizeof magic - 1) != 0)
        return refuse(why, p->log_path, "is no log of a render");
    if (!is_same(p, head + sizeof magic - 1, identity, why)) return false;
    if (bytes == 0) return ftruncate(p->log, HEAD) == 0 || broken(p->log_path, why);
    if (bytes != piece_all_bytes(&p->layout))
        return failure(why, "%s is not as long as it should be; remove it and %s to begin again",
                       p->path, p->log_path);
    const size_t got = read_at(p->log, p->records, most, HEAD), torn = got % sizeof(Record);
    memset((char *)p->records + got - torn, 0, torn);
    return true;
}

static bool go_on(Pieces *p, const char *identity, Failure *why) {
    char head[HEAD + 1] = {0};
    struct stat info;
    if (fstat(p->data, &info) != 0) return broken(p->path, why);
    const bool new = read_at(p->log, head, HEAD, 0) == 0;
    if (!(new ? begin_log(p, identity, info.st_size, why)
              : read_log(p, head, identity, info.st_size, why)))
        return false;
    const PieceLayout *l = &p->layout;
    return (ftruncate(p->data, piece_all_bytes(l)) == 0 &&
            write_at(p->data, l->header, (size_t)l->header_bytes, 0)) ||
           broken(p->path, why);
}

Pieces *pieces_open(const char *target, const char *identity, const PieceLayout *layout,
                    Failure *why) {
    if (layout->n > most_pieces) {
        failure(why, "%s becomes too long for pieces", target);
        return NULL;
    }
    Pieces *p = calloc(1, sizeof *p);
    if (!p) abort();
    *p = (Pieces){.layout = *layout, .data = -1, .log = -1, .written = seconds_now()};
    Buf name = {0};
    buf_printf(&name, "%s.part", target);
    p->path = strdup(name.data);
    buf_puts(&name, ".log");
    p->log_path = name.data;
    p->records = calloc((size_t)layout->n + 1, sizeof *p->records);
    if (!p->records) abort();
    bool ok = (p->log = open_file(p->log_path, why)) >= 0;
    if (ok && flock(p->log, LOCK_EX | LOCK_NB) != 0)
        ok = failure(why, "another kanon is at work on %s", p->path);
    ok = ok && (p->data = open_file(p->path, why)) >= 0;
    if (ok && go_on(p, identity, why)) return p;
    pieces_close(p, false);
    return NULL;
}

/* ---- pieces ---------------------------------------------------------------------------------------- */

int64_t pieces_missing(const Pieces *p, int64_t piece) {
    for (; piece < p->layout.n; piece++)
        if (p->records[piece].there != PRESENT) return piece;
    return -1;
}

int64_t pieces_count_missing(const Pieces *p) {
    int64_t n = 0;
    for (int64_t i = 0; i < p->layout.n; i++)
        n += p->records[i].there != PRESENT;
    return n;
}

/* The bytes reach the disk before what says that they are there. */
static bool write_notes(Pieces *p, Failure *why) {
    if (p->nnoted > 0 && fdatasync(p->data) != 0) return broken(p->path, why);
    for (int i = 0; i < p->nnoted; i++) {
        const int64_t at = HEAD + p->noted[i] * (int64_t)sizeof(Record);
        if (!write_at(p->log, &p->records[p->noted[i]], sizeof(Record), at))
            return broken(p->log_path, why);
    }
    p->nnoted = 0;
    p->written = seconds_now();
    return true;
}

bool pieces_note(Pieces *p, int64_t piece, const SoundFacts *facts, Failure *why) {
    p->records[piece] = (Record){.there = PRESENT, .facts = *facts};
    p->noted[p->nnoted++] = piece;
    return (p->nnoted < NOTES && seconds_now() - p->written < 1) || write_notes(p, why);
}

bool pieces_put(Pieces *p, int64_t piece, const unsigned char *bytes, const SoundFacts *facts,
                Failure *why) {
    const size_t size = (size_t)piece_frames(&p->layout, piece) * p->layout.frame_bytes;
    if (!write_at(p->data, bytes, size, piece_offset(&p->layout, piece)))
        return broken(p->path, why);
    return pieces_note(p, piece, facts, why);
}

const char *pieces_path(const Pieces *p) {
    return p->path;
}

bool pieces_complete(Pieces *p, SoundFacts *facts, Failure *why) {
    if (!write_notes(p, why)) return false;
    *facts = (SoundFacts){0};
    for (int64_t i = 0; i < p->layout.n; i++)
        sound_facts_add(facts, &p->records[i].facts);
    return true;
}

void pieces_close(Pieces *p, bool in_place) {
    Failure unread;
    if (!p) return;
    if (p->nnoted > 0) write_notes(p, &unread); /* if it can be */
    if (in_place) unlink(p->log_path);
    if (p->data >= 0) close(p->data);
    if (p->log >= 0) close(p->log);
    free(p->path);
    free(p->log_path);
    free(p->records);
    free(p);
}
