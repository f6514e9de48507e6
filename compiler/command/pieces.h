/* A sound file that is filled piece by piece, in any order, over several runs and by several processes. Beside OUT lie
 *   OUT.part      the bytes of OUT, complete but for pieces that are missing,
 *   OUT.part.log  what they are made of, and of each piece whether it is there, and the facts about it. */
#ifndef KANON_COMMAND_PIECES_H
#define KANON_COMMAND_PIECES_H

#include "command/command.h"

enum { PIECE = 65536 }; /* frames; the last has less */

/* Where pieces lie: WAV, RF64 and raw float only, since their length is known beforehand. */
typedef struct PieceLayout {
    SoundFormat format;
    int channels;
    double rate;
    int64_t from, frames; /* of the whole */
    int64_t n;            /* pieces */
    size_t frame_bytes;
    int header_bytes;
    unsigned char header[WAV_HEADER];
} PieceLayout;
PieceLayout piece_layout(SoundFormat format, int channels, double rate, int64_t from,
                         int64_t frames);
int64_t piece_begin(const PieceLayout *l, int64_t piece); /* its first frame, counted from time 0 */
int piece_frames(const PieceLayout *l, int64_t piece);
int64_t piece_offset(const PieceLayout *l, int64_t piece); /* of its bytes in the file */
int64_t piece_all_bytes(const PieceLayout *l);             /* of the file */

typedef struct Pieces Pieces;
/* Begins the two files, or goes on with them where they are of the same `identity`: lines of a word, a blank and what must
 * be equal, and the words of the message where it is not follow behind a tab. NULL with a reason. */
Pieces *pieces_open(const char *target, const char *identity, const PieceLayout *layout,
                    Failure *why);
/* Those that are missing from `piece` on: the first, or -1. */
int64_t pieces_missing(const Pieces *p, int64_t piece);
int64_t pieces_count_missing(const Pieces *p);
/* Writes the bytes of a piece, and notes that it is there. False with a reason. */
bool pieces_put(Pieces *p, int64_t piece, const unsigned char *bytes, const SoundFacts *facts,
                Failure *why);
/* It is there: another process wrote it. */
bool pieces_note(Pieces *p, int64_t piece, const SoundFacts *facts, Failure *why);
const char *pieces_path(const Pieces *p); /* OUT.part */
/* All are there, and on the disk: what is known of the whole. */
bool pieces_complete(Pieces *p, SoundFacts *facts, Failure *why);
/* Unless OUT.part is in place now, both files stay, to be gone on with. */
void pieces_close(Pieces *p, bool in_place);

#endif
