# Balie's commands. `make demo` and `make test` need git, make and Python 3.11 or later with venv;
# what else they need they install into .venv, checked against the hashes in requirements/.

PYTHONS := python3 python3.14 python3.13 python3.12 python3.11
ifndef PYTHON
PYTHON := $(shell for p in $(PYTHONS); do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
endif
RUN := .venv/bin/python

.PHONY: help demo test test-long check format messages install python tools
.DEFAULT_GOAL := help

help:
	@echo "make demo      a hosting company in full swing, in the browser (ARGS=\"--port 9000\")"
	@echo "make install   Balie and what it needs to run, into .venv"
	@echo "make test      every check and every test, on SQLite, on PostgreSQL and in a browser"
	@echo "make test-long more seasons, every look of every page, work killed at every statement"
	@echo "make check     the fast part of make test"
	@echo "make format    set the layout of code and templates"
	@echo "make bench-X   measure X beside a floor or its peers: X is a file in bench/"
	@echo "make fuzz-X    feed X with inputs that nobody would send: X is a file in bench/fuzz_X.py"
	@echo "make messages  bring the translations up to date with the code"

demo: install
	@exec .venv/bin/balie demo $(ARGS)

test: tools
	@exec $(RUN) tools/checks.py

test-long: tools
	@exec $(RUN) tools/checks.py --long

check: tools
	@exec $(RUN) tools/checks.py --fast

format: tools
	@exec $(RUN) tools/checks.py --format

messages: tools
	@exec $(RUN) tools/messages.py $(ARGS)

bench-%: python
	@$(PYTHON) tools/environment.py bench
	@exec $(RUN) bench/$*.py $(ARGS)

fuzz-%: tools
	@exec $(RUN) bench/fuzz_$*.py $(ARGS)

install: python
	@$(PYTHON) tools/environment.py runtime

tools: python
	@$(PYTHON) tools/environment.py test

python:
	@test -n "$(PYTHON)" || { echo "Balie needs Python 3.11 or later, and finds" \
		"$$(python3 --version 2>/dev/null || echo none) here (PYTHON=... names another)." >&2; exit 1; }
