# Every target sets up what it needs: Python 3.11 to 3.13 is all a new machine must have.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export UV_PYTHON_DOWNLOADS := never
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 1
# Without bytecode every test process, worker and synthesis compiles anew all that it imports.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= $(shell for v in python3.13 python3.12 python3.11 python3 python; do \
	if $$v -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
	then command -v $$v; break; fi; done)
UV := .tools/bin/uv
RUN := .venv/bin
PACKAGES := infra functions/intake functions/risk functions/servicing functions/operations \
	functions/signing functions/factory functions/extdata functions/sandbox layers/core/python/puhui
ARGS ?=

.PHONY: help setup demo up test verify lint format synth layers deploy docs clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(UV):
	@test -n "$(PYTHON)" || { echo "Puhui needs Python 3.11, 3.12 or 3.13 on the PATH."; exit 2; }
	@"$(PYTHON)" -m venv .tools || { echo "This Python cannot make a virtual environment; on Debian install python3-venv."; exit 2; }
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9

.venv/.ready: $(UV) pyproject.toml uv.lock
	@$(UV) sync --frozen --quiet --python "$(PYTHON)"
	@touch $@

node_modules/.ready: .venv/.ready package.json package-lock.json
	@PATH="$(CURDIR)/$(RUN):$$PATH" $(RUN)/npm ci --silent --no-audit --no-fund
	@touch $@

setup: .venv/.ready node_modules/.ready ## make the environment (Python packages, Node, fonts)

demo: setup ## send a population of firms through the whole factory on this machine
	@$(RUN)/puhui demo $(ARGS)

up: setup ## serve the local cloud until Ctrl-C
	@$(RUN)/puhui up $(ARGS)

test: setup ## the fast slice of all tests (about 12 minutes on 2 slow cores)
	@$(RUN)/python -m pytest -m "not full" -n 3 --dist loadfile $(ARGS)

verify: setup lint ## everything: full counts, seeds and crash sweeps
	@$(RUN)/python -m pytest -n 3 --dist loadfile $(ARGS)

lint: setup ## ruff, mypy, import rules, sizes, state machines, generated documents, cdk-nag
	@$(RUN)/ruff format --check .
	@$(RUN)/ruff check .
	@$(RUN)/mypy $(PACKAGES)
	@$(RUN)/lint-imports
	@$(RUN)/python -m infra.lint.sizes
	@$(RUN)/python -m infra.lint.asl
	@$(RUN)/python -m infra.openapi --check
	@$(RUN)/python -m infra.fact_schemas --check
	@$(RUN)/python -m infra.indicator_catalogue --check
	@$(RUN)/python -m infra.early_warning_page --check
	@$(RUN)/python -m infra.model_cards --check
	@$(RUN)/python -m infra.diagrams --check
	@$(RUN)/python -m infra.runbook --check
	@$(MAKE) --no-print-directory synth

format: setup ## format the code
	@$(RUN)/ruff check --fix --quiet . ; $(RUN)/ruff format .

synth: setup ## synthesise the CDK app with cdk-nag; prints the assembly's folder
	@$(RUN)/python -m infra.synth $(ARGS)

docs: setup ## write the generated documents: OpenAPI, facts, indicators, signals, models, diagrams, runbook
	@$(RUN)/python -m infra.openapi
	@$(RUN)/python -m infra.fact_schemas
	@$(RUN)/python -m infra.indicator_catalogue
	@$(RUN)/python -m infra.early_warning_page
	@$(RUN)/python -m infra.model_cards
	@$(RUN)/python -m infra.diagrams
	@$(RUN)/python -m infra.runbook

layers: setup ## cross-build the third-party layers for Lambda
	@$(RUN)/python -m infra.layers

deploy: setup ## show what would be deployed, then deploy it to the account of your credentials
	@$(RUN)/python -m infra.deploy $(ARGS)

clean: ## remove what was built (keeps .puhui)
	@rm -rf cdk.out .build .tools .venv node_modules
