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
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dissector.association import Association
from dissector.dimse import Message
from dissector.reading import Reading
from dissector.standard.commands import COMMAND_BY_CODE
from dissector.standard.pdus import PDU_NAMES
from dissector.views import dcmtk
from dissector.views.hexdump import plain

from .. import peers_support as support
from ..dcmtk_logs import Blocks, blocks, comparable, known_to_all, safe, without_context, without_data_set
from . import healthy
from .live import private_network
from .options import ODD, Trial, Trials
from .servers import Peers

ROOT = Path(__file__).parents[2]
SUITES = ("pynetdicom", "dcmtk", "orthanc")
PROGRAMS = (*healthy.PROGRAMS, "dcmrecv", "termscu")
"""What has to be installed."""
SECONDS = 1800
"""How long the whole of a suite may take."""
WORKERS = 4
"""Of pynetdicom's suite; its tests wait more than they work."""
APPLICATION_PORT = 11112
PORTS = range(APPLICATION_PORT, 11114 + 2 * WORKERS)
"""Those of the applications, and two for each worker."""
DESELECTED = {
    # The network of this script ends at loopback.
    "test_ae.py::TestAEGoodAssociation::test_association_timeouts": "connects to an address of the Internet",
    "test_ae.py::TestAEGoodAssociation::test_connection_timeout": "connects to an address of the Internet",
}
REDUCED = ("test_dul", "test_service_verification", "test_service_storage")
"""The files of pynetdicom's suite that the reduced form runs."""

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
    said: str = ""
    """The errors in the log."""


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

    def broken(self, key: Key) -> bool:
        """Whether a finding on a connection says that a PDU is not as it has to be."""
        numbers = {number for number, of in self.associations.items()
                   if {of["client"], of["server"]} == set(key[:2]) and self._connection[number] == key[2]}  # fmt: skip
        return any(finding["association"] in numbers and finding["code"].startswith(("pdu.", "item."))
                   for finding in self.records["finding"])  # fmt: skip

    def connection(self, one: str, other: str, time: float) -> int:
        """Which of the connections between two addresses was the last to have begun at a time; 0 if there is none."""
        return sum(begun - EARLIER <= time for begun in self._begun[frozenset((one, other))])


A_ASSOCIATE_RQ = 0x01
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
        self.undecoded: Counter[Key] = Counter()
        """PDUs that pynetdicom got and could not decode."""
        self.unplaced = 0
        """Lines of tests that have no connection, but something that takes its place."""
        for line in path.read_text().splitlines():
            record = json.loads(line)
            if record["local"] is None:
                self.unplaced += 1
                continue
            outwards = record["what"] in ("sent", "message sent")
            sender, receiver = (record["local"], record["remote"])[:: 1 if outwards else -1]
            key = sender, receiver, told.connection(sender, receiver, record["time"])
            way = self.ways[key]
            if not record.get("parrot") and not record.get("tls"):
                self.undecoded[key] += {"received": 1, "decoded": -1}.get(record["what"], 0)
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
        """Connections on which an A-ASSOCIATE-RQ came first, but for those inside TLS."""
        first = [(way.sent or way.received)[:1] for way in self.ways.values() if not way.tls]
        return sum(1 for pdus in first if pdus and pdus[0][0] == A_ASSOCIATE_RQ)


def is_within(part: Sequence[object], whole: Sequence[object]) -> bool:
    """Whether all of one stands in the other, in its order."""
    rest = iter(whole)
    return all(each in rest for each in part)


def run_pynetdicom(folder: Path, reduced: bool) -> Outcome:
    """pynetdicom's own test suite."""
    capture, log = folder / "pynetdicom.pcap", folder / "pynetdicom.jsonl"
    place = folder / "pynetdicom"
    place.mkdir()
    words = [word for name in DESELECTED for word in ("--deselect", name)]
    # The tests of the applications all use the same ports, and wait for as long as an idle machine needs.
    runs = [[f"pynetdicom.tests.{name}" for name in REDUCED]]
    if not reduced:
        runs = [
            ["--ignore-glob=*/test_cli.py", "pynetdicom.tests"],
            ["pynetdicom.tests.test_cli", "pynetdicom.apps.tests"],
        ]
    with support.capturing(capture, *PORTS):
        for tests, workers in zip(runs, (WORKERS, 0), strict=False):
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", str(place), "-p", "no:cacheprovider",
                 "-p", "tests.peers.pynetdicom_log", "-q", "-n", str(workers), *words, "--pyargs", *tests],
                cwd=place, timeout=SECONDS, capture_output=True, text=True,
                env={**os.environ, "WIRE_LOG": str(log), "PYTHONPATH": str(ROOT)},
            )  # fmt: skip
            with (folder / "pynetdicom.txt").open("a") as file:
                file.write(done.stdout + done.stderr)
            print(f"pynetdicom's tests: {done.stdout.splitlines()[-1]}", flush=True)
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
    for key, number in (+logged.undecoded).items():
        figures["PDUs that pynetdicom could not decode"] += number
        if not told.broken(key):
            outcome.disagreements.append(Disagreement("pdus not decoded", f"{key[0]} > {key[1]}", str(number)))
    for key, pdus in told.pdus.items():
        if key not in logged.ways:
            outcome.disagreements.append(Disagreement("pdus not logged", f"{key[0]} > {key[1]}", f"ours {pdus}"))
    figures["lines of the log about something that takes the place of a connection"] = logged.unplaced
    outcome.figures |= {"associations in the log": logged.associations(), **figures}
    second_opinion(outcome, capture, PORTS)
    return outcome


def count(outcome: Outcome, told: Told) -> None:
    """How much was read."""
    (end,) = told.records["capture_end"]
    outcome.figures |= {"TCP connections": end["tcp_connections"], "associations": len(told.associations),
                        "PDUs": len(told.records["pdu"]), "messages": len(told.records["message"])}  # fmt: skip
    outcome.findings.update(f"{each['severity']} {each['code']}" for each in told.records["finding"])


# ---------------------------------------------------------------------------------------------- dcmtk, Orthanc


@dataclass
class Ran:
    """A trial that was run: when, on which port, and what both sides wrote down."""

    trial: Trial
    port: int
    begun: int = 0
    ended: int = 0
    said: str = ""
    server_said: str | None = None
    """What the server wrote down that was started for it."""

    @property
    def name(self) -> str:
        server = self.trial.server if isinstance(self.trial.server, str) else " ".join(map(str, self.trial.server))
        return f"{' '.join(map(str, self.trial.client))} > {server}"


class Tried:
    """The peers, and what was run with them while everything was captured."""

    def __init__(self, peers: Peers, capture: Path) -> None:
        self.peers, self.capture = peers, capture
        self.own_port = support.free_port()
        self.ran: list[Ran] = []
        self.asked = 0

    @property
    def ports(self) -> list[int]:
        return [*self.peers.dicom_ports, self.own_port]

    def run(self, trial: Trial) -> None:
        """One client, against a server that runs or one that is started for it."""
        if isinstance(trial.server, str):
            self._client(Ran(trial, self.peers.ports[trial.server]), trial.server.upper())
            return
        ran, log = Ran(trial, self.own_port), self.peers.folder / "server.log"
        log.write_text("")
        program, *options = trial.server
        if program == "dcmqrscp":
            config = self.peers.folder / "dcmqrscp.cfg"
            own = self.peers.folder / "own.cfg"
            own.write_text(re.sub(r"(?<=NetworkTCPPort = )\d+", str(self.own_port), config.read_text()))
            options += ["-c", own]
        else:
            options.append(str(self.own_port))
        with support.serving(self.own_port, program, "-d", *options, log=log):
            self._client(ran, str(program).upper())
            time.sleep(0.1)
        ran.server_said = log.read_text(errors="replace")

    def _client(self, ran: Ran, called: str) -> None:
        program, *options = ran.trial.client
        titles = [] if "-aec" in options else ["-aec", called]
        where = ["127.0.0.1", str(ran.port)]
        ran.begun = time.time_ns()
        done = subprocess.run(
            [str(program), "-d", *titles, *map(str, options), *where, *map(str, ran.trial.files)],
            capture_output=True, timeout=CLIENT_SECONDS,
        )  # fmt: skip
        ran.ended = time.time_ns()
        ran.said = (done.stdout + done.stderr).decode("utf-8", "replace")
        self.ran.append(ran)

    def ask(self, path: str, body: object) -> None:
        """Orthanc's REST interface, which may answer that it did not work out."""
        self.asked += 1
        with contextlib.suppress(AssertionError):
            answer = self.peers.rest(path, body)
            if path.endswith("/query"):
                self.peers.rest(f"{answer['Path']}/answers?expand")


CLIENT_SECONDS = 60


def run_tools(folder: Path, name: str, reduced: bool) -> Outcome:
    """dcmtk's tools through their options, or Orthanc with them and through its REST interface."""
    support.needed(*PROGRAMS)
    place, capture = folder / name, folder / f"{name}.pcap"
    place.mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's, about odd values of its own test files
        with Peers(place, "-d") as peers:
            files = {each: healthy.prepared(place, each) for each in healthy.QUICK_FILES}
            tried, trials = Tried(peers, capture), Trials(peers, files, reduced)
            with support.capturing(capture, *tried.ports):
                if name == "orthanc":
                    for target in ("storescp", "dcmqrscp", "pynetdicom", "Orthanc"):
                        tried.run(Trial(("storescu", "-R"), target, tuple(files.values())))
                    for path, body in trials.requests():
                        tried.ask(path, body)
                for trial in trials.dcmtk() if name == "dcmtk" else trials.orthanc():
                    tried.run(trial)
                time.sleep(0.5)
    return judge_tools(name, tried)


def judge_tools(name: str, tried: Tried) -> Outcome:
    """Our reading of the capture beside the logs."""
    outcome = Outcome(name)
    count(outcome, Told(tried.capture, tried.ports))
    outcome.figures |= {"runs of clients": len(tried.ran)}
    if tried.asked:
        outcome.figures["requests to Orthanc"] = tried.asked
    seen = Seen(tried.capture, tried.ports)
    figures: Counter[str] = Counter()
    for ran in tried.ran:
        mine = [each for each in seen.associations if ran.begun <= each.start_time <= ran.ended
                and each.server.endswith(f":{ran.port}") and each.calling_ae_title not in (MOVER, ORTHANC)]  # fmt: skip
        compare_logs(outcome, figures, ran.name, seen.log(mine, "requestor"), ran.said, "requestor")
        if ran.server_said is not None:
            compare_logs(outcome, figures, ran.name, seen.log(mine, "acceptor"), ran.server_said, "acceptor")
    for server in ("storescp", "dcmqrscp", "wlmscpfs"):
        ours = [each for each in seen.associations if each.server.endswith(f":{tried.peers.ports[server]}")]
        said = tried.peers.logs[server].read_text(errors="replace")
        compare_logs(outcome, figures, server, seen.log(ours, "acceptor"), said, "acceptor")
    if name == "orthanc":
        said = tried.peers.logs["Orthanc"].read_text(errors="replace")
        compare_logs(outcome, figures, "Orthanc", seen.orthanc(tried.peers.ports["Orthanc"]), said, "Orthanc")
    outcome.figures |= figures
    second_opinion(outcome, tried.capture, tried.ports)
    return outcome


class Seen:
    """Our reading, as the logs of both sides would have it."""

    def __init__(self, capture: Path, ports: Sequence[int]) -> None:
        self.associations: list[Association] = []
        views = {side: dcmtk.LogView(side) for side in ("requestor", "acceptor")}
        self._lines: dict[tuple[int, str], list[str]] = {}
        with Reading(str(capture), ports=ports) as reading:
            for each in reading:
                if isinstance(each, Message):
                    for view in views.values():
                        view.message(each)
                elif isinstance(each, Association):
                    self.associations.append(each)
                    for side, view in views.items():
                        self._lines[each.number, side] = list(map(plain, view.association(each)))
        self.associations.sort(key=lambda each: each.start_time)

    def log(self, associations: Sequence[Association], side: str) -> Blocks:
        """The log of one side of some associations. An acceptor of C-MOVEs also tells what it asked of those that it
        sends to; a connection that is closed without a release it calls aborted."""
        found = Blocks([], [], [])
        for each in associations:
            lines = self._lines[each.number, side]
            own = blocks(lines)
            found.associations.extend(own.associations)
            found.messages.extend(own.messages)
            closed = [line for line in lines if line.startswith("TCP connection")]
            found.ends.extend(own.ends or ["Association Aborted"] * len(closed))
            for other in self.associations if side == "acceptor" else ():
                if other.calling_ae_title == MOVER and each.start_time < other.start_time < each.end_time:
                    opened = blocks(self._lines[other.number, "requestor"])
                    found.associations.extend(opened.associations[:1])
                    found.messages.extend(opened.messages)
        return found


    def orthanc(self, port: int) -> Blocks:
        """The log of Orthanc, which accepts associations and asks for some."""
        found = Blocks([], [], [])
        for each in self.associations:
            sides = ["requestor"] if each.calling_ae_title in (ORTHANC, ODD) else []
            sides += ["acceptor"] if each.server.endswith(f":{port}") else []
            both = [blocks(self._lines[each.number, side]) for side in sides]
            for pair in zip(*(own.associations for own in both), strict=True):
                found.associations.extend(pair)
            for own in both:
                found.messages.extend(own.messages)
        return found


ORTHANC = "ORTHANC"
MOVER = "DCMQRSCP"
"""Who carries out C-MOVEs."""
REJECTED = ("Association Rejected:", "Result:", "Reason:")
"""What a requestor says of a rejection; dcmtk's servers say it in many words."""
ENDINGS = ("Aborting Association", "Peer Aborted Association", "Association Aborted", "Releasing Association",
           "Association Release")  # fmt: skip
"""Lines about the end; there are others about the beginning."""


def compare_logs(outcome: Outcome, figures: Counter[str], where: str, ours: Blocks, said: str, side: str) -> None:
    """Blocks of lines: associations, messages, endings."""
    theirs = blocks(comparable(said))
    log = f"the logs of {side}s" if side in ("requestor", "acceptor") else f"the log of {side}"
    figures[f"associations in {log}"] += sum("RQ" in block[0] for block in theirs.associations)
    errors = " ".join(line for line in said.splitlines() if line.startswith(("E: ", "F: ")))
    differ(outcome, figures, f"association, {side}", where, [known_to_all(each) for each in ours.associations],
           [list(map(safe, known_to_all(each))) for each in theirs.associations], errors)  # fmt: skip
    # A log does not show every message, and one of an acceptor not what it sent.
    told = Counter("\n".join(map(safe, without_context(without_data_set(each)))) for each in theirs.messages
                   if side == "requestor" or "INCOMING" in each[0])  # fmt: skip
    missing = told - Counter("\n".join(line for line in without_context(each) if line != "(not complete)")
                             for each in ours.messages)  # fmt: skip
    figures[f"messages in {log} that both tell"] += told.total() - missing.total()
    for block, times in missing.items():
        detail = f"{times} x " + block.replace("\n", " | ")
        outcome.disagreements.append(Disagreement(f"message, {side}", where, detail, said=errors))
    known = ENDINGS if side == "acceptor" else REJECTED + ENDINGS
    ends, own = (Counter(line for line in each.ends if line.startswith(known)) for each in (theirs, ours))
    if ends and side != "Orthanc":  # whose own words are between them
        figures[f"ends that both tell, {side}"] += (ends & own).total()
        if own != ends:
            detail = f"ours {dict(own - ends)}, theirs {dict(ends - own)}"
            outcome.disagreements.append(Disagreement(f"end, {side}", where, detail, said=errors))


def differ(
    outcome: Outcome, figures: Counter[str], kind: str, where: str, ours: list[list[str]], theirs: list[list[str]],
    errors: str,
) -> None:  # fmt: skip
    """Note what is only in one of two lists of blocks; of two blocks that stand in the same place, the lines."""
    matcher = SequenceMatcher(None, ["\n".join(each) for each in ours], ["\n".join(each) for each in theirs], False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            figures[f"blocks alike: {kind}"] += last - first
            continue
        rest = theirs[start:end]
        for mine in ours[first:last]:
            their = next((each for each in rest if titles(each) == titles(mine)), [])
            if their:
                rest.remove(their)
            lines = ([line for line in one if line not in other] for one, other in ((mine, their), (their, mine)))
            outcome.disagreements.append(Disagreement(kind, where, "ours {}, theirs {}".format(*lines), said=errors))
        for their in rest:
            outcome.disagreements.append(Disagreement(kind, where, f"ours [], theirs {their}", said=errors))


def titles(block: list[str]) -> list[str]:
    """Which block of which association it is, as far as one can see."""
    return [line for line in block if line.startswith(("=====", "Calling ", "Called "))]


# ---------------------------------------------------------------------------------------------- a run


class Expected(NamedTuple):
    """A disagreement that was looked at: it is right as it is."""

    name: str
    who: str
    """Whose telling is not that of the bytes."""
    reason: str
    is_it: Callable[[Disagreement], bool]


WITHOUT_ANSWER = ["Our Implementation Class UID:", "Our Implementation Version Name:", "Our Max PDU Receive Size:    0"]

EXPECTED: tuple[Expected, ...] = (
    Expected(
        "nobody's log", "pynetdicom",
        "Tests of its archive let one of its applications store to another, each in a process of its own, which no "
        "plugin of pytest sees.",
        lambda each: each.kind == "pdus not logged" and f":{APPLICATION_PORT}" in each.where,
    ),
    Expected(
        "never asked for", "dcmtk",
        "Its clients log an A-ASSOCIATE-RQ before they find that an AE title is empty, and send nothing.",
        lambda each: each.kind == "association, requestor" and each.detail.startswith("ours []")
        and "Illegal service parameter" in each.said,
    ),
    Expected(
        "never sent", "dcmtk",
        "storescu logs a C-STORE-RQ before it finds that no accepted transfer syntax can carry the image.",
        lambda each: each.kind == "message, requestor" and "OUTGOING" in each.detail and "C-STORE RQ" in each.detail
        and re.search("no (acceptable )?presentation context|failed to send message", each.said, re.I) is not None,
    ),
    Expected(
        "nothing came", "dcmtk",
        "Its servers log an empty A-ASSOCIATE-RQ for a connection on which none was sent.",
        lambda each: each.kind in ("association, acceptor", "association, Orthanc")
        and each.detail.startswith("ours []")
        and "'Calling Application Name:', 'Called Application Name:'" in each.detail,
    ),
    Expected(
        "would have answered", "dcmtk",
        "Its servers log what their A-ASSOCIATE-AC would have said when they reject: none was sent.",
        lambda each: each.kind == "association, acceptor" and (
            "> dcmrecv" in each.where and "BEGIN A-ASSOCIATE-RJ" in each.detail
            or each.detail.startswith(f"ours {WITHOUT_ANSWER}, theirs ['Our ")
        ),
    ),
)


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
    reasons = {known.name: f": {known.who}. {known.reason}" for known in EXPECTED}
    for name, number in Counter(each.expected for each in outcome.disagreements if each.expected).items():
        yield f"{number:8,}  disagreements: {name}{reasons.get(name, '')}"
    yield f"{len(outcome.unexplained):8,}  disagreements that nothing explains"
    for each in outcome.unexplained:
        yield f"{each.kind}: {each.where}: {each.detail}" + (f" ({each.said})" if each.said else "")


def main(arguments: Sequence[str]) -> int:
    """Run, print, and say by the status whether anything is left unexplained."""
    parser = argparse.ArgumentParser(description="What the makers of peers test them with, captured and read.")
    parser.add_argument("--only", choices=SUITES, action="append", help="one of them (repeatable)")
    parser.add_argument("--reduced", action="store_true", help="about a minute of it")
    parser.add_argument("--keep", type=Path, help="keep captures and logs in this folder, which must not exist")
    parser.add_argument("--again", type=Path, help="judge the run of pynetdicom that was kept in this folder")
    options = parser.parse_args(arguments)
    if options.again:
        outcomes = [judge_pynetdicom(options.again / "pynetdicom.pcap", options.again / "pynetdicom.jsonl")]
    else:
        private_network()
        with tempfile.TemporaryDirectory() as temporary:
            folder = options.keep or Path(temporary)
            folder.mkdir(exist_ok=options.keep is None, parents=True)
            try:
                outcomes = [
                    run_pynetdicom(folder, options.reduced) if name == "pynetdicom"
                    else run_tools(folder, name, options.reduced)
                    for name in options.only or SUITES
                ]  # fmt: skip
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
