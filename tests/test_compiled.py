"""The compiled build and the plain one tell the same of any capture, damaged ones too.

Strategy: both builds are asked as a user asks them, in a few runs over many files, and their whole output is compared:
records, text, complaints and exit status. `make test-compiled` makes the compiled build; without it this is skipped.
"""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path
from struct import Struct
from types import FunctionType, ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dissector
from dissector import heads
from dissector.compiling import compiled
from tests.hostile import with_fault
from tests.transcript import Talk

ROOT = Path(__file__).resolve().parent.parent
PLAIN, COMPILED = (ROOT / folder / "bin" / "python" for folder in (".venv", ".venv-compiled"))
MUTATED = 120
FAULTS_IN_ONE = 60
SECONDS = 300
COMMANDS = (
    ("read", "--json", "--pdus", "--separate"), ("read", "-v", "--separate"), ("read", "-q", "--all", "--separate"),
    ("check", "-v", "--data-sets", "--separate"),
)  # fmt: skip


def test_this_run_is_what_it_is_said_to_be() -> None:
    assert compiled() is (os.environ.get("DISSECTOR_TESTED") == "compiled")


def ask(python: Path, command: tuple[str, ...], files: list[Path]) -> tuple[int, str, str]:
    """Exit status, output and complaints of one build."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    run = subprocess.run(
        [str(python), "-P", "-m", "dissector", *command, *map(str, files)], capture_output=True, text=True,
        timeout=SECONDS, env=environment, cwd=ROOT,
    )  # fmt: skip
    return run.returncode, run.stdout, run.stderr


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All captures, mutated ones, and connections with faults."""
    for python in (PLAIN, COMPILED):
        if not python.exists():
            pytest.skip("both builds are needed: make test-compiled")
    folder = tmp_path_factory.mktemp("mutated")
    captures = sorted((ROOT / "captures").glob("*.pcap*"))
    made = [mutated(captures[number % len(captures)], number, folder) for number in range(MUTATED)]
    for index in range(3):
        talks = [with_fault(index * FAULTS_IN_ONE + number) for number in range(FAULTS_IN_ONE)]
        together = Talk()
        together.packets = [packet for talk in talks for packet in talk.packets]
        made.append(folder / f"faults{index}.pcap")
        made[-1].write_bytes(together.pcap())
    return [*captures, *made]


def mutated(path: Path, seed: int, folder: Path) -> Path:
    """A capture with some bytes changed, taken away or doubled, always the same ones."""
    chance = random.Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 30)):
        at = chance.randrange(min(40, len(data) - 1), len(data))
        kind = chance.random()
        if kind < 0.8:
            data[at] = chance.choice((0, 1, 255, chance.randrange(256)))
        elif kind < 0.9:
            del data[at : at + chance.randint(1, 8)]
        else:
            data[at:at] = data[at : at + chance.randint(1, 200)]
    made = folder / f"{seed}-{path.name}"
    made.write_bytes(data)
    return made


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_both_builds_tell_the_same(command: tuple[str, ...], files: list[Path]) -> None:
    plain, built = ask(PLAIN, command, files), ask(COMPILED, command, files)
    assert built[0] in (0, 1, 2), built[2][-2000:]
    for one, other in zip(plain[1].splitlines(), built[1].splitlines(), strict=False):
        assert one == other
    assert plain == built


def test_each_build_says_what_it_is(files: list[Path]) -> None:
    assert "plain Python" in ask(PLAIN, ("--version",), [])[1]
    assert "compiled" in ask(COMPILED, ("--version",), [])[1]


def index_spelling() -> Any:
    """The module of heads as it is compiled, run by Python."""
    source = (Path(dissector.__file__).parent / "heads.py").read_text(encoding="utf-8")
    spelled = ModuleType("spelled")
    source = source.replace("COMPILED = not isinstance(_nothing, FunctionType)", "COMPILED = True")
    exec(compile(source, "heads", "exec"), spelled.__dict__)
    assert isinstance(spelled.plain_head, FunctionType)
    return spelled


@given(st.binary(min_size=40, max_size=80), st.integers(0, 2))
def test_both_spellings_of_the_heads_read_the_same(data: bytes, at: int) -> None:
    spelled = index_spelling()
    for name, layout in (
        ("record_head", "<IIII"), ("plain_head", "!HBxHxxI2x12sI4xHH"), ("usual_heads", ">BxIIBB")
    ):  # fmt: skip
        want = Struct(layout).unpack_from(data, at)
        assert getattr(heads, name)(data, at) == getattr(spelled, name)(data, at) == want
