"""Write the figures of trust.md: `python docs/make_trust.py`; `--check` only compares.

They are counted from the tests and captures themselves, and from `fuzzing.jsonl`, to which
`python docs/make_trust.py --fuzzing build/fuzz/runs.jsonl` adds the runs that `make fuzz` has noted. Figures stand
between two comments of the page, and nothing else of it is touched; other scripts may have sections of their own.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from dissector.standard.findings import FINDINGS  # noqa: E402
from dissector.standard.limits import LIMITS  # noqa: E402
from tests.test_bad_luck import NAMES, POINTS, SMALL_BYTES, whole  # noqa: E402
from tests.test_every_finding import ROWS  # noqa: E402
from tests.test_fuzz import FOUND  # noqa: E402
from tests.vectors import all_vectors  # noqa: E402

RUNS = HERE / "fuzzing.jsonl"


def proofs() -> str:
    """What there is to prove the promises with."""
    from tests.captures import CAPTURES

    originals = [whole(CAPTURES[name]) for name in NAMES]
    cuts = sum(len(each.data) if len(each.data) <= SMALL_BYTES else POINTS for each in originals)
    near_misses, losing = sum(bool(row.near_miss) for row in ROWS), sum(bool(each.lost) for each in LIMITS)
    rows = [
        ("captures of the repository, each with what its peers logged", len(NAMES)),
        ("vectors: annotated bytes, compared character by character", len(all_vectors())),
        ("findings", len(FINDINGS)),
        ("conversations that raise them, one for every wording", len(ROWS)),
        ("near misses, which differ by as little as one byte, and raise nothing", near_misses),
        ("limits of memory and work", len(LIMITS)),
        ("of these, limits that lose something, each reached by a test and told", losing),
        ("captures cut short, by `make bad-luck`", cuts),
        ("captures without one of their frames, by `make bad-luck`", sum(len(each.frames) for each in originals)),
        ("inputs that once broke an invariant of a fuzzer, kept as tests", len(list(FOUND.iterdir()))),
    ]
    return "\n".join(["| what | how many |", "| --- | ---: |", *(f"| {what} | {count:,} |" for what, count in rows)])


def fuzzing() -> str:
    """The runs of the fuzzers, added up by harness."""
    runs = [json.loads(line) for line in RUNS.read_text(encoding="utf-8").splitlines()] if RUNS.exists() else []
    out = ["| harness | executions | processor minutes | edges reached | features | inputs kept | runs that failed |",
           "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]  # fmt: skip
    for name in dict.fromkeys(run["harness"] for run in runs):
        own = [run for run in runs if run["harness"] == name]
        edges, features, inputs = (max(number(run[key]) for run in own) for key in ("edges", "features", "inputs"))
        out.append(
            f"| {name} | {sum(run['executions'] for run in own):,} | {sum(run['seconds'] for run in own) / 60:.0f} | "
            f"{edges:,} | {features:,} | {inputs:,} | {sum(run['broken'] for run in own)} |"
        )
    return "\n".join(out)


def number(text: str) -> int:
    """A figure of a run, 0 where it did not get that far."""
    return int(text) if text.isdigit() else 0


SECTIONS: dict[str, Callable[[], str]] = {"proofs": proofs, "fuzzing": fuzzing}
"""By the name in the page's comments."""


def filled(page: str) -> str:
    """The page with its figures made anew."""
    for name, make in SECTIONS.items():
        first, last = f"<!-- {name}: made by docs/make_trust.py -->", f"<!-- end of {name} -->"
        made = f"{first}\n{make()}\n{last}"
        pattern = re.escape(first) + ".*?" + re.escape(last)
        page, count = re.subn(pattern, lambda _, text=made: text, page, flags=re.DOTALL)
        if count != 1:
            sys.exit(f"trust.md has no place for {name}")
    return page


def main() -> int:
    """Write, or compare."""
    if "--fuzzing" in sys.argv:
        noted = Path(sys.argv[sys.argv.index("--fuzzing") + 1])
        with RUNS.open("a", encoding="utf-8") as file:
            file.write(noted.read_text(encoding="utf-8"))
        noted.unlink()
    path = HERE / "trust.md"
    page = path.read_text(encoding="utf-8")
    made = filled(page)
    if "--check" in sys.argv:
        return int(made != page)
    path.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
