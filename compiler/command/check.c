/* kanon check: what is wrong with a program, or what it is.
 * In: FILE.kn. Out: on standard output text for people, or one JSON object; errors for people go to
 * standard error. Status 1 when there are errors. */
#include "command/command.h"
#include "base/foreign_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Facts { /* what both forms tell */
    const Graph *g;
    bool pure;
    char **remembers; /* one reason for each output that remembers */
    int nremembers, cap;
    bool emitted; /* state_bytes is known */
    size_t state_bytes;
    SpanFacts spans;
    Work work;
    const char *not_emitted; /* why not */
    bool refused;            /* by a limit: no engine would run it, and the diags say so */
    double explain_rate;
} Facts;

/* Of the program, with 32 voices where it is an instrument, or of its note alone. */
static void gather(Compile *c, bool note, Facts *facts) {
    const Graph *g = c->program.graph;
    *facts = (Facts){.g = g, .pure = program_is_pure(g), .explain_rate = g->rate};
    for (int i = 0; i < g->noutputs; i++) {
        char *reason = program_memory_reason(&c->session, g, i);
        if (reason) VEC_PUSH(facts->remembers, facts->nremembers, facts->cap, reason);
    }
    EmitOptions options = {.name = "kn_program",
                           .max_rate = c->options.max_rate,
                           .double_precision = c->options.double_precision,
                           .default_length = 10};
    EmitResult result = {0};
    int before = c->session.ndiags;
    facts->emitted = g->noutputs > 0 && (c->lowered || compile_lower(c, NULL)) &&
                     (note ? compile_emit_c(c, &options, &result)
                           : compile_emit_whole(c, options, USUAL_VOICES, &result));
    facts->state_bytes = result.state_bytes;
    facts->spans = result.spans;
    facts->work = result.work;
    facts->refused = c->session.budget.passed || !compile_state_fits(c, result.state_bytes);
    for (int i = c->session.ndiags - 1; i >= before; i--)
        if (c->session.diags[i]->severity == DIAG_ERROR)
            facts->not_emitted = c->session.diags[i]->message;
    if (!facts->refused)
        c->session.ndiags = before; /* what cannot be built can still be rendered */
    buf_free(&result.source);
    buf_free(&result.header);
}

static void facts_free(Facts *facts) {
    for (int i = 0; i < facts->nremembers; i++)
        free(facts->remembers[i]);
    free(facts->remembers);
}

/* ---- --explain: where the work and the memory are -------------------------------------------- */

static void count_ops(const Graph *g, int counts[OP_COUNT]) {
    int n;
    NodeId *order = graph_order(g, &n);
    memset(counts, 0, sizeof(int) * OP_COUNT);
    for (int i = 0; i < n; i++)
        counts[graph_at(g, order[i])->op]++;
    free(order);
}

typedef struct DelayLine {
    const char *name; /* of the definition that reads it, or NULL */
    Span span;
    double seconds; /* the longest distance; NAN when it depends on the rate */
} DelayLine;

static DelayLine *find_delays(const Graph *g, int *found) {
    int n, cap = 0;
    DelayLine *lines = NULL;
    *found = 0;
    NodeId *order = graph_order(g, &n);
    for (int i = 0; i < n; i++) {
        const Node *node = graph_at(g, order[i]);
        if (node->op != OP_DELAY) continue;
        const Node *most = graph_at(g, node_inputs(node)[3]);
        DelayLine line = {.name = node->span > 0 ? g->places[node->span].name : NULL,
                          .span = node->span > 0 ? g->places[node->span].span : (Span){-1, 0, 0},
                          .seconds = most->op == OP_CONST ? most->value : NAN};
        VEC_PUSH(lines, *found, cap, line);
    }
    free(order);
    return lines;
}

static void add_place(Compile *c, Span span, Buf *out) {
    if (span.file < 0 || span.file >= c->session.nsources) return;
    int line, column;
    source_place(&c->session.sources[span.file], span.start, &line, &column);
    text_to_terminal(out, c->session.sources[span.file].path);
    buf_printf(out, ":%d:%d", line, column);
}

static void add_counts(const char *title, const Graph *g, Buf *out) {
    int counts[OP_COUNT], total = 0;
    count_ops(g, counts);
    for (int op = 0; op < OP_COUNT; op++)
        total += counts[op];
    buf_printf(out, "%-10s %d:", title, total);
    for (int op = 0; op < OP_COUNT; op++)
        if (counts[op]) buf_printf(out, " %s %d", op_info[op].text, counts[op]);
    buf_puts(out, "\n");
}

static void sample_text(const Sample *s, const char *title, Buf *out) {
    buf_printf(out, "%-10s ", title);
    text_to_terminal(out, s->path);
    buf_printf(out, ": %lld frames, %d channels, %g Hz, %lld bytes\n", (long long)s->frames,
               s->channels, s->rate, (long long)s->frames * s->channels * 4);
}

/* Terms that cost only while they sound, and those of which that is not known. */
static void spans_text(Compile *c, const SpanFacts *spans, Buf *out) {
    static const char *const reasons[ENDLESS_REASONS] = {
        [ENDLESS_SOUND] = "since nothing says that they end",
        [ENDLESS_NUMBER] = "since what is multiplied by silence at their end may be infinite",
        [ENDLESS_ERROR] = "since they fade, but are compared or divided by",
    };
    const char *title = "spans";
    if (spans->terms > 0) {
        buf_printf(out, "%-10s %d terms that begin and end, at most %d of them at once\n", title,
                   spans->terms, spans->at_once);
        title = "";
    }
    for (int i = 0; i < ENDLESS_REASONS && c->lowered; i++) {
        if (spans->endless[i].terms == 0) continue;
        const Node *first = graph_at(c->lowered, spans->endless[i].first);
        const NodePlace *place = &c->lowered->places[first->span];
        buf_printf(out, "%-10s %d begin and never end, %s: ", title, spans->endless[i].terms,
                   reasons[i]);
        if (first->span > 0 && place->name) buf_printf(out, "%s ", place->name);
        if (first->span > 0) add_place(c, place->span, out);
        buf_puts(out, "\n");
        title = "";
    }
}

/* A name and words for a part: those of its strategy, where it is made by one. */
static const StrategyInfo *work_info(int kind) {
    static const StrategyInfo others[] = {
        [WORK_LOOPS - STRATEGIES] = {"loops",
                                     "operations on several samples at a time, in one loop"},
        [WORK_IN_TURN - STRATEGIES] = {"in turn", "feedback is computed sample by sample"},
        [WORK_KERNELS - STRATEGIES] = {"kernels", "functions of the runtime"},
        [WORK_COPIES - STRATEGIES] = {"copies", "rings, inputs and outputs that are copied"}};
    return kind < STRATEGIES ? &strategies[kind] : &others[kind - STRATEGIES];
}

static void tables_text(const Work *work, Buf *out) {
    for (int i = 0; i < work->ntables; i++) {
        const WorkTable *t = &work->tables[i];
        buf_printf(out, "%-10s %-10s %8.3g ns  %d rows of %d calls", "", strategies[t->by].name,
                   t->nanoseconds, t->rows, t->calls);
        if (t->at_once < t->rows) buf_printf(out, ", at most %d at once", t->at_once);
        buf_puts(out, "\n");
    }
}

/* Where a node was made, behind what is said of it. */
static void add_origin(Compile *c, NodeId node, Buf *out) {
    const Node *n = graph_at(c->lowered, node);
    const NodePlace *place = &c->lowered->places[n->span];
    if (n->span > 0 && place->name) buf_printf(out, ": %s ", place->name);
    if (n->span > 0) add_place(c, place->span, out);
    buf_puts(out, "\n");
}

static void convolutions_text(Compile *c, const Work *work, Buf *out) {
    for (int i = 0; i < work->nconvolutions && i < MOST_WORK_CONVOLUTIONS; i++) {
        const WorkConvolution *w = &work->convolutions[i];
        buf_printf(out, "%-10s %d taps: %d as they stand", "", w->taps, w->direct);
        for (int j = 0; j < w->levels; j++)
            buf_printf(out, ", %d times %d", w->partitions[j], w->points[j]);
        if (w->wide) buf_puts(out, ", in double");
        if (w->shares) buf_puts(out, ", with spectra shared");
        add_origin(c, w->node, out);
    }
}

/* The operations in the way of looking ahead. */
static void in_turn_text(Compile *c, const Work *work, Buf *out) {
    for (int op = 0; op < OP_COUNT; op++) {
        if (work->in_turn[op].loops == 0) continue;
        buf_printf(out, "%-10s %d sample by sample, since ", "", work->in_turn[op].loops);
        if (op == OP_DELAY)
            buf_puts(out, "their past is too short for a ring and too long for variables");
        else
            buf_printf(out, "`%s` is in their feedback", op_info[op].text);
        add_origin(c, work->in_turn[op].first, out);
    }
}

/* What it is made by, and for about how long; a part of what lies in tables stands in its own row too. */
static void code_text(Compile *c, const Work *work, Buf *out) {
    buf_printf(out, "%-10s about %.3g ns a frame\n", "work", work->nanoseconds);
    tables_text(work, out);
    for (int kind = 0; kind < WORK_KINDS; kind++) {
        const WorkPart *part = &work->parts[kind];
        if (part->parts == 0) continue;
        buf_printf(out, "%-10s %-10s ", "", work_info(kind)->name);
        if (part->nanoseconds > 0)
            buf_printf(out, "%8.3g ns  %d: ", part->nanoseconds, part->parts);
        else
            buf_printf(out, "%8s     %d: ", "", part->parts);
        buf_printf(out, "%s\n", work_info(kind)->text);
    }
    convolutions_text(c, work, out);
    in_turn_text(c, work, out);
}

static void code_json(const Work *work, Buf *out) {
    buf_printf(out, ",\"work\":{\"ns\":%.6g,\"tables\":[", work->nanoseconds);
    for (int i = 0; i < work->ntables; i++)
        buf_printf(out,
                   "%s{\"strategy\":\"%s\",\"rows\":%d,\"at_once\":%d,\"calls\":%d,\"ns\":%.6g}",
                   i ? "," : "", strategies[work->tables[i].by].name, work->tables[i].rows,
                   work->tables[i].at_once, work->tables[i].calls, work->tables[i].nanoseconds);
    buf_puts(out, "],\"parts\":{");
    const char *between = "";
    for (int kind = 0; kind < WORK_KINDS; kind++) {
        if (work->parts[kind].parts == 0) continue;
        buf_printf(out, "%s\"%s\":{\"parts\":%d,\"ns\":%.6g}", between, work_info(kind)->name,
                   work->parts[kind].parts, work->parts[kind].nanoseconds);
        between = ",";
    }
    buf_puts(out, "},\"convolutions\":[");
    for (int i = 0; i < work->nconvolutions && i < MOST_WORK_CONVOLUTIONS; i++) {
        const WorkConvolution *w = &work->convolutions[i];
        buf_printf(out, "%s{\"taps\":%d,\"direct\":%d,\"levels\":[", i ? "," : "", w->taps,
                   w->direct);
        for (int j = 0; j < w->levels; j++)
            buf_printf(out, "%s{\"points\":%d,\"partitions\":%d}", j ? "," : "", w->points[j],
                       w->partitions[j]);
        buf_puts(out, "]}");
    }
    buf_puts(out, "],\"in_turn\":{");
    between = "";
    for (int op = 0; op < OP_COUNT; op++) {
        if (work->in_turn[op].loops == 0) continue;
        buf_printf(out, "%s\"%s\":%d", between, op_info[op].text, work->in_turn[op].loops);
        between = ",";
    }
    buf_puts(out, "}}");
}

static void explain_text(Compile *c, const Facts *facts, Buf *out) {
    const Graph *g = facts->g;
    add_counts("nodes", g, out);
    if (c->lowered) add_counts("lowered", c->lowered, out);
    spans_text(c, &facts->spans, out);
    if (facts->emitted) code_text(c, &facts->work, out);
    int n;
    DelayLine *lines = find_delays(g, &n);
    for (int i = 0; i < n; i++) {
        double frames = ceil(lines[i].seconds * g->rate) + 1;
        buf_printf(out, "%-10s %s: ", i == 0 ? "delays" : "", lines[i].name ? lines[i].name : "?");
        if (isfinite(frames))
            buf_printf(out, "%.9g s, %.0f frames, %.0f bytes ", lines[i].seconds, frames,
                       4 * frames);
        else
            buf_puts(out, "as long as the rate says ");
        add_place(c, lines[i].span, out);
        buf_puts(out, "\n");
    }
    free(lines);
    for (int i = 0; i < g->ntables; i++)
        buf_printf(out, "%-10s %d points, %d bytes\n", i == 0 ? "tables" : "", g->tables[i].n,
                   4 * (g->tables[i].n + 1));
    for (int i = 0; i < g->nsamples; i++)
        sample_text(&g->samples[i], i == 0 ? "samples" : "", out);
}

static void explain_json(Compile *c, const Facts *facts, Buf *out) {
    int counts[OP_COUNT], n;
    const char *between = "";
    count_ops(c->lowered ? c->lowered : facts->g, counts);
    buf_puts(out, ",\"nodes\":{");
    for (int op = 0; op < OP_COUNT; op++)
        if (counts[op]) {
            buf_printf(out, "%s\"%s\":%d", between, op_info[op].text, counts[op]);
            between = ",";
        }
    buf_printf(out, "},\"spans\":{\"terms\":%d,\"at_once\":%d,\"endless\":%d},\"delays\":[",
               facts->spans.terms, facts->spans.at_once,
               facts->spans.endless[ENDLESS_SOUND].terms +
                   facts->spans.endless[ENDLESS_NUMBER].terms +
                   facts->spans.endless[ENDLESS_ERROR].terms);
    DelayLine *lines = find_delays(facts->g, &n);
    for (int i = 0; i < n; i++) {
        buf_puts(out, i ? ",{\"name\":" : "{\"name\":");
        text_to_json(out, lines[i].name ? lines[i].name : "");
        buf_puts(out, ",\"seconds\":");
        json_number(out, lines[i].seconds);
        buf_puts(out, ",\"bytes\":");
        json_number(out, 4 * (ceil(lines[i].seconds * facts->g->rate) + 1));
        buf_puts(out, "}");
    }
    free(lines);
    buf_puts(out, "]");
    if (facts->emitted) code_json(&facts->work, out);
    buf_puts(out, ",\"tables\":[");
    for (int i = 0; i < facts->g->ntables; i++)
        buf_printf(out, "%s%d", i ? "," : "", facts->g->tables[i].n);
    buf_puts(out, "]");
}

/* ---- for people ------------------------------------------------------------------------------ */

/* In the unit that it was written in; as the plain number where that unit has none, as of 0 in dB. */
static void value_text(double value, Unit unit, Buf *out) {
    double number = unit_number(value, unit);
    if (unit == UNIT_KHZ && fabs(number) < 1) unit = UNIT_HZ, number = value;
    if (isfinite(number))
        buf_printf(out, "%.9g%s", number, unit_name(unit));
    else
        buf_printf(out, "%.9g", value);
}

static void param_text(const ParamInfo *p, Buf *out) {
    double one = unit_value(1, p->unit);
    bool scales = unit_value(2, p->unit) == 2 * one; /* a step in dB or cents is none */
    if (!scales) one = 1;
    buf_printf(out, "%s = ", p->name);
    value_text(p->initial, p->unit, out);
    buf_puts(out, " in ");
    value_text(p->min, p->unit, out);
    buf_puts(out, "..");
    value_text(p->max, p->unit, out);
    if (p->log) buf_puts(out, " log");
    if (p->step > 0)
        buf_printf(out, " step %.9g%s", p->step / one, scales ? unit_name(p->unit) : "");
    if (p->controller >= 0) buf_printf(out, " cc %d", p->controller);
    if (p->label && *p->label) {
        buf_puts(out, " \"");
        text_to_terminal(out, p->label);
        buf_puts(out, "\"");
    }
    buf_puts(out, "\n");
}

/* What a note is told, its channels, and how it is computed. */
static void voice_text(Compile *c, const Request *request, Buf *out) {
    const Notes notes = c->program.notes;
    Facts facts;
    buf_printf(out, "%-10s ", "voice");
    for (int i = 0, n = 0; i < NOTE_ARGUMENTS; i++)
        if (notes.param[i] >= 0) buf_printf(out, "%s%s", n++ ? ", " : "", note_argument_names[i]);
    compile_turn_to_notes(c);
    gather(c, true, &facts);
    buf_printf(out, "; %d channel%s, %zu bytes a note\n", notes.channels,
               notes.channels == 1 ? "" : "s", facts.state_bytes);
    for (int i = 0; i < facts.nremembers; i++)
        buf_printf(out, "%-10s %s\n", "", facts.remembers[i]);
    if (request->explain) explain_text(c, &facts, out);
    facts_free(&facts);
    compile_turn_to_notes(c);
}

static void check_text(Compile *c, const Request *request, const Facts *facts, Buf *out) {
    const Graph *g = facts->g;
    buf_printf(out, "%-10s %d", "inputs", g->ninputs);
    for (int i = 0; i < g->ninputs; i++)
        buf_printf(out, "%s %s", i ? "," : ":", g->inputs[i]);
    buf_printf(out, "\n%-10s %d\n", "outputs", g->noutputs);
    for (int i = 0; i < g->nparams; i++) {
        buf_printf(out, "%-10s ", i == 0 ? "params" : "");
        param_text(&g->params[i], out);
    }
    if (g->length >= 0) buf_printf(out, "%-10s %.9g s\n", "length", g->length);
    if (g->latency > 0) buf_printf(out, "%-10s %.9g s\n", "latency", g->latency);
    if (facts->pure) buf_printf(out, "%-10s it can start anywhere\n", "pure");
    for (int i = 0; i < facts->nremembers; i++)
        buf_printf(out, "%-10s %s\n", i == 0 ? "remembers" : "", facts->remembers[i]);
    if (facts->emitted)
        buf_printf(out, "%-10s %zu bytes%s\n", "state", facts->state_bytes,
                   c->program.notes.graph ? ", with 32 voices" : "");
    else if (facts->not_emitted)
        buf_printf(out, "%-10s cannot be built: %s\n", "state", facts->not_emitted);
    if (request->explain) explain_text(c, facts, out);
    if (c->program.notes.graph) voice_text(c, request, out);
    const Picture *picture = &c->program.picture;
    if (picture->channels > 0)
        buf_printf(out, "%-10s %d channel%s%s\n", picture->field ? "field" : "image",
                   picture->channels, picture->channels == 1 ? "" : "s",
                   picture->field ? ", with a depth" : "");
}

/* ---- for programs ---------------------------------------------------------------------------- */

static void param_json(const ParamInfo *p, Buf *out) {
    buf_puts(out, "{\"name\":");
    text_to_json(out, p->name);
    buf_puts(out, ",\"label\":");
    text_to_json(out, p->label ? p->label : "");
    buf_puts(out, ",\"unit\":");
    text_to_json(out, unit_name(p->unit));
    const struct {
        const char *key;
        double value;
    } numbers[] = {{"min", p->min}, {"max", p->max}, {"initial", p->initial}, {"step", p->step}};
    for (int i = 0; i < 4; i++) {
        buf_printf(out, ",\"%s\":", numbers[i].key);
        json_number(out, numbers[i].value);
    }
    buf_printf(out, ",\"log\":%s,\"controller\":", p->log ? "true" : "false");
    json_number(out, p->controller >= 0 ? p->controller : NAN);
    buf_puts(out, "}");
}

/* The diags of one severity, as a JSON list. */
static void diags_json(Compile *c, Severity severity, Buf *out) {
    Diag **all = c->session.diags;
    int nall = c->session.ndiags, n = 0;
    Diag **some = calloc((size_t)nall + 1, sizeof *some);
    if (!some) abort();
    for (int i = 0; i < nall; i++)
        if (all[i]->severity == severity) some[n++] = all[i];
    buf_puts(out, "[");
    c->session.diags = some;
    c->session.ndiags = n;
    if (n > 0) diag_json(&c->session, out);
    c->session.diags = all;
    c->session.ndiags = nall;
    buf_puts(out, "]");
    free(some);
}

/* An instrument: what a note is told, and its channels; else null. */
static void voice_json(const Notes *notes, Buf *out) {
    if (!notes->graph) {
        buf_puts(out, "null");
        return;
    }
    buf_puts(out, "{\"arguments\":[");
    for (int i = 0, n = 0; i < NOTE_ARGUMENTS; i++)
        if (notes->param[i] >= 0)
            buf_printf(out, "%s\"%s\"", n++ ? "," : "", note_argument_names[i]);
    buf_printf(out, "],\"channels\":%d}", notes->channels);
}

static void image_json(const Picture *picture, Buf *out) {
    if (picture->channels > 0)
        buf_printf(out, ",\"image\":{\"channels\":%d,\"field\":%s}", picture->channels,
                   picture->field ? "true" : "false");
    else
        buf_puts(out, ",\"image\":null");
}

static void check_json(Compile *c, const Request *request, const Facts *facts, Buf *out) {
    const Graph *g = facts->g;
    buf_puts(out, "{\"inputs\":[");
    for (int i = 0; i < g->ninputs; i++) {
        if (i) buf_puts(out, ",");
        text_to_json(out, g->inputs[i]);
    }
    buf_printf(out, "],\"outputs\":%d,\"params\":[", g->noutputs);
    for (int i = 0; i < g->nparams; i++) {
        if (i) buf_puts(out, ",");
        param_json(&g->params[i], out);
    }
    buf_printf(out, "],\"pure\":%s,\"remembers\":[", facts->pure ? "true" : "false");
    for (int i = 0; i < facts->nremembers; i++) {
        if (i) buf_puts(out, ",");
        text_to_json(out, facts->remembers[i]);
    }
    buf_puts(out, "],\"state_bytes\":");
    if (facts->emitted)
        buf_printf(out, "%zu", facts->state_bytes);
    else
        buf_puts(out, "null");
    buf_puts(out, ",\"length\":");
    json_number(out, g->length >= 0 ? g->length : NAN);
    buf_puts(out, ",\"latency\":");
    json_number(out, g->latency);
    buf_puts(out, ",\"voice\":");
    voice_json(&c->program.notes, out);
    image_json(&c->program.picture, out);
    if (request->explain) explain_json(c, facts, out);
    buf_puts(out, ",\"warnings\":");
    diags_json(c, DIAG_WARNING, out);
    buf_puts(out, "}\n");
}

/* ---- the command ----------------------------------------------------------------------------- */

static int tell_errors(Compile *c, const Request *request) {
    int status = load_status(c);
    if (!request->json) {
        load_print_diags(c);
        return status;
    }
    Buf out = {0};
    diag_sort(&c->session);
    buf_puts(&out, "{\"errors\":");
    diags_json(c, DIAG_ERROR, &out);
    buf_puts(&out, "}\n");
    int printed = answer_print(&out, NULL);
    buf_free(&out);
    return printed == STATUS_DONE ? status : printed;
}

static int tell_facts(Compile *c, const Request *request) {
    int status = load_aids(request, c);
    if (status != STATUS_DONE) return status;
    Facts facts;
    Buf out = {0};
    gather(c, false, &facts);
    if (facts.refused) {
        facts_free(&facts);
        return tell_errors(c, request);
    }
    if (request->json) {
        diag_sort(&c->session);
        check_json(c, request, &facts, &out);
    } else {
        load_print_diags(c);
        check_text(c, request, &facts, &out);
    }
    status = answer_print(&out, NULL);
    buf_free(&out);
    facts_free(&facts);
    return status;
}

static int run(const Request *request) {
    double rate = 48000;
    if (!option_rate("--rate", request->rate, &rate)) return STATUS_USAGE;
    if (request->dump) return load_dump(request, rate, 192000);
    Compile *c;
    int status =
        load_quietly(request, rate, 192000, &c) ? tell_facts(c, request) : tell_errors(c, request);
    compile_free(c);
    return status;
}

static const Option options[] = {
    {"json", 0, OPTION_FLAG, NULL, REQUEST_FIELD(json), "one JSON object, also for errors"},
    {"explain", 0, OPTION_FLAG, NULL, REQUEST_FIELD(explain),
     "nodes by operation, by which strategies it is computed, delay lines, tables, samples"},
    OPTION_ROW_E,
    OPTION_ROW_BELOW,
    OPTION_ROW_LIMIT,
    OPTION_ROW_RATE("frames a second (48000)"),
    OPTION_ROW_DOUBLE,
    OPTION_ROWS_AIDS,
};

const Command command_check = {
    .name = "check",
    .run = run,
    .summary = "errors; what the program is, and why it remembers",
    .usage = "FILE.kn [--json] [--explain]",
    .text =
        "Reports errors, or tells inputs, outputs, params, whether the program is pure or what\n"
        "makes it remember, and the bytes of its state. Status 1 when there are errors.",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "FILE.kn",
    .takes_program = true,
};
