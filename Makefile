# Everything a person or a CI needs: `make` alone lists it. Asks for Python 3.11 or newer and make; installs the rest.

SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
READY := .venv/.ready
HERE := $(CURDIR)
TEMPLATES := $(wildcard service/templates workflows/templates)

export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv

# An environment knows its own place: in a copied or moved folder it is made again.
ifneq ($(shell cat $(READY) 2>/dev/null),$(HERE))
.PHONY: $(READY)
endif

.PHONY: help setup run test test-fast test-long check fix bench clean

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name says; do \
		printf '  make %-10s %s\n' "$$name" "$$says"; \
	done

setup: $(READY) ## everything into .venv; quick when nothing changed
	@:

run: setup ## the service with demo data; prints its addresses; Ctrl-C stops it
	@exec $(BIN)/runut up --demo

test: setup check ## every test, with real PostgreSQL, RabbitMQ and Chromium
	@$(BIN)/python -m tests.run

test-fast: setup ## the tests that need no server, under a minute
	@$(BIN)/python -m tests.run --fast

test-long: setup ## every test in its long form: hours
	@RUNUT_EXAMPLES=10000 RUNUT_CHAOS=long $(BIN)/python -m tests.run --long

check: setup ## style, types, layers and templates, under a minute
	@$(BIN)/ruff check .
	@$(BIN)/mypy --strict config workflows service workers
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint --lint --quiet $(TEMPLATES)

fix: setup ## lets ruff mend what it can
	@$(BIN)/ruff check --fix .

bench: setup ## measures what the README reports under Performance
	@$(BIN)/python -m tests.bench

clean: ## removes what `make` made, but not the data in ./var
	@rm -rf .venv .tools build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml uv.lock
	@set -eu; \
	python=; \
	for name in python3.11 python3.12 python3.13 python3.14 python3 python; do \
		if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo 'Runut needs Python 3.11 or newer and found none. Install it (Debian: apt install python3 python3-venv).' >&2; \
		exit 1; \
	fi; \
	uv=$$(command -v uv || true); \
	if [ -z "$$uv" ]; then \
		uv=.tools/bin/uv; \
		if ! "$$uv" --version >/dev/null 2>&1; then \
			rm -rf .tools; \
			if ! "$$python" -m venv .tools >.tools.log 2>&1; then \
				cat .tools.log >&2; rm -rf .tools .tools.log; \
				echo 'Python cannot make a virtual environment. Install python3-venv (Debian: apt install python3-venv),' >&2; \
				echo 'or uv from https://docs.astral.sh/uv, and run the same command again.' >&2; \
				exit 1; \
			fi; \
			rm -f .tools.log; \
			.tools/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'; \
		fi; \
	fi; \
	env -u VIRTUAL_ENV "$$uv" sync --frozen --quiet --python "$$("$$python" -c 'import sys; print(sys.executable)')"; \
	printf '%s\n' '$(HERE)' > $@
