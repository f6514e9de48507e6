/* What can be told of the code of a program: which strategies it is made by, and about how long each part takes. */
#ifndef KANON_WORK_H
#define KANON_WORK_H

#include "graph/graph.h"
#include "plan/strategy.h"

/* What a part is made by: a Strategy, or none of them. */
enum {
    WORK_LOOPS = STRATEGIES, /* elementwise operations, several samples at a time */
    WORK_IN_TURN,            /* feedback from sample to sample */
    WORK_KERNELS,            /* other functions of the runtime */
    WORK_COPIES,             /* rings, inputs and outputs that are copied */
    WORK_KINDS
};

/* Loops, calls or rings, and nanoseconds a frame on a machine with AVX2: an estimate, from the costs of kernels. */
typedef struct WorkPart {
    int parts;
    double nanoseconds;
} WorkPart;

/* A loop over the rows of a table. At most so many rows are in time; all, where they are no spans. */
typedef struct WorkTable {
    Strategy by; /* ROLL or ROUNDS */
    int rows, at_once, calls;
    double nanoseconds;
} WorkTable;

/* Feedback from sample to sample, and the operation that is in the way of looking ahead; OP_DELAY: a past that is too long for
 * variables and too short for a ring that is read a strip at a time. */
typedef struct WorkInTurn {
    int loops;
    NodeId first; /* in the lowered graph */
} WorkInTurn;

/* A convolution in partitions: how many taps are summed as they stand, and of each level the points and how many there are. */
enum { MOST_WORK_LEVELS = 4 };
typedef struct WorkConvolution {
    NodeId node; /* in the lowered graph */
    int taps, direct, levels, points[MOST_WORK_LEVELS], partitions[MOST_WORK_LEVELS];
    bool wide, shares; /* in double; spectra or the way back */
} WorkConvolution;

enum { MOST_WORK_TABLES = 12, MOST_WORK_CONVOLUTIONS = 8 };

typedef struct Work {
    WorkPart parts[WORK_KINDS]; /* what lies in tables included */
    WorkTable tables[MOST_WORK_TABLES];
    int ntables; /* the others are not told of */
    WorkInTurn in_turn[OP_COUNT];
    WorkConvolution convolutions[MOST_WORK_CONVOLUTIONS];
    int nconvolutions;  /* of all; only the first are told of */
    double nanoseconds; /* in all, while all sounds that sounds at once */
} Work;

#endif
