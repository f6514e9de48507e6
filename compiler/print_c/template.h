/* Texts of runtime/ that are written with the words of a program. */
#ifndef KANON_PRINT_C_TEMPLATE_H
#define KANON_PRINT_C_TEMPLATE_H

#include "base/base.h"

/* What a word of a template stands for. */
typedef struct TemplateWord {
    const char *word, *text;
} TemplateWord;

/* Writes the text of that file; the last word is NULL. In it
 * - NAME, NAME_… and UPPER_… begin with the words NAME and UPPER;
 * - a word alone on a line, with a semicolon, stands for lines;
 * - `#if WORD`, `#if !WORD` and their #else and #endif are decided here: the word is "1" or "0";
 *   they and others are at most 7 deep;
 * - what stands above the first empty line is for readers of the template. */
void print_template(const char *file, const TemplateWord *words, Buf *out);

extern const EmbeddedText template_files[];

#endif
