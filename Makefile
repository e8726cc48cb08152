# The few commands a person needs. Each installs what it needs into .venv first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test check vectors schemas bench corpora interop mutants fuzz release coverage clean

help:
	@echo "make demo      the main job: eleven test states, a table of verdicts with reasons"
	@echo "make test      all tests"
	@echo "make check     lint, types, tests, and that vectors and schemas regenerate unchanged"
	@echo "make vectors   rewrite test_vectors/"
	@echo "make bench     benchmarks as ratios to the raw signature operation (build/bench.json)"
	@echo "make corpora   agreement with external corpora (build/corpora.json)"
	@echo "make interop   the vectors put to other implementations (Node, Go, PyJWT; build/interop.html)"
	@echo "make mutants   wrong turns in our own verifier, put to the vectors alone (build/mutants.json)"
	@echo "make fuzz      changed samples of every format, MINUTES of processor time each (build/fuzz/)"
	@echo "make release   the vectors as one archive with a digest list (build/)"
	@echo "make coverage  branch coverage of the tests"

$(STAMP): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(STAMP)

demo: $(STAMP)
	$(BIN)/defa-trust demo run --dir build/demo

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist worksteal -q --benchmark-disable tests

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m defa_trust.conformance.generate --check
	$(MAKE) test

vectors: $(STAMP)
	$(BIN)/python -m defa_trust.conformance.generate

bench: $(STAMP)
	@mkdir -p build
	$(BIN)/python -m pytest -q tests/bench -p no:randomly --benchmark-enable --benchmark-only --benchmark-disable-gc --benchmark-warmup=on
	$(BIN)/python -m tests.bench.table
	$(BIN)/python -m tests.bench.plot

corpora: $(STAMP)
	@mkdir -p build
	$(BIN)/python -m tests.conformance.run_corpora

interop: $(STAMP)
	$(BIN)/python -m tests.conformance.interop

mutants: $(STAMP)
	$(BIN)/python -m tests.mutation.vectors

fuzz: $(STAMP)
	$(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),1)

release: $(STAMP)
	$(BIN)/python -m defa_trust.conformance.archive build

coverage: $(STAMP)
	$(BIN)/python -m pytest -n 2 -q --benchmark-disable --cov --cov-report=term tests

clean:
	rm -rf build .venv .ruff_cache .mypy_cache .pytest_cache .hypothesis .benchmarks
