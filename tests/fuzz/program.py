"""The whole program on captures that were changed: read, check, dump and export, as text and as records.

Invariant: no capture makes a command raise: it ends with status 0 or 1, and with 2 exactly when the file is no capture.
Nothing that it prints is obeyed by a terminal; every record is valid JSON; associations are told once each, messages
before them, findings in frames that exist. (That no byte is invented is the invariant of `streams`.)
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from dissector.capture import Capture
from dissector.cli import main
from dissector.errors import DissectorError

from ..captures import CAPTURES
from .frames import changed_frames
from .promises import bounded, nothing_obeyed

mutate = changed_frames

COMMANDS = (
    "read -v --all", "read --json --pdus", "read --lang zh", "read --style dcmtk", "check --data-sets -v",
    "check --json", "dump --lang zh", "dump --json", "dump --full --explain --show-secrets", "dump --data-sets",
    "dump --data-sets --json",
)  # fmt: skip
"""Two of these for each input, by its bytes; and the export."""
UNREAD = ("cannot be read", "what stands before it was read")


def check(data: bytes) -> None:
    """The bytes of a capture file."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        path = folder / "capture"
        path.write_bytes(data)
        turn = sum(data) + len(data)
        try:
            Capture(str(path)).close()
            readable = True
        except DissectorError:
            readable = False
        with bounded(len(data)):
            for line in (COMMANDS[turn % len(COMMANDS)], COMMANDS[turn // len(COMMANDS) % len(COMMANDS)]):
                _run([*line.split(), "--no-color", str(path)], "--json" in line, readable)
            objects = str(folder / "objects")
            _run(["export", "--incomplete", "--identifiers", "--json", "-d", objects, str(path)], True, readable)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(words: list[str], as_records: bool, readable: bool) -> None:
    printed, complained = io.StringIO(), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(complained):
        status = main(words)
    said = complained.getvalue()
    unread = any(part in said for part in UNREAD)  # no frame of it, perhaps: then the status is 2
    assert status in ((0, 1, 2) if readable and unread else (0, 1) if readable else (2,)), f"status {status}: {said}"
    nothing_obeyed(complained.getvalue())
    assert "Traceback" not in complained.getvalue()
    if as_records:
        _records([json.loads(line) for line in printed.getvalue().splitlines()])
    else:
        nothing_obeyed(printed.getvalue())


def _records(told: list[dict[str, Any]]) -> None:
    ended: set[int] = set()
    for each in told:
        kind = each.get("record")
        if kind == "association":
            assert each["association"] not in ended, "an association told twice"
            ended.add(each["association"])
            assert each["first_frame"] <= each["last_frame"]
        elif kind == "message":
            assert each["association"] not in ended, "a message after its association"
        elif kind == "finding":
            assert each["detail"] and "{" not in each["title"]
    end = told[-1] if told and told[-1].get("record") == "capture_end" else None
    if end is not None:
        frames = end["frames"]
        for each in told:
            for proof in each.get("evidence") or ():
                frame = proof["frame"]
                assert frame is None or 1 <= frame <= frames, f"{each['code']} in frame {frame}"


def seeds() -> list[bytes]:
    """Small captures, plain; and conversations with a fault each."""
    from ..hostile import FAULTS, with_fault

    plain = [path for name, path in CAPTURES.items() if not name.endswith((".gz", ".zst"))]
    return [data for data in (path.read_bytes() for path in plain) if len(data) < 16384] + [
        with_fault(number).pcap() for number in range(len(FAULTS))]  # fmt: skip


os.environ.setdefault("COLUMNS", "120")
