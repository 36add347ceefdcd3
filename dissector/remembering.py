"""What was read from bytes, remembered by those bytes: devices send the same request all day.

Strategy: the last values used are kept, as many as two caps allow, one in number and one in bytes, so that no peer can
make this grow by sending something large or something new each time. The last two are kept whatever their size: the
two sides of one negotiation are asked for again and again while it is judged. What was made of two such values is
remembered by the values themselves (`RememberedOfTwo`).
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

MAXIMUM_VALUES = 256
MAXIMUM_BYTES = 512 * 1024
"""Of the bytes that values are remembered by; what is read from them takes up to some ten times as much."""
ALWAYS_KEPT = 2


def remember(known: dict[Key, Value], key: Key, value: Value, most: int) -> None:
    """Keep a value where looking it up must cost no more than a dictionary does: when there are `most`, all are let
    go."""
    if len(known) >= most:
        known.clear()
    known[key] = value


def remember_short(known: dict[bytes, Value], key: bytes, value: Value, most: int, longest: int) -> None:
    """The same for bytes that are not too long."""
    if len(key) <= longest:
        remember(known, key, value, most)


class Remembered(Generic[Value]):
    """The last values used, by the bytes that they were read from."""

    def __init__(self) -> None:
        self._values: OrderedDict[bytes, Value] = OrderedDict()
        self._bytes = 0

    def get(self, key: bytes) -> Value | None:
        """The value of these bytes, or None."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def keep(self, key: bytes, value: Value) -> None:
        """Remember a value that `get` did not know; let go of those that were not asked for longest."""
        self._values[key] = value
        self._bytes += len(key)
        while len(self._values) > ALWAYS_KEPT and (
            len(self._values) > MAXIMUM_VALUES or self._bytes > MAXIMUM_BYTES
        ):
            oldest, _ = self._values.popitem(last=False)
            self._bytes -= len(oldest)


class RememberedOfTwo(Generic[Value]):
    """Values by the two objects that they were made from, which nobody may change; when there are `most`, all are let
    go."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[tuple[int, int], tuple[object, object, Value]] = {}
        """By the identities of the objects, which are kept beside, so that no other objects get these."""

    def get(self, first: object, second: object) -> Value | None:
        """The value of these objects, or None."""
        known = self._values.get((id(first), id(second)))
        return known[2] if known is not None else None

    def keep(self, first: object, second: object, value: Value) -> None:
        """Remember a value that `get` did not know."""
        remember(self._values, (id(first), id(second)), (first, second, value), self._most)
