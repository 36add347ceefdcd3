"""Debug logs of DCMTK's tools beside `--style dcmtk`: both as blocks of lines that can be compared.

Strategy: what is compared is what is printed; only the letters for levels, secrets and lengths of what a log does not
show are made alike.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from dissector.association import Association
from dissector.dimse import Message
from dissector.reading import Reading
from dissector.views import dcmtk
from dissector.views.hexdump import plain
from dissector.wiretext import ae_title

ENDINGS = ("Association", "Result:", "Reason:", "Releasing", "Aborting", "Peer")
CONTEXT_ROW = "Presentation Context ID "


def read(path: Path, seen_from: str | None) -> list[str]:
    """The lines of every association of a capture."""
    view = dcmtk.LogView(seen_from)
    found: list[str] = []
    with Reading(str(path)) as reading:
        for each in reading:
            if isinstance(each, Message):
                view.message(each)
            elif isinstance(each, Association):
                found += map(plain, view.association(each))
    return found


def comparable(text: str) -> list[str]:
    """A log without the letters for its levels, and with its secrets masked as ours are."""
    lines = [re.sub(r"^[DIEF]: ", "", line).rstrip() for line in text.splitlines()]
    lines = [re.sub(r"Password: \[.*]", "Password: [masked]", line) for line in lines]
    return [re.sub(r"(\(not dumped\)) length: \d+", r"\1", line) for line in lines]


class Blocks(NamedTuple):
    """The blocks of associations, those of messages, and the lines about the end."""

    associations: list[list[str]]
    messages: list[list[str]]
    ends: list[str]


def blocks(lines: list[str]) -> Blocks:
    """What a log is made of."""
    associations: list[list[str]] = []
    messages: list[list[str]] = []
    ends: list[str] = []
    current: list[str] | None = None
    for line in lines:
        if line.startswith("=====") and ("A-ASSOCIATE-" in line or "DIMSE MESSAGE" in line) and " END " not in line:
            current = []
            (messages if "DIMSE" in line else associations).append(current)
        if current is not None:
            current.append(line)
            if line.startswith("=====") and " END " in line:
                current = None
        elif line.startswith(ENDINGS):
            ends.append(line)
    return Blocks(associations, messages, ends)


def without_context(block: list[str]) -> list[str]:
    """A message without the row that not every log has."""
    return [line for line in block if not line.startswith(CONTEXT_ROW)]


def without_data_set(block: list[str]) -> list[str]:
    """A message without the data set that getscu and dcmrecv show below a ruled line."""
    rule = next((at for at, line in enumerate(block) if line.startswith("-----")), None)
    return block if rule is None else [*block[:rule], block[-1]]


def known_to_all(block: list[str]) -> list[str]:
    """An association of an acceptor's log without what never went over the wire: the roles that it would have accepted
    beyond the proposed ones, and its name, which its answer may leave empty."""
    return [line for line in block if not line.startswith(("    Accepted SCP/SCU Role:", "Responding Application"))]


def safe(line: str) -> str:
    """An AE title of a log as we print it: without leading spaces, which mean nothing (PS3.8 9.3.2), and with the
    number of each byte that is not printable ASCII."""
    for label, column in TITLES.items():
        if line.startswith(label):
            return (line[:column] + ae_title(line[column:].encode())).rstrip()
    return line


TITLES = {"Calling Application Name:": 29, "Called Application Name:": 29, "Move Originator AE Title": 32}
"""The lines with AE titles, and the columns where they stand."""
