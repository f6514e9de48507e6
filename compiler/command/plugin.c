/* kanon plugin: a program into a plug-in of LV2, ready to be loaded.
 * In: FILE.kn, and a C compiler. Out: a bundle, FILE.lv2, whole or not at all: manifest.ttl, NAME.ttl, NAME.so, which needs the C library
 * alone, and with --source NAME.c. */
#include "base/foreign_text.h"
#include "command/bundle.h"
#include "command/lv2_description.h"
#include "command/song.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct Plugin {
    char *stem;   /* of the program's file */
    char *binary; /* an identifier of C */
    char *path;   /* of the bundle */
    Buf uri;
    const char *class;
} Plugin;

static void plugin_free(Plugin *p) {
    free(p->stem);
    free(p->binary);
    free(p->path);
    buf_free(&p->uri);
}

/* ---- names ---------------------------------------------------------------------------------------------- */

/* Below the folder in which hosts look; made where it is missing. False: a message was printed. */
static bool choose_installed(const Plugin *p, Buf *path) {
    const char *home = getenv("HOME");
    if (!home || !*home)
        return command_fail(STATUS_USAGE, "--install: there is no HOME; name a folder with -o") ==
               STATUS_DONE;
    buf_printf(path, "%s/.lv2", home);
    if (mkdir(path->data, 0777) != 0 && errno != EEXIST)
        return command_fail(STATUS_FILE, "cannot make the folder %s: %s", path->data,
                            strerror(errno)) == STATUS_DONE;
    buf_printf(path, "/%s.lv2", p->stem);
    return true;
}

static int choose_path(const Request *r, Plugin *p) {
    Buf path = {0};
    if (r->install && r->out)
        return command_fail(STATUS_USAGE, "--install says where the bundle goes: leave out -o");
    if (r->install) {
        if (!choose_installed(p, &path)) return buf_free(&path), STATUS_FILE;
    } else if (r->out) {
        buf_puts(&path, r->out);
        while (path.length > 1 && path.data[path.length - 1] == '/')
            path.data[--path.length] = 0;
    } else {
        buf_printf(&path, "%s.lv2", p->stem);
    }
    p->path = path.data;
    const char *slash = strrchr(path.data, '/'), *name = slash ? slash + 1 : path.data;
    const size_t length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, ".lv2") == 0) return STATUS_DONE;
    return command_fail(STATUS_USAGE,
                        "plugin writes a bundle: -o takes a name that ends in .lv2, not '%s'",
                        path.data);
}

static int choose_names(const Request *r, Plugin *p) {
    const char *near = NULL;
    p->stem = load_stem(r, "program");
    p->binary = c_name_of_file(p->stem);
    if (r->uri && !lv2_is_uri(r->uri))
        return command_fail(STATUS_USAGE,
                            "--uri takes a whole URI, such as urn:example:echo, in plain ASCII, "
                            "not '%s'",
                            r->uri);
    if (r->uri) buf_puts(&p->uri, r->uri);
    if (!r->uri) {
        buf_puts(&p->uri, "urn:kanon:");
        text_to_uri_part(&p->uri, p->stem);
    }
    if (r->plugin_class && !(p->class = lv2_class_named(r->plugin_class, &near)))
        return near ? command_fail(STATUS_USAGE, "--class: LV2 has no class '%s'; did you mean %s?",
                                   r->plugin_class, near)
                    : command_fail(
                          STATUS_USAGE,
                          "--class: LV2 has no class '%s'; see https://lv2plug.in/ns/lv2core",
                          r->plugin_class);
    return choose_path(r, p);
}

/* ---- the program ------------------------------------------------------------------------------------------ */

/* Params begin where --set says. */
static int set_params(const Request *r, Compile *c) {
    ParamSettings settings;
    int status = settings_read(r, c, &settings);
    for (int i = 0; status == STATUS_DONE && i < settings.n; i++) {
        const ParamSetting *s = &settings.items[i];
        ParamInfo *param = &c->program.graph->params[s->param];
        if (s->varies)
            status = command_fail(STATUS_USAGE,
                                  "--set %s: a plug-in begins with a number, not with a function "
                                  "of time",
                                  param->name);
        else
            param->initial = s->value;
    }
    settings_free(&settings);
    return status;
}

/* The C of the plug-in; the program is lowered then. */
static int emit_text(const Request *r, Compile *c, const Plugin *p, EmitResult *result) {
    Voicing how = {0};
    int voices = USUAL_VOICES;
    if (!option_integer("voices", r->voices, 1, MOST_VOICES, &voices)) return STATUS_USAGE;
    int status = voicing_read(r, c, &how);
    if (status != STATUS_DONE) return status;
    EmitOptions options = {.name = p->binary,
                           .host = HOST_LV2,
                           .voicing = {how.voicing, how.stealing, how.legato, how.glide},
                           .uri = p->uri.data,
                           .max_rate = c->options.max_rate,
                           .double_precision = c->options.double_precision};
    const bool good =
        (c->lowered || compile_lower(c, NULL)) && compile_emit_whole(c, options, voices, result);
    status = good ? STATUS_DONE : load_status(c);
    load_print_diags(c);
    return status;
}

/* ---- the bundle -------------------------------------------------------------------------------------------- */

static bool compile(Bundle *bundle, const Request *r, const char *source, const char *library,
                    Failure *why) {
    const char *arguments[MOST_COMPILER_ARGUMENTS];
    int n = 0;
    static const char *const usual[] = {
        "-std=c11", "-O3", "-ffp-contract=off", "-fPIC", "-shared", "-fvisibility=hidden", "-w"};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        arguments[n++] = usual[i];
    if (!r->portable) arguments[n++] = "-march=native";
    const char *const files[] = {"-o", library, source, "-lm", NULL};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        arguments[n++] = files[i];
    CompilerRun run = {.arguments = arguments,
                       .log = bundle_file(bundle, "cc.log"),
                       .without = "plugin needs a C compiler, and none was found; install gcc or "
                                  "clang, or name one in KANON_CC"};
    run.left = bundle_files(bundle, &run.nleft, &run.folder);
    CompilerRefusal refusal;
    EngineError error;
    if (c_compiler_run(&run, NULL, &refusal, &error)) return true;
    if (!refusal.name[0]) return failure(why, "%s", error.message);
    return failure(
        why,
        "the C compiler %s refused what Kanon emitted, a bug of Kanon unless the disk is "
        "full (kanon build writes the same): %s",
        refusal.name, refusal.complaint);
}

static const char *beside(char *name, size_t size, const Plugin *p, const char *ending) {
    snprintf(name, size, "%s%s", p->binary, ending);
    return name;
}

static bool fill(Bundle *bundle, const Request *r, const Plugin *p, const Lv2Plugin *facts,
                 const EmitResult *result, Failure *why) {
    char name[512];
    Buf manifest = {0}, description = {0};
    lv2_manifest(facts, &manifest);
    lv2_describe(facts, &description);
    bool good = bundle_write(bundle, "manifest.ttl", &manifest, why) &&
                bundle_write(bundle, beside(name, sizeof name, p, ".ttl"), &description, why) &&
                bundle_write(bundle, beside(name, sizeof name, p, ".c"), &result->source, why);
    buf_free(&manifest);
    buf_free(&description);
    if (!good) return false;
    const char *library = bundle_file(bundle, beside(name, sizeof name, p, ".so"));
    int n;
    const char *folder, *source = bundle_files(bundle, &n, &folder)[2];
    good = compile(bundle, r, source, library, why);
    bundle_drop(bundle, "cc.log");
    if (!r->source) bundle_drop(bundle, beside(name, sizeof name, p, ".c"));
    return good;
}

static void tell(const Plugin *p, const Lv2Plugin *facts) {
    const Graph *g = facts->graph;
    Buf line = {0};
    buf_printf(&line, "%s: %s, %d in, %d out, %d param%s", p->path, p->uri.data, g->ninputs,
               g->noutputs, g->nparams, g->nparams == 1 ? "" : "s");
    if (facts->instrument || graph_hears_controllers(g)) buf_puts(&line, ", MIDI");
    if (graph_tempo(g) >= 0) buf_puts(&line, ", the host's tempo");
    if (g->latency > 0) buf_printf(&line, ", latency %.4g ms", 1e3 * g->latency);
    command_say("%s", line.data);
    buf_free(&line);
}

static const char *usual_class(const Lv2Plugin *facts) {
    return facts->instrument            ? "InstrumentPlugin"
           : facts->graph->ninputs == 0 ? "GeneratorPlugin"
                                        : NULL;
}

static int write_bundle(const Request *r, Compile *c, const Plugin *p, const EmitResult *result) {
    static const char *const endings[] = {".ttl", ".so", ".c", NULL};
    const BundlePlace place = {p->path, "-o", "manifest.ttl", lv2_mark, endings};
    Lv2Plugin facts = {.uri = p->uri.data,
                       .title = r->name ? r->name : p->stem,
                       .class = p->class,
                       .binary = p->binary,
                       .graph = c->lowered,
                       .instrument = c->program.notes.graph != NULL};
    if (!facts.class) facts.class = usual_class(&facts);
    Failure why = {.status = STATUS_FILE};
    Bundle *bundle = bundle_open(&place, &why);
    if (!bundle) return command_fail_with(&why);
    if (!fill(bundle, r, p, &facts, result, &why)) {
        bundle_abandon(bundle);
        return command_fail_with(&why);
    }
    if (!bundle_commit(bundle, &why)) return command_fail_with(&why);
    tell(p, &facts);
    return STATUS_DONE;
}

static int make(const Request *r, double rate, double max_rate) {
    Plugin p = {0};
    Compile *c = NULL;
    EmitResult result = {0};
    int status = choose_names(r, &p);
    if (status == STATUS_DONE) status = load_program(r, rate, max_rate, &c);
    if (status == STATUS_DONE && c->program.graph->noutputs == 0)
        status =
            command_fail(STATUS_PROGRAM, "the program has no `out`: there is nothing to plug in");
    if (status == STATUS_DONE) status = set_params(r, c);
    if (status == STATUS_DONE) status = emit_text(r, c, &p, &result);
    if (status == STATUS_DONE) status = write_bundle(r, c, &p, &result);
    buf_free(&result.source);
    buf_free(&result.header);
    compile_free(c);
    plugin_free(&p);
    return status;
}

static int run(const Request *r) {
    double rate = 0, max_rate = 192000;
    if (!option_rate("--rate", r->rate, &rate) ||
        !option_rate("--max-rate", r->max_rate, &max_rate))
        return STATUS_USAGE;
    if (rate > max_rate && r->max_rate)
        return command_fail(STATUS_USAGE, "--rate %s is above --max-rate %s", r->rate, r->max_rate);
    return make(r, rate, max_rate);
}

static const Option options[] = {
    {"lv2", 0, OPTION_FLAG, NULL, REQUEST_FIELD(lv2), "a bundle of LV2, the one kind there is"},
    {"output", 'o', OPTION_TEXT, "OUT.lv2", REQUEST_FIELD(out), "the bundle, a folder (FILE.lv2)"},
    {"install", 0, OPTION_FLAG, NULL, REQUEST_FIELD(install),
     "put it into ~/.lv2, where hosts look, instead of -o"},
    {"uri", 0, OPTION_TEXT, "URI", REQUEST_FIELD(uri),
     "what hosts and their sessions know it by (urn:kanon:FILE)"},
    {"name", 0, OPTION_TEXT, "NAME", REQUEST_FIELD(name), "what hosts show (FILE)"},
    {"class", 0, OPTION_TEXT, "CLASS", REQUEST_FIELD(plugin_class),
     "where hosts list it: Delay, Reverb, Filter and others of LV2 (Instrument, Generator or "
     "none)"},
    {"source", 0, OPTION_FLAG, NULL, REQUEST_FIELD(source),
     "keep the C in the bundle: it needs no headers of LV2"},
    {"portable", 0, OPTION_FLAG, NULL, REQUEST_FIELD(portable),
     "for all machines of this kind, not for this one alone: slower"},
    OPTION_ROW_E,
    OPTION_ROW_BELOW,
    OPTION_ROW_LIMIT,
    OPTION_ROW_RATE("the one rate it will run at (any, as the host says)"),
    {"max-rate", 0, OPTION_TEXT, "HZ", REQUEST_FIELD(max_rate),
     "the highest rate it has room for, without --rate (192000)"},
    {"set", 0, OPTION_LIST, "NAME=VALUE", REQUEST_FIELD(sets), "what a param begins with"},
    OPTION_ROWS_VOICES,
    OPTION_ROW_DOUBLE,
};

const Command command_plugin = {
    .name = "plugin",
    .run = run,
    .summary = "a plug-in: LV2 bundle OUT.lv2",
    .usage = "FILE.kn [--lv2] [-o OUT.lv2] [options]",
    .text =
        "Compiles the program, an effect, a generator or, with `voice`, an instrument, by the C\n"
        "compiler of the machine, into a folder that hosts of LV2 load. It appears whole or not\n"
        "at all. Params are knobs, in their units; notes and controllers come by MIDI,\n"
        "and a param `tempo`, in beats a second, follows the host's.",
    .options = options,
    .noptions = sizeof options / sizeof *options,
    .operand = "FILE.kn",
    .takes_program = true,
};
