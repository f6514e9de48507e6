/* Libraries of sound and MIDI that print.
 * In: what dlopen gave. Out: ALSA and JACK behind it are quiet: they would tell of devices that nobody asked for. */
#include "play/quiet.h"

#include <dlfcn.h>
#include <stddef.h>

static void say_nothing(const char *text) {
    (void)text;
}
static void say_nothing_of_alsa(const char *file, int line, const char *function, int error,
                                const char *format, ...) {
    (void)file, (void)line, (void)function, (void)error, (void)format;
}

void library_quiet(void *library) {
    void (*of_jack)(void (*)(const char *)) = NULL, (*of_alsa)(void *) = NULL;
    *(void **)&of_jack = dlsym(library, "jack_set_error_function");
    if (of_jack) of_jack(say_nothing);
    *(void **)&of_jack = dlsym(library, "jack_set_info_function");
    if (of_jack) of_jack(say_nothing);
    *(void **)&of_alsa = dlsym(library, "snd_lib_error_set_handler");
    if (of_alsa) of_alsa((void *)say_nothing_of_alsa);
}
