# Python 3.11+ and make are all that a machine needs: uv and every package come by hash from requirements.lock.
PY ?= python3
BIN := .venv/bin
DEMO_HOME ?= fairlead-home
DEMO_EMPLOYEES ?= 2000
DEMO_MONTHS ?= 36

.PHONY: demo test lint types unit coverage kills truths disclosure seeds histories large bench lock setup clean
.DEFAULT_GOAL := demo

setup: .venv/.locked

$(BIN)/uv:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Fairlead needs Python 3.11 or newer; call make with PY=/path/to/python3")'
	@echo "setting up .venv (once)"
	@$(PY) -m venv .venv
	@sed -n -E '/^(uv|setuptools)==/,/[^\\]$$/p' requirements.lock > .venv/boot.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r .venv/boot.txt

.venv/.locked: requirements.lock pyproject.toml | $(BIN)/uv
	@echo "installing the locked packages"
	@$(BIN)/uv pip sync -q --python $(BIN)/python --require-hashes --no-build-isolation requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation --offline -e .
	@echo "reading the dbt project (once a version of the code)"
	@$(BIN)/python -m orchestration.dbt_runner
	@touch $@

# The whole path on a simulated company, from exports to report.
demo: setup
	$(BIN)/fairlead --home $(DEMO_HOME) simulate --employees $(DEMO_EMPLOYEES) --months $(DEMO_MONTHS)
	$(BIN)/fairlead --home $(DEMO_HOME) refresh --timings
	@echo; echo "the report of the demo company:"; $(BIN)/fairlead --home $(DEMO_HOME) report --no-open

# Everything that must hold before a change goes in. What reads the code alone is done side by side.
test: setup
	@$(MAKE) --no-print-directory -j2 lint types
	@$(MAKE) --no-print-directory unit

lint: setup
	$(BIN)/ruff check -q .
	$(BIN)/ruff format -q --check .
	@mkdir -p .venv/lint
	@$(BIN)/python -c 'import sys, pathlib, ingest.raw_store as r; r.open_raw_store(pathlib.Path(sys.argv[1])).__enter__()' .venv/lint/raw.duckdb
	FAIRLEAD_RAW=$(CURDIR)/.venv/lint/raw.duckdb FAIRLEAD_BUILD=$(CURDIR)/.venv/lint/build.duckdb DO_NOT_TRACK=1 \
		$(BIN)/sqlfluff lint -p 2 --disable-progress-bar -n dbt_project/models dbt_project/tests

types: setup
	$(BIN)/mypy

unit: setup
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not long" $(COVERAGE)

# The same, and which lines no test reaches. Tracing every call of dbt and Dagster costs the suite half its time again.
coverage: COVERAGE = --cov --cov-report=term:skip-covered
coverage: unit

# Long protocols: whole here, in a short form or skipped with a count in `make test`.
# kill -9 of a refresh at ten points spread over its measured duration
kills: setup
	FAIRLEAD_KILLS=10 $(BIN)/pytest -s -v tests/integration/test_kills.py

# what the simulated company was planted with is found, and nothing where nothing was planted
truths: setup
	$(BIN)/pytest -m long tests/integration/test_truths.py

# twenty organisations of 200 to 10,000 people: nothing hidden is found by any attack; a line each says what is hidden, what is
# kept, and what would be found under simpler rules
disclosure: setup
	$(BIN)/pytest -s -q tests/unit/test_disclosure.py tests/unit/test_nests.py

# the same over 200 companies of their own seeds: found, called by chance, held by intervals; a line a seed, so that it can go on
seeds: setup
	FAIRLEAD_SEEDS=$${FAIRLEAD_SEEDS:-200} FAIRLEAD_SEEDS_LOG=$${FAIRLEAD_SEEDS_LOG:-seeds.jsonl} $(BIN)/pytest -s -q tests/integration/test_seeds.py tests/integration/test_equity_seeds.py

# random histories of files and decisions against a slow oracle
histories: setup
	FAIRLEAD_HISTORIES=5000 $(BIN)/pytest -q tests/integration/test_history.py

# a file of 10 GB within 1.5 GB of memory, and how fast; FAIRLEAD_LARGE_GB=1 also measures polars alone
large: setup
	FAIRLEAD_LARGE_GB=$${FAIRLEAD_LARGE_GB:-10} $(BIN)/pytest -s -q tests/integration/test_large_file.py

# 100,000 people and 60 months, stage by stage
bench: setup
	rm -rf .bench && $(BIN)/fairlead --home .bench simulate --employees 100000 --months 60
	$(BIN)/fairlead --home .bench refresh --timings

lock: | $(BIN)/uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --group dev --group bootstrap -o requirements.lock pyproject.toml

clean:
	rm -rf .venv .bench fairlead-home
