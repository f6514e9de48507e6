/* The characters of texts of patterns; evaluate/notation_characters.c. Texts are valid UTF-8. */
#ifndef KANON_EVALUATE_NOTATION_CHARACTERS_H
#define KANON_EVALUATE_NOTATION_CHARACTERS_H

#include <stdbool.h>
#include <stdint.h>

/* The number of the character that begins here, and how many bytes it takes; 0 and 0 at the end. */
uint32_t character_at(const char *text, int *bytes);
/* How many bytes a blank takes here, 0 where there is none: those of ASCII and the no-break space, as Strudel has it. */
int blank_at(const char *text);
/* How many bytes a letter takes here, 0 where there is none: those of ASCII and of other scripts. */
int letter_at(const char *text);
/* What stands in ASCII for a character that looks like it, such as * for ×; NULL: nothing. */
const char *look_alike(uint32_t character);

#endif
