#!/bin/bash
# docs/library.md is what the texts of the library say.
root=$(dirname "$(dirname "$(dirname "$0")")")
BUILD=$(dirname "$KANON") "$root/docs/library.sh" --text > library.md || exit 1
diff "$root/docs/library.md" library.md || { echo "run make docs"; exit 1; }
