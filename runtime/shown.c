/* What a picture shows of a program's sound, in C. compiler/print_c/interface.c writes this text behind the functions of the program, whose
 * last outputs are the signals that it shows: they go into its state instead, as they are in the last frame. */

EXTERN_void NAME_process(struct NAME *self, const float *const *inputs, float *const *outputs,
                         int frames) {
    float *to[ALL_OUTPUTS];
#if HAS_INPUTS
    const float *from[INPUTS];
#else
    (void)inputs;
#endif
    for (int at = 0; at < frames; at += STRIP) {
        const int n = frames - at < STRIP ? frames - at : STRIP;
        for (int k = 0; k < OUTPUTS; k++)
            to[k] = outputs[k] + at;
        for (int k = 0; k < SHOWN; k++)
            to[OUTPUTS + k] = self->showing + k * STRIP;
#if HAS_INPUTS
        for (int k = 0; k < INPUTS; k++)
            from[k] = inputs[k] + at;
        NAME_process_all(self, from, to, n);
#else
        NAME_process_all(self, NULL, to, n);
#endif
        for (int k = 0; k < SHOWN; k++)
            self->shown[k] = self->showing[k * STRIP + n - 1];
    }
}
