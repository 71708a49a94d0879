# Every target sets itself up. Python 3.11 or newer, git and make are all that a machine needs.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo serve test docs bench bench-cluster fuzz agree coverage mutants clean

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

# Evaluates a fictitious AI company under every policy that is there.
demo: $(STAMP)
	$(BIN)/subsidy-rules assess examples/demo.yaml

# Service and calculator at http://127.0.0.1:8000, with a ledger in SQLite; the first time it shows a key for the ledger, once.
VAR ?= var
PORT ?= 8000
serve: $(STAMP)
	mkdir -p $(VAR)
	[ -s $(VAR)/keys ] || (umask 077; $(BIN)/subsidy-rules new-key admin admin > $(VAR)/keys)
	$(BIN)/subsidy-rules ledger migrate --database sqlite:///$(VAR)/ledger.db
	$(BIN)/subsidy-rules serve --port $(PORT) --ledger sqlite:///$(VAR)/ledger.db --keys $(VAR)/keys --audit $(VAR)/audit.jsonl

# Linters, types, and all tests.
test: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tests/servers.py
	$(BIN)/python -m pytest -n auto --dist loadgroup

# Generated parts of README and docs: codes, commands, counts, outputs of examples, findings and the calculator with their pictures.
docs: $(STAMP)
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/findings.py
	$(BIN)/python docs/calculator.py

# Peers are installed into a venv of their own; writes benchmarks/results.json and .md for one applicant, scale.json and .md for many
# (SCALE=--largest: for ten million as well, some minutes and 3 GB of disk).
bench: $(STAMP)
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/scale.py $(SCALE)

# Spark on two workers against two processes; writes benchmarks/cluster.json, from which docs/scale.md is made. Needs a JRE.
bench-cluster: $(STAMP)
	$(BIN)/python benchmarks/cluster.py

# Coverage-guided fuzzing of everything that reads input, SECONDS for each of six targets (Linux on x86-64: see fuzz/README.md).
SECONDS ?= 60
fuzz: $(STAMP)
	$(BIN)/python fuzz/run.py --seconds $(SECONDS)

# Engine, generated code, fast totals, brute-force model and SMT over CASES random policies and applications, to the fen.
CASES ?= 10000
agree: $(STAMP)
	$(BIN)/python tests/agree.py --cases $(CASES)

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
