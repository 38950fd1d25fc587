# `make` alone explains itself. Everything it makes stays inside this folder: .venv, .tools, var, dist.

VENV ?= .venv
PYTHON ?=
HOST ?= 127.0.0.1
PORT ?= 8000
ARGS ?= -n auto --maxprocesses=4
UPGRADE ?=

BIN := $(VENV)/bin
DATA := $(or $(ORIENTIR_DATA_DIR),var)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
UV := .tools/bin/uv
FIND_PYTHON = for name in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done
COMPILE = $(UV) pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help run test contest check lint format lock setup wheel screenshot clean again
.DELETE_ON_ERROR:

help:  ## Show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(DATA)/.demo  ## Make a demo region if there is none and serve it on http://127.0.0.1:8000 (PORT=, HOST= move it)
	@exec $(BIN)/orientir serve --host $(HOST) --port $(PORT)

setup: $(VENV)/.dev  ## Install everything for development

test: $(VENV)/.dev  ## Run all tests (ARGS="tests/core -k coverage" runs some)
	@$(BIN)/python -m pytest $(ARGS)

contest: $(VENV)/.dev  ## Run a contest of 300 entries read by 5 from drafts to results, then work it out once more
	@ORIENTIR_CONTEST=300x5 $(BIN)/python -m pytest -n 2 --durations=2 tests/plugins/practices/test_whole_contest.py

check: lint test  ## All that CI looks at: format, lint, types, imports, templates, dependencies, tests

lint: $(VENV)/.dev  ## The part of `check` that runs no test
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint templates plugins --check --lint --quiet
	@$(BIN)/deptry .

format: $(VENV)/.dev  ## Put code into the house's format
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

lock: $(UV)  ## Pin requirements/*.txt anew from pyproject.toml (UPGRADE=--upgrade takes newer versions)
	@$(COMPILE) pyproject.toml --group build --output-file requirements/base.txt
	@$(COMPILE) pyproject.toml --group build --extra prod --constraint requirements/base.txt --output-file requirements/prod.txt
	@$(COMPILE) pyproject.toml --group build --extra prod --group dev --constraint requirements/prod.txt --output-file requirements/dev.txt
	@$(COMPILE) --group tools --output-file requirements/tools.txt

wheel: $(VENV)/.dev  ## Build dist/orientir-*.whl
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist

screenshot: $(VENV)/.dev  ## Take the README's picture anew from a demo
	@$(BIN)/python docs/screenshot.py

clean:  ## Remove all that make has made; ./var, the data, stays
	@rm -rf $(VENV) .tools dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps: each part is made again only when what it is made from has changed.

# A database elsewhere may be another one than last time.
$(DATA)/.demo: $(VENV)/.project $(wildcard migrations/versions/*.py plugins/*/migrations/*.py) $(if $(ORIENTIR_DATABASE_URL),again)
	@echo "Preparing the demo in $(DATA)"
	@$(BIN)/orientir db upgrade >/dev/null
	@$(BIN)/orientir demo --if-missing >/dev/null
	@touch $@

$(VENV)/bin/python:
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then echo "Orientir needs Python 3.11 or newer: install it, or name it by PYTHON=..." >&2; exit 1; fi; \
	echo "Making $(VENV) with $$("$$python" -V)"; \
	"$$python" -m venv $(VENV) >/dev/null 2>&1 || { \
	  rm -rf $(VENV) && $(MAKE) --no-print-directory $(UV) PYTHON="$$python" && \
	  $(UV) venv --quiet --no-config --seed --python "$$python" $(VENV); }

# Some systems ship Python without venv; uv makes one all the same.
$(UV): requirements/tools.txt
	@python=$$($(FIND_PYTHON)); \
	"$$python" -m pip install --disable-pip-version-check --quiet --upgrade --require-hashes --target .tools -r requirements/tools.txt
	@touch $@

$(VENV)/.base: requirements/base.txt | $(VENV)/bin/python
	@echo "Installing requirements/base.txt"
	@$(PIP) install --require-hashes -r requirements/base.txt
	@touch $@

# hatchling is in the hashed list, so building downloads nothing.
$(VENV)/.project: pyproject.toml $(VENV)/.base
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.project
	@echo "Installing requirements/dev.txt"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
