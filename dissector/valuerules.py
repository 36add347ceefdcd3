"""Values held against PS3.5: what their representation allows, and how many there may be.

Strategy: each rule is data in `standard.datasets` (longest, format, repertoire); here they are applied, one value at
a time. Queries are judged by their own rules: wildcards, ranges and lists of UIDs are no mistakes there.

Reference: PS3.5 6.2, 6.4; PS3.4 C.2.2.2
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from .decode import Problem
from .standard import datasets as told
from .standard.datasets import Representation
from .standard.problems import ProblemKind

_MANY = 1 << 62
_FORMATS = {code: re.compile(pattern, re.DOTALL) for code, (pattern, _) in told.FORMATS.items()}
_CONTROL = {True: re.compile(r"[\0-\x08\x0B\x0E-\x1A\x1C-\x1F\x7F]"), False: re.compile(r"[\0-\x1A\x1C-\x1F\x7F]")}
"""Control characters that text (True: LT, ST, UT, which have lines) may not hold; escape sequences may stand."""


def problem(kind: ProblemKind, **blanks: object) -> Problem:
    """A problem of a kind, its blanks filled."""
    return Problem(kind.code, kind.text, blanks)


@lru_cache(256)
def _multiplicity(printed: str) -> tuple[tuple[int, int, int], ...]:
    """'1-n', '2-2n', '1-3 or 6' -> least, most and step of each alternative; empty where nothing is said."""
    out = []
    for part in printed.split(" or "):
        match = re.fullmatch(r"(\d+)(?:-(\d*)(n?))?", part.strip())
        if match is None:
            return ()
        least, most, many = match.groups()
        if most is None:
            out.append((int(least), int(least), 1))
        else:
            out.append((int(least), _MANY if many else int(most), int(most or 1) if many else 1))
    return tuple(out)


def allows(printed: str, count: int) -> bool:
    """Whether a multiplicity as the dictionary prints it allows so many values."""
    allowed = _multiplicity(printed)
    return not allowed or any(
        least <= count <= most and (count - least) % step == 0 for least, most, step in allowed
    )  # fmt: skip


def check_text(parts: Sequence[str], each: Representation, query: bool) -> Iterator[Problem]:
    """Hold values against their representation; wildcards and ranges of a query are allowed (PS3.4 C.2.2.2)."""
    vr = each.code
    pattern = _FORMATS.get(vr)
    for part in parts:
        if query and (vr in _WILD and ("*" in part or "?" in part)):
            continue
        plain = part.rstrip(" ") if vr != "UI" else part
        if not plain:
            continue
        if query and vr in told.RANGED and "-" in plain:
            if all(not end or pattern is None or pattern.fullmatch(end) for end in _range_ends(plain, vr)):
                continue
        if vr == "PN":
            yield from _check_name(plain)
            continue
        if each.longest and len(plain.strip(" ") if vr in ("AE", "CS", "LO", "SH") else plain) > each.longest:
            yield problem(told.TOO_LONG, count=len(plain), vr=vr, limit=each.longest)
        elif pattern is not None:
            if not pattern.fullmatch(plain) and (vr != "UR" or part[:1] == " "):
                yield problem(told.FORMAT, vr=vr, rule=told.FORMATS[vr][1])
            elif vr == "IS" and not -(2**31) <= int(plain) < 2**31:
                yield problem(told.OUT_OF_RANGE)
        elif _CONTROL[each.single].search(plain):
            yield problem(told.CONTROL, vr=vr)


_WILD = frozenset(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"))


def _range_ends(text: str, vr: str) -> list[str]:
    """Both ends of a range; that of a date time may hold offsets from UTC, which also have a minus."""
    if vr != "DT":
        return text.split("-", 1) if text.count("-") == 1 else [text]
    match = re.fullmatch(r"([0-9.]*(?:[+-]\d{4})?)-([0-9.]*(?:[+-]\d{4})?)", text)
    return list(match.groups()) if match else [text]


def _check_name(name: str) -> Iterator[Problem]:
    groups = name.split("=")
    if len(groups) > 3:
        yield problem(told.NAME_GROUPS, count=len(groups), limit=3)
    for group in groups:
        if len(group) > 64:
            yield problem(told.TOO_LONG, count=len(group), vr="PN", limit=64)
        if group.count("^") > 4:
            yield problem(told.NAME_GROUPS, count=group.count("^") + 1, limit=5)
        if _CONTROL[False].search(group):
            yield problem(told.CONTROL, vr="PN")
