"""The harnesses of `tests/fuzz` as plain tests: their invariants hold for what they start from, and for every input
that once broke one. Works in any Python, without atheris."""

from __future__ import annotations

import importlib
import random
from pathlib import Path

import pytest

from .fuzz.__main__ import HARNESSES

FOUND = Path(__file__).parent / "fuzz" / "found"
"""Inputs that broke an invariant before it was mended: the name of the harness, a hyphen, what it was about."""
SEEDS_CHECKED = 40


@pytest.mark.parametrize("path", sorted(FOUND.iterdir()), ids=lambda path: path.name)
def test_what_once_broke_holds(path: Path) -> None:
    importlib.import_module(f"tests.fuzz.{path.name.partition('-')[0]}").check(path.read_bytes())


@pytest.mark.parametrize("name", HARNESSES)
def test_harnesses_hold_for_what_they_start_from(name: str) -> None:
    module = importlib.import_module(f"tests.fuzz.{name}")
    assert (module.__doc__ or "").count("Invariant:") == 1
    seeds = module.seeds()
    assert len(seeds) > 10
    for data in random.Random(1).sample(seeds, min(SEEDS_CHECKED, len(seeds))):
        module.check(data)


@pytest.mark.parametrize("name", [name for name in HARNESSES if name in ("readers", "program")])
def test_changes_with_sense_keep_captures_readable(name: str) -> None:
    module = importlib.import_module(f"tests.fuzz.{name}")
    chance = random.Random(2)
    seeds = [data for data in module.seeds() if data[:4] == b"\xd4\xc3\xb2\xa1" and len(data) < 4096]

    def change(data: bytes, size: int) -> bytes:
        at = chance.randrange(len(data) + 1)
        return data[:at] + bytes((chance.randrange(256),)) + data[at + 1 :]

    for number in range(20):
        module.check(module.mutate(chance.choice(seeds), 16384, number, change))
