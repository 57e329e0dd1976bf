# The two commands a new user needs: `make run` and `make test`.
# The site is on 8000 unless PORT says otherwise; a running one stays where it is or moves to PORT.
PYTHON ?= python3
PY := .venv/bin/python

.PHONY: help run stop test cover walk lint ci bench demo clean
help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 8

.venv/base: requirements/base.txt tools/bootstrap.py
	@$(PYTHON) tools/bootstrap.py requirements/base.txt && touch $@

.venv/dev: requirements/dev.txt tools/bootstrap.py
	@$(PYTHON) tools/bootstrap.py requirements/dev.txt && touch .venv/base $@

run: .venv/base  ## build, load the county, publish the first disclosure, start the server and the followers
	@$(PY) manage.py up $(if $(PORT),--port $(PORT))

stop: .venv/base  ## stop the server and the followers; nothing is lost
	@$(PY) manage.py down

demo: .venv/base  ## add an invented year for the county, marked 演示数据 on every page
	@$(PY) manage.py demo

test: .venv/dev  ## the whole suite on SQLite
	@$(PY) -m pytest -n auto --dist loadfile $(PYTEST)

walk: .venv/dev  ## every page of the workspace in a real browser: accessibility, width, large type (minutes)
	@$(PY) -m pytest -q tests/journeys/walk_workspace.py

cover: .venv/dev  ## the suite without its random examples, which must reach every branch of core and actions
	@$(PY) -m pytest -n auto --dist loadfile -m "not hypothesis" --cov $(PYTEST)

lint: .venv/dev  ## style, types, layers, messages
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/lint-imports
	@$(PY) manage.py makemigrations --check --dry-run

ci:  ## what the integration server runs
	@bash .ci/run

bench: .venv/dev  ## every figure beside a peer's, into docs/performance.md
	@$(PY) -m bench

clean:  ## throw the environment away; data in var/ stay
	@rm -rf .venv
