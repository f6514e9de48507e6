#!/bin/bash
# Writes the reference of the standard library from the texts in stdlib/: docs/library.md, and a page with a
# picture of each definition, build/docs/library.html. Needs a built kanon, and gnuplot for the page.
#   docs/library.sh            both
#   docs/library.sh --text     docs/library.md to standard output, for the test that it is up to date
set -eu
cd "$(dirname "$0")/.."
kanon=${BUILD:-build}/kanon
page=${BUILD:-build}/docs/library.html

# In the order in which one needs them.
first="oscillators noises envelopes filters delays reverbs dynamics distortion space models modulation
    composition patterns samples scales conversions meters textures shapes colours"
families=$( (tr -s ' ' '\n' <<< "$first"; ls stdlib | sed 's/\.kn$//') | awk 'NF && !seen[$0]++')

# What a filter does to a sweep says more than what it does to its example.
responses="
lowpass sweep |> lowpass(1kHz, 2)
highpass sweep |> highpass(1kHz, 2)
bandpass sweep |> bandpass(1kHz, 5)
notch sweep |> notch(1kHz, 2)
allpass sweep + allpass(sweep, 1kHz, 1)
peaking sweep |> peaking(1kHz, 12dB, 2)
lowshelf sweep |> lowshelf(300Hz, 9dB)
highshelf sweep |> highshelf(3kHz, -12dB)
onepole sweep |> onepole(500Hz)
svf svf(sweep, 1kHz, 4)[0]
butterworth sweep |> butterworth(6, 1kHz)
crossover crossover(sweep, 1kHz)[0]
ladder 0.01 * sweep |> ladder(1kHz, 0.8) |> _ * 100
comb sweep * 0.1 |> comb(1ms, 0.9)
dcblock sweep |> dcblock(100Hz)
"

about() { # what holds for a whole file: its lines that begin with //!
    sed -n 's|^//! ||p' "stdlib/$1.kn"
}

names_of() { # public definitions of a file, in the order of the text
    sed -n 's/^\([a-z][A-Za-z0-9_]*\)[ (=].*/\1/p' "stdlib/$1.kn" | uniq
}

text() {
    echo '# The standard library'
    echo
    echo 'Written by `make docs` from the texts in `stdlib/`; `kanon doc NAME` shows one of them. How each is'
    echo 'proved, and how exact it is, stands in [proofs.md](proofs.md).'
    echo
    for family in $families; do
        printf -- '- [%s](#%s): %s\n' "${family^}" "$family" "$(names_of "$family" | sed 's/.*/`&`/' | paste -sd' ')"
    done
    for family in $families; do
        printf '\n## %s\n' "${family^}"
        about "$family" | awk 'NR == 1 { print "" } { gsub(/[*_|<]/, "\\\\&"); print }'
        for name in $(names_of "$family"); do
            "$kanon" doc "$name" | awk '
                NR == 1 { printf "\n### `%s`\n\n", $0; next }
                /^$/ || /^from </ { next }
                { sub(/^    /, "") }
                /^Example: / { sub(/^Example: /, ""); printf "\n    %s\n", $0; next }
                { gsub(/[*_|<]/, "\\\\&"); print $0 "  " }'
        done
    done
    printf '\n## Built in\n\nWhat is part of the language itself; docs/language.md says more.\n\n'
    "$kanon" doc | sed '1,/^built in:/d; /^$/,$d' | awk '{
        name = $1
        sub(/^[^ ]+ +/, "")
        gsub(/[*_|<]/, "\\\\&")
        print "- `" name "`: " $0
    }'
}

# ---- pictures: PNG on standard output ------------------------------------------------------------

plot() { # what to plot, in the language of gnuplot
    gnuplot 2> /dev/null << PLOT # it warns of lines that are flat
set terminal pngcairo size 560,110 font "Helvetica,8" background "#ffffff"
set output
unset key
set border 1
set tics nomirror
set lmargin 4
set rmargin 1
$1
PLOT
}

wave() { # of an expression: half a second
    "$kanon" render -e "$1" --for 0.5s -o "$work/wave.f32" 2> /dev/null || return
    local channels fields
    channels=$(("$(stat -c %s "$work/wave.f32")" / 4 / 24000))
    fields=$(printf '%%float%.0s' $(seq "$channels"))
    plot "set ytics 1; set offsets 0, 0, 0.05, 0.05; plot '$work/wave.f32' binary format='$fields' using (\$0 / 48000.0):1 with lines lc rgb '#20639b' lw 0.5"
}

response() { # of a filter: a sweep from 20 Hz to 20 kHz, and how loud it comes out
    cat > "$work/response.kn" << PROGRAM
sweep(t) = sin(tau * phase(t => 20 * 1000 ^ (t / 8))(t))
out = peak($1, 50ms)
PROGRAM
    "$kanon" render "$work/response.kn" --for 8s -o "$work/wave.f32" 2> /dev/null || return
    plot "set logscale x; set xrange [20:20000]; set yrange [-48:24]; set ytics 24; set grid; plot '$work/wave.f32' binary format='%float' every 96 using (20 * 1000 ** (\$0 / 384000.0)):(20 * log10(\$1)) with lines lc rgb '#ed553b' lw 1"
}

picture() { # of a definition
    local seen
    seen=$(sed -n "s/^$1 //p" <<< "$responses")
    if [ -n "$seen" ]; then
        response "$seen"
    else
        wave "$("$kanon" doc "$1" | sed -n 's/^ *Example: //p')"
    fi
}

escaped() { sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'; }

html() {
    cat << HEAD
<!doctype html>
<meta charset="utf-8">
<title>Kanon: the standard library</title>
<style>
body { font: 15px/1.45 sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #222 }
h3 { font: bold 15px monospace; margin: 2em 0 0.3em }
pre { background: #f4f4f0; padding: 0.5em; overflow-x: auto }
img { display: block; max-width: 100% }
nav code { margin-right: 0.4em }
</style>
<h1>Kanon: the standard library</h1>
HEAD
    for family in $families; do
        printf '<nav><b>%s</b> %s</nav>\n' "${family^}" \
            "$(names_of "$family" | sed 's|.*|<a href="#&"><code>&</code></a>|' | paste -sd' ')"
    done
    for family in $families; do
        printf '<h2>%s</h2>\n<p>%s</p>\n' "${family^}" "$(about "$family" | escaped)"
        for name in $(names_of "$family"); do
            "$kanon" doc "$name" | escaped | awk -v name="$name" '
                NR == 1 { printf "<h3 id=\"%s\">%s</h3>\n", name, $0; next }
                /^$/ || /^from &lt;/ { next }
                { sub(/^    /, "") }
                /^Example: / { sub(/^Example: /, ""); printf "<pre>%s</pre>\n", $0; next }
                { print $0 "<br>" }'
            if picture "$name" > "$work/picture.png" && [ -s "$work/picture.png" ]; then
                printf '<img alt="" src="data:image/png;base64,%s">\n' "$(base64 -w0 "$work/picture.png")"
            fi
        done
    done
}

if [ "${1-}" = --text ]; then
    text
    exit
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$(dirname "$page")"
text > "$work/library.md"
mv "$work/library.md" docs/library.md
html > "$work/library.html"
mv "$work/library.html" "$page"
echo "docs/library.md, $page"
