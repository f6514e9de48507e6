/* What calls cost. In: a call. Out: picoseconds a sample, from the costs of kernels (runtime/kernels.def): about, on a machine with
 * AVX2. */
#include "strips/strips.h"

enum {
    COST_IN_LOOP = 45,  /* percent of what its kernel costs: loads and stores go */
    COST_IN_STEP = 700, /* each call waits for the one before */
    COST_OF_TAP = 30    /* of a convolution */
};

static double cost_of_loop(const StripCode *s, const StripCall *call) {
    const StripLoop *loop = &s->loops[call->fused - 1];
    double cost = 0;
    for (int i = 0; i < loop->ncalls; i++) {
        const int id = s->inner[loop->first + i].call.id;
        const double own = id < KERNELS ? kernels[id].cost * COST_IN_LOOP / 100.0 : COST_IN_STEP;
        cost += loop->in_turn && own < COST_IN_STEP ? COST_IN_STEP : own;
    }
    return cost;
}

/* The integer that tells how many a kernel computes at once. */
static double times_of(const StripCode *s, const StripCall *call, int which) {
    for (int i = 0; i < call->narguments; i++) {
        const StripArgument *a = &s->arguments[call->first + i];
        if (a->kind == ARGUMENT_INTEGER && which-- == 0) return (double)a->of.integer;
    }
    return 1;
}

double strip_cost(const StripCode *s, const StripCall *call) {
    switch (call->id) {
    case CALL_LOOP:
    case CALL_STEP: return cost_of_loop(s, call);
    case CALL_C:
    case CALL_FUNCTION: return 0;
    case CALL_MEMCPY: return kernels[KERNEL_copy_f_v].cost;
    case KERNEL_convolve: return COST_OF_TAP * times_of(s, call, 1);
    case KERNEL_products_f:
    case KERNEL_products_d: return kernels[call->id].cost * times_of(s, call, 4);
    case KERNEL_spectra_f:
    case KERNEL_spectra_d:
    case KERNEL_tails_f:
    case KERNEL_tails_d: return kernels[call->id].cost * times_of(s, call, 1);
    case KERNEL_partials_f:
    case KERNEL_poles2_bank:
    case KERNEL_state2_bank: return kernels[call->id].cost * times_of(s, call, 0);
    default: return kernels[call->id].cost;
    }
}
