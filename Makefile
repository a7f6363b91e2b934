# `make serve` and `make test` need only Python 3.11 or newer; each does its own set-up.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate

.PHONY: help serve test lint lock dist clean
.DEFAULT_GOAL := help

help:
	@echo "make serve   run the service at http://127.0.0.1:8000 (more by ARGS='--port 8001 --workers 2')"
	@echo "make test    run every check and test"
	@echo "make lint    run the checks of style and types only"
	@echo "make lock    pin the newest versions that pyproject.toml allows"
	@echo "make dist    build the wheel with its list of components (CycloneDX) and its provenance (SLSA) into dist"
	@echo "make clean   remove the environments; the next command builds them again"

serve: $(VENV)/serving
	@exec $(BIN)/heel-cds serve $(ARGS)

test: lint
	tests/tools/install
	$(BIN)/pytest --cov -n 2 --dist loadfile --cov-report=term-missing:skip-covered

lint: $(VENV)/testing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(VENV)/serving: requirements.txt requirements-build.txt pyproject.toml
	@test -n "$(PYTHON)" || { \
		echo "heel-pain-cds needs Python 3.11 or newer with its venv module, and found none on the PATH." >&2; \
		echo "Install one (Debian, Ubuntu: python3 and python3-venv), or name it: make PYTHON=/path/to/python3" >&2; \
		exit 1; }
	@echo "Building $(VENV) from requirements.txt (once; about a minute) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) --require-hashes -r requirements-build.txt -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/testing: $(VENV)/serving requirements-dev.txt
	@echo "Adding what tests need from requirements-dev.txt ..."
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

lock: $(VENV)/testing
	$(LOCK) --upgrade --group build -o requirements-build.txt
	$(LOCK) --upgrade --group sbom -o requirements-sbom.txt
	$(LOCK) --upgrade pyproject.toml --extra postgresql -o requirements.txt
	$(LOCK) --upgrade pyproject.toml --extra postgresql --extra dev -c requirements.txt -o requirements-dev.txt

# An environment of its own: what it needs slows the start of every process that has it beside jsonschema.
.tools/sbom/ready: requirements-sbom.txt
	@$(PYTHON) -m venv --clear .tools/sbom
	@.tools/sbom/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-sbom.txt
	@touch $@

dist: $(VENV)/testing .tools/sbom/ready
	@rm -rf dist && mkdir dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@rm -rf build *.egg-info
	.tools/sbom/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible -o dist/sbom.cdx.json
	$(BIN)/python -m docker.provenance dist

clean:
	rm -rf $(VENV) .tools dist
