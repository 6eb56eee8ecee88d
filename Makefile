# `make demo` and `make test` set everything up by themselves; scripts/setup says how.

.PHONY: help demo test faults bench check clean docs browser setup-demo setup-dev

help:
	@echo "make demo    a messy database becomes a proven demo, on a PostgreSQL that comes with it"
	@echo "make test    every check of the code, and every test"
	@echo "make faults  kill, cut and fill up what a run stands on, hundreds of times, and print what stood afterwards"
	@echo "make bench   how fast it is beside psql and other ways to fill a database, and whether the limits are kept"
	@echo "make check   ruff, mypy and the import contracts only"
	@echo "make browser install a browser for the page checklist, where there is none"
	@echo "make docs    write the generated pages in docs/ again"
	@echo "make clean   stop the embedded server and remove .venv, .reseed and caches"

demo: setup-demo
	env -u DATABASE_URL -u RESEED_DATABASE_URL .venv/bin/reseed demo

# Every command is a process of its own, which would otherwise compile some 300 modules anew.
unexport PYTHONDONTWRITEBYTECODE

# In the order of the folders, the slowest first: otherwise files of few, long tests would come last and alone.
test: check
	.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# Longer than all tests together; make test plants a handful of each. FAULTS="--only swap --seed 7" narrows it down.
faults: setup-dev
	.venv/bin/python -m tests.faults $(FAULTS)

# Some ten minutes at 4 million rows, on a machine that does nothing else. BENCH="--rows 400000" is quicker.
bench: setup-dev
	@PYTHON='$(PYTHON)' ./scripts/setup requirements-bench.lock
	.venv/bin/python -m benchmarks $(BENCH)

check: setup-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

docs: setup-dev
	.venv/bin/python scripts/command_reference.py >docs/commands.md

browser: setup-demo
	@./scripts/browser --again

clean:
	if [ -x .venv/bin/reseed ]; then .venv/bin/reseed stop || true; fi
	rm -rf .venv .reseed .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

setup-demo:
	@PYTHON='$(PYTHON)' ./scripts/setup requirements.lock

setup-dev:
	@PYTHON='$(PYTHON)' ./scripts/setup requirements-dev.lock
