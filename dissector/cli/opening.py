"""Captures, opened as the options that all commands share have it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..capture import Capture
    from ..reading import Reading

HEAD_BYTES = 2048
"""How much of each data set is kept for judging: enough to reach SOP Instance UID."""
WHOLE_BYTES = 1 << 40
"""All of it."""


def open_reading(source: str | Capture, options: argparse.Namespace, **more: Any) -> Reading:
    """A capture, opened as the options that all commands share have it."""
    from ..reading import Reading

    return Reading(source, ports=options.port, checksums=options.checksums, **more)


def opened(files: list[str]) -> Capture:
    from ..capture import Capture
    from ..joining import JoinedCapture

    return JoinedCapture(files) if len(files) > 1 else Capture(files[0])
