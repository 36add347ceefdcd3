"""What our modules say to the compiler, and what they know of it; where nothing is compiled, nothing.

Strategy: mypyc recognises its attributes by their name alone, so what stands here for the interpreter does nothing,
and no package is needed to run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from mypy_extensions import mypyc_attr as mypyc_attr
else:
    Class = TypeVar("Class", bound=type)

    def mypyc_attr(**_: bool) -> Callable[[Class], Class]:
        """An attribute of a compiled class, such as that interpreted classes may inherit from it."""
        return lambda each: each


def compiled() -> bool:
    """Whether the modules of the hot path are compiled ones."""
    from . import stream

    return not (stream.__file__ or "").endswith(".py")
