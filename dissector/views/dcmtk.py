"""tbd"""
from __future__ import annotations
from collections.abc import Iterator
from ..association import Association
from .hexdump import Line


def lines(association: Association) -> Iterator[Line]:
    yield []
