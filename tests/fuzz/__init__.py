"""Coverage-guided fuzzing, one harness a file, its invariant on top.

    python -m tests.fuzz                        run every harness for 20 seconds (`make fuzz SECONDS=20`)
    python -m tests.fuzz streams --seconds 1200
    python -m tests.fuzz streams FILE ...       check these inputs only, as a plain program without atheris

A harness module has `check(data)`, which raises when its invariant does not hold, and `seeds()`, the inputs to start
from; `mutate` where bytes are better changed with some sense. Inputs that are found and crashes are kept in
`build/fuzz`. `tests/test_fuzz.py` runs `check` over seeds and over every input that once failed, in any Python.
"""
