# Everything runs in .venv, made from requirements.lock. No Docker and no Java are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo test test-long bench lint lock clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages into $(VENV) (the first time takes a few minutes)"
	$(BIN)/python -m pip install --progress-bar on --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: setup
	$(BIN)/attesa demo

test: setup
	$(BIN)/python -m pytest

test-long: setup
	$(BIN)/python -m pytest --long

bench: setup
	$(BIN)/python -m tests.benchmarks.run

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy services/attesa/core

# The lock file holds versions and hashes only, for every platform.
lock:
	uv pip compile --universal --generate-hashes --no-header --all-extras -q -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .attesa
