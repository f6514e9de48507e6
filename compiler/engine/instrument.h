/* A running program that hears notes: what engine/engine.c and engine/instrument.c share. */
#ifndef KANON_ENGINE_INSTRUMENT_H
#define KANON_ENGINE_INSTRUMENT_H

#include "engine/engine.h"

#define NAME_voices Voices
#define VOICES      *voice
#define EVENTS      *event
#include "runtime/voices.h"
#include "runtime/voices_state.h"
#undef VOICES
#undef EVENTS

/* Bytes of one with so many voices. */
size_t instrument_bytes(const Graph *program, const Engine *notes, const Notes *facts, int voices);
/* In memory of the caller, aligned to INSTANCE_ALIGNMENT, for an instance whose graph is `program` and whose notes are told what
 * `facts` says. NULL: there is no memory. */
Instrument *instrument_create_in(void *memory, const Graph *program, Engine *notes,
                                 const Notes *facts, int voices);
/* That memory stays. */
void instrument_free(Instrument *m);
void instrument_reset(Instrument *m);
/* A param of the program was set: notes that sound hear of it. */
void instrument_set(Instrument *m, int param, double value);
/* The next frames of the instance it belongs to, notes and all. */
void instrument_process(Instrument *m, Instance *of, const float *const *inputs,
                        float *const *outputs, int frames);

/* Something happens to notes, so many frames after the next one. False: it is no event, or too many wait. */
bool instrument_event(Instrument *m, KnEvent event, int64_t after);
/* The words of a rule, in the order of KnStealing and KnVoicing: its number, that of the first for NULL, -1 where there is no such word. */
int instrument_stealing_named(const char *name);
int instrument_voicing_named(const char *name);
/* How notes share voices; from the next note on. */
void instrument_play_by(Instrument *m, const Voicing *how);
/* Threads that share work: `run` has all items done, by so many of them, the calling one among them, each for up to `ahead` frames. */
typedef struct Sharing {
    void (*run)(void *pool, void (*work)(void *data, int i, int thread), void *data, int n);
    void *pool;
    int threads, ahead;
} Sharing;
/* From now on they share the voices, which changes no bit; what that needs is allocated. The pool is to live longer. False: there is no
 * memory. */
bool instrument_share_by(Instrument *m, const Sharing *by);
/* The same by so many threads of its own, which wait in turns: not for an audio thread. False, too, where there is no thread. */
bool instrument_share(Instrument *m, int threads);
Voicing instrument_voicing(const Instrument *m);
/* Voices that sound. */
int instrument_sounding(const Instrument *m);

/* ---- for those that replace each other while they sound ------------------------------------------- */

Voices *instrument_voices(Instrument *m);
const Notes *instrument_facts(const Instrument *m);
/* What a note is, and its params that are those of the program, as they are now. */
Instance *instrument_note(Instrument *m, int k);
void instrument_tell_params(Instrument *m, int k);
/* Where another one is, without its notes: the same frame, keys, controllers, rules and events that wait. */
void instrument_go_on(Instrument *m, const Instrument *from);
/* The next frame is that one, controllers are as they are there, and keys that are held there are struck. */
void instrument_begin_at(Instrument *m, int64_t frame, const KnKeyboard *board);
/* For how many events there is room. */
int instrument_room_for_events(const Instrument *m);

/* ---- what is held, whatever plays (runtime/keyboard.c) ---------------------------------------------- */

void keyboard_begin(KnKeyboard *board);
void keyboard_hear(KnKeyboard *board, const KnEvent *event);
/* Semitones that a channel is bent by. */
double keyboard_bend(const KnKeyboard *board, int channel);
/* What a param becomes whose controller stands there, 0 to 1. */
double controlled_param(const ParamInfo *param, double value);

/* engine/engine.c: the same without notes, whose sum is among the inputs. */
void instance_process_alone(Instance *i, const float *const *inputs, float *const *outputs,
                            int frames);
/* Sets a param of the instance itself. */
void instance_set_alone(Instance *i, int param, double value);

#endif
