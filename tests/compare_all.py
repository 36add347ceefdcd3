"""`make compare`: tshark's reading of every capture beside ours, and how often they agree on each field.

The exit status is 1 when a difference has no explanation.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dissector.second_opinion import Comparison, Count, agreement
from tests.captures import CAPTURES

HEAD = f"{'field':58}{'agree':>8}{'known':>7}{'unexpl.':>7}"


def compared(name: str) -> Comparison:
    return Comparison(str(CAPTURES[name]))


def line(name: str, count: Count) -> str:
    return f"{name:58}{count.agree:8}{count.known:7}{count.unexplained:7}"


def main() -> int:
    comparisons = []
    with ProcessPoolExecutor(os.cpu_count() or 2) as pool:
        for name, comparison in zip(CAPTURES, pool.map(compared, CAPTURES), strict=True):
            comparisons.append(comparison)
            if comparison.differences:
                known = ", ".join(f"{error} ({count})" for error, count in sorted(comparison.known.items()))
                unexplained = f"; {comparison.unexplained} UNEXPLAINED" if comparison.unexplained else ""
                print(f"{name}: {known}{unexplained}")
    print(f"\n{len(comparisons)} captures\n{HEAD}")
    counts = agreement(comparisons)
    for field, count in counts.items():
        print(line(field, count))
    print(line("together", Count(*map(sum, zip(*counts.values(), strict=True)))))
    return int(any(each.unexplained for each in comparisons))


if __name__ == "__main__":
    sys.exit(main())
