# `make run` plays the marketplace, `make test` tests it, `make check` is the gate. Everything lands in .venv/ and .retour/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
REQUIREMENTS := requirements.txt requirements-dev.txt
stamp = $(VENV)/.stamp-$(shell cat $(1) | cksum | cut -d ' ' -f 1)
RUN_STAMP := $(call stamp,requirements.txt)
DEV_STAMP := $(call stamp,$(REQUIREMENTS))
# localstripe is published as source only; everything else comes as wheels, so that no compiler is needed
INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes \
	--only-binary :all: --no-binary localstripe
PIN := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: help run port dev web test quick test-web screenshots check lint types check-web fresh coverage mutants storm bench fanout soak \
	failover replay pins audit licenses sbom clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: port $(RUN_STAMP) ## Start the server with its own database: HOST, PORT, DATABASE_URL, RETOUR_HOME
	@web/build.sh $(BIN)/python || echo "The console could not be built; everything else works without it."
	@exec $(BIN)/python server.py serve

port: # asked before anything is installed
	@$(PYTHON) .ci/port.py

dev: port $(DEV_STAMP) ## The same for working on it: the server starts again on a change, Vite serves the console on port 5173
	@exec .ci/dev $(BIN)/python

web: | $(BIN)/python ## Build the console into web/dist, if its sources have changed
	@web/build.sh $(BIN)/python

# files in their order: xdist would begin with those of many tests, and end waiting for one of few long ones
test: $(DEV_STAMP) web ## All tests
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

coverage: $(DEV_STAMP) ## How much of domain/ and services/ their own tests run; fails below the bar
	@$(BIN)/coverage run -m pytest --quiet tests/domain tests/services
	@$(BIN)/coverage report

mutants: $(DEV_STAMP) ## How many small faults in domain/ its tests notice (a quarter of an hour)
	@$(BIN)/mutmut run --max-children 2
	@$(BIN)/mutmut export-cicd-stats >/dev/null
	@$(BIN)/python .ci/mutants.py

# mypy and pytest keep what they know, so the first run takes longer
quick: $(DEV_STAMP) ## Style, types, the tests of domain/ and of the house: under ten seconds
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy . & types=$$!; \
	HYPOTHESIS_PROFILE=fast $(BIN)/python -m pytest --quiet tests/domain tests/test_house.py; tests=$$?; \
	wait $$types && exit $$tests

test-web: $(DEV_STAMP) web ## Those in a browser
	@$(BIN)/python -m pytest tests/web

screenshots: $(DEV_STAMP) web ## Write docs/screenshots/*.png anew, from a demo of their own
	@$(BIN)/python -m tests.web.screenshots

check: lint types check-web test fresh ## The gate: style, types, tests, printed contract

bench: $(DEV_STAMP) ## This server beside hand-written SQL and beside a tutorial's; writes docs/performance.md (LONG=1: a million orders)
	@$(BIN)/python -m benchmarks.run --write $(if $(LONG),--long)

fanout: $(DEV_STAMP) ## One event to 1,000 and 5,000 subscribers, beside Strawberry's own (six minutes)
	@$(BIN)/python -m benchmarks.fanout

soak: $(DEV_STAMP) ## 1,000 subscribers, cut at random: MINUTES=20 (LONG=1: 500 and fifty calls a second, for an hour)
	@$(BIN)/python -m benchmarks.soak $(if $(LONG),--minutes 60 --clients 500 --pages 44,--minutes $(or $(MINUTES),20))

PROPERTIES := tests/domain tests/engine/reads tests/engine/execution/test_variables.py tests/gateways/payments/test_stripe_amounts.py

storm: $(DEV_STAMP) web ## Ten times the random examples, every fault at full size (half an hour), refunds while server and PostgreSQL die, the API by each switch: SECONDS=300
	@HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest --quiet --timeout=3600 $(PROPERTIES)
	@HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest --quiet tests/web/test_decisions.py
	@$(BIN)/python -m tests.faults.storm
	@$(BIN)/python -m tests.crash.storm --seconds $(or $(SECONDS),300)
	@$(BIN)/python -m tests.crash.mail --kills 60
	@EXECUTOR=stock $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --ignore=tests/web --ignore=tests/engine

FAILOVER := .venv-failover
# PostgreSQL does not run as root, so for root another user must be able to run this Python: in root's home none can
FAILOVER_PYTHON ?= $(shell if [ "$$(id -u)" = 0 ] && ! runuser -u nobody -- "$$(command -v $(PYTHON))" -c "" 2>/dev/null; \
	then echo /usr/bin/python3; else echo $(PYTHON); fi)

failover: $(DEV_STAMP) $(FAILOVER)/bin/patroni ## Three PostgreSQL under Patroni, the leader killed twice under load (six minutes)
	@exec $(BIN)/python -m tests.failover.drill

# pysyncobj and ydiff are published as source only; neither needs a compiler
$(FAILOVER)/bin/patroni: requirements-failover.txt | $(BIN)/python
	@echo "Installing Patroni …"
	@$(FAILOVER_PYTHON) -m venv --clear --without-pip $(FAILOVER)
	@$(BIN)/python -m pip --python $(FAILOVER)/bin/python install --quiet --quiet --disable-pip-version-check --require-hashes \
		--only-binary :all: --no-binary pysyncobj,ydiff -r requirements-failover.txt
	@touch $@

lint: $(DEV_STAMP) ## ruff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

check-web: | $(BIN)/python ## TypeScript's types and style
	@web/build.sh $(BIN)/python check

types: $(DEV_STAMP) ## mypy --strict
	@$(BIN)/mypy .

fresh: $(DEV_STAMP) ## The printed contract and pages are those that the code makes
	@$(BIN)/python server.py schema --check
	@$(BIN)/python server.py docs --check

replay: $(RUN_STAMP) ## Real cancellations through the API, each refunded in full: RETOUR_DATA
	@$(BIN)/python -m benchmarks.replay

pins: $(DEV_STAMP) ## Write requirements*.txt anew from requirements*.in (hashes, no addresses)
	@$(PIN) --output-file=requirements.txt requirements.in
	@$(PIN) --output-file=requirements-traces.txt requirements-traces.in
	@$(PIN) --output-file=requirements-dev.txt requirements-dev.in
	@$(PIN) --output-file=requirements-audit.txt requirements-audit.in
	@$(PIN) --output-file=requirements-failover.txt requirements-failover.in
	@$(PIN) --output-file=web/requirements.txt web/requirements.in

AUDIT := .venv-audit/bin

audit: $(AUDIT)/pip-audit ## Known weaknesses of the pinned packages, as far as the package index tells
	@$(AUDIT)/pip-audit --strict --disable-pip --require-hashes -r requirements.txt

# pip-licenses splits the paths of another Python at spaces, so it is led there by a path without any
licenses: $(RUN_STAMP) $(AUDIT)/pip-audit ## The licenses of what runs
	@away=$$(mktemp -d) && trap 'rm -rf "$$away"' EXIT && ln -s "$(CURDIR)" "$$away/here" && \
	table=$$($(AUDIT)/python -m piplicenses --python "$$away/here/$(BIN)/python" --from mixed --order license) && \
	if [ "$$(printf '%s\n' "$$table" | wc -l)" -gt 1 ]; then printf '%s\n' "$$table"; \
	else echo "retour: pip-licenses has found nothing that is installed in $(VENV)." >&2; exit 1; fi

sbom: $(AUDIT)/pip-audit ## What runs as sbom.json (CycloneDX)
	@$(AUDIT)/cyclonedx-py requirements --output-reproducible --output-file sbom.json requirements.txt

$(AUDIT)/pip-audit: requirements-audit.txt
	@$(PYTHON) -m venv .venv-audit
	@.venv-audit/bin/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements-audit.txt

clean: ## Remove what was installed and cached; the data under .retour/ stay
	@.ci/in-use $(VENV) web/node_modules
	rm -rf $(VENV) web/node_modules web/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis mutants .coverage

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements.txt | $(BIN)/python
	@.ci/stage "Installing what the server needs" $(INSTALL) -r requirements.txt
	@touch $@

$(DEV_STAMP): $(REQUIREMENTS) | $(BIN)/python
	@.ci/stage "Installing what the tests need" $(INSTALL) -r requirements-dev.txt
	@touch $@ $(RUN_STAMP)
