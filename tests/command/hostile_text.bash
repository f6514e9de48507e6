# For the tests of hostile text, sourced: the texts, and what is looked at.
fail() {
    echo "$*"
    exit 1
}
count=0
. "$KANON_TESTS/turns.sh"
[ -z "$KANON_TURN" ] && share=1 || share=3
esc=$'\e' rtl=$'\u202e' mark=$'\u200f' c1=$'\u009b' del=$'\x7f'
evil='__attribute__((constructor)) static void f(void){extern int puts(const char*);puts("PWNED");}'
hostile=(
    "x*"
    "a\"b"
    'back\slash\'
    $'two\nlines'
    $'a\rb'
    '??/'
    '/*comment'
    '#include'
    "$esc]0;owned$(printf '\a')$esc[2J"
    "right${rtl}left${mark}"
    "c1${c1}31m$del"
    $'\xff\xfe not utf8 \xc3'
    "quote's"
    '%s%n%d'
    '$(touch pwned) `touch pwned`; touch pwned'
    '-o'
    '@file'
    'int' 'linux' 'NULL' 'printf' 'main' 'INFINITY' 'unix' 'errno'
    '日本 größe ♯'
    "$(printf 'n%.0s' $(seq 190))"
    "x\"; $evil //"
    $'x.h"\n'"$evil"$'\n#include "y'
)
plain() { # file, words: nothing but what a terminal shows as it is
    LC_ALL=C grep -aqP '[\x00-\x08\x0b-\x1f\x7f]' "$1" && fail "control characters: $2: $(cat -v "$1")"
    LC_ALL=C grep -aqP '\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xc2[\x80-\x9f]|\xef\xbb\xbf' "$1" &&
        fail "characters that are not seen: $2: $(cat -v "$1")"
    iconv -f utf-8 -t utf-16 "$1" >/dev/null 2>iconv.err || fail "no UTF-8: $2: $(cat -v "$1")"
    grep -qx PWNED "$1" && fail "it ran: $2"
    count=$((count + 1))
}
compiles() { # source, words: it does what it should, and no more
    local warn="-std=c11 -trigraphs -Wall -Wextra -Wno-unused-function -Wno-unused-variable -Wno-unused-const-variable -Werror"
    gcc $warn -O0 "$1" -lm -o built 2>err || fail "gcc: $2: $(head -5 err)"
    ./built 0 >out 2>&1 || fail "$2 does not run"
    [ ! -s out ] || fail "it ran: $2: $(head -c 200 out)"
    command -v clang >/dev/null || return 0
    clang $warn -fsyntax-only "$1" 2>err || fail "clang: $2: $(head -5 err)"
    count=$((count + 1))
}
