"""Evidence is exact: the frame that a finding names holds the first byte of the range that it names.

Strategy: nothing of the program's own bookkeeping of streams is used to check it. The frames of a capture are read
once more, one segment at a time, and where a range of a stream must lie is worked out from sequence numbers alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from dissector.capture import Capture
from dissector.link import RST, SYN, LinkReader, Segment
from dissector.rules.case import Evidence, Finding
from dissector.stream import endpoint, reversed_key

from .captures import CAPTURES
from .judging import judge_file

MODULUS = 1 << 32
UNSEEN = {"capture.missing-bytes"}
"""Codes whose ranges are bytes that no frame holds."""


class Place(NamedTuple):
    """Where the payload of a frame lies in its stream."""

    key: bytes
    start: int
    end: int
    stream: int
    """Which stream of these addresses and ports: they may be used again."""


class Wire:
    """Where the payload of every frame of a capture lies, by sequence numbers."""

    def __init__(self, path: Path) -> None:
        self.places: dict[int, Place] = {}
        self.frame_count = 0
        self._origins: dict[bytes, tuple[int, int]] = {}
        link = LinkReader()
        with Capture(str(path)) as capture:
            for batch in capture.batches():
                for number, (start, captured, wire, time, link_type) in enumerate(batch.frames, batch.number):
                    self.frame_count = number
                    segment = link.segment(batch.data, start, captured, wire, link_type, time)
                    if segment is not None:
                        self._add(number, segment)

    def _add(self, number: int, segment: Segment) -> None:
        """Offset 0 is the byte behind the SYN, or the first one that was captured."""
        if segment.flags & RST:  # what comes behind a reset is read as another connection
            self._origins.pop(segment.key, None)
            self._origins.pop(reversed_key(segment.key), None)
            return
        known = self._origins.get(segment.key)
        if segment.flags & SYN:
            origin = (segment.sequence + 1) % MODULUS
            if known is None or known[0] != origin:
                self._origins[segment.key] = origin, number
            return
        if known is None and segment.length:
            known = self._origins[segment.key] = segment.sequence, number
        if known is not None:
            start = (segment.sequence - known[0]) % MODULUS
            self.places[number] = Place(segment.key, start, start + segment.end - segment.start, known[1])

    def holds(self, start: int, end: int, like: Place) -> bool:
        """Whether some frame of the same stream holds bytes of a range."""
        return any(
            (each.key, each.stream) == (like.key, like.stream) and each.start < end and each.end > start
            for each in self.places.values()
        )

    def size(self, like: Place) -> int:
        """How far the captured bytes of a stream reach."""
        return max(each.end for each in self.places.values() if (each.key, each.stream) == (like.key, like.stream))


def wrong(finding: Finding, evidence: Evidence, wire: Wire) -> str:
    """What is not right with a piece of evidence; empty when it is."""
    if evidence.frame is None:
        return "" if evidence.stream_offset is None else "a range without a frame"
    if not 1 <= evidence.frame <= wire.frame_count:
        return "no such frame"
    if evidence.stream_offset is None:
        return ""
    place, start = wire.places.get(evidence.frame), evidence.stream_offset
    end = start + (evidence.length or 0)
    if place is None:
        return "the frame holds no payload"
    source = endpoint(place.key)
    if finding.association is not None and evidence.sender is not None and finding.code not in UNSEEN:
        if source != (finding.client if evidence.sender == "requestor" else finding.server):
            return f"the frame comes from {source}"
    if finding.code in UNSEEN:
        return "a frame holds these bytes" if source in (finding.client, finding.server) and wire.holds(
            start, end, place) else ""  # fmt: skip
    if not place.start <= start < place.end:
        return f"the frame holds {place.start}-{place.end}"
    return f"the stream ends at {wire.size(place)}" if end > wire.size(place) else ""


@pytest.mark.parametrize("name", CAPTURES)
def test_evidence_lies_in_its_frame(name: str) -> None:
    path = CAPTURES[name]
    wire = Wire(path)
    faults = []
    for finding in judge_file(path):
        for evidence in finding.evidence:
            fault = wrong(finding, evidence, wire)
            if fault:
                faults.append((finding.code, evidence, fault))
    assert not faults
