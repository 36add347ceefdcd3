#!/usr/bin/env python3
"""What the makers of peers test them with, captured and read: every association told as they tell it themselves.

    python -m tests.peers.suites [--only pynetdicom|dcmtk|orthanc] [--reduced] [--keep FOLDER]

Runs as root, in a network namespace of its own. pynetdicom ships its test suite, which is run; Debian has dcmtk and
Orthanc without theirs, so each network tool of dcmtk is driven through its options, and Orthanc through its REST
interface and by those tools (`options.py`). What was captured is read by `dissector read --json --pdus`, and held
against what the peers wrote down themselves and, by `dissector compare`, against tshark. Prints the figures and each
disagreement; those that were looked at have a name and the reason in `EXPECTED`. The exit status is 1 when one has no
explanation, and 77 when it cannot be tried here.

Strategy: the other witness never uses our own code: pynetdicom's is a plugin of pytest that writes down what passes
through its sockets (`pynetdicom_log.py`); dcmtk's are the debug logs of its tools, which `--style dcmtk` reproduces,
so that both are compared line by line.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dissector.standard.commands import COMMAND_BY_CODE
from dissector.standard.pdus import PDU_NAMES

from .. import peers_support as support
from .live import private_network

ROOT = Path(__file__).parents[2]
SUITES = ("pynetdicom", "dcmtk", "orthanc")
SECONDS = 1800
"""How long the whole of a suite may take."""
WORKERS = 4
"""Of pynetdicom's suite; its tests wait more than they work."""
PORTS = range(11112, 11114 + 2 * WORKERS)
"""Those of the applications, and two for each worker."""
DESELECTED = {
    # The network of this script ends at loopback.
    "test_ae.py::TestAEGoodAssociation::test_association_timeouts": "connects to an address of the Internet",
    "test_ae.py::TestAEGoodAssociation::test_connection_timeout": "connects to an address of the Internet",
}
REDUCED = ("test_transport.py", "test_acse.py", "test_service_verification.py", "test_service_n.py")
"""Files of pynetdicom's suite that the reduced form runs."""

EARLIER = 0.05
"""Seconds by which a frame may be captured after a peer has written down what is in it."""
APART = 1.0
"""Seconds between two connections with the same ports; less, and it is another association on the same connection."""

Key = tuple[str, str, int]
"""Sender and receiver as 'ip:port', and which of the connections between them: ports are used again."""


@dataclass
class Disagreement:
    """One thing that two witnesses tell differently."""

    kind: str
    where: str
    detail: str
    expected: str | None = None
    """The name in `EXPECTED` that explains it."""


@dataclass
class Outcome:
    """What came of a suite."""

    name: str
    figures: dict[str, int] = field(default_factory=dict)
    findings: Counter[str] = field(default_factory=Counter)
    disagreements: list[Disagreement] = field(default_factory=list)
    tshark: Counter[str] = field(default_factory=Counter)
    """Of `compare`: what agrees, what is known, what is unexplained."""

    @property
    def unexplained(self) -> list[Disagreement]:
        return [each for each in self.disagreements if each.expected is None]


# ---------------------------------------------------------------------------------------------- our reading


class Told:
    """What `dissector read --json --pdus` tells of a capture. It has to end well and say nothing else."""

    def __init__(self, capture: Path, ports: Sequence[int]) -> None:
        words = [word for port in ports for word in ("--port", str(port))]
        done = dissector("read", "--json", "--pdus", "--show-secrets", *words, str(capture))
        assert done.returncode == 0 and not done.stderr, done.stderr[-2000:]
        self.records: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in done.stdout.splitlines():
            record = json.loads(line)
            self.records[record["record"]].append(record)
        self.associations = {record["association"]: record for record in self.records["association"]}
        self.pdus: dict[Key, list[tuple[int | None, int]]] = defaultdict(list)
        self.messages: dict[Key, list[tuple[object, ...]]] = defaultdict(list)
        self._begun: dict[frozenset[str], list[float]] = defaultdict(list)
        self._end: dict[frozenset[str], float] = {}
        self._connection: dict[int, int] = {}
        for number, record in self.associations.items():
            ends = frozenset((record["client"], record["server"]))
            if record["start_time"] > self._end.get(ends, 0) + APART:
                self._begun[ends].append(record["start_time"])
            self._end[ends] = record["end_time"]
            self._connection[number] = len(self._begun[ends])
        for record in sorted(self.records["pdu"], key=lambda record: (record["association"], record["stream_offset"])):
            self.pdus[self._way(record)].append((CODES.get(record["pdu_type"]), record["pdu_length"]))
        for record in self.records["message"]:
            if record["command"] is not None:
                self.messages[self._way(record)].append((record["command"], record["message_id"], record["status"]))

    def _way(self, record: dict[str, Any]) -> Key:
        of = self.associations[record["association"]]
        ends = (of["client"], of["server"])[:: 1 if record["from"] == "requestor" else -1]
        return ends[0], ends[1], self._connection[record["association"]]

    def connection(self, one: str, other: str, time: float) -> int:
        """Which of the connections between two addresses was the last to have begun at a time; 0 if there is none."""
        return sum(begun - EARLIER <= time for begun in self._begun[frozenset((one, other))])


CODES = {name: code for code, name in PDU_NAMES.items()}


def dissector(*words: str) -> subprocess.CompletedProcess[str]:
    """Run our program."""
    return subprocess.run([sys.executable, "-m", "dissector", *words], capture_output=True, text=True, cwd=ROOT)


def second_opinion(outcome: Outcome, capture: Path, ports: Sequence[int]) -> None:
    """tshark's reading of the same capture: how much of it agrees, and what does not."""
    words = [word for port in ports for word in ("--port", str(port))]
    done = dissector("compare", "--json", *words, str(capture))
    assert done.returncode in (0, 1) and not done.stderr, done.stderr[-2000:]
    for line in done.stdout.splitlines():
        record = json.loads(line)
        if record["record"] == "comparison":
            for row in record["fields"]:
                for key in ("agree", "known", "unexplained"):
                    outcome.tshark[key] += row[key]
        else:
            where = f"association {record['association']}, PDU {record['pdu']}, frame {record['frame']}"
            detail = f"{record['title']}: ours {record['ours']}, tshark {record['tshark']}"
            known = record["known_error"]
            outcome.disagreements.append(Disagreement("tshark", where, detail, known and f"tshark {known}"))


# ---------------------------------------------------------------------------------------------- pynetdicom


class Connection(NamedTuple):
    """One direction of a connection, as pynetdicom and its parrot tell it."""

    tests: list[str]
    sent: list[tuple[int | None, int]]
    received: list[tuple[int | None, int]]
    messages_sent: list[tuple[object, ...]]
    messages_received: list[tuple[object, ...]]
    tls: list[bool]


class WireLog:
    """What the plugin wrote, by direction."""

    def __init__(self, path: Path, told: Told) -> None:
        self.ways: dict[Key, Connection] = defaultdict(lambda: Connection([], [], [], [], [], []))
        self.unplaced = 0
        """Lines of tests that have no connection, but something that takes its place."""
        for line in path.read_text().splitlines():
            record = json.loads(line)
            if record["local"] is None:
                self.unplaced += 1
                continue
            outwards = record["what"] in ("sent", "message sent")
            sender, receiver = (record["local"], record["remote"])[:: 1 if outwards else -1]
            way = self.ways[sender, receiver, told.connection(sender, receiver, record["time"])]
            if record["test"] not in way.tests:
                way.tests.append(record["test"])
            pdus = [(kind if kind in PDU_NAMES else None, length) for kind, length in record.get("pdus", ())]
            if record["what"] in ("sent", "received"):
                (way.sent if outwards else way.received).extend(pdus)
                if record["tls"]:
                    way.tls.append(True)
            elif record["what"] in ("message sent", "message received"):
                known = COMMAND_BY_CODE.get(record["field"])
                message = known.name if known else record["field"], record["id"], record["status"]
                (way.messages_sent if outwards else way.messages_received).append(message)

    def associations(self) -> int:
        """Connections on which an A-ASSOCIATE-RQ came first."""
        return sum((way.sent or way.received)[:1] != [] and (way.sent or way.received)[0][0] == 1
                   for way in self.ways.values())  # fmt: skip


def is_within(part: Sequence[object], whole: Sequence[object]) -> bool:
    """Whether all of one stands in the other, in its order."""
    rest = iter(whole)
    return all(each in rest for each in part)


def run_pynetdicom(folder: Path, reduced: bool) -> Outcome:
    """pynetdicom's own test suite."""
    capture, log = folder / "pynetdicom.pcap", folder / "pynetdicom.jsonl"
    place = folder / "pynetdicom"
    place.mkdir()
    tests = [f"pynetdicom.tests.{name.removesuffix('.py')}" for name in REDUCED] if reduced else [
        "pynetdicom.tests", "pynetdicom.apps.tests"]  # fmt: skip
    words = [word for name in DESELECTED for word in ("--deselect", name)]
    with support.capturing(capture, *PORTS):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", str(place), "-p", "no:cacheprovider",
             "-p", "tests.peers.pynetdicom_log", "-q", "-n", str(WORKERS), "--dist", "loadgroup", *words,
             "--pyargs", *tests],
            cwd=place, timeout=SECONDS, capture_output=True, text=True,
            env={**os.environ, "WIRE_LOG": str(log), "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    (folder / "pynetdicom.txt").write_text(done.stdout + done.stderr)
    print(f"pynetdicom: {done.stdout.splitlines()[-1]}", flush=True)
    return judge_pynetdicom(capture, log)


def judge_pynetdicom(capture: Path, log: Path) -> Outcome:
    """Our reading of the capture beside what pynetdicom wrote down."""
    outcome = Outcome("pynetdicom")
    told = Told(capture, PORTS)
    logged = WireLog(log, told)
    count(outcome, told)
    figures: Counter[str] = Counter()
    for key, way in logged.ways.items():
        where = f"{key[0]} > {key[1]}, {', '.join(way.tests)}"
        ours, messages = told.pdus.get(key, []), told.messages.get(key, [])
        if way.tls:
            figures["directions inside TLS"] += 1
            continue
        if not ours and {kind for kind, _ in (*way.sent, *way.received)} == {None}:
            figures["directions without any PDU of a known type"] += 1
            continue
        if way.sent and ours == way.sent or not way.sent and is_within(way.received, ours):
            figures["PDUs that both tell"] += len(way.sent or way.received)
        else:
            outcome.disagreements.append(Disagreement("pdus sent", where, f"ours {ours}, pynetdicom {way.sent}, "
                                                      f"received {way.received}"))  # fmt: skip
        if not is_within(way.received, ours):
            outcome.disagreements.append(Disagreement("pdus received", where, f"ours {ours}, pynetdicom "
                                                      f"{way.received}"))  # fmt: skip
        if not is_within(way.messages_received, messages):
            outcome.disagreements.append(Disagreement("messages received", where, f"ours {messages}, pynetdicom "
                                                      f"{way.messages_received}"))  # fmt: skip
        elif way.messages_sent and not is_within(messages, way.messages_sent):
            outcome.disagreements.append(Disagreement("messages sent", where, f"ours {messages}, pynetdicom "
                                                      f"{way.messages_sent}"))  # fmt: skip
        else:
            figures["messages that both tell"] += len(way.messages_received or way.messages_sent)
            if way.messages_sent and len(messages) < len(way.messages_sent):
                figures["messages queued, never sent"] += len(way.messages_sent) - len(messages)
    for key, pdus in told.pdus.items():
        if key not in logged.ways:
            outcome.disagreements.append(Disagreement("pdus not logged", f"{key[0]} > {key[1]}", f"ours {pdus}"))
    outcome.figures |= {"associations in the log": logged.associations(), **figures}
    second_opinion(outcome, capture, PORTS)
    return outcome


def count(outcome: Outcome, told: Told) -> None:
    """How much was read."""
    (end,) = told.records["capture_end"]
    outcome.figures |= {"TCP connections": end["tcp_connections"], "associations": len(told.associations),
                        "PDUs": len(told.records["pdu"]), "messages": len(told.records["message"])}  # fmt: skip
    outcome.findings.update(f"{each['severity']} {each['code']}" for each in told.records["finding"])


# ---------------------------------------------------------------------------------------------- a run


class Expected(NamedTuple):
    """A disagreement that was looked at: it is right as it is."""

    name: str
    who: str
    """Whose telling is not that of the bytes."""
    reason: str
    is_it: Callable[[Disagreement], bool]


EXPECTED: tuple[Expected, ...] = ()


def explain(outcome: Outcome) -> None:
    """Name what is known."""
    for each in outcome.disagreements:
        if each.expected is None:
            each.expected = next((known.name for known in EXPECTED if known.is_it(each)), None)


def report(outcome: Outcome) -> Iterator[str]:
    """The figures, and what they rest on."""
    yield f"== {outcome.name}"
    for what, number in outcome.figures.items():
        yield f"{number:8,}  {what}"
    for what in ("agree", "known", "unexplained"):
        yield f"{outcome.tshark[what]:8,}  compared with tshark: {what}"
    for code, number in sorted(outcome.findings.items()):
        yield f"{number:8,}  finding: {code}"
    for name, number in Counter(each.expected for each in outcome.disagreements if each.expected).items():
        yield f"{number:8,}  disagreements: {name}"
    yield f"{len(outcome.unexplained):8,}  disagreements that nothing explains"
    for each in outcome.unexplained:
        yield f"{each.kind}: {each.where}: {each.detail}"


def main(arguments: Sequence[str]) -> int:
    """Run, print, and say by the status whether anything is left unexplained."""
    parser = argparse.ArgumentParser(description="What the makers of peers test them with, captured and read.")
    parser.add_argument("--only", choices=SUITES, action="append", help="one of them (repeatable)")
    parser.add_argument("--reduced", action="store_true", help="about a minute of it")
    parser.add_argument("--keep", type=Path, help="keep captures and logs in this folder, which must not exist")
    parser.add_argument("--again", type=Path, help="judge what was kept in this folder")
    options = parser.parse_args(arguments)
    if options.again:
        outcomes = [judge_pynetdicom(options.again / "pynetdicom.pcap", options.again / "pynetdicom.jsonl")]
    else:
        private_network()
        with tempfile.TemporaryDirectory() as temporary:
            folder = options.keep or Path(temporary)
            folder.mkdir(exist_ok=options.keep is None, parents=True)
            try:
                outcomes = [run_pynetdicom(folder, options.reduced)]
            except (pytest.skip.Exception, pytest.fail.Exception) as why:
                print(why, file=sys.stderr)
                return 2
    for outcome in outcomes:
        explain(outcome)
        for line in report(outcome):
            print(line)
    return int(any(outcome.unexplained for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
