/* What a definition is called from outside. In: its Binding. Out: the path of names that lead to it. */
#include "graph/graph.h"

#include <stdlib.h>

static void add_name(const Binding *b, Buf *out) {
    bool again = b->outer && b->outer->name == b->name;
    if (!b->name || b->name[0] == '$' || b->name[0] == '_' || again) return;
    if (out->length) buf_puts(out, "/");
    buf_puts(out, b->name);
}

char *binding_path(const Binding *binding) {
    Buf path = {0};
    const Binding **inwards = NULL;
    int n = 0, cap = 0;
    for (const Binding *b = binding; b; b = b->outer)
        VEC_PUSH(inwards, n, cap, b);
    while (n > 0)
        add_name(inwards[--n], &path);
    free(inwards);
    buf_puts(&path, "");
    return path.data;
}
