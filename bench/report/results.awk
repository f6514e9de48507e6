# Reads what was measured, for the three reports.
# In: table=machine FILE table=works FILE table=results FILE. Out: arrays.
#   machine     names, value[name]
#   works       goal_c, goal_memory, beside, needed (what is the same sound), what: by name
#   programs    name[p], group[p], size[p], curve[p], p from 1 to programs
#   contestants of[r] (its program), family[r], variant[r], and the columns of the host (host/main.c): why, db, level, late, frames,
#               least, low, median, high, rounds, compile; sound[r]: same, alike, other or "" for what was not compared;
#               counts[r]: it was timed and sounds right
#   best[p, f]  the contestant of that family with the least median of those that count, or nothing

BEGIN {
    FS = "\t"
    nfamilies = split("kanon_jit kanon_tcc kanon_c kanon_plain faust_c faust_llvm hand_c csound supercollider limit", families, " ")
    split("jit|tcc|C|C, x86-64|Faust C|libfaust|C by hand|Csound|scsynth|copy", titles, "|")
    for (i = 1; i <= nfamilies; i++) title[families[i]] = titles[i]
}

table == "machine" { names[++facts] = $1; value[$1] = $2 }

table == "works" && !/^#/ {
    split($0, word, " ")
    goal_c[word[1]] = word[2]; beside[word[1]] = word[3]; goal_memory[word[1]] = word[4]; needed[word[1]] = word[5]
    what[word[1]] = $0
    sub(/^[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ +/, "", what[word[1]])
}

table == "results" {
    if (!(($1, $2) in number)) {
        number[$1, $2] = ++programs
        group[programs] = $1; name[programs] = $2; size[programs] = $3; curve[programs] = $2
        if ($1 == "curves") sub("_" $3 "$", "", curve[programs])
    }
    r = ++contestants
    of[r] = number[$1, $2]
    slash = index($4, "/")
    family[r] = substr($4, 1, slash - 1); variant[r] = substr($4, slash + 1)
    why[r] = $5; db[r] = $6; level[r] = $7; late[r] = $8; frames[r] = $9
    least[r] = $10; low[r] = $11; median[r] = $12; high[r] = $13; rounds[r] = $14; compile[r] = $15
    sound[r] = verdict(r, name[of[r]])
    counts[r] = why[r] == "-" && median[r] != "-" && sound[r] != "other"
    if (why[r] == "-" && sound[r] == "other") why[r] = "another sound (" db[r] " dB)"
    if (counts[r] && (!((of[r], family[r]) in best) || median[r] < median[best[of[r], family[r]]])) best[of[r], family[r]] = r
    if (counts[r]) seen[group[of[r]], family[r]] = 1
}

# Kanon's engines promise -120 dB, but for edges that a signal makes.
function verdict(r, program,    limit) {
    if (db[r] == "-") return ""
    limit = family[r] ~ /^kanon/ ? -100 : (program in needed) ? needed[program] : -25
    if (limit == "level") return (level[r] > -3 && level[r] < 3) ? "alike" : "other"
    return db[r] + 0 <= limit ? "same" : "other"
}

# Three figures of a number, "-" for none.
function short(x,    digits) {
    if (x == "" || x == "-") return "-"
    x += 0
    if (x <= 0) return "0"
    if (x >= 99.95) return sprintf("%.0f", x)
    if (x >= 9.995) return sprintf("%.1f", x)
    if (x >= 0.9995) return sprintf("%.2f", x)
    return sprintf("%.3f", x)
}

# Half of what lies between the quarters, in percent of the median.
function spread(r) { return median[r] > 0 ? 50 * (high[r] - low[r]) / median[r] : 0 }

function figure(p, f) { return ((p, f) in best) ? median[best[p, f]] : "-" }

function ratio(a, b) { return a == "-" || b == "-" || b + 0 == 0 ? "-" : a / b }
