# Each target creates the environment that it needs, from Python 3.11 and the registries.
PYTHON ?= python3.11
BIN := .venv/bin
DEMO_FOLDER ?= demo

.PHONY: setup demo test check bench migration catalogues reference clean

setup: .venv/ready

.venv/ready: pyproject.toml hatch_build.py $(wildcard package-lock.json)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.13'
	$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --group dev --editable '.[demo,oidc,pdf,postgres]'
	touch .venv/ready

demo: setup            ## the main job, end to end; DEMO="--fast" for a short one
	$(BIN)/filrouge demo $(DEMO_FOLDER) $(DEMO)

test: setup            ## the whole suite, slow services included where they are installed
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: setup           ## linters, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup           ## side by side with peers; each ends with one line of JSON
	$(BIN)/python bench/start.py
	$(BIN)/python bench/pipeline.py
	$(BIN)/python bench/serve.py
	$(BIN)/python bench/feasibility.py
	$(BIN)/python bench/portfolio.py

migration: setup       ## rewrite the first migration from the models (before the first release)
	$(BIN)/python tools/migration.py --initial

catalogues: setup      ## compile the French catalogue after editing it
	$(BIN)/python hatch_build.py

reference: setup       ## write docs/reference from the code: errors, settings, rules
	$(BIN)/python tools/reference.py

clean:
	rm -rf .venv dist build demo
