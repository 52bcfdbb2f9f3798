# `make run` installs what winset itself needs and runs the main job; `make test` installs the rest and checks everything.

PYTHON ?= python3
VENV ?= .venv
# Further options of `winset run`, for example: make run ARGS="--runs 200"
ARGS ?=

BIN := $(VENV)/bin
WINSET := $(BIN)/winset
# Winset alone, with all extras and what checks and tests need, and with what the site of the documentation needs.
CORE := $(VENV)/.core
INSTALLED := $(VENV)/.installed
DOCUMENTED := $(VENV)/.documented
# Every Python that winset is for, the oldest first.
PYTHONS := 3.11 3.12 3.13 3.14
MAKEFLAGS += --no-print-directory

.PHONY: help install browser run test lint compiled pytest test-all mutants wheel-test docs docs-serve gallery format clean

help:
	@echo "make run       the talks of May 2025 with and without cars on the table; tables and pictures in out/"
	@echo "make test      format, lint, types and tests"
	@echo "make test-all  the same with the tests that take long, then these on each other Python that is found: $(PYTHONS)"
	@echo "make mutants   plants faults one at a time and counts those that a test notices; takes hours"
	@echo "make wheel-test  builds the wheel, installs it into an environment of its own and runs it from an empty folder"
	@echo "make docs      the site of the documentation, in out/docs/html"
	@echo "make docs-serve  the same in the browser, made anew at every change"
	@echo "make gallery   draws the pictures of the site's gallery anew; takes some minutes"
	@echo "make browser   Chromium for the tests that open a page, by apt-get where it is missing"
	@echo "make format    rewrite the code in the house format"
	@echo "make clean     remove environments and caches (out/ stays)"

install: $(INSTALLED)

CHECK = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "winset needs Python 3.11 or later. Name one: make PYTHON=python3.12" >&2; exit 1; }
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt

# Each is redone when the dependencies or their pins change.
$(CORE): pyproject.toml constraints.txt
	@$(CHECK)
	@echo "Installing winset into $(VENV); the first time takes a minute or so."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --editable .
	@touch $@

$(INSTALLED): pyproject.toml constraints.txt
	@$(CHECK)
	@echo "Installing winset, all extras and the tools of the tests into $(VENV); the first time takes a few minutes."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --editable '.[dev]'
	@touch $(CORE) $@

$(DOCUMENTED): pyproject.toml constraints.txt
	@$(CHECK)
	@echo "Installing winset and what makes the site of the documentation into $(VENV)."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --editable '.[docs]'
	@touch $(CORE) $@

# The system's own browser, which tests drive without a window. Without it these tests are skipped, and fail where CI is set.
browser:
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then \
		echo "Chromium is installed."; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium."; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else \
		echo "No Chromium here; as root, install it with: apt-get install chromium" >&2; exit 1; \
	fi

run: $(CORE)
	$(WINSET) run configs/japan_us_2025.yaml --out out/japan_us_2025 --overwrite $(ARGS)
	$(WINSET) run configs/cars_on_the_table.yaml --out out/cars_on_the_table --overwrite $(ARGS)
	$(WINSET) compare out/japan_us_2025 out/cars_on_the_table --out out/compare --overwrite
	@echo
	@echo "Pictures:"
	@find out/japan_us_2025 out/cars_on_the_table out/compare -name '*.png' | sort | sed 's/^/  /'

# Rules are compiled once while the types are checked, and not by each process of the tests for itself.
test: $(INSTALLED)
	@$(MAKE) --jobs=2 lint compiled
	@$(MAKE) pytest SIZE=$(SIZE)

compiled: $(INSTALLED)
	@place=$$(mktemp -d) && trap 'rm -r "$$place"' EXIT && \
		$(WINSET) run configs/tiny.yaml --runs 2 --no-figures --out "$$place/run" >/dev/null && \
		$(WINSET) play configs/tiny.yaml >/dev/null && $(WINSET) solve configs/tiny.yaml >/dev/null

lint: $(INSTALLED)
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy

# In blocks, for neighbours share what takes long to make; three at a time on two processors, for some tests wait.
pytest: $(INSTALLED)
	$(BIN)/pytest -n 3 --dist worksteal $(SIZE)

# A Python counts only if it runs: a shim on PATH may stand for a version that is not switched on.
test-all: SIZE = --long
test-all: test
	@own=$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])') && \
	echo "Python $$own: passed" && \
	for version in $(PYTHONS); do \
		[ "$$version" = "$$own" ] && continue; \
		found=; \
		for candidate in "python$$version" "$$HOME"/.pyenv/versions/"$$version"*/bin/"python$$version"; do \
			if "$$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$$version')" 2>/dev/null; then \
				found=$$candidate; break; \
			fi; \
		done; \
		if [ -z "$$found" ]; then \
			echo "Python $$version: NOT run, no python$$version that runs on PATH or under ~/.pyenv/versions"; \
			continue; \
		fi; \
		echo "Python $$version: running with $$found"; \
		$(MAKE) pytest VENV=".venv$$version" PYTHON="$$found" SIZE=--long || { echo "Python $$version: FAILED" >&2; exit 1; }; \
		echo "Python $$version: passed"; \
	done

# Which test ran which line is found first, so that each fault meets the tests that can notice it. Compiled rules leave
# no trace; golden trajectories and the tests of rules alone are run once more with Python interpreting them.
MUTANTS := out/mutants
TRACED := $(BIN)/pytest -n 2 -q --cov-context=test --cov-report=
OF_RULES = tests/golden $(shell grep -LE '^ *from experiments' \
	$$(grep -rlE --include='test_*.py' '^ *from (sim|agents)' tests/unit tests/science))
mutants: $(INSTALLED) $(MUTANTS)/traced
	$(BIN)/python -m tests.mutants.run --out $(MUTANTS) $(ARGS)

# A test that fails without a planted fault, or takes long interpreted, is not chosen: hence no stop at failures here.
$(MUTANTS)/traced: $(shell git ls-files '*.py' 2>/dev/null)
	@mkdir -p $(MUTANTS)
	-COVERAGE_FILE=$(MUTANTS)/coverage.db $(TRACED) --cov=experiments --junitxml=$(MUTANTS)/coverage.xml
	-NUMBA_DISABLE_JIT=1 COVERAGE_FILE=$(MUTANTS)/interpreted.db $(TRACED) --cov=sim --cov=agents \
		--junitxml=$(MUTANTS)/interpreted.xml -p tests.mutants.time_limit $(OF_RULES)
	@touch $@

# From nothing: the wheel is built and installed with its dependencies in new environments, away from the checkout, and
# compiles its rules into a folder of its own.
wheel-test:
	@$(CHECK)
	@rm -rf dist && place=$$(mktemp -d) && trap 'rm -r "$$place"' EXIT && export WINSET_CACHE_DIR="$$place/compiled" && \
		pip="-m pip install -qq --disable-pip-version-check --constraint constraints.txt" && \
		$(PYTHON) -m venv "$$place/build" && "$$place/build/bin/python" $$pip hatchling && \
		"$$place/build/bin/python" -m hatchling build --target wheel --directory dist && wheel=$$(ls "$$PWD"/dist/*.whl) && \
		$(PYTHON) -m venv "$$place/venv" && "$$place/venv/bin/python" $$pip "$$wheel" && \
		mkdir "$$place/empty" && cd "$$place/empty" && \
		"$$place/venv/bin/winset" list configs && \
		"$$place/venv/bin/winset" run japan_us_2025 --runs 50 --out out && \
		"$$place/venv/bin/python" -c 'import winset; print(len(winset.run("july_2025", runs=100).runs), "runs from Python")'

# A warning, such as one of a broken link, is an error. The variable leaves out an advertisement of the theme.
MKDOCS := NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs
docs: $(DOCUMENTED)
	@$(MKDOCS) build --strict --quiet
	@echo "out/docs/html/index.html"

# Made anew whenever a page changes; what is written from the code changes with the next start.
docs-serve: $(DOCUMENTED)
	@$(MKDOCS) serve --livereload

# Every figure, drawn by the commands that stand beside it on the page; takes some minutes.
gallery: $(INSTALLED)
	@$(BIN)/python -m experiments.documentation.pictures

format: $(INSTALLED)
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --fix --quiet .

clean:
	rm -rf .venv .venv3.* winset.egg-info build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
