/* The functions by which a program is run. compiler/print_c/interface.c writes this text into standalone C with the words of
 * a program, and says which they are; compiler/engine/in_memory.c compiles it, for all programs that run in memory. Before
 * it stand NAME_update, what params decide; NAME_refill, the past of pure signals; NAME_strip, the next n samples. A part of an
 * instrument, and a row of a picture, is static, and has no more than its whole calls (EXTERN_…, CAN_GET, CAN_SEEK). */

EXTERN_int NAME_init(struct NAME *self, double sample_rate) {
    memset(self, 0, STATE_BYTES);
    for (int i = 0; i < UPPER_PARAMS; i++)
        self->param[i] = NAME_params[i].initial;
#if RATE_IS_KNOWN
    if (!(sample_rate >= RATE && sample_rate <= RATE)) return 0;
#else
    if (!(sample_rate > 0.0 && sample_rate <= UPPER_MAX_RATE)) return 0;
#endif
    self->sample_rate = sample_rate;
    self->dt = 1.0 / sample_rate;
#if STRIP_FOLLOWS_RATE
    double strip = STRIP;
#endif
    LIMITS;
#if STRIP_FOLLOWS_RATE
    self->strip = strip >= 1.0 ? (int)strip : 1;
#endif
    TABLES;
    self->ready = 1;
    self->cold = 1;
    self->changed = 1;
    return 1;
}

EXTERN_process NAME_process(struct NAME *self, const float *const *inputs, float *const *outputs,
                            int frames) {
    if (!self->ready) {
        for (int k = 0; k < UPPER_OUTPUTS; k++)
            if (frames > 0) memset(outputs[k], 0, sizeof(float) * (size_t)frames);
        return;
    }
#if !HAS_INPUTS
    (void)inputs;
#endif
    const uint64_t denormals = kn_flush_denormals();
    if (self->changed) NAME_update(self);
#if RUNS_UNHEARD
    const int64_t begin = self->frame;
#endif
#if HAS_PAST
    if (self->cold) {
        int64_t n0 = self->frame - WARM_UP;
#if RUNS_UNHEARD
        /* Last bits hang on what is computed together: what would have run from frame 0 on runs here too, unheard. */
        const int64_t first = n0 > FIRST_RUN ? n0 : FIRST_RUN;
        if (first < self->frame) self->frame = first;
#endif
        for (; n0 < self->frame; n0 += STRIP)
            NAME_refill(self, n0, n0 + STRIP > self->frame ? (int)(self->frame - n0) : STRIP);
    }
#endif
    self->cold = 0;
#if STRIP_FOLLOWS_RATE
    const int strip = self->strip;
#else
    const int strip = STRIP;
#endif
    int at = 0;
#if RUNS_UNHEARD
    UNHEARD;
    float *const *const heard_outputs = outputs;
    while (at < frames || self->frame < begin) {
        const int heard = self->frame >= begin;
        const int64_t left = heard ? frames - at : begin - self->frame;
        int n = left < strip ? (int)left : strip;
        outputs = heard ? heard_outputs : unheard_outputs;
#else
    while (at < frames) {
        int n = frames - at < strip ? frames - at : strip;
#endif
#if ON_GRID
        /* what has faded is passed over from a multiple of the grid on */
        const int room = GRID - (int)(self->frame & (GRID - 1));
        n = n < room ? n : room;
#endif
#if HAS_EDGES
        n = NAME_frames_to_edge(self, n);
#endif
#if HAS_INPUTS
        NAME_strip(self, inputs, outputs, at, n);
#else
        NAME_strip(self, outputs, at, n);
#endif
        self->frame += n;
#if RUNS_UNHEARD
        at += heard ? n : 0;
#else
        at += n;
#endif
    }
    kn_restore_denormals(denormals);
}

EXTERN_void NAME_set(struct NAME *self, int param, double value) {
#if HAS_PARAMS
    if (param < 0 || param >= UPPER_PARAMS || !(value >= value)) return;
    const NAME_param *p = &NAME_params[param];
    value = value < p->min ? p->min : value > p->max ? p->max : value;
    if (value < self->param[param] || value > self->param[param]) self->changed = 1;
    self->param[param] = value;
#else
    (void)self;
    (void)param;
    (void)value;
#endif
}

#if CAN_GET
EXTERN_double NAME_get(const struct NAME *self, int param) {
#if HAS_PARAMS
    return param < 0 || param >= UPPER_PARAMS ? 0.0 : self->param[param];
#else
    (void)self;
    (void)param;
    return 0.0;
#endif
}
#endif

#if CAN_SEEK
EXTERN_int NAME_seek(struct NAME *self, int64_t frame) {
#if IS_PURE
    /* what is set before all begins is no turn */
    if (self->changed && self->started) NAME_update(self);
    self->frame = frame;
    self->cold = 1;
    return 1;
#else
    (void)self;
    (void)frame;
    return 0;
#endif
}
#endif
