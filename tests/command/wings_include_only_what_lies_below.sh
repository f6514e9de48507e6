#!/bin/bash
# A wing of the compiler includes headers of the wings that its row in docs/architecture.md names, which stand above it there.
fail() {
    echo "$*"
    failed=1
}
root=$(cd "$KANON_TESTS/.." && pwd)
cd "$root/compiler" || exit 1
declare -A may
above=" "
while IFS='|' read -r _ wing _ includes _; do
    wing=$(tr -d ' `' <<<"$wing")
    for other in $includes; do
        [[ $above = *" $other "* ]] || fail "docs/architecture.md: $wing includes $other, which does not stand above it"
    done
    may[$wing]=" $includes "
    above="$above$wing "
done < <(sed -n '/^| wing | holds/,/^$/p' "$root/docs/architecture.md" | grep '^| `')
[ ${#may[@]} -ge 14 ] || fail "docs/architecture.md has ${#may[@]} wings"
edges=0
for file in *.[ch] */*.[chy] */*.re; do
    wing=${file%%/*}
    wing=${wing%.[ch]}
    [ "$wing" != generate ] || continue # programs of the build
    [ -n "${may[$wing]+set}" ] || fail "$file: docs/architecture.md has no wing $wing"
    while read -r header; do
        other=${header%%/*}
        other=${other%.h}
        case $other in "$wing" | runtime | grammar | *.inc) continue ;; esac
        edges=$((edges + 1))
        [[ ${may[$wing]} = *" $other "* ]] || fail "$file includes $header, and the row of $wing does not name $other"
    done < <(sed -n 's/^#include "\([^"]*\)"/\1/p' "$file")
done
[ $edges -gt 50 ] || fail "only $edges includes were found"
exit ${failed:-0}
