"""Write the two labelled examples, as pages and as figures in both languages: `python docs/make_examples.py`.

Each file is what a command prints; nothing in it depends on when and where it is made. `tests/test_docs_examples.py`
holds them current.
"""

from __future__ import annotations

import sys
from pathlib import Path

from dissector.cli import main

HERE = Path(__file__).parent
EXAMPLES = HERE / "examples"
CAPTURES = ("associate-rq", "c-store-associate-104")
COMMANDS = {
    "page.{lang}.html": ("page",),
    "dump.{lang}.html": ("dump", "--pdu", "1", "--format", "html"),
    "dump.{lang}.svg": ("dump", "--pdu", "1", "--format", "svg"),
}
"""By the end of the name; the first PDU of both captures is the A-ASSOCIATE-RQ."""


def files() -> dict[str, list[str]]:
    """The name of each file and the command that makes it, but for its `-o`."""
    return {
        f"{capture}.{end.format(lang=lang)}": [
            command, str(HERE.parent / "captures" / f"{capture}.pcap"), "--lang", lang, *more,
        ]
        for capture in CAPTURES for end, (command, *more) in COMMANDS.items() for lang in ("en", "zh")
    }  # fmt: skip


def make(folder: Path) -> None:
    """Write all of them to a folder."""
    folder.mkdir(exist_ok=True)
    for name, command in files().items():
        if main([*command, "-o", str(folder / name)]) != 0:
            sys.exit(f"{name} could not be made")


if __name__ == "__main__":
    make(EXAMPLES)
    print("\n".join(f"docs/examples/{name}" for name in files()))
