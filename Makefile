# lrarchive: see README.md. `make` builds build/lrarchive and its SQLite extension; `make help` lists the targets.
VERSION := 0.1.0
CC ?= cc
ROOMS := base parser evidence schema fetch ingest export cmd
PACKAGES := zlib libarchive yajl sqlite3 libcrypto libhs libpcre2-8 libcurl libzip libisal

# SAN=1 builds and runs everything with AddressSanitizer and UBSan, in a folder of its own.
ifeq ($(SAN),1)
BUILD ?= build/san
SAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT ?= -O1 -g
else
BUILD ?= build
OPT ?= -O2 -g
endif

# Tests are compiled often and run once.
UNIT_OPT ?= -O0

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror
CPPFLAGS += -I. -I$(BUILD)/gen -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DLRARCHIVE_VERSION='"$(VERSION)"'
CFLAGS += -std=c11 -pthread $(OPT) $(WARNINGS) $(SAN_FLAGS)
LDFLAGS += -Wl,--as-needed -pthread $(SAN_FLAGS)
# Asked only once something is built, after scripts/install-deps has run.
PKG_CFLAGS = $(shell pkg-config --cflags $(PACKAGES))
# libcurl is loaded when a verb first needs it (fetch/curl_late.h).
PKG_LIBS = $(shell pkg-config --libs $(filter-out libcurl,$(PACKAGES)))

# Runs inside sqlite3 for `shell`: part of the extension, not of the program.
INSIDE := cmd/relay_inside.c
SOURCES := $(foreach room,$(ROOMS),$(wildcard $(room)/*.c))
LIB_OBJECTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out cmd/%,$(SOURCES)))
CMD_OBJECTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out $(INSIDE),$(filter cmd/%,$(SOURCES))))
LIB := $(BUILD)/liblrarchive.a
PROGRAM := $(BUILD)/lrarchive
EXTENSION := $(BUILD)/lrarchive.so
EXTENSION_OBJECTS := $(patsubst %.c,$(BUILD)/so/%.o,$(wildcard schema/extension*.c) $(INSIDE))
UNIT_SOURCES := $(wildcard tests/unit/*/*.c)
UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(UNIT_SOURCES))
MIGRATIONS := $(sort $(wildcard schema/[0-9]*.sql))

PREFIX ?= /usr/local
# V=1 shows the commands whole.
quiet = $(if $(V),,@echo "$(1) $(2)";)

.PHONY: all deps demo test check lint fuzz fuzz-short sweep bench bench-search bench-history install clean help

all: deps
	@$(MAKE) --no-print-directory -j"$$(nproc)" $(PROGRAM) $(EXTENSION)

deps:
	@scripts/install-deps build

$(PROGRAM): $(CMD_OBJECTS) $(LIB)
	$(call quiet,link,$@)$(CC) $(LDFLAGS) -o $@ $(CMD_OBJECTS) $(LIB) $(PKG_LIBS)

$(LIB): $(LIB_OBJECTS)
	@rm -f $@
	$(call quiet,ar  ,$@)ar rcs $@ $^

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call quiet,cc  ,$<)$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# In the program the extension's functions call SQLite by name.
$(filter $(BUILD)/obj/schema/extension%,$(LIB_OBJECTS)): CPPFLAGS += -DSQLITE_CORE

# The same files for sqlite3 and Python to load. Without sanitizers: those programs have no runtime for
# them, and in the program the same lines run with them.
$(EXTENSION): $(EXTENSION_OBJECTS)
	$(call quiet,link,$@)$(CC) -shared -Wl,-z,defs -o $@ $^

$(BUILD)/so/%.o: %.c
	@mkdir -p $(@D)
	$(call quiet,cc  ,$< for the extension)$(CC) $(CPPFLAGS) $(filter-out $(SAN_FLAGS),$(CFLAGS)) -fPIC -fvisibility=hidden -MMD -MP -c -o $@ $<

# The migrations are part of the program: each .sql becomes a C string.
$(BUILD)/obj/schema/migrate.o: $(BUILD)/gen/schema/migrations.inc
$(BUILD)/gen/schema/migrations.inc: $(MIGRATIONS) scripts/embed-sql
	@mkdir -p $(@D)
	scripts/embed-sql $(MIGRATIONS) > $@.tmp && mv $@.tmp $@

$(BUILD)/tests/unit/%: tests/unit/%.c $(LIB) $(wildcard tests/unit/*.h tests/unit/*/*.h tests/fuzz/*.[ch])
	@mkdir -p $(@D)
	$(call quiet,cc  ,$<)$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) $(UNIT_OPT) $(LDFLAGS) -o $@ $< $(LIB) $(PKG_LIBS) -lcmocka

# The program with a clock that lies in a file and that only waiting moves.
$(BUILD)/tests/lrarchive-by-hand: tests/fetch/clock_file.c $(CMD_OBJECTS) $(LIB)
	@mkdir -p $(@D)
	$(call quiet,link,$@)$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(CMD_OBJECTS) $(LIB) $(PKG_LIBS)

unit: $(UNIT_TESTS) $(BUILD)/tests/lrarchive-by-hand

# The README's two commands.
demo: all
	@scripts/demo $(PROGRAM)

test:
	@scripts/install-deps test
	@$(MAKE) --no-print-directory check

check:
	@$(MAKE) --no-print-directory -j"$$(nproc)" $(PROGRAM) $(EXTENSION) unit
	@BUILD=$(BUILD) PROGRAM=$(PROGRAM) tests/run $(TESTS)

lint:
	@scripts/install-deps lint
	@scripts/lint

fuzz:
	@scripts/install-deps lint
	@tests/fuzz/run $(SECONDS_EACH)

fuzz-short:
	@scripts/install-deps lint
	@tests/fuzz/run 20

sweep: all
	@scripts/install-deps test
	@PROGRAM=$(PROGRAM) tests/fault/sweep $(STEP)
	@PROGRAM=$(PROGRAM) tests/fault/sweep-export $(STEP)

bench: all
	@scripts/install-deps test
	@bench/run $(PROGRAM) $(SECTIONS)

bench-search: all
	@scripts/install-deps bench
	@bench/search $(PROGRAM)

bench-history: all
	@scripts/install-deps test
	@bench/growth $(PROGRAM)

install: all
	install -D -m 0755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/lrarchive
	install -D -m 0644 $(EXTENSION) $(DESTDIR)$(PREFIX)/lib/lrarchive/lrarchive.so
	install -D -m 0644 docs/manual.md $(DESTDIR)$(PREFIX)/share/doc/lrarchive/manual.md
	install -D -m 0644 docs/trust.md $(DESTDIR)$(PREFIX)/share/doc/lrarchive/trust.md
	install -D -m 0644 docs/queries.md $(DESTDIR)$(PREFIX)/share/doc/lrarchive/queries.md
	install -D -m 0644 docs/lrarchive-watch@.service $(DESTDIR)$(PREFIX)/lib/systemd/system/lrarchive-watch@.service
	install -D -m 0644 docs/schema.md $(DESTDIR)$(PREFIX)/share/doc/lrarchive/schema.md

clean:
	rm -rf build

help:
	@echo "make demo     build, and see it work on the sample results"
	@echo "make test     install what the tests need, build, run all tests"
	@echo "make check    run all tests; SAN=1 with sanitizers; TESTS='verify' some of them"
	@echo "make lint     clang-format, clang-tidy, cppcheck, shellcheck, layering"
	@echo "make fuzz     fuzz the parser and the readers; SECONDS_EACH=600"
	@echo "make sweep    kill an ingest, and an export, at each system call that touches the disk; STEP=10"
	@echo "make bench    memory and speed, beside Python's json, sqlite3 and zipfile, and zip; SECTIONS=export"
	@echo "make bench-history a month of a million results: rate and answers; COUNT=20000"
	@echo "make bench-search  speed of search, beside ripgrep"
	@echo "make install  to PREFIX ($(PREFIX)), under DESTDIR"

-include $(shell find $(BUILD)/obj $(BUILD)/so -name '*.d' 2>/dev/null)
