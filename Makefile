# Two commands do everything on a fresh machine: `make run` and `make test`.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# A builder warns about folders named like the package, which is what this project is.
PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet

.PHONY: run test check bench requirements clean

run: .venv/.run
	@exec $(BIN)/python -m app serve

test: .venv/.dev .venv/.browser
	$(BIN)/python -m pytest tests --ignore=tests/browser --ignore=tests/pages -n 3 --dist worksteal -q
	$(if $(wildcard tests/pages/test_*.py),$(BIN)/python -m pytest tests/pages -p nicegui.testing.user_plugin -q)
	$(BIN)/python -m pytest tests/browser -n 2 --dist worksteal -q

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.dev
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks.marketplace

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found on this machine."; exit 1; }
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; $(PYTHON) -m venv --without-pip .venv && $(PYTHON) -m pip --python .venv/bin/python install --quiet pip; }

.venv/.run: requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing what the console needs (once)…" >&2
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.txt pyproject.toml | .venv/bin/python
	@$(PIP) --require-hashes -r requirements-dev.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ .venv/.run

.venv/.browser: tests/browser/chromium.sh | .venv/.dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" tests/browser/chromium.sh
	@touch $@

# Pins every package by hash; names no index, so each machine uses its own.
requirements: .venv/.dev
	$(BIN)/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-header \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements.txt pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-header --extra dev -c requirements.txt \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements-dev.txt pyproject.toml

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache
