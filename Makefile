# Two commands matter: `make demo` shows the product, `make test` proves it.
PYTHON ?= python3
DATA ?=

.PHONY: setup
setup:
	@$(PYTHON) tools/setup.py dev --system chromium fonts-noto-cjk gettext postgresql
