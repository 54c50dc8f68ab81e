# Every target sets up what it needs: Python 3.11+, make and a package registry are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export FOURFOLD_EDITORS ?= $(HOME)/.cache/fourfold-editors
NODE := PATH="$(FOURFOLD_EDITORS)/node/bin:$$PATH"
SETUP := tests/editors/setup
STEP := @bash $(SETUP)/step.sh
VSIX := vscode-extension/dist/fourfold.vsix
EXTENSION_MODULES := vscode-extension/node_modules/.package-lock.json

.PHONY: demo try team test check format table editors vsix bench bench-peers soak clean generate
.DELETE_ON_ERROR:

demo: $(VENV)/embedded-model  ## the main job, in the terminal, on the embedded model
	@$(BIN)/python -m tests.demo

try: $(VSIX) $(VENV)/embedded-model  ## VS Code in the browser, with everything in it
	$(STEP) "VS Code for the browser is installed" --into $(FOURFOLD_EDITORS)/code-server bash $(SETUP)/code-server.sh
	@exec $(FOURFOLD_EDITORS)/node/bin/node tests/editors/vscode/try.mjs

team: $(VENV)/dev editors  ## a team's database, four workers, three editors, and one verdict that all of them watch
	@exec $(BIN)/python -m tests.demo.team

# A worker that has nothing left to do takes from the other, which may be busy with VS Code.
test: check $(VENV)/embedded-model editors  ## every test, in real editors and a real browser too
	if test -e $(EXTENSION_MODULES); then cd vscode-extension && $(NODE) npm run --silent check && $(NODE) npm test --silent; fi
	$(BIN)/python -m pytest -n 2 --dist worksteal -rs

check: $(VENV)/dev  ## lint, types and layers, in seconds
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

generate: $(VENV)/dev  ## what is made of the descriptions in fourfold/app: tables, schema, protocol.ts
	cd server && ../$(BIN)/python -m generate

format: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/dev  ## the figures of tests/bench/README.md
	$(BIN)/python -m tests.bench

bench-peers: $(VENV)/dev  ## fourfold test against promptfoo, which is installed for it
	$(BIN)/python -m tests.bench.peers

soak: $(VENV)/dev  ## twenty minutes of random use with kills
	SOAK_SECONDS=$${SOAK_SECONDS:-1200} $(BIN)/python -m pytest -s tests/soak

# Bytecode is written here because PYTHONDONTWRITEBYTECODE would make each start-up compile again.
$(VENV)/installed: pyproject.toml constraints.txt
	$(STEP) "A Python environment in $(VENV)" $(PYTHON) -m venv $(VENV)
	$(STEP) "pip is today's" $(BIN)/python -m pip install --disable-pip-version-check --upgrade pip
	$(STEP) "Fourfold and what it needs, into $(VENV)" --into $(VENV) \
	    $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e .
	$(STEP) "Fourfold is compiled" $(BIN)/python -m compileall -q server/fourfold
	@touch $@

$(VENV)/dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --group dev
	@touch $@

$(VENV)/embedded-model: $(VENV)/installed
	$(BIN)/fourfold model install
	@touch $@

table: $(VENV)/dev $(VENV)/embedded-model editors  ## README's table of editors, from the tests in them
	$(BIN)/python -m tests.editors.table

editors: $(VENV)/installed  ## what the tests in editors need; system packages where this is root
	@bash $(SETUP)/all.sh
	@$(MAKE) --no-print-directory $(EXTENSION_MODULES) || echo "The extension's packages could not be installed; the tests of VS Code and of the board will be skipped." >&2
	@if test -e $(EXTENSION_MODULES); then $(MAKE) --no-print-directory vsix; fi

vsix: $(VSIX)  ## the VS Code extension

$(EXTENSION_MODULES): vscode-extension/package-lock.json
	@bash $(SETUP)/node.sh
	$(STEP) "What the extension is built with, into vscode-extension/node_modules" --into vscode-extension/node_modules \
	    sh -c 'cd vscode-extension && $(NODE) npm ci --no-audit --no-fund --no-update-notifier --loglevel=error'
	@touch $@

$(VSIX): $(VENV)/installed $(EXTENSION_MODULES) $(shell find vscode-extension server/fourfold prompts \
    -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -name '*.pyc')
	$(STEP) "The extension is built" sh -c 'cd vscode-extension && $(NODE) npm run --silent package'

clean:
	rm -rf $(VENV) vscode-extension/dist vscode-extension/node_modules
