# Everything a person types. `make` alone lists it.
# Needs Python 3.11 to 3.13 and make; uv is fetched from the package index where it is missing.

PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
BIN := .venv/bin
DEMO := demo
SAY := @printf '\n\033[1m%s\033[0m\n'

.DEFAULT_GOAL := help
.PHONY: help run test lint format types unit integration proof bench bench-quick demo-ui docs docs-serve sample lineage lock clients clean

# Python keeps what it compiled. Where a machine forbids that (many container images do), every process that starts would compile the
# libraries again: ten seconds each, and the tests start some fifty.
unexport PYTHONDONTWRITEBYTECODE

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# --- setting up: once, and again only when a lock changes ------------------------------------------------------------------------------

.uv/bin/uv:
	$(SAY) "Installing uv (the package installer) into .uv"
	@$(PYTHON) -m venv .uv && .uv/bin/pip install --quiet --disable-pip-version-check uv

.venv/bin/python: | $(filter .uv/bin/uv,$(UV))
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Matlas needs Python 3.11, 3.12 or 3.13; this is " + sys.version.split()[0] + ". Name another with: make PYTHON=python3.12 …")'
	@$(UV) venv --quiet --python $(PYTHON) .venv

# `make run` installs what the product needs; the checks add their tools to it and keep them.
.venv/.installed-run: requirements.lock pyproject.toml .venv/bin/python
	$(SAY) "Setting up .venv (a minute or two, only now and when requirements.lock changes)"
	@test -f .venv/.installed-dev || $(UV) pip sync --python .venv requirements.lock
	@$(UV) pip install --quiet --python .venv --no-deps --editable .
	@touch $@

.venv/.installed-dev: requirements-dev.lock pyproject.toml .venv/bin/python
	$(SAY) "Setting up .venv with the tools for checking (only now and when requirements-dev.lock changes)"
	@$(UV) pip sync --python .venv requirements-dev.lock
	@$(UV) pip install --quiet --python .venv --no-deps --editable .
	@touch $@ .venv/.installed-run

# What Matlas is measured against has an environment of its own: dlt and its dbt never meet Matlas's.
.venv-bench/.installed: bench/requirements.lock | .venv/bin/python
	$(SAY) "Setting up .venv-bench with dlt and dbt, to be measured against (only now and when bench/requirements.lock changes)"
	@$(UV) venv --quiet --clear --python $(PYTHON) .venv-bench
	@$(UV) pip sync --python .venv-bench bench/requirements.lock
	@touch $@

# The programs that read what Matlas publishes are tested as they are, each in an environment of its own. Superset runs on Python 3.11 or 3.12;
# so does DuckDB 1.0. Superset's settings are made here, once, and each test works on a copy.
CLIENTS := tests/integration/clients
CLIENTS_VENV := $(UV) venv --quiet --clear --no-python-downloads --python '>=3.11,<3.13'

.venv-superset/.installed: $(addprefix $(CLIENTS)/superset/,requirements.lock set_up.py superset_config.py) | .venv/bin/python
	$(SAY) "Setting up .venv-superset with Apache Superset, to be tested with (a minute; only now and when its lock changes)"
	@$(CLIENTS_VENV) .venv-superset
	@$(UV) pip sync --quiet --python .venv-superset $(CLIENTS)/superset/requirements.lock
	@mkdir .venv-superset/home
	@SUPERSET_HOME=$(CURDIR)/.venv-superset/home SUPERSET_CONFIG_PATH=$(CURDIR)/$(CLIENTS)/superset/superset_config.py \
		SUPERSET_SECRET_KEY=of-no-use-here-for-nothing-secret-is-kept .venv-superset/bin/python $(CLIENTS)/superset/set_up.py \
		>.venv-superset/home/set_up.log 2>&1 || { tail -n 20 .venv-superset/home/set_up.log; exit 1; }
	@touch $@

.venv-older-duckdb/.installed: $(CLIENTS)/older_duckdb/requirements.lock | .venv/bin/python
	@$(CLIENTS_VENV) .venv-older-duckdb
	@$(UV) pip sync --quiet --python .venv-older-duckdb $(CLIENTS)/older_duckdb/requirements.lock
	@touch $@

$(CLIENTS)/node/node_modules/.package-lock.json: $(CLIENTS)/node/package-lock.json
	@npm ci --prefix $(CLIENTS)/node --silent --no-audit --no-fund
	@touch $@

# --- using it --------------------------------------------------------------------------------------------------------------------------

run: .venv/.installed-run ## make a demo trust, run its nightly job, print its scorecard (exit 0 when it is published)
	@test -f $(DEMO)/trust.yml || $(BIN)/matlas init $(DEMO) --demo
	@$(BIN)/matlas run --home $(DEMO) || { code=$$?; test $$code -eq 3; }

demo-ui: .venv/.installed-run ## open Dagster's web pages on the demo trust
	@test -f $(DEMO)/trust.yml || $(BIN)/matlas init $(DEMO) --demo
	@$(BIN)/matlas ui --home $(DEMO)

# --- checking it -----------------------------------------------------------------------------------------------------------------------

# Lint, types and docs side by side, for each leaves a processor idle; then all tests in one go, so that only one end waits for the last file.
test: .venv/.installed-dev ## every check: lint, types, docs, unit, dbt, integration
	@$(MAKE) --no-print-directory --jobs=2 lint types docs
	@$(MAKE) --no-print-directory tests

lint: .venv/.installed-dev ## ruff, sqlfluff, the import rules
	$(SAY) "Lint"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: make format"; exit 1; }
	@$(BIN)/sqlfluff lint --disable-progress-bar --processes 2 models dbt_project/tests
	@$(BIN)/lint-imports --no-cache

types: .venv/.installed-dev ## mypy, strict
	$(SAY) "Types"
	@$(BIN)/mypy

PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: tests
tests: .venv/.installed-dev ## unit and integration tests
	$(SAY) "Tests"
	@$(PYTEST) tests

unit: .venv/.installed-dev ## unit tests, those of the dbt models among them
	$(SAY) "Unit tests"
	@$(PYTEST) tests/unit

integration: .venv/.installed-dev ## whole nights on hand-built trusts
	$(SAY) "Integration tests"
	@$(PYTEST) tests/integration

proof: .venv/.installed-dev ## the same random trusts and orders of delivery as the tests, many more of them (half an hour)
	$(SAY) "Proof by many examples"
	@MATLAS_PROOF=1 $(BIN)/python -m pytest tests -m proof -n 2 --dist worksteal

# Not in `make test`: it wants the machine to itself for hours, 20 GB of disk and 4 GB of memory, and what it says is a measurement, not a
# rule. What must never be lost of it, tests/integration/test_speed.py keeps with every change.
bench: .venv/.installed-dev .venv-bench/.installed ## measure speed, memory and growth beside their targets (hours; BENCH="--only growth", bench/README.md)
	@$(BIN)/python -m bench $(BENCH) || { code=$$?; test $$code -eq 3; }

bench-quick: .venv/.installed-dev .venv-bench/.installed ## the same on a small trust, to see that the harness works (two minutes)
	@$(BIN)/python -m bench --quick $(BENCH) || { code=$$?; test $$code -eq 3; }

clients: .venv-superset/.installed .venv-older-duckdb/.installed $(CLIENTS)/node/node_modules/.package-lock.json ## set up Superset and DuckDB's other clients, for their tests

format: .venv/.installed-dev ## put code and SQL in the house's format
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .
	@$(BIN)/sqlfluff fix --quiet --disable-progress-bar models dbt_project/tests

# --- keeping it ------------------------------------------------------------------------------------------------------------------------

docs: .venv/.installed-dev ## build the documentation into site/
	@$(BIN)/python docs/generate.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "Open site/index.html"

docs-serve: .venv/.installed-dev ## read the documentation in a browser
	@$(BIN)/python docs/generate.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

sample: .venv/.installed-run ## write data_samples/ anew (the same bytes every time)
	@$(BIN)/python -m pipelines.synthetic

lineage: .venv/.installed-dev ## read anew which column is made of which (after any change of a model)
	@$(BIN)/python -m pipelines.lineage

COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
LOCK := $(COMPILE) --extra postgres pyproject.toml
LOCK_BENCH := $(COMPILE) bench/requirements.in
LOCK_CLIENT := $(COMPILE) $(CLIENTS)

lock: .venv/bin/python ## lock the dependencies anew
	@$(LOCK) --output-file requirements.lock
	@$(LOCK) --group dev --constraint requirements.lock --output-file requirements-dev.lock
	@$(LOCK_BENCH) --output-file bench/requirements.lock
	@$(LOCK_CLIENT)/superset/requirements.in --output-file $(CLIENTS)/superset/requirements.lock
	@$(LOCK_CLIENT)/older_duckdb/requirements.in --output-file $(CLIENTS)/older_duckdb/requirements.lock
	@cd $(CLIENTS)/node && npm install --silent --package-lock-only --omit-lockfile-registry-resolved

clean: ## remove what was built here (the demo trust too)
	@rm -rf .venv .venv-bench .venv-superset .venv-older-duckdb $(CLIENTS)/node/node_modules .uv bench/.work $(DEMO) site .mypy_cache .ruff_cache .pytest_cache dbt_project/target dbt_project/logs
