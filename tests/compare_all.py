"""`make compare`: tshark's reading of every capture beside ours, and how often they agree on each field.

The figures go to `docs/agreement.json`, from which `docs/make_trust.py` makes its section: those of the captures of the
repository, which anybody can repeat, and those of the corpus beside it, where there is one; without it, what stands in
the file for it is kept. The exit status is 1 when a difference has no explanation.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dissector.second_opinion import Comparison, Count, agreement, version
from tests.captures import FOLDERS, PATHS, ROOT
from tests.misreadings import MISREADINGS

FIGURES = ROOT / "docs" / "agreement.json"
HEAD = f"{'field':58}{'agree':>8}{'known':>7}{'unexpl.':>7}"


def line(name: str, count: Count) -> str:
    return f"{name:58}{count.agree:8}{count.known:7}{count.unexplained:7}"


def built(folder: Path) -> list[Path]:
    """The captures that show what is known of tshark, as files."""
    paths = []
    for number, misreading in enumerate(MISREADINGS.values(), 1):
        paths.append(folder / f"misreading-{number:02}.pcap")
        paths[-1].write_bytes(misreading.talk().pcap())
    return paths


def compared(pool: ProcessPoolExecutor, paths: Sequence[Path]) -> list[Comparison]:
    """All of them; what differs is told by the way."""
    comparisons = []
    for path, comparison in zip(paths, pool.map(Comparison, map(str, paths)), strict=True):
        comparisons.append(comparison)
        if comparison.differences:
            known = ", ".join(f"{error} ({count})" for error, count in sorted(comparison.known.items()))
            unexplained = f"; {comparison.unexplained} UNEXPLAINED" if comparison.unexplained else ""
            print(f"{path.name}: {known}{unexplained}")
    return comparisons


def figures(comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """What the page tells: captures, counts per field, and per known error."""
    known: Counter[str] = Counter()
    for each in comparisons:
        known += each.known
    titles = {row: title for each in comparisons for row, title in each.titles.items()}
    fields = [{"field": row, "title": titles[row], **count._asdict()} for row, count in agreement(comparisons).items()]
    return {"captures": len(comparisons), "fields": fields, "known_errors": dict(sorted(known.items()))}


def main() -> int:
    by_set: dict[str, list[Comparison]] = {}
    with ProcessPoolExecutor(os.cpu_count() or 2) as pool, TemporaryDirectory() as folder:
        by_set["repository"] = compared(pool, [path for path in PATHS if path.parent == FOLDERS[0]])
        by_set["built"] = compared(pool, built(Path(folder)))
        if others := [path for path in PATHS if path.parent != FOLDERS[0]]:
            by_set["corpus"] = compared(pool, others)
    every = [each for comparisons in by_set.values() for each in comparisons]
    print(f"\n{len(every)} captures\n{HEAD}")
    counts = agreement(every)
    for field, count in counts.items():
        print(line(field, count))
    print(line("together", Count(*map(sum, zip(*counts.values(), strict=True)))))
    told = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    told["tshark_version"] = ".".join(map(str, version()))
    told.update({name: figures(comparisons) for name, comparisons in by_set.items()})
    FIGURES.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return int(any(each.unexplained for each in every))


if __name__ == "__main__":
    sys.exit(main())
