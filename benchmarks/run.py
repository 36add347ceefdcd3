#!/usr/bin/env python3
"""The benchmarks: the same captures through tcpdump, tshark and this program, side by side, in turn, in one run.

    make bench                                  # all of it, and benchmarks/RESULTS.md
    python benchmarks/run.py --quick            # small inputs, once each, for a try; writes nothing
    python benchmarks/run.py --only chatty
    python benchmarks/run.py --large            # 5 GB through a pipe: memory is bounded

Strategy: the work of each tool is a command; the rounds take turns, so that what else the machine does meets all of
them. Time is that of the clock, memory the peak of the child. So that nobody wins by skipping work, what tshark finds
(PDUs by type, commands) is counted once per input and has to be what this program finds, or the run fails.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))
import inputs  # noqa: E402

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CACHE = HERE / "cache"
RESULTS = HERE / "RESULTS.md"
PLAIN, COMPILED = ROOT / ".venv" / "bin" / "python", ROOT / ".venv-compiled" / "bin" / "python"
REPETITIONS = 5
QUICK = {"megabytes": 4, "associations": 24}
"""How much of each input for a try."""
LARGE_MEGABYTES = 5000
PORT = 11112
"""The server's, in all recordings."""
SETTINGS = ("-o", "tcp.reassemble_out_of_order:TRUE", "-d", f"tcp.port=={PORT},dicom")
"""Without them tshark loses what comes out of order, and takes some client ports for those of other protocols."""
MESSAGE_FIELDS = (
    "frame.number", "frame.time_epoch", "ip.src", "tcp.srcport", "ip.dst", "tcp.dstport", "tcp.stream",
    "dicom.pdv.ctx", "dicom.pdv.flags", "dicom.pdv.len", "dicom.tag", "dicom.tag.value.str", "dicom.tag.value.16u",
    "dicom.tag.value.32u",
)  # fmt: skip
"""What our message records tell, as far as tshark has fields for it."""
EXPORTED = ("bulk",)
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
"""Modules are compiled to bytecode once, as an installation does, not at every start."""
PDU_TYPES = {1: "A-ASSOCIATE-RQ", 2: "A-ASSOCIATE-AC", 3: "A-ASSOCIATE-RJ", 4: "P-DATA-TF", 5: "A-RELEASE-RQ",
             6: "A-RELEASE-RP", 7: "A-ABORT"}  # fmt: skip


class Work(NamedTuple):
    """A command to be timed."""

    tool: str
    what: str
    command: list[str]


class Measured(NamedTuple):
    """One run of it."""

    seconds: float
    user_seconds: float
    peak_bytes: int


class Found(NamedTuple):
    """What a tool found in a capture."""

    pdus: dict[str, int]
    commands: dict[str, int]


class BenchmarkFailed(Exception):
    """A tool failed, or two of them found different things."""


def works(capture: Path, name: str, folder: Path) -> list[Work]:
    """What is measured on an input, as far as the tools are there."""
    found = []
    file = str(capture)
    if shutil.which("tcpdump"):
        same_user = ["-Z", "root"] if os.geteuid() == 0 else []  # else it gives /dev/null to its own user
        found.append(Work("tcpdump", "-w /dev/null", ["tcpdump", *same_user, "-r", file, "-w", "/dev/null"]))
    if shutil.which("tshark"):
        fields = [word for field in MESSAGE_FIELDS for word in ("-e", field)]
        found += [
            Work("tshark", "one line", tshark(capture)),
            Work("tshark", "-T fields", [*tshark(capture), "-Y", "dicom", "-T", "fields", *fields]),
        ]
    for build, python in builds():
        ours = [str(python), "-P", "-m", "dissector"]
        found += [
            Work(build, "read -q", [*ours, "read", "-q", file]),
            Work(build, "read --json", [*ours, "read", "--json", file]),
            Work(build, "check", [*ours, "check", file]),
        ]
        if name in EXPORTED:
            found.append(Work(build, "export", [*ours, "export", file, "-d", str(folder / "exported")]))
    return found


def tshark(capture: Path) -> list[str]:
    """How tshark is asked about a capture."""
    return ["tshark", "-n", "-r", str(capture), *SETTINGS]


def builds() -> Iterator[tuple[str, Path]]:
    """The builds of this program that are there."""
    yield "plain", PLAIN if PLAIN.exists() else Path(sys.executable)
    if COMPILED.exists():
        yield "compiled", COMPILED


def measure(command: list[str], statuses: tuple[int, ...] = (0,), stdin: int | None = None) -> Measured:
    """Run a command with its output thrown away."""
    helper = [sys.executable, "-I", "-S", str(HERE / "measured.py")]
    ran = subprocess.run(
        [*helper, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=stdin or subprocess.DEVNULL,
        cwd=ROOT, env=ENVIRONMENT, text=True, errors="replace",
    )  # fmt: skip
    *said, last = ran.stderr.splitlines() or [""]
    numbers = last.split()
    if len(numbers) != 4 or int(numbers[3]) not in statuses:
        raise BenchmarkFailed(f"{' '.join(command)[:200]}: {' '.join(said[-2:])} {last}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Measured(float(numbers[0]), float(numbers[1]), int(numbers[2]) * unit)


# ------------------------------------------------------------------------------------------------ what was found


def found_by_us(python: Path, capture: Path) -> Found:
    """PDUs by type and commands, from our records."""
    pdus: Counter[str] = Counter()
    commands: Counter[str] = Counter()
    command = [str(python), "-P", "-m", "dissector", "read", "--json", "--pdus", str(capture)]
    for line in _lines(command):
        record = json.loads(line)
        if record["record"] == "pdu":
            pdus[record["pdu_type"]] += 1
        elif record["record"] == "message":
            commands[record["command"]] += 1
    return Found(dict(pdus), dict(commands))


def found_by_tshark(capture: Path) -> Found:
    """The same as tshark tells it: its fields of PDU types, and of the Command Field of each command set."""
    command = [*tshark(capture), "-o", "dicom.tag_tree:TRUE", "-Y", "dicom", "-T", "fields", "-e", "dicom.pdu.type",
               "-e", "dicom.tag", "-e", "dicom.tag.value.16u"]  # fmt: skip
    return counted_by_tshark(_lines(command))


def counted_by_tshark(lines: Iterator[str]) -> Found:
    """The counts of lines of PDU types, tags and 16-bit values.

    The Command Field is the first 16-bit value of a command set: of the elements before it, the group length has 32
    bits and the SOP class is text. Those of data sets are passed over by their tags, which stand in the same order.
    """
    from dissector.standard.commands import COMMAND_BY_CODE

    pdus: Counter[str] = Counter()
    commands: Counter[str] = Counter()
    for line in lines:
        types, tags, values = (line.rstrip("\n").split("\t") + ["", ""])[:3]
        for each in filter(None, types.split(",")):
            pdus[PDU_TYPES[int(each, 16)]] += 1
        if not tags or not values:
            continue
        short = iter(int(value, 0) for value in values.split(","))
        for tag in (int(each, 16) for each in tags.split(",")):
            if tag in _SHORT_TAGS:
                value = next(short, None)
                if tag == 0x0100 and value is not None:
                    known = COMMAND_BY_CODE.get(value)
                    commands[known.name if known else f"{value:04X}H"] += 1
    return Found(dict(pdus), dict(commands))


_SHORT_TAGS = frozenset((0x0100, 0x0110, 0x0120, 0x0700, 0x0800, 0x0900, 0x0903, 0x1002, 0x1008, 0x1020, 0x1021,
                         0x1022, 0x1023, 0x1031))  # fmt: skip
"""The elements of command sets that are numbers of 16 bits (PS3.7 E.1)."""


def _lines(command: list[str]) -> Iterator[str]:
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8", cwd=ROOT,
        env=ENVIRONMENT,
    ) as child:
        assert child.stdout is not None
        yield from child.stdout
    if child.returncode:
        raise BenchmarkFailed(f"{' '.join(command)[:200]}: status {child.returncode}")


def hold_together(name: str, found: dict[str, Found]) -> None:
    """All tools have to have found the same."""
    (first, want), *others = found.items()
    for tool, got in others:
        for kind, one, other in zip(("PDUs", "commands"), want, got, strict=True):
            if one != other:
                raise BenchmarkFailed(f"{name}: {first} and {tool} found different {kind}: {one} and {other}")


# ------------------------------------------------------------------------------------------------ a run


def made(name: str, quick: bool) -> Path:
    """The capture of an input, from the cache or made now."""
    CACHE.mkdir(exist_ok=True)
    path = CACHE / (f"{name}-quick.pcap" if quick else f"{name}.pcap")
    if not path.exists():
        print(f"making {path.name} ...", file=sys.stderr)
        what = inputs.INPUTS[name]
        part = path.with_suffix(".part")
        with part.open("wb") as out:
            if quick:
                inputs.write(what, out, QUICK["megabytes"] if what.megabytes else 0,
                             min(QUICK["associations"], what.associations))  # fmt: skip
            else:
                inputs.write(what, out)
        part.rename(path)
    return path


def run(name: str, quick: bool, repetitions: int) -> tuple[list[tuple[Work, Measured]], dict[str, Found], int]:
    """Measure an input: medians by command, what was found, and its size."""
    capture = made(name, quick)
    found = {build: found_by_us(python, capture) for build, python in builds()}
    if shutil.which("tshark"):
        found["tshark"] = found_by_tshark(capture)
    hold_together(name, found)
    measured: dict[int, list[Measured]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-", dir=CACHE) as folder:
        todo = works(capture, name, Path(folder))
        for _ in range(1 if quick else repetitions):
            for index, work in enumerate(todo):
                # `check` ends with 1 where a finding is an error: that is no failure of the run.
                measured.setdefault(index, []).append(measure(work.command, (0, 1) if work.what == "check" else (0,)))
                shutil.rmtree(Path(folder, "exported"), ignore_errors=True)
    medians = [
        (work, Measured(*(statistics.median(each[place] for each in measured[index]) for place in range(3))))
        for index, work in enumerate(todo)
    ]
    return medians, found, capture.stat().st_size


def table(name: str, medians: list[tuple[Work, Measured]], found: dict[str, Found], size: int) -> list[str]:
    """An input as lines of Markdown."""
    by = {(work.tool, work.what): each for work, each in medians}
    line, fields, copy = (by.get(key) for key in (("tshark", "one line"), ("tshark", "-T fields"),
                                                   ("tcpdump", "-w /dev/null")))  # fmt: skip
    out = [f"## {name}: {inputs.INPUTS[name].about} ({size / 1e6:.1f} MB)", "",
           "| tool | work | s | user s | peak MiB | x faster than tshark's line | than its fields "
           "| x the time of tcpdump |",
           "| --- | --- | --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for work, each in medians:
        against = [f"{other.seconds / each.seconds:.1f}" if other else "" for other in (line, fields)]
        slower = f"{each.seconds / copy.seconds:.1f}" if copy else ""
        out.append(f"| {work.tool} | `{work.what}` | {each.seconds:.3f} | {each.user_seconds:.3f} "
                   f"| {each.peak_bytes / 2**20:.0f} | {against[0]} | {against[1]} | {slower} |")  # fmt: skip
    same = next(iter(found.values()))
    out += ["", f"Found by {', '.join(found)} alike: " + "; ".join(
        ", ".join(f"{count} {what}" for what, count in sorted(each.items())) for each in same)]  # fmt: skip
    return [*out, ""]


def machine() -> list[str]:
    """What it ran on, without its name."""
    model = platform.processor() or platform.machine()
    try:
        text = Path("/proc/cpuinfo").read_text()
        model = next(line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    versions = []
    for tool in ("tshark", "tcpdump"):
        if shutil.which(tool):
            told = subprocess.run([tool, "--version"], capture_output=True, text=True)
            versions.append((told.stdout or told.stderr).splitlines()[0].rstrip("."))
    return [f"{model}, {os.cpu_count()} cores; {platform.system()} {platform.release()}; "
            f"Python {platform.python_version()}; {'; '.join(versions)}", ""]  # fmt: skip


def large(megabytes: int) -> list[str]:
    """A capture larger than memory needs to be, made on the fly and read through a pipe."""
    out = [f"## large: bulk with ever new addresses, {megabytes} MB through a pipe", "",
           "| build | work | s | user s | peak MiB |", "| --- | --- | --- | --- | --- |"]  # fmt: skip
    for build, python in builds():
        maker = subprocess.Popen(
            [sys.executable, str(HERE / "inputs.py"), "bulk", "--megabytes", str(megabytes)], stdout=subprocess.PIPE
        )
        assert maker.stdout is not None
        each = measure([str(python), "-P", "-m", "dissector", "read", "-q", "-"], stdin=maker.stdout.fileno())
        maker.stdout.close()
        if maker.wait():
            raise BenchmarkFailed("the capture was not read to its end")
        out.append(f"| {build} | `read -q -` | {each.seconds:.1f} | {each.user_seconds:.1f} "
                   f"| {each.peak_bytes / 2**20:.0f} |")  # fmt: skip
    return [*out, "", "The time on the clock is mostly that of making the capture.", ""]


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description="Measure this program beside tcpdump and tshark.")
    parser.add_argument("--quick", action="store_true", help="small inputs, one repetition; writes no results")
    parser.add_argument("--only", choices=inputs.INPUTS, action="append", metavar="NAME", help="only this input")
    parser.add_argument("--large", action="store_true", help="only the large capture, through a pipe")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS, metavar="N",
                        help=f"of each command (default: {REPETITIONS})")  # fmt: skip
    options = parser.parse_args()
    for tool in ("tcpdump", "tshark"):
        if not shutil.which(tool):
            print(f"{tool} is not installed: the run goes without it", file=sys.stderr)
    if not COMPILED.exists():
        print("there is no compiled build (make compiled makes it): the run goes without it", file=sys.stderr)
    heading = f"Medians of {options.repetitions}, made by `make bench`; every tool found the same in each input."
    out = ["# Results", "", heading, "", *machine()]
    print("\n".join(out[2:]))
    try:
        if options.large:
            part = large(20 if options.quick else LARGE_MEGABYTES)
            print("\n".join(part))
            return 0
        for name in options.only or inputs.INPUTS:
            part = table(name, *run(name, options.quick, options.repetitions))
            print("\n".join(part), flush=True)
            out += part
    except BenchmarkFailed as error:
        print(f"benchmarks/run.py: {error}", file=sys.stderr)
        return 1
    if not options.quick and not options.only:
        RESULTS.write_text("\n".join(out), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
