"""Rules to come."""

from __future__ import annotations

from .case import Case


def remember(overall: Case, case: Case) -> None:
    """What the capture as a whole wants to know of an association or connection that has ended."""
