/* Programs made by chance. In: choices. Out: the text of a program, in which whatever the language has meets whatever
 * else it has: feedback, delays that move, conditions, params, definitions of the library with usual and odd arguments,
 * lists, signals at other times.
 *
 * The grammar is tables of rules. In the text of a rule `$v` stands for another text of class v, `@` for the name of the
 * definition that is being made. A class begins with its plain rules, which are all that is taken when a program is long
 * enough, and which end. */
#include "generate.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

unsigned choose(Choices *choices, unsigned n) {
    if (choices->left > 0) {
        unsigned byte = *choices->bytes;
        choices->bytes++;
        choices->left--;
        return n > 0 ? byte % n : 0;
    }
    if (choices->seed == 0 || n == 0) return 0;
    /* S. Vigna's splitmix64 */
    uint64_t z = choices->seed += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (unsigned)((z ^ (z >> 31)) >> 32) % n;
}

/* ---- the grammar ------------------------------------------------------------------------------------- */

enum {
    MEMORY = 1, /* makes what has a past: not where a signal is read at any time */
    RARE = 2,   /* costs much, or is chaotic */
};
typedef struct Rule {
    const char *text;
    int flags;
} Rule;

/* A number, as it is written. */
static const Rule numbers[] = {{"0.5", 0},  {"1", 0},      {"0", 0},       {"2", 0},
                               {"-1", 0},   {"0.25", 0},   {"3.7", 0},     {"-0.3", 0},
                               {"0.1", 0},  {"10", 0},     {"1e-3", 0},    {"-6dB", 0},
                               {"7st", 0},  {"90deg", 0},  {"pi", 0},      {"tau", 0},
                               {"0x1F", 0}, {"1e6", RARE}, {"1e-9", RARE}, {"-1e4", RARE}};
static const Rule gains[] = {{"0.5", 0},
                             {"0.9", 0},
                             {"-0.5", 0},
                             {"0.3", 0},
                             {"0.99", 0},
                             {"-0.95", 0},
                             {"-6dB", 0},
                             {"0", 0},
                             {"0.25", 0},
                             {"clamp($p, 0, 0.9)", 0},
                             {"(0.4 * sine($h)(t))", 0}};
static const Rule counts[] = {{"3", 0}, {"1", 0}, {"2", 0},     {"4", 0},
                              {"5", 0}, {"8", 0}, {"12", RARE}, {"17", RARE}};
static const Rule many[] = {{"8", 0}, {"9", 0}, {"16", 0}, {"20", 0}, {"33", RARE}};
static const Rule seconds[] = {{"1ms", 0},    {"dt", 0},        {"3ms", 0},     {"0.01", 0},
                               {"2 * dt", 0}, {"5 * dt", 0},    {"1 / 441", 0}, {"7.5 * dt", 0},
                               {"20ms", 0},   {"0.0371", RARE}, {"200us", 0}};
static const Rule hertz[] = {{"100", 0},   {"440Hz", 0},  {"3", 0},        {"1kHz", 0},
                             {"110.5", 0}, {"12kHz", 0},  {"60bpm", 0},    {"1000 / 3", 0},
                             {"0", RARE},  {"-50", RARE}, {"30kHz", RARE}, {"sr / 4", 0}};
/* A distance into the past: it has bounds and is dt at least. */
static const Rule distances[] = {
    {"dt", 0},
    {"2 * dt", 0},
    {"1ms", 0},
    {"3 * dt", 0},
    {"4.5 * dt", 0},
    {"whole(3ms)", 0},
    {"5.3ms", 0},
    {"130 * dt", 0},
    {"15ms", 0},
    {"(3ms + 2ms * sine($h)(t))", 0},
    {"clamp($v, dt, 4ms)", 0},
    {"(1ms + 1ms * abs(frac($v)))", 0},
    {"lerp(dt, 2ms, clamp($p, 0, 1))", 0},
    {"max(dt, 0.5ms * hash(floor(300 * t)))", 0},
    {"(if $c then 2 * dt else 3ms)", 0},
    {"(dt + 0.3 * dt * (1 + tanh($v)))", 0},
};
/* Of x alone, without memory: shapes and tables. */
static const Rule shapes[] = {
    {"x", 0},
    {"tanh(3 * x)", 0},
    {"sin(tau * x)", 0},
    {"x * x * x", 0},
    {"abs(x)", 0},
    {"clamp(x, -0.5, 0.5)", 0},
    {"floor(4 * x) / 4", 0},
    {"(if x < 0.3 then $x else $x)", 0},
    {"($x + $x)", 0},
    {"($x * $x)", 0},
    {"cos($x)", 0},
    {"exp(-abs($x))", 0},
    {"min($x, $x)", 0},
    {"frac($x)", 0},
    {"x ^ 2 - $n", 0},
    {"sin($n * $x)", 0},
};
/* The time at which a pure signal is read. */
static const Rule warps[] = {{"t - $d", 0},        {"2 * t", 0},
                             {"$n - t", 0},        {"t + 1ms * sine($h)(t)", 0},
                             {"t % 0.01", 0},      {"floor(1000 * t) / 1000", 0},
                             {"t * t", 0},         {"t / 3", 0},
                             {"abs(t - 0.02)", 0}, {"$v", RARE}};
static const Rule conditions[] = {
    {"t < 0.02", 0},
    {"$v > 0", 0},
    {"($v < $v)", 0},
    {"($c and $c)", 0},
    {"($c or not $c)", 0},
    {"$v >= $n", 0},
    {"$g(t) > 0", 0},
    {"floor(3 * $v) == 1", 0},
    {"$v", 0},
    {"frac($h * t) <= 0.5", 0},
    {"$v != 0", 0},
    {"t * $h % 2 >= 1", 0},
};
static const Rule gates[] = {
    {"square($h)", 0},
    {"metro($h)", 0},
    {"(t => t % 0.01 < 4ms)", 0},
    {"box($t)", 0},
    {"(t => $c)", 0},
    {"$s", 0},
    {"smooth($p, 0s)", MEMORY},
    {"(sine($f) - 0.5)", 0},
    {"pulse($f, 0.2)", 0},
    {"gates(pattern(\"x.xo\"), $h)", 0},
    {"rise($g)", MEMORY},
};
/* A frequency: number, param or signal. */
static const Rule frequencies[] = {
    {"$h", 0},
    {"(200 + 150 * $p)", 0},
    {"(t => 300 + 200 * $v)", 0},
    {"(300 + 100 * $s)", 0},
    {"(500 * 2 ^ $s)", 0},
    {"($h * (1 + 0.01 * sine(5)))", 0},
    {"(t => if $c then $h else $h)", 0},
    {"abs(1kHz * $s)", 0},
};
/* A step of mini-notation, and a pattern of numbers. */
static const Rule steps[] = {
    {"1", 0},
    {"0.5", 0},
    {"-2", 0},
    {"~", 0},
    {"3", 0},
    {"[$b $b]", 0},
    {"<$b $b>", 0},
    {"[$b, $b]", 0},
    {"[$b | $b]", 0},
    {"$b*2", 0},
    {"$b*1.5", 0},
    {"$b/2", 0},
    {"$b?", 0},
    {"$b?0.3", 0},
    {"$b!2", 0},
    {"$b@3", 0},
    {"$b(3,8)", 0},
    {"$b(2,5,1)", 0},
    {"$b(<1 3>,4)", 0},
    {"{$b $b $b}%4", 0},
    {"{$b $b, $b}", 0},
    {"$b*<1 2>", 0},
    {"[$b . $b $b]", 0},
    {"$b _ $b", 0},
    {"<$b $b@2 $b>", 0},
    {"0 .. 2", 0},
};
static const Rule patterns[] = {
    {"pattern(\"1 [2 3] ~\")", 0},
    {"pattern(\"x(3,8) o\")", 0},
    {"pattern(\"$b $b\")", 0},
    {"pattern(\"$b $b $b\")", 0},
    {"pattern(\"$b\", 3)", 0},
    {"fast($a, 2)", 0},
    {"slow($a, 1.5)", 0},
    {"early($a, 1 / 3)", 0},
    {"rev($a)", 0},
    {"every($a, 2, rev)", 0},
    {"off($a, 1 / 8, q => q * 2)", 0},
    {"palindrome($a)", 0},
    {"iter($a, 2)", 0},
    {"ply($a, 2)", 0},
    {"struct($a, pattern(\"x(3,8)\"))", 0},
    {"mask($a, [1, 0, 1])", 0},
    {"swing($a)", 0},
    {"humanize($a, 1ms, tempo: 100)", 0},
    {"degrade($a, 0.3)", 0},
    {"gain($a, pattern(\"1 0.5\"))", 0},
    {"($a + $n)", 0},
    {"($a * $a)", 0},
    {"map($a, x => $x)", 0},
    {"cat([$a, $a])", 0},
    {"stack([$a, $a])", 0},
    {"choose([1, $n, 3], [1, 2, 1], 2)", 0},
    {"shuffle($a, 2)", RARE},
};
/* A value of one number now. */
static const Rule values[] = {
    {"$u(t)", 0},
    {"$n", 0},
    {"$p", 0},
    {"sin(tau * $h * t)", 0},
    {"($h * t % 1)", 0},
    {"$u(t - $t)", MEMORY},
    {"noise($k)(t)", 0},
    {"t", 0},
    {"($v + $v)", 0},
    {"($v - $v)", 0},
    {"$v * $v", 0},
    {"($v * $n + $n)", 0},
    {"$s(t)", 0},
    {"$s(t)", 0},
    {"$s(t)", 0},
    {"$s(t - $d)", MEMORY},
    {"$s(t - $d)", MEMORY},
    {"sin($v)", 0},
    {"tanh($v)", 0},
    {"abs($v)", 0},
    {"floor($n * $v)", 0},
    {"round($v)", 0},
    {"ceil(2 * $v)", 0},
    {"frac($v)", 0},
    {"sign($v)", 0},
    {"cos(tau * $v)", 0},
    {"atan($v)", 0},
    {"atan2($v, $v)", 0},
    {"hypot($v, $v)", 0},
    {"exp(min($v, 2))", 0},
    {"log(abs($v) + 0.1)", 0},
    {"log2(1 + abs($v))", 0},
    {"sqrt(abs($v))", 0},
    {"cbrt($v)", 0},
    {"asin(clamp($v, -1, 1))", 0},
    {"sinh(clamp($v, -2, 2))", 0},
    {"cosh(clamp($v, -2, 2))", 0},
    {"tan(clamp($v, -1, 1))", 0},
    {"$v / (1 + abs($v))", 0},
    {"($v / $n)", 0},
    {"($v / $v)", RARE},
    {"($v % $n)", 0},
    {"(abs($v) + 0.1) ^ clamp($v, -2, 2)", 0},
    {"$v ^ 2", 0},
    {"2 ^ clamp($v, -4, 4)", 0},
    {"min($v, $v)", 0},
    {"max($v, $v, $v)", 0},
    {"clamp($v, $n, 2)", 0},
    {"clamp($v, -1, 1)", 0},
    {"lerp($v, $v, $v)", 0},
    {"hash($k * floor(200 * t))", 0},
    {"hash(floor($v))", 0},
    {"bit_and(floor(50 * t), $k)", 0},
    {"bit_xor(floor(100 * abs(clamp($v, -9, 9))), $k) / 9", 0},
    {"bit_shift(floor($v), $k)", RARE},
    {"($c)", 0},
    {"(if $c then $v else $v)", 0},
    {"(if $c then $v else $v)", 0},
    {"[$v, $v, $v][floor(2 * $v)]", 0},
    {"[$n, $n, $n, $n][$h * t % 4]", 0},
    {"sum(1..$k, k => $v / k)", 0},
    {"sum(1..$k, k => sin(tau * k * $h * t) / k)", 0},
    {"sum(1..$k, k => sine(k * $f)(t) * 0.2)", 0},
    {"fold(1..$k, $v, (a, k) => tanh(a * 0.9 + k * $v * 0.1))", 0},
    {"product(1..3, k => 1 + 0.1 * k * $v)", 0},
    {"sum(map([$n, $n, 1], k => k * $v))", 0},
    {"max(map(1..$k, k => sin(k * $v)))", 0},
    {"sum($l(t))", 0},
    {"$l(t)[0]", 0},
    {"sum(zip($l(t), [$v, 2]), [a, b] => a * b)", 0},
    {"table(64, x => $x)($v)", 0},
    {"table(7, x => $x)($h * t)", 0},
    {"{ a = $v; b = $v; a * b + (if a < b then a else b) }", 0},
    {"{ f = x => $x; f($v) + f($n) }", 0},
    {"(beats($f)(t) % 3)", 0},
    {"(t - reached($h, floor(beats($h)(t)))(t))", 0},
    {"since_rise($g)(t) / (1 + since_rise($g)(t))", MEMORY},
    {"min(count($g)(t), 50)", MEMORY},
    {"$y", MEMORY},
    {"$y", MEMORY},
    {"(phase($f)(t) - phase($f)(t - $d))", MEMORY},
    {"sum($s(t - [1ms, 2ms, $d]))", MEMORY},
    {"(beats($p)(t) - floor(beats($p)(t)))", 0},
    {"(floor(beats(abs($p) * 50)(t)) % 4 / $n)", 0},
    {"hash(floor(beats($f)(t)))", 0},
    {"(floor(count($g)(t) / 3) % 4)", MEMORY},
    {"sum(1..$j, k => sin(tau * k * $h * t + k * $v) / k)", RARE},
    {"sum(1..$j, k => noise(k)(t) * $v) / $j", RARE},
    {"fold(1..$j, $v, (a, k) => a * 0.5 + sin(k * a))", RARE},
};
/* A signal of one number. */
static const Rule signals[] = {
    {"$u", 0},
    {"sine($h)", 0},
    {"saw($h)", 0},
    {"noise($k)", 0},
    {"(t => $v)", 0},
    {"(t => $v)", 0},
    {"(t => $v)", 0},
    {"$e", 0},
    {"$e", 0},
    {"$e", 0},
    {"$e", 0},
    {"($s + $s)", 0},
    {"($s * $s)", 0},
    {"($s * $n)", 0},
    {"tanh($s)", 0},
    {"sine($f)", 0},
    {"saw($f)", 0},
    {"square($f)", 0},
    {"triangle($f)", 0},
    {"phase($f)", 0},
    {"blep_saw($f)", 0},
    {"(beats($f) % 4)", 0},
    {"$i", 0},
    {"$i", 0},
    {"delay($s, $t)", MEMORY},
    {"lowpass($s, $f, $n)", MEMORY},
    {"($s |> highpass($f))", MEMORY},
    {"onepole($s, $f)", MEMORY},
    {"resonator($s, $f, $t)", MEMORY},
    {"smooth($s, $t)", MEMORY},
    {"smooth($p, $t)", MEMORY},
    {"integrate($s)", MEMORY},
    {"integrate($f)", MEMORY},
    {"(phase($f) - 0.5)", MEMORY},
    {"running_max($s, $t)", MEMORY},
    {"running_min($s, $t)", MEMORY},
    {"running_mean($s, $t)", MEMORY},
    {"held($s, $g)", MEMORY},
    {"rise($g)", MEMORY},
    {"fir($s, [$n, 0.5, -0.25])", MEMORY},
    {"fir($s, map(1..20, k => exp(-k / 5)))", MEMORY},
    {"convolve($s, t => exp(-300 * t), 10ms)", MEMORY | RARE},
    {"oversample($s, 2, x => $x)", MEMORY | RARE},
    {"at($s, $t)", 0},
    {"loop($s, $t)", 0},
    {"restart($s, $g)", MEMORY},
    {"causal($s)", 0},
    {"$q(t => $w)", 0},
    {"$q(since([1, 0.5], 50))", 0},
    {"(t => $q($w))", 0},
    {"$s(t => t - $t)", 0},
    {"adsr($g, 2ms, 5ms, 0.5, 10ms)", MEMORY},
    {"perc(1ms, 20ms)(since(metro(50)))", RARE},
    {"decay(10ms)(since([1], $h))", 0},
    {"seq([$n, $n, $n], $h)", 0},
    {"hits($q, pattern(\"x.xo\"), 100)", 0},
    {"play($a, $q * decay(5ms), 200)", 0},
    {"play($a, v => sine(100 * v) * decay(5ms), 150)", 0},
    {"play($a, v => sine($h * v), 90 + 20 * $p, ring: 1)", 0},
    {"play($a, (f, length) => (t => f * (t < length)), t => 200 + 50 * $v)", RARE},
    {"play(map($a, x => $q * x), [], 100)", RARE},
    {"hits($q * decay(5ms), $a, 150)", 0},
    {"seq(pattern(\"1 [2 3] ~\"), $h)", RARE},
    {"mono($l)", 0},
    {"$o($s, $r)", MEMORY},
    {"$o($s, $r)", MEMORY},
    {"$o($f, 0.5)", MEMORY},
    {"sum(1..3, k => $s * (1 / k))", 0},
    {"(sum(1..$j, k => sine($h * k) * (1 / k)) * 0.3)", 0},
    {"(sum(1..$j, k => resonator($s, 100 * k, $t)) * 0.1)", MEMORY | RARE},
    {"(sum(1..$j, k => bandpass($s, 150 * k, 4) / k) * 0.2)", MEMORY | RARE},
    {"(sum(1..$j, k => lowpass($q * decay(5ms), 300 * k)) * 0.1)", RARE},
    {"fold(1..$j, $s, (a, k) => tanh(a * (1 + k / 50)))", RARE},
    {"(sum(1..$j, k => delay($s, k * 1ms) / k))", MEMORY | RARE},
    {"(sum(1..$j, k => at(sine(100 * k) * decay(20ms), k * 1ms)) * 0.3)", 0},
    {"(sum(1..$j, k => at(lowpass($q, 200 * k), k * 1.5ms)) * 0.3)", RARE},
    {"(sum(1..$j, k => lowpass(noise(k), 300 + 100 * k * $p)) * 0.2)", MEMORY},
    {"(sum(1..$j, k => table(32, x => $x)(phase(k * $h))) / $j)", 0},
    {"restart(lowpass($s, $f), $g)", MEMORY},
    {"restart(restart($s, $g), $g)", MEMORY},
    {"loop(onepole($q, $f), $t)", 0},
    {"at(at($s, $t), $t)", 0},
    {"hits(lowpass($q, $f) * decay(5ms), pattern(\"x.xx\"), 150)", 0},
    {"metro($f)", 0},
    {"(metro(50 + 20 * $p) |> resonator(500, 5ms))", MEMORY},
    {"since([1, 0, 1], abs($p) * 40)", RARE},
    {"seq([$n, $n, $n], 50 + 30 * $p)", 0},
    {"lerp($s, $s, $s)", 0},
    {"(if $g then $s else $s)", 0},
    {"$s(t => t + 0)", 0},
    {"$o($o($s, $r), $r)", MEMORY},
};
/* A signal of two. */
static const Rule stereos[] = {
    {"[$s, $s]", 0},
    {"$m", 0},
    {"(t => [$v, $v])", 0},
    {"($l * $s)", 0},
    {"($l + $l)", 0},
    {"$l * [0.5, -1]", 0},
    {"pan($s, $s)", 0},
    {"lowpass($l, $f)", MEMORY},
    {"tanh($l)", 0},
    {"map([1, 1.5], k => sine(k * $h))", 0},
    {"delay($l, $t)", MEMORY},
    {"reverse([$s, $s])", 0},
    {"smooth($l, 1ms)", MEMORY},
    {"(if $g > 0 then $l else $l)", 0},
    {"restart($l, $g)", MEMORY | RARE},
};
/* What a definition may be; `@` is its name. */
static const Rule plain_definitions[] = {
    {"@(t) = $v", 0},
    {"@ = $s", 0},
    {"@ = $s |> lowpass($f)", MEMORY},
};
static const Rule feedback_definitions[] = {
    {"@(t) = $v + $r * @(t - $d)", MEMORY},
    {"@(t) = $v + $r * @(t - $d)", MEMORY},
    {"@(t) = tanh($v + $r * @(t - $d) - $r * @(t - $d))", MEMORY},
    {"@(t) = $v + 1.2 * @(t - dt) - 0.5 * @(t - 2 * dt)", MEMORY},
    {"@(t) = 1.9 * @(t - dt) - 0.95 * @(t - 2 * dt) + 0.05 * $v", MEMORY},
    {"@(t) = @(t - dt) + 0.1 * ($v - @(t - dt))", MEMORY},
    {"@(t) = if $c then $v else 0.99 * @(t - dt)", MEMORY},
    {"@(t) = { y = @(t - $d); if $c then clamp(y + $v, -1, 1) else y * $r }", MEMORY},
    {"@(t) = (@(t - dt) + $r * 0.1) % 1", MEMORY},
    {"@(t) = clamp(@(t - dt) + 0.01 * $v, -1, 1)", MEMORY},
    {"@(t) = $v + 0.5 * lowpass(@, $f)(t - $d)", MEMORY},
    {"@(t) = $v - 0.4 * @(t - $d) - 0.3 * @(t - $d) + 0.2 * tanh(@(t - dt))", MEMORY},
    {"@ = $s + 0.5 * delay(@, $t)", MEMORY},
    {"@(t) = sin(tau * phase(t => 200 + 100 * @(t - $d))(t) + $v)", MEMORY},
    {"@(t) = sin(3 * @(t - dt) + $v)", MEMORY | RARE},
    {"@(t) = { y = 0.2 + 0.6 * abs(@(t - dt)); 3.7 * y * (1 - y) }", MEMORY | RARE},
    {"@(t) = $v - integrate(t => 500 * @(t))(t)", MEMORY},
    {"@(t) = ($v + 0.3 * @(t - dt)) / (1 + abs($v))", MEMORY},
    {"@(t) = max($v, 0.999 * @(t - dt))", MEMORY},
    {"@(t) = sum(1..$k, k => @(t - k * dt)) / (2 * $k) + $v", MEMORY},
    {"@(t) = { a = @(t - $d); b = 0.5 * at_half(a) + $v; at_half(x) = x / 2; b }", MEMORY},
    {"@(t) = restart(r => $v + 0.9 * delay(@, 1ms)(r), $g)(t)", MEMORY | RARE},
    {"@(t) = $v * 0.5 + 0.5 * @z(t - $d)\n@z(t) = 0.7 * @(t) + 0.2 * @z(t - dt)", MEMORY},
    {"@(t) = [$v, $v, @(t - dt) * 0.9][floor(3 * $v)]", MEMORY},
};
/* … of two numbers. */
static const Rule stereo_definitions[] = {
    {"@ = $l", 0},
    {"@(t) = [$v, $v]", 0},
    {"@(t) = { [a, b] = @(t - dt); [0.9 * a - 0.2 * b + $v, 0.2 * a + 0.9 * b] }", MEMORY},
    {"@(t) = $l(t) + 0.5 * @(t - $d)", MEMORY},
    {"@(t) = { w = 0.6 * @(t - [3ms, 4.1ms]); $v + w - sum(w) }", MEMORY},
    {"@(t) = { [a, b] = @(t - $d); [tanh(b + $v), $r * a + $v] }", MEMORY},
};
/* … and a function that a signal and a number is given. */
static const Rule function_definitions[] = {
    {"@(x, a)(t) = x(t) + a * x(t - $t)", MEMORY},
    {"@(x, a)(t) = x(t) + a * @(x, a)(t - $d)", MEMORY},
    {"@(x, a = 0.5)(t) = if x(t) > a then $v else x(t)", 0},
    {"@(x, a) = { y(t) = x(t) - a * y(t - $d); y }", MEMORY},
    {"@(x, a)(t) = sin(tau * phase(200 * x)(t)) * a", MEMORY},
    {"@(x, a) = x * a + tanh(x)", 0},
    {"@(x, a)(t) = { y = @(x, a)(t - dt); y + a * (x(t) - y) }", MEMORY},
};

typedef struct Class {
    char letter;
    const Rule *rules;
    int n, plain; /* so many of them end */
} Class;
#define CLASS(letter, rules, plain)                                                                \
    { letter, rules, sizeof rules / sizeof *rules, plain }
static const Class classes[] = {
    CLASS('n', numbers, 17),   CLASS('r', gains, 9),    CLASS('k', counts, 6),
    CLASS('j', many, 2),       CLASS('t', seconds, 10), CLASS('h', hertz, 8),
    CLASS('d', distances, 9),  CLASS('x', shapes, 7),   CLASS('w', warps, 4),
    CLASS('c', conditions, 1), CLASS('g', gates, 4),    CLASS('f', frequencies, 1),
    CLASS('v', values, 8),     CLASS('s', signals, 4),  CLASS('l', stereos, 1),
    CLASS('a', patterns, 2),   CLASS('b', steps, 5),
};
enum { CLASSES = sizeof classes / sizeof *classes };

/* ---- what is known while a program is made ------------------------------------------------------------ */

enum { MOST_NAMES = 16, MOST_PARAMS = 5 };
typedef enum { OF_ONE, OF_TWO, FUNCTION } Kind;
typedef struct Name {
    Kind kind;
    bool memory;
} Name;

typedef struct Generator {
    Choices *choices;
    Buf text;   /* of definitions that are done */
    Buf params; /* declarations */
    Name names[MOST_NAMES];
    int nnames, nparams, ninputs;
    int depth;       /* of rules in each other */
    int left;        /* so many rules until only plain ones are taken */
    bool pure;       /* nothing with a past is wanted */
    bool memory;     /* something with a past was made */
    int self;        /* number of the definition that is being made */
    bool feeds_back; /* of one channel and read at any time before */
} Generator;

static void expand(Generator *g, Buf *out, const char *text);

static bool one_in(Generator *g, unsigned n) {
    return choose(g->choices, n) == n - 1;
}

static const Rule *pick(Generator *g, const Rule *rules, int n) {
    for (int tries = 0; tries < 8; tries++) {
        const Rule *rule = &rules[choose(g->choices, (unsigned)n)];
        if (rule->flags & MEMORY && g->pure) continue;
        if (rule->flags & RARE && !one_in(g, 4)) continue;
        return rule;
    }
    return &rules[0];
}

static void add_rule(Generator *g, Buf *out, const Rule *rules, int n) {
    const Rule *rule = pick(g, rules, n);
    if (rule->flags & MEMORY) g->memory = true;
    g->depth++;
    g->left--;
    expand(g, out, rule->text);
    g->depth--;
}

/* The name of a definition before this one; false: there is none of the kind. */
static bool add_name(Generator *g, Buf *out, Kind kind) {
    int fitting[MOST_NAMES], n = 0;
    for (int i = 0; i < g->nnames; i++)
        if (g->names[i].kind == kind && !(g->pure && g->names[i].memory)) fitting[n++] = i;
    if (n == 0) return false;
    int chosen = fitting[choose(g->choices, (unsigned)n)];
    if (g->names[chosen].memory) g->memory = true;
    buf_printf(out, "s%d", chosen);
    return true;
}

static void add_param(Generator *g, Buf *out) {
    static const char *const ranges[] = {"0.5 in 0..1",
                                         "0.3 in -1..1",
                                         "2 in 0..5",
                                         "0 in -2..2 step 1",
                                         "1 in 0.01..10 log",
                                         "-6dB in -60dB..6dB",
                                         "440Hz in 20Hz..2kHz log",
                                         "0 in 0..1"};
    if (g->nparams == 0 || (g->nparams < MOST_PARAMS && one_in(g, 3))) {
        buf_printf(&g->params, "param p%d = %s\n", g->nparams,
                   ranges[choose(g->choices, sizeof ranges / sizeof *ranges)]);
        buf_printf(out, "p%d", g->nparams++);
        return;
    }
    buf_printf(out, "p%u", choose(g->choices, (unsigned)g->nparams));
}

static void add_input(Generator *g, Buf *out) {
    if (g->pure) {
        buf_puts(out, "noise(7)");
        return;
    }
    g->memory = true;
    int k = (int)choose(g->choices, 2);
    if (k >= g->ninputs) g->ninputs = k + 1;
    buf_printf(out, "in%d", k);
}

/* ---- examples of the library, with other arguments ------------------------------------------------------ */

typedef struct Example {
    char *text; /* of its documentation; NULL: it has none */
    int channels;
    bool pure;
} Example;

/* The definitions' examples as they stand. They live as long as the process, as the compilation that has their texts. */
static Example *examples(int *n) {
    static Example *all;
    static int count;
    static const char mark[] = "Example: ";
    if (!all) {
        Compile *c = compile_create(&(CompileOptions){.rate = 48000, .documented = true});
        const char *const *names = library_public(&c->program, &count);
        all = calloc((size_t)count, sizeof *all);
        for (int i = 0; i < count; i++) {
            Module *module;
            const Def *def = library_find(&c->program, names[i], &module);
            const char *text = def && def->doc ? strstr(def->doc, mark) : NULL;
            if (text)
                all[i].text = strndup(text + strlen(mark), strcspn(text + strlen(mark), "\n"));
        }
        compile_free(c);
    }
    *n = count;
    return all;
}

/* What it is, found when it is first used. */
static void look_at(Example *e) {
    if (e->channels || !e->text) return;
    Compile *c = compile_create(&(CompileOptions){.rate = 48000});
    e->channels = -1;
    if (compile_front(c, "example.kn", e->text, strlen(e->text), true)) {
        e->channels = c->program.graph->noutputs;
        e->pure = program_is_pure(c->program.graph);
    }
    compile_free(c);
}

/* Where a number begins, its digits and its unit end. */
static bool number_at(const char *text, const char *at, const char **digits, const char **unit) {
    if (!isdigit((unsigned char)*at)) return false;
    if (at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '_' || at[-1] == '.'))
        return false;
    while (isdigit((unsigned char)*at))
        at++;
    if (at[0] == '.' && isdigit((unsigned char)at[1]))
        for (at++; isdigit((unsigned char)*at);)
            at++;
    *digits = at;
    while (isalpha((unsigned char)*at))
        at++;
    *unit = at;
    return true;
}

/* Another number, a param or a signal in the place of a number. */
static void add_instead(Generator *g, Buf *out, const char *from, const char *digits,
                        const char *unit) {
    double x = strtod(from, NULL);
    bool whole = x == floor(x);
    static const double factors[] = {2, 0.5, 3, 0.1, 1.01, 10};
    static const char *const odd[] = {"0", "-1", "1e6", "1e-9", "0.5", "3"};
    int length = (int)(unit - digits);
    switch (choose(g->choices, 8)) {
    case 4:
        buf_printf(out, "%.9g%.*s", whole ? x + 1 : x * factors[choose(g->choices, 6)], length,
                   digits);
        break;
    case 5: {
        double y = x * factors[choose(g->choices, 6)];
        buf_printf(out, "%.6f%.*s", whole ? ceil(y) : y, length, digits);
        break;
    }
    case 6:
        if (one_in(g, 3))
            buf_printf(out, "(%s)", odd[choose(g->choices, 6)]);
        else
            buf_printf(out, "(%.*s * (1 + 0.5 * (", (int)(unit - from), from), expand(g, out, "$s"),
                buf_puts(out, ")))");
        break;
    case 7:
        if (g->nparams < MOST_PARAMS && x != 0) {
            buf_printf(&g->params, "param p%d = %.*s in %.9g%.*s..%.9g%.*s\n", g->nparams,
                       (int)(unit - from), from, x / 2, length, digits, 2 * x, length, digits);
            buf_printf(out, "p%d", g->nparams++);
            break;
        }
        /* fall through */
    default: buf_add(out, from, (size_t)(unit - from));
    }
}

/* Sources of the examples, in whose place something else may be heard. */
static size_t source_at(const char *text, const char *at) {
    static const char *const sources[] = {"noise(1)",      "saw(110)",      "sine(440)",
                                          "blep_saw(110)", "blep_saw(220)", "square(3)",
                                          "sine(220)",     "box(0.5)",      "triangle(220)"};
    if (at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '_')) return 0;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (strncmp(at, sources[i], strlen(sources[i])) == 0) return strlen(sources[i]);
    return 0;
}

static void add_changed(Generator *g, Buf *out, const char *text) {
    bool quoted = false;
    const char *digits, *unit;
    for (const char *at = text; *at;) {
        size_t source = quoted ? 0 : source_at(text, at);
        if (*at == '"') quoted = !quoted;
        if (source && one_in(g, 2)) {
            expand(g, out, "$s");
            at += source;
        } else if (!quoted && number_at(text, at, &digits, &unit)) {
            add_instead(g, out, at, digits, unit);
            at = unit;
        } else {
            buf_byte(out, *at++);
        }
    }
}

static bool add_example(Generator *g, Buf *out, bool stereo) {
    int n;
    Example *all = examples(&n);
    for (int tries = 0; tries < 6; tries++) {
        unsigned i = choose(g->choices, 256) + 256 * choose(g->choices, 2);
        Example *e = &all[i % (unsigned)n];
        look_at(e);
        if (e->channels != (stereo ? 2 : 1) || (g->pure && !e->pure)) continue;
        if (!e->pure) g->memory = true;
        buf_puts(out, "(");
        g->depth++;
        g->left -= 3;
        add_changed(g, out, e->text);
        g->depth--;
        buf_puts(out, ")");
        return true;
    }
    return false;
}

/* ---- texts of rules --------------------------------------------------------------------------------------- */

static void add_class(Generator *g, Buf *out, char letter) {
    enum { DEEPEST = 7 };
    bool plain = g->left <= 0 || g->depth >= DEEPEST;
    for (int i = 0; i < CLASSES; i++)
        if (classes[i].letter == letter)
            add_rule(g, out, classes[i].rules, plain ? classes[i].plain : classes[i].n);
}

static void add_pure(Generator *g, Buf *out) {
    bool pure = g->pure;
    g->pure = true;
    add_class(g, out, 's');
    g->pure = pure;
}

static void add_placeholder(Generator *g, Buf *out, char letter) {
    bool plain = g->left <= 0;
    switch (letter) {
    case 'p': add_param(g, out); break;
    case 'i': add_input(g, out); break;
    case 'q': add_pure(g, out); break;
    case 'y': /* its own past */
        if (!g->feeds_back) {
            expand(g, out, "$u(t - $d)");
            break;
        }
        g->memory = true;
        expand(g, out, "($r * @(t - $d))");
        break;
    case 'u':
        if (!add_name(g, out, OF_ONE)) expand(g, out, "sine($h)");
        break;
    case 'm':
        if (!add_name(g, out, OF_TWO)) expand(g, out, "[sine($h), $u]");
        break;
    case 'o':
        if (!add_name(g, out, FUNCTION)) buf_puts(out, "onepole");
        break;
    case 'e':
        if (plain || !add_example(g, out, false)) expand(g, out, "triangle($h)");
        break;
    default:
        if (letter == 'l' && !plain && one_in(g, 4) && add_example(g, out, true)) break;
        add_class(g, out, letter);
    }
}

static void expand(Generator *g, Buf *out, const char *text) {
    for (; *text; text++) {
        if (*text == '@')
            buf_printf(out, "s%d", g->self);
        else if (*text == '$')
            add_placeholder(g, out, *++text);
        else
            buf_byte(out, *text);
    }
}

/* ---- programs ---------------------------------------------------------------------------------------------- */

static void add_definition(Generator *g) {
    static const Class kinds[] = {
        CLASS(OF_ONE, feedback_definitions, 0), CLASS(OF_ONE, feedback_definitions, 0),
        CLASS(OF_ONE, plain_definitions, 0), CLASS(OF_TWO, stereo_definitions, 0),
        CLASS(FUNCTION, function_definitions, 0)};
    const Class *kind = &kinds[choose(g->choices, 5)];
    g->pure = one_in(g, 4) && kind->rules != feedback_definitions;
    g->memory = false;
    g->self = g->nnames;
    g->feeds_back = kind->rules == feedback_definitions;
    add_rule(g, &g->text, kind->rules, kind->n);
    buf_puts(&g->text, "\n");
    g->names[g->nnames++] = (Name){(Kind)kind->letter, g->memory};
    g->pure = g->feeds_back = false;
}

static void add_outputs(Generator *g) {
    static const Rule outs[] = {
        {"out = $u", 0}, {"out = [$u, $s]", 0}, {"out = [$u, $u, t => $v]", 0},
        {"out = $l", 0}, {"out(t) = $v", 0},    {"out = [t => sum($m(t)), $u, mono($l)]", 0}};
    add_rule(g, &g->text, outs, sizeof outs / sizeof *outs);
    buf_puts(&g->text, "\n");
}

char *generate_program(Choices *choices) {
    Generator g = {.choices = choices};
    Buf program = {0};
    bool pure = one_in(&g, 5);
    int definitions = 1 + (int)choose(choices, 7);
    for (int i = 0; i < definitions; i++) {
        g.left = 8 + (int)choose(choices, 20);
        add_definition(&g);
    }
    g.left = 6 + (int)choose(choices, 16);
    g.pure = pure;
    add_outputs(&g);
    if (g.ninputs > 0) buf_puts(&program, g.ninputs > 1 ? "input in0, in1\n" : "input in0\n");
    if (g.params.data) buf_puts(&program, g.params.data);
    buf_puts(&program, g.text.data);
    buf_free(&g.params);
    buf_free(&g.text);
    return program.data;
}
