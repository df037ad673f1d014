# make help lists the targets. Everything is installed into .venv; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --constraint requirements/constraints.txt
BOOK_READY := $(VENV)/.book-ready
TEST_READY := $(VENV)/.test-ready
BROWSER_READY := $(VENV)/.browser-ready
CHAPTERS = $(wildcard chapters/$(CHAPTER)*.ipynb)
JOBS ?= auto
MINUTES ?= 10
SCRIPTS := _static _ext tools
export OMP_NUM_THREADS ?= 1

.PHONY: help book live pdf site test test-gate test-browser test-fresh execute verdicts verdicts-again lint format bench fuzz clean distclean
.DELETE_ON_ERROR:

help:
	@echo "make book                 build the HTML book (installs what it needs into .venv, no torch)"
	@echo "make test                 lint, unit tests, the equation gate, the book's own tests, every notebook"
	@echo "make test-gate            every statement that the gate must refuse or accept, and the misprints of every equation"
	@echo "make test-browser         the built pages in Chromium: offline, dark, narrow, accessible; ONLY=quiz for some, SCREENSHOTS=1 keeps pictures"
	@echo "make live                 what checks a reader's formula in the pages, as one file of 9 MB; the next make book takes it in"
	@echo "make pdf                  the book on paper and the problem sheets, printed by Chromium from the built pages"
	@echo "make site                 the book, and beside its pages the PDFs, the notebooks in a zip, and a wheel with which they run anywhere"
	@echo "make test-fresh           downloaded notebooks alone, in a new environment and an empty folder"
	@echo "make execute              run all chapters and store their outputs; CHAPTER=05 for one"
	@echo "make verdicts             check every printed equation with the full search, and store what was checked"
	@echo "make verdicts-again       a third of that, drawn by the commit, against what is stored"
	@echo "make lint                 ruff on the code and the notebooks, oxlint on the scripts, and the form of both; make format mends the form"
	@echo "make bench                speed, memory and accuracy beside SciPy, torch and scikit-learn, into benchmarks/RESULTS.md"
	@echo "make fuzz                 look for inputs on which a function breaks its promise; MINUTES=10"
	@echo "make clean                remove the built book and all caches; make distclean: .venv too"

# A stamp is written only after a whole installation, so an interrupted one starts again from nothing.
$(BOOK_READY): requirements/book.txt requirements/constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "This book needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -f $@ || { echo "Creating $(VENV) with $$($(PYTHON) --version)"; $(PYTHON) -m venv --clear $(VENV); }
	@echo "Installing what the book needs"
	@$(PIP) -r requirements/book.txt
	@$(PIP) --no-deps --editable .
	@touch $@

$(TEST_READY): $(BOOK_READY) requirements.txt
	@echo "Installing what the tests need (torch among it)"
	@$(PIP) -r requirements.txt
	@touch $@

book: $(BOOK_READY)
	@$(PY) -c "from jupyter_book.cli.main import main; main()" build . -W -n --keep-going --quiet
	@echo "The book: $(CURDIR)/_build/html/index.html"

test: $(TEST_READY) lint
	@$(PY) -m pytest --nbval tests chapters back --ignore tests/browser --ignore tests/paper --ignore tests/fresh --ignore tests/gate/test_mutants.py -n $(JOBS) --dist loadscope --no-loadscope-reorder

test-gate: $(TEST_READY)
	@ALL_STATEMENTS=1 $(PY) -m pytest -q tests/gate/test_corpus.py tests/gate/test_mutants.py -n $(JOBS)

$(BROWSER_READY): $(TEST_READY) requirements/browser.txt
	@$(PIP) -r requirements/browser.txt
	@touch $@

# Not part of the book: without it the boxes "Check a formula" say that it is absent.
live: $(BOOK_READY)
	@$(PY) tools/pack.py

# Where the npm registry cannot be reached, the book is built without the checker of formulas, and says so in its boxes.
live-if-reachable: $(BOOK_READY)
	@$(PY) tools/pack.py || echo "No checker of formulas: its Python could not be fetched."

test-browser: $(BROWSER_READY) live-if-reachable book
	@$(PY) -m pytest tests/browser -n $(JOBS) -k '$(ONLY)'

pdf: $(BROWSER_READY) book
	@$(PY) tools/pdf.py
	@$(PY) tools/sheets.py
	@$(PY) -m pytest -q tests/paper

# The page "Run a chapter" says what lies beside the pages, so it is built again when that is there.
site: live-if-reachable pdf
	@$(PY) tools/downloads.py
	@$(MAKE) --no-print-directory book

test-fresh: $(TEST_READY)
	@$(PY) -m pytest -q tests/fresh

execute: $(TEST_READY)
	@$(PY) tools/execute.py $(CHAPTERS)

verdicts: $(TEST_READY)
	@$(PY) -m texcheck verdicts
	@$(PY) tools/changed.py

# What continuous integration has time for.
verdicts-again: $(TEST_READY)
	@$(PY) tools/again.py

lint: $(TEST_READY)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --quiet --check . || { echo "Not in the form of ruff: run make format"; exit 1; }
	@$(VENV)/bin/oxlint --quiet -c tools/oxlint.json $(SCRIPTS)
	@$(VENV)/bin/oxfmt -c tools/oxfmt.json --check $(SCRIPTS) >/dev/null || { echo "Not in the form of oxfmt: run make format"; exit 1; }

format: $(TEST_READY)
	@$(PY) -m ruff format --quiet .
	@$(VENV)/bin/oxfmt -c tools/oxfmt.json $(SCRIPTS) >/dev/null

bench: $(TEST_READY)
	@for table in speed memory accuracy scale; do $(PY) benchmarks/$$table.py || exit 1; echo; done > benchmarks/RESULTS.md
	@echo "The tables: benchmarks/RESULTS.md"

fuzz: $(TEST_READY)
	@$(PY) benchmarks/fuzz.py $(MINUTES)

clean:
	rm -rf _build build .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV)
