# The table for people.

function cell(p, f,    r) {
    if (!((p, f) in best)) return "-"
    r = best[p, f]
    return sprintf("%s%s ±%.0f%%", sound[r] == "alike" ? "~" : "", short(median[r]), spread(r))
}

# ± is two bytes and one column wide.
function pad(text, width,    columns) {
    columns = length(text) - (index(text, "±") ? length("±") - 1 : 0)
    return columns < width ? sprintf("%" (width - columns) "s", "") text : text
}

function line(text) { printf "%s\n", text }

# ---- the groups ---------------------------------------------------------------------------------------------------

function print_machine(    i) {
    for (i = 1; i <= facts; i++) printf "%-16s %s\n", names[i], value[names[i]]
}

function has_group(g,    p) {
    for (p = 1; p <= programs; p++) if (group[p] == g) return 1
    return 0
}

function reached(x, goal) { return x == "-" ? "-" : short(x) (goal == "-" ? "" : " of " goal) }

function print_works(    i, p, text, f, against) {
    if (!has_group("works")) return
    line("\nworks: ns a frame, the best of each kind")
    text = sprintf("%-15s", "")
    for (i = 1; i <= nfamilies; i++) if (("works", families[i]) in seen) text = text pad(title[families[i]], 14)
    line(text pad("C of goal", 14) pad("jit of goal", 14))
    for (p = 1; p <= programs; p++) {
        if (group[p] != "works") continue
        text = sprintf("%-15s", name[p])
        for (i = 1; i <= nfamilies; i++) if (("works", families[i]) in seen) text = text pad(cell(p, families[i]), 14)
        against = figure(p, beside[name[p]] == "copy" ? "limit" : "faust_c")
        text = text pad(reached(ratio(against, figure(p, "kanon_c")), goal_c[name[p]]), 14)
        line(text pad(reached(ratio(figure(p, "faust_llvm"), figure(p, "kanon_jit")), goal_memory[name[p]]), 14))
    }
}

function compile_of(p, label,    r) {
    for (r = 1; r <= contestants; r++)
        if (of[r] == p && family[r] "/" variant[r] == label && counts[r]) return compile[r]
    return "-"
}

function seconds(ms) { return ms == "-" ? "-" : short(ms / 1000) }

function print_programs(g, heading,    p, j, text, sum, sum_c, n) {
    if (!has_group(g)) return
    line("\n" heading)
    text = sprintf("%-19s", "") pad("jit", 14) pad("C", 14) pad("C, x86-64", 14) pad("C / jit", 9) pad("real time", 11)
    line(text pad("jit ms", 9) pad("gcc s", 9) pad("clang s", 9) pad("jit dB", 8) pad("C dB", 8))
    for (p = 1; p <= programs; p++) {
        if (group[p] != g) continue
        j = figure(p, "kanon_jit")
        text = sprintf("%-19s", name[p]) pad(cell(p, "kanon_jit"), 14) pad(cell(p, "kanon_c"), 14) pad(cell(p, "kanon_plain"), 14)
        text = text pad(short(ratio(figure(p, "kanon_c"), j)), 9) pad(short(ratio(1e9 / 48000, j)), 11)
        text = text pad(short(compile_of(p, "kanon_jit/jit")), 9) pad(seconds(compile_of(p, "kanon_c/gcc")), 9)
        text = text pad(seconds(compile_of(p, "kanon_c/clang")), 9)
        line(text pad(decibels(p, "kanon_jit"), 8) pad(decibels(p, "kanon_c"), 8))
        if (j == "-" || figure(p, "kanon_c") == "-") continue
        sum += j; sum_c += figure(p, "kanon_c"); n++
    }
    line(sprintf("%-19s", n + 0 " together") pad(short(sum), 11) pad(short(sum_c), 14))
}

function decibels(p, f) { return ((p, f) in best) ? sprintf("%.0f", db[best[p, f]]) : "-" }

function print_curves(    p, text, last) {
    if (!has_group("curves")) return
    line("\ncurves: size; ms or s to compile, ns a frame")
    text = sprintf("%-25s", "") pad("jit ms", 9) pad("ns", 9) pad("C: gcc s", 11) pad("ns", 9)
    line(text pad("Faust: gcc s", 14) pad("ns", 9) pad("libfaust ms", 13) pad("ns", 9))
    for (p = 1; p <= programs; p++) {
        if (group[p] != "curves") continue
        text = sprintf("%-17s %7d", curve[p] == last ? "" : curve[p], size[p])
        text = text pad(short(compile_of(p, "kanon_jit/jit")), 9) pad(short(figure(p, "kanon_jit")), 9)
        text = text pad(seconds(compile_of(p, "kanon_c/gcc")), 11) pad(short(figure(p, "kanon_c")), 9)
        text = text pad(seconds(compile_of(p, "faust_c/gcc")), 14) pad(short(figure(p, "faust_c")), 9)
        line(text pad(short(compile_of(p, "faust_llvm/scalar")), 13) pad(short(figure(p, "faust_llvm")), 9))
        last = curve[p]
    }
}

function print_limits(    p, x) {
    if (!has_group("limits")) return
    line("\nlimits of one core")
    for (p = 1; p <= programs; p++) {
        if (group[p] != "limits" || (x = figure(p, "limit")) == "-") continue
        if (name[p] ~ /^madd/) printf "%-15s %s products with a sum a ns\n", name[p], short(64 / x)
        else printf "%-15s %s ns a frame of one channel, %s GB/s\n", name[p], short(x), short(8 / x)
    }
}

# The same reason is told once, with all whose it was.
function print_left_out(    r, i, n, label) {
    for (r = 1; r <= contestants; r++) {
        if (why[r] == "-") continue
        label = family[r] "/" variant[r]
        if (!(why[r] in who)) { reason[++n] = why[r]; who[why[r]] = "" }
        if (!((why[r], label) in told)) who[why[r]] = who[why[r]] (who[why[r]] ? ", " : "") label
        if (!((why[r], of[r]) in told)) where[why[r]] = where[why[r]] (++places[why[r]] > 3 ? "" : " " name[of[r]])
        told[why[r], label] = told[why[r], of[r]] = 1
    }
    if (n) line("\nleft out")
    for (i = 1; i <= n; i++) {
        r = reason[i]
        printf "%s: %s (%s%s)\n", r, who[r], substr(where[r], 2), (places[r] > 3 ? " and " places[r] - 3 " more" : "")
    }
}

END {
    print_machine()
    print_limits()
    print_works()
    print_programs("small", "small programs: ns a frame")
    print_programs("examples", "examples and pieces, from their beginning: ns a frame")
    print_curves()
    print_left_out()
}
