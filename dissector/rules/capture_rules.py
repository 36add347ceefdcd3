"""Rules to come."""

from __future__ import annotations

from ..capture import Capture
from ..stream import Streams
from .case import Case


def judge_capture(case: Case, capture: Capture, streams: Streams) -> None:
    """Findings on the capture as a whole."""
