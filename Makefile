# Every target sets up what it needs: a machine with Python 3.11 or later and make is enough.

.DEFAULT_GOAL := help
.PHONY: help run test check accuracy bench s2 s7 r3 r4 fuzz format lock clean

BIN := .venv/bin
INSTALLED := .venv/.installed
ARGS :=

help: ## Show this list
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## /\1|/' | awk -F'|' '{ printf "  make %-8s %s\n", $$1, $$2 }'

run: $(INSTALLED) ## Start everything and tell the story of one plan; Ctrl-C stops (ARGS=--once ends after the story)
	$(BIN)/theodoi up --demo $(ARGS)

test: $(INSTALLED) ## Run the tests on embedded servers (ARGS="-k words" chooses some)
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: $(INSTALLED) ## Format, lint, types, dependency rule, drift of schema, contract, permissions
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --config pyproject.toml
	$(BIN)/python -m services.operator_cli.drift migrations openapi permissions

s2: $(INSTALLED) ## Ask every operation as every role of every organization: nobody reads or does what is not theirs
	$(BIN)/python -m pytest tests/security --every-role $(ARGS)

r3: $(INSTALLED) ## Race 1,000 writers for one version, and one key sent 50 times at once (ARGS="--keys 1000")
	$(BIN)/python -m bench R3 --assignments 5000 --organizations 100 $(ARGS)

fuzz: $(INSTALLED) ## Let Schemathesis hold both contracts to their word, as every role (ARGS="--examples 500")
	$(BIN)/python -m tests.fuzz $(ARGS)

accuracy: $(INSTALLED) ## Show how the real plans beside the project are read, cell for cell
	$(BIN)/python -m bench.accuracy

bench: $(INSTALLED) ## Measure against the floors of the same run (ARGS=--full for the full sizes)
	$(BIN)/python -m bench $(ARGS)

s7: $(INSTALLED) ## Tamper with the trail as the owner of the database, and see each change named
	$(BIN)/python -m bench.s7_audit

r4: $(INSTALLED) ## Cut requests at random moments and exhaust the pool: nothing may leak (ARGS="--requests 600" for fewer)
	$(BIN)/python -m bench R4 --assignments 20000 --organizations 300 $(ARGS)

format: $(INSTALLED) ## Format the code and mend what the linter can
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lock: $(INSTALLED) ## Choose dependency versions anew and pin their hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-emit-index-url \
		--python-version 3.11 pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
		--python-version 3.11 --constraint requirements.lock --extra dev pyproject.toml --output-file requirements-dev.lock

clean: ## Remove the environment and all caches; data in .data stay
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find shared services migrations tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

# The first of these Pythons that really runs (a name on the path may be only a version manager's stand-in).
.venv/bin/python:
	@for python in python3.12 python3.11 python3; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "$$python -m venv .venv"; \
			$$python -m venv --clear .venv && exit 0; \
			rm -rf .venv; \
			echo 'Không tạo được .venv: hãy cài mô-đun venv của Python (Debian, Ubuntu: gói python3-venv).' >&2; \
			exit 1; \
		fi; \
	done; \
	echo 'Cần Python 3.11 trở lên (tốt nhất là 3.12): không tìm thấy python3.12, python3.11 hay python3 phù hợp.' >&2; \
	exit 1

$(INSTALLED): requirements-dev.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $(INSTALLED)
