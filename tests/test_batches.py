"""How frames come in batches does not show: a capture that is still growing tells what its file will tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dissector.association import Association
from dissector.capture import Batch, Capture
from dissector.dimse import Message
from dissector.pdu import Pdu
from dissector.reading import Reading
from dissector.rules import Finding
from dissector.views import findings, records

from . import builders as make
from .captures import PATHS

FEW = ("move.pcap", "overlap.pcap", "conflicting-overlap.pcap", "out-of-order.pcap", "ipv4-fragments.pcap",
       "release-collision.pcap")  # fmt: skip


class CutCapture(Capture):
    """A capture whose frames come in batches of given sizes, each with bytes of its own, as from a pipe."""

    def __init__(self, path: Path, sizes: Iterable[int]) -> None:
        super().__init__(str(path))
        self.sizes = sizes

    def batches(self) -> Iterator[Batch]:
        sizes = iter(self.sizes)
        for batch in super().batches():
            begun = 0
            while begun < len(batch.frames):
                frames = batch.frames[begun : begun + next(sizes)]
                start, end = frames[0][0], max(at + captured for at, captured, *_ in frames)
                moved = [(at - start, *others) for at, *others in frames]
                yield Batch(batch.data[start:end], moved, batch.number + begun, sum(each[1] for each in frames))
                begun += len(frames)


def always(size: int) -> Iterator[int]:
    while True:
        yield size


def told(capture: Capture) -> list[dict[str, Any]]:
    """Every record of a reading, in the order in which they are told."""
    with Reading(capture, keep_data=2048) as reading:
        return [_record(each) for each in reading.judging()]


def _record(each: object) -> dict[str, Any]:
    if isinstance(each, Pdu):
        return records.pdu(each)
    if isinstance(each, Message):
        return records.message(each)
    if isinstance(each, Association):
        return records.association(each)
    assert isinstance(each, Finding)
    return findings.record(each, "en")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_one_frame_at_a_time_tells_the_same(path: Path) -> None:
    assert told(CutCapture(path, always(1))) == told(Capture(str(path)))


@pytest.mark.parametrize("name", FEW)
@given(sizes=st.lists(st.integers(1, 12), min_size=1, max_size=40))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_cuts_tell_the_same(name: str, sizes: list[int]) -> None:
    path = make.CAPTURES / name

    def turns() -> Iterator[int]:
        while True:
            yield from sizes

    assert told(CutCapture(path, turns())) == told(Capture(str(path)))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_the_facts_of_a_capture_are_the_same_whoever_reads_its_records(path: Path) -> None:
    """The loop over the frames, where they stand; whoever asks for a list of them; nobody."""
    facts = []
    for read in (told, frames_of_all, count_of_all):
        capture = Capture(str(path))
        read(capture)
        facts.append([getattr(capture, name) for name in (
            "frame_count", "byte_count", "cut_frames", "first_time", "last_time", "complete", "damage", "bytes_read"
        )])  # fmt: skip
    assert facts[0] == facts[1] == facts[2]


def frames_of_all(capture: Capture) -> int:
    return sum(len(batch.frames) for batch in capture.batches())


def count_of_all(capture: Capture) -> int:
    return sum(1 for _ in capture.batches())
