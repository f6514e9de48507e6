# Kanon.
#
#   make               build/kanon, build/libkanon.a, build/libkanon.so; build/kanon-mpi where there is mpicc, and
#                      build/kanon-live.lv2 where there are headers of LV2
#   make demo          builds, renders an example to build/demo.wav and draws it in build/demo.png
#   make check         builds everything, with a sanitizer too, and runs the tests: ends "N passed, N failed";
#                      SEED=N chooses what of what takes long is run, and the sanitizer (tests/turns.c)
#   make check-full    the same with all sanitizers, every compiler for every program, and long renders (much longer)
#   make docs          writes docs/library.md, docs/proofs.md and a page with pictures, build/docs/library.html
#   make bless         writes the goldens of the tests anew
#   make asan, tsan    builds with sanitizers and runs the tests that are for them
#   make fuzz          looks with clang's libFuzzer for programs that break the compiler, SECONDS=60 long; what it finds
#                      is build/fuzz/found-…, and is repeated by build/fuzz/fuzzer FILE; make fuzz-midi does so with MIDI files,
#                      make fuzz-notation with texts of patterns, make fuzz-osc with packets of OSC
#   make bench         measures Kanon beside Faust, C and what else is installed: a table, build/bench/bench.svg and .json; a quarter of an
#                      hour. QUICK=1: a minute; ONLY=NAME: one program, curve or group; ISA=avx2: as without AVX-512
#   make format-check  is everything laid out as .clang-format says
#   make install       to PREFIX (/usr/local); DESTDIR is put in front; make uninstall takes it away
#   make clean         removes build/, where all that is generated lies
#
# demo, check and fuzz install packages that are missing where they can (Debian, Ubuntu), and say so.

BUILD   = build
CC      = gcc
WARN    = -Wall -Wextra -Werror
OPTIMIZE = -O2 -g
# Nothing in libkanon.so is replaced by functions of the host (api.map): calls within a file may be inlined.
CFLAGS  = -std=c11 -fPIC -fno-semantic-interposition $(OPTIMIZE) $(WARN)
CPPFLAGS = -D_GNU_SOURCE -Icompiler -I. -I$(BUILD)/gen $(VERIFY)
LDLIBS  = -lsndfile -lm -ldl -lpthread
# what the command line needs beside them; PortAudio and RtMidi are opened when something is played (compiler/play/device.c, midi_ports.c),
# cairo when something is drawn (compiler/plot/canvas.c)
KANON_LIBS = -lsoxr
PREFIX  = /usr/local
SEED    = 0
VERSION := $(shell sed -n 's/^.define KN_VERSION "\(.*\)"/\1/p' compiler/base/base.h)
# Raised when programs that were linked with an older libkanon.so can no longer run with the new one.
SONAME  = libkanon.so.0
JOBS    = $(shell nproc 2>/dev/null || echo 2)
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS) --no-print-directory
endif

GENERATED = $(BUILD)/gen/lex.c $(BUILD)/gen/grammar.c $(BUILD)/gen/stdlib_text.c $(BUILD)/gen/runtime_items.c \
            $(BUILD)/gen/templates.c $(BUILD)/gen/scalar_functions.c
SOURCES   = $(filter-out compiler/mpi/% compiler/lv2/% compiler/generate/%,$(wildcard compiler/*.c compiler/*/*.c))
OBJECTS   = $(patsubst compiler/%.c,$(BUILD)/obj/%.o,$(SOURCES)) \
            $(patsubst $(BUILD)/gen/%.c,$(BUILD)/obj/gen_%.o,$(GENERATED)) $(BUILD)/obj/libtcc_archive.o
# Without what only the command line needs.
LIBRARY   = $(filter-out $(addsuffix /%,$(addprefix $(BUILD)/obj/,command play plot measure mel)),$(OBJECTS))
# The kernels: each source once for each instruction set, in one archive member for a source and set.
MACHINE   = $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))
SETS      = $(if $(filter x86_64,$(MACHINE)),baseline avx2 avx512,baseline)
FLAGS_avx2   = -mavx2 -mfma
FLAGS_avx512 = -mavx512f -mavx512dq -mavx512bw -mavx512vl -mfma -mprefer-vector-width=512
KERNEL_LEVEL = -O3
KERNEL_FLAGS = $(filter-out -O%,$(CFLAGS)) $(KERNEL_LEVEL) -ffp-contract=fast -fno-trapping-math \
               -fno-math-errno -falign-loops=32 -Wmissing-prototypes
KERNELS   = $(foreach set,$(SETS),$(patsubst runtime/%.c,$(BUILD)/obj/%_$(set).o,$(wildcard runtime/kernels_*.c))) \
            $(BUILD)/obj/dispatch.o $(BUILD)/obj/one_sample.o $(BUILD)/obj/fourier_plan.o
DRIVER    = $(patsubst tests/%.c,$(BUILD)/obj/test_%.o,$(wildcard tests/driver.c tests/turns.c tests/mode_*.c)) \
            $(patsubst tests/library/%.c,$(BUILD)/obj/proof_%.o,$(wildcard tests/library/*.c)) \
            $(BUILD)/obj/fuzz_generate.o $(BUILD)/obj/fuzz_compare.o

.PHONY: all mpi no-mpi lv2 no-lv2 demo check check-full docs bless asan tsan fuzz fuzz-midi fuzz-notation fuzz-osc bench format format-check install uninstall clean driver
all: $(BUILD)/kanon $(BUILD)/libkanon.a $(BUILD)/libkanon.so mpi lv2
driver: $(BUILD)/driver $(BUILD)/kanon $(BUILD)/libkanon.a $(BUILD)/libkernels.a
# what is plotted is tested too
$(BUILD)/driver: $(filter $(BUILD)/obj/plot/% $(BUILD)/obj/measure/%,$(OBJECTS))

# ---- building ------------------------------------------------------------------------------------

$(BUILD)/kanon: $(OBJECTS) $(KERNELS) $(BUILD)/obj/build_id.o
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(KANON_LIBS) $(LDLIBS)

# What tells one build from another: bits are promised for one (command/identity.c).
$(BUILD)/obj/build_id.o: $(OBJECTS) $(KERNELS)
	@printf 'const char kanon_build[] = "%s";\n' "$$(cat $^ | sha256sum | cut -c 1-16)" > $(BUILD)/gen/build_id.c
	@$(CC) $(CFLAGS) -c -o $@ $(BUILD)/gen/build_id.c

# kanon render by the ranks of an MPI job, where there is MPI.
MPICC = mpicc
MPI_OBJECTS = $(patsubst compiler/mpi/%.c,$(BUILD)/obj/mpi_%.o,$(wildcard compiler/mpi/*.c))
mpi: $(if $(shell command -v $(MPICC)),$(BUILD)/kanon-mpi,no-mpi)
no-mpi:
	@echo "  kanon-mpi is left out: there is no $(MPICC) (package libopenmpi-dev)"
$(BUILD)/kanon-mpi: $(filter-out $(BUILD)/obj/command/main.o,$(OBJECTS)) $(KERNELS) $(BUILD)/obj/build_id.o $(MPI_OBJECTS)
	@echo "  LD $@"; OMPI_CC=$(CC) $(MPICC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(KANON_LIBS) $(LDLIBS)
$(BUILD)/obj/mpi_%.o: compiler/mpi/%.c $(HEADERS)
	@mkdir -p $(@D)
	@echo "  CC $<"; OMPI_CC=$(CC) $(MPICC) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# A plug-in that holds the compiler, where there are headers of LV2. It stays loaded: threads and stacks of it may outlast an instance.
LV2_OBJECTS = $(patsubst compiler/lv2/%.c,$(BUILD)/obj/lv2_%.o,$(wildcard compiler/lv2/*.c))
LIVE        = $(BUILD)/lv2/kanon-live.lv2
lv2: $(if $(shell $(CC) -include lv2/core/lv2.h -E -x c /dev/null >/dev/null 2>&1 && echo yes),$(LIVE)/manifest.ttl,no-lv2)
no-lv2:
	@echo "  kanon-live.lv2 is left out: there are no headers of LV2 (package lv2-dev)"
$(LIVE)/kanon-live.so: $(LV2_OBJECTS) $(BUILD)/obj/play/watcher.o $(LIBRARY) $(KERNELS)
	@mkdir -p $(@D)
	@echo '{ global: lv2_descriptor; local: *; };' > $(BUILD)/gen/lv2.map
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-z,defs,-z,text,-z,now,-z,nodelete -Wl,--version-script=$(BUILD)/gen/lv2.map -o $@ $^ $(LDLIBS)
$(LIVE)/manifest.ttl: $(LIVE)/kanon-live.so compiler/generate/lv2_live.sh
	@sh compiler/generate/lv2_live.sh plugin $(VERSION) > $(LIVE)/kanon-live.ttl
	@sh compiler/generate/lv2_live.sh manifest $(VERSION) > $@
$(BUILD)/obj/lv2_%.o: compiler/lv2/%.c $(HEADERS)
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# Only what kanon.h declares can be seen from outside, whatever a host calls its own functions: the
# archive is one object in which all other names are local.
$(BUILD)/libkanon.a: $(LIBRARY) $(KERNELS) $(BUILD)/gen/api.names
	@echo "  AR $@"; rm -f $@; $(LD) -r -o $(BUILD)/obj/kanon.o $(LIBRARY) $(KERNELS)
	@$(OBJCOPY) --keep-global-symbols=$(BUILD)/gen/api.names $(BUILD)/obj/kanon.o $(BUILD)/libkanon.o
	@ar rcs $@ $(BUILD)/libkanon.o && rm $(BUILD)/obj/kanon.o $(BUILD)/libkanon.o

$(BUILD)/libkanon.so: $(LIBRARY) $(KERNELS) $(BUILD)/gen/api.map
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(SONAME),-z,defs,-z,text,-z,now \
	    -Wl,--version-script=$(BUILD)/gen/api.map -o $@ $(LIBRARY) $(KERNELS) $(LDLIBS)
	@ln -sf $(@F) $(BUILD)/$(SONAME)

$(BUILD)/gen/api.names: compiler/api/kanon.h
	@mkdir -p $(@D)
	sed -n 's/^KN_API .*\(kn_[a-z_]*\)(.*/\1/p' $< > $@

$(BUILD)/gen/api.map: $(BUILD)/gen/api.names
	{ echo '{ global:'; sed 's/$$/;/' $<; echo 'local: *; };'; } > $@
# the kernels alone: for their tests
$(BUILD)/libkernels.a: $(KERNELS)
	@echo "  AR $@"; rm -f $@; ar rcs $@ $^


# tests/mode_api_memory.c lets allocations fail, and sees who allocates and locks
WRAPPED = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=free,--wrap=pthread_mutex_lock,--wrap=pthread_create

# what plays, without devices
PLAY = $(filter-out %/device.o %/performance.o %/midi_ports.o %/midi.o %/quiet.o %/replacing.o %/transport.o %/hands.o %/obeying.o,$(filter $(BUILD)/obj/play/%,$(OBJECTS)))
$(BUILD)/driver: $(DRIVER) $(PLAY) $(LIBRARY) $(KERNELS)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) $(WRAPPED) -o $@ $^ $(LDLIBS)

# mixes notes
$(BUILD)/obj/engine/instrument.o: OPTIMIZE = -O3 -g

HEADERS = $(BUILD)/gen/grammar.h $(BUILD)/gen/scalar_functions.inc
$(BUILD)/obj/%.o: compiler/%.c $(HEADERS)
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/test_%.o: tests/%.c $(HEADERS)
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/proof_%.o: tests/library/%.c $(HEADERS)
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(CFLAGS) $(PROOF_FLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/fuzz_%.o: tests/fuzz/%.c $(HEADERS)
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

define kernel_set
$(BUILD)/obj/%_$(1).o: runtime/%.c
	@mkdir -p $$(@D)
	@echo "  CC $$< ($(1))"; $$(CC) $$(KERNEL_FLAGS) $$(FLAGS_$(1)) -DKN_SET=$(1) -MMD -MP -c -o $$@ $$<
endef
$(foreach set,$(SETS),$(eval $(call kernel_set,$(set))))

$(BUILD)/obj/dispatch.o: runtime/dispatch.c $(BUILD)/gen/kernel_order.inc
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/one_sample.o: runtime/one_sample.c
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/fourier_plan.o: runtime/fourier_plan.c
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# runs where it is built, whatever it builds for
HOSTCC = gcc
$(BUILD)/gen/fourier_passes.h: compiler/generate/fourier_passes.c
	@mkdir -p $(@D)
	$(HOSTCC) -std=c11 -O1 -D_GNU_SOURCE $(WARN) -o $(BUILD)/gen/fourier_passes $< -lm && $(BUILD)/gen/fourier_passes > $@.part && mv $@.part $@
$(BUILD)/gen/fourier_double.h: runtime/kernels_fourier.c compiler/generate/fourier_double.sed
	@mkdir -p $(@D)
	sed -f compiler/generate/fourier_double.sed $< > $@.part && mv $@.part $@
$(SETS:%=$(BUILD)/obj/kernels_fourier_%.o): $(BUILD)/gen/fourier_passes.h $(BUILD)/gen/fourier_double.h
$(SETS:%=$(BUILD)/obj/kernels_fourier_%.o): KERNEL_FLAGS += -I$(BUILD)/gen

# each kernel with its prototype, a line each
$(BUILD)/gen/kernels.txt: runtime/kernels.def
	@mkdir -p $(@D)
	{ echo '#define KERNEL(name, arguments, ...) KERNEL: name arguments'; echo '#include "$<"'; } | $(CC) -E -P -x c - | \
	    grep -o 'KERNEL: [a-z0-9_]* ([^)]*)' | sed 's/KERNEL: //' > $@.part
	@test -s $@.part && mv $@.part $@

$(BUILD)/gen/kernel_order.inc: $(BUILD)/gen/kernels.txt
	sed 's/ .*//' $< | LC_ALL=C sort | sed 's/.*/KERNEL_&,/' > $@

$(BUILD)/gen/kernel_facts.inc: $(BUILD)/gen/kernels.txt compiler/generate/kernel_facts.awk
	awk -f compiler/generate/kernel_facts.awk $< > $@
$(BUILD)/obj/strips/strips.o: $(BUILD)/gen/kernel_facts.inc

# its loops are over blocks of numbers
$(BUILD)/obj/mel/mel.o: OPTIMIZE += -O3
$(BUILD)/obj/evaluate/tabulate.o: OPTIMIZE += -O3

# What re2c and lemon write is not ours to warn about.
$(BUILD)/obj/gen_%.o: $(BUILD)/gen/%.c $(HEADERS)
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(filter-out $(WARN),$(CFLAGS)) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/gen/lex.c: compiler/syntax/lex.re
	@mkdir -p $(@D)
	re2c --no-debug-info -W -o $@ $<

# lemon leaves the header alone when it would be the same
$(BUILD)/gen/grammar.c $(BUILD)/gen/grammar.h &: compiler/syntax/grammar.y
	@mkdir -p $(@D)
	lemon -q -l -T/usr/share/lemon/lempar.c -d$(BUILD)/gen $<
	@touch $(BUILD)/gen/grammar.h

$(BUILD)/gen/stdlib_text.c: $(wildcard stdlib/*.kn) stdlib compiler/generate/embed.sh compiler/generate/index_library.awk
	@mkdir -p $(@D)
	sh compiler/generate/embed.sh evaluate/program.h library $(wildcard stdlib/*.kn) > $@.part
	LC_ALL=C awk -f compiler/generate/index_library.awk $(wildcard stdlib/*.kn) >> $@.part && mv $@.part $@

TEMPLATES = runtime/interface.h runtime/interface.c runtime/state.h runtime/main.c runtime/voices.h runtime/voices_state.h \
            runtime/controlled.c runtime/keyboard.c runtime/voices.c runtime/events.c runtime/instrument_state.h runtime/instrument.c \
            runtime/hosted.c runtime/lv2.c runtime/jack.c runtime/shown.c runtime/image.h runtime/image.c
$(BUILD)/gen/templates.c: $(TEMPLATES) compiler/generate/embed.sh
	@mkdir -p $(@D)
	sh compiler/generate/embed.sh print_c/template.h template $(TEMPLATES) > $@.part && mv $@.part $@

# in the order in which they can stand in one file
RUNTIME_TEXTS = runtime/math.h runtime/noise.h runtime/lattice.h runtime/prologue.h runtime/kernel_forms.h runtime/mel.h runtime/fourier.h \
                runtime/fourier_lanes.h $(BUILD)/gen/fourier_passes.h \
                $(filter-out runtime/kernels_elementwise.c runtime/kernels_exact.c,$(wildcard runtime/kernels_*.c)) \
                $(BUILD)/gen/fourier_double.h
$(BUILD)/gen/runtime_items.c: $(RUNTIME_TEXTS) compiler/generate/runtime_items.awk
	@mkdir -p $(@D)
	LC_ALL=C awk -f compiler/generate/runtime_items.awk $(RUNTIME_TEXTS) > $@.part && mv $@.part $@

SCALAR_TEXTS = runtime/math.h runtime/noise.h runtime/lattice.h runtime/prologue.h
$(BUILD)/gen/scalar_functions.c: $(SCALAR_TEXTS) compiler/generate/scalar_functions.sh
	@mkdir -p $(@D)
	sh compiler/generate/scalar_functions.sh table $(SCALAR_TEXTS) > $@.part && mv $@.part $@

$(BUILD)/gen/scalar_functions.inc: $(SCALAR_TEXTS) compiler/generate/scalar_functions.sh
	@mkdir -p $(@D)
	sh compiler/generate/scalar_functions.sh numbers $(SCALAR_TEXTS) > $@.part && mv $@.part $@

-include $(wildcard $(BUILD)/obj/*.d $(BUILD)/obj/*/*.d)

# ---- libtcc: the whole archive as one object, behind compiler/machine/libtcc.c ----------------------------------
#
# Debian's libtcc.a is made for programs; this makes of it what a shared library can hold as well, and
# what cannot end the process, print or open a file:
# - one object, so that what its parts call of each other can be made local. Left are the functions that
#   that file calls, under names of our own: a host may be linked with another libtcc.
# - what it uses of the C library and is not to have gets another name too, and compiler/machine/libtcc_shim.c
#   defines that. Data of the C library (stdout, stderr, environ) would be a relocation of text.

LIBTCC_A   := $(shell $(CC) -print-file-name=libtcc.a)
LD          = ld
OBJCOPY     = objcopy
TCC_CALLED  = new delete set_error_func set_options set_output_type add_symbol compile_string relocate list_symbols
TCC_SHIMMED = malloc calloc realloc free exit __assert_fail mprotect open dlopen dlsym stdout stderr environ \
              printf fprintf vfprintf __printf_chk __fprintf_chk __vfprintf_chk fputs fputc puts putchar fwrite fflush

$(BUILD)/obj/libtcc_archive.o: $(wildcard $(LIBTCC_A)) Makefile
	@mkdir -p $(@D)
	@test -f "$(LIBTCC_A)" || { echo "Kanon needs libtcc.a: install the package libtcc-dev" >&2; exit 1; }
	@echo "  LD $@"; $(LD) -r --whole-archive -o $@.whole $(LIBTCC_A)
	@$(OBJCOPY) $(TCC_CALLED:%=--keep-global-symbol=kanon_tcc_%) \
	    $(foreach f,$(TCC_CALLED),--redefine-sym tcc_$(f)=kanon_tcc_$(f)) \
	    $(foreach f,$(TCC_SHIMMED),--redefine-sym $(f)=kanon_tcc_$(f)) $@.whole $@
	@rm $@.whole

# first of all: without the package its word should come before what the compiler says of machine/libtcc.c
$(BUILD)/obj/machine/libtcc.o: | $(BUILD)/obj/libtcc_archive.o

# ---- packages: looked for once, then the stamp says they are there ------------------------------------

$(BUILD)/packages-%: tests/packages.sh
	@mkdir -p $(@D)
	@sh tests/packages.sh $* $(BUILD) && touch $@

# ---- showing ------------------------------------------------------------------------------------------

demo: $(BUILD)/packages-demo
	@$(MAKE) $(BUILD)/kanon
	@sh tests/demo.sh $(BUILD)

# ---- testing -------------------------------------------------------------------------------------------

# sanitizers hide from gcc what is initialized: no errors for what it then imagines. -g1: reports name lines and
# functions, and nothing asks for more. Kernels at -O3 take gcc twice as long; the proofs of the library are not run.
SANITIZED     = PROOF_FLAGS="-O0 -g0 -fno-sanitize=all"
SANITIZE_ASAN = $(SANITIZED) KERNEL_LEVEL=-O1 WARN="-Wall -Wextra -Wno-maybe-uninitialized" OPTIMIZE="-O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined" VERIFY=-DKN_VERIFY
SANITIZE_TSAN = $(SANITIZED) KERNEL_LEVEL=-O1 WARN="-Wall -Wextra -Wno-maybe-uninitialized" OPTIMIZE="-O1 -g1 -fsanitize=thread" VERIFY=-DKN_VERIFY

check: $(BUILD)/packages-check
	@bash tests/check.sh $(BUILD) --seed $(SEED)

check-full: $(BUILD)/packages-check
	@bash tests/check.sh $(BUILD) --full

docs:
	@$(MAKE) driver
	@docs/library.sh
	@{ printf '# How the library is proved\n\n%s\n%s\n\n' \
	    'Written by `make docs`. Each row is a test of `tests/library`: the worst error it finds against' \
	    'something that is not Kanon, and the one that is promised.'; $(BUILD)/driver --proofs; } > $(BUILD)/proofs.md
	@mv $(BUILD)/proofs.md docs/proofs.md; echo docs/proofs.md

bless:
	@$(MAKE) driver
	@$(BUILD)/driver --bless syntax error warning pass

$(BUILD)/asan/driver $(BUILD)/asan/kanon: FORCE
	@$(MAKE) BUILD=$(BUILD)/asan $(SANITIZE_ASAN) driver
$(BUILD)/tsan/driver: FORCE
	@$(MAKE) BUILD=$(BUILD)/tsan $(SANITIZE_TSAN) driver
FORCE:

asan: $(BUILD)/asan/driver
	@$(BUILD)/asan/driver syntax error warning pass text run limit api jit midi play plot

tsan: $(BUILD)/tsan/driver
	@$(BUILD)/tsan/driver api jit play command

# One process on one core. Products are not fused: clang does so in one part of a loop and not in the other. Kernels compute whole groups of
# samples, and what lies behind those of a strip may be any number: they may convert it as they like. What it learns stays in build/fuzz/corpus; the texts of the tests are where it begins.
SECONDS   = 60
FUZZ_TEXTS = tests/fuzz/corpus examples tests/run tests/error tests/warning tests/syntax
FUZZ_FLAGS = CC=clang WARN=-Wno-everything OPTIMIZE="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined,fuzzer-no-link \
             -fno-sanitize-recover=undefined" VERIFY=-DKN_VERIFY FLAGS_baseline="$(FUZZ_KERNELS)" \
             FLAGS_avx2="-mavx2 -mfma $(FUZZ_KERNELS)" \
             FLAGS_avx512="-mavx512f -mavx512dq -mavx512bw -mavx512vl -mfma $(FUZZ_KERNELS)"
FUZZ_KERNELS = -ffp-contract=off -fno-sanitize=float-cast-overflow

fuzz: $(BUILD)/packages-fuzz
	@$(MAKE) BUILD=$(BUILD)/fuzz $(FUZZ_FLAGS) $(BUILD)/fuzz/fuzzer
	@mkdir -p $(BUILD)/fuzz/corpus
	$(BUILD)/fuzz/fuzzer -max_total_time=$(SECONDS) -timeout=30 -rss_limit_mb=3000 -max_len=4096 \
	    -dict=$(BUILD)/fuzz/words.dict -artifact_prefix=$(BUILD)/fuzz/found- $(BUILD)/fuzz/corpus $(FUZZ_TEXTS)

$(BUILD)/fuzzer: tests/fuzz/harness.c $(BUILD)/obj/fuzz_generate.o $(LIBRARY) $(KERNELS) $(BUILD)/words.dict
	@echo "  LD $@"; $(CC) $(CFLAGS) $(CPPFLAGS) -fsanitize=fuzzer -o $@ $(filter %.c %.o,$^) $(LDLIBS)

# The reader of MIDI files alone: `make fuzz-midi`, as `make fuzz`. It begins with what the tests of it have.
fuzz-midi: $(BUILD)/packages-fuzz
	@$(MAKE) BUILD=$(BUILD)/fuzz $(FUZZ_FLAGS) $(BUILD)/fuzz/midi_fuzzer
	@mkdir -p $(BUILD)/fuzz/midi_corpus
	$(BUILD)/fuzz/midi_fuzzer -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=2000 -max_len=65536 \
	    -artifact_prefix=$(BUILD)/fuzz/found-midi- $(BUILD)/fuzz/midi_corpus tests/fuzz/midi

$(BUILD)/midi_fuzzer: tests/fuzz/midi_harness.c $(filter $(BUILD)/obj/base/%,$(LIBRARY))
	@echo "  LD $@"; $(CC) $(CFLAGS) $(CPPFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

# Packets of OSC alone: `make fuzz-osc`, as `make fuzz`.
fuzz-osc: $(BUILD)/packages-fuzz
	@$(MAKE) BUILD=$(BUILD)/fuzz $(FUZZ_FLAGS) $(BUILD)/fuzz/osc_fuzzer
	@mkdir -p $(BUILD)/fuzz/osc_corpus
	$(BUILD)/fuzz/osc_fuzzer -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=2000 -max_len=2048 \
	    -artifact_prefix=$(BUILD)/fuzz/found-osc- $(BUILD)/fuzz/osc_corpus

$(BUILD)/osc_fuzzer: tests/fuzz/osc_harness.c $(BUILD)/obj/play/osc_packet.o $(filter $(BUILD)/obj/base/%,$(LIBRARY))
	@echo "  LD $@"; $(CC) $(CFLAGS) $(CPPFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

# Texts of patterns alone: `make fuzz-notation`, as `make fuzz`.
fuzz-notation: $(BUILD)/packages-fuzz
	@$(MAKE) BUILD=$(BUILD)/fuzz $(FUZZ_FLAGS) $(BUILD)/fuzz/notation_fuzzer
	@mkdir -p $(BUILD)/fuzz/notation_corpus
	$(BUILD)/fuzz/notation_fuzzer -max_total_time=$(SECONDS) -timeout=20 -rss_limit_mb=3000 -max_len=200 \
	    -artifact_prefix=$(BUILD)/fuzz/found-notation- $(BUILD)/fuzz/notation_corpus tests/fuzz/notation

$(BUILD)/notation_fuzzer: tests/fuzz/notation_harness.c $(LIBRARY) $(KERNELS)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(CPPFLAGS) -fsanitize=fuzzer -o $@ $(filter %.c %.o,$^) $(LDLIBS)

# The words and signs of the language and its functions, each as libFuzzer wants it.
$(BUILD)/words.dict: compiler/command/words.def compiler/evaluate/prims.def
	@mkdir -p $(@D)
	sed -n 's/^WORD("\([^" ]*\)".*/"\1"/p; s/^PRIM[_A-Z]*(\([a-z_0-9]*\),.*/"\1("/p' $^ > $@

# ---- measuring ------------------------------------------------------------------------------------------

QUICK ?=
ONLY  ?=
ISA   ?=
OUT   = $(BUILD)/bench
bench:
	@$(MAKE) -s $(BUILD)/kanon $(BUILD)/bench_host
	@QUICK="$(QUICK)" ONLY="$(ONLY)" ISA="$(ISA)" bash bench/bench.sh $(BUILD) "$(OUT)"

HOST = $(filter-out bench/host/object_%,$(wildcard bench/host/*.c))
$(BUILD)/bench_host: $(HOST) $(wildcard bench/host/*.h) $(BUILD)/libkanon.a
	@echo "  LD $@"; $(CC) $(CFLAGS) -D_GNU_SOURCE -o $@ $(HOST) $(BUILD)/libkanon.a $(LDLIBS)

# ---- layout ---------------------------------------------------------------------------------------------

FORMATTED = $(wildcard compiler/*.[ch] compiler/*/*.[ch] runtime/*.c runtime/*.h tests/*.c tests/*.h tests/kernel/*.c tests/kernel/*.h tests/library/*.[ch] tests/fuzz/*.[ch] \
              examples/hosts/*.c bench/*/*.[ch])
format-check:
	@clang-format --dry-run -Werror $(FORMATTED)

format:
	clang-format -i $(FORMATTED)

# ---- the rest --------------------------------------------------------------------------------------------

ROOT      = $(DESTDIR)$(PREFIX)
INSTALLED = bin/kanon bin/kanon-mpi share/man/man1/kanon.1 share/man/man3/kanon.3 lib/libkanon.a lib/libkanon.so.$(VERSION) lib/$(SONAME) \
            lib/libkanon.so lib/pkgconfig/kanon.pc include/kanon.h

install: all
	install -d $(sort $(dir $(INSTALLED:%=$(ROOT)/%)))
	install -m 755 $(BUILD)/kanon $(ROOT)/bin/
	if [ -x $(BUILD)/kanon-mpi ]; then install -m 755 $(BUILD)/kanon-mpi $(ROOT)/bin/; fi
	if [ -f $(LIVE)/manifest.ttl ]; then install -d $(ROOT)/lib/lv2/kanon-live.lv2; \
	    install -m 644 $(LIVE)/*.ttl $(ROOT)/lib/lv2/kanon-live.lv2/; install -m 755 $(LIVE)/*.so $(ROOT)/lib/lv2/kanon-live.lv2/; fi
	install -m 644 docs/kanon.1 $(ROOT)/share/man/man1/
	install -m 644 docs/kanon.3 $(ROOT)/share/man/man3/
	install -m 644 $(BUILD)/libkanon.a $(ROOT)/lib/
	install -m 755 $(BUILD)/libkanon.so $(ROOT)/lib/libkanon.so.$(VERSION)
	ln -sf libkanon.so.$(VERSION) $(ROOT)/lib/$(SONAME)
	ln -sf $(SONAME) $(ROOT)/lib/libkanon.so
	sed -e '/^#/d' -e 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|; s|@LIBS@|$(LDLIBS)|' \
	    compiler/api/kanon.pc.in > $(ROOT)/lib/pkgconfig/kanon.pc
	install -m 644 compiler/api/kanon.h $(ROOT)/include/

uninstall:
	rm -f $(INSTALLED:%=$(ROOT)/%)
	rm -rf $(ROOT)/lib/lv2/kanon-live.lv2

clean:
	rm -rf $(BUILD)
