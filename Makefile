# `make demo` and `make test` set up everything they need by themselves, in .venv beside this file.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-compiled lint clean captures compiled compare bench bench-large fuzz bad-luck

demo: .venv/run
	@echo
	@echo "The A-ASSOCIATE-RQ of a Patient Root query, every byte labelled (dissector dump captures/associate-rq.pcap --pdu 1):"
	@echo
	@$(BIN)/dissector dump captures/associate-rq.pcap --pdu 1
	@echo "The same in Chinese: $(BIN)/dissector dump captures/associate-rq.pcap --pdu 1 --lang zh"

test: .venv/test
	$(BIN)/ruff check dissector tests captures docs benchmarks setup.py
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadgroup

# The tests of what is compiled, with the compiled build instead of the files here.
COMPILED := .venv-compiled
TESTED_COMPILED := $(addprefix tests/test_,capture.py link.py stream.py dimse.py read.py check.py hostile.py evidence.py \
	every_finding.py rules_machine.py rules_messages.py rules_negotiation.py rules_transport.py many_captures.py compiled.py)
test-compiled: .venv/test $(COMPILED)/test
	DISSECTOR_TESTED=compiled PYTHONSAFEPATH=1 PYTHONPATH="$$(echo $(CURDIR)/$(COMPILED)/lib/python3*/site-packages):$(CURDIR)" \
	$(COMPILED)/bin/pytest --import-mode=append -n auto --dist loadgroup $(TESTED_COMPILED)

# DISSECTOR_COMPILE=1 makes it as users get it; the default here compiles in half the time.
$(COMPILED)/test: pyproject.toml setup.py $(wildcard dissector/*.py dissector/*/*.py)
	@echo "compiling into $(COMPILED) ..."
	@$(PYTHON) -m venv $(COMPILED)
	@rm -rf build
	@DISSECTOR_COMPILE=$${DISSECTOR_COMPILE:-quick} $(COMPILED)/bin/python -m pip install --quiet --disable-pip-version-check '.[test]'
	@touch $@

lint: .venv/test
	$(BIN)/ruff check dissector tests captures docs benchmarks setup.py
	$(BIN)/mypy

# The compiled build as users get it: what the benchmarks measure beside the plain one.
compiled: .venv/run
	@$(PYTHON) -m venv $(COMPILED)
	@rm -rf build $(COMPILED)/test
	DISSECTOR_COMPILE=1 $(COMPILED)/bin/python -m pip install --quiet --disable-pip-version-check .
	@$(COMPILED)/bin/dissector --version

bench: .venv/run compiled
	$(BIN)/python benchmarks/run.py $(BENCH)

bench-large: .venv/run compiled
	$(BIN)/python benchmarks/run.py --large $(BENCH)

# tshark's reading of every capture beside ours: full agreement but for what is known of tshark. The figures go to
# docs/agreement.json, and from there, by docs/make_trust.py, to docs/trust.md.
compare: .venv/test
	$(BIN)/python tests/compare_all.py
	$(BIN)/python docs/make_trust.py

captures: .venv/test
	$(BIN)/python captures/record.py

# Each harness of tests/fuzz for so long: make fuzz SECONDS=1200; SEED=N takes the same chances again.
SECONDS ?= 20
SEED ?= 0
fuzz: .venv/test
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install --quiet \
		--disable-pip-version-check --only-binary :all: atheris 2>/dev/null || true
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) --seed $(SEED)

# Every capture cut at every byte and without each of its frames: hours, spread over the processors.
bad-luck: .venv/test
	BAD_LUCK=all $(BIN)/python -m pytest -q -n auto tests/test_bad_luck.py

.venv/run: pyproject.toml
	@echo "setting up .venv (once) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/test: .venv/run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

clean:
	rm -rf .venv $(COMPILED) build benchmarks/cache *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
