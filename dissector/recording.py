"""Frames written as pcapng while they are captured, in one file or in files that take turns.

Strategy: every batch is written whole before the next one is looked at, so what is on the disk is always a valid
capture. A file that has grown beyond its limit is closed between two frames, and the oldest ones go.
"""

from __future__ import annotations

import os
from collections import deque
from contextlib import suppress
from struct import Struct

from .capture import Batch
from .errors import RecordingFailed

_SECTION = Struct("<IIIHHqI")
_SECTION_BYTES = _SECTION.size
_INTERFACE = Struct("<IIHHI")
_PACKET = Struct("<IIIIIII")
_STATISTICS = Struct("<IIIII")
_COUNT_OPTION = Struct("<HHQ")
_BYTE_ORDER_MAGIC = 0x1A2B3C4D
_DROPPED_BY_SYSTEM = 7
"""isb_osdrop: frames that the interface delivered and the system lost."""
_NANOSECONDS = b"\x09\x00\x01\x00\x09\x00\x00\x00\x00\x00\x00\x00"
"""The option if_tsresol with 9 for nanoseconds, and the end of options."""
MAXIMUM_LENGTH = 262_144


class Recording:
    """Writes frames to `path`, or, with `rotate_bytes`, to path-00001, path-00002, ..., of which the last `keep` stay
    (all when it is 0). Raises `RecordingFailed` where the disk is full or the path cannot be written."""

    def __init__(self, path: str, rotate_bytes: int = 0, keep: int = 0) -> None:
        self.path = path
        self.rotate_bytes = rotate_bytes
        self.keep = keep
        self.files: deque[str] = deque()
        """The files written that are still there."""
        self.frames = 0
        self._number = 0
        self._written = 0
        self._last_time = 0
        self._file = -1
        self._interfaces: dict[int, int] = {}
        self.dropped = 0
        """Frames missing in all that was written, because the kernel lost them; each file tells its share."""
        self._told_dropped = 0

    def write(self, batch: Batch) -> None:
        """Write the frames of a batch, exactly as they were captured."""
        pieces: list[bytes] = []
        size = 0
        for start, captured, wire, time, link_type in batch.frames:
            padding = -captured % 4
            length = 32 + captured + padding
            so_far = self._written + size
            if self.rotate_bytes and so_far + length > self.rotate_bytes and so_far > _SECTION_BYTES:
                self._put(pieces)
                self._end()
                self.begin()
                pieces, size = [], 0
            interface = self._interfaces.get(link_type)
            if interface is None:
                interface = self._interfaces[link_type] = len(self._interfaces)
                pieces.append(_interface_block(link_type))
                size += len(pieces[-1])
            pieces += (
                _PACKET.pack(6, length, interface, time >> 32, time & 0xFFFFFFFF, captured, wire),
                batch.data[start : start + captured], bytes(padding), length.to_bytes(4, "little"),
            )  # fmt: skip
            size += length
            self.frames += 1
            self._last_time = time
        self._put(pieces)

    def told(self) -> str:
        """The names of its files, for a person."""
        if len(self.files) == 1:
            return self.files[0]
        return f"{self.files[0]} to {self.files[-1]} ({len(self.files)} files)"

    def close(self) -> None:
        """The recording is complete."""
        self._end()

    def begin(self) -> None:
        """Open the first file, or the next one."""
        path = self.path
        if self.rotate_bytes:
            self._number += 1
            stem, ending = os.path.splitext(path)
            path = f"{stem}-{self._number:05}{ending}"
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o644)
        except OSError as error:
            raise RecordingFailed(f"{path}: cannot be written ({error.strerror})") from None
        self.files.append(path)
        while self.keep and len(self.files) > self.keep:
            os.unlink(self.files.popleft())
        self._written, self._interfaces = 0, {}
        self._put([_SECTION.pack(0x0A0D0D0A, _SECTION_BYTES, _BYTE_ORDER_MAGIC, 1, 0, -1, _SECTION_BYTES)])

    def _end(self) -> None:
        """Close the file, after what there is to say of frames missing in it."""
        dropped = self.dropped - self._told_dropped
        if dropped and self._interfaces and self._file >= 0:
            self._told_dropped = self.dropped
            option = _COUNT_OPTION.pack(_DROPPED_BY_SYSTEM, 8, dropped) + bytes(4)
            length = _STATISTICS.size + len(option) + 4
            head = _STATISTICS.pack(5, length, 0, self._last_time >> 32, self._last_time & 0xFFFFFFFF)
            self._put([head, option, length.to_bytes(4, "little")])
        self._close()

    def _close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _put(self, pieces: list[bytes]) -> None:
        """Write whole blocks; when the disk is full, what would be left half-written is taken back."""
        data = b"".join(pieces)
        done = 0
        try:
            while done < len(data):
                done += os.write(self._file, data[done:] if done else data)
        except OSError as error:
            with suppress(OSError):  # a device has no end to cut off
                os.ftruncate(self._file, self._written)
            self._close()
            raise RecordingFailed(
                f"{self.files[-1]}: writing stopped after {self._written} bytes ({error.strerror})"
            ) from None
        self._written += len(data)


def _interface_block(link_type: int) -> bytes:
    length = _INTERFACE.size + len(_NANOSECONDS) + 4
    head = _INTERFACE.pack(1, length, link_type, 0, MAXIMUM_LENGTH)
    return head + _NANOSECONDS + length.to_bytes(4, "little")
