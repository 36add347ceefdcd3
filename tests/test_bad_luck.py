"""A power cut's worth of bad luck: captures cut anywhere, and without any one of their frames.

For every such capture: nothing raises; no byte is invented, which means that each byte of a PDU that is told either
stands in the whole capture's stream at that place or is told as missing; and what was lost is said, by a finding, by
missing bytes, or by `complete` being false.

What stands in the streams of the whole capture is worked out from sequence numbers, by the code that
`test_evidence.py` uses and not by the program's own bookkeeping. BAD_LUCK=all (`make bad-luck`) cuts small captures at
every byte, large ones at 1,000 points, and takes out every frame; otherwise a fixed sample is taken.
"""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dissector.association import Association
from dissector.capture import Capture
from dissector.errors import CaptureFormatError
from dissector.link import FIN, SYN, LinkReader
from dissector.pdu import Pdu
from dissector.reading import Reading
from dissector.rules import Finding
from dissector.stream import DICOM_PORTS, Stream, ports, reversed_key

from .captures import CAPTURES, ROOT

EVERYTHING = os.environ.get("BAD_LUCK") == "all"
SMALL_BYTES = 8192
"""Captures of up to this size are cut at every byte."""
POINTS = 1000
SAMPLE_CUTS, SAMPLE_FRAMES = 12, 8
"""What is taken of each capture without BAD_LUCK."""
NAMES = [name for name, path in CAPTURES.items() if path.parent == ROOT / "captures"]
MASK = 0xFFFFFFFF
EXPECTED = frozenset(DICOM_PORTS)
COMPRESSED = (b"\x1f\x8b", b"\x28\xb5")
"""How compressed captures begin: of these more is needed before the head of the capture is known."""
LOSSES = {
    "capture.cut-short", "capture.missing-bytes", "capture.ends-mid-association", "capture.starts-mid-association",
    "capture.one-direction", "pdu.resynchronised", "capture.snaplen",
}  # fmt: skip


@dataclass
class Whole:
    """What a capture holds when nothing is lost."""

    format: str
    data: bytes
    frames: list[tuple[int, int]] = field(default_factory=list)
    """Where the records of its frames stand in the file; empty where it is compressed."""
    sent: dict[bytes, dict[int, set[int]]] = field(default_factory=dict)
    """By flow: sequence number -> the bytes that were captured there."""
    pdus: list[tuple[bytes, int, int]] = field(default_factory=list)
    """Flow, sequence number and length of every PDU."""


def sequence_of(pdu: Pdu) -> int:
    """The sequence number of the first byte of a PDU."""
    stream = pdu.stream
    assert isinstance(stream, Stream)
    return stream.initial + 1 + pdu.start & MASK


def address_of(pdu: Pdu) -> bytes:
    assert isinstance(pdu.stream, Stream)
    return pdu.stream.address


def whole(path: Path) -> Whole:
    """Read a capture once, segment by segment."""
    link = LinkReader()
    with Capture(str(path)) as capture:
        found = Whole(capture.format, path.read_bytes())
        for batch in capture.batches():
            for start, captured, wire, time, link_type in batch.frames:
                segment = link.segment(batch.data, start, captured, wire, link_type, time)
                if segment is not None:
                    places = found.sent.setdefault(segment.key, {})
                    first = segment.sequence + bool(segment.flags & SYN)
                    for at, byte in enumerate(segment.data[segment.start : segment.end]):
                        places.setdefault(first + at & MASK, set()).add(byte)
    with Reading(str(path), keep_bytes=True) as reading:
        found.pdus = [(address_of(pdu), sequence_of(pdu), pdu.end - pdu.start) for pdu in reading.pdus()]
    if path.name.endswith((".pcap", ".pcapng")):
        found.frames = list(records(found.data))
    return found


def records(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the records of frames stand in a little-endian pcap or pcapng."""
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        at = 0
        while at + 12 <= len(data):
            kind, length = struct.unpack_from("<II", data, at)
            if kind == 6:
                yield at, at + length
            at += length
        return
    order, at = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">", 24
    while at + 16 <= len(data):
        end = at + 16 + int(struct.unpack_from(order + "I", data, at + 8)[0])
        yield at, end
        at = end


def read(path: Path, original: Whole) -> tuple[list[tuple[bytes, int, int]], list[object], Capture]:
    """What is told of a capture that had bad luck; asserts that no byte of it is invented."""
    pdus = []
    with Reading(str(path), keep_bytes=True) as reading:
        for pdu in reading.pdus():
            first, places = sequence_of(pdu), original.sent.get(address_of(pdu), {})
            gone = {at for low, high in pdu.missing for at in range(low, high)}
            body = pdu.body or b""
            for at, byte in enumerate(body):
                assert at in gone or byte in places.get(first + at & MASK, ()), f"byte {at} of {pdu} was never sent"
            if not gone and pdu.complete:
                pdus.append((address_of(pdu), first, pdu.end - pdu.start))
    with Reading(str(path), keep_data=2048).judging() as judged:
        told: list[object] = list(judged)
    return pdus, told, judged.capture


def check(path: Path, original: Whole) -> None:
    """The three promises."""
    pdus, told, capture = read(path, original)
    lost = [each for each in original.pdus if each not in pdus]
    if not lost or not capture.complete:
        return
    codes = {each.code for each in told if isinstance(each, Finding)}
    if codes & LOSSES or any(isinstance(each, Association) and each.missing_bytes for each in told):
        return
    ends = list(segment_ends(path))
    shown = [each for each in lost if any(shows(end, each) for end in ends) and recognised(each, pdus)]
    assert not shown, f"{len(shown)} PDUs are lost without a word; findings: {sorted(codes)}"


def segment_ends(path: Path) -> Iterator[tuple[bytes, int]]:
    """The flow of each segment that takes up numbers (data, FIN), and the number behind it."""
    link = LinkReader()
    with Capture(str(path)) as capture:
        for batch in capture.batches():
            for start, captured, wire, time, link_type in batch.frames:
                segment = link.segment(batch.data, start, captured, wire, link_type, time)
                if segment is not None and (segment.length or segment.flags & FIN):
                    yield segment.key, segment.sequence + segment.length + (segment.flags & FIN) & MASK


def recognised(lost: tuple[bytes, int, int], pdus: list[tuple[bytes, int, int]]) -> bool:
    """Whether a connection could be known for DICOM: by its port, or by what is left of it. On another port it is by
    its A-ASSOCIATE-RQ alone (--port tells of it otherwise)."""
    known = {each[0] for each in pdus}
    return not EXPECTED.isdisjoint(ports(lost[0])) or not known.isdisjoint((lost[0], reversed_key(lost[0])))


def shows(end: tuple[bytes, int], lost: tuple[bytes, int, int]) -> bool:
    """Whether a segment shows that there was a PDU: it is of the same flow, and reaches beyond its start. Where nothing
    that is left does, nobody can know of it."""
    distance = end[1] - lost[1] & MASK
    return end[0] == lost[0] and 0 < distance < 1 << 31


def chosen(count: int, most: int, seed: str) -> list[int]:
    """So many numbers below `count`, always the same ones."""
    if most >= count:
        return list(range(count))
    return sorted(random.Random(seed).sample(range(count), most))


@pytest.mark.parametrize("name", NAMES)
def test_cut_anywhere(name: str, tmp_path: Path) -> None:
    original = whole(CAPTURES[name])
    size = len(original.data)
    most = (size if size <= SMALL_BYTES else POINTS) if EVERYTHING else SAMPLE_CUTS
    path = tmp_path / name
    for at in chosen(size, most, name):
        path.write_bytes(original.data[:at])
        try:
            check(path, original)
        except CaptureFormatError as error:
            assert at < 24 or original.data[:2] in COMPRESSED, f"cut at byte {at}: {error}"
        except Exception as error:
            raise AssertionError(f"cut at byte {at}: {error}") from error


@pytest.mark.parametrize("name", NAMES)
def test_without_a_frame(name: str, tmp_path: Path) -> None:
    original = whole(CAPTURES[name])
    path = tmp_path / name
    count = len(original.frames)
    for number in chosen(count, count if EVERYTHING else SAMPLE_FRAMES, name):
        start, end = original.frames[number]
        path.write_bytes(original.data[:start] + original.data[end:])
        try:
            check(path, original)
        except Exception as error:
            raise AssertionError(f"without frame {number + 1}: {error}") from error
