# Lianxin. `make` prints what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
LIANXIN_HOME ?= $(CURDIR)/.home
export LIANXIN_HOME PORT
# What asks the broker itself to behave: `make check` asks the installed one, `make test-compose` that of the shipped image.
NO_BROKER := tests/bus/test_owner.py tests/bus/test_plans.py
BROKER_TESTS := tests/dev $(filter-out $(NO_BROKER),$(wildcard tests/bus/test_*.py)) $(addprefix tests/faults/test_,broker_fails.py messages.py cluster.py)

.DEFAULT_GOAL := help
.PHONY: help setup run quick test test-compose bench check campaign lint clean

help: ## print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.run: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name one: make PYTHON=python3.12")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo 'Python has no venv here. Bring it with: sudo apt-get install -y python3-venv'; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo 'Installing what Lianxin needs …'
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo 'Installing what the checks need …'
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(VENV)/.dev ## install into .venv, with what the checks need

run: $(VENV)/.run ## serve the demo county on http://127.0.0.1:$(PORT)
	@exec $(BIN)/lianxin run --demo

quick: setup ## the inner loop: all services in one thread, virtual clock
	@$(BIN)/python -m pytest -q -m "quick and not slow" -n auto --maxprocesses 4 --dist worksteal -p no:schemathesis tests

test: setup ## the suite, without what takes minutes; brings up what it needs by itself
	@sh deploy/dev/system-packages
	@$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder -m "not compose and not check" tests

test-compose: setup ## the containers: images without a registry, their broker's faults, a case through all of them
	@sh deploy/dev/system-packages
	@PYTHON=$(BIN)/python sh deploy/dev/with-engine sh -ec 'deploy/airgap/build; deploy/airgap/obs; deploy/dev/with-broker-of lianxin/rabbitmq:trixie $(BIN)/python -m pytest -q -n 2 --dist loadfile -m real $(BROKER_TESTS); $(BIN)/python -m pytest -q -m compose tests/compose'

.bench/.ready: requirements/bench.txt
	@echo 'Installing what the event core is measured beside …'
	@$(PYTHON) -m venv --clear .bench
	@.bench/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

bench: setup .bench/.ready ## measure speed and memory on private servers (half an hour); refreshes docs/performance.md
	@sh deploy/dev/system-packages
	@$(BIN)/python tests/bench

lint: setup ## style, types, import contracts, Dockerfiles
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/hadolint deploy/Dockerfile deploy/airgap/*/Dockerfile

check: lint ## lint, what `lianxin` says about what is shipped, every page, fuzz, faults (half an hour)
	@sh deploy/dev/system-packages
	@$(BIN)/lianxin law check
	@$(BIN)/lianxin mechanisms check
	@$(BIN)/lianxin county check full
	@$(BIN)/lianxin county check smallest
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "check and browser" tests/web
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "check and not compose and not browser" tests

campaign: setup ## deadlines against another count (COUNT=1000000) and years of a county (SEEDS=100), or HOURS=2 of each; adds to docs/campaigns
	@test -n "$(SEEDS)" -a -z "$(COUNT)$(HOURS)$(ONLY)" || COUNT=$(COUNT) HOURS=$(HOURS) ONLY=$(ONLY) $(BIN)/python -m tests.law.campaign
	@test -z "$(SEEDS)$(HOURS)" || SEEDS=$(SEEDS) HOURS=$(HOURS) $(BIN)/python -m tests.simulate.campaign

clean: ## remove the environment (homes stay)
	@rm -rf $(VENV) .bench .pytest_cache .mypy_cache .ruff_cache
