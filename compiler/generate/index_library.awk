# Where each definition of the library stands, so that one is parsed when it is used and not before.
# In: the files of the library. Out: C, library_items (a piece of a file that is parsed at once) and
# library_names (in the order of the text, and library_by_name in the order of strcmp).
#
# A definition begins at the left edge, its `///` lines above it; all that goes on from it is
# indented or a closing bracket. The test library_index_is_what_the_parser_finds holds this up.
# Run with LC_ALL=C: offsets are bytes.
BEGIN { files = items = names = 0 }
function fail(message) {
    print FILENAME ":" FNR ": " message > "/dev/stderr"
    failed = 1
    exit 1
}
function end_item(at) {
    if (open) item_end[items] = at
    open = 0
}
function begin_item(at) {
    end_item(at)
    item_file[++items] = files
    item_doc[items] = at
    open = 1
}
function add_names(left, words, n, i) { # all names of `name(…)` or of the pattern `[a, [b, c]]`
    if (left !~ /^\[/) sub(/[^A-Za-z0-9_].*/, "", left)
    sub(/=.*/, "", left)
    gsub(/[^A-Za-z0-9_]+/, " ", left)
    n = split(left, words, " ")
    for (i = 1; i <= n; i++) {
        if (words[i] == "_") continue
        if (words[i] ~ /^(use|param|input|if|then|else|and|or|not)$/) fail("no definition begins with `" words[i] "`")
        if (words[i] in known) fail("the library defines `" words[i] "` twice")
        known[words[i]] = 1
        name[names] = words[i]
        item[names++] = items
    }
}
FNR == 1 {
    end_item(offset)
    files++
    offset = 0
    documented = 0
}
/^\/\/\// { if (!documented) begin_item(offset); documented = 1 }
/^[A-Za-z_[]/ {
    if (!documented) begin_item(offset)
    documented = 0
    item_start[items] = offset
    add_names($0)
}
/^[^\/A-Za-z_[]/ || /^$/ || /^\/\/[^\/]/ { documented = 0 }
{ offset += length($0) + 1 }
END {
    if (failed) exit 1
    end_item(offset)
    print "const LibraryItem library_items[] = {"
    for (i = 1; i <= items; i++) print "    {" item_file[i] - 1 ", " item_doc[i] ", " item_start[i] ", " item_end[i] "},"
    print "    {0, 0, 0, 0}};\nconst int library_nitems = " items + 0 ";"
    print "const LibraryName library_names[] = {"
    for (i = 0; i < names; i++) print "    {\"" name[i] "\", " item[i] - 1 "},"
    print "    {0, 0}};\nconst int library_nnames = " names + 0 ";"
    for (i = 0; i < names; i++) { # insertion sort: once a build
        for (k = i; k > 0 && name[sorted[k - 1]] "" > name[i] ""; k--) sorted[k] = sorted[k - 1]
        sorted[k] = i
    }
    print "const int library_by_name[] = {"
    for (i = 0; i < names; i++) print "    " sorted[i] ","
    print "    0};"
}
