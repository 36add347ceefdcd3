"""The readers of pcap and pcapng, plain, gzip and zstd, and the link layers of the frames that they give.

Invariant: no bytes make them raise anything but `DissectorError`. Frames are numbered without a gap and lie within
their batch; a file and a pipe that gives the same bytes a few at a time give the same frames, facts and damage; a TCP
segment lies within its frame (or is put together from fragments), and its payload stands in the bytes of the capture.
"""

from __future__ import annotations

import io
import os
from typing import Any

from dissector.capture import Capture
from dissector.errors import DissectorError
from dissector.link import LinkReader

from ..captures import CAPTURES
from .frames import changed_frames
from .promises import bounded

mutate = changed_frames


class _Dripping(io.RawIOBase):
    """A pipe that gives what it has in pieces of uneven size."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.data = data
        self.at = 0
        self.turn = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        self.turn = (self.turn * 5 + 3) % 997
        count = min(max(1, self.turn * 7), size if size >= 0 else len(self.data))
        piece = self.data[self.at : self.at + count]
        self.at += len(piece)
        return piece


def _read(capture: Capture) -> tuple[Any, ...]:
    """What a capture gives, frames by their bytes."""
    link, number, frames = LinkReader(), 0, []
    with capture:
        for batch in capture.batches():
            assert batch.number == number + 1, "frames are not numbered one after the other"
            for start, captured, wire, time, link_type in batch.frames:
                number += 1
                assert 0 <= start <= start + captured <= len(batch.data), "a frame outside of its batch"
                frames.append((batch.data[start : start + captured], wire, time, link_type))
                segment = link.segment(batch.data, start, captured, wire, link_type, time)
                if segment is not None:
                    assert 0 <= segment.start <= segment.end <= len(segment.data)
                    assert segment.end - segment.start <= segment.length
                    if segment.data is batch.data:
                        assert start <= segment.start and segment.end <= start + captured, "outside of its frame"
        assert capture.frame_count == number
        assert capture.complete == (not capture.damage)
    return frames, capture.damage, capture.cut_frames, capture.comments, capture.dropped_frames


def check(data: bytes) -> None:
    """The bytes of a capture file."""
    with bounded(len(data)):
        told = []
        descriptor = os.memfd_create("capture")
        try:
            os.write(descriptor, data)
            path = f"/proc/self/fd/{descriptor}"
            for stream in (None, _Dripping(data)):
                try:
                    told.append(_read(Capture(path, stream)))  # type: ignore[arg-type]
                except DissectorError as error:
                    told.append((str(error),))
        finally:
            os.close(descriptor)
        if "compressed data" in str(told):
            # How much a damaged piece gives up, and what its library says of it, depends on where pieces begin.
            frames = [each[0] if isinstance(each[0], list) else [] for each in told]
            shared = min(map(len, frames))
            assert frames[0][:shared] == frames[1][:shared], "a file and a pipe do not give the same frames"
        else:
            assert told[0] == told[1], "a file and a pipe do not give the same"


def seeds() -> list[bytes]:
    """The captures of the repository that are small, in all formats, and empty ones."""
    return [data for data in (path.read_bytes() for path in CAPTURES.values()) if len(data) < 32768]
