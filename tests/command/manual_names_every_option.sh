#!/bin/bash
# docs/kanon.1 is laid out without complaint and has every command and option that --help has.
fail() {
    echo "$*"
    exit 1
}
manual=$KANON_TESTS/../docs/kanon.1
if command -v groff >/dev/null; then
    groff -man -Tutf8 -ww -z "$manual" 2>err && [ ! -s err ] || fail "$(cat err)"
fi
sed 's/\\-/-/g' "$manual" >text
"$KANON" --help >help
for command in $(sed -n 's/^kanon \([a-z]*\) .*/\1/p' help); do
    grep -Eq "^\.B $command\$" text || fail "no command $command"
    "$KANON" $command --help | grep -o '^  -.\{24\}' | grep -oE -- '--?[a-z0-9-]+' >options
    [ -s options ] || fail "no options of $command: the test shows nothing"
    for option in $(cat options); do
        grep -qE -- "^\.B.*[\" ]$option([ \"]|\$)" text || fail "$command: no option $option"
    done
done
