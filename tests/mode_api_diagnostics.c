/* kanon.h: what the compiler has to say, part by part. */
#include "mode_api.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static KnProgram *compile(KnCompiler *k, const char *text) {
    return kn_compile_text(k, "x.kn", text, strlen(text));
}

bool api_diagnostics_have_all_their_parts(void) {
    KnCompiler *k = api_compiler();
    bool good = true;
    CLAIM(good, !compile(k, "// \xc3\xa4\xc3\xb6\na = \"\xc3\xa4\xc3\xb6\" ++ freqency\r\n"
                            "out(t) = sine(unknwon)(t)\n"));
    CLAIM(good, kn_diag_count(k) == 2);
    CLAIM(good, kn_diag_severity(k, 0) == KN_ERROR);
    CLAIM(good, api_text_is("`freqency` is not defined", kn_diag_message(k, 0)));
    CLAIM(good, api_text_is("x.kn", kn_diag_file(k, 0)));
    CLAIM(good, kn_diag_line(k, 0) == 2 && kn_diag_column(k, 0) == 13);
    CLAIM(good, kn_diag_length(k, 0) == 8);
    CLAIM(good, api_text_is("a = \"\xc3\xa4\xc3\xb6\" ++ freqency", kn_diag_text(k, 0)));
    CLAIM(good, kn_diag_note_count(k, 0) == 0);
    CLAIM(good, kn_diag_line(k, 1) == 3 && kn_diag_column(k, 1) == 15 && kn_diag_length(k, 1) == 7);
    CLAIM(good, api_text_is("out(t) = sine(unknwon)(t)", kn_diag_text(k, 1)));
    CLAIM(good, !compile(k, "out = 0.5 * sine(440) |> lowpas(800)"));
    CLAIM(good, api_text_is("did you mean `lowpass`?", kn_diag_help(k, 0)));
    CLAIM(good, api_text_is("x.kn:1:26: error: `lowpas` is not defined\n"
                            "  1 | out = 0.5 * sine(440) |> lowpas(800)\n"
                            "    |                          ^^^^^^\n"
                            "    = help: did you mean `lowpass`?\n",
                            kn_compiler_messages(k)));
    /* over two lines: what is on the first counts */
    CLAIM(good, !compile(k, "out = \"abc\" + (1 +\n 2)"));
    CLAIM(good, kn_diag_count(k) == 1 && kn_diag_length(k, 0) >= 1);
    CLAIM(good, kn_diag_column(k, 0) + kn_diag_length(k, 0) <= 1 + (int)strlen(kn_diag_text(k, 0)));
    /* at the end of the text */
    CLAIM(good, !compile(k, "out = 1 +"));
    CLAIM(good, kn_diag_length(k, 0) >= 1 && kn_diag_text(k, 0));
    kn_compiler_free(k);
    return good;
}

bool api_notes_lead_into_the_library(void) {
    KnCompiler *k = api_compiler();
    bool good = true;
    CLAIM(good, !compile(k, "soft(x) = lowpass(x, 800Hz)\nout(t) = soft(saw(110)(t))\n"));
    CLAIM(good, kn_diag_count(k) == 1 && kn_diag_note_count(k, 0) >= 1);
    const char *file = kn_diag_note_file(k, 0, 0);
    CLAIM(good, file && strncmp(file, "<library>/", 10) == 0);
    CLAIM(good, kn_diag_note_line(k, 0, 0) > 1 && kn_diag_note_column(k, 0, 0) >= 1);
    CLAIM(good, api_text_is("it is read here", kn_diag_note_message(k, 0, 0)));
    CLAIM(good, strstr(kn_compiler_messages(k), "= note: <library>/"));
    CLAIM(good, api_text_is("x.kn", kn_diag_file(k, 0)));
    kn_compiler_free(k);
    return good;
}

bool api_several_files(void) {
    char folder[] = "/tmp/kanon-api-XXXXXX";
    if (!mkdtemp(folder)) return wrong("no folder");
    char *drums = text_format("%s/drums.kn", folder), *wrong_one = text_format("%s/bad.kn", folder);
    char *main_file = text_format("%s/main.kn", folder);
    static const char drums_text[] = "kick(t) = sin(tau * 50 * t)\n",
                      bad_text[] = "snare = noisse(1)\n";
    static const char main_text[] = "use \"drums.kn\"\nout = kick\n";
    bool good = file_write(drums, drums_text, strlen(drums_text)) &&
                file_write(wrong_one, bad_text, strlen(bad_text)) &&
                file_write(main_file, main_text, strlen(main_text));
    KnCompiler *k = api_compiler();
    KnProgram *p = kn_compile_file(k, main_file);
    CLAIM(good, p && kn_program_is_pure(p));
    kn_program_free(p);
    /* text in memory is beside its name, wherever the process is */
    p = kn_compile_text(k, main_file, main_text, strlen(main_text));
    CLAIM(good, p != NULL);
    kn_program_free(p);
    static const char uses_bad[] = "use \"bad.kn\"\nout = snare";
    CLAIM(good, !kn_compile_text(k, main_file, uses_bad, strlen(uses_bad)));
    CLAIM(good, kn_diag_count(k) == 1 && api_text_is(wrong_one, kn_diag_file(k, 0)));
    CLAIM(good, api_text_is("snare = noisse(1)", kn_diag_text(k, 0)));
    static const char uses_none[] = "use \"none.kn\"\nout = 1";
    CLAIM(good, !kn_compile_text(k, main_file, uses_none, strlen(uses_none)));
    CLAIM(good, kn_compiler_status(k) == KN_STATUS_FILE && kn_diag_line(k, 0) == 1);
    kn_compiler_free(k);
    char *files[] = {drums, wrong_one, main_file};
    for (int i = 0; i < 3; i++) {
        unlink(files[i]);
        free(files[i]);
    }
    rmdir(folder);
    return good;
}

bool api_warnings_come_with_a_program(void) {
    KnCompiler *k = api_compiler();
    bool good = true;
    KnProgram *p = compile(k, "out(t) = sine(440 + 5 * sin(tau * 6 * t))(t)\n");
    CLAIM(good, p != NULL && kn_compiler_status(k) == KN_STATUS_DONE);
    CLAIM(good, kn_diag_count(k) == 1 && kn_diag_severity(k, 0) == KN_WARNING);
    CLAIM(good, strstr(kn_compiler_messages(k), "x.kn:1:") == kn_compiler_messages(k));
    kn_program_free(p); /* the messages are the compiler's */
    CLAIM(good, kn_diag_message(k, 0) && kn_diag_text(k, 0));
    kn_compiler_free(k);
    return good;
}

bool api_diagnostics_end_with_the_next(void) {
    KnCompiler *k = api_compiler();
    bool good = true;
    CLAIM(good, kn_diag_count(k) == 0 && api_text_is("", kn_compiler_messages(k)));
    CLAIM(good, !compile(k, "out = a + b") && kn_diag_count(k) == 2);
    KnProgram *p = compile(k, "out = 1");
    CLAIM(good, p && kn_diag_count(k) == 0 && api_text_is("", kn_compiler_messages(k)));
    kn_program_free(p);
    CLAIM(good, !kn_compile_file(k, "none.kn") && kn_diag_count(k) == 1);
    CLAIM(good, kn_diag_file(k, 0) == NULL && kn_diag_line(k, 0) == 0 && kn_diag_length(k, 0) == 0);
    const int bad[] = {-1, 1, 1 << 30};
    for (int i = 0; i < 3; i++) {
        CLAIM(good, kn_diag_message(k, bad[i]) == NULL && kn_diag_severity(k, bad[i]) == 0);
        CLAIM(good, kn_diag_note_count(k, bad[i]) == 0);
        CLAIM(good, kn_diag_note_message(k, 0, bad[i]) == NULL);
        CLAIM(good, kn_diag_note_line(k, 0, bad[i]) == 0);
    }
    kn_compiler_free(k);
    return good;
}
