# Every target sets itself up. Python 3.11 or newer, git and make are all that a machine needs.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo test docs bench fuzz coverage mutants clean

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

# Evaluates a fictitious AI company under every policy that is there.
demo: $(STAMP)
	$(BIN)/subsidy-rules assess examples/demo.yaml

# Linters, types, and all tests.
test: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tests/servers.py
	$(BIN)/python -m pytest -n auto --dist loadgroup

# Generated parts of README and docs: codes, commands, counts, outputs of examples, findings with their pictures.
docs: $(STAMP)
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/findings.py

# Peers are installed into a venv of their own; writes benchmarks/results.json and benchmarks/results.md.
bench: $(STAMP)
	$(BIN)/python benchmarks/run.py

# Coverage-guided fuzzing of everything that reads input, SECONDS for each of six targets (Linux on x86-64: see fuzz/README.md).
SECONDS ?= 60
fuzz: $(STAMP)
	$(BIN)/python fuzz/run.py --seconds $(SECONDS)

# Branch coverage of what computes amounts, by its own tests; less than 98 % fails.
MEASURED := expr expr_properties loading engine choose settlement whole fictitious invariants explain
coverage: $(STAMP)
	HYPOTHESIS_PROFILE=quick $(BIN)/python -m pytest -n auto $(MEASURED:%=tests/test_%.py) --cov

# A random sample of the mutants of expr and engine: what survives is shown (see docs/decisions/0021-mutants.md).
mutants: $(STAMP)
	$(BIN)/python tests/mutants.py expr
	$(BIN)/python tests/mutants.py engine

clean:
	rm -rf .venv benchmarks/.venv build/mutants fuzz/.work
