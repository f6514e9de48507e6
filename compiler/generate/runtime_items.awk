# The runtime's texts cut into items, of which an emitted file gets those that it needs. In: C texts, in the order in which they
# can stand. Out: runtime_items[], runtime_needs[], and runtime_names[] in the order of strcmp.
#
# An item is what stands alone at the left edge: a function, a typedef, an enum, a table, macros on lines that follow each
# other, an #if with all to its #endif; with the comment right above it. Other comments are for readers of the runtime.
# What it defines begins with kn_, Kn or KN_. `MACRO(name, …)` at the left edge defines name, or kn_strip_name where that
# begins with none of them. An item without a name is needed by all: the C library's headers, what compilers are told.
#
# Emitted files know neither KN_SET nor KN_FUSE: `#ifdef` and `#ifndef` of these, and guards, are decided here. A kernel
# has its name in them, kn_strip_name, also where KN_CALL(name) calls it; and of KN_BUFFER, which tells how memory is aligned, nothing is left.

function fail(message) {
    print FILENAME ": " message > "/dev/stderr"
    failed = 1
    exit 1
}

# A line without comments, texts and what they hold; `commented` goes on from line to line.
function code_of(line,    out, c, two, i, n) {
    out = ""
    n = length(line)
    for (i = 1; i <= n; i++) {
        c = substr(line, i, 1)
        two = substr(line, i, 2)
        if (commented) {
            if (two == "*/") { commented = 0; i++ }
        } else if (two == "/*") {
            commented = 1
            i++
            out = out " "
        } else if (two == "//") {
            break
        } else if (c == "\"" || c == "'") {
            for (i++; i <= n && substr(line, i, 1) != c; i++)
                if (substr(line, i, 1) == "\\") i++
            out = out c c
        } else {
            out = out c
        }
    }
    return out
}

function count(text, sign,    copy) {
    copy = text
    return gsub(sign, "", copy)
}

# ---- what an item defines and needs ----

function define(name) {
    if (defined[nitems, name]++) return
    names++
    name_of[names] = name
    item_of[names] = nitems
    named[nitems] = 1
}

function is_ours(word) {
    return word ~ /^(kn_|Kn|KN_)/
}

# `depth` and what is left of `open_enum` go from line to line of an item.
function find_definitions(code,    rest, word, before, after) {
    if (code ~ /^ *# *define /) {
        rest = code
        sub(/^ *# *define +/, "", rest)
        match(rest, /^[A-Za-z_0-9]+/)
        define(substr(rest, 1, RLENGTH))
        return
    }
    if (code ~ /^ *#/) return
    if (depth == 0 && code ~ /^[A-Z][A-Z_0-9]*\(/) {
        rest = code
        sub(/^[^(]*\( */, "", rest)
        match(rest, /^[A-Za-z_0-9]+/)
        word = substr(rest, 1, RLENGTH)
        define(is_ours(word) ? word : "kn_strip_" word)
    }
    if (depth == 0 && code ~ /(^|[^A-Za-z_0-9])enum /) open_enum = 1
    before = ""
    while (match(code, /[A-Za-z_][A-Za-z_0-9]*|[^A-Za-z_ ]/)) {
        word = substr(code, RSTART, RLENGTH)
        code = substr(code, RSTART + RLENGTH)
        after = code
        sub(/^ +/, "", after)
        if (word == "{") depth++
        if (word == "}") depth--
        if (word == ";" && depth == 0) open_enum = 0
        if (is_ours(word)) {
            if (open_enum && depth == 1 && (before == "{" || before == ",")) define(word)
            if (depth == 0 && word !~ /^KN_/ && after ~ /^(\(|;|\[|=|__attribute__)/) define(word)
        }
        before = word
    }
}

function add_item(text, code,    lines, line, n, i) {
    nitems++
    text_of[nitems] = text
    code_text[nitems] = code
    n = split(code, lines, "\n")
    depth = open_enum = 0
    for (i = 1; i <= n; i++) {
        line = lines[i]
        find_definitions(line)
        if (line ~ /^ *#/)
            while (line ~ /\\ *$/) line = lines[++i]
    }
    if (!named[nitems]) {
        if (code !~ /# *(pragma|include) /) fail("this defines no name with kn_, Kn, KN_ in front:\n" text)
        always[nitems] = 1
    }
}

# ---- texts to items ----

# Decides what only the runtime itself asks for. Lines that go are taken out of `line`.
function decide(total,    i, kept, level, hidden, kind, word) {
    kept = level = hidden = 0
    for (i = 1; i <= total; i++) {
        if (line[i] ~ /^ *# *if/) {
            level++
            split(line[i], word, " ")
            kind = word[2] ~ /^KN_(SET|FUSE)$/ ? (word[1] == "#ifdef" ? "no" : "yes") : \
                   word[2] ~ /^KANON_[A-Z_]*_H$/ ? "yes" : ""
            asked[level] = kind
            if (kind == "no" && !hidden) hidden = level
            if (kind != "") continue
        } else if (line[i] ~ /^ *# *else/ && asked[level] != "") {
            if (hidden == level) hidden = 0
            else if (!hidden) hidden = level
            continue
        } else if (line[i] ~ /^ *# *endif/) {
            if (hidden == level) hidden = 0
            if (asked[level--] != "") continue
        }
        if (hidden || line[i] ~ /^# *include "/ || line[i] ~ /^# *define KANON_[A-Z_]*_H$/) continue
        if (line[i] ~ /^ *KN_BUFFER\([a-z0-9]*\);/) continue
        line[++kept] = line[i]
        while (match(line[kept], /KN_CALL\([a-z0-9_]+\)/))
            line[kept] = substr(line[kept], 1, RSTART - 1) "kn_strip_" \
                substr(line[kept], RSTART + 8, RLENGTH - 9) substr(line[kept], RSTART + RLENGTH)
        if (line[kept] ~ /^KN_KERNEL\([a-z0-9_]+\)/) {
            sub(/^KN_KERNEL\(/, "static KN_APART void kn_strip_", line[kept])
            sub(/\)/, "", line[kept])
            if (line[i + 1] ~ /^\(/) line[kept] = line[kept] line[++i]
        }
    }
    line[kept + 1] = "" # which is looked at, behind the last
    return kept
}

function take_file(total,    i, text, code, last, first_line, braces, rounds, ifs, this, goes_on, directive) {
    total = decide(total)
    text = code = ""
    commented = 0
    first_line = 1
    for (i = 1; i <= total; i++) {
        if (text == "" && line[i] == "") continue
        if (code == "" && (commented || line[i] ~ /^\/\*/)) {
            this = code_of(line[i])
            text = text line[i] "\n"
            if (commented) continue
            if (line[i + 1] == "" || first_line) text = "" # of the whole file, or of a part of it
            first_line = 0
            continue
        }
        first_line = 0
        directive = !commented && line[i] ~ /^#/
        this = code_of(line[i])
        text = text line[i] "\n"
        code = code this "\n"
        if (directive && this ~ /^# *if/) ifs++
        if (directive && this ~ /^# *endif/) ifs--
        goes_on = this ~ /\\ *$/
        if (directive && ifs == 0 && !goes_on && this ~ /^# *(define|include)/ && line[i + 1] ~ /^# *(define|include) /)
            continue
        if (!directive && !macro_goes_on) {
            braces += count(this, "{") - count(this, "}")
            rounds += count(this, "[(]") - count(this, "[)]")
        }
        last = this
        sub(/ +$/, "", last)
        if (directive || macro_goes_on) {
            macro_goes_on = goes_on
            if (goes_on || ifs > 0 || braces > 0) continue
        } else if (ifs > 0 || braces > 0 || rounds > 0 || commented || last !~ /[;})]$/ || line[i + 1] ~ /^\(/) {
            continue
        }
        add_item(text, code)
        text = code = ""
    }
    if (code != "" || ifs || braces || rounds) fail("this does not end:\n" text)
}

{
    if (FNR == 1 && NR > 1) take_file(nlines)
    if (FNR == 1) nlines = 0
    line[++nlines] = $0
    line[nlines + 1] = ""
}

# ---- items to C ----

function sort_names(    i, j, name, item) {
    for (i = 2; i <= names; i++) {
        name = name_of[i]
        item = item_of[i]
        for (j = i - 1; j > 0 && (name_of[j] "" > name "" || (name_of[j] == name && item_of[j] > item)); j--) {
            name_of[j + 1] = name_of[j]
            item_of[j + 1] = item_of[j]
        }
        name_of[j + 1] = name
        item_of[j + 1] = item
    }
}

function find_needs(item,    rest, word, i) {
    rest = code_text[item]
    first_need[item] = nneeds
    while (match(rest, /[A-Za-z_][A-Za-z_0-9]*/)) {
        word = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        if (!(word in first_named)) {
            if (is_ours(word) && word != "KN_STRIP" && rest !~ /^ *##/)
                fail(word " is used and not defined:\n" text_of[item])
            continue
        }
        for (i = first_named[word]; name_of[i] == word; i++)
            if (item_of[i] != item && !seen[item, item_of[i]]++) need[nneeds++] = item_of[i] - 1
    }
}

function print_text(text,    lines, n, i, one) {
    n = split(text, lines, "\n") - 1
    for (i = 1; i <= n; i++) {
        one = lines[i]
        gsub(/[\\"?]/, "\\\\&", one)
        print "    \"" one "\\n\""
    }
}

END {
    if (failed) exit 1
    take_file(nlines)
    if (failed) exit 1
    sort_names()
    for (i = names; i > 0; i--) first_named[name_of[i]] = i
    nneeds = 0
    for (i = 1; i <= nitems; i++) find_needs(i)
    print "#include \"print_c/runtime_text.h\""
    print "const RuntimeItem runtime_items[] = {"
    for (i = 1; i <= nitems; i++) {
        print "{"
        print_text(text_of[i])
        printf "    , %d, %d, %d},\n", first_need[i], (i < nitems ? first_need[i + 1] : nneeds) - first_need[i], always[i]
    }
    print "};"
    print "const int runtime_nitems = " nitems ";"
    print "const short runtime_needs[] = {"
    for (i = 0; i < nneeds; i++) printf "%d,%s", need[i], i % 16 == 15 ? "\n" : " "
    print "-1};"
    print "const RuntimeName runtime_names[] = {"
    for (i = 1; i <= names; i++) printf "    {\"%s\", %d},\n", name_of[i], item_of[i] - 1
    print "};"
    print "const int runtime_nnames = " names ";"
}
