# SPDX-License-Identifier: MIT
# mctap: build/mcref is the reference server, build/mctap the scenario runner.
# `make help` lists what can be made. Runs with GNU make 3.81 and newer.

MAKEFLAGS += --no-print-directory

PREFIX  = /usr/local
BUILD   = build
CFLAGS  = -O2 -g
WARN    = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
INSTALL = install

# All of POSIX.1-2008 and the few BSD calls every Unix has, in spite of -std=c11.
CPPFLAGS = -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -D_DARWIN_C_SOURCE
CPPFLAGS += -DMCTAP_SCENARIOS='"$(PREFIX)/share/mctap/scenarios"'

PKG_CONFIG  = pkg-config
SERVER_PKGS = libevent_core libssl libcrypto
RUNNER_PKGS = libevent_core libcurl libcjson zlib libcrypto
HEADER_PKGS = libxxhash
PKGS        = $(sort $(SERVER_PKGS) $(RUNNER_PKGS) $(HEADER_PKGS))
PKG_CFLAGS  := $(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null)
SERVER_LIBS := $(shell $(PKG_CONFIG) --libs $(SERVER_PKGS) 2>/dev/null)
RUNNER_LIBS := $(shell $(PKG_CONFIG) --libs $(RUNNER_PKGS) 2>/dev/null)

ROOMS = reference-server reports conformance

# Every .c file of a room belongs to its program; a new one needs no edit here.
objects      = $(patsubst %.c,$(BUILD)/obj/%.o,\
	$(filter-out $(1)/tests/% $(1)/bench/% $(1)/fuzz/%,$(wildcard $(1)/*.c $(1)/*/*.c)))
SERVER_OBJS := $(call objects,reference-server)
REPORT_OBJS := $(call objects,reports)
RUNNER_OBJS := $(call objects,conformance) $(REPORT_OBJS)

# Every ROOM/tests/test_NAME.c is a program of its own, linked with its room less main.o.
unit_tests  = $(patsubst $(1)/tests/%.c,$(BUILD)/tests/$(1)-%,$(wildcard $(1)/tests/test_*.c))
UNIT_TESTS := $(foreach room,$(ROOMS),$(call unit_tests,$(room)))
BENCHES    := $(patsubst reference-server/bench/%.c,$(BUILD)/bench/%,\
	$(wildcard reference-server/bench/*.c)) $(BUILD)/bench/conformance-history
FUZZERS    := $(patsubst reference-server/fuzz/%.c,$(BUILD)/fuzzers/%,\
	$(filter-out %/fuzz_connection.c,$(wildcard reference-server/fuzz/*.c)))
TIDIED     := $(patsubst %.c,$(BUILD)/tidy/%.tidy,\
	$(foreach room,$(ROOMS),$(wildcard $(room)/*.c $(room)/*/*.c)))
SCRIPTS    := $(wildcard */tests/*.t .ci/checks/*.t)

COMPILE  = $(CC) -std=c11 $(WARN) $(CFLAGS) $(CPPFLAGS) -I. $(PKG_CFLAGS) \
    -MMD -MP -MF $@.d -MT $@

TIDY_FLAGS = -std=c11 $(WARN) $(CPPFLAGS) -I. $(PKG_CFLAGS)

# Make writes one short line a file; `make V=1` shows the commands.
Q        = $(if $(V),,@)
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j2)
ASAN     = BUILD=build/asan CFLAGS="-O1 -g $(SANITIZE)"
FUZZ     = BUILD=build/fuzz CC=clang CFLAGS="-O1 -g -fsanitize=fuzzer-no-link $(SANITIZE)"

FUZZ_SECONDS = 60

all: programs ## build build/mcref and build/mctap (the default)

programs: $(BUILD)/mcref $(BUILD)/mctap

$(BUILD)/mcref: $(SERVER_OBJS)
	@echo "  link  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(SERVER_LIBS)

$(BUILD)/mctap: $(RUNNER_OBJS)
	@echo "  link  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(RUNNER_LIBS)

$(BUILD)/obj/%.o: %.c $(BUILD)/command
	@mkdir -p $(@D)
	@echo "  cc    $<"
	$(Q)$(COMPILE) -I$(firstword $(subst /, ,$*)) -c -o $@ $<

tests: $(UNIT_TESTS)

$(BUILD)/tests/reference-server-%: reference-server/tests/%.c $(BUILD)/command \
    $(filter-out %/main.o,$(SERVER_OBJS))
	@mkdir -p $(@D)
	@echo "  link  $@"
	$(Q)$(COMPILE) $(LDFLAGS) -Ireference-server -o $@ $(filter %.c %.o,$^) $(SERVER_LIBS)

$(BUILD)/tests/reports-%: reports/tests/%.c $(BUILD)/command $(REPORT_OBJS)
	@mkdir -p $(@D)
	@echo "  link  $@"
	$(Q)$(COMPILE) $(LDFLAGS) -Ireports -o $@ $(filter %.c %.o,$^)

$(BUILD)/tests/conformance-%: conformance/tests/%.c $(BUILD)/command \
    $(filter-out %/main.o,$(RUNNER_OBJS))
	@mkdir -p $(@D)
	@echo "  link  $@"
	$(Q)$(COMPILE) $(LDFLAGS) -Iconformance -o $@ $(filter %.c %.o,$^) $(RUNNER_LIBS)

$(BUILD)/bench/%: reference-server/bench/%.c $(BUILD)/command
	@mkdir -p $(@D)
	@echo "  link  $@"
	$(Q)$(COMPILE) $(LDFLAGS) -o $@ $< $(SERVER_LIBS)

$(BUILD)/bench/conformance-%: conformance/bench/%.c $(BUILD)/command \
    $(filter-out %/main.o,$(RUNNER_OBJS))
	@mkdir -p $(@D)
	@echo "  link  $@"
	$(Q)$(COMPILE) $(LDFLAGS) -Iconformance -o $@ $(filter %.c %.o,$^) $(RUNNER_LIBS)

# Each file but fuzz_connection.c is a fuzzer: main() comes from libFuzzer, a part of clang.
$(BUILD)/fuzzers/%: $(BUILD)/fuzzers/%.o $(BUILD)/fuzzers/fuzz_connection.o \
    $(filter-out %/main.o,$(SERVER_OBJS))
	@echo "  link  $@"
	$(Q)$(CC) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(SERVER_LIBS)

.PRECIOUS: $(BUILD)/fuzzers/%.o
$(BUILD)/fuzzers/%.o: reference-server/fuzz/%.c $(BUILD)/command
	@mkdir -p $(@D)
	@echo "  cc    $<"
	$(Q)$(COMPILE) -Ireference-server -c -o $@ $<

# Holds the compile command: another compiler, flag or PREFIX builds everything anew. Missing
# libraries are told here and not by the compiler.
$(BUILD)/command: FORCE
	@$(PKG_CONFIG) --print-errors --exists $(PKGS) || { \
	    echo "Libraries are missing: run 'make install-deps' or" >&2; \
	    echo "apt install pkg-config libevent-dev libcurl4-openssl-dev libcjson-dev" \
	        "libssl-dev libxxhash-dev zlib1g-dev" >&2; \
	    exit 1; }
	@mkdir -p $(@D)
	@echo $(call quoted,$(COMPILE)) | cmp -s - $@ || echo $(call quoted,$(COMPILE)) >$@

quoted = '$(subst ','\'',$(1))'

install-deps: ## install by apt what building and testing needs
	@sh .ci/install build test

demo: ## install what is missing, build, play the whole suite against mcref
	@sh .ci/install build
	@$(MAKE) $(PARALLEL) programs
	$(BUILD)/mctap run

test: ## install what is missing, build twice (plain, ASan+UBSan), run every test
	@sh .ci/install build test
	@$(MAKE) $(PARALLEL) programs tests
	@$(MAKE) $(PARALLEL) $(ASAN) programs tests
	@$(MAKE) prove

# One prove for everything; the programs under test are the sanitized ones.
prove:
	@MCREF=build/asan/mcref MCTAP=build/asan/mctap prove -j2 \
	    $(UNIT_TESTS) $(subst build/,build/asan/,$(UNIT_TESTS)) $(SCRIPTS)

asan: ## play the suite with both programs built with ASan and UBSan
	@$(MAKE) $(PARALLEL) $(ASAN) programs
	MCREF=build/asan/mcref build/asan/mctap run

lint: ## install what is missing; clang-format, clang-tidy, shellcheck, gcc and clang with -Werror, checks
	@sh .ci/install build test
	@$(MAKE) $(PARALLEL) programs
	@$(MAKE) $(PARALLEL) --keep-going tidy
	@$(MAKE) $(PARALLEL) BUILD=build/gcc CC=gcc programs tests
	@$(MAKE) $(PARALLEL) BUILD=build/clang CC=clang programs tests
	prove .ci/checks/*.t

tidy: $(TIDIED)

# Looks again only at what has changed: .tidy is a stamp. One file a run: given several,
# clang-tidy 14 carries the state of one into the next.
$(BUILD)/tidy/%.tidy: %.c .clang-tidy | $(BUILD)/command
	@mkdir -p $(@D)
	@echo "  tidy  $<"
	$(Q)clang-tidy --quiet $< -- $(TIDY_FLAGS) -I$(firstword $(subst /, ,$*))
	$(Q)clang $(TIDY_FLAGS) -I$(firstword $(subst /, ,$*)) -MM -MP -MF $@.d -MT $@ $<
	@touch $@

bugs: ## install what is missing, build, play the suite against every bug of mcref --list-bugs
	@sh .ci/install build test
	@$(MAKE) $(PARALLEL) programs
	reference-server/bugs/farm.py --compare --write

vectors: ## install what is missing, ask the real clients whether they still place keys as we say
	@sh .ci/install test
	conformance/tests/placement/make-vectors --check

versions: programs ## play the suite with --strict on the memcached that is installed, and on those in MEMCACHED='PATH PATH'
	conformance/servers/play --memcached $(MEMCACHED)

servers: programs ## the same, and on other servers against their baselines; writes docs/servers.md
	conformance/servers/play --page docs/servers.md $(MEMCACHED)

bench: ## install what is missing, build, measure mcref against memcached -t 1, and mctap's suite
	@sh .ci/install build test
	@$(MAKE) $(PARALLEL) programs benches
	reference-server/bench/compare
	conformance/bench/suite

race: programs ## each concurrency bug with 20 seeds, 1000 quiet runs each; some 10 minutes
	conformance/bench/races

benches: $(BENCHES)

fuzz: ## install what is missing, build, fuzz each parser of mcref for FUZZ_SECONDS (60)
	@sh .ci/install build fuzz
	@$(MAKE) $(PARALLEL) $(FUZZ) fuzzers
	FUZZ_SECONDS=$(FUZZ_SECONDS) reference-server/fuzz/run

fuzzers: $(FUZZERS)

# What the documents link to stands beside them as it does here.
LINKED = $(wildcard */README.md) conformance/language/capabilities.def conformance/client/checks.def \
    conformance/proxy/checks.def
DOC    = $(DESTDIR)$(PREFIX)/share/doc/mctap

install: programs ## install under PREFIX (default /usr/local), below DESTDIR if given
	$(INSTALL) -d "$(DESTDIR)$(PREFIX)/bin" "$(DOC)/docs"
	$(INSTALL) -m 755 $(BUILD)/mcref $(BUILD)/mctap "$(DESTDIR)$(PREFIX)/bin"
	$(INSTALL) -d "$(DESTDIR)$(PREFIX)/share/mctap/examples"
	$(INSTALL) -m 755 $(wildcard conformance/examples/*.*) "$(DESTDIR)$(PREFIX)/share/mctap/examples"
	$(INSTALL) -m 644 README.md LICENSE "$(DOC)"
	$(INSTALL) -m 644 $(wildcard docs/*.md) docs/bugs.tsv "$(DOC)/docs"
	for file in $(filter-out docs/%,$(LINKED)); do \
	    $(INSTALL) -d "$(DOC)/$${file%/*}" && $(INSTALL) -m 644 "$$file" "$(DOC)/$$file" || exit; done
	ln -sfn ../../../mctap/examples "$(DOC)/conformance/examples"
	$(INSTALL) -d "$(DESTDIR)$(PREFIX)/share/man/man1"
	$(INSTALL) -m 644 $(wildcard docs/man/*.1) "$(DESTDIR)$(PREFIX)/share/man/man1"
	ln -sfn ../../../man/man1 "$(DOC)/docs/man"
	cd scenarios && find . -type f ! -name README.md -print | while read -r file; do \
	    $(INSTALL) -d "$(DESTDIR)$(PREFIX)/share/mctap/scenarios/$${file%/*}" && \
	    $(INSTALL) -m 644 "$$file" "$(DESTDIR)$(PREFIX)/share/mctap/scenarios/$$file" || exit; done

uninstall: ## remove what install put there
	rm -f "$(DESTDIR)$(PREFIX)/bin/mcref" "$(DESTDIR)$(PREFIX)/bin/mctap"
	rm -f $(patsubst docs/man/%,"$(DESTDIR)$(PREFIX)/share/man/man1/%",$(wildcard docs/man/*.1))
	rm -rf "$(DESTDIR)$(PREFIX)/share/mctap" "$(DESTDIR)$(PREFIX)/share/doc/mctap"

clean: ## remove build/
	rm -rf build

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

.PHONY: all programs tests install-deps demo test prove asan lint tidy bugs vectors versions \
    servers bench race benches fuzz fuzzers install uninstall clean help FORCE

-include $(wildcard $(BUILD)/obj/*/*.d $(BUILD)/obj/*/*/*.d $(BUILD)/tests/*.d $(BUILD)/bench/*.d \
    $(BUILD)/fuzzers/*.d $(BUILD)/tidy/*/*.d $(BUILD)/tidy/*/*/*.d)
