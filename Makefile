# `make demo` and `make test` set up everything they need by themselves, in .venv beside this file.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint clean captures fuzz bad-luck

demo: .venv/run
	@echo
	@echo "The A-ASSOCIATE-RQ of a Patient Root query, every byte labelled (dissector dump captures/associate-rq.pcap --pdu 1):"
	@echo
	@$(BIN)/dissector dump captures/associate-rq.pcap --pdu 1
	@echo "The same in Chinese: $(BIN)/dissector dump captures/associate-rq.pcap --pdu 1 --lang zh"

test: .venv/test
	$(BIN)/ruff check dissector tests captures docs
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadgroup

lint: .venv/test
	$(BIN)/ruff check dissector tests captures docs
	$(BIN)/mypy

captures: .venv/test
	$(BIN)/python captures/record.py

# Each harness of tests/fuzz for so long: make fuzz SECONDS=1200
SECONDS ?= 20
fuzz: .venv/test
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install --quiet \
		--disable-pip-version-check --only-binary :all: atheris 2>/dev/null || true
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

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
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
