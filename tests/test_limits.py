"""Every limit has a name, a row in the table, and, where it loses something, a finding when it is reached.

Strategy: one table of conversations, each reaching one limit that was made small before. Nothing of that size is built.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dissector import cli
from dissector.reading import Reading
from dissector.rules import Finding
from dissector.standard.limits import LIMITS, Limit
from dissector.views.findings import detail

from . import test_evasion as evasion
from .hostile import talk_of
from .test_architecture import MODULES, name_of
from .test_every_finding import ECHO, commented, impatient
from .test_rules_transport import probe, refusal, together
from .transcript import Talk, associate_ac, associate_rj, associate_rq, command, echo_rq, item, p_data, pdu, pdv, us

LOSING = [limit for limit in LIMITS if limit.lost]


def negotiated() -> Talk:
    return Talk().open().client(associate_rq()).server(associate_ac())


def holed(lengths: int, size: int = 200) -> Talk:
    """A P-DATA-TF in segments, the second of which does not come."""
    talk = negotiated()
    before = len(talk.packets)
    talk.client(p_data(pdv(1, 0, bytes(lengths * size))), segment=size)
    del talk.packets[before + 2 : before + 4]
    return talk


def fragments(datagrams: int, pieces: int, size: int = 8) -> Talk:
    """IP datagrams of which so many fragments come, but never the last one."""
    talk = negotiated()
    true = talk.packets[-2]
    for identity in range(datagrams):
        for piece in range(pieces):
            talk.packets.append(
                replace(true, payload=bytes(size), fragment=(piece * size, True), identity=identity, time=talk.time))
    return talk


def nonsense(count: int) -> Talk:
    """Bytes that are no PDU."""
    return negotiated().client(b"\x09\0\0\0\0\x05" + bytes(count))


def many_open(count: int) -> Talk:
    return together(*(talk_of(number * 3).open().client(associate_rq()).server(associate_ac())
                      for number in range(count)))  # fmt: skip


def requests(count: int) -> Talk:
    return negotiated().client(*[p_data(pdv(1, 3, echo_rq(number))) for number in range(count)])


def retransmitted(count: int) -> Talk:
    """Many segments, all of them sent once more at the end."""
    talk = negotiated()
    before = len(talk.packets)
    talk.client(p_data(pdv(1, 0, bytes(200 * count))), segment=200)
    talk.packets += [replace(each, time=talk.time, identity=9) for each in talk.packets[before:] if each.payload]
    return talk


def deferred(count: int) -> Talk:
    """Responses while the requests wait behind a segment that does not come."""
    talk = negotiated()
    before = len(talk.packets)
    talk.client(ECHO).client(ECHO)
    del talk.packets[before : before + 2]
    for _ in range(count):
        talk.send(1, p_data(pdv(1, 3, command(us(0x100, 0x8030), us(0x120, 1), us(0x800, 0x101), us(0x900, 0)))))
    return talk


def candidates() -> Talk:
    """Many places that look like the head of a PDU, after one whose type does not exist."""
    head = b"\x04\0\0\0\x40\0\0\0\0\x20\x01\x01"
    return negotiated().client(b"\x09\0\0\0\0\x05" + head * 40)


def faulty(count: int) -> Talk:
    """A request with so many wrong items."""
    return Talk().open().client(associate_rq(*[item(0x77, b"") for _ in range(count)])).server(associate_ac()).close()


def many_fragments(count: int) -> Talk:
    return negotiated().client(p_data(*[pdv(1, 0, b"ab")] * count))


def turned_away(number: int) -> Talk:
    """A client that is rejected for the title it called."""
    return talk_of(number * 3).open().client(associate_rq()).server(associate_rj(1, 1, 7)).close()


def unlike(count: int) -> Talk:
    """An association with many kinds of findings."""
    talk = negotiated()
    for number in range(count):
        talk.client(p_data(pdv(1, 3, command(us(0x100, 0x30), us(0x110, number), us(0x800, 0x101)))))
        talk.client(p_data(pdv(2 * number + 3, 3, echo_rq(number))))
    return talk.client(pdu(9, b"")).close()


REACHED: dict[str, tuple[int, Callable[[], Talk | bytes], dict[str, int]]] = {
    # name: the value it is given, what reaches it, other limits that must not be in the way
    "MAXIMUM_COMMENTS": (5, lambda: commented(6), {}),
    "MAXIMUM_FRAGMENTED_DATAGRAMS": (3, lambda: fragments(4, 1), {}),
    "MAXIMUM_FRAGMENTS": (3, lambda: fragments(1, 4), {}),
    "MAXIMUM_FRAGMENT_BYTES": (100, lambda: fragments(1, 14), {}),
    "MAXIMUM_WAITING_BYTES": (1000, lambda: holed(10), {}),
    "MAXIMUM_WAITING_SEGMENTS": (3, lambda: holed(10), {}),
    "MAXIMUM_TOTAL_WAITING_BYTES": (1000, lambda: holed(10), {}),
    "MAXIMUM_CONNECTIONS": (4, lambda: many_open(8), {}),
    "MAXIMUM_OPEN_BYTES": (50_000, lambda: many_open(12), {}),
    "MAXIMUM_LOOKS_BACK": (50, lambda: retransmitted(40), {"stream.LOOKS_BACK_A_FRAME": 0}),
    "MAXIMUM_WATCHED_HOSTS": (1, lambda: evasion.honest(), {}),
    "HUNT_BYTES_WHEN_MANY": (500, lambda: nonsense(1000), {"stream.MANY_CONNECTIONS": 0}),
    "MAXIMUM_HUNTED_BYTES": (500, lambda: nonsense(1000), {}),
    "MAXIMUM_CANDIDATES": (2, candidates, {}),
    "MAXIMUM_COMMAND_BYTES_PER_PDU": (20, lambda: requests(1), {}),
    "MAXIMUM_FRAGMENTS_PER_PDU": (3, lambda: many_fragments(5), {}),
    "MAXIMUM_COMMAND_SET_BYTES": (3, lambda: negotiated().client(
        *[p_data(pdv(1, header, echo_rq()[at : at + 20])) for at, header in ((0, 1), (20, 1), (40, 3))]), {}),
    "MAXIMUM_OPEN_REQUESTS": (20, lambda: requests(30), {}),
    "MAXIMUM_OPEN_REQUEST_BYTES": (60_000, lambda: requests(40), {}),
    "MAXIMUM_DEFERRED": (3, lambda: deferred(6), {}),
    "MAXIMUM_DRAFTS": (2, lambda: unlike(6), {}),
    "MAXIMUM_GATHERED": (1, lambda: together(probe(0), refusal(1), refusal(2, server=("10.0.0.9", 104))), {}),
    "MAXIMUM_SCANNED": (1, lambda: together(refusal(0), refusal(1, server=("10.0.0.9", 104))), {}),
    "MAXIMUM_GUESSERS": (1, lambda: together(turned_away(0), turned_away(1)), {}),
    "MAXIMUM_PROBLEMS": (3, lambda: faulty(8), {}),
    "MAXIMUM_UNJUDGED": (3, lambda: impatient(4), {}),
}  # fmt: skip
ASKED_FOR = {"MAXIMUM_KEPT_PDU_BYTES"}
"""Only reached where all bytes are kept: told on standard error by the command that does, below."""


def constant(limit: Limit) -> str:
    return f"dissector.{limit.key}"


@pytest.mark.parametrize("limit", [each for each in LOSING if each.name not in ASKED_FOR], ids=lambda each: each.name)
def test_a_finding_tells_when_it_is_reached(limit: Limit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    value, made, others = REACHED[limit.name]
    monkeypatch.setattr(constant(limit), value)
    if limit.name == "MAXIMUM_HUNTED_BYTES":
        monkeypatch.setattr("dissector.stream.MAXIMUM_HUNTED_BYTES", value)
    for name, number in others.items():
        monkeypatch.setattr(f"dissector.{name}", number)
    told = limits_told(made(), tmp_path, limit.name == "MAXIMUM_WATCHED_HOSTS")
    assert limit.name in told, told
    finding = told[limit.name]
    assert finding.values["limit"] == value
    assert limit.lost in detail(finding) and "{" not in detail(finding) + detail(finding, "zh")
    assert limit.lost not in detail(finding, "zh"), "it is translated"


@pytest.mark.parametrize("limit", [each for each in LOSING if each.name in REACHED], ids=lambda each: each.name)
def test_none_is_reached_as_they_are(limit: Limit, tmp_path: Path) -> None:
    if limit.name not in ("MAXIMUM_COMMENTS",):
        assert not limits_told(REACHED[limit.name][1](), tmp_path)


def limits_told(made: Talk | bytes, folder: Path, checksums: bool = False) -> dict[str, Finding]:
    path = folder / "limits.pcap"
    path.write_bytes(made if isinstance(made, bytes) else made.pcap())
    with Reading(str(path), keep_data=2048, checksums=checksums).judging() as reading:
        found = [each for each in reading if isinstance(each, Finding) and each.code == "capture.limit-reached"]
    return {str(each.values["name"]): each for each in found}


def test_where_bytes_are_kept_the_command_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dissector.pdu.MAXIMUM_KEPT_PDU_BYTES", 50)
    path = tmp_path / "kept.pcap"
    path.write_bytes(negotiated().client(ECHO).pcap())
    assert cli.main(["dump", "--no-color", str(path)]) == 0
    assert "MAXIMUM_KEPT_PDU_BYTES (50) was reached in frame 8: the bytes of a PDU" in capsys.readouterr().err


def test_every_limit_has_its_row() -> None:
    """Whatever is called MAXIMUM_ in a module stands in the table, and the table names nothing else."""
    named = set()
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.Assign, ast.AnnAssign)):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    for each in target.elts if isinstance(target, ast.Tuple) else [target]:
                        if isinstance(each, ast.Name) and each.id.startswith("MAXIMUM_"):
                            named.add(f"{name_of(path)}.{each.id}")
    rows = {limit.key for limit in LIMITS}
    assert {key for key in named if not key.startswith("standard.")} == {key for key in rows if ".MAXIMUM_" in key}
    for limit in LIMITS:
        assert isinstance(getattr(importlib.import_module(f"dissector.{limit.module}"), limit.name), int)
        assert bool(limit.lost) != bool(limit.otherwise)
    assert len({limit.name for limit in LOSING}) == len(LOSING) == len(REACHED) + len(ASKED_FOR)


def test_what_is_not_dicom_reaches_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dissector.stream.MAXIMUM_WAITING_SEGMENTS", 3)
    talk = Talk(server=("10.0.0.2", 443)).open().client(bytes(4000), segment=100)
    del talk.packets[5:7]
    assert not limits_told(talk, tmp_path)


