# Two commands on a bare machine with Python >= 3.11 and make:  make up  and  make test.
# Parts that Python's registry has come with the virtual environment; the rest: see `parts`.

SHELL := /bin/sh
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PACKAGES := schemas transit runtime streams api simulators headway
# Compiled kernels check no bounds; under test they do.
CHECKED := NUMBA_BOUNDSCHECK=1
WARM_UP := $(BIN)/python -c "from streams.tracker.warm_up import warm_up; warm_up()"
# A small city made and driven compiles what large ones need.
WARM_CITY := made=$$(mktemp -d); trap 'rm -rf "$$made"' EXIT; { $(BIN)/headway city generate --lines 2 "$$made/city.zip" \
	&& $(BIN)/headway city run --gtfs "$$made/city.zip" --to "$$made" --polls 1; } >"$$made/told" 2>&1 || { cat "$$made/told" >&2; exit 1; }
PYTEST := $(BIN)/pytest
ARGS ?=

.PHONY: up test lint types unit integration e2e bench ablation load endurance parts clean help

help: ## say what there is
	@grep -E '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

up: $(INSTALLED) ## run all of Headway on this machine; ARGS="--workers 2" and so on go to `headway up`
	@exec $(BIN)/headway up $(ARGS)

test: parts lint types unit integration e2e ## everything, on both brokers and both databases

lint: $(INSTALLED) ## style, imports, format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(INSTALLED) ## mypy, strict
	$(BIN)/mypy $(PACKAGES) tests

unit: $(INSTALLED) ## the rules, without any server
	@$(CHECKED) $(WARM_UP)
	$(CHECKED) $(PYTEST) -q -n auto --dist loadfile -m "not integration and not faults and not e2e" $(ARGS)

integration: $(INSTALLED) ## real servers: Tansu and Apache Kafka, Valkey, SQLite and PostgreSQL; processes killed
	$(PYTEST) -q -m "(integration or faults) and not e2e" $(ARGS)

e2e: $(INSTALLED) ## the page in a real browser
	$(PYTEST) -q -m e2e $(ARGS)

bench: $(INSTALLED) ## speed: ratios, best of several
	$(BIN)/python -m tests.bench $(ARGS)

ablation: $(INSTALLED) ## what each part of the engine buys; ARGS="--gtfs GTFS --positions RECORDING --lines A,B"
	$(BIN)/python -m tests.ablation $(ARGS)

load: $(INSTALLED) ## partners as they behave, against a running Headway or any URL
	$(BIN)/python -m tests.load $(ARGS)

endurance: $(INSTALLED) ## hours of a city through Apache Kafka as fast as it goes; ARGS="--lines 60 --hours 24"
	$(BIN)/python -m tests.endurance $(ARGS)

parts: $(INSTALLED) ## get what the tests need besides: Apache Kafka by Maven; PostgreSQL and Chromium from Debian
	@.ci/debian java maven postgresql chromium chromedriver
	@$(BIN)/headway parts

$(INSTALLED): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Headway needs Python 3.11 or later; there is none on this machine" >&2; exit 1; }
	@PYTHON="$(PYTHON)" .ci/debian venv
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@# not every installer leaves bytecode, without which each process takes a second longer to start; templates that are no
	@# Python are named as errors, and are none
	@-$(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null
	@echo "compiling the kernels, once"
	@$(WARM_UP)
	@$(WARM_CITY)
	@touch $@

clean: ## remove what was made here; fetched parts stay in the user's cache
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
