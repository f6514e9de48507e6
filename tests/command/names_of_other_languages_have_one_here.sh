#!/bin/bash
# What the help with a foreign name proposes is there, and the foreign name is not.
status=0
while IFS='"' read -r before help _; do
    name=${before#OTHER(}
    name=${name%, }
    "$KANON" doc "$name" >/dev/null 2>&1 && {
        echo "\`$name\` is a name of Kanon's"
        status=1
    }
    for word in $(grep -o '`[a-z_0-9]*' <<<"$help" | tr -d '`'); do
        case $word in x | a | list | t | if) continue ;; esac
        "$KANON" doc "$word" >/dev/null 2>&1 || {
            echo "$name: there is no \`$word\`"
            status=1
        }
    done
done < <(grep '^OTHER(' "$KANON_TESTS/../compiler/other_names.def")
exit $status
