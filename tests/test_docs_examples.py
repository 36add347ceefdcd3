"""The labelled examples under docs/examples are what the commands make of their captures today."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.test_figure import texts

ROOT = Path(__file__).parents[1]
NOT_CURRENT = "docs/examples is not current: python docs/make_examples.py"


def script() -> ModuleType:
    """The script that makes them, which stands outside of any package."""
    spec = importlib.util.spec_from_file_location("make_examples", ROOT / "docs" / "make_examples.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKER = script()
NAMES = sorted(MAKER.files())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all of them, made anew."""
    folder = tmp_path_factory.mktemp("examples")
    MAKER.make(folder)
    return folder


def test_there_are_these_and_no_others(made: Path) -> None:
    assert sorted(each.name for each in made.iterdir()) == NAMES
    assert sorted(each.name for each in MAKER.EXAMPLES.iterdir()) == NAMES, NOT_CURRENT


@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_the_command_makes(name: str, made: Path) -> None:
    assert (MAKER.EXAMPLES / name).exists(), NOT_CURRENT
    kept, new = ((folder / name).read_text(encoding="utf-8") for folder in (MAKER.EXAMPLES, made))
    if name.endswith(".svg"):  # how a picture writes the same places and texts depends on the version of rich
        kept, new = texts(kept), texts(new)
    assert kept == new, NOT_CURRENT


@pytest.mark.parametrize("name", NAMES)
def test_it_tells_nothing_of_where_it_was_made(name: str, made: Path) -> None:
    text = (made / name).read_text(encoding="utf-8")
    assert str(ROOT) not in text and str(made) not in text
