/* What a performance is told, done.
 * In: orders. Out: what has come of each, in words. */
#include "play/performing.h"
#include "base/unit.h"

#include <math.h>
#include <string.h>

static bool tell(OrderOutcome *o, bool done, const char *fmt, ...) KN_PRINTF(3, 4);
static bool tell(OrderOutcome *o, bool done, const char *fmt, ...) {
    va_list args;
    *o = (OrderOutcome){.line = 0};
    va_start(args, fmt);
    vsnprintf(o->text, sizeof o->text, fmt, args);
    va_end(args);
    return done;
}

/* ---- each kind ------------------------------------------------------------------------------------------ */

static bool play(Performance *p, const Order *order, OrderOutcome *o) {
    performance_pause(p, order->kind == ORDER_PAUSE);
    return tell(o, true, "%s", p->paused ? "paused" : "plays");
}

static bool seek(Performance *p, const Order *order, OrderOutcome *o) {
    const Layer *remembers = layers_remembering(&p->player.layers);
    if (!(order->number >= 0)) return tell(o, false, "a place is a number of seconds, 0 or more");
    if (!remembers && performance_seek(p, order->number))
        return tell(o, true, "%g s", order->number);
    return tell(o, false, "%s remembers: it cannot be played from another time",
                remembers ? remembers->name : "it");
}

static bool eval(Performance *p, const Order *order, OrderOutcome *o) {
    return performance_eval(p, order->name, order->text, o);
}

/* "drums, bass" */
static void list_names(const Layers *l, Buf *out) {
    for (int i = 0; i < l->n; i++)
        buf_printf(out, "%s%s", i > 0 ? ", " : "", l->items[i].name);
}

bool performance_no_layer(const Performance *p, const char *name, OrderOutcome *o) {
    Buf names = {0};
    list_names(&p->player.layers, &names);
    tell(o, false, "there is no layer `%.200s`: there are %.700s", name, names.data);
    buf_free(&names);
    return false;
}

static bool shade(Performance *p, const Order *order, OrderOutcome *o) {
    Layer *layer =
        order->name ? layer_named(&p->player.layers, order->name) : &p->player.layers.items[0];
    if (!layer) return performance_no_layer(p, order->name, o);
    atomic_store(order->kind == ORDER_MUTE ? &layer->muted : &layer->soloed, order->on);
    return tell(o, true, "%s is %s%s", layer->name, order->on ? "" : "not ",
                order->kind == ORDER_MUTE ? "muted" : "alone");
}

static bool set(Performance *p, const Order *order, OrderOutcome *o) {
    const Layers *l = &p->player.layers;
    int found = 0;
    for (int i = 0; i < layers_params(l); i++) {
        const LayerParam param = layers_param(l, i);
        const Unit unit = unit_of_name(kn_program_param_unit(param.program, param.param));
        if (strcmp(kn_program_param_name(param.program, param.param), order->name) != 0) continue;
        kn_live_set(param.live, param.param, unit_value(order->number, unit));
        found++;
        tell(o, true, "%s is %.7g%s%s", order->name,
             unit_number(kn_live_get(param.live, param.param), unit), *unit_name(unit) ? " " : "",
             unit_name(unit));
    }
    return found > 0 || tell(o, false, "there is no param `%.200s`", order->name);
}

/* "drums (muted), bass at 12.5 s" */
static bool list(Performance *p, const Order *order, OrderOutcome *o) {
    const Layers *l = &p->player.layers;
    Buf text = {0};
    (void)order;
    for (int i = 0; i < l->n; i++)
        buf_printf(&text, "%s%s%s%s", i > 0 ? ", " : "", l->items[i].name,
                   atomic_load(&l->items[i].muted) ? " (muted)" : "",
                   atomic_load(&l->items[i].soloed) ? " (alone)" : "");
    tell(o, true, "%.900s; %s at %.2f s", text.data, p->paused ? "paused" : "plays",
         (double)layers_frame(l) / p->player.rate);
    buf_free(&text);
    return true;
}

bool performance_obey(Performance *p, const Order *order, OrderOutcome *outcome) {
    static bool (*const kinds[])(Performance *, const Order *, OrderOutcome *) = {
        [ORDER_PLAY] = play,  [ORDER_PAUSE] = play, [ORDER_SEEK] = seek, [ORDER_EVAL] = eval,
        [ORDER_MUTE] = shade, [ORDER_SOLO] = shade, [ORDER_SET] = set,   [ORDER_LIST] = list};
    *outcome = (OrderOutcome){.line = 0};
    return kinds[order->kind](p, order, outcome);
}
