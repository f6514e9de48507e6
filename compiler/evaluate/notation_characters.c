/* The characters of texts of patterns. In: UTF-8. Out: which are blanks, which are letters, and what was meant by one that
 * a text processor has put in the place of a sign. */
#include "evaluate/notation_characters.h"

#include "base/session.h"

#include <stddef.h>
#include <string.h>

uint32_t character_at(const char *text, int *bytes) {
    const unsigned char *s = (const unsigned char *)text;
    int n = *s ? utf8_length(s) : 0;
    if (*s && n == 0) n = 1;
    *bytes = n;
    if (n < 2) return *s;
    uint32_t c = *s & (0xffu >> (n + 1));
    for (int i = 1; i < n; i++)
        c = c << 6 | (s[i] & 0x3f);
    return c;
}

int blank_at(const char *text) {
    if (*text && strchr(" \t\n\r", *text)) return 1;
    return strncmp(text, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

/* Blocks of Unicode that hold punctuation, symbols, blanks or nothing that is written: their characters are no letters. */
static const uint32_t not_letters[][2] = {
    {0x80, 0xa9},       {0xab, 0xb4},        {0xb6, 0xb9},     {0xbb, 0xbf},     {0xd7, 0xd7},
    {0xf7, 0xf7},       {0x2c2, 0x2df},      {0x300, 0x36f},   {0x37e, 0x37e},   {0x387, 0x387},
    {0x589, 0x5cf},     {0x600, 0x61f},      {0x1680, 0x1680}, {0x2000, 0x2070}, {0x2074, 0x207e},
    {0x2080, 0x208f},   {0x20a0, 0x20ff},    {0x2190, 0x2bff}, {0x2e00, 0x2e7f}, {0x3000, 0x3004},
    {0x3008, 0x3020},   {0x3030, 0x3030},    {0x30fb, 0x30fb}, {0xd800, 0xf8ff}, {0xfe00, 0xfe6f},
    {0xfeff, 0xff20},   {0xff3b, 0xff40},    {0xff5b, 0xff65}, {0xffe0, 0xffff}, {0x1d000, 0x1d3ff},
    {0x1f000, 0x1ffff}, {0xe0000, 0x10ffff},
};

int letter_at(const char *text) {
    int bytes;
    uint32_t c = character_at(text, &bytes);
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? 1 : 0;
    for (size_t i = 0; i < sizeof not_letters / sizeof *not_letters; i++)
        if (c >= not_letters[i][0] && c <= not_letters[i][1]) return 0;
    return bytes;
}

static const struct {
    uint32_t character;
    const char *ascii;
} look_alikes[] = {
    {0xb7, "."},   {0xd7, "*"},   {0xf7, "/"},    {0x2010, "-"},  {0x2011, "-"},  {0x2012, "-"},
    {0x2013, "-"}, {0x2014, "-"}, {0x2015, "-"},  {0x2018, "'"},  {0x2019, "'"},  {0x201c, "'"},
    {0x201d, "'"}, {0x2022, "."}, {0x2026, ".."}, {0x2039, "<"},  {0x203a, ">"},  {0x2044, "/"},
    {0x2212, "-"}, {0x2215, "/"}, {0x2217, "*"},  {0x223c, "~"},  {0x22c5, "."},  {0x266d, "b"},
    {0x266f, "#"}, {0x27e8, "<"}, {0x27e9, ">"},  {0x3008, "<"},  {0x3009, ">"},  {0xb9, "1"},
    {0xb2, "2"},   {0xb3, "3"},   {0xbd, "0.5"},  {0xbc, "0.25"}, {0xbe, "0.75"}, {0xff01, "!"},
    {0xff03, "#"}, {0xff05, "%"}, {0xff08, "("},  {0xff09, ")"},  {0xff0a, "*"},  {0xff0c, ","},
    {0xff0d, "-"}, {0xff0e, "."}, {0xff0f, "/"},  {0xff1a, ":"},  {0xff1c, "<"},  {0xff1e, ">"},
    {0xff1f, "?"}, {0xff20, "@"}, {0xff3b, "["},  {0xff3d, "]"},  {0xff3f, "_"},  {0xff5b, "{"},
    {0xff5c, "|"}, {0xff5d, "}"}, {0xff5e, "~"},
};

const char *look_alike(uint32_t c) {
    bool blank = (c >= 0x2000 && c <= 0x200b) || c == 0x202f || c == 0x205f || c == 0x3000 ||
                 c == 0x1680 || c == 0xfeff || c == 0x2060 || (c < 0x20 && c != 0);
    if (blank) return " ";
    for (size_t i = 0; i < sizeof look_alikes / sizeof *look_alikes; i++)
        if (look_alikes[i].character == c) return look_alikes[i].ascii;
    return NULL;
}
