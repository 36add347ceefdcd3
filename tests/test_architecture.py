"""Who may import whom: the walls of the house, held by walking the imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dissector

PACKAGE = Path(dissector.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
STANDARD_LIBRARY = frozenset(sys.stdlib_module_names)


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """What a module imports anywhere in it: our modules as 'stream', others by their top-level name."""
    package = ["dissector", *path.relative_to(PACKAGE).parent.parts]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if not node.level:
                found.add((node.module or "").split(".")[0])
                continue
            base = package[: len(package) - node.level + 1][1:]
            module = [*base, *((node.module or "").split(".") if node.module else [])]
            if node.module:
                found.add(".".join(module))
            else:
                found |= {".".join([*module, alias.name]) for alias in node.names}
    return found


def ours(path: Path) -> set[str]:
    known = {name_of(each) for each in MODULES}
    return {each for each in imports(path) if each in known or each.startswith(("standard", "views", "rules"))}


def third_party(path: Path) -> set[str]:
    outside = {each for each in imports(path) if "." not in each} - {"mypy_extensions"}  # only the type checker sees it
    return outside - STANDARD_LIBRARY - {"dissector"} - {
        name_of(each) for each in MODULES
    }  # fmt: skip


IMPORTS = [(name_of(path), path) for path in MODULES]


@pytest.mark.parametrize(("name", "path"), IMPORTS, ids=[name or "__init__" for name, _ in IMPORTS])
def test_walls(name: str, path: Path) -> None:
    inside, outside = ours(path), third_party(path)
    if name.startswith("standard"):
        assert all(each.startswith("standard") for each in inside), "standard/ imports nothing but itself"
        assert not outside
    if name == "decode":
        assert all(each.startswith("standard") for each in inside), "decode imports only standard"
        assert not outside
    if name in ("capture", "heads", "link", "stream", "pdu"):
        assert outside <= {"zstandard"}, "these use the standard library alone"
        assert inside <= {
            "compiling", "errors", "capture", "heads", "link", "pdu", "standard.pdus", "standard.structure",
        }  # fmt: skip
    if name not in ("dataset", "export"):
        assert "pydicom" not in outside
    if name not in ("layers", "live"):
        assert "scapy" not in outside
    if name != "second_opinion":
        assert "pyshark" not in outside
    if name.partition(".")[0] not in ("views", "cli", "live", "layers"):
        assert not any(each.startswith("views") for each in inside), "only cli, live and layers import a view"
    if name.startswith("views"):
        assert not {each.partition(".")[0] for each in inside} & {"cli", "live", "layers"}
    assert "pynetdicom" not in outside


def test_views_are_imported_lazily_by_those_who_may() -> None:
    allowed = [path for path in MODULES if name_of(path).partition(".")[0] in ("cli", "live", "layers")]
    assert len(allowed) > 5
    for path in allowed:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("views"), f"{name_of(path)} imports a view at its top"


@pytest.mark.parametrize(
    "command",
    [["--help"], ["dump", "captures/echo.pcap"], ["explain", "0700000000040000 0000"], ["read", "captures/echo.pcap"],
     ["interfaces"]],
)
def test_start_up_stays_light(command: list[str]) -> None:
    """No Scapy, no pydicom, no pyshark on the way to a dump."""
    code = (
        "import sys; from dissector.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "heavy = {'scapy', 'pydicom', 'pyshark', 'numpy', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    run = subprocess.run([sys.executable, "-c", code, *command], cwd=PACKAGE.parent, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_every_module_has_a_strategy_or_says_what_it_is() -> None:
    for path in MODULES:
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert docstring, f"{path.name} does not say what it is"
