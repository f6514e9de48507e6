# Kanon.
#
#   make               build/kanon, build/libkanon.a, build/libkanon.so
#   make demo          builds, renders an example to build/demo.wav and draws it in build/demo.png
#   make check         builds everything, with sanitizers too, and runs all tests: ends "N passed, N failed"
#   make check-full    the same with every compiler for every program, and long renders (much longer)
#   make bless         writes the goldens of the tests anew
#   make asan, tsan    builds with sanitizers and runs the tests that are for them
#   make format-check  is everything laid out as .clang-format says
#   make install       to PREFIX (/usr/local); DESTDIR is put in front
#   make clean         removes build/, where all that is generated lies
#
# demo and check install packages that are missing where they can (Debian, Ubuntu), and say so.

BUILD   = build
CC      = gcc
WARN    = -Wall -Wextra -Werror
OPTIMIZE = -O2 -g
CFLAGS  = -std=c11 -fPIC $(OPTIMIZE) $(WARN)
CPPFLAGS = -D_GNU_SOURCE -Icompiler -I$(BUILD)/gen
LDLIBS  = -lsndfile -lm -ldl -lpthread
PREFIX  = /usr/local
JOBS    = 2
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS) --no-print-directory
endif

GENERATED = $(BUILD)/gen/lex.c $(BUILD)/gen/grammar.c $(BUILD)/gen/stdlib_text.c $(BUILD)/gen/prologue.c
SOURCES   = $(wildcard compiler/*.c)
OBJECTS   = $(patsubst compiler/%.c,$(BUILD)/obj/%.o,$(SOURCES)) \
            $(patsubst $(BUILD)/gen/%.c,$(BUILD)/obj/gen_%.o,$(GENERATED))
# What only the command line needs: see compiler/command.h.
COMMAND_LINE = main options message load times automation output_file sound_file progress render
LIBRARY   = $(filter-out $(COMMAND_LINE:%=$(BUILD)/obj/%.o) $(BUILD)/obj/command_%.o,$(OBJECTS))
DRIVER    = $(patsubst tests/%.c,$(BUILD)/obj/test_%.o,$(wildcard tests/driver.c tests/mode_*.c))

.PHONY: all demo check check-full bless asan tsan format format-check install clean driver
all: $(BUILD)/kanon $(BUILD)/libkanon.a $(BUILD)/libkanon.so
driver: $(BUILD)/driver $(BUILD)/kanon

# ---- building ------------------------------------------------------------------------------------

$(BUILD)/kanon: $(OBJECTS)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/libkanon.a: $(LIBRARY)
	@echo "  AR $@"; rm -f $@; ar rcs $@ $^

$(BUILD)/libkanon.so: $(LIBRARY)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-z,defs -o $@ $^ $(LDLIBS)

$(BUILD)/driver: $(DRIVER) $(LIBRARY)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/obj/%.o: compiler/%.c $(BUILD)/gen/grammar.h
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/test_%.o: tests/%.c $(BUILD)/gen/grammar.h
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# What re2c and lemon write is not ours to warn about.
$(BUILD)/obj/gen_%.o: $(BUILD)/gen/%.c $(BUILD)/gen/grammar.h
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(filter-out $(WARN),$(CFLAGS)) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/gen/lex.c: compiler/lex.re
	@mkdir -p $(@D)
	re2c --no-debug-info -W -o $@ $<

# lemon leaves the header alone when it would be the same
$(BUILD)/gen/grammar.c $(BUILD)/gen/grammar.h &: compiler/grammar.y
	@mkdir -p $(@D)
	lemon -q -l -T/usr/share/lemon/lempar.c -d$(BUILD)/gen $<
	@touch $(BUILD)/gen/grammar.h

$(BUILD)/gen/stdlib_text.c: $(wildcard stdlib/*.kn) compiler/embed.sh
	@mkdir -p $(@D)
	sh compiler/embed.sh library $(wildcard stdlib/*.kn) > $@.part && mv $@.part $@

$(BUILD)/gen/prologue.c: runtime/math.h runtime/noise.h runtime/prologue.h compiler/embed.sh
	@mkdir -p $(@D)
	sh compiler/embed.sh prologue runtime/math.h runtime/noise.h runtime/prologue.h > $@.part && mv $@.part $@

-include $(wildcard $(BUILD)/obj/*.d)

# ---- packages: looked for once, then the stamp says they are there ------------------------------------

$(BUILD)/packages-%: tests/packages.sh
	@mkdir -p $(@D)
	@sh tests/packages.sh $* && touch $@

# ---- showing ------------------------------------------------------------------------------------------

demo: $(BUILD)/packages-demo
	@$(MAKE) $(BUILD)/kanon $(BUILD)/spectrogram
	@sh tests/demo.sh $(BUILD)

$(BUILD)/spectrogram: tests/spectrogram.c
	@echo "  CC $<"; $(CC) $(CFLAGS) $(CPPFLAGS) -o $@ $< -lm

# ---- testing -------------------------------------------------------------------------------------------

# sanitizers hide from gcc what is initialized: no errors for what it then imagines
SANITIZE_ASAN = WARN="-Wall -Wextra -Wno-maybe-uninitialized" OPTIMIZE="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined"
SANITIZE_TSAN = WARN="-Wall -Wextra -Wno-maybe-uninitialized" OPTIMIZE="-O1 -g -fsanitize=thread"

check: $(BUILD)/packages-check
	@bash tests/check.sh $(BUILD)

check-full: $(BUILD)/packages-check
	@bash tests/check.sh $(BUILD) --full

bless:
	@$(MAKE) driver
	@$(BUILD)/driver --bless syntax error warning pass

$(BUILD)/asan/driver $(BUILD)/asan/kanon: FORCE
	@$(MAKE) BUILD=$(BUILD)/asan $(SANITIZE_ASAN) driver
$(BUILD)/tsan/driver: FORCE
	@$(MAKE) BUILD=$(BUILD)/tsan $(SANITIZE_TSAN) $(BUILD)/tsan/driver
FORCE:

asan: $(BUILD)/asan/driver
	@$(BUILD)/asan/driver syntax error warning pass text run limit api

tsan: $(BUILD)/tsan/driver
	@$(BUILD)/tsan/driver api

FORMATTED = $(wildcard compiler/*.c compiler/*.h runtime/*.h tests/*.c tests/*.h tests/kernel/*.c)
format-check:
	@clang-format --dry-run -Werror $(FORMATTED)

format:
	clang-format -i $(FORMATTED)

# ---- the rest --------------------------------------------------------------------------------------------

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib
	install -m 755 $(BUILD)/kanon $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(BUILD)/libkanon.a $(DESTDIR)$(PREFIX)/lib/
	install -m 755 $(BUILD)/libkanon.so $(DESTDIR)$(PREFIX)/lib/
	$(if $(wildcard compiler/kanon.h),install -d $(DESTDIR)$(PREFIX)/include && install -m 644 compiler/kanon.h $(DESTDIR)$(PREFIX)/include/)

clean:
	rm -rf $(BUILD)
