/* Text from outside on its way into something that gives characters a meaning: one function for each destination. */
#ifndef KANON_BASE_FOREIGN_TEXT_H
#define KANON_BASE_FOREIGN_TEXT_H

#include "base/base.h"

/* For people, on one line: what is not seen, or moves what is seen, as \u{1b}. */
void text_to_terminal(Buf *out, const char *text);
/* With quotes. */
void text_to_kanon_string(Buf *out, const char *text);
void text_to_json(Buf *out, const char *text);
void text_to_dot(Buf *out, const char *text);
/* A string of Turtle, with quotes. */
void text_to_turtle(Buf *out, const char *text);
/* The end of a URI: what is not a letter, a digit or one of -._~ as %1b. */
void text_to_uri_part(Buf *out, const char *text);
void text_to_c_string(Buf *out, const char *text);
/* A whole comment. */
void text_to_c_comment(Buf *out, const char *text);
/* Whether a file of that name can be told to `#include`. */
bool text_can_be_included(const char *name);
/* One character that shows itself and nothing else. */
bool text_is_seen(const char *text, int length);

#endif
