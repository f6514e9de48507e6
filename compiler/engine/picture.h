/* Pictures, a row at a time. */
#ifndef KANON_ENGINE_PICTURE_H
#define KANON_ENGINE_PICTURE_H

#include "engine/engine.h"

/* The picture of a program, compiled for its width (CompileOptions.picture_width), as an engine whose frames are the points of a row;
 * and the program whose outputs are what the picture shows of its sound, which there is where Picture.heard says so. As engine_create. */
Engine *engine_create_picture(Compile *c, EngineKind kind, EngineError *error);
Engine *engine_create_heard(Compile *c, EngineKind kind, EngineError *error);

/* Who computes rows; each thread has one. */
typedef struct Painter Painter;
/* The engine is that of engine_create_picture, `facts` those of the program it was made of; both outlive the painter. NULL: there is no
 * memory. */
Painter *painter_create(Engine *rows, const Picture *facts, int width);
void painter_free(Painter *painter);
/* A param of the program. */
void painter_set(Painter *painter, int param, double value);
/* The rows are those of this moment: time in seconds, the depth of a field, and what Picture.heard's outputs are then. */
void painter_moment(Painter *painter, double time, double z, const float *heard);
/* The row at y in [0, 1]: an array of `width` values for each channel, valid until the next call. */
float *const *painter_row(Painter *painter, double y);

#endif
