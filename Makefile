# `make` lists what there is: every target with a text after ## is one a person calls.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

# The W3C's checker of HTML; npm has it.
VNU    := $(VENV)/vnu/package/build/dist/vnu.jar

# Another Python that has to build the same site, if there is one: make test OTHER_PYTHON=python3.13
OTHER  := $(VENV)/other
export KB_OTHER_PYTHON ?= $(if $(OTHER_PYTHON),$(abspath $(OTHER)/bin/python))

TARGETS ?= front_matter dialect blocks query shards
SECONDS ?= 3600
HOURS   ?= 8

.DEFAULT_GOAL := help
.PHONY: help site test lint format laws campaign soak fuzz pages lighthouse screenshots docs bench bench-kinds bench-serve bench-search bench-search-cost bench-search-transfer bench-scale clean

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

site: $(VENV)/.kb ## set up, build this repository's own site, say where to look
	@$(BIN)/kb build
	@echo
	@echo "The site is in site/. To look at it:"
	@echo "  $(BIN)/python -m http.server --bind 127.0.0.1 --directory site 8000"
	@echo "and open http://127.0.0.1:8000/ in a browser. Its front page is site/index.html."

test: lint $(if $(OTHER_PYTHON),$(OTHER)/.kb) ## everything that CI runs: lint, types and tests
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "not alone"
	$(BIN)/python -m pytest -m alone

lint: $(VENV)/.dev ## ruff with every rule and the format, mypy strict
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/.dev ## let ruff mend what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

laws: $(VENV)/.dev ## the property tests, long: other examples in every run
	$(BIN)/python -m pytest -n auto --dist loadgroup -k laws --hypothesis-profile=long

campaign: $(VENV)/.dev ## hours of edits, kills and failing system calls (the same edits again: make campaign SEED=…)
	$(BIN)/python tests/campaign.py $(if $(SEED),--seed $(SEED))

soak: $(VENV)/.dev ## eight hours of a preview, with saves and browsers: what it then needs of the machine (make soak HOURS=1)
	$(BIN)/python tests/soak.py --hours $(HOURS)

fuzz: $(VENV)/.fuzz ## bytes that grow towards what no input has reached yet, an hour for each reader (make fuzz TARGETS=query SECONDS=600)
	for target in $(TARGETS); do $(BIN)/python tests/fuzz/fuzzing.py $$target --seconds $(SECONDS) || exit 1; done

pages: $(VENV)/.dev $(VNU) ## axe-core and vnu on every page of this site, the manual and the corpus, and every injection (an hour; needs Chromium, npm, java)
	KB_VNU_JAR=$(abspath $(VNU)) KB_ALL_PAGES=1 KB_REQUIRE_BROWSER=1 $(BIN)/python -m pytest tests/browser/test_pages.py tests/browser/test_injections.py

lighthouse: $(VENV)/.dev ## Lighthouse on the main pages of this site (needs Chromium and npm)
	$(BIN)/python benchmarks/lighthouse.py

screenshots: $(VENV)/.dev ## take the pictures of the manual anew (needs Chromium and the fonts of the tests)
	$(BIN)/python tools/screenshots.py

docs: $(VENV)/.kb ## build the manual into docs/site/
	@$(BIN)/python docs/reference.py
	@$(BIN)/kb -C docs build

bench: $(VENV)/.bench ## measure kb beside Hugo on the same notes (minutes; quick: make bench ARGS=--quick)
	$(BIN)/python benchmarks/against_hugo.py $(ARGS)

bench-kinds: $(VENV)/.bench ## measure kb beside Hugo on notes of all kinds, with decisions, charts and formulas (quick: ARGS=--quick)
	$(BIN)/python benchmarks/kinds_against_hugo.py $(ARGS)

bench-serve: $(VENV)/.bench ## measure from a save to the page, beside hugo server (quick: ARGS=--quick)
	$(BIN)/python benchmarks/save_to_page.py $(ARGS)

bench-search: $(VENV)/.bench ## measure what the search finds, beside Pagefind (quick: ARGS="--each 10")
	$(BIN)/python benchmarks/search_quality.py $(ARGS)

bench-search-cost: $(VENV)/.bench ## measure what the search costs, beside Hugo and Pagefind (quick: ARGS="--notes 1000")
	$(BIN)/python benchmarks/search_cost.py $(ARGS)

bench-search-transfer: $(VENV)/.bench $(VENV)/.dev ## count in Chromium what a search sends to its reader (quick: ARGS="--notes 1000")
	$(BIN)/python benchmarks/search_transfer.py $(ARGS)

bench-scale: $(VENV)/.bench ## measure how kb grows with the notes, and sites that are odd (an hour; some: ARGS="--notes 1000 --odd hub")
	$(BIN)/python benchmarks/scale.py $(ARGS)

clean: ## take away what was made: the environment, the site, all caches in here
	rm -rf $(VENV) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis benchmarks/work tests/fuzz/work
	find site -mindepth 1 ! -name .gitkeep -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp says that what pyproject.toml asked for at that time is installed.

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "kb needs Python 3.11 or newer; name one by: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python's venv is missing; on Debian: apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.kb: pyproject.toml | $(VENV)/.python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/.python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.kb

$(OTHER)/.kb: pyproject.toml | $(VENV)/.python
	@$(OTHER_PYTHON) -m venv $(OTHER)
	$(OTHER)/bin/python -m pip install --quiet --editable '.[images]'
	@touch $@

$(VNU): | $(VENV)/.python
	@mkdir -p $(VENV)/vnu
	cd $(VENV)/vnu && tar -xzf "$$(npm pack vnu-jar@26.9.27 --silent)"
	@touch $@

$(VENV)/.fuzz: pyproject.toml | $(VENV)/.python
	$(BIN)/python -m pip install --quiet --editable '.[fuzz]'
	@touch $@ $(VENV)/.kb

$(VENV)/.bench: pyproject.toml | $(VENV)/.python
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	@touch $@ $(VENV)/.kb
