"""Files that one capture point wrote in turn, read as one capture.

Strategy: tcpdump (-C, -G, -W), dumpcap (-b) and our own `live --rotate` close a file and begin another one, in the
middle of whatever is going on. Files belong together when everything speaks for it: names that differ only where these
programs count or write the time, the same folder, format, link type and interface, and times that follow each other.
Only the beginning and the end of each file are looked at for that. What does not fit is a capture of its own.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from struct import Struct
from typing import NamedTuple

from .capture import Batch, Capture, Comment
from .errors import DissectorError

OVERLAP_NANOSECONDS = 1_000_000_000
"""How far the times of two files that follow each other may overlap: frames are written a little out of order."""
TAIL_BYTES = 1024 * 1024
"""How much of the end of a file is looked at for its last frame."""
_LONGEST_FRAME = 262_144

_COUNTED = re.compile(r"[-_](\d{5}_\d{14}|\d{14}_\d{5}|\d{5})(?=\.)")
"""dumpcap -b (name_00001_20260101120000.pcapng, or the other way round) and `live --rotate` (name-00001.pcapng)."""
_DATED = re.compile(r"\d{4}-?\d\d-?\d\d([-_T.]?\d\d[-_:.]?\d\d([-_:.]?\d\d)?)?|(?<!\d)\d{10}(?!\d)")
"""What tcpdump -G makes of the usual names: dates with or without times, or seconds since the epoch."""
_APPENDED = re.compile(r"(\.p?cap(?:ng)?)\d+(?=$|\.)")
"""tcpdump -C and -W: name.pcap, name.pcap1, name.pcap2, ..."""


class Part(NamedTuple):
    """What tells whether a file is a part of a larger capture."""

    path: str
    kind: tuple[object, ...]
    """What all parts have in common."""
    first_time: int
    last_time: int | None
    """None where the end of the file does not tell, as in a compressed one."""


def series(path: str) -> str:
    """The name of a file without what rotation changes in it."""
    folder, name = os.path.split(path)
    name = _APPENDED.sub(r"\1", _DATED.sub("", _COUNTED.sub("", name)))
    return os.path.join(folder, name)


def joined(paths: list[str]) -> list[list[str]]:
    """Which captures to read as one: lists of paths, each in order of the first frame. A list stands where the first
    of its paths was named; a file that cannot be read stands alone, so that reading it says why."""
    names: dict[str, list[str]] = {}
    for path in paths:
        names.setdefault(series(path), []).append(path)
    heads: dict[str, list[str]] = {}
    for same in names.values():
        for group in _groups(same) if len(same) > 1 else [same]:
            heads[min(group, key=paths.index)] = group
    found: list[list[str]] = []
    seen: set[str] = set()
    for path in paths:
        if path in heads and path not in seen:
            found.append(heads[path])
        elif path in seen:
            found.append([path])  # named once more
        seen.add(path)
    return found


def _groups(paths: list[str]) -> Iterator[list[str]]:
    """Files with names of one series, by whether their contents fit together too."""
    open_groups: dict[tuple[object, ...], list[Part]] = {}
    parts = []
    for path in dict.fromkeys(paths):
        part = look(path)
        if part is None:
            yield [path]
        else:
            parts.append(part)
    for part in sorted(parts, key=lambda each: each.first_time):
        group = open_groups.setdefault(part.kind, [])
        if group and not _follows(group[-1], part):
            yield [each.path for each in group]
            group.clear()
        group.append(part)
    for group in open_groups.values():
        yield [each.path for each in group]


def _follows(one: Part, other: Part) -> bool:
    return one.last_time is None or other.first_time >= one.last_time - OVERLAP_NANOSECONDS


def look(path: str) -> Part | None:
    """What a file is by its beginning and its end; None where it is no plain file, no capture, or an empty one."""
    try:
        if path == "-" or not stat.S_ISREG(os.stat(path).st_mode):
            return None
        with Capture(path) as capture:
            batch = next(iter(capture.batches()), None)
            if batch is None:
                return None
            first = batch.frames[0]
            interface = capture.interfaces[0].name if capture.interfaces else ""
            kind = (capture.format, first[4], interface)
            return Part(path, kind, first[3], last_time(path, capture, first[3]))
    except (OSError, DissectorError):
        return None


def last_time(path: str, capture: Capture, first: int) -> int | None:
    """The time of the last frame of a file that is not compressed, from its last bytes; None where they do not tell."""
    with open(path, "rb") as file:
        magic = file.read(4)
        size = os.fstat(file.fileno()).st_size
        file.seek(max(24, size - TAIL_BYTES))
        tail = file.read(TAIL_BYTES)
    if capture.format == "pcap":
        order, unit = {b"\xd4\xc3\xb2\xa1": ("<", 1000), b"\xa1\xb2\xc3\xd4": (">", 1000),
                       b"\x4d\x3c\xb2\xa1": ("<", 1), b"\xa1\xb2\x3c\x4d": (">", 1)}.get(magic, ("", 0))  # fmt: skip
        return _last_of_pcap(tail, Struct(order + "IIII"), unit, first) if order else None
    return _last_of_pcapng(tail, capture) if magic == b"\x0a\x0d\x0d\x0a" else None


def _last_of_pcap(tail: bytes, record: Struct, unit: int, first: int) -> int | None:
    """A pcap cannot be read backwards: the last record is the one that reaches exactly to the end of the file, and
    has a time that can be true."""
    earliest, size = first // 1_000_000_000, len(tail)
    for at in range(size - 16, max(-1, size - 16 - _LONGEST_FRAME), -1):
        seconds, fraction, captured, wire = record.unpack_from(tail, at)
        if at + 16 + captured == size and captured <= wire and seconds >= earliest - 1 and fraction * unit < 10**9:
            return int(seconds * 1_000_000_000 + fraction * unit)
    return None


def _last_of_pcapng(tail: bytes, capture: Capture) -> int | None:
    """The blocks of a pcapng end with their length: walk back to the last one that is a packet."""
    end = len(tail)
    for order in "<>":
        words = Struct(order + "II")
        while end >= 12:
            length = int.from_bytes(tail[end - 4 : end], "little" if order == "<" else "big")
            start = end - length
            if length < 12 or length % 4 or start < 0 or words.unpack_from(tail, start)[1] != length:
                break
            if words.unpack_from(tail, start)[0] == 6 and length >= 32:
                which, high, low = Struct(order + "III").unpack_from(tail, start + 8)
                if which >= len(capture.interfaces):
                    return None
                interface = capture.interfaces[which]
                seconds, ticks = divmod(high << 32 | low, interface.units_per_second)
                fraction = ticks * 1_000_000_000 // interface.units_per_second
                return int((seconds + interface.offset_seconds) * 1_000_000_000 + fraction)
            end = start
    return None


class JoinedCapture(Capture):
    """Several files as one capture: frames are numbered through. `files` are their paths, in order."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(paths[0])
        self.files = list(paths)
        self.total_bytes = sum(os.path.getsize(path) for path in paths)
        self._part: Capture | None = None

    def close(self) -> None:
        """Close the file that is open."""
        super().close()
        if self._part is not None:
            self._part.close()

    def batches(self) -> Iterator[Batch]:
        """The frames of all files, in order."""
        super().close()
        for path in self.files:
            with Capture(path) as part:
                self._part = part
                frames, captured, read = self.frame_count, self.byte_count, self.bytes_read
                cut, dropped = self.cut_frames, self.dropped_frames
                for batch in part.batches():
                    self.bytes_read = read + part.bytes_read
                    batch.number += frames
                    yield batch
                if self.first_time is None:
                    self.first_time = part.first_time
                if part.last_time is not None:
                    self.last_time = part.last_time
                self.frame_count, self.byte_count = frames + part.frame_count, captured + part.byte_count
                self.bytes_read = read + part.bytes_read
                self.cut_frames, self.dropped_frames = cut + part.cut_frames, dropped + part.dropped_frames
                self.comments += [Comment(None if each.frame is None else each.frame + frames, each.text)
                                  for each in part.comments]  # fmt: skip
                if not part.complete:
                    self.complete = False
                    self.damage = self.damage or f"{part.damage} (in {path})"
                    self.total_bytes = None  # where it is damaged counts within one of the files
