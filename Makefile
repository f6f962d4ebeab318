# Raccord: the only commands to learn. `make` alone explains them.
#
# Everything is installed below .venv/ and node_modules/; a step that is up to date is skipped, by
# the stamps in .venv/. Building speaks on standard error only: the standard output of `demo-check`
# is its result and nothing else.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --require-hashes
CATALOGUES := $(wildcard src/raccord/web/locale/*/LC_MESSAGES/django.po)

## For users

.PHONY: help
help:  ## Show this list
	@awk '/^## /{printf "\n%s\n", substr($$0, 4)} \
	  /^[a-z-]+:.*## /{split($$0, part, ":.*## "); printf "  make %-14s %s\n", part[1], part[2]}' \
	  $(MAKEFILE_LIST)

.PHONY: setup
setup: $(VENV)/runtime.stamp $(VENV)/assets.stamp $(VENV)/messages.stamp  ## Make the environment and build everything that runs

.PHONY: demo
demo: setup  ## Start Raccord with a simulated Salesforce and 1,000 contacts; PORT=8000
	@$(BIN)/raccord demo $(if $(PORT),--port $(PORT))

.PHONY: demo-reset
demo-reset: setup  ## The same, from the beginning: forgets the demo's data first
	@$(BIN)/raccord demo --reset $(if $(PORT),--port $(PORT))

.PHONY: demo-check
demo-check: setup  ## Run the whole path once without a browser and print JSON; CSV=path takes your file
	@$(BIN)/raccord demo-check $(if $(CSV),--csv "$(CSV)")

## For developers

.PHONY: test
test: develop  ## Run all tests
	@$(BIN)/pytest -n 2 --dist loadgroup $(TESTS)

.PHONY: test-browser
test-browser: develop  ## Run the tests that drive a real Chromium (part of make test)
	@$(BIN)/pytest tests/browser

.PHONY: test-clients
test-clients: develop $(VENV)/clients.stamp  ## Run real Salesforce clients (its CLI, jsforce) against the simulator
	@$(BIN)/pytest -n 2 --dist loadfile tests/clients

.PHONY: check
check: develop  ## Format, lint, types, import layers, migrations, translations, docs
	@$(BIN)/python -m tools.check

.PHONY: check-plugin
check-plugin: | $(VENV)/created.stamp  ## Check the Salesforce plug-in without an org (needs Java; installs 400 MB); STEPS="apex lint"
	@$(BIN)/python -m tools.check_plugin $(STEPS)

.PHONY: bench
bench: develop  ## Measure throughput, API calls and memory (docs/reference/benchmarks.md)
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.files
	@$(BIN)/python -m bench.lists
	@$(BIN)/python -m bench.inbound
	@$(BIN)/python -m bench.push

.PHONY: soak
soak: develop  ## Play random days on both sides with faults and kills, then compare; SEEDS=3, SEED=17
	@$(BIN)/python -m soak $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),3))

.PHONY: develop
develop: setup $(VENV)/dev.stamp  ## Make the environment with everything that tests and checks need

.PHONY: format
format: develop  ## Rewrite the code in the one format
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

.PHONY: messages
messages: develop  ## Collect the texts to translate into the catalogues, and compile them
	@$(BIN)/python -m tools.messages collect
	@$(BIN)/python -m tools.messages compile

.PHONY: docs
docs: develop  ## Write the generated pages of docs/reference (commands, error codes)
	@$(BIN)/python -m tools.reference

.PHONY: screenshots
screenshots: develop  ## Take the pictures of docs/images from a demo of its own; ONLY=home,import
	@$(BIN)/python -m tools.screenshots $(if $(ONLY),--only $(ONLY))

.PHONY: assets
assets: $(VENV)/assets.stamp  ## Build the front-end assets (after a change in icons.txt or package.json)

.PHONY: requirements
requirements: develop  ## Pin the newest allowed versions of everything (requirements/*.txt)
	@for name in runtime dev build node; do \
	  $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
	    --no-emit-index-url requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done

.PHONY: clean
clean:  ## Remove everything that was built or installed here (not the data in var/)
	@rm -rf $(VENV) node_modules tests/clients/node_modules salesforce-plugin/node_modules salesforce-plugin/tools/*/node_modules src/raccord/web/static/vendor build src/*.egg-info

# The steps of `setup`, each with the files that make it out of date.

$(VENV)/created.stamp:
	@python=$$(PYTHON="$(PYTHON)" tools/find_python.sh) && "$$python" -m venv $(VENV) >&2
	@touch $@

$(VENV)/runtime.stamp: requirements/build.txt requirements/runtime.txt pyproject.toml | $(VENV)/created.stamp
	@echo "make: installing Raccord and what it runs on" >&2
	@$(INSTALL) -r requirements/build.txt -r requirements/runtime.txt >&2
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable . >&2
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/runtime.stamp
	@echo "make: installing what tests and checks need" >&2
	@$(INSTALL) -r requirements/dev.txt >&2
	@touch $@

$(VENV)/assets.stamp: package-lock.json src/raccord/web/icons.txt tools/assets.py tools/npm.py | $(VENV)/runtime.stamp
	@$(BIN)/python -m tools.assets >&2
	@touch $@

$(VENV)/clients.stamp: tests/clients/package-lock.json tools/npm.py | $(VENV)/runtime.stamp
	@echo "make: installing the Salesforce clients that tests run" >&2
	@$(BIN)/python -m tools.npm tests/clients >&2
	@touch $@

$(VENV)/messages.stamp: $(CATALOGUES) tools/messages.py | $(VENV)/runtime.stamp
	@$(BIN)/python -m tools.messages compile >&2
	@touch $@
