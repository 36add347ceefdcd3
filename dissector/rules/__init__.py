"""Judging: from associations to findings, one short function per rule, found by its code.

Map: `case.py` what a rule is given and how it reports; `judge.py` runs the rules while a capture is read;
`machine.py` PS3.8's state table watched from outside; the other modules hold the rules, by what they look at. A new
rule is one record in `standard/findings.py`, one function here, one vector or transcript in the tests.
"""

from __future__ import annotations

from .case import Evidence as Evidence
from .case import Finding as Finding
from .judge import Judge as Judge

__all__ = ["Evidence", "Finding", "Judge"]
