/* A program's picture in C. compiler/print_c/interface.c writes this text with the words of a program, behind NAME_row: a program of its own
 * whose samples are the points of a row, whose rate is the width, and whose params are those of the program and the moment. */

void NAME_moment_init(NAME_moment *moment) {
    memset(moment, 0, sizeof *moment);
#if TOLD_RATE
    moment->sample_rate = 48000.0;
#endif
    for (int i = 0; i < UPPER_PARAMS; i++)
        moment->param[i] = NAME_params[i].initial;
}
#if HAS_SOUND

void NAME_moment_hear(NAME_moment *moment, const struct NAME *self) {
    const int64_t frame = HEARD->frame;
    NAME_moment_init(moment);
    if (!(HEARD->sample_rate > 0.0)) return;
    moment->time = frame > 0 ? (double)(frame - 1) / HEARD->sample_rate : 0.0;
#if TOLD_RATE
    moment->sample_rate = HEARD->sample_rate;
#endif
    for (int i = 0; i < UPPER_PARAMS; i++)
        moment->param[i] = NAME_get(self, i);
#if SHOWS
    memcpy(moment->shown, HEARD->shown, sizeof moment->shown);
#endif
}
#endif

static void NAME_row_begin(struct NAME_row *row, const NAME_moment *moment) {
    for (int i = 0; i < UPPER_PARAMS; i++)
        NAME_row_set(row, i, moment->param[i]);
    NAME_row_set(row, PARAM_OF_TIME, moment->time);
#if IS_FIELD
    NAME_row_set(row, PARAM_OF_Z, moment->depth);
#endif
#if TOLD_RATE
    NAME_row_set(row, PARAM_OF_RATE, moment->sample_rate);
#endif
#if SHOWS
    for (int i = 0; i < SHOWN; i++)
        NAME_row_set(row, PARAM_OF_SHOWN + i, (double)moment->shown[i]);
#endif
}

void NAME_image_rows(float *values, int width, int height, int first, int rows,
                     const NAME_moment *moment) {
    struct NAME_row row;
    if (height < 1 || !NAME_row_init(&row, width)) return;
    NAME_row_begin(&row, moment);
    for (int i = 0; i < rows; i++) {
        float *line = values + (size_t)i * (size_t)width * CHANNELS;
        NAME_row_set(&row, PARAM_OF_Y, ((double)first + i + 0.5) / height);
        row.frame = 0;
#if IS_GREY
        NAME_row_process(&row, NULL, &line, width);
#else
        float channel[CHANNELS][256], *channels[CHANNELS];
        for (int k = 0; k < CHANNELS; k++)
            channels[k] = channel[k];
        for (int left = width, n; left > 0; left -= n, line += (size_t)n * CHANNELS) {
            n = left < 256 ? left : 256;
            NAME_row_process(&row, NULL, channels, n);
            for (int j = 0; j < n; j++)
                for (int k = 0; k < CHANNELS; k++)
                    line[j * CHANNELS + k] = channel[k][j];
        }
#endif
    }
}

#if IS_FIELD
void NAME_image(float *values, int width, int height, double z, double t) {
#else
void NAME_image(float *values, int width, int height, double t) {
#endif
    NAME_moment moment;
    NAME_moment_init(&moment);
    moment.time = t;
#if IS_FIELD
    moment.depth = z;
#endif
    NAME_image_rows(values, width, height, 0, height, &moment);
}
