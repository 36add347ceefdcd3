"""What holds of any bytes, as assertions that all harnesses share."""

from __future__ import annotations

import resource
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from dissector.decode import Field

SECONDS_PER_KILOBYTE = 1.0
MEMORY_BYTES = 256 * 1024 * 1024
_OBEYED = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def tiles(root: Field, length: int) -> None:
    """The leaves of a tree stand one after the other from its first byte to its last, inside their parents."""
    at = 0
    for leaf in root.leaves():
        assert leaf.start == at <= leaf.end, f"{leaf} after {at}"
        at = leaf.end
    assert at == length, f"the leaves end at {at} of {length}"
    for field in root.walk():
        for child in field.children:
            assert field.start <= child.start <= child.end <= field.end, f"{child} outside of {field}"


def nothing_obeyed(text: str) -> None:
    """No terminal obeys it: there is no control character but the end of a line, and nothing that turns text round."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return
    for character in set(text) - {"\n"}:
        assert unicodedata.category(character) not in _OBEYED, f"U+{ord(character):04X} is printed"


@contextmanager
def bounded(size: int) -> Iterator[None]:
    """At most a second of processor time for each kilobyte of input (and for the first one), and 256 MiB more than
    there was before."""
    began, before = time.process_time(), _resident()
    yield
    spent = time.process_time() - began
    allowed = SECONDS_PER_KILOBYTE * max(1.0, size / 1024)
    assert spent <= allowed, f"{spent:.1f} s for {size} bytes"
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert most - max(before, _START) <= MEMORY_BYTES, f"{most >> 20} MiB, {before >> 20} MiB before"


def _resident() -> int:
    """Bytes of memory in use now."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


_START = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
"""The peak before the first input: it never falls, so growth is counted from there."""
