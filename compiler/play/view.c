/* What is shown of a performance below its lines.
 * In: numbers that the audio thread tells, params. Out: text for a terminal, in place of the text before.
 *
 * Plain characters and three escapes (up, to the left, clear the rest of the line), so that it can be read on anything, and without
 * colour. */
#include "play/view.h"
#include "play/terminal.h"
#include "base/foreign_text.h"
#include "base/unit.h"

#include <math.h>

enum {
    MOST_METERS = 8,
    MOST_SHOWN = 12,
    NAME = 16,
    FIGURES = 34,
    CONTROLLER = 7,
    BAR = 10,
    STEPS = 100
};
static const double floor_dB = -60, falls = 30, holds = 1.5,
                    light = 0.15; /* dB a second; seconds */

/* ---- lines ----------------------------------------------------------------------------------------- */

typedef struct Page {
    Buf text;
    int lines, columns;
} Page;

/* The line that was begun at `from`, no wider than the terminal. */
static void end_line(Page *page, size_t from) {
    const size_t most = from + (size_t)(page->columns > 1 ? page->columns - 1 : 1);
    if (page->text.length > most) page->text.length = most;
    buf_puts(&page->text, "\033[K\n");
    page->lines++;
}

static void add_bar(Buf *out, int width, int filled, int mark) {
    for (int i = 0; i < width; i++)
        buf_byte(out, i == mark ? '|' : i < filled ? '#' : '.');
}

/* ---- time and load --------------------------------------------------------------------------------- */

static void measure_load(View *v, const Player *p) {
    const uint64_t took = atomic_load(&p->times.took), lasted = atomic_load(&p->times.lasted);
    if (lasted > v->lasted) v->load = (double)(took - v->took) / (double)(lasted - v->lasted);
    v->took = took;
    v->lasted = lasted;
    const int block = atomic_load(&p->block);
    if (block > 0) v->most = block_times_worst(&p->times) * p->rate / block;
}

static void add_state(Page *page, View *v, const Scene *scene) {
    const Player *p = scene->player;
    const size_t from = page->text.length;
    const double time = (double)layers_frame(&p->layers) / p->rate;
    measure_load(v, p);
    buf_printf(&page->text, "%s %d:%04.1f   load %3.0f %%, worst %.0f %%   xruns %ld   %s%s",
               scene->paused ? "paused" : "plays ", (int)(time / 60), fmod(time, 60), 100 * v->load,
               100 * v->most, atomic_load(&p->xruns), kn_live_engine(p->layers.items[0].live),
               scene->records ? "   records" : "");
    end_line(page, from);
}

/* ---- notes ------------------------------------------------------------------------------------------- */

static bool has_instrument(const Layers *l) {
    bool has = false;
    for (int i = 0; i < l->n; i++)
        has = has || kn_program_is_instrument(kn_live_program(l->items[i].live));
    return has;
}

/* Who plays: a light that is lit for a moment when something comes in, and what sounds of it. */
static void add_notes(Page *page, View *v, const Scene *scene, double now) {
    const size_t from = page->text.length;
    const Layers *layers = &scene->player->layers;
    const int voices = layers_sounding(layers);
    const bool plays = has_instrument(layers);
    if (!scene->midi && !scene->osc && !plays) return;
    if (scene->messages > v->messages) v->lit = now;
    v->messages = scene->messages;
    buf_printf(&page->text, "in [%c] ", v->lit > 0 && now - v->lit < light ? '*' : ' ');
    if (plays) buf_printf(&page->text, "%d voice%s   ", voices, voices == 1 ? "" : "s");
    if (scene->osc) buf_printf(&page->text, "osc %s   ", scene->osc);
    if (scene->midi) text_to_terminal(&page->text, scene->midi);
    end_line(page, from);
}

/* ---- meters ---------------------------------------------------------------------------------------- */

static double decibels(double level) {
    return level > 0 ? fmax(20 * log10(level), -999) : -999;
}

/* Falls slowly, and the highest stays for a while. */
static void follow_level(View *v, Player *p, int k, double now) {
    const double peak = (double)atomic_exchange(&p->peaks[k], 0),
                 fallen = v->levels[k] - falls * (now - v->drawn);
    v->levels[k] = fmax(decibels(peak), v->drawn > 0 ? fallen : -999);
    v->clipped[k] |= peak > 1;
    if (v->drawn == 0 || v->levels[k] >= v->holds[k] || now - v->held[k] > holds) {
        v->holds[k] = v->levels[k];
        v->held[k] = now;
    }
}

static int place(double dB, int width) {
    const double part = (dB - floor_dB) / -floor_dB;
    return part <= 0 ? -1 : part >= 1 ? width - 1 : (int)(part * width);
}

static void add_dB(Buf *out, double dB) {
    if (dB <= -99)
        buf_puts(out, "  -inf");
    else
        buf_printf(out, "%6.1f", dB);
}

static void add_meter(Page *page, View *v, Player *p, int k, double now) {
    const size_t from = page->text.length;
    const int width = page->columns - FIGURES > BAR ? page->columns - FIGURES : BAR;
    follow_level(v, p, k, now);
    buf_printf(&page->text, "%3d ", k + 1);
    add_bar(&page->text, width, place(v->levels[k], width) + 1, place(v->holds[k], width));
    add_dB(&page->text, v->levels[k]);
    buf_puts(&page->text, " dB, held");
    add_dB(&page->text, v->holds[k]);
    buf_puts(&page->text, v->clipped[k] ? " CLIP" : "");
    end_line(page, from);
}

/* ---- params ------------------------------------------------------------------------------------------ */

static double in_unit(double value, const char *name, bool back) {
    const Unit unit = unit_of_name(name);
    return back ? unit_value(value, unit) : unit_number(value, unit);
}

/* How a slider is divided: evenly in the unit of the param, such as dB, as far as that goes to both ends. */
typedef struct Scale {
    double low, high;
    const char *unit;
    bool log;
} Scale;

static Scale scale_of(const KnProgram *program, int i) {
    const double low = kn_program_param_min(program, i), high = kn_program_param_max(program, i);
    const char *unit = kn_program_param_unit(program, i);
    if (kn_program_param_log(program, i)) return (Scale){log(low), log(high), "", true};
    const Scale scale = {in_unit(low, unit, false), in_unit(high, unit, false), unit, false};
    return isfinite(scale.low) && isfinite(scale.high) ? scale : (Scale){low, high, "", false};
}

/* 0 to 1, as far as a slider is. */
static double part_of(const KnProgram *program, int i, double value) {
    const Scale s = scale_of(program, i);
    if (!(s.high > s.low)) return 0;
    return ((s.log ? log(value) : in_unit(value, s.unit, false)) - s.low) / (s.high - s.low);
}

static double value_of(const KnProgram *program, int i, double part) {
    const Scale s = scale_of(program, i);
    const double at = s.low + part * (s.high - s.low);
    return s.log ? exp(at) : in_unit(at, s.unit, true);
}

/* A label may hold anything. */
static void add_label(Buf *out, const char *label) {
    Buf plain = {0};
    int seen = 0;
    size_t length = 0;
    text_to_terminal(&plain, label);
    while (plain.data && plain.data[length] && seen < NAME) {
        length++;
        while ((plain.data[length] & 0xc0) == 0x80)
            length++;
        seen++;
    }
    buf_add(out, plain.data ? plain.data : "", length);
    for (; seen < NAME; seen++)
        buf_byte(out, ' ');
    buf_free(&plain);
}

/* The controller that turns it; -1: none. */
static int controller_of(const LayerParam *p) {
    const int learned = kn_live_bound(p->live, p->param);
    return learned >= 0 ? learned : kn_program_param_controller(p->program, p->param);
}

static bool has_controllers(const Layers *layers) {
    bool has = false;
    for (int i = 0, n = layers_params(layers); i < n; i++) {
        const LayerParam p = layers_param(layers, i);
        has = has || controller_of(&p) >= 0;
    }
    return has;
}

static void add_param(Page *page, const View *v, const Layers *layers, int i, int left) {
    const LayerParam p = layers_param(layers, i);
    const char *unit = kn_program_param_unit(p.program, p.param);
    const double value = kn_live_get(p.live, p.param);
    const int width = page->columns - left > BAR ? page->columns - left : BAR,
              controller = controller_of(&p);
    const int mark = (int)nearbyint(part_of(p.program, p.param, value) * (width - 1));
    page->lines++;
    buf_puts(&page->text, i == v->chosen ? "> " : "  ");
    add_label(&page->text, kn_program_param_label(p.program, p.param));
    buf_byte(&page->text, ' ');
    add_bar(&page->text, width, 0, mark);
    buf_printf(&page->text, " %.4g%s%s", in_unit(value, unit, false), *unit ? " " : "", unit);
    if (controller >= 0) buf_printf(&page->text, " cc %d", controller);
    buf_puts(&page->text, "\033[K\n");
}

/* Those around the chosen one, as many as there is room for. */
static void add_params(Page *page, View *v, const Layers *layers, int room) {
    const int n = layers_params(layers), shown = n < room ? n : room < 1 ? 0 : room;
    if (v->chosen >= n) v->chosen = n - 1;
    if (v->chosen < 0) v->chosen = 0;
    int first = v->chosen - shown / 2;
    if (first > n - shown) first = n - shown;
    if (first < 0) first = 0;
    const int left = has_controllers(layers) ? FIGURES + CONTROLLER : FIGURES;
    for (int i = first; i < first + shown; i++)
        add_param(page, v, layers, i, left);
}

/* ---- layers ------------------------------------------------------------------------------------------- */

/* [drums]  bass muted  pad alone  (tab, m, s): the chosen one stands in brackets, the keys behind all. */
static void add_layers(Page *page, const View *v, const Layers *layers) {
    const size_t from = page->text.length;
    const Layer *chosen = view_layer(v, layers);
    if (layers->n == 1 && layer_is_heard(layers, 0)) return;
    for (int i = 0; i < layers->n; i++) {
        const Layer *l = &layers->items[i];
        buf_puts(&page->text, l == chosen ? "[" : " ");
        text_to_terminal(&page->text, l->name);
        buf_printf(&page->text, "%s%s%s ", l == chosen ? "]" : " ",
                   atomic_load(&l->muted) ? " muted" : "", atomic_load(&l->soloed) ? " alone" : "");
    }
    if (layers->n > 1) buf_puts(&page->text, " (tab, m, s)");
    end_line(page, from);
}

LayerParam view_param(const View *v, const Layers *layers) {
    return layers_param(layers, v->chosen);
}

Layer *view_layer(const View *v, const Layers *layers) {
    return &layers->items[v->layer];
}

/* ---- what is heard --------------------------------------------------------------------------------------- */

/* Half of the lines that are left, so that params have room. */
static void add_picture(Page *page, const View *v, const Player *p, int room) {
    enum { MOST_ROWS = 12, FEWEST_ROWS = 3 };
    const int rows = room / 2 < MOST_ROWS ? room / 2 : MOST_ROWS;
    Buf picture = {0};
    if (v->picture == VIEW_NONE || rows < FEWEST_ROWS) return;
    (v->picture == VIEW_WAVE ? scope_draw_wave : scope_draw_spectrum)(
        &p->scope, p->rate, page->columns - 1, rows, &picture);
    for (char *line = picture.data, *end; (end = strchr(line, '\n')); line = end + 1) {
        const size_t from = page->text.length;
        buf_add(&page->text, line, (size_t)(end - line));
        end_line(page, from);
    }
    buf_free(&picture);
}

/* ---- the whole --------------------------------------------------------------------------------------- */

/* The cursor stands below it. */
static void go_back(const View *v, Buf *out) {
    if (v->lines > 0) buf_printf(out, "\033[%dA\r", v->lines);
}

static void add_learning(Buf *out, const char *param) {
    buf_puts(out, "turn a controller: it will turn ");
    text_to_terminal(out, param);
}

static void add_keys(Buf *out, bool has_params) {
    buf_printf(out, "space pause, [ ] seek%s, v wave, c clip, q end",
               has_params ? ", arrows turn, r reset, l learn" : "");
}

void view_draw(View *v, const Scene *scene, double now) {
    Page page = {.columns = 80};
    int rows;
    terminal_size(&page.columns, &rows);
    go_back(v, &page.text);
    add_state(&page, v, scene);
    add_notes(&page, v, scene, now);
    const Layers *layers = &scene->player->layers;
    const int room = rows - 4 < 1 ? 1 : rows - 4;
    add_layers(&page, v, layers);
    for (int k = 0; k < scene->player->outputs && k < MOST_METERS && k < room; k++)
        add_meter(&page, v, scene->player, k, now);
    add_picture(&page, v, scene->player, room - page.lines);
    add_params(&page, v, layers, room - page.lines < MOST_SHOWN ? room - page.lines : MOST_SHOWN);
    const size_t from = page.text.length;
    if (scene->learns)
        add_learning(&page.text, scene->learns);
    else
        add_keys(&page.text, layers_params(layers) > 0);
    end_line(&page, from);
    buf_puts(&page.text, "\033[J");
    terminal_write(&page.text);
    buf_free(&page.text);
    v->lines = page.lines;
    v->drawn = now;
}

void view_erase(View *v) {
    Buf text = {0};
    if (v->lines == 0) return;
    go_back(v, &text);
    buf_puts(&text, "\033[J");
    terminal_write(&text);
    buf_free(&text);
    v->lines = 0;
}

/* ---- keys --------------------------------------------------------------------------------------------- */

/* A hundredth of the slider, or the param's own steps, whichever is more. */
static void turn(const LayerParam *p, int direction) {
    const double value = kn_live_get(p->live, p->param),
                 step = kn_program_param_step(p->program, p->param),
                 part = part_of(p->program, p->param, value) + direction / (double)STEPS,
                 next = value_of(p->program, p->param, part);
    kn_live_set(p->live, p->param, fabs(next - value) < step ? value + direction * step : next);
}

bool view_takes_key(View *v, const Layers *layers, int key) {
    const LayerParam p = view_param(v, layers);
    switch (key) {
    case KEY_UP: v->chosen -= v->chosen > 0; return true;
    case KEY_DOWN: v->chosen += v->chosen + 1 < layers_params(layers); return true;
    case KEY_LEFT:
        if (p.live) turn(&p, -1);
        return true;
    case KEY_RIGHT:
        if (p.live) turn(&p, 1);
        return true;
    case 'r':
        if (p.live) kn_live_set(p.live, p.param, kn_program_param_initial(p.program, p.param));
        return true;
    case '\t': v->layer = (v->layer + 1) % layers->n; return true;
    case 'v': v->picture = (v->picture + 1) % VIEW_PICTURES; return true;
    case 'c': memset(v->clipped, 0, sizeof v->clipped); return true;
    default: return false;
    }
}
