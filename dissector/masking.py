"""Which bytes of a field tree identify a patient, or anybody else: those that `--mask` turns into dots.

Strategy: the attributes are those of PS3.15's basic profile and all private ones, and the name of the user who asks for
an association; what could not be decoded may hold any of them and is masked too. Tags, value representations and
lengths stay: they say nothing of a person.

Reference: PS3.15 E.1
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .decode import Field
from .standard import datasets as told
from .standard.datasets import is_identifying
from .standard.pdus import UNDECODED
from .standard.structure import Structure

_HEAD_NAMES = frozenset(("tag", told.VR, "reserved", "value_length"))


def is_masked(field: Field, parents: Sequence[Field]) -> bool:
    """Whether a leaf is to be masked where identifying values are.

    It is when it is the value of an identifying element of a data set or command set, stands inside one, could not be
    decoded, is deflated, or is the user name of a user identity. `parents` are the fields above it, the root first.
    """
    if isinstance(field.spec, Structure) or field.spec.name in _HEAD_NAMES:
        return False
    if field.spec is UNDECODED or field.spec is told.COMPRESSED_ROW:
        return True
    if field.spec.public_when is not None:  # a credential for some types of user identity, a user name for the others
        return True
    return any(
        isinstance(each.spec, Structure) and each.spec.length_field == "value_length" and each.spec.code is not None
        and is_identifying(each.spec.code) for each in parents
    )  # fmt: skip


def identifying_ranges(root: Field) -> Iterator[tuple[int, int]]:
    """The half-open ranges of a tree that hold identifying values, to mask the same bytes in other views."""

    def below(field: Field, parents: list[Field]) -> Iterator[tuple[int, int]]:
        if field.children:
            for child in field.children:
                yield from below(child, [*parents, field])
        elif field.start < field.end and is_masked(field, parents):
            yield field.start, field.end

    return below(root, [])
