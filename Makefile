# Two commands for a fresh machine: `make demo` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
CLIP := sample_videos/liftoff_right_clean.mp4
DEMO_OUT := formcheck-out/demo

.PHONY: demo test check samples clean
.DEFAULT_GOAL := help

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /: /'

demo: $(VENV)/.installed  ## install, fetch the pose model, analyse a sample clip, show the report's place
	$(BIN)/formcheck analyze $(CLIP) --exercise supine-ir-liftoff --side right --out $(DEMO_OUT)

test: $(VENV)/.installed-dev  ## install what the tests need, check style and types, run all tests
	@$(BIN)/formcheck models path full 2>/dev/null || $(BIN)/formcheck models fetch full
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadfile -m 'not realtime'
	$(BIN)/python -m pytest -m realtime

samples: $(VENV)/.installed-dev  ## render sample_videos/ again
	$(BIN)/python sample_videos/make.py

clean:  ## remove what make made, except the pose model
	rm -rf $(VENV) formcheck-out build dist .pytest_cache .mypy_cache .ruff_cache

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@ $(VENV)/.installed
