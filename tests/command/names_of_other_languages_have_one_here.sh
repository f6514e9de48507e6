#!/bin/bash
# What the help with a foreign name proposes is there, and the foreign name is not.
status=0
while IFS='"' read -r before help _; do
    name=${before#OTHER(}
    name=${name%, }
    "$KANON" doc "$name" 2>&1 | grep -qF "There is no \`$name\` here: $help" || {
        echo "\`$name\` is a name of Kanon's, or does not lead to ours: $("$KANON" doc "$name" 2>&1 | head -2)"
        status=1
    }
    for word in $(grep -o '`[a-z_0-9]*' <<<"$help" | tr -d '`'); do
        case $word in x | a | list | t | if) continue ;; esac
        "$KANON" doc "$word" 2>/dev/null | grep -q "^$word\([ (]\|$\)" || {
            echo "$name: there is no \`$word\`"
            status=1
        }
    done
done < <(grep '^OTHER(' "$KANON_TESTS/../compiler/evaluate/other_names.def")
exit $status
