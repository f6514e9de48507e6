# A picture: for works, small programs and examples what each kind takes, a row a program; for curves how that
# and compiling grow. All axes are logarithmic.

BEGIN {
    WIDTH = 1200; ROW = 18; LEFT = 150; CHART_WIDTH = 150; CHART_HEIGHT = 96; COLUMNS = 6
    split("#c2410c #7f1d1d #f59e0b #fcd34d #1d4ed8 #60a5fa #64748b #16a34a #7c3aed #9ca3af", shades, " ")
    for (i = 1; i <= nfamilies; i++) shade[families[i]] = shades[i]
    body = ""; y = 0
}

function add(s) { body = body s "\n" }

function escaped(s) {
    gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s)
    return s
}

function write(x, at, s, style) { add(sprintf("<text x=\"%.1f\" y=\"%.1f\"%s>%s</text>", x, at, style ? " " style : "", escaped(s))) }

function rule(x1, y1, x2, y2, class) { add(sprintf("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>", x1, y1, x2, y2, class)) }

function log10(x) { return log(x) / log(10) }
function floor(x) { return x < int(x) ? int(x) - 1 : int(x) }

# 0.01, 0.1, 1, 10 …
function power(k) { return k < 0 ? sprintf("%." (-k) "f", 10 ^ k) : k < 4 ? sprintf("%d", 10 ^ k) : "10^" k }

# ---- a row a program -----------------------------------------------------------------------------------------------

function place(x) { return LEFT + (log10(x) - low_power) / (high_power - low_power) * (WIDTH - LEFT - 30) }

function find_range(g,    r) {
    low_power = 99; high_power = -99
    for (r = 1; r <= contestants; r++) {
        if (group[of[r]] != g || !counts[r] || median[r] <= 0) continue
        if (floor(log10(median[r])) < low_power) low_power = floor(log10(median[r]))
        if (floor(log10(median[r])) + 1 > high_power) high_power = floor(log10(median[r])) + 1
    }
    return low_power < high_power
}

function draw_legend(g, x,    i) {
    for (i = 1; i <= nfamilies; i++) {
        if (!((g, families[i]) in seen)) continue
        add(sprintf("<circle cx=\"%d\" cy=\"%d\" r=\"5\" fill=\"%s\"/>", x, y - 4, shade[families[i]]))
        write(x + 9, y, title[families[i]])
        x += 24 + 7 * length(title[families[i]])
    }
}

# The line through a point is what lies between the quarters.
function draw_program(p,    i, f, r, x) {
    write(LEFT - 12, y + 4, name[p], "text-anchor=\"end\"")
    rule(LEFT, y, WIDTH - 30, y, "faint")
    for (i = nfamilies; i >= 1; i--) {
        f = families[i]
        if (!((p, f) in best) || median[best[p, f]] <= 0) continue
        r = best[p, f]; x = place(median[r])
        add(sprintf("<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\"/>", \
            place(low[r]), y, place(high[r]), y, shade[f]))
        add(sprintf("<circle cx=\"%.1f\" cy=\"%d\" r=\"%s\" fill=\"%s\"><title>%s, %s: %s ns</title></circle>", x, y, \
            f ~ /^kanon/ ? "5.5" : "4.5", shade[f], escaped(name[p]), title[f] " (" variant[r] ")", short(median[r])))
    }
    y += ROW
}

function draw_group(g, heading,    p, k, top) {
    if (!find_range(g)) return
    y += 40
    write(20, y, heading, "class=\"heading\"")
    y += 24
    draw_legend(g, LEFT)
    y += 30; top = y - 12
    for (k = low_power; k <= high_power; k++) write(place(10 ^ k), top - 2, power(k) " ns", "text-anchor=\"middle\" class=\"small\"")
    for (p = 1; p <= programs; p++) if (group[p] == g) draw_program(p)
    for (k = low_power; k <= high_power; k++) rule(place(10 ^ k), top + 2, place(10 ^ k), y - 8, "faint")
}

# ---- a chart a curve ------------------------------------------------------------------------------------------------

# What a family has for that size: ns a frame, or the least milliseconds of compiling.
function quantity(p, f, of_compiling,    r, x, found) {
    if (!of_compiling) return figure(p, f)
    found = "-"
    for (r = 1; r <= contestants; r++) {
        if (of[r] != p || family[r] != f || !counts[r]) continue
        x = compile[r]
        if (x != "-" && (found == "-" || x + 0 < found + 0)) found = x
    }
    return found
}

function inside(x, a, b, from, to) { return b > a ? from + (log10(x) - a) / (b - a) * (to - from) : (from + to) / 2 }

function draw_line(points, f, n,    marks, i, xy) {
    n = split(points, marks, " ")
    if (n > 1) add(sprintf("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", points, shade[f]))
    for (i = 1; i <= n; i++) {
        split(marks[i], xy, ",")
        add(sprintf("<circle cx=\"%s\" cy=\"%s\" r=\"2.5\" fill=\"%s\"/>", xy[1], xy[2], shade[f]))
    }
}

function draw_chart(c, x, at, of_compiling,    p, i, f, v, a, b, lo, hi, points, k) {
    a = lo = 99; b = hi = -99
    for (p = 1; p <= programs; p++) {
        if (group[p] != "curves" || curve[p] != c) continue
        v = log10(size[p]); if (v < a) a = v; if (v > b) b = v
        for (i = 1; i <= nfamilies; i++) {
            v = quantity(p, families[i], of_compiling)
            if (v == "-" || v <= 0) continue
            if (floor(log10(v)) < lo) lo = floor(log10(v))
            if (floor(log10(v)) + 1 > hi) hi = floor(log10(v)) + 1
        }
    }
    write(x, at - 6, c, "class=\"name\"")
    add(sprintf("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" class=\"frame\"/>", x, at, CHART_WIDTH, CHART_HEIGHT))
    if (lo > hi) return
    for (k = lo; k <= hi; k++) {
        v = at + CHART_HEIGHT - (k - lo) / (hi - lo) * CHART_HEIGHT
        rule(x, v, x + CHART_WIDTH, v, "faint")
        if (k == lo || k == hi) write(x - 4, v + 3, power(k), "text-anchor=\"end\" class=\"small\"")
    }
    write(x, at + CHART_HEIGHT + 11, sprintf("%d", 10 ^ a + 0.5), "class=\"small\"")
    write(x + CHART_WIDTH, at + CHART_HEIGHT + 11, sprintf("%d", 10 ^ b + 0.5), "text-anchor=\"end\" class=\"small\"")
    for (i = nfamilies; i >= 1; i--) {
        f = families[i]; points = ""
        for (p = 1; p <= programs; p++) {
            if (group[p] != "curves" || curve[p] != c) continue
            v = quantity(p, f, of_compiling)
            if (v == "-" || v <= 0) continue
            points = points sprintf("%.1f,%.1f ", \
                inside(size[p], a, b, x, x + CHART_WIDTH), inside(v, lo, hi, at + CHART_HEIGHT, at))
        }
        draw_line(points, f)
    }
}

function draw_curves(of_compiling, heading,    p, n, x, top, last) {
    y += 40
    write(20, y, heading, "class=\"heading\"")
    y += 24
    draw_legend("curves", 20)
    top = y + 30
    for (p = 1; p <= programs; p++) {
        if (group[p] != "curves" || curve[p] == last) continue
        last = curve[p]
        x = 60 + (n % COLUMNS) * (CHART_WIDTH + 42)
        y = top + int(n / COLUMNS) * (CHART_HEIGHT + 44)
        draw_chart(last, x, y, of_compiling)
        n++
    }
    y += CHART_HEIGHT + 20
}

END {
    y = 36
    write(20, y, "Kanon and its peers", "class=\"title\"")
    y += 20
    write(20, y, value["processor"] "; " value["instructions"] "; " value["date"], "class=\"small\"")
    write(20, y + 14, value["kanon"] "; " value["gcc"] "; " value["clang"] "; " value["faust"] "; load " value["load"], "class=\"small\"")
    y += 14
    draw_group("works", "Works: ns a frame, the best of each kind")
    draw_group("small", "Small programs: ns a frame")
    draw_group("examples", "Examples and pieces: ns a frame")
    for (p = 1; p <= programs; p++) if (group[p] == "curves") has_curves = 1
    if (has_curves) {
        draw_curves(0, "As programs grow: ns a frame, by size")
        draw_curves(1, "As programs grow: ms to compile (C: the C compiler)")
    }
    y += 30
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n", WIDTH, y, WIDTH, y
    print "<style>text { font: 12px sans-serif; fill: #1f2937 } .title { font-size: 20px; font-weight: bold }"
    print ".heading { font-size: 15px; font-weight: bold } .name { font-weight: bold }"
    print ".small { font-size: 10px; fill: #6b7280 } .faint { stroke: #e5e7eb } .frame { fill: none; stroke: #d1d5db }</style>"
    printf "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n%s</svg>\n", WIDTH, y, body
}
