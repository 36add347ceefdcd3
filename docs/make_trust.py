"""Write the figures of trust.md: `python docs/make_trust.py`; `--check` only compares.

They are counted from the tests and captures themselves, from `fuzzing.jsonl`, to which
`python docs/make_trust.py --fuzzing build/fuzz/runs.jsonl` adds the runs that `make fuzz` has noted, and from
`agreement.json`, which `make compare` writes. Figures stand between two comments of the page, and nothing else of it is
touched; other scripts may have sections of their own.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from dissector.known_errors import KNOWN_ERRORS, KNOWN_VERSIONS, Version  # noqa: E402
from dissector.standard.findings import FINDINGS  # noqa: E402
from dissector.standard.limits import LIMITS  # noqa: E402
from dissector.standard.pdus import STRUCTURES  # noqa: E402
from tests.test_bad_luck import NAMES, POINTS, SMALL_BYTES, whole  # noqa: E402
from tests.test_every_finding import ROWS  # noqa: E402
from tests.test_fuzz import FOUND  # noqa: E402
from tests.vectors import all_vectors  # noqa: E402

RUNS, AGREEMENT = HERE / "fuzzing.jsonl", HERE / "agreement.json"
SETS = {"repository": "`captures/`", "built": "built by `tests/misreadings.py`", "corpus": "a corpus kept elsewhere"}
"""What was compared, by its name in the file."""


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


def agreement() -> str:
    """What tshark and we tell alike and differently: captures, fields, known errors."""
    told = json.loads(AGREEMENT.read_text(encoding="utf-8"))
    sets = {name: told[name] for name in SETS if name in told}
    counts: dict[str, dict[str, list[int]]] = {}
    titles: dict[str, str] = {}
    for name, found in sets.items():
        for each in found["fields"]:
            titles[each["field"]] = each["title"]
            counts.setdefault(each["field"], {})[name] = [each[how] for how in ("agree", "known", "unexplained")]

    def total(field: str, names: Iterable[str]) -> list[int]:
        return list(map(sum, zip(*(counts[field].get(name, [0, 0, 0]) for name in names), strict=True)))

    def cells(fields: Iterable[str], names: Iterable[str]) -> str:
        return " | ".join(f"{sum(column):,}" for column in zip(*(total(each, names) for each in fields), strict=True))

    versions = ", ".join(map(_dotted, KNOWN_VERSIONS))
    out = [
        f"Counted with tshark {told['tshark_version']}; versions that were looked at: {versions}. PDUs, command sets",
        "and fields are those that both tell alike.", "",
        "| compared | captures | PDUs | command sets | fields | known differences | unexplained |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]  # fmt: skip
    wholes = ("pdu", "command")
    for name, found in sets.items():
        pdus, commands = (total(each, [name])[0] for each in wholes)
        fields = sum(total(each, [name])[0] for each in counts if each not in wholes)
        known, unexplained = (sum(total(each, [name])[at] for each in counts) for at in (1, 2))
        figures = f"{found['captures']} | {pdus:,} | {commands:,} | {fields:,} | {known} | {unexplained}"
        out.append(f"| {SETS[name]} | {figures} |")
    out += ["", "Per field, in what anybody can repeat (captures of the repository and those built), and in all:", "",
            "| field | agree | known | unexplained | all: agree | known | unexplained |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]  # fmt: skip
    repeatable = [name for name in sets if name != "corpus"]
    for each, title in titles.items():
        out.append(f"| {_named(each, title)} | {cells([each], repeatable)} | {cells([each], sets)} |")
    out.append(f"| together | {cells(counts, repeatable)} | {cells(counts, sets)} |")
    out += ["", "What is known of tshark, and how often it shows:", "",
            "| known difference | what tshark does | versions | who is wrong | repeatable | all |",
            "| --- | --- | --- | --- | ---: | ---: |"]  # fmt: skip
    for error in KNOWN_ERRORS:
        shown = [sum(sets[name]["known_errors"].get(error.name, 0) for name in names) for names in (repeatable, sets)]
        span = " to ".join(map(_dotted, dict.fromkeys((error.first, error.last))))
        who, title = "tshark" if error.error else "neither", error.title.removeprefix("tshark ")
        out.append(f"| `{error.name}` | {title} | {span} | {who} | {shown[0]} | {shown[1]} |")
    return "\n".join(out)


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))


def _named(row: str, title: str) -> str:
    """A field's title, and where it stands if that is more than one place."""
    owner = STRUCTURES.get(row.partition(".")[0])
    whole = {"pdu": "PDU", "command": "command set"}.get(row, title)
    return f"{title} ({owner.title})" if owner and row != owner.key else whole


SECTIONS: dict[str, Callable[[], str]] = {"proofs": proofs, "fuzzing": fuzzing, "agreement": agreement}
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
