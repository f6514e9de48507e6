/* What is known of a program's picture in C from outside: a part of runtime/interface.h, whose words it has. */

/* The picture: floats of a point, and signals of the sound that it shows. */
enum { UPPER_IMAGE_CHANNELS = CHANNELS, UPPER_IMAGE_SHOWN = SHOWN };

/* What a picture hangs on beside its points. */
typedef struct NAME_moment {
    double time; /* seconds */
#if IS_FIELD
    double depth; /* z */
#endif
#if TOLD_RATE
    double sample_rate; /* of the sound: what sr and dt are */
#endif
    double param[ROOM_FOR_PARAMS]; /* clamped to their ranges when it is painted */
#if SHOWS
    float shown[SHOWN];
#endif
} NAME_moment;

#if SHOWS
/* Time 0, params as they begin, silence. */
#else
/* Time 0, params as they begin. */
#endif
void NAME_moment_init(NAME_moment *moment);
#if HAS_SOUND
#if SHOWS
/* The moment of the last frame that was processed: its time, params, and what the picture shows of it. */
#else
/* The moment of the last frame that was processed: its time, and params. */
#endif
void NAME_moment_hear(NAME_moment *moment, const NAME *self);
#endif
/* Rows `first` to first + rows - 1 of a picture, from the top: width * UPPER_IMAGE_CHANNELS floats each, one point behind the other, into
 * values. A width from 1 to WIDEST, else nothing is written. It has no state, so threads may share the rows of a picture; not for
 * an audio thread. */
void NAME_image_rows(float *values, int width, int height, int first, int rows,
                     const NAME_moment *moment);
/* All rows, at a time, beside that as NAME_moment_init has it. */
#if IS_FIELD
void NAME_image(float *values, int width, int height, double z, double t);
#else
void NAME_image(float *values, int width, int height, double t);
#endif
