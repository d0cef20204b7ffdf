.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
PY := .venv/bin/python
PORT ?= 8501
SPEC = CHROMIUM="$$(tests/chromium.sh)" SOFFICE="$$(tests/libreoffice.sh)" \
	NGINX="$$(tests/proxy.sh nginx "$$NGINX")" HAPROXY="$$(tests/proxy.sh haproxy "$$HAPROXY")" \
	$(PY) -m pytest -n auto

help:  ## Print this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 14

run: .venv/run.ready  ## Open the dashboard at http://localhost:8501
	@TCP_OPEN=yes $(PY) -m streamlit run serve.py --server.port $(PORT)

test: .venv/dev.ready  ## Run the specification, in a real browser too: under 8 minutes on 2 cores
	@$(SPEC) $(ARGS)

lint: .venv/dev.ready  ## Style of Python and SQL, types
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .
	@$(PY) -m sqlfluff lint -q queries & sql=$$!; $(PY) -m mypy; types=$$?; wait $$sql && exit $$types

check: lint  ## Everything: the long tests too, every view, more examples, and the style
	@$(SPEC) --hypothesis-profile=long -m "long or not long" $(ARGS)

bench: .venv/dev.ready  ## Time the first chart, the questions, a publish of 10 million rows and the exports, beside their comparisons
	@CHROMIUM="$$(tests/chromium.sh)" $(PY) -m bench.run
	@$(PY) -m bench.screen
	@$(PY) -m bench.intake
	@CHROMIUM="$$(tests/chromium.sh)" $(PY) -m bench.exports

bench-quick: .venv/dev.ready  ## Time the first chart and a changed filter, while working: under 3 minutes
	@CHROMIUM="$$(tests/chromium.sh)" $(PY) -m bench.run quick

shots: .venv/dev.ready  ## A screenshot of every page, three languages, two widths, in shots/: look at them
	@CHROMIUM="$$(tests/chromium.sh)" $(PY) -m tests.shots

.venv/bin/python:
	@$(PYTHON) -m venv .venv

.venv/run.ready: requirements.txt | .venv/bin/python
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev.ready: requirements-dev.txt requirements.txt | .venv/bin/python
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/run.ready

.PHONY: help run test lint check bench bench-quick shots
