"""Vectors: annotated-hex text files that are input, expectation and lesson in one.

A file opens with lines `# key: value` (title, source, lesson; `lang`, `kind`;
of kind `data_set` its `transfer_syntax`), then holds the annotated dump. The
bytes are read from the left columns of that dump, decoded and rendered anew; the whole text must come out again.

    python -m tests.vectors --write     render all files anew from their own bytes (look at the difference!)
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from dissector.dataset import annotate_data_set
from dissector.decode import Field, decode, decode_command_set, decode_pdu
from dissector.standard.pdus import STRUCTURES
from dissector.views.hexdump import Options, annotate, plain

FOLDER = Path(__file__).parent / "vectors"
_BYTES = re.compile(r"^[0-9A-F]{4}  ((?:[0-9A-F]{2} )*[0-9A-F]{2})(?:  |$)")


@dataclass
class Vector:
    """One file: what it says of itself, and its dump."""

    path: Path
    about: dict[str, str]
    dump: str

    @property
    def data(self) -> bytes:
        """The bytes of the left columns."""
        rows = (_BYTES.match(line) for line in self.dump.splitlines())
        return b"".join(bytes.fromhex(row.group(1)) for row in rows if row)

    def decoded(self) -> Field:
        """The field tree of its bytes; `kind` says what they are (a PDU, where it says nothing)."""
        kind = self.about.get("kind", "pdu")
        if kind == "data_set":
            return annotate_data_set(self.data, self.about["transfer_syntax"])
        if kind == "pdu":
            return decode_pdu(self.data)
        return decode_command_set(self.data) if kind == "command_set" else decode(STRUCTURES[kind], self.data)

    def rendered(self) -> str:
        """The dump as it is rendered now."""
        options = Options(lang=self.about.get("lang", "en"), full=True, show_secrets=True,
                          reference="reference" in self.about.get("show", ""),
                          explain="explain" in self.about.get("show", ""))  # fmt: skip
        return "\n".join(map(plain, annotate(self.decoded(), self.data, options))) + "\n"

    def text(self) -> str:
        """The whole file as it should be."""
        return "".join(f"# {key}: {value}\n" for key, value in self.about.items()) + "\n" + self.rendered()


def read(path: Path) -> Vector:
    """Read a vector file."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    about = dict(line[2:].rstrip("\n").split(": ", 1) for line in lines if line.startswith("# "))
    return Vector(path, about, "".join(line for line in lines if not line.startswith("# ")).lstrip("\n"))


def all_vectors() -> list[Vector]:
    """Every vector, by name."""
    return [read(path) for path in sorted(FOLDER.glob("*.txt"))]


def new(name: str, data: bytes, **about: str) -> None:
    """Write a new vector from bytes."""
    vector = Vector(FOLDER / f"{name}.txt", about, "")
    rows = "\n".join(f"{at:04X}  {data[at : at + 8].hex(' ').upper()}" for at in range(0, len(data), 8))
    vector.dump = rows
    vector.path.write_text(vector.text(), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    for each in all_vectors():
        each.path.write_text(each.text(), encoding="utf-8")
