"""What `--filter` understands: the help of the command lists it, `selection` does the work.

Strategy: a module of its own, so that the command's help need not load what reads captures.
"""

from __future__ import annotations

FILTER_KEYS: dict[str, str] = {
    "ae": "calling or called AE title",
    "calling": "calling AE title",
    "called": "called AE title",
    "address": "IP address, or ip:port, of either side",
    "outcome": "released, rejected, aborted, closed, reset or open",
    "after": "began at this time or later (2026-11-22T13:45, or 13:45 on the first day of the capture)",
    "before": "began before this time",
    "command": "C-STORE, C-FIND-RSP, ... (without -RQ or -RSP: both)",
    "status": "success, warning, failure, pending, cancel, or a code such as A700",
    "sop": "SOP class, by its UID or part of its name",
}
"""Key -> what it is about, for the help."""
