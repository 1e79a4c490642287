# make demo [PROMPT="…"]   one sentence in: a film and all its parts, in out/
# make test                set everything up and run all tests (ten minutes on two cores)
# make test-slow           what takes half a minute each: real checkpoints against other programs
# make test-unit           the tests without models, servers and processes (a minute)
# make check               format, lint, types, floors and tests of the tree
# make serve               the API and the studio on this machine
# make bench               measure, into benchmarks/results/
PROMPT ?= A fox finds a fallen star
HOST_PYTHON ?= $(shell for p in python3.11 python3.12 python3; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/ready
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help demo serve test test-slow test-unit prepare check bench setup clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# //p' Makefile

demo: $(READY)
	@$(BIN)/miaobi pull qwen2.5-coder-1.5b kokoro-82m subtitle-font fluidr3-mono scenes-art
	@MIAOBI_OFFLINE=1 $(BIN)/miaobi film "$(PROMPT)" -o out

serve: $(READY)
	@$(BIN)/miaobi serve

test: prepare
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		echo "No Chromium here: the tests of the studio are skipped (on Debian and Ubuntu: apt install chromium)."
	@echo "Running the tests …"
	@$(PYTEST) --durations=50

test-slow: prepare
	@$(PYTEST) -m slow

test-unit: prepare
	@$(PYTEST) -m "unit and not slow"

# drawings are rendered and kernels are built once, before the workers of pytest start
prepare: $(READY)
	@$(BIN)/miaobi pull smollm2-135m kokoro-82m whisper-base shakespeare scenes-art fluidr3-mono scores subtitle-font e5-small
	@$(BIN)/python -m tests.prepare

check: $(READY)
	@echo "Format …"; $(BIN)/ruff format --check src tests benchmarks scripts
	@echo "Lint …"; $(BIN)/ruff check src tests benchmarks scripts
	@echo "Types …"; $(BIN)/mypy
	@echo "Floors …"; $(BIN)/lint-imports > .venv/floors.log || { cat .venv/floors.log; exit 1; }
	@echo "Tree …"; $(BIN)/python -m pytest tests/layout

bench: $(READY)
	@$(BIN)/miaobi pull smollm2-135m kokoro-82m whisper-base qwen2.5-coder-1.5b shakespeare
	@for part in foundation narration decoding parity training text_to_image_speed text_to_image_quality class_conditional stable_diffusion text_to_video_quality film music music_readers damaged_media speech word_timing serving world; do $(BIN)/python -m benchmarks.$$part || exit 1; done

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@test -n "$(HOST_PYTHON)" || { echo "Miaobi needs Python 3.11 or 3.12: install one, or name it with HOST_PYTHON=/path/to/python"; exit 1; }
	@echo "Setting up .venv with $(HOST_PYTHON) (once; a few minutes) …"
	@test -x $(BIN)/python || $(HOST_PYTHON) -m venv .venv || { echo "On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "  PyTorch, processor build …"
	@$(PIP) torch==2.13.0
	@echo "  Miaobi and its libraries …"
	@$(PIP) --constraint constraints.txt --editable ".[dev]"
	@$(PIP) --constraint constraints.txt --no-deps tinysoundfont==0.3.7
	@touch $(READY)

clean:
	rm -rf .venv out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
