# Kanon: make builds, make demo builds and renders an example, make check runs the tests.
# What is generated lies in build/. Packages that are missing are installed by `make packages`.

BUILD   = build
CC      = gcc
WARN    = -Wall -Wextra -Werror
CFLAGS  = -std=c11 -O2 -g $(WARN)
CPPFLAGS = -D_GNU_SOURCE -Icompiler -I$(BUILD)/gen
LDLIBS  = -lsndfile -lm -ldl -lpthread

GENERATED = $(BUILD)/gen/lex.c $(BUILD)/gen/grammar.c $(BUILD)/gen/stdlib_text.c $(BUILD)/gen/prologue.c
SOURCES   = $(wildcard compiler/*.c)
OBJECTS   = $(patsubst compiler/%.c,$(BUILD)/obj/%.o,$(SOURCES)) \
            $(patsubst $(BUILD)/gen/%.c,$(BUILD)/obj/gen_%.o,$(GENERATED))
LIBRARY   = $(filter-out $(BUILD)/obj/main.o $(BUILD)/obj/command_%.o,$(OBJECTS))

.PHONY: all demo check clean packages
all: $(BUILD)/kanon

$(BUILD)/kanon: $(OBJECTS)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/obj/%.o: compiler/%.c $(BUILD)/gen/grammar.h
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# What re2c and lemon write is not ours to warn about.
$(BUILD)/obj/gen_%.o: $(BUILD)/gen/%.c $(BUILD)/gen/grammar.h
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(filter-out $(WARN),$(CFLAGS)) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/gen/lex.c: compiler/lex.re
	@mkdir -p $(@D)
	re2c --no-debug-info -W -o $@ $<

$(BUILD)/gen/grammar.c $(BUILD)/gen/grammar.h &: compiler/grammar.y
	@mkdir -p $(@D)
	lemon -q -l -T/usr/share/lemon/lempar.c -d$(BUILD)/gen $<

$(BUILD)/gen/stdlib_text.c: $(wildcard stdlib/*.kn) compiler/embed.sh
	@mkdir -p $(@D)
	sh compiler/embed.sh library $(wildcard stdlib/*.kn) > $@.part && mv $@.part $@

$(BUILD)/gen/prologue.c: runtime/math.h runtime/noise.h runtime/prologue.h compiler/embed.sh
	@mkdir -p $(@D)
	sh compiler/embed.sh prologue runtime/math.h runtime/noise.h runtime/prologue.h > $@.part && mv $@.part $@

-include $(wildcard $(BUILD)/obj/*.d)

clean:
	rm -rf $(BUILD)
