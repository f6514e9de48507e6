/* A picture as graphs of their own: one that is run along its rows, and what of the program's sound it shows. */
#ifndef KANON_GRAPH_PICTURE_H
#define KANON_GRAPH_PICTURE_H

#include "graph/graph.h"

/* Where a point lies: x to the right, y downwards, z, of a field, into the depth. */
typedef enum { PICTURE_X, PICTURE_Y, PICTURE_Z, PICTURE_COORDINATES } PictureCoordinate;

/* As the width of a picture: that is told when it is painted, as C is. Rows are at most so wide. */
enum { PICTURE_ANY_WIDTH = -1, PICTURE_WIDEST = 1000000 };

/* `image` or `field` of the main module. Sample n of a row is the point x = (n + 0.5) / width, so a row is a program like others,
 * whose rate is the width; y, z and time are params of it. */
typedef struct Picture {
    int channels; /* 1, 3 or 4; 0: the program has no picture */
    bool field;   /* it has a depth */
    Graph *graph; /* NULL: nobody asked for it (CompileOptions.picture_width) */
    Graph *heard; /* a program whose outputs are the signals that it shows; NULL: it shows none */
    int shown; /* of any width: the last outputs of the program are these signals, and `heard` is NULL */
    /* params of the graph: y, z, time, the sample rate of the sound where it reads that and it is not known, else -1, and the values of these signals, from
     * `first_heard` on. The param of x is nobody's */
    int coordinate[PICTURE_COORDINATES], time, rate, first_heard;
    NodeId *nodes; /* of its channels, in the graph that was evaluated, and */
    int params;    /* how many params there are with its coordinates */
} Picture;

#endif
