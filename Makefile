# Two commands matter: `make demo` shows the product, `make test` proves it.
#
#   make setup    the environment in .venv, from requirements/dev.lock
#   make check    the quick subset, for working
#   make test     everything, on SQLite and on PostgreSQL, with a browser
#   make demo     a filled company at http://127.0.0.1:8000 (DATA=folder for real sell-out, PORT=another)
#   make bench    every figure that the project states
#   make lock     new lock files from requirements/*.in
#   make texts    collect the texts to translate, and compile the translations

PYTHON ?= python3
DATA ?=
PORT ?= 8000
PROCESSES ?= 2

PAPER := fonts-noto-cjk libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0
SYSTEM := chromium gettext postgresql $(PAPER)
BIN := .venv/bin

.PHONY: setup
setup:
	@$(PYTHON) -m tools.setup dev --system $(SYSTEM)

.PHONY: lint
lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

.PHONY: check
check: lint
	$(BIN)/pytest -n $(PROCESSES) -m "not browser and not slow"

.PHONY: test
test: lint
	$(BIN)/pytest -n $(PROCESSES) --dist worksteal
	$(BIN)/python -m tools.postgres --or-skip -- $(BIN)/pytest -n $(PROCESSES) --dist worksteal -m "not browser and not once"

.PHONY: demo
demo:
	@$(PYTHON) -m tools.setup core --system $(PAPER)
	@$(BIN)/python -m demo --port $(PORT) $(if $(DATA),--data $(DATA))

.PHONY: bench
bench:
	@$(PYTHON) -m tools.setup bench --system postgresql
	.venv-bench/bin/python -m tools.postgres --durable -- .venv-bench/bin/python -m benchmarks

.PHONY: texts
texts: setup
	$(BIN)/python -m tools.translations

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --upgrade

.PHONY: lock
lock: setup
	cd requirements && ../$(LOCK) core.in build.in -o core.lock
	cd requirements && ../$(LOCK) dev.in -c core.lock -o dev.lock
	cd requirements && ../$(LOCK) bench.in -c core.lock -o bench.lock
