/* What all hosts of a program in C share: knobs that count in the units of params, and blocks that MIDI cuts. compiler/print_c/hosts.c
 * writes this text behind the interface of a program, with the program's words, and says which they are. */

#if HAS_PARAMS
/* A knob counts in the unit that its param is written in, or plainly. */
typedef enum {
    KN_KNOB_TIMES,
    KN_KNOB_OVER,
    KN_KNOB_PI_OVER,
    KN_KNOB_POWER_OF_2,
    KN_KNOB_POWER_OF_10
} KnKnobScale;
typedef struct {
    KnKnobScale scale;
    double factor;
    float min, max, initial;
} KnKnob;

KNOBS;

/* What the ends and the beginning of a knob mean is known to the last bit, though a float does not hold them. */
static double NAME_knob_value(int param, double x) {
    const KnKnob *knob = &NAME_knobs[param];
    const NAME_param *p = &NAME_params[param];
    if (x >= (double)knob->initial && x <= (double)knob->initial) return p->initial;
    if (x <= (double)knob->min) return p->min;
    if (x >= (double)knob->max) return p->max;
    switch (knob->scale) {
    case KN_KNOB_OVER: return x / knob->factor;
    case KN_KNOB_PI_OVER: return x * 3.14159265358979323846 / knob->factor;
    case KN_KNOB_POWER_OF_2: return kn_exp2(x / knob->factor);
    case KN_KNOB_POWER_OF_10: return kn_pow(10.0, x / knob->factor);
    default: return x * knob->factor;
    }
}

#endif
/* What is left of a block. */
typedef struct NAME_block {
    NAME *program;
    const float *inputs[UPPER_INPUTS + 1];
    float *outputs[UPPER_OUTPUTS];
    int at, frames;
} NAME_block;

static void NAME_run_to(NAME_block *block, int frame) {
    const float *inputs[UPPER_INPUTS + 1];
    float *outputs[UPPER_OUTPUTS];
    if (frame <= block->at) return;
    for (int i = 0; i < UPPER_INPUTS; i++)
        inputs[i] = block->inputs[i] + block->at;
    for (int k = 0; k < UPPER_OUTPUTS; k++)
        outputs[k] = block->outputs[k] + block->at;
    NAME_process(block->program, inputs, outputs, frame - block->at);
    block->at = frame;
}
#if HEARS_MIDI

/* 0: so much waits that it has to be told later. */
static int NAME_hear(NAME *program, const uint8_t *message, int bytes) {
#if IS_INSTRUMENT
    return NAME_midi(program, 0, message, bytes);
#else
    if (bytes != 3 || message[0] >> 4 != 0xb) return 1;
    for (int i = 0; i < UPPER_PARAMS; i++) {
        const NAME_param *p = &NAME_params[i];
        if (p->controller == (message[1] & 127))
            NAME_set(program, i, kn_controlled(p->min, p->max, p->log, (message[2] & 127) / 127.0));
    }
    return 1;
#endif
}

/* A message comes at a frame of the block; one that finds no room comes a frame later, as all behind it do. */
static void NAME_tell(NAME_block *block, int64_t frame, const uint8_t *message, int bytes) {
    if (bytes < 1 || bytes > 3) return;
    NAME_run_to(block, frame < block->frames ? (int)frame : block->frames);
    if (NAME_hear(block->program, message, bytes) || block->at == block->frames) return;
    NAME_run_to(block, block->at + 1);
    NAME_hear(block->program, message, bytes);
}
#endif
#if IS_INSTRUMENT

static void NAME_voice_as_told(NAME *program) {
    NAME_set_voicing(program, VOICING, LEGATO, GLIDE, STEALING);
}
#endif
