/* Signals at another time than the present. In: the value of one at the present, and a time. Out: its value there.
 *
 * A pure signal is substituted or shifted, a remembering one delayed, or, when the time runs like t but for jumps,
 * started over. */
#include "evaluate/signals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static NodeId number_at(Peval *p, NodeId x, NodeId time, const char *name, Span span) {
    Graph *g = p->g;
    if (!value_varies(p, value_number(x)) || time == p->time) return x;
    if (!remembers(g, x)) return pure_at(p, x, time);
    NodeId d = time_distance(p, time);
    if (d && !node_is_const(g, d) && jumps_away(p, time, d)) return start_over(p, x, time, span);
    if (d)
        return starts_over(p, x, time, d) ? start_over(p, x, time, span) : past_of(p, x, d, span);
    if (fabs(time_slope(p, time) - 1) < 1e-9) return start_over(p, x, time, span);
    const char *reason = memory_reason(p, x),
               *quoted = name ? arena_printf(p->session->arena, "`%s`", name) : "this signal";
    if (strncmp(reason, quoted, strlen(quoted)) == 0) reason = "it reads its own past";
    Diag *diag = peval_error(p, span, "%s remembers (%s) and is read at `%s`", quoted, reason,
                             time_text(p, time));
    peval_help(
        p, diag,
        "a remembering signal is read in the past, `s(t - d)`, or started over, `s(t %% c)`; "
        "warp the time of the pure signal that it is made from instead");
    return 0;
}

Value value_at(Peval *p, Value v, NodeId time, const char *name, Span span) {
    if (v.kind == V_NUMBER) {
        NodeId id = number_at(p, v.node, time, name, span);
        return id ? value_number(id) : value_error();
    }
    if (v.kind != V_LIST) return v;
    Value *items = malloc(sizeof(Value) * (size_t)(v.list->n ? v.list->n : 1));
    if (!items) abort();
    bool failed = false;
    for (int i = 0; i < v.list->n && !failed; i++) {
        items[i] = value_at(p, v.list->items[i], time, name, span);
        failed = items[i].kind == V_ERROR;
    }
    Value result = failed ? value_error() : value_list(p, items, v.list->n);
    free(items);
    return result;
}
