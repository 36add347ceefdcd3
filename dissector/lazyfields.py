"""Fields that are made when somebody looks at them: for data sets, of which mostly the first elements are looked at.

Strategy: a node is told how to make its children, a leaf how to make its value; both do it once. To whoever reads the
tree they are `Field`s like all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

from .decode import Field, Problem
from .standard.structure import FieldSpec, Structure

_FAR = 1 << 62


class Lazy(Sequence[Field]):
    """Children that are made when somebody asks for them, and then kept."""

    __slots__ = ("_source", "_made")

    def __init__(self, source: Iterator[Field]) -> None:
        self._source = source
        self._made: list[Field] = []

    def _has(self, count: int) -> bool:
        while len(self._made) < count:
            following = next(self._source, None)
            if following is None:
                return False
            self._made.append(following)
        return True

    @property
    def made(self) -> int:
        """How many there are so far."""
        return len(self._made)

    def __bool__(self) -> bool:
        return self._has(1)

    def __len__(self) -> int:
        self._has(_FAR)
        return len(self._made)

    def __iter__(self) -> Iterator[Field]:
        at = 0
        while self._has(at + 1):
            yield self._made[at]
            at += 1

    @overload
    def __getitem__(self, index: int) -> Field: ...
    @overload
    def __getitem__(self, index: slice) -> list[Field]: ...
    def __getitem__(self, index: int | slice) -> Field | list[Field]:
        if isinstance(index, slice) or index < 0:
            self._has(_FAR)
        else:
            self._has(index + 1)
        return self._made[index]


class Node(Field):
    """A field whose children are made on demand."""

    __slots__ = ("_make", "_children")
    _children: Sequence[Field] | None

    def __init__(
        self, spec: Structure, start: int, end: int, make: Callable[[], Sequence[Field]],
        found: tuple[Problem, ...] = (),
    ) -> None:  # fmt: skip
        self._make = make
        super().__init__(spec, start, end, None, (), found)
        self._children = None

    @property
    def children(self) -> Sequence[Field]:
        if self._children is None:
            self._children = self._make()
        return self._children

    @children.setter
    def children(self, children: Sequence[Field]) -> None:
        self._children = children


class Leaf(Field):
    """A leaf whose value is made on demand."""

    __slots__ = ("_make", "_value")

    def __init__(
        self, spec: FieldSpec, start: int, end: int, make: Callable[[], Any] | None, found: tuple[Problem, ...] = (),
    ) -> None:  # fmt: skip
        super().__init__(spec, start, end, None, (), found)
        self._make = make

    @property
    def value(self) -> Any:
        if self._make is not None:
            self._value = self._make()
            self._make = None
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        self._value, self._make = value, None
