/* Banks of sounds: `bank("drums")["kick", 2]`. In: a folder beside the program, a name in it, a number. Out: that sample.
 *
 * A name is a folder in that folder, of which the sounds are numbered in the order of their names, or a sound in it, its
 * ending left out. Numbers go round, as in Tidal. Only what is asked for is read. */
#include "evaluate/prims.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static Value bank_value(Peval *p, const char *folder, const char *name, Op quality, Span span) {
    Value args[3] = {{.kind = V_STRING, .text = folder},
                     {.kind = V_STRING, .text = name},
                     value_constant(p, quality)};
    Function key = {.kind = FN_SIGNAL, .number = P_bank, .args = args, .nargs = 3, .span = span};
    return value_function(function_intern(p, &key));
}

bool is_bank(Value v) {
    return v.kind == V_FUNCTION && v.function->kind == FN_SIGNAL && v.function->number == P_bank;
}

static const char *beside(Peval *p, const char *path, Span span) {
    const char *from = span.file >= 0 ? p->session->sources[span.file].path : "";
    return path_beside(p->session, from, path);
}

static const char *kept(Peval *p, const char *text) {
    return intern(p->session, text, strlen(text));
}

/* The length of a name without its ending. */
static size_t stem_of(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot && dot > name ? (size_t)(dot - name) : strlen(name);
}

/* Names of folders, and of sounds without their endings, each once. */
static int different_names(Peval *p, const char **names, int n) {
    int kept_names = 0;
    for (int i = 0; i < n; i++) {
        const char *stem = arena_strndup(p->session->arena, names[i], stem_of(names[i]));
        if (kept_names == 0 || strcmp(names[kept_names - 1], stem) != 0) names[kept_names++] = stem;
    }
    return kept_names;
}

static void help_with_names(Peval *p, Diag *d, const char *folder, const char *wanted) {
    enum { SHOWN = 20 };
    const char *why;
    int n;
    const char **names = folder_names(p->session, folder, true, &n, &why);
    if (!names || n == 0) {
        peval_help(p, d, "it holds no sounds, and no folders");
        return;
    }
    n = different_names(p, names, n);
    const char *near = nearest_name(wanted, names, n);
    Buf list = {0};
    for (int i = 0; i < n && i < SHOWN; i++)
        buf_printf(&list, "%s\"%s\"", i ? ", " : "", names[i]);
    if (n > SHOWN) buf_printf(&list, " and %d more", n - SHOWN);
    peval_help(p, d, near ? "did you mean \"%s\"? It has %s" : "%.0sit has %s", near ? near : "",
               list.data);
    buf_free(&list);
}

/* The sounds of that name, as paths below the bank's folder. */
static const char **sounds_of(Peval *p, const char *folder, const char *name, int *n) {
    Arena *arena = p->session->arena;
    const char *why, *inner = arena_printf(arena, "%s/%s", folder, name);
    const char **found = folder_names(p->session, inner, false, n, &why);
    for (int i = 0; i < *n; i++)
        found[i] = arena_printf(arena, "%s/%s", inner, found[i]);
    if (found) return found;
    int all, same = 0;
    const char **beside_it = folder_names(p->session, folder, false, &all, &why);
    for (int i = 0; i < all; i++)
        if (stem_of(beside_it[i]) == strlen(name) && strncmp(beside_it[i], name, strlen(name)) == 0)
            beside_it[same++] = arena_printf(arena, "%s/%s", folder, beside_it[i]);
    *n = same;
    return beside_it;
}

static bool is_plain(const char *name) {
    return name[0] && name[0] != '.' && !strchr(name, '/');
}

static Value bank_sound(Peval *p, const Function *bank, double number, Span span) {
    const char *folder = bank->args[0].text, *name = bank->args[1].text;
    const Op quality = (Op)p->g->nodes[bank->args[2].node].value;
    int n = 0;
    if (number != floor(number) || fabs(number) > 0x1p53) {
        peval_error(p, span, "the number of a sound in a bank is whole, and this is %g", number);
        return value_error();
    }
    const char **sounds = is_plain(name) ? sounds_of(p, folder, name, &n) : NULL;
    if (n > 0) {
        const double place = number - n * floor(number / n);
        return sample_of_path(p, sounds[(int)fmin(place, n - 1)], quality, span);
    }
    Diag *d = peval_error(p, span, "the bank has no sound \"%s\"", name);
    help_with_names(p, d, folder, name);
    return value_error();
}

/* One index of a bank: a name gives the sounds of that name, a number one of these. */
static Value bank_at(Peval *p, const Function *bank, Value index, Span span) {
    double number;
    const bool named = bank->args[1].text[0];
    index = force(p, index);
    if (index.kind == V_ERROR) return index;
    if (index.kind == V_STRING && !named)
        return bank_value(p, bank->args[0].text, kept(p, index.text),
                          (Op)p->g->nodes[bank->args[2].node].value, span);
    if (index.kind == V_STRING || !named) {
        Diag *d =
            peval_error(p, span, "a bank is indexed by a name, then by a number, and this is %s",
                        value_describe(p, index));
        peval_help(p, d, "an example is `bank(\"drums\")[\"kick\", 2]`");
        return value_error();
    }
    if (!peval_known(p, index, "the number of a sound in a bank", span, &number))
        return value_error();
    return bank_sound(p, bank, number, span);
}

Value bank_index(Peval *p, Value bank, Value index, Span span) {
    if (index.kind != V_LIST) return bank_at(p, bank.function, index, span);
    Value *items = ARENA_ARRAY(p->session->arena, Value, index.list->n + 1);
    for (int i = 0; i < index.list->n; i++)
        items[i] = bank_at(p, bank.function, index.list->items[i], span);
    return value_list(p, items, index.list->n);
}

/* Read as a signal it is the first of its name. */
Value bank_as_signal(Peval *p, const Function *bank, Span span) {
    if (bank->args[1].text[0]) return bank_sound(p, bank, 0, span);
    Diag *d = peval_error(p, span, "this is a bank of sounds, and none was chosen");
    peval_help(p, d, "an example is `bank(\"drums\")[\"kick\", 2]`");
    return value_error();
}

/* bank(folder, name, number, quality), of which what is left out comes as an index. */
Value bank_call(Peval *p, const Value *args, int n, Span span) {
    Value folder = force(p, args[0]);
    Op quality = OP_SAMPLE;
    const char *why;
    int count;
    if (folder.kind == V_ERROR) return folder;
    if (n > 3 && !sample_quality(p, args[3], &quality, argument_span(p, 3, span)))
        return value_error();
    if (folder.kind != V_STRING) {
        peval_error(p, argument_span(p, 0, span),
                    "`bank` takes the path of a folder, and this is %s", value_describe(p, folder));
        return value_error();
    }
    const Span at = argument_span(p, 0, span);
    const char *path = kept(p, beside(p, folder.text, at));
    if (!folder_names(p->session, path, true, &count, &why)) {
        Diag *d = peval_error(p, at, "the folder \"%s\" cannot be read: %s", folder.text, why);
        d->file_failed = true;
        return value_error();
    }
    Value bank = bank_value(p, path, kept(p, ""), quality, at);
    double gap; /* a 0 stands for a name that is not given */
    if (n > 1 && value_is_constant(p, args[1], &gap) && gap == 0) return bank;
    if (n > 1) bank = bank_index(p, bank, force(p, args[1]), argument_span(p, 1, span));
    if (n > 2 && bank.kind == V_FUNCTION && is_bank(bank))
        bank = bank_index(p, bank, force(p, args[2]), argument_span(p, 2, span));
    return bank;
}
