# One JSON object with all that was measured. What is not known is null.

function text(s,    i, c, out) {
    for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        if (c == "\"" || c == "\\") out = out "\\" c
        else if (c < " " && c != "") out = out " "
        else out = out c
    }
    return "\"" out "\""
}

# inf and nan are no numbers of JSON
function real(x) { return x ~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/ ? x : "null" }

function contestant(r,    out) {
    out = "{\"family\":" text(family[r]) ",\"variant\":" text(variant[r]) ",\"counts\":" (counts[r] ? "true" : "false")
    out = out ",\"why\":" (why[r] == "-" ? "null" : text(why[r])) ",\"sound\":" (sound[r] == "" ? "null" : text(sound[r]))
    out = out ",\"difference_db\":" real(db[r]) ",\"level_db\":" real(level[r]) ",\"late\":" real(late[r]) ",\"frames_compared\":" real(frames[r])
    out = out ",\"ns\":{\"least\":" real(least[r]) ",\"lower_quarter\":" real(low[r]) ",\"median\":" real(median[r]) ",\"upper_quarter\":" real(high[r])
    out = out ",\"rounds\":" real(rounds[r]) "}"
    return out ",\"compile_ms\":" real(compile[r]) "}"
}

function print_program(p,    r, n) {
    printf "%s\n  {\"group\":%s,\"name\":%s", (p > 1 ? "," : ""), text(group[p]), text(name[p])
    if (group[p] == "curves") printf ",\"curve\":%s,\"size\":%d", text(curve[p]), size[p]
    if (group[p] == "works")
        printf ",\"what\":%s,\"goal_c\":%s,\"beside\":%s,\"goal_memory\":%s",
            text(what[name[p]]), real(goal_c[name[p]]), text(beside[name[p]]), real(goal_memory[name[p]])
    printf ",\"contestants\":["
    for (r = 1; r <= contestants; r++) if (of[r] == p) printf "%s\n    %s", (n++ ? "," : ""), contestant(r)
    printf "]}"
}

END {
    printf "{\"machine\":{"
    for (i = 1; i <= facts; i++) printf "%s\n  %s:%s", (i > 1 ? "," : ""), text(names[i]), text(value[names[i]])
    printf "},\n\"rate\":48000,\"block\":512,\"programs\":["
    for (p = 1; p <= programs; p++) print_program(p)
    print "]}"
}
