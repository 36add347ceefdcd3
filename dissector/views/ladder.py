"""The ladder: an association as arrows between two lifelines, long runs of alike arrows folded.

Strategy: a page or a terminal draws rows and decides nothing. Here it is decided what the rows are: one for each
association PDU and each message, in the order of time; what repeats (500 C-STOREs with their responses, taking turns)
becomes its first and last round and a row that says how many were left out between them.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

LONGEST_PERIOD = 4
"""How many kinds of arrows may take turns and still be folded."""
ROUNDS_SHOWN = 3
"""A run of no more rounds than this is shown whole."""
QUIET_NANOSECONDS = 1_000_000_000
"""A silence of at least this is marked between two arrows."""


class Fold(NamedTuple):
    """Arrows that are not shown: from `first` up to, but not including, `end`; `period` kinds take turns."""

    first: int
    end: int
    period: int


def folds(kinds: Sequence[Hashable]) -> list[Fold]:
    """Which arrows to leave out, given the kind of each in order; ascending, not overlapping.

    Of a run of more than `ROUNDS_SHOWN` equal rounds the first and the last round stay. The time it takes grows with
    the number of arrows.
    """
    found: list[Fold] = []
    at = 0
    while at < len(kinds):
        runs = [(length, _rounds(kinds, at, length)) for length in range(1, LONGEST_PERIOD + 1)]
        # The longest run; of equally long ones that of the fewest kinds.
        period, rounds = max(runs, key=lambda run: (run[0] * run[1] if run[1] > ROUNDS_SHOWN else 0, -run[0]))
        if rounds > ROUNDS_SHOWN:
            found.append(Fold(at + period, at + period * (rounds - 1), period))
            at += period * rounds
        else:
            at += 1
    return found


def _rounds(kinds: Sequence[Hashable], at: int, period: int) -> int:
    """How often the `period` kinds from `at` on repeat, themselves counted."""
    end = at + period
    while end < len(kinds) and kinds[end] == kinds[end - period]:
        end += 1
    return (end - at) // period
