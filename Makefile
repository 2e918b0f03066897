# r57monitor: the commands a newcomer needs. `make help` lists them.
PY ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check
unexport PYTHONDONTWRITEBYTECODE  # the tests start hundreds of processes: each would compile the program anew

.PHONY: help setup demo test types tests quick score bench bench-large dictionary reference screenshots docs wheel-check sbom audit mutants lock clean
help:
	@grep -E '^## ' $(MAKEFILE_LIST) | sed 's/^## //'

## make setup    build .venv from the hash-pinned lock (nothing to do: no time spent)
setup: .venv/.ok
.venv/.ok: requirements.lock pyproject.toml
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "r57monitor needs Python 3.11 or newer; point to one with: make setup PY=python3.12")'
	test -x $(BIN)/python || $(PY) -m venv .venv
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.ok requirements-dev.lock
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

## make demo     the practice web crawled day by day, then the dashboard (ARGS=--no-browser: stop after the digest)
demo: setup
	$(BIN)/r57 demo $(ARGS)

## make test     every check and every test
test: .venv/.dev
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory --jobs=2 types tests

# Side by side: the types take half a minute, the tests wait now and then.
types: .venv/.dev
	$(BIN)/mypy

tests: .venv/.dev
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

## make quick    the fast part of the tests
quick: .venv/.dev
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow" -q $(ARGS)

## make score    read the annotated documents and print precision and recall
score: .venv/.dev
	$(BIN)/python -m tests.gold.score $(ARGS)

## make bench    measure side by side in one run and write docs/benchmarks.md (ARGS="--rounds 9")
bench: .venv/.dev
	$(BIN)/python -m bench --out docs/benchmarks.md $(ARGS)

## make bench-large   the warehouse at 1,000,000 articles, one round (20 GB of disk)
bench-large: .venv/.dev
	$(BIN)/python -m bench --rounds 1 --only-warehouse --articles 1000000 $(ARGS)

## make dictionary   write docs/data-dictionary.md from the views and their columns
dictionary: .venv/.dev
	$(BIN)/python -m tools.build_dictionary

## make reference    write docs/reference from commands, settings and registry
reference: .venv/.dev
	$(BIN)/python -m tools.build_reference

## make screenshots  draw docs/screenshots again (needs Chromium; ARGS="figures digest": only those pages)
screenshots: .venv/.dev
	$(BIN)/python -m tools.screenshots $(ARGS)

# mkdocs, mutmut, pip-audit and cyclonedx-bom live apart from the program: what they bring along must not change what it does.
.venv/.tools: .venv/.ok requirements-tools.lock
	test -x .venv/tools/bin/python || .venv/bin/python -m venv .venv/tools
	.venv/tools/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-tools.lock
	@touch $@

## make docs     build the documentation into site/, without the network; any broken link fails
docs: .venv/.tools
	NO_MKDOCS_2_WARNING=1 .venv/tools/bin/mkdocs build --quiet --strict

## make wheel-check   build wheel and sdist, install the wheel into an empty environment, play the practice web there without network
wheel-check: .venv/.ok
	$(BIN)/python -m tools.wheel_check $(ARGS)

## make sbom     the bill of materials of what make setup installs (CycloneDX) into dist/r57monitor-sbom.json
sbom: .venv/.tools
	mkdir -p dist
	.venv/tools/bin/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml --of JSON -o dist/r57monitor-sbom.json $(BIN)/python

## make audit    known vulnerabilities of the locked packages (ARGS="--advisories all.zip": from OSV's file of PyPI, without network)
audit: .venv/.tools
	$(BIN)/python -m tools.audit $(ARGS)

## make mutants  do the tests of reading notice small changes? Hours on one core; writes docs/mutants.md (ARGS="--minutes 30", "--only text/dates.py")
mutants: .venv/.dev .venv/.tools
	$(BIN)/python -m tools.mutants $(ARGS)

## make lock     resolve the dependencies again (needs uv)
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra pdf --extra notify \
	  pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev --extra pdf --extra notify \
	  --extra browser --extra cluster -c requirements.lock pyproject.toml -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group tools -o requirements-tools.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
