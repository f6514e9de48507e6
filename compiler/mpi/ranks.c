/* Work that the ranks of an MPI job share. In: what the first rank has to give, and what each can do. Out: it is done, or all
 * ranks know why not.
 *
 * Ranks ask for work when they have none, so that slow ones get less of it. The first only answers: it sleeps between
 * questions, for a wait of MPI takes a whole core. */
#include "mpi/ranks.h"

#include <mpi.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TAG_RESULT = 1, TAG_WORK, TAG_TEXT, TEXT = 2048 };

int ranks_here(void) {
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

int ranks_count(void) {
    int n;
    MPI_Comm_size(MPI_COMM_WORLD, &n);
    return n;
}

static void name_of_machine(char name[MPI_MAX_PROCESSOR_NAME]) {
    int length;
    MPI_Get_processor_name(name, &length);
}

/* ---- what is said ---------------------------------------------------------------------------------- */

static int hushed = -1,
           loud = -1; /* handles: of a file that gets what is said; of standard error meanwhile */

void ranks_hush(void) {
    if (ranks_here() == 0) return;
    hushed = temporary_file();
    loud = dup(STDERR_FILENO);
    if (hushed >= 0 && loud >= 0) dup2(hushed, STDERR_FILENO);
}

static void speak_again(char text[TEXT]) {
    fflush(stderr);
    const ssize_t n = hushed >= 0 ? pread(hushed, text, TEXT - 1, 0) : 0;
    text[n > 0 ? n : 0] = 0;
    if (loud >= 0) dup2(loud, STDERR_FILENO);
    if (loud >= 0) close(loud);
    if (hushed >= 0) close(hushed);
    hushed = loud = -1;
}

/* A message as it was printed: what it says. */
static const char *words_of(char *text) {
    const char title[] = "kanon: ";
    text[strcspn(text, "\n")] = 0;
    return strncmp(text, title, sizeof title - 1) == 0 ? text + sizeof title - 1 : text;
}

int ranks_agree(int status) {
    const int n = ranks_count(), here = ranks_here();
    char text[TEXT], name[MPI_MAX_PROCESSOR_NAME];
    int *all = alloc_zeroed((size_t)n, sizeof *all), worst = 0, first = -1;
    speak_again(text);
    MPI_Allgather(&status, 1, MPI_INT, all, 1, MPI_INT, MPI_COMM_WORLD);
    for (int i = n - 1; i >= 0; i--) {
        if (all[i] > worst) worst = all[i];
        if (all[i]) first = i;
    }
    free(all);
    if (first > 0 && here == first) {
        name_of_machine(name);
        MPI_Send(name, sizeof name, MPI_CHAR, 0, TAG_TEXT, MPI_COMM_WORLD);
        MPI_Send(text, sizeof text, MPI_CHAR, 0, TAG_TEXT, MPI_COMM_WORLD);
    } else if (first > 0 && here == 0) {
        MPI_Recv(name, sizeof name, MPI_CHAR, first, TAG_TEXT, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        MPI_Recv(text, sizeof text, MPI_CHAR, first, TAG_TEXT, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        command_fail(worst, "rank %d on %s cannot begin: %s", first, name, words_of(text));
    }
    return worst;
}

/* The words of the first line that differs; NULL: none does. */
static const char *difference(const char *text, const char *other) {
    while (*text || *other) {
        const size_t length = strcspn(text, "\n"), there = strcspn(other, "\n");
        if (length != there || strncmp(text, other, length) != 0) {
            const char *tab = memchr(text, '\t', length);
            return tab ? tab + 1 : "with something else\n";
        }
        text += length + (text[length] == '\n');
        other += there + (other[there] == '\n');
    }
    return NULL;
}

bool ranks_have_the_same(const char *text) {
    char first[TEXT];
    snprintf(first, sizeof first, "%s", text);
    ranks_tell(first, sizeof first);
    const char *words = difference(text, first);
    ranks_hush();
    if (words)
        command_fail(STATUS_USAGE, "it would render %.*s, and all ranks need the same",
                     (int)strcspn(words, "\n"), words);
    return ranks_agree(words ? STATUS_USAGE : STATUS_DONE) == STATUS_DONE;
}

void ranks_tell(char *text, int size) {
    MPI_Bcast(text, size, MPI_CHAR, 0, MPI_COMM_WORLD);
}

/* ---- work ------------------------------------------------------------------------------------------- */

typedef struct Result {
    Lot work; /* n 0: the rank has just begun */
    int good;
    Failure why;
    SoundFacts facts[MOST_LOT];
} Result;

static void do_work(const Share *share, Result *result) {
    char name[MPI_MAX_PROCESSOR_NAME];
    Failure why;
    result->good = share->run(share->context, &result->work, result->facts, &why);
    if (result->good) return;
    name_of_machine(name);
    failure(&result->why, "rank %d on %s: %.800s", ranks_here(), name, why.text);
    result->why.status = why.status;
}

static void work(const Share *share) {
    Result result = {.good = 1};
    for (;;) {
        MPI_Send(&result, sizeof result, MPI_BYTE, 0, TAG_RESULT, MPI_COMM_WORLD);
        MPI_Recv(&result.work, sizeof result.work, MPI_BYTE, 0, TAG_WORK, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
        if (result.work.n == 0) return;
        do_work(share, &result);
    }
}

static int next_result(Result *result) {
    const struct timespec moment = {.tv_nsec = 100000};
    MPI_Status status;
    for (int there = 0;;) {
        MPI_Iprobe(MPI_ANY_SOURCE, TAG_RESULT, MPI_COMM_WORLD, &there, &status);
        if (there) break;
        nanosleep(&moment, NULL);
    }
    MPI_Recv(result, sizeof *result, MPI_BYTE, status.MPI_SOURCE, TAG_RESULT, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    return status.MPI_SOURCE;
}

/* Notes what was done, and chooses what comes next; n 0: nothing. */
static void answer(const Share *share, const Result *result, bool *good, Failure *why, Lot *next) {
    if (*good && !result->good) {
        *good = false;
        *why = result->why;
    }
    if (*good && result->work.n > 0)
        *good = share->done(share->context, &result->work, result->facts, why);
    if (!*good || !share->next(share->context, next)) *next = (Lot){0};
}

static bool hand_out(const Share *share, Failure *why) {
    bool good = true;
    for (int left = ranks_count() - 1; left > 0;) {
        Result result;
        Lot next;
        const int rank = next_result(&result);
        answer(share, &result, &good, why, &next);
        MPI_Send(&next, sizeof next, MPI_BYTE, rank, TAG_WORK, MPI_COMM_WORLD);
        if (next.n == 0) left--;
    }
    return good;
}

static bool do_all(const Share *share, Failure *why) {
    Result result = {.good = 1};
    bool good = true;
    for (;;) {
        answer(share, &result, &good, why, &result.work);
        if (result.work.n == 0) return good;
        do_work(share, &result);
    }
}

bool ranks_share(const Share *share, Failure *why) {
    int good = 1;
    if (ranks_count() == 1)
        good = do_all(share, why);
    else if (ranks_here() == 0)
        good = hand_out(share, why);
    else
        work(share);
    MPI_Bcast(&good, 1, MPI_INT, 0, MPI_COMM_WORLD);
    return good;
}
