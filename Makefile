# Python 3.11+ and make are all that a machine needs: uv and every package come by hash from requirements.lock.
PY ?= python3
BIN := .venv/bin
DEMO_HOME ?= fairlead-home
DEMO_EMPLOYEES ?= 2000
DEMO_MONTHS ?= 36

.PHONY: demo test lint lock setup clean
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
	@touch $@

lock: | $(BIN)/uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --group dev --group bootstrap -o requirements.lock pyproject.toml
