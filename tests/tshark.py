"""What tshark makes of a capture: a second reader of the same bytes, for tests.

Strategy: a list of PDUs is all that is asked of it, in one run per capture, with the two settings without which it
cannot be compared: segments out of order are put in order, and the ports where DICOM was found are dissected as DICOM.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

SECONDS = 120
"""How long one run may take."""


class Located(NamedTuple):
    """A PDU as tshark tells it."""

    pdu_type: int
    length: int


def installed() -> bool:
    """Whether tshark is there at all."""
    return shutil.which("tshark") is not None


def path() -> str:
    """Where tshark is. Without it the test is skipped, but fails where CI is 'true': there it has to be installed."""
    found = shutil.which("tshark")
    if found is None:
        why = "tshark is not installed: the second opinion cannot be asked for (apt-get install tshark)"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return found


def pdus(capture: Path, port_numbers: Iterable[int]) -> list[Located]:
    """The PDUs of a capture by frame, with every one of the ports taken for DICOM."""
    command = [path(), "-n", "-r", str(capture), "-o", "tcp.reassemble_out_of_order:TRUE", "-T", "fields"]
    command += ["-Y", "dicom.pdu.type", "-e", "dicom.pdu.type", "-e", "dicom.pdu.len", "-E", "occurrence=a"]
    for number in port_numbers:
        command += ["-d", f"tcp.port=={number},dicom"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    assert run.returncode == 0 or "cut short" in run.stderr, f"tshark could not read {capture.name}: {run.stderr}"
    found = []
    for line in run.stdout.splitlines():
        types, lengths = (column.split(",") for column in line.split("\t"))
        found += [Located(int(a, 16), int(b)) for a, b in zip(types, lengths, strict=True)]
    return found
