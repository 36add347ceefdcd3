"""Every capture: the same PDUs as tshark finds, but for the listed ones; and every dump accounts for every byte.

Strategy: each capture is read once in this process, once by tshark and three times by `dissector dump`; the programs
run side by side. Where tshark and we tell different PDUs, the capture is listed with both answers and with what its
bytes say; an answer that changes, or a difference that is gone, fails as loudly as a new one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dissector.capture import Capture
from dissector.pdu import Pdu
from dissector.reading import events, sender
from dissector.standard.pdus import PDU_NAMES
from dissector.stream import Streams, ports

from . import tshark
from .captures import CAPTURES, FOLDERS, PATHS, ROOT

pytestmark = pytest.mark.xdist_group("second opinion on PDUs")
"""Every capture is asked about once, in one worker."""

WE = "we are right"
BOTH = "both are right"


class Disagreement(NamedTuple):
    """One capture of which tshark and we tell different PDUs."""

    ours: str
    tshark: str
    right: str
    reason: str


DISAGREEMENTS = {
    "cut-short.pcap": Disagreement(
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 2 P-DATA-TF",
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 1 P-DATA-TF",
        BOTH,
        "The file ends inside the P-DATA-TF that begins in frame 9, after 11,426 of its 16,384 bytes. We tell what "
        "there is of it, as not complete; tshark tells whole PDUs only.",
    ),
    "missing-segment.pcap": Disagreement(
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 4 P-DATA-TF, 1 A-RELEASE-RQ, 1 A-RELEASE-RP",
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 2 P-DATA-TF, 1 A-RELEASE-RP",
        WE,
        "One segment of 1,448 bytes is missing before frame 17. tshark waits for it to the end and tells nothing more "
        "of the requestor; its P-DATA-TF in frames 9 to 22 (but for the hole) and 24 to 28 and its A-RELEASE-RQ in "
        "frame 34 are in the capture.",
    ),
    "snaplen-96.pcap": Disagreement(
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 2 P-DATA-TF, 1 A-RELEASE-RQ, 1 A-RELEASE-RP",
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC",
        WE,
        "Of every frame 96 bytes were captured: 30 bytes of TCP payload. tshark stops at the first PDU that is "
        "longer. The heads of the P-DATA-TF in frames 8 and 12 were captured, and the A-RELEASE-RQ and -RP in frames "
        "16 and 17 even as a whole. The second P-DATA-TF of the requestor begins in what was cut from frame 10: "
        "nobody can see it.",
    ),
    "abort_by_provider.pcap": Disagreement(
        "3 A-ASSOCIATE-RQ, 2 A-ASSOCIATE-AC, 1 P-DATA-TF, 3 A-ABORT, 1 unknown",
        "3 A-ASSOCIATE-RQ, 2 A-ASSOCIATE-AC, 1 P-DATA-TF, 3 A-ABORT",
        WE,
        "Frame 8 holds a PDU of type 99H and of length 5, which the acceptor answers with its A-ABORT. tshark passes "
        "over unknown types in silence.",
    ),
    "gap_one_segment.pcap": Disagreement(
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 8 P-DATA-TF, 1 A-RELEASE-RQ, 1 A-RELEASE-RP",
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 3 P-DATA-TF, 1 A-RELEASE-RP",
        WE,
        "As missing-segment.pcap: 1,448 bytes are missing before frame 18, inside the first P-DATA-TF with data. Five "
        "P-DATA-TF and the A-RELEASE-RQ in frame 59 are lost to tshark; the same association with every segment "
        "(veth_store.pcap) has them.",
    ),
    "hard_lost.pcap": Disagreement(
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 3 P-DATA-TF",
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 2 P-DATA-TF",
        WE,
        "As missing-segment.pcap: 1,460 bytes are missing before frame 9. The P-DATA-TF of 9,122 bytes in frames 7 to "
        "12 is there but for them, and the acceptor acknowledges all of it.",
    ),
    "hard_unknown_pdu.pcap": Disagreement(
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 1 A-ABORT, 1 unknown",
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 1 A-ABORT",
        WE,
        "Frame 6 holds a PDU of type 08H and of length 4, which the acceptor answers with an A-ABORT, unrecognized "
        "PDU. tshark passes over unknown types in silence.",
    ),
    "mal_pdu_len_too_long.pcap": Disagreement(
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 2 P-DATA-TF, 1 A-RELEASE-RQ",
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 1 P-DATA-TF, 1 A-RELEASE-RQ",
        WE,
        "The P-DATA-TF in frame 8 says 114, but its one PDV ends after 74 bytes, and frame 10 begins with the head of "
        "the next P-DATA-TF (04 00 00 00 00 4A). tshark swallows 40 bytes of it, calls both malformed, and goes on in "
        "frame 12 only because that begins with a PDU.",
    ),
    "mal_pdu_len_too_short.pcap": Disagreement(
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 2 P-DATA-TF, 1 A-RELEASE-RQ, 1 unknown",
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 1 P-DATA-TF",
        WE,
        "The P-DATA-TF in frame 8 says 64, but 74 bytes follow. The ten that are left over (00 00 00 08 02 ..) are no "
        "PDU: we tell of them as unknown and find the P-DATA-TF in frame 10 and the A-RELEASE-RQ in frame 12. tshark "
        "takes them for a head that announces half a megabyte, and waits for that.",
    ),
    "mid_no_assoc.pcap": Disagreement(
        "7 P-DATA-TF, 1 A-RELEASE-RQ, 1 A-RELEASE-RP",
        "2 P-DATA-TF, 1 A-RELEASE-RP",
        WE,
        "The capture begins inside a P-DATA-TF of the requestor, whose next head stands 142 bytes into frame 1. "
        "tshark takes those bytes for a head and never comes back; the acceptor's side, which begins with a head, it "
        "reads.",
    ),
    "truncated_file.pcap": Disagreement(
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 3 P-DATA-TF",
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 2 P-DATA-TF",
        BOTH,
        "As cut-short.pcap: the file ends inside the P-DATA-TF that begins in frame 24.",
    ),
    "veth_snap96.pcap": Disagreement(
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC, 3 P-DATA-TF, 1 A-RELEASE-RQ, 1 A-RELEASE-RP",
        "1 A-ASSOCIATE-RQ, 1 A-ASSOCIATE-AC",
        WE,
        "As snaplen-96.pcap: the heads of the P-DATA-TF in frames 8, 42 and 56 were captured, the A-RELEASE-RQ and "
        "-RP in frames 60 and 61 even as a whole.",
    ),
}  # fmt: skip
"""Captures of which the two tell different PDUs: all looked at byte by byte, with tshark 4.0."""


class Asked(NamedTuple):
    """What is known of a capture, or will be."""

    ours: list[Pdu]
    tshark: Future[list[tshark.Located]] | None
    text: Future[subprocess.CompletedProcess[bytes]]
    json: Future[subprocess.CompletedProcess[bytes]]
    piped: Future[subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="module")
def asked(request: pytest.FixtureRequest) -> Iterator[dict[str, Asked]]:
    """Every capture that a selected test is about, handed to all programs at once."""
    wanted = {item.callspec.params.get("name") for item in request.session.items if hasattr(item, "callspec")}
    compared = any(item.name.startswith("test_same_pdus_as_tshark") for item in request.session.items)
    has_tshark = compared and tshark.installed()
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        answers = {}
        for name, path in CAPTURES.items():
            if name not in wanted:
                continue
            ours = read(path)
            second = pool.submit(tshark.pdus, path, server_ports(ours)) if has_tshark else None
            answers[name] = Asked(
                ours, second, pool.submit(dump, path), pool.submit(dump, path, "--json"),
                pool.submit(dump, path, "--json", piped=True),
            )  # fmt: skip
        yield answers
        pool.shutdown(cancel_futures=True)


def read(path: Path) -> list[Pdu]:
    """The PDUs that we find, with their bytes."""
    with Capture(str(path)) as capture:
        found = events(capture, streams=Streams(keep_bytes=True))
        return [each for each in found if isinstance(each, Pdu)]


def server_ports(pdus: Iterable[Pdu]) -> list[int]:
    """The server's port of every connection with PDUs."""
    return sorted({ports(pdu.stream.connection.server.address)[0] for pdu in pdus})  # type: ignore[attr-defined]


def dump(path: Path, *options: str, piped: bool = False) -> subprocess.CompletedProcess[bytes]:
    """`dissector dump` of a capture, by name or through a pipe."""
    command = [sys.executable, "-m", "dissector", "dump", *options, "-" if piped else str(path)]
    given = path.read_bytes() if piped else None
    return subprocess.run(command, input=given, capture_output=True, cwd=ROOT, timeout=120)


def told(types: Iterable[int | None]) -> str:
    """'1 A-ASSOCIATE-RQ, 2 P-DATA-TF': how many there are of each type; None is a type that there is not."""
    counts = Counter(types)
    known = [f"{counts[code]} {name}" for code, name in PDU_NAMES.items() if counts[code]]
    return ", ".join(known + [f"{counts[None]} unknown"] * (None in counts)) or "none"


def leaves(field: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The fields below which there are none, in order."""
    if not field["children"]:
        yield field
    for child in field["children"]:
        yield from leaves(child)


def records(run: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


def assert_done(run: subprocess.CompletedProcess[bytes]) -> None:
    said = run.stderr.decode()
    assert run.returncode == 0, said
    assert "Traceback" not in said, said


# ------------------------------------------------------------------------------------------------ tshark


@pytest.mark.parametrize("name", CAPTURES)
def test_same_pdus_as_tshark(name: str, asked: dict[str, Asked]) -> None:
    tshark.path()
    second = asked[name].tshark
    assert second is not None
    ours = [(None if pdu.nonsense else pdu.pdu_type, pdu.length) for pdu in asked[name].ours]
    theirs = [(each.pdu_type, each.length) for each in second.result()]
    told_by_us, told_by_tshark = told(code for code, _ in ours), told(code for code, _ in theirs)
    listed = DISAGREEMENTS.get(name)
    if listed is None:
        assert told_by_us == told_by_tshark
        assert sorted(ours, key=str) == sorted(theirs, key=str), "the lengths differ"
    else:
        assert (told_by_us, told_by_tshark) == (listed.ours, listed.tshark), "listed, but not so"


def test_listed_disagreements_are_captures_and_disagree() -> None:
    for name, listed in DISAGREEMENTS.items():
        assert listed.ours != listed.tshark, name
        assert listed.right in (WE, BOTH), name
        assert name in CAPTURES or not FOLDERS[1].is_dir(), f"{name} is listed, but there is no such capture"


def test_names_are_unique() -> None:
    assert len(PATHS) == len(CAPTURES) > 0


# ------------------------------------------------------------------------------------------------ dumps


@pytest.mark.parametrize("name", CAPTURES)
def test_dump_as_text(name: str, asked: dict[str, Asked]) -> None:
    run = asked[name].text.result()
    assert_done(run)
    headings = [line for line in run.stdout.decode().splitlines() if " of association " in line]
    assert len(headings) == len(asked[name].ours)


@pytest.mark.parametrize("name", CAPTURES)
def test_dump_as_records_accounts_for_every_byte(name: str, asked: dict[str, Asked]) -> None:
    run = asked[name].json.result()
    assert_done(run)
    found = records(run)
    assert len(found) == len(asked[name].ours)
    for record, pdu in zip(found, asked[name].ours, strict=True):
        length = pdu.end - pdu.start
        where = f"PDU {pdu.number} of association {pdu.association}"
        assert (record["association"], record["pdu"], record["from"], record["pdu_type"], record["stream_offset"]) == (
            pdu.association, pdu.number, sender(pdu) if pdu.roles_known else None, pdu.name, pdu.start
        )  # fmt: skip
        tail = sum(last - first for first, last in pdu.missing if last == length and first >= len(pdu.body or b""))
        kept = length - tail  # the last bytes of a PDU that were not captured are in no body
        assert len(pdu.body or b"") == kept, where
        at = 0
        for leaf in leaves(record["fields"]):
            assert leaf["start"] == at <= leaf["end"], f"{where}: {leaf['name']}"
            at = leaf["end"]
        assert (record["fields"]["start"], record["fields"]["end"], at) == (0, kept, kept), where
        came = [(frame["start"], frame["end"]) for frame in record["frames"]]
        assert all(first < last for first, last in [*came, *pdu.missing]), where
        at = 0
        for first, last in sorted([*came, *pdu.missing]):
            assert first == at, f"{where}: bytes {at} to {first} came in no frame, or in two"
            at = last
        assert at == length, where
        assert came == sorted(came), where
        numbers = [frame["frame"] for frame in record["frames"]]
        assert numbers and min(numbers) > 0, where


@pytest.mark.parametrize("name", CAPTURES)
def test_dump_through_a_pipe(name: str, asked: dict[str, Asked]) -> None:
    piped = asked[name].piped.result()
    assert_done(piped)
    assert piped.stdout == asked[name].json.result().stdout


@pytest.mark.parametrize("name", CAPTURES)
def test_pdus_of_a_stream_do_not_overlap(name: str, asked: dict[str, Asked]) -> None:
    ends: dict[int, int] = {}
    for pdu in asked[name].ours:
        assert pdu.start >= ends.get(id(pdu.stream), 0), f"PDU {pdu.number} of association {pdu.association}"
        ends[id(pdu.stream)] = pdu.end
