"""Findings of a crafted conversation or of a capture file, in the order in which they are known."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from dissector.reading import Reading
from dissector.rules import Finding

from .transcript import Talk


def judge_file(path: str | Path, checksums: bool = False) -> list[Finding]:
    """The findings on a capture file."""
    with Reading(str(path), keep_data=2048, checksums=checksums).judging() as reading:
        return [each for each in reading if isinstance(each, Finding)]


def judge_talk(talk: Talk, tmp_path: Any = None) -> list[Finding]:
    """The findings on a crafted conversation, by way of a file in `tmp_path` or a temporary one."""
    handle, name = tempfile.mkstemp(suffix=".pcap", dir=tmp_path)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(talk.pcap())
        return judge_file(name)
    finally:
        os.unlink(name)
