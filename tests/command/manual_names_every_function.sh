#!/bin/bash
# kanon.3 lists what kanon.h declares, no more and no less.
header=$(sed -n 's/^KN_API .*\(kn_[a-z_]*\)(.*/\1/p' "$KANON_TESTS/../compiler/api/kanon.h" | sort)
manual=$(grep -o '\bkn_[a-z_]*' "$KANON_TESTS/../docs/kanon.3" | sort -u)
[ -n "$header" ] && [ "$header" = "$manual" ] && exit 0
diff <(echo "$header") <(echo "$manual")
exit 1
