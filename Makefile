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
export OMP_NUM_THREADS ?= 1

.PHONY: help book pdf test test-browser execute lint bench clean distclean
.DELETE_ON_ERROR:

help:
	@echo "make book                 build the HTML book (installs what it needs into .venv, no torch)"
	@echo "make test                 lint, unit tests, the equation gate, the book's own tests, every notebook"
	@echo "make test-browser         the built pages in Chromium: offline, dark, narrow, accessible; ONLY=quiz for some, SCREENSHOTS=1 keeps pictures"
	@echo "make pdf                  the book on paper, printed by Chromium from the built pages"
	@echo "make execute              run all chapters and store their outputs; CHAPTER=05 for one"
	@echo "make lint                 ruff on the code and the notebooks"
	@echo "make bench                accuracy against SciPy, torch and scikit-learn"
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
	@$(PY) -m pytest --nbval tests chapters --ignore tests/browser --ignore tests/paper -n $(JOBS) --dist loadscope --no-loadscope-reorder

$(BROWSER_READY): $(TEST_READY) requirements/browser.txt
	@$(PIP) -r requirements/browser.txt
	@touch $@

test-browser: $(BROWSER_READY) book
	@$(PY) -m pytest tests/browser -n $(JOBS) -k '$(ONLY)'

pdf: $(BROWSER_READY) book
	@$(PY) tools/pdf.py
	@$(PY) -m pytest -q tests/paper

execute: $(TEST_READY)
	@$(PY) tools/execute.py $(CHAPTERS)

lint: $(TEST_READY)
	@$(PY) -m ruff check .

bench: $(TEST_READY)
	@$(PY) benchmarks/accuracy.py

clean:
	rm -rf _build .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV)
